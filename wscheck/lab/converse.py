"""The strict server behind the 101: a client's octets in, a server's frames out.

May never enter: tolerance. A frame that breaks a rule fails the connection with the code that its clause names
(RFC 6455 §7.1.7), and nothing is processed behind it. What a habit leaves out is declared by whoever gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from wscheck.core.frame import (
    CLOSE,
    CONTINUATION,
    CONTROL_LIMIT_BYTES,
    OPCODES,
    PING,
    PONG,
    TEXT,
    Frame,
    close_code,
    close_fault,
    is_utf8,
    read_frames,
    read_partial,
    shortest_form,
    write_frame,
)

# A message longer than this is not taken: 1009 (RFC 6455 §7.4.1, §10.4).
MESSAGE_LIMIT_BYTES = 256 * 1024
PROTOCOL_ERROR, BAD_PAYLOAD, TOO_BIG = 1002, 1007, 1009


class Manners(NamedTuple):
    """How the server behaves behind the 101. The defaults are those of RFC 6455.

    `lenient` names rules that are not enforced: `mask`, `rsv`, `opcode`, `control`, `fragments`, `text`, `close-body`,
    `form`, `length`. `compressed` says that permessage-deflate was accepted, so that RSV1 may be set. `write` makes the
    octets of each frame that goes out.
    """

    lenient: frozenset[str] = frozenset()
    compressed: bool = False
    write: Callable[[int, bytes, int], bytes] = lambda opcode, payload, rsv: _plain(opcode, payload, rsv)
    closes: bool = True  # a Close is answered, a failed connection says why
    ends: bool = True  # TCP ends behind the Close
    pongs: int | None = None  # so many Pings are answered, None for all
    # What is said to octets that came with the request, and what of them is heard as frames.
    early: Callable[[bytes], tuple[bytes, bytes]] = lambda octets: (b"", octets)
    # What is said to octets in place of reading frames in them; nothing reads them.
    instead: Callable[[bytes], bytes] = lambda octets: b""


def _plain(opcode: int, payload: bytes, rsv: int) -> bytes:
    octets = write_frame(opcode, payload)
    return bytes([octets[0] | rsv << 4]) + octets[1:]


class Said(NamedTuple):
    """What goes out, and whether the connection ends behind it."""

    octets: bytes
    end: bool = False


class Conversation:
    """One connection behind its 101."""

    def __init__(self, manners: Manners = Manners()) -> None:  # noqa: B008  # an immutable value
        self.manners = manners
        self._pending = b""
        self._message: tuple[int, int, bytes] | None = None  # opcode, rsv and payload of a message that is not whole
        self._over = False
        self._pings = 0

    def meet(self, early: bytes) -> Said:
        """Takes what came with the request."""
        said, heard = self.manners.early(early)
        answered = self.hear(heard) if heard else Said(b"")
        return Said(said + answered.octets, answered.end)

    def hear(self, octets: bytes) -> Said:
        """Takes what came and returns what is said to it. A Ping gets its Pong, a message comes back as it is."""
        if self._over:
            return Said(b"")
        instead = self.manners.instead(octets)
        if instead:
            return Said(instead)
        self._pending += octets
        frames, end = read_frames(self._pending)
        partial = read_partial(self._pending, end)
        out = b""
        for frame in frames:
            said = self._answer(frame)
            out += said.octets
            if self._over:
                return Said(out, said.end)
        self._pending = self._pending[end:]
        if partial and (code := self._fault(partial)):
            said = self._fail(code)
            return Said(out + said.octets, said.end)
        return Said(out)

    def _answer(self, frame: Frame) -> Said:
        code = self._fault(frame)
        if code:
            return self._fail(code)
        if frame.opcode == CLOSE:
            return self._part(frame)
        if frame.opcode == PING:
            self._pings += 1
            enough = self.manners.pongs is not None and self._pings > self.manners.pongs
            return Said(b"" if enough else self.manners.write(PONG, frame.payload, 0))
        if frame.opcode == PONG or frame.opcode not in OPCODES:
            return Said(b"")
        return self._collect(frame)

    def _collect(self, frame: Frame) -> Said:
        opcode, rsv, payload = self._message or (frame.opcode, frame.rsv, b"")
        payload += frame.payload
        if len(payload) > MESSAGE_LIMIT_BYTES:
            return self._fail(TOO_BIG)
        self._message = None if frame.fin else (opcode, rsv, payload)
        if not frame.fin:
            return Said(b"")
        if opcode == TEXT and not rsv and not is_utf8(payload) and "text" not in self.manners.lenient:
            return self._fail(BAD_PAYLOAD)
        return Said(self.manners.write(opcode, payload, rsv))

    def _fault(self, frame: Frame) -> int | None:
        """The close code of the first rule that a client's frame breaks, None when it breaks none."""
        data = frame.opcode in (CONTINUATION, TEXT, 2)
        owned = 4 if self.manners.compressed and frame.opcode in (TEXT, 2) else 0
        starts = frame.opcode == CONTINUATION
        rules = (
            ("mask", frame.masked, PROTOCOL_ERROR),  # §5.1
            ("rsv", not frame.rsv & ~owned, PROTOCOL_ERROR),  # §5.2
            ("opcode", frame.opcode in OPCODES, PROTOCOL_ERROR),  # §5.2
            ("control", not frame.control or (frame.fin and frame.length <= CONTROL_LIMIT_BYTES), PROTOCOL_ERROR),
            ("fragments", not data or starts is (self._message is not None), PROTOCOL_ERROR),  # §5.4
            ("form", frame.extended == shortest_form(frame.length), PROTOCOL_ERROR),  # §5.2
            ("length", frame.length <= MESSAGE_LIMIT_BYTES, TOO_BIG),
            ("close-body", not frame.whole or frame.opcode != CLOSE or not close_fault(frame), PROTOCOL_ERROR),
        )
        return next((code for name, right, code in rules if not right and name not in self.manners.lenient), None)

    def _fail(self, code: int) -> Said:
        self._over = True
        octets = self.manners.write(CLOSE, code.to_bytes(2), 0) if self.manners.closes else b""
        return Said(octets, self.manners.ends)

    def _part(self, close: Frame) -> Said:
        self._over = True
        code = close_code(close)
        body = b"" if code is None else code.to_bytes(2)
        return Said(self.manners.write(CLOSE, body, 0) if self.manners.closes else b"", self.manners.ends)
