"""The lab on a socket: reads a request, asks a server or a fault for the script, plays it.

May never enter: what a reply says. FLOOR 2.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from wscheck.core.visible import not_a_command, visible
from wscheck.errors import MissingExtraError, UsageError
from wscheck.lab.converse import Conversation
from wscheck.lab.memory import Memory
from wscheck.lab.naming import fault_at, fault_named, leniency_at, name_in
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server, respond
from wscheck.lab.rules import refuse
from wscheck.lab.script import Script

if TYPE_CHECKING:
    import ssl

# Behind the refusal of a head that is too long so much is still read, so that the refusal is not lost in a reset.
DRAIN_LIMIT_BYTES = 4 * 1024 * 1024
DRAIN_LIMIT_S = 1.0
# How long an unanswered or upgraded connection is kept for a client that does not end it.
OPEN_LIMIT_S = 120.0
SIGHT_BYTES = 1024  # so much of a request is looked at for the name of a leniency


class Host(NamedTuple):
    """Who answers a request: a server, and the names under which it is at home."""

    server: Server = STRICT
    names: tuple[str, ...] = ("",)


def http_date(seconds: float) -> bytes:
    """An HTTP-date (RFC 9110 §5.6.7), whatever the locale."""
    now = time.gmtime(seconds)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[now.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[now.tm_mon - 1]
    return f"{day}, {now.tm_mday:02} {month} {now.tm_year} {time.strftime('%H:%M:%S', now)} GMT".encode()


class Lab:
    """The embedded server. `async with Lab(...) as lab` listens on `lab.port` until the block ends.

    Each fault and each leniency is at its own path (`/accept-missing`); the strict server, or the one given, is at
    every other path that is no such name.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        fault: str = "",
        tls: bool = False,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.host, self.port = host, port
        self._fault = fault_at(fault)
        self._host = _host_of(fault) or Host()
        if fault:
            fault_named(fault)
        self.ca_pem: str | None = None
        self._tls, self._log = tls, log
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._memory = Memory()

    async def __aenter__(self) -> Lab:
        """Starts to listen. UsageError when the address cannot be had."""
        context = self._certificate() if self._tls else None
        try:
            self._server = await asyncio.start_server(self._accept, self.host, self.port, ssl=context)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"the lab cannot listen on {self.host}:{self.port}: {reason}") from None
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _certificate(self) -> ssl.SSLContext:
        import ssl

        try:
            import trustme
        except ImportError:
            raise MissingExtraError("the lab over TLS", "lab") from None
        authority = trustme.CA()
        self.ca_pem = authority.cert_pem.bytes().decode("ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        authority.issue_cert("localhost", "127.0.0.1", "::1").configure_cert(context)
        return context

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: asyncio would log one that is cancelled at the end of the block as an error.
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        early, nth, script = b"", 0, Script((), "next")
        try:
            while script.end == "next":
                nth += 1
                data, end, host = await self._read(reader, early)
                if end is None:
                    return
                script = self._script(data[:end], host, nth)
                early = data[end:]
                await _play(script, early, reader, writer)
            if end is not None and end > host.server.limit_bytes:
                await asyncio.wait_for(_drain(reader, writer), DRAIN_LIMIT_S)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client went away, which is its right
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, early: bytes) -> tuple[bytes, int | None, Host]:
        """What came, where the head ends in it, None when the client ended before it was whole, and who answers. A
        head that is too long ends where that shows."""
        data, began, keyed = bytearray(early), time.monotonic(), False
        while True:
            keyed = keyed or self._memory.glance(data)
            host = self._host_for(data)
            end = host.server.head_end(bytes(data))
            if end is not None or len(data) > host.server.limit_bytes:
                return bytes(data), end or len(data), host
            left_s = host.server.patience_s - (time.monotonic() - began)
            chunk = await asyncio.wait_for(reader.read(65536), max(left_s, 0))
            if not chunk:
                return b"", None, host
            data += chunk

    def _host_for(self, data: bytearray) -> Host:
        """The leniency whose path stands in the request line, else the one given, else the strict server."""
        words = bytes(data[:SIGHT_BYTES]).lstrip(b"\r\n").partition(b"\n")[0].split()
        return (_host_of(name_in(words[1])) if len(words) > 1 else None) or self._host

    def _script(self, octets: bytes, host: Host, nth: int) -> Script:
        request = host.server.read(octets, http_date(time.time()))
        name = name_in(request.target)
        fault = fault_at(name) or (self._fault if host is self._host else None)
        request = request._replace(here=name in host.names, secure=self._tls, nth=nth)
        request = self._memory.told(request)
        if request.size > host.server.limit_bytes:
            said = "The head is larger than this server takes."
            script = refuse(request, b"431 Request Header Fields Too Large", said).script()
        else:
            script = fault.answer(request) if fault else respond(request, host.server)
        self._say(request, script)
        return script

    def _say(self, request: Request, script: Script) -> None:
        if self._log:
            start = script.octets.partition(b"\r\n")[0]
            self._log(not_a_command(f"{visible(request.line, 60)}  ->  {visible(start, 60) or 'nothing'}"))


def _host_of(name: str) -> Host | None:
    found = leniency_at(name)
    return Host(found.server, ("", found.id)) if found else None


async def _play(script: Script, early: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for number, piece in enumerate(script.pieces):
        if number and script.gap_s:
            await asyncio.sleep(script.gap_s)
        writer.write(piece)
        await writer.drain()
    if script.end in ("open", "deaf", "echo"):
        await asyncio.wait_for(_talk(script, early, reader, writer), OPEN_LIMIT_S)
    elif script.end == "reset":
        _reset(writer)


async def _talk(script: Script, early: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks frames, or what stands for them, until one side ends; `early` came with the request."""
    conversation = Conversation(script.manners)
    chunk = early or await reader.read(65536)
    hear = conversation.meet if early else conversation.hear
    while chunk:
        if script.end == "echo":
            writer.write(chunk)
        elif script.end == "open":
            said, hear = hear(chunk), conversation.hear
            writer.write(said.octets)
            if said.end:
                return
        await writer.drain()
        chunk = await reader.read(65536)


async def _drain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads on behind a refusal until the client ends: octets that nobody reads would make the close a reset."""
    writer.write_eof() if writer.can_write_eof() else None
    read = 0
    while read < DRAIN_LIMIT_BYTES and (chunk := await reader.read(65536)):
        read += len(chunk)


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    # Linger of zero makes the close a reset; the two shorts of Windows and the two ints elsewhere differ in size.
    linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
