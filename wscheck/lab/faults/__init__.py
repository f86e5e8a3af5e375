"""Faults imitate one wrong reply each, and declare exactly which checks they trip with which problem codes.

May never enter: the code that judges. What a fault sends is written out or computed here, so that the checks are
proved against octets that they had no part in.

To add a fault, add a row to the `FAULTS` of a file in this folder.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from wscheck.core.grammar import same
from wscheck.lab.request import Request
from wscheck.lab.respond import switching
from wscheck.lab.script import Draft, Script


class Fault(NamedTuple):
    """One way to be wrong. `trips` maps each check that reports it to the codes of exactly the problems it reports.

    `subprotocols`, `extensions` and `version` are what a request has to say for the fault to show as declared.
    """

    id: str
    title: str
    trips: Mapping[str, tuple[str, ...]]
    answer: Callable[[Request], Script]
    subprotocols: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    version: str = "13"
    held: bool = False  # shows only on a connection that is held

    @property
    def silent(self) -> bool:
        """Whether not one octet of a reply is sent, so that there is nothing to judge."""
        return not self.trips


@cache
def faults() -> Mapping[str, Fault]:
    """All faults by id, in the order of their files and rows."""
    found: dict[str, Fault] = {}
    for module in pkgutil.iter_modules(__path__):
        for fault in importlib.import_module(f"{__name__}.{module.name}").FAULTS:
            assert fault.id not in found, fault.id  # noqa: S101  # two rows with one id would hide each other
            found[fault.id] = fault
    return found


# -- edits of the right 101 --------------------------------------------------------------------------------------------

Answer = Callable[[Request], Script]


def start(line: bytes) -> Answer:
    """The 101 with another start line."""
    return lambda request: Draft(line, switching(request).lines).script()


def swap(name: bytes, *lines: bytes) -> Answer:
    """The 101 with these lines in place of the field; none leaves it out."""
    return lambda request: _swapped(switching(request), name, lines).script()


def extra(*lines: bytes, tail: bytes = b"") -> Answer:
    """The 101 with more lines behind its own, and octets behind the head."""

    def answer(request: Request) -> Script:
        draft = switching(request)
        return Draft(draft.start, (*draft.lines, *lines), tail).script()

    return answer


def octets(edit: Callable[[bytes], bytes]) -> Answer:
    """The 101 with its octets edited as a whole."""
    return lambda request: Script((edit(switching(request).octets()),))


def accept(value: Callable[[bytes], bytes]) -> Answer:
    """The 101 with an Accept computed from the key in another way."""

    def answer(request: Request) -> Script:
        line = b"Sec-WebSocket-Accept: " + value(request.key)
        return _swapped(switching(request), b"Sec-WebSocket-Accept", (line,)).script()

    return answer


def _swapped(draft: Draft, name: bytes, lines: tuple[bytes, ...]) -> Draft:
    kept: list[bytes] = []
    done = False
    for line in draft.lines:
        if not same(line.partition(b":")[0], name):
            kept.append(line)
        elif not done:
            kept += lines
            done = True
    return Draft(draft.start, tuple(kept) if done else (*kept, *lines), draft.tail, draft.end)
