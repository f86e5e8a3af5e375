"""FLOOR 1. Cases provoke an answer: each edits the good handshake in one way and says which answers are right.

May never enter: sockets, clocks and randomness (`auditing` plays a case), options of a command, rendering. One file is
one clause family; a case is a row in it.

To add a case, add a row to the `CASES` of a file in this folder; `ORDER` of the file places its section in the report.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal, NamedTuple

from wscheck.core.answer import Answer
from wscheck.core.plan import AT_ONCE, Delivery, Plan
from wscheck.core.report import CaseLevel, Outcome, Status
from wscheck.core.talk import FAREWELL, Talk
from wscheck.core.target import Target

# What a case needs of the server, and the flag or the fact that would give it.
NEEDS: Mapping[str, str] = {
    "subprotocol": "the server chose no subprotocol: name one that it speaks with --subprotocol",
    "two-subprotocols": "only with two subprotocols that the server speaks: --subprotocol A --subprotocol B",
    "deflate": "the server accepts no permessage-deflate, so there is nothing to negotiate",
    "stands": "the server ends the connection by itself behind the 101, so what it makes of frames cannot be seen",
    "ping": "the server answers no Ping, so it cannot be seen whether frames are read",
    "echo": "the server does not send a text message back, so what it read of one cannot be seen",
    "origin": "no Origin was given: name one that the server takes with --origin",
    "credentials": "no credentials were given: -u, --oauth2-bearer or -H 'Authorization: …'",
    "cookie": "no cookie was given: -b or -H 'Cookie: …'",
    "tls": "only a wss URL has TLS",
}

# How the shots of a case are made: one connection after another, all of them open at the same time and answered out of
# order, or one behind the other on the same connection.
Way = Literal["each", "together", "reused"]


class Good(NamedTuple):
    """What a case starts from: the handshake that the server accepts, and what is known of the server."""

    plan: Plan
    target: Target
    another_key: bytes
    subprotocols: tuple[bytes, ...] = ()  # offered ones; the first is the one that the server chose
    has: frozenset[str] = frozenset()  # of NEEDS
    greeting: int = 0  # messages that the server sends of its own


class Shot(NamedTuple):
    """One request of a case, how it is sent, and what is said behind a 101."""

    plan: Plan
    delivery: Delivery = AT_ONCE
    talk: Talk = FAREWELL


class Seen(NamedTuple):
    """What a case brought: an answer for each shot that got at least one octet, None for the others."""

    good: Good
    answers: tuple[Answer | None, ...]
    outcomes: tuple[Outcome, ...]
    limit_s: float
    made: int | None = None  # how many of the requests were really made, None for all of them

    @property
    def answer(self) -> Answer | None:
        """The last answer, which decides in most cases."""
        return self.answers[-1]

    @property
    def outcome(self) -> Outcome:
        """What became of the last request."""
        return self.outcomes[-1]


class Said(NamedTuple):
    """The verdict on a case, and what was observed, printable."""

    status: Status
    observed: str


Judge = Callable[[Seen], Said]


class Row(NamedTuple):
    """A requirement as cases cite it: ids, level, clause, why it matters, and what to change when it is broken."""

    requirements: tuple[str, ...]
    level: CaseLevel
    clause: str
    why: str
    fix: str


class Case(NamedTuple):
    """One way to provoke an answer. `shots` makes its requests from the good one."""

    id: str
    title: str
    row: Row
    expected: str
    shots: Callable[[Good], tuple[Shot, ...]]
    judge: Judge
    way: Way = "each"
    needs: tuple[str, ...] = ()
    intrusive: bool = False


class Section(NamedTuple):
    """The cases of one clause family, in report order. A policy section never lowers the result."""

    name: str
    title: str
    cases: tuple[Case, ...]
    policy: bool = False


@cache
def sections() -> tuple[Section, ...]:
    """All sections in report order, found by listing this folder: a file with `SECTION` and `ORDER`."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found = [module for module in modules if hasattr(module, "SECTION")]
    return tuple(module.SECTION for module in sorted(found, key=lambda module: int(module.ORDER)))


@cache
def cases() -> Mapping[str, Case]:
    """All cases by id, in report order."""
    found: dict[str, Case] = {}
    for section in sections():
        for case in section.cases:
            assert case.id not in found, case.id  # noqa: S101  # two rows with one id would hide each other
            found[case.id] = case
    return found


# -- shots -------------------------------------------------------------------------------------------------------------

Edit = Callable[[Plan], Plan]


def one(edit: Edit, talk: Talk = FAREWELL, delivery: Delivery = AT_ONCE) -> Callable[[Good], tuple[Shot, ...]]:
    """A single request: the good one with this edit."""
    return lambda good: (Shot(edit(good.plan), delivery, talk),)
