"""Rows and edits: how a case file writes its cases in one line each.

May never enter: a verdict of its own (`verdicts`), and what a certain case sends.
"""

from __future__ import annotations

from typing import Any

from wscheck.cases import Case, Edit, Row, one
from wscheck.cases.verdicts import either, exactly, informs, must_accept, must_refuse
from wscheck.core import plan as plans
from wscheck.core.plan import Plan
from wscheck.core.report import Status

UPGRADE, CONNECTION, HOST = b"Upgrade", b"Connection", b"Host"
KEY, VERSION = b"Sec-WebSocket-Key", b"Sec-WebSocket-Version"
PROTOCOL, EXTENSIONS = b"Sec-WebSocket-Protocol", b"Sec-WebSocket-Extensions"

# -- cases with a single request ---------------------------------------------------------------------------------------


def refused(row: Row, name: str, title: str, edit: Edit, accepted: Status = "fail", **more: Any) -> Case:
    """Any reply but a 101 is right."""
    expected = more.pop("expected", "no 101: a refusal, an ordinary reply, or the end of the connection")
    return Case(name, title, row, expected, one(edit), must_refuse(accepted), **more)


def accepted(row: Row, name: str, title: str, edit: Edit, refused: Status = "fail", **more: Any) -> Case:
    """Only a 101 with the right Accept is right."""
    return Case(name, title, row, "101 with the right Accept", one(edit), must_accept(refused), **more)


def bad_request(row: Row, name: str, title: str, edit: Edit, **more: Any) -> Case:
    """Exactly 400 is right."""
    return Case(name, title, row, "400 Bad Request", one(edit), exactly(400), **more)


def open_case(row: Row, name: str, title: str, edit: Edit, accepted: Status = "pass", **more: Any) -> Case:
    """A 101 and a refusal are both legal."""
    return Case(name, title, row, "a 101 or a refusal, both are legal", one(edit), either(accepted), **more)


def shown(row: Row, name: str, title: str, edit: Edit, **more: Any) -> Case:
    """Whatever comes is shown."""
    return Case(name, title, row, "any answer; it is shown", one(edit), informs, **more)


# -- edits of the good request -----------------------------------------------------------------------------------------


def put(name: bytes, value: bytes) -> Edit:
    """One field of that name with this value."""
    return lambda plan: plans.replaced(plan, name, value)


def drop(*names: bytes) -> Edit:
    """No field of these names."""

    def edit(plan: Plan) -> Plan:
        for name in names:
            plan = plans.without(plan, name)
        return plan

    return edit


def more(name: bytes, value: bytes) -> Edit:
    """One more field of that name behind those there are."""
    return lambda plan: plans.added(plan, name, value)


def lines(name: bytes, *values: bytes) -> Edit:
    """As many fields of that name as there are values, in this order."""
    return then(drop(name), *(more(name, value) for value in values))


def raw(line: bytes, *, without: bytes | None = None) -> Edit:
    """A line sent as it is, in place of a field where one is named."""
    return then(drop(without) if without else same, lambda plan: plans.raw_added(plan, line))


def first(name: bytes, value: bytes) -> Edit:
    """A field in front of all others."""
    return lambda plan: plan._replace(fields=((name, value), *plan.fields))


def method(name: bytes) -> Edit:
    """Another method."""
    return lambda plan: plan._replace(method=name)


def http(version: bytes) -> Edit:
    """Another version in the request line."""
    return lambda plan: plan._replace(version=version)


def target(change: Any) -> Edit:
    """Another request target, made from the one there is."""
    return lambda plan: plan._replace(target=change(plan.target))


def body(octets: bytes) -> Edit:
    """Octets behind the head."""
    return lambda plan: plan._replace(body=octets)


def whole(change: Any) -> Edit:
    """The octets of the request, changed as a whole."""
    return lambda plan: plan._replace(whole=change(plans.craft(plan)))


def then(*edits: Edit) -> Edit:
    """One edit after another."""

    def edit(plan: Plan) -> Plan:
        for step in edits:
            plan = step(plan)
        return plan

    return edit


def same(plan: Plan) -> Plan:
    """No edit."""
    return plan


def query(text: bytes) -> Edit:
    """The target with more in its query."""
    return target(lambda old: old + (b"&" if b"?" in old else b"?") + text)
