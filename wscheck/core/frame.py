"""Frames behind the handshake, read tolerantly, and the few that a tester sends.

May never enter: messages, compression, a state machine. A frame with a reserved bit, an unknown opcode or a mask from
the server is read as it stands; whether that is a fault is for `checks`.

RFC 6455 §5.2: FIN, RSV1 to 3, opcode; MASK, payload length (7, 7+16 or 7+64 bits); masking key; payload.
"""

from __future__ import annotations

from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
OPCODES = (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG)
CONTROL_LIMIT_BYTES = 125  # RFC 6455 §5.5


class Frame(NamedTuple):
    """One frame. `payload` is unmasked; it is shorter than `length` when the rest has not come."""

    fin: bool
    rsv: int
    opcode: int
    masked: bool
    length: int
    payload: bytes
    offset: int
    extended: int = 0  # octets of the extended payload length: 0, 2 or 8

    @property
    def control(self) -> bool:
        """Whether the most significant bit of the opcode says that it is a control frame (RFC 6455 §5.5)."""
        return self.opcode >= 0x8

    @property
    def closes(self) -> bool:
        """Whether it is a Close. With FIN clear it is none (§5.5); so begins `HTTP/`, read as a frame."""
        return self.opcode == CLOSE and self.fin

    @property
    def whole(self) -> bool:
        """Whether all of the payload is there."""
        return len(self.payload) == self.length


def read_frames(data: bytes) -> tuple[tuple[Frame, ...], int]:
    """All whole frames at the start of `data`, and the offset of the first octet behind them. Never raises."""
    frames = []
    pos = 0
    while (frame_end := _read_one(data, pos)) is not None:
        frame, end = frame_end
        if not frame.whole:
            break
        frames.append(frame)
        pos = end
    return tuple(frames), pos


def read_partial(data: bytes, pos: int) -> Frame | None:
    """The frame that begins at `pos` as far as it came, or None while its header is not whole."""
    found = _read_one(data, pos)
    return found[0] if found else None


def _read_one(data: bytes, pos: int) -> tuple[Frame, int] | None:
    if len(data) < pos + 2:
        return None
    first, second = data[pos], data[pos + 1]
    masked, length = second >= 0x80, second & 0x7F
    start = pos + 2
    extended = {126: 2, 127: 8}.get(length, 0)
    if extended:
        length = int.from_bytes(data[start : start + extended])
        start += extended
    key = data[start : start + 4] if masked else b""
    start += 4 if masked else 0
    if len(data) < start:
        return None
    payload = data[start : start + length]
    return Frame(
        fin=first >= 0x80,
        rsv=first >> 4 & 0x7,
        opcode=first & 0xF,
        masked=masked,
        length=length,
        payload=_mask(payload, key) if masked else payload,
        offset=pos,
        extended=extended,
    ), start + length


def until_close(data: bytes) -> bytes:
    """What came up to the first Close: whatever is behind it a client discards (RFC 6455 §1.4)."""
    frames, end = read_frames(data)
    for number, frame in enumerate(frames):
        if frame.closes:
            return data[: frames[number + 1].offset if number + 1 < len(frames) else end]
    return data


def may_be_frames(data: bytes) -> bool:
    """Whether octets may begin a frame that some extension allows: a known opcode, RSV2 and RSV3 clear, and FIN in a
    control frame (RFC 6455 §5.2, §5.5). Of text, only that which begins with `@`, `A` or `B` does."""
    if not data:
        return True
    fin, rsv, opcode = data[0] >= 0x80, data[0] >> 4 & 0x7, data[0] & 0xF
    return opcode in OPCODES and rsv in (0, 4) and (fin or opcode < CLOSE)


def write_frame(opcode: int, payload: bytes, key: bytes = b"") -> bytes:
    """One frame with FIN: a client's, masked with the octets of `key`, or a server's without (RFC 6455 §5.2, §5.3).

    The length takes the shortest form; a control frame with more than 125 octets is written all the same.
    """
    size = len(payload)
    form, extended = (size, b"") if size < 126 else (126, size.to_bytes(2)) if size < 65536 else (127, size.to_bytes(8))
    masked = 0x80 if key else 0
    return bytes([0x80 | opcode, masked | form]) + extended + key + (_mask(payload, key) if key else payload)


def client_frame(opcode: int, payload: bytes, *, key: bytes = b"\x37\xfa\x21\x3d") -> bytes:
    """A client's frame. The masking key is the RFC's own sample (§5.7): nothing that is tested needs another."""
    return write_frame(opcode, payload, key)


def shortest_form(length: int) -> int:
    """How many octets of extended payload length a length takes in its shortest form (RFC 6455 §5.2)."""
    return 0 if length < 126 else 2 if length < 65536 else 8


def is_utf8(payload: bytes) -> bool:
    """Whether octets are UTF-8, as text and the reason of a Close have to be (RFC 6455 §5.6, §5.5.1)."""
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def close_payload(code: int) -> bytes:
    """The body of a Close with that code and no reason (RFC 6455 §5.5.1)."""
    return code.to_bytes(2)


def close_code(frame: Frame) -> int | None:
    """The code of a Close, None for an empty or cut body (RFC 6455 §7.1.5: then it is taken as 1005)."""
    return int.from_bytes(frame.payload[:2]) if len(frame.payload) >= 2 else None


def close_fault(frame: Frame) -> str | None:
    """What is wrong with the body of a Close, None when nothing is: it is empty, or a code that may stand on the wire
    and a reason in UTF-8 (RFC 6455 §5.5.1, §7.4.1, §7.4.2)."""
    code = close_code(frame)
    if frame.length == 1:
        return "a body of one octet, which is no code"
    if code is None:
        return None
    if code < 1000 or code > 4999 or code in (1005, 1006, 1015):
        return f"the code {code}, which never stands on the wire"
    return None if is_utf8(frame.payload[2:]) else "a reason that is not UTF-8"


def _mask(payload: bytes, key: bytes) -> bytes:
    # One exclusive-or over the whole payload as a number: quick, and never more memory than a few times the payload.
    if not payload:
        return b""
    stream = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(stream)).to_bytes(len(payload))
