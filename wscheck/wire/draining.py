"""A socket that loses nothing that came before a reset.

A server may answer, or send a TLS alert, and reset at once. A write that meets the reset would make asyncio drop the
connection, the answer unread in the kernel. Here a broken write is told by the reading side, behind what came before.

May never enter: what the octets are. Where asyncio does not call `send` and `recv` (the proactor loop of Windows) this
is a plain socket.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any


class DrainingSocket(socket.socket):
    """A TCP or unix socket whose `send` never raises ConnectionError; `recv` does, once nothing is left to be read.

    EPIPE is no reset: the peer had ended in order before, and what we wrote afterwards brought its reset about. It
    reads as the end that it was (Linux keeps the two apart: EPIPE behind a FIN, else ECONNRESET).
    """

    _broken: ConnectionError | None = None

    def send(self, data: Any, *flags: int) -> int:
        """As of `socket.socket`; all is taken where the connection is broken."""
        try:
            return super().send(data, *flags)
        except ConnectionError as error:
            self._note(error)
            return memoryview(data).nbytes

    def sendmsg(self, buffers: Iterable[Any], *rest: Any) -> int:
        """As of `socket.socket`, and as `send`."""
        parts = list(buffers)
        try:
            return super().sendmsg(parts, *rest)
        except ConnectionError as error:
            self._note(error)
            return sum(memoryview(part).nbytes for part in parts)

    def recv(self, size: int, *flags: int) -> bytes:
        """As of `socket.socket`; the end is the error that a write met before."""
        try:
            got = super().recv(size, *flags)
        except BrokenPipeError:
            return b""
        if not got and size and self._broken:
            raise self._broken
        return got

    def recv_into(self, buffer: Any, *rest: int) -> int:
        """As of `socket.socket`, and as `recv`."""
        try:
            got = super().recv_into(buffer, *rest)
        except BrokenPipeError:
            return 0
        if not got and self._broken:
            raise self._broken
        return got

    def _note(self, error: ConnectionError) -> None:
        if not isinstance(error, BrokenPipeError):
            self._broken = self._broken or error
