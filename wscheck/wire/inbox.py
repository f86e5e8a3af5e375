"""A connection's octets, kept from the first to the last.

May never enter: parsing. asyncio's StreamReader drops what it holds when the connection is reset; a tester has to show
what came before the reset, so this is a small protocol of its own.
"""

from __future__ import annotations

import asyncio

# Above this the peer is not read further until someone looks: it bounds memory against a peer that floods.
_HIGH_WATER_BYTES = 1024 * 1024


class Inbox(asyncio.Protocol):
    """Collects octets. `data` grows; `ended` says that no more will come and `error` why, None for an orderly end."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self.transport: asyncio.Transport | None = None
        self._news: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # the type of every stream transport
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """asyncio: octets came."""
        self.data += data
        if len(self.data) > _HIGH_WATER_BYTES and self.transport:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """asyncio: the peer will send no more."""
        self.ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone; `exc` is a reset or a TLS alert."""
        self.ended = True
        self.error = self.error or exc
        self._wake()

    def take(self, start: int, limit: int) -> bytes:
        """At most `limit` octets of what came behind `start`, which are not kept any longer; a peer that had to wait
        may go on."""
        taken = bytes(self.data[start : start + limit])
        del self.data[start : start + limit]
        if self.transport and not self.ended and len(self.data) <= _HIGH_WATER_BYTES:
            self.transport.resume_reading()
        return taken

    async def more(self, known: int, timeout_s: float) -> bool:
        """Waits until there are more than `known` octets or the end; False when neither came in time."""
        if len(self.data) > known or self.ended:
            return True
        if timeout_s <= 0:
            return False
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        handle = loop.call_later(timeout_s, self._wake)
        try:
            await self._news
        finally:
            handle.cancel()
            self._news = None
        return len(self.data) > known or self.ended

    def _wake(self) -> None:
        if self._news and not self._news.done():
            self._news.set_result(None)
