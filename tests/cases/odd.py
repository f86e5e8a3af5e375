"""The strict lab with a turn: a server that changes, dies or hangs while it is audited."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from wscheck import probing
from wscheck.auditing import Audit, Pace
from wscheck.auditing.choosing import Chosen
from wscheck.core.route import NO_ROUTE, Route
from wscheck.core.target import parse_target
from wscheck.lab.script import Script
from wscheck.lab.serve import Host, Lab
from wscheck.probing.asking import Asked

HANGS, CUTS = Script((), "deaf"), Script((), "close")


def refusing(status: bytes) -> Script:
    """This status, and the end of the connection."""
    return Script((b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",), "close")


# What is answered to a request, by its number and its octets; None for what the strict server says.
Turn = Callable[[int, bytes], Script | None]


class Odd(Lab):
    """The lab, asked by a turn first. `times` are when requests came, `most` how many connections stood at once."""

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self.turn = turn
        self.requests: list[bytes] = []
        self.times: list[float] = []
        self.standing = self.most = 0

    def die(self) -> Script:
        """Listens no more, and cuts the connection that it is asked on."""
        assert self._server is not None
        self._server.close()
        return CUTS

    def leave(self, for_s: float) -> Script:
        """The same, and listens again at the same port behind so many seconds."""

        async def back() -> None:
            await asyncio.sleep(for_s)
            await super(Odd, self).__aenter__()

        self._back = asyncio.create_task(back())
        return self.die()

    async def __aenter__(self) -> Odd:
        await super().__aenter__()
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.standing += 1
        self.most = max(self.most, self.standing)
        try:
            await super()._serve(reader, writer)
        finally:
            self.standing -= 1

    def _script(self, octets: bytes, host: Host, nth: int) -> Script:
        self.requests.append(octets)
        self.times.append(time.monotonic())
        return self.turn(len(self.requests), octets) or super()._script(octets, host, nth)


def is_good(octets: bytes) -> bool:
    """Whether this is the good handshake and nothing else."""
    return _GOOD.fullmatch(octets) is not None


_GOOD = re.compile(
    rb"GET / HTTP/1\.1\r\nHost: [0-9.:]+\r\nUser-Agent: [^\r\n]+\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    rb"Sec-WebSocket-Key: [^\r\n]{22}==\r\nSec-WebSocket-Version: 13\r\n"
    rb"(Sec-WebSocket-Extensions: permessage-deflate\r\n)?\r\n"
)


def auditing(
    lab: Lab, picked: Chosen, pace: Pace, told: Callable[[Any], None] | None = None, route: Route = NO_ROUTE
) -> Audit:
    """An audit of a lab that listens."""
    target = parse_target(f"ws://127.0.0.1:{lab.port}/")
    return Audit(probing.Job(target, probing.Options(asked=Asked(), route=route)), picked, pace, told)


def audit_of(turn: Turn, picked: Chosen, pace: Pace = Pace(4, 0.0, 2.0)) -> tuple[Audit, Odd]:  # noqa: B008  # a value that cannot change
    """A whole audit of a server with this turn."""

    async def run() -> tuple[Audit, Odd]:
        async with Odd(turn) as lab:
            audit = auditing(lab, picked, pace)
            await audit.run()
            return audit, lab

    return asyncio.run(run())
