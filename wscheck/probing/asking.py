"""What the user wants in a request, as a plan. FLOOR 3.

May never enter: a judgement, and sending. Wrong use is a UsageError before anything is sent; wrongness that is asked
for with `--raw-field` and its like goes out as it is, and is said in a note.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck import __version__
from wscheck.core import plan as plans
from wscheck.core.grammar import CONTROL, HTTP_VERSION, OWS, is_token, same
from wscheck.core.key import key_faults
from wscheck.core.plan import AT_ONCE, Delivery, Plan
from wscheck.core.secrets import SECRET_FIELDS
from wscheck.core.target import Target
from wscheck.errors import UsageError
from wscheck.wire.nonce import new_key

_HANDSHAKE = re.compile(rb"(?i)host|upgrade|connection|origin|user-agent|sec-websocket-.*")
USER_AGENT = f"wscheck/{__version__}"


class Asked(NamedTuple):
    """What the user wants in the request beyond a good handshake, and how it is sent."""

    headers: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    raw_fields: tuple[str, ...] = ()
    origin: str | None = None
    subprotocols: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    key: str | None = None
    version: str | None = None
    user_agent: str | None = None
    method: str | None = None
    http_version: str | None = None
    target: str | None = None
    body: str | None = None
    request_file: bytes | None = None  # the octets of --request-file
    hidden: tuple[str, ...] = ()  # lines of `headers` whose values are secret, whatever the field is called
    delivery: Delivery = AT_ONCE

    @property
    def hidden_names(self) -> frozenset[bytes]:
        """The fields to mask. Those of the handshake itself are shown: their values stand all over a report."""
        names = {plans.split_header(text)[0] for text in self.hidden}
        return frozenset(name for name in names if not _HANDSHAKE.fullmatch(name))

    def elsewhere(self) -> Asked:
        """The same for another origin: nothing that carries a secret goes along."""
        return self._replace(
            headers=tuple(text for text in self.headers if not _secret(text) and text not in self.hidden),
            hidden=(),
            adds=tuple(text for text in self.adds if not _secret(text)),
            raw_fields=tuple(text for text in self.raw_fields if not _secret(_unescaped(text))),
            target=None,
            body=None,
            request_file=None,
        )


def _secret(text: str) -> bool:
    names = [line.partition(":")[0].strip().rstrip(";").encode("utf-8", "replace") for line in text.split("\n")]
    return any(same(name, secret) for name in names for secret in SECRET_FIELDS)


def _unescaped(text: str) -> str:
    return plans.unescape(text).decode("latin-1")


def plan_for(
    target: Target, asked: Asked, *, authorization: bytes | None = None, cookie: bytes | None = None
) -> tuple[Plan, tuple[str, ...]]:
    """The plan for a target, and notes on what in it departs from a good handshake. UsageError for what cannot be."""
    notes: list[str] = []
    key = new_key()
    if asked.key is not None:
        key = _value("--ws-key", asked.key)
        notes += [f"the key was given: {said}" for _, said in key_faults(key)]
    agent = USER_AGENT if asked.user_agent is None else asked.user_agent
    plan = plans.good_plan(target, key, user_agent=_value("-A", agent))
    if asked.version is not None:
        plan = plans.replaced(plan, b"Sec-WebSocket-Version", _value("--ws-version", asked.version))
    for name, option, values in (
        (b"Origin", "--origin", () if asked.origin is None else (asked.origin,)),
        (b"Sec-WebSocket-Protocol", "--subprotocol", asked.subprotocols),
        (b"Sec-WebSocket-Extensions", "--extension", asked.extensions),
    ):
        if values:
            plan = plans.added(plan, name, b", ".join(_value(option, value, empty=False) for value in values))
    for name, given in ((b"Authorization", authorization), (b"Cookie", cookie)):
        if given is not None:
            plan = plans.added(plan, name, given)
    plan = _line(plan, asked, notes)
    plan = _with_fields(plan, asked, notes)
    if asked.request_file is not None:
        plan = plans.filled(asked.request_file, plan)
        notes.append("the request was read from a file and sent as it is")
    return plan, tuple(dict.fromkeys(notes))


def _line(plan: Plan, asked: Asked, notes: list[str]) -> Plan:
    """The request line and what stands behind the head, as crafted."""
    if asked.method is not None:
        method = _value("--method", asked.method, empty=False)
        if not is_token(method):
            notes.append("the method is no token")
        plan = plan._replace(method=method)
    if asked.http_version is not None:
        text = _value("--http-version", asked.http_version)
        plan = plan._replace(version=text if b"/" in text or not text else b"HTTP/" + text)
        if not HTTP_VERSION.fullmatch(plan.version):
            notes.append("the version is off the grammar of HTTP")
    if asked.target is not None:
        plan = plan._replace(target=plans.unescape(asked.target))
    if asked.body is not None:
        plan = plan._replace(body=plans.unescape(asked.body))
        notes.append("octets stand behind the head (--body); a length is added only by -H")
    return plan


def _with_fields(plan: Plan, asked: Asked, notes: list[str]) -> Plan:
    for text in asked.headers:
        plan = plans.edit_header(plan, text)
    for text in asked.adds:
        name, value = plans.split_header(text)
        plan = plans.added(plan, name, value or b"")
    for text in asked.raw_fields:
        plan = plans.raw_added(plan, plans.unescape(text))
        notes.append("a line was sent as it is, unchecked (--raw-field)")
    return plan


def _value(option: str, text: str, *, empty: bool = True) -> bytes:
    value = text.encode("utf-8", "surrogateescape").strip(OWS)
    if CONTROL.search(value) or b"\r" in value:
        raise UsageError(f"the value of {option} holds a control character: use --raw-field to send it on purpose")
    if not value and not empty:
        raise UsageError(f"the value of {option} is empty: leave the option out, or send -H 'Name;' on purpose")
    return value
