"""The octets behind the upgrade: what was to be said is said, Ping answered, Close exchanged, the connection watched.

May never enter: judgement. What went both ways, and who ended the connection, when and how, is a `Tunnel`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import (
    CLOSE,
    CONTROL_LIMIT_BYTES,
    PING,
    PONG,
    Frame,
    close_code,
    close_payload,
    may_be_frames,
    read_frames,
    read_partial,
    write_frame,
)
from wscheck.core.talk import Talk
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.inbox import Inbox
from wscheck.wire.nonce import new_mask

NORMAL = 1000  # RFC 6455 §7.4.1
# What came first is kept up to here for the report; what comes later is read, looked at and dropped.
RECORD_LIMIT_BYTES = 64 * 1024
# So much is looked at in one go, so that a peer that floods cannot keep us from seeing that the time is over.
LOOK_LIMIT_BYTES = 64 * 1024
# So many Pings are answered of those that come at once, the newest: RFC 6455 §5.5.3 allows to answer only the last one,
# and a peer that floods gets neither all of our time nor all of our memory.
PONGS_AT_ONCE = 16
# A peer that does not read what it is sent gets no more Pongs while so much waits for it.
UNSENT_LIMIT_BYTES = 64 * 1024
# Behind octets that are no frames nothing better will come; this long may the rest of them take.
JUNK_QUIET_S = 0.2


class _Line:
    """One tunnel under way. Frames are looked at as they come, so a long or busy session takes no memory."""

    def __init__(self, inbox: Inbox, start: int, ping: bytes | None) -> None:
        self.inbox, self.start, self.ping = inbox, start, ping
        self.sent, self.record = b"", b""
        self.close: Frame | None = None  # the server's
        self.pong = self.junk = self.echo = False
        self.messages = 0
        self.ending: Ending | None = None
        self._pending = b""  # begins with a frame that is not whole
        self._skip = 0  # octets of a long payload that are still to come
        self._began = time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the peer has ended TCP, and all that came before is looked at."""
        return self.inbox.ended and len(self.inbox.data) <= self.start

    def write(self, octets: bytes) -> None:
        # A transport that lost its connection says so by `is_closing` first; written to, it would write to the log.
        if octets and self.inbox.transport and not self.inbox.ended and not self.inbox.transport.is_closing():
            self.sent += octets[: RECORD_LIMIT_BYTES - len(self.sent)]
            self.inbox.transport.write(octets)

    def send(self, opcode: int, payload: bytes) -> None:
        self.write(write_frame(opcode, payload, new_mask()))

    def after_s(self) -> float:
        return time.monotonic() - self._began

    def look(self) -> None:
        """Takes what has come, answers each Ping, and notes our Pong and the first Close (RFC 6455 §5.5)."""
        data = self.inbox.take(self.start, LOOK_LIMIT_BYTES)
        self.record += data[: RECORD_LIMIT_BYTES - len(self.record)]
        self.echo = self._echoed()
        self._pending += data[self._skip :]
        self._skip = max(self._skip - len(data), 0)
        frames, end = read_frames(self._pending)
        if self.close is None:
            self._hear(frames)
        self._pending = self._pending[end:]
        self.junk = self.junk or not may_be_frames(self._pending)
        self._pass_over()

    def _echoed(self) -> bool:
        """Whether all that came is what was sent: an echo, whose frames are our own. Two octets may be alike by chance,
        but with the third the mask of a client's frame is in view."""
        return len(self.record) > 2 and (self.sent.startswith(self.record) or self.record.startswith(self.sent or b"-"))

    def _hear(self, frames: Sequence[Frame]) -> None:
        self.close = next((frame for frame in frames if frame.closes), None)
        before = frames[: frames.index(self.close)] if self.close else frames
        self.pong = self.pong or any(frame.opcode == PONG and frame.payload == self.ping for frame in before)
        self.messages += sum(frame.fin and not frame.control for frame in before)
        self.junk = self.junk or any(not may_be_frames(_first_octet(frame)) for frame in before)
        self._answer([frame for frame in before if frame.opcode == PING])
        if self.close and self.ending is None:
            self.ending = Ending("server", "close", self.after_s(), close_code(self.close), self.close.payload[2:])

    def _has_heard(self, talk: Talk) -> bool:
        return talk.ping is not None and self.pong and self.messages >= talk.messages

    def _answer(self, pings: Sequence[Frame]) -> None:
        for ping in pings[-PONGS_AT_ONCE:]:
            if self.inbox.transport and self.inbox.transport.get_write_buffer_size() < UNSENT_LIMIT_BYTES:
                self.send(PONG, ping.payload[:CONTROL_LIMIT_BYTES])

    def _pass_over(self) -> None:
        """Drops what has come of a frame too long to be a control frame; the rest of it is dropped when it comes."""
        frame = read_partial(self._pending, 0)
        if frame and frame.length > CONTROL_LIMIT_BYTES:
            self._skip, self._pending = frame.length - len(frame.payload), b""

    def cut(self) -> Ending:
        """The end of a connection that no Close announced."""
        return Ending("server", "reset" if self.inbox.error else "eof", self.after_s())

    @property
    def speechless(self) -> bool:
        """Whether what comes is no WebSocket, so that nothing better is waited for."""
        return self.junk or self.echo

    async def watch(self, deadline: Deadline, *, talk: Talk | None = None, tcp: bool = False) -> None:
        """Waits for the first of: a Close (or, with `tcp`, the end of TCP), what the `talk` waits for, the deadline."""
        while True:
            self.look()
            left = len(self.inbox.data) > self.start
            if self.over or (self.close and not tcp) or (talk and self._has_heard(talk)):
                return
            wait_s = min(deadline.left_s(), JUNK_QUIET_S) if self.speechless else deadline.left_s()
            if left and deadline.left_s() > 0:
                await asyncio.sleep(0)  # others have their turn, and more may come
            elif left or not await self.inbox.more(self.start, wait_s):
                return


def _first_octet(frame: Frame) -> bytes:
    return bytes([frame.fin << 7 | frame.rsv << 4 | frame.opcode])


async def converse(inbox: Inbox, start: int, talk: Talk, total: Deadline) -> tuple[Tunnel, float | None, float | None]:
    """Plays a talk behind the head that ends at `start`: what went both ways, and the milliseconds until the Pong and
    until the end, None where there was none. All of it stays within the total limit, unless the connection is held."""
    line = _Line(inbox, start, talk.ping)
    began = time.perf_counter()
    line.look()
    if talk.farewell == "await" and line.ending is None:
        line.ending = Ending("wscheck", "close", line.after_s())
    line.write(talk.octets)
    if talk.octets or talk.ping is not None:
        await line.watch(Deadline(talk.wait_s, "ping").nearer(total), talk=talk)
    ping_ms = since_ms(began) if line.pong else None
    held_s, interrupted = talk.hold_s, False
    if talk.hold_s is not None and not (line.close or line.over):
        interrupted = await _held(line, talk.hold_s, kept=talk.kept)
        held_s = round(line.after_s(), 1) if interrupted else held_s
        total = Deadline(2 * talk.close_s, "close")
    ended, close_ms = await _part(line, talk, total)
    ending = line.ending or line.cut()
    frames = read_frames(line.sent)[0], read_frames(line.record)[0]
    return (
        Tunnel(
            line.sent, line.record, *frames, ending, held_s, talk.ping, line.pong, talk.wait_s, line.close, ended,
            talk.close_s,
            total.left_s() <= 0,
            line.speechless,
            interrupted,
        ),
        ping_ms,
        close_ms,
    )  # fmt: skip


async def _held(line: _Line, hold_s: float, *, kept: bool) -> bool:
    """Watches the connection so long; whether the user had enough before. What it showed until then is to be kept, so
    the cancellation is taken back, and whoever runs this looks at `interrupted`."""
    try:
        await line.watch(Deadline(hold_s, "hold"))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not kept or task is None:
            raise
        task.uncancel()
        return True
    return False


async def _part(line: _Line, talk: Talk, total: Deadline) -> tuple[bool | None, float | None]:
    """Says farewell: our Close (or the answer to the server's), its answer, and the end of TCP by the server."""
    began = time.perf_counter()
    if line.over:
        line.ending = line.ending or line.cut()
        # Behind a Close, ours or the server's, TCP ends; without one it was cut.
        return (True if line.close or line.ending.by == "wscheck" else None), None
    if line.ending is None:
        line.ending = Ending("wscheck", "close", line.after_s(), NORMAL)
    if talk.farewell != "await":
        line.send(CLOSE, close_payload((line.close and close_code(line.close)) or NORMAL))
    if talk.farewell == "send" or line.speechless:
        return None, None
    await line.watch(Deadline(talk.close_s, "close").nearer(total))
    if line.close is None:
        return line.over, None
    await line.watch(Deadline(talk.close_s, "close").nearer(total), tcp=True)
    return line.over, since_ms(began) if line.over else None
