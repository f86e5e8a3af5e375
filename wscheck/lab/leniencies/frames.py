"""Frames behind the 101: rules that are not enforced, and wrong answers (RFC 6455 §5, §7)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.core.frame import CLOSE, PONG, write_frame
from wscheck.lab.converse import Manners
from wscheck.lab.leniencies import Leniency, told
from wscheck.lab.respond import STRICT, Server


def _spoken(manners: Manners) -> Server:
    return STRICT._replace(manners=manners)


def _unenforced(*rules: str) -> Server:
    """A server that does not look at these."""
    return _spoken(Manners(lenient=frozenset(rules)))


def _written(opcode: int, payload: Callable[[bytes], bytes | None]) -> Server:
    """A server that writes another payload into frames of that opcode; None sends no frame."""

    def write(sent: int, octets: bytes, rsv: int) -> bytes:
        made = payload(octets) if sent == opcode else octets
        if made is None:
            return b""
        frame = write_frame(sent, made)
        return bytes([frame[0] | rsv << 4]) + frame[1:]

    return _spoken(Manners(write=write))


def _as_text(payload: bytes) -> bytes:
    # Octets that all stand outside of ASCII are no text of anybody's; a decoder that drops them leaves nothing.
    return b"" if len(payload) > 8 and min(payload) >= 0xF0 else payload


def _http(octets: bytes) -> bytes:
    is_request = octets.startswith(b"GET ")
    return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" if is_request else b""


_FAILED = (b"\x03\xea", b"\x03\xf1")  # 1002 and 1009: the codes of a connection that fails (§7.4.1)
_CLOSES = "close-normal close-empty close-reason"

LENIENCIES = (
    Leniency(
        "lenient-frame-mask", "takes frames that are not masked", told(fail="frame-unmasked"), _unenforced("mask")
    ),
    Leniency(
        "lenient-frame-opcode",
        "passes over opcodes that it does not know",
        told(fail="frame-opcode-3 frame-opcode-11"),
        _unenforced("opcode"),
    ),
    Leniency("lenient-frame-rsv", "does not look at RSV bits", told(fail="frame-rsv1"), _unenforced("rsv")),
    Leniency(
        "lenient-frame-control",
        "takes control frames that are long or in pieces",
        told(fail="frame-ping-126 frame-ping-fragment"),
        _unenforced("control"),
    ),
    Leniency(
        "lenient-frame-length",
        "waits for a frame however long it says it is",
        told(warn="frame-2-62"),
        _unenforced("length"),
    ),
    Leniency(
        "lenient-pong-empty",
        "does not answer a Ping without payload",
        told(fail="ping-empty"),
        _written(PONG, lambda payload: payload or None),
    ),
    Leniency(
        "lenient-pong-short",
        "cuts the payload of a Pong at 64 octets",
        told(fail="ping-125"),
        _written(PONG, lambda payload: payload[:64]),
    ),
    Leniency(
        "lenient-pong-text",
        "takes the payload of a Ping for text",
        told(fail="ping-binary"),
        _written(PONG, _as_text),
    ),
    Leniency(
        "lenient-pong-once",
        "answers the first Ping of a connection and no other",
        told(fail="ping-two"),
        _spoken(Manners(pongs=1)),
    ),
    Leniency(
        "lenient-close-unanswered",
        "answers no Close",
        told(fail=_CLOSES),
        _written(CLOSE, lambda body: body if body in _FAILED else None),
    ),
    Leniency(
        "lenient-close-empty",
        "answers no Close without a body",
        told(fail="close-empty"),
        _written(CLOSE, lambda body: body or None),
    ),
    Leniency(
        "lenient-close-open",
        "does not end TCP behind the Close",
        told(fail=_CLOSES),
        _spoken(Manners(ends=False)),
    ),
    Leniency(
        "lenient-close-cut",
        "cuts the connection without a Close when a frame is wrong",
        told(warn="frames-close"),
        _written(CLOSE, lambda body: None if body in _FAILED else body),
    ),
    Leniency(
        "lenient-http-behind",
        "answers HTTP behind the 101",
        told(fail="http-behind-101"),
        _spoken(Manners(instead=_http)),
    ),
)
