"""The lab on a socket: reads a request, asks `respond` or a fault for the script, plays it.

May never enter: what a reply says. FLOOR 2.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from wscheck.core.head import head_end
from wscheck.core.visible import not_a_command, visible
from wscheck.errors import MissingExtraError, UsageError, unknown
from wscheck.lab.converse import Conversation
from wscheck.lab.respond import Request, read_request, refuse, respond
from wscheck.lab.script import Script

if TYPE_CHECKING:
    import ssl

    from wscheck.lab.faults import Fault

REQUEST_LIMIT_BYTES = 256 * 1024
REQUEST_LIMIT_S = 30.0
# How long an unanswered or upgraded connection is kept for a client that does not end it.
OPEN_LIMIT_S = 120.0
REMEMBERED_PATHS = 1024


def fault_named(name: str) -> Fault:
    """The fault of that name; UsageError with the nearest name else."""
    known = _faults()
    if name not in known:
        raise unknown("fault", name, known, where="wscheck explain faults")
    return known[name]


def _faults() -> Mapping[str, Fault]:
    from wscheck.lab.faults import faults  # loaded late: the strict server needs none

    return faults()


def http_date(seconds: float) -> bytes:
    """An HTTP-date (RFC 9110 §5.6.7), whatever the locale."""
    now = time.gmtime(seconds)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[now.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[now.tm_mon - 1]
    return f"{day}, {now.tm_mday:02} {month} {now.tm_year} {time.strftime('%H:%M:%S', now)} GMT".encode()


class Lab:
    """The embedded server. `async with Lab(...) as lab` listens on `lab.port` until the block ends.

    Each fault is at its own path (`/accept-missing`); the strict server, or the fault given, is at every other path
    that is no fault's name.
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
        self.fault = fault_named(fault) if fault else None
        self.ca_pem: str | None = None
        self._tls, self._log = tls, log
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._first_keys: dict[bytes, bytes] = {}

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
            raise MissingExtraError("a labs: URL", "lab") from None
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
        try:
            request, early = await asyncio.wait_for(_read(reader), REQUEST_LIMIT_S)
            if request is not None:
                script = self._script(request)
                self._say(request, script)
                await _play(script, early, reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client went away, which is its right
        finally:
            writer.close()

    def _script(self, request: Request) -> Script:
        request = request._replace(first_key=self._remembered(request))
        name = request.path.strip(b"/").decode("latin-1")
        fault = (_faults().get(name) if name else None) or self.fault
        if fault:
            return fault.answer(request)
        if name:
            said = f"There is no fault {visible(name.encode('latin-1'), 60)} here; / is the strict server."
            return refuse(request, b"404 Not Found", said).script()
        return respond(request).script()

    def _remembered(self, request: Request) -> bytes:
        """The key of the first request to this path; of so many paths, so that a stranger fills no memory."""
        if request.path in self._first_keys:
            return self._first_keys[request.path]
        if len(self._first_keys) < REMEMBERED_PATHS:
            self._first_keys[request.path] = request.key
        return b""

    def _say(self, request: Request, script: Script) -> None:
        if self._log:
            start = script.octets.partition(b"\r\n")[0]
            self._log(not_a_command(f"{visible(request.line, 60)}  ->  {visible(start, 60) or 'nothing'}"))


async def _read(reader: asyncio.StreamReader) -> tuple[Request | None, bytes]:
    """A whole request head, None when the client ended before it was whole; and what came behind it."""
    data = bytearray()
    while (end := head_end(data)) is None:
        chunk = await reader.read(65536)
        data += chunk
        if not chunk or len(data) > REQUEST_LIMIT_BYTES:
            return None, b""
    return read_request(bytes(data[:end]), http_date(time.time())), bytes(data[end:])


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
    while chunk:
        if script.end == "echo":
            writer.write(chunk)
        elif script.end == "open":
            said = conversation.hear(chunk)
            writer.write(said.octets)
            if said.end:
                return
        await writer.drain()
        chunk = await reader.read(65536)


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    # Linger of zero makes the close a reset; the two shorts of Windows and the two ints elsewhere differ in size.
    linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
