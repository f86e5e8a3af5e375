"""A run over several hops: challenges answered, redirects followed. FLOOR 3.

May never enter: what a reply means for the verdict. Every connection has a fresh key; to another origin nothing goes
along that carries a secret; what httpx raises is a note.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from wscheck.core.answer import REDIRECTS, read_answer
from wscheck.core.exchange import Exchange, Stopped
from wscheck.core.plan import Plan
from wscheck.core.secrets import masked_url
from wscheck.core.target import Target, parse_target
from wscheck.errors import UsageError
from wscheck.probing.asking import Asked, plan_for
from wscheck.wire.session import CookieBox, Credentials, Signing, joined


class Following(NamedTuple):
    """Which hops are made: with which credentials and cookies, and how far redirects are followed."""

    credentials: Credentials = Credentials()
    cookies: str | None = None
    redirects: bool = False
    max_hops: int = 10
    downgrade: bool = False  # from wss to ws


# Makes one exchange: (plan, target, whether it is the origin that the user named) -> the exchanges, with a proxy's.
Send = Callable[[Plan, Target, bool], Awaitable[tuple[Exchange, ...]]]


class Walk(NamedTuple):
    """What a run over hops brought: its exchanges in order, the notes, and the target of the last hop."""

    exchanges: tuple[Exchange, ...]
    notes: tuple[str, ...]
    target: Target
    plan: Plan


def first_plan(target: Target, asked: Asked, following: Following | None) -> tuple[Plan, tuple[str, ...]]:
    """The request of the first hop, with the credentials and cookies that it carries; nothing is sent."""
    run = _Run(target, asked, following or Following(), _unsent)
    return run.planned(run.signing().first())


def suggestion(made: Exchange, target: Target) -> str | None:
    """What to try where a redirect was not followed, None when the reply is none or leads nowhere."""
    location = _location(made)
    found = _target_of(target, location) if location is not None else None
    return f"the reply redirects: try {masked_url(found.url)} (-L follows it)" if found else None


async def _unsent(plan: Plan, target: Target, own: bool) -> tuple[Exchange, ...]:
    raise AssertionError("this run only plans")


async def walk(target: Target, asked: Asked, following: Following, send: Send) -> Walk:
    """Goes on from hop to hop until a reply is final, or a redirect is not to be followed."""
    run = _Run(target, asked, following, send)
    await run.go()
    return Walk(tuple(run.made), tuple(dict.fromkeys(run.notes)), run.target, run.plan)


class _Run:
    def __init__(self, target: Target, asked: Asked, following: Following, send: Send) -> None:
        self.first, self.target = target, target
        self.asked, self.following, self.send = asked, following, send
        self.cookies = CookieBox(following.cookies)
        self.made: list[Exchange] = []
        self.notes: list[str] = []
        self.seen = {self._asked_before(target)}
        self.plan = plan_for(target, asked)[0]

    async def go(self) -> None:
        redirects = 0
        while True:
            last = await self._with_credentials()
            location = _location(last)
            if location is None or not self.following.redirects:
                said = suggestion(last, self.target)
                self.notes += [said] if said else []
                return
            following, stopped = self._next(location, redirects)
            if following is None:
                self.made[-1] = last._replace(stopped=stopped)
                return
            redirects += 1
            self.notes.append(f"hop {redirects}: redirected to {masked_url(following.url)}")
            self.target = following

    @property
    def _own(self) -> bool:
        """Whether this is still the origin that the user named (RFC 6454 §5: scheme, host and port)."""
        return self.target.origin == self.first.origin

    async def _with_credentials(self) -> Exchange:
        """One exchange, and one more where the reply is a challenge that can be answered."""
        signing = self.signing()
        authorization = signing.first()
        while True:
            last = await self._exchange(authorization)
            authorization = signing.answer(last)
            if signing.note:
                self.notes.append(signing.note)
            if authorization is None:
                return last
            self.notes.append("the challenge was answered with credentials")

    def signing(self) -> Signing:
        """The credentials for the target of this hop: none for any origin but the first."""
        credentials = self.following.credentials if self._own else Credentials()
        if self._own and self.first.userinfo and not credentials.user:
            credentials = credentials._replace(user=self.first.userinfo)
        return Signing(credentials, self.target, self.asked.method or "GET")

    def planned(self, authorization: bytes | None) -> tuple[Plan, tuple[str, ...]]:
        """The request of this hop, and notes on it."""
        asked = self.asked if self._own else self.asked.elsewhere()
        cookie = self.cookies.header(self.target, own=self._own)
        return plan_for(self.target, asked, authorization=authorization, cookie=cookie)

    async def _exchange(self, authorization: bytes | None) -> Exchange:
        self.plan, notes = self.planned(authorization)
        self.notes += notes
        hop = sum(made.purpose == "handshake" for made in self.made)
        self.made += [made._replace(hop=hop) for made in await self.send(self.plan, self.target, self._own)]
        self.cookies.take(self.made[-1], self.target)
        return self.made[-1]

    def _asked_before(self, target: Target) -> tuple[str, bytes | None]:
        """What makes a request the same as an earlier one: its URL, and the cookies that a reply may have set."""
        own = target.origin == self.first.origin
        return target.origin + target.resource, self.cookies.header(target, own=own)

    def _next(self, location: bytes, redirects: int) -> tuple[Target | None, Stopped | None]:
        target = _target_of(self.target, location)
        if target is None:
            return None, "unusable"
        if self.target.secure and not target.secure and not self.following.downgrade:
            return None, "downgrade"
        if self._asked_before(target) in self.seen:
            return None, "loop"
        if redirects >= self.following.max_hops:
            return None, "too-many"
        self.seen.add(self._asked_before(target))
        return target, None


def _target_of(base: Target, location: bytes) -> Target | None:
    """Where a Location leads, None when no WebSocket could be opened there."""
    url = joined(base, location)
    try:
        target = parse_target(url) if url else None
    except UsageError:
        return None
    if target is None:
        return None
    # What a server writes into Location is no credential of the user's; a lab stays one, and is behind no proxy.
    return target._replace(userinfo=None, notes=(), lab=base.lab if target.origin == base.origin else None)


def _location(made: Exchange) -> bytes | None:
    if not made.response:
        return None
    answer = read_answer(made)
    fields = answer.all(b"Location")
    return fields[0].value if answer.status in REDIRECTS and fields and fields[0].value else None
