"""Frames behind the handshake, read tolerantly, and the few that a tester sends.

May never enter: messages, compression, a state machine. A frame with a reserved bit, an unknown opcode or a mask from
the server is read as it stands; whether that is a fault is for `checks`.

RFC 6455 §5.2: FIN, RSV1 to 3, opcode; MASK, payload length (7, 7+16 or 7+64 bits); masking key; payload.
"""

from __future__ import annotations

from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


class Frame(NamedTuple):
    """One frame. `payload` is unmasked; it is shorter than `length` when the rest has not come."""

    fin: bool
    rsv: int
    opcode: int
    masked: bool
    length: int
    payload: bytes
    offset: int

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
    ), start + length


def write_frame(opcode: int, payload: bytes, key: bytes = b"") -> bytes:
    """One frame with FIN: a client's, masked with the octets of `key`, or a server's without (RFC 6455 §5.2, §5.3).

    The length takes the shortest form; a control frame with more than 125 octets is written all the same.
    """
    size = len(payload)
    form, extended = (size, b"") if size < 126 else (126, size.to_bytes(2)) if size < 65536 else (127, size.to_bytes(8))
    masked = 0x80 if key else 0
    return bytes([0x80 | opcode, masked | form]) + extended + key + (_mask(payload, key) if key else payload)


def close_payload(code: int) -> bytes:
    """The body of a Close with that code and no reason (RFC 6455 §5.5.1)."""
    return code.to_bytes(2)


def close_code(frame: Frame) -> int | None:
    """The code of a Close, None for an empty or cut body (RFC 6455 §7.1.5: then it is taken as 1005)."""
    return int.from_bytes(frame.payload[:2]) if len(frame.payload) >= 2 else None


def _mask(payload: bytes, key: bytes) -> bytes:
    # One exclusive-or over the whole payload as a number: quick, and never more memory than a few times the payload.
    if not payload:
        return b""
    stream = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(stream)).to_bytes(len(payload))
