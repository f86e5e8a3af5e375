"""Two ways to one service, and one place in which they differ: what can be known of it, as facts for rules.

May never enter: a sentence (`meaning` has them), and a search for differences (`difference` finds them).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from wscheck.core.answer import REDIRECTS, Answer
from wscheck.core.exchange import Exchange
from wscheck.core.fields import members
from wscheck.core.grammar import same


class Side(NamedTuple):
    """One of the two: its letter, its last handshake, and the same read as an answer."""

    letter: str
    exchange: Exchange
    answer: Answer

    @property
    def switches(self) -> bool:
        """Whether it answers 101."""
        return self.answer.status == 101


class Seen(NamedTuple):
    """One difference: where, and what each side has there."""

    where: str
    a: Side
    b: Side
    a_text: str | None
    b_text: str | None

    @property
    def sides(self) -> tuple[Side, Side]:
        """(here, there): here has what there lacks; or switches where there does not; or is A."""
        if self.only:
            return (self.a, self.b) if self.b_text is None else (self.b, self.a)
        return (self.b, self.a) if self.b.switches and not self.a.switches else (self.a, self.b)

    @property
    def only(self) -> bool:
        """Whether one side has nothing there."""
        return self.a_text is None or self.b_text is None


Fact = Callable[[Seen], bool]


class Rule(NamedTuple):
    """What a difference at one of these places means, when the fact holds. `*` is every place."""

    places: tuple[str, ...]
    fact: Fact
    says: str


def always(seen: Seen) -> bool:
    """For the rule that speaks when no other does."""
    return True


def only(seen: Seen) -> bool:
    """One side has nothing there."""
    return seen.only


def lost(seen: Seen) -> bool:
    """One side lacks it although both switch."""
    return seen.only and seen.a.switches and seen.b.switches


def one_switches(seen: Seen) -> bool:
    """One answers 101, and the other something else."""
    return seen.a.switches != seen.b.switches


def refused(*statuses: int) -> Fact:
    """One switches, the other answers with one of these."""
    return lambda seen: one_switches(seen) and seen.sides[1].answer.status in statuses


_LOGIN = re.compile(rb"(?i)(?:^|[/._?&=-])(?:log-?in|sign-?in|oauth2?|auth|sso|saml2?)(?:[/._?&=-]|$)")


def to_login(seen: Seen) -> bool:
    """One switches, and the other redirects to what is called a login."""
    places = seen.sides[1].answer.all(b"Location")
    return refused(*REDIRECTS)(seen) and any(_LOGIN.search(field.value) for field in places)


def old_version(seen: Seen) -> bool:
    """One switches, and the other lists the versions it wants instead."""
    return refused(426, 400)(seen) and bool(seen.sides[1].answer.all(b"Sec-WebSocket-Version"))


def token_lost(seen: Seen) -> bool:
    """Both switch, and one has no `upgrade` in Connection."""
    held = [any(same(one, b"upgrade") for one in members(side.answer.all(b"Connection"))) for side in (seen.a, seen.b)]
    return seen.a.switches and seen.b.switches and not all(held)


def cut(seen: Seen) -> bool:
    """One connection is cut by the server without a Close, and the other is not."""
    ends = [side.exchange.tunnel.ending for side in (seen.a, seen.b) if side.exchange.tunnel]
    return [one.by == "server" and one.how in ("eof", "reset") for one in ends].count(True) == 1


def stage(*stages: str) -> Fact:
    """Only one side failed, in one of these stages."""

    def failed(seen: Seen) -> bool:
        failure = seen.sides[0].exchange.failure
        return seen.only and failure is not None and failure.stage in stages

    return failed
