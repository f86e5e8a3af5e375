"""`frames`: what follows the 101 is WebSocket. A server that computes Accept and speaks no frames fails here.

RFC 6455 §5.2: FIN, RSV1 to 3, opcode, MASK, payload length in its shortest form, payload; §5.5: control frames.
"""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.checks import Check, Ruling, Skip
from wscheck.checks.frame_rules import (
    BAD_CONTROL,
    BAD_FRAGMENT,
    BAD_LENGTH,
    BAD_TEXT,
    CHUNKED,
    CLOSED_EARLY,
    ECHOED,
    MASKED,
    NO_PONG,
    NOT_FRAMES,
    RESERVED_BIT,
    SILENT,
    UNKNOWN_OPCODE,
    WRONG_PONG,
)
from wscheck.core.answer import Answer
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import (
    CLOSE,
    CONTINUATION,
    CONTROL_LIMIT_BYTES,
    OPCODES,
    PONG,
    TEXT,
    Frame,
    close_code,
    is_utf8,
    may_be_frames,
    read_frames,
    read_partial,
    shortest_form,
    until_close,
)
from wscheck.core.report import Problem
from wscheck.core.visible import visible


def judge(answer: Answer) -> Ruling | Skip:
    """What came behind the head, frame by frame, and whether our Ping was answered."""
    if not answer.switching:
        return Skip("only a 101 is followed by frames")
    tunnel = answer.tunnel
    received = tunnel.received if tunnel else answer.tail
    if not received and (tunnel is None or tunnel.ping is None):
        return Skip("no frame was sent, and none came")
    compressed = any(extension.name == b"permessage-deflate" for extension in answer.accepted_extensions)
    received = until_close(received)
    frames, end = read_frames(received)
    if not received and tunnel and tunnel.ending.by == "server":
        return Skip("the connection ended before a frame came")
    problems = _junk(received, tunnel.sent if tunnel else b"", compressed)
    if not problems:
        problems = list(_broken(frames, received, end, compressed))
    if not problems and tunnel:
        if tunnel.cut_short and tunnel.ping is not None and not tunnel.pong and tunnel.ending.by == "wscheck":
            return Skip("the time of the whole probe was over before a Pong could come")
        problems = list(_liveness(tunnel, frames))
    return Ruling(_seen(tunnel, received, frames), tuple(problems))


def _junk(received: bytes, sent: bytes, compressed: bool) -> list[Problem]:
    """What came is not WebSocket at all: told by its first octets, once, instead of frame by frame."""
    if not received:
        return []
    shown = visible(received, 60)
    if sent and len(received) > 2 and (received.startswith(sent) or sent.startswith(received)):
        return [ECHOED.broken(f"our own octets came back: {shown}")]
    kind = _kind(received)
    if kind == "a chunk size" and not (compressed and may_be_frames(received)):
        return [CHUNKED.broken(f"a chunk size stands where a frame has to begin: {shown}")]
    if kind and not (may_be_frames(received) and kind in ("text", "a chunk size")):
        return [NOT_FRAMES.broken(f"{kind} came instead of frames: {shown}")]
    return []


def _http(octets: bytes) -> str | None:
    """What octets are that begin as HTTP does, which no frame can; None when they begin otherwise."""
    begin = octets.lstrip(b" \t\r\n")[:64].lower()
    if begin.startswith(b"http/"):
        return "an HTTP reply"
    return "a page" if begin.startswith((b"<!", b"<html", b"<?xml")) else None


def _kind(received: bytes) -> str | None:
    """What octets look like that may be no frames; None when they look like nothing known."""
    begin = received.lstrip(b" \t\r\n")[:64].lower()
    size, _, rest = received.partition(b"\r\n")
    http = _http(received)
    if http:
        return http
    if rest and size and len(size) <= 8 and all(octet in b"0123456789abcdefABCDEF" for octet in size):
        return "a chunk size"
    if received[:1] in b"\x14\x15\x16\x17" and received[1:2] == b"\x03":
        return "a TLS record"
    if begin.startswith((b"{", b"[")):
        return "JSON"
    readable = sum(32 <= octet < 127 or octet in b"\t\r\n" for octet in received[:64])
    return "text" if readable == len(received[:64]) else None


def _broken(frames: tuple[Frame, ...], received: bytes, end: int, compressed: bool) -> Iterator[Problem]:
    """Every frame that breaks a rule; behind the first that cannot be one, nothing is read as a frame any more."""
    partial = read_partial(received, end)
    fragmented = False
    text: bytes | None = None  # of a message in fragments
    for number, frame in enumerate((*frames, *([partial] if partial else []))):
        kind = _http(received[frame.offset :])
        if kind:
            shown = visible(received[frame.offset :], 60)
            yield NOT_FRAMES.broken(f"{kind} came behind {number} frame{'s' if number > 1 else ''}: {shown}")
            return
        yield from _one(frame, compressed)
        if frame.opcode not in OPCODES:
            return
        if not frame.control:
            if (frame.opcode == CONTINUATION) is not fragmented:
                yield BAD_FRAGMENT.broken(_at(frame, "stands where the rules of fragments do not allow it"))
            fragmented = not frame.fin
            text = _text_so_far(frame, text)
            if frame.opcode == CONTINUATION and frame.fin and frame.whole and text is not None and not is_utf8(text):
                yield BAD_TEXT.broken(_at(frame, "ends a text that is not UTF-8"))
    if end < len(received) and partial is None and not may_be_frames(received[end:]):
        yield UNKNOWN_OPCODE.broken(f"octets that begin no frame: {visible(received[end:], 40)}")


def _text_so_far(frame: Frame, text: bytes | None) -> bytes | None:
    """The text of a message in fragments, None where it is no text or compressed."""
    if frame.opcode == CONTINUATION:
        return None if text is None else text + frame.payload
    return frame.payload if frame.opcode == TEXT and not frame.fin and not frame.rsv else None


def _one(frame: Frame, compressed: bool) -> Iterator[Problem]:
    if frame.masked:
        yield MASKED.broken(_at(frame, "is masked"))
    if frame.opcode not in OPCODES:
        yield UNKNOWN_OPCODE.broken(_at(frame, "has an opcode that is reserved"))
        return
    # RFC 7692 §6: RSV1 belongs to the first frame of a data message, once permessage-deflate was accepted.
    owned = 4 if compressed and frame.opcode in (1, 2) else 0
    if frame.rsv & ~owned:
        bits = [f"RSV{number}" for number, bit in ((1, 4), (2, 2), (3, 1)) if frame.rsv & ~owned & bit]
        yield RESERVED_BIT.broken(_at(frame, f"has {' and '.join(bits)} set, which no accepted extension owns"))
    if frame.extended != shortest_form(frame.length) or frame.length >= 1 << 63:
        yield BAD_LENGTH.broken(_at(frame, f"has its length {frame.length} in {frame.extended} more octets"))
    if frame.control and (not frame.fin or frame.length > CONTROL_LIMIT_BYTES):
        why = "is fragmented" if not frame.fin else f"has {frame.length} octets"
        yield BAD_CONTROL.broken(_at(frame, why))
    if frame.opcode == TEXT and frame.fin and frame.whole and not frame.rsv and not is_utf8(frame.payload):
        yield BAD_TEXT.broken(_at(frame, "is a text that is not UTF-8"))


_NAMES = {0: "continuation", 1: "text", 2: "binary", 8: "Close", 9: "Ping", 10: "Pong"}


def _at(frame: Frame, said: str) -> str:
    name = _NAMES.get(frame.opcode, f"opcode {frame.opcode}")
    return f"the frame at octet {frame.offset} behind the head ({name}, {frame.length} octets) {said}"


def _liveness(tunnel: Tunnel, frames: tuple[Frame, ...]) -> Iterator[Problem]:
    """Whether our Ping was answered, as far as the connection stood for it."""
    if tunnel.ping is None or tunnel.pong:
        return
    if tunnel.farewell and tunnel.ending.by == "server":
        code = close_code(tunnel.farewell)
        said = f"closed by the server with {code if code is not None else 'no code'} before the Pong"
        yield CLOSED_EARLY.broken(said)
        return
    if tunnel.ending.by == "server":
        return  # cut: `close` says so
    # An unasked Pong is legal (§5.5.3) and may come before ours; only one that is all there is answers us wrongly.
    stranger = next((frame for frame in frames if frame.opcode == PONG), None)
    if stranger:
        yield WRONG_PONG.broken(_at(stranger, f"does not carry our {len(tunnel.ping)} octets"))
    elif frames:
        yield NO_PONG.broken(f"{len(frames)} frames came, and no Pong within {tunnel.waited_s:g} s")
    elif tunnel.received:
        said = f"{len(tunnel.received)} octets came, no whole frame, and no Pong within {tunnel.waited_s:g} s"
        yield NO_PONG.broken(said)
    else:
        yield SILENT.broken(f"a Ping was sent, and nothing came within {tunnel.waited_s:g} s")


def _seen(tunnel: Tunnel | None, received: bytes, frames: tuple[Frame, ...]) -> str:
    if tunnel is None or tunnel.ping is None:
        return f"{len(received)} octets came, {len(frames)} frames; no Ping was sent"
    others = [frame for frame in frames if frame.opcode not in (PONG, CLOSE)]
    beside = f", and {len(others)} other frame{'s' if len(others) > 1 else ''}" if others else ""
    if tunnel.pong:
        return f"Ping answered{beside}"
    if tunnel.ending.by == "server" and tunnel.farewell:
        return f"closed before a Pong{beside}"
    return f"no Pong{beside}" if received else "silence"


CHECK = Check(
    id="frames",
    title="Frames follow the 101, and a Ping is answered",
    order=120,
    clause="RFC 6455 §5.2",
    expected="frames, and a Pong for our Ping",
    why="A stub can compute the Accept; only frames show that a WebSocket server is behind it.",
    rules=(
        NOT_FRAMES,
        CHUNKED,
        ECHOED,
        MASKED,
        RESERVED_BIT,
        UNKNOWN_OPCODE,
        BAD_LENGTH,
        BAD_CONTROL,
        BAD_FRAGMENT,
        BAD_TEXT,
        WRONG_PONG,
        SILENT,
        NO_PONG,
        CLOSED_EARLY,
    ),
    judge=judge,
    also=("R-6455-5.5.3-02", "R-7692-6-01", "R-9110-7.8-21"),
)
