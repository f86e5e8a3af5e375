"""The octets behind the upgrade: Ping answered, Close exchanged, the connection held and watched.

May never enter: judgement. Who ended the connection, when and how, is an `Ending`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence

from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import (
    CLOSE,
    PING,
    PONG,
    Frame,
    close_code,
    close_payload,
    read_frames,
    read_partial,
    write_frame,
)
from wscheck.wire.clock import Deadline
from wscheck.wire.inbox import Inbox

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


class _Talk:
    """One tunnel under way. Frames are looked at as they come, so a long or busy session takes no memory."""

    def __init__(self, inbox: Inbox, start: int) -> None:
        self.inbox, self.start = inbox, start
        self.sent, self.record = b"", b""
        self.close: Ending | None = None
        self._pending = b""  # begins with a frame that is not whole
        self._skip = 0  # octets of a long payload that are still to come
        self._began = time.monotonic()

    def send(self, opcode: int, payload: bytes) -> None:
        # A transport that lost its connection says so by `is_closing` first; written to, it would write to the log.
        if self.inbox.transport and not self.inbox.ended and not self.inbox.transport.is_closing():
            octets = write_frame(opcode, payload, os.urandom(4))
            self.sent += octets[: RECORD_LIMIT_BYTES - len(self.sent)]
            self.inbox.transport.write(octets)

    def after_s(self) -> float:
        return time.monotonic() - self._began

    def look(self) -> None:
        """Takes what has come, answers each Ping, and takes the first Close as the end (RFC 6455 §5.5.1, §5.5.2)."""
        data = self.inbox.take(self.start, LOOK_LIMIT_BYTES)
        self.record += data[: RECORD_LIMIT_BYTES - len(self.record)]
        self._pending += data[self._skip :]
        self._skip = max(self._skip - len(data), 0)
        frames, end = read_frames(self._pending)
        if self.close is None:
            close = next((frame for frame in frames if frame.opcode == CLOSE), None)
            before = frames[: frames.index(close)] if close else frames
            self._answer([frame for frame in before if frame.opcode == PING])
            if close:
                self.close = Ending("server", "close", self.after_s(), close_code(close), close.payload[2:])
        self._pending = self._pending[end:]
        self._pass_over()

    def _answer(self, pings: Sequence[Frame]) -> None:
        for ping in pings[-PONGS_AT_ONCE:]:
            if self.inbox.transport and self.inbox.transport.get_write_buffer_size() < UNSENT_LIMIT_BYTES:
                self.send(PONG, ping.payload[:125])

    def _pass_over(self) -> None:
        """Drops what has come of a frame too long to be a control frame; the rest of it is dropped when it comes."""
        frame = read_partial(self._pending, 0)
        if frame and frame.length > 125:
            self._skip, self._pending = frame.length - len(frame.payload), b""

    def cut(self) -> Ending:
        """The end of a connection that no Close announced."""
        return Ending("server", "reset" if self.inbox.error else "eof", self.after_s())


async def say_goodbye(inbox: Inbox, start: int) -> Tunnel:
    """Sends Close 1000 and does not wait: a server that opened a session is not left with a connection that breaks."""
    talk = _Talk(inbox, start)
    talk.look()
    ending = talk.close or (talk.cut() if inbox.ended else Ending("wscheck", "close", talk.after_s(), NORMAL))
    talk.send(CLOSE, close_payload(NORMAL))
    return _tunnel(talk, ending, None)


async def hold(inbox: Inbox, start: int, hold_s: float, close_s: float) -> Tunnel:
    """Stays connected for `hold_s` seconds, answers Pings, and watches who ends it. At the end Close 1000 is exchanged,
    for which the peer has `close_s` seconds; that it does not answer is not looked at here."""
    talk = _Talk(inbox, start)
    ending = await _watch(talk, Deadline(hold_s, "hold"))
    if ending is None:
        ending = Ending("wscheck", "close", talk.after_s(), NORMAL)
        talk.send(CLOSE, close_payload(NORMAL))
        await _watch(talk, Deadline(close_s, "close"))
    elif ending.how == "close":
        talk.send(CLOSE, close_payload(ending.code or NORMAL))
    return _tunnel(talk, ending, hold_s)


async def _watch(talk: _Talk, deadline: Deadline) -> Ending | None:
    """Waits for the end of the connection, at most until the deadline; None when it stood."""
    while True:
        talk.look()
        left = len(talk.inbox.data) > talk.start
        if talk.close or (talk.inbox.ended and not left):
            return talk.close or talk.cut()
        if left and deadline.left_s() > 0:
            await asyncio.sleep(0)  # others have their turn, and more may come
        elif left or not await talk.inbox.more(talk.start, deadline.left_s()):
            return None


def _tunnel(talk: _Talk, ending: Ending, held_s: float | None) -> Tunnel:
    sent, received = read_frames(talk.sent)[0], read_frames(talk.record)[0]
    return Tunnel(talk.sent, talk.record, sent, received, ending, held_s)
