"""A run over several hops: challenges answered, redirects followed. FLOOR 3.

May never enter: what a reply means for the verdict. Every connection has a fresh key; to another origin nothing goes
along that carries a secret; what httpx raises is a note.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from wscheck.asking import Asked, plan_for
from wscheck.core.answer import read_answer
from wscheck.core.exchange import Exchange, Stopped
from wscheck.core.plan import Plan
from wscheck.core.secrets import masked_url
from wscheck.core.target import Target, parse_target
from wscheck.errors import UsageError
from wscheck.wire.session import CookieBox, Credentials, Signing, joined

_REDIRECTS = (301, 302, 303, 307, 308)


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
        self.seen = {_place(target)}
        self.plan = plan_for(target, asked)[0]

    async def go(self) -> None:
        redirects = 0
        while True:
            last = await self._with_credentials()
            location = _location(last)
            if location is None or not self.following.redirects:
                self._suggest(location)
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
        credentials = self.following.credentials if self._own else Credentials()
        if self._own and self.first.userinfo and not credentials.user:
            credentials = credentials._replace(user=self.first.userinfo)
        signing = Signing(credentials, self.target)
        authorization = signing.first()
        while True:
            last = await self._exchange(authorization)
            authorization = signing.answer(last)
            if signing.note:
                self.notes.append(signing.note)
            if authorization is None:
                return last
            self.notes.append("the challenge was answered with credentials")

    async def _exchange(self, authorization: bytes | None) -> Exchange:
        asked = self.asked if self._own else self.asked.elsewhere()
        cookie = self.cookies.header(self.target, own=self._own)
        self.plan, notes = plan_for(self.target, asked, authorization=authorization, cookie=cookie)
        self.notes += notes
        hop = sum(made.purpose == "handshake" for made in self.made)
        self.made += [made._replace(hop=hop) for made in await self.send(self.plan, self.target, self._own)]
        self.cookies.take(self.made[-1], self.target)
        return self.made[-1]

    def _next(self, location: bytes, redirects: int) -> tuple[Target | None, Stopped | None]:
        url = joined(self.target, location)
        try:
            target = parse_target(url) if url else None
        except UsageError:
            target = None
        if target is None:
            return None, "unusable"
        # What a server writes into Location is no credential of the user's.
        target = target._replace(userinfo=None, notes=())
        if self.target.secure and not target.secure and not self.following.downgrade:
            return None, "downgrade"
        if _place(target) in self.seen:
            return None, "loop"
        if redirects >= self.following.max_hops:
            return None, "too-many"
        self.seen.add(_place(target))
        return target, None

    def _suggest(self, location: bytes | None) -> None:
        url = joined(self.target, location) if location is not None else None
        if url:
            ws_url = url.replace("http", "ws", 1)
            self.notes.append(f"the reply redirects: try {masked_url(ws_url)}, or follow it with -L")


def _location(made: Exchange) -> bytes | None:
    if not made.response:
        return None
    answer = read_answer(made)
    fields = answer.all(b"Location")
    return fields[0].value if answer.status in _REDIRECTS and fields and fields[0].value else None


def _place(target: Target) -> str:
    return target.origin + target.resource
