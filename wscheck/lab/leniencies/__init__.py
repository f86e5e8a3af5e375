"""Leniencies: the strict server with one of its parts left out or replaced, and exactly what an audit then says.

May never enter: the code that judges. A leniency is one row, or a row and a small function.

To add a leniency, add a row to the `LENIENCIES` of a file in this folder; one file is one clause family.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from wscheck.core.report import Status
from wscheck.lab.request import Request, read_request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import Rule
from wscheck.lab.script import Draft


class Leniency(NamedTuple):
    """One way to be lenient. `fails` maps each case that it changes to its status; all others are as with the server
    that it starts from, which is the strict one, or the one of the leniency that is named as `base`."""

    id: str
    title: str
    fails: Mapping[str, Status]
    server: Server
    base: str = ""
    alone: bool = False  # shows as declared only when one case is made after the other: it has a memory


@cache
def leniencies() -> Mapping[str, Leniency]:
    """All leniencies by id, in the order of their files and rows."""
    found: dict[str, Leniency] = {}
    for module in pkgutil.iter_modules(__path__):
        for leniency in importlib.import_module(f"{__name__}.{module.name}").LENIENCIES:
            assert leniency.id not in found, leniency.id  # noqa: S101  # two rows with one id would hide each other
            found[leniency.id] = leniency
    return found


def told(*, fail: str = "", warn: str = "", info: str = "", ok: str = "", skip: str = "") -> Mapping[str, Status]:
    """What an audit says of these cases, each a list of ids with blanks between them."""
    every: dict[Status, str] = {"fail": fail, "warn": warn, "info": info, "pass": ok, "skip": skip}
    return {name: status for status, names in every.items() for name in names.split()}


# -- servers -----------------------------------------------------------------------------------------------------------


def without(*names: str, server: Server = STRICT) -> Server:
    """The server without these rules."""
    assert all(name in server.rules for name in names), names  # noqa: S101  # a misspelt name would leave none out
    return server._replace(rules={name: rule for name, rule in server.rules.items() if name not in names})


def ruled(name: str, rule: Rule, server: Server = STRICT) -> Server:
    """The server with this rule in place of its own, or in front of all when it has none of that name."""
    if name in server.rules:
        return server._replace(rules={**server.rules, name: rule})
    return server._replace(rules={name: rule, **server.rules})


def read_as(edit: Callable[[Request], Request], server: Server = STRICT) -> Server:
    """The server that reads each request in another way."""
    return server._replace(read=lambda octets, date: edit(read_request(octets, date)))


def unless(passes: Callable[[Request], bool], rule: Rule) -> Rule:
    """The rule for all requests but those."""
    return lambda request: None if passes(request) else rule(request)


def named_lines(name: bytes, *numbers: int) -> Callable[[Request], Request]:
    """A reader that sees of all lines of that name only the ones with these numbers, as a slice or an index does."""

    def edit(request: Request) -> Request:
        lines = request.all(name)
        seen = [lines[number] for number in numbers] if lines else []
        kept = [field for field in request.fields if field not in lines or field in seen]
        return request._replace(fields=tuple(kept))

    return edit


# -- replies -----------------------------------------------------------------------------------------------------------


def adding(*lines: bytes) -> Callable[[Request, Draft], Draft]:
    """A reply with more lines."""
    return lambda request, draft: draft._replace(lines=(*draft.lines, *lines))


def lacking(draft: Draft, name: bytes) -> Draft:
    """A reply without the lines of that name."""
    start = name.lower() + b":"
    return draft._replace(lines=tuple(line for line in draft.lines if not line.lower().startswith(start)))
