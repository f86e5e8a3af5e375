"""Right 101s behind which no WebSocket is spoken, or a wrong one. They show to a client that speaks or stays."""

from __future__ import annotations

from wscheck.core.frame import CLOSE, PONG, TEXT, write_frame
from wscheck.lab.converse import Manners
from wscheck.lab.faults import Answer, Fault
from wscheck.lab.respond import switching
from wscheck.lab.script import End, Script


def _then(octets: bytes, end: End, gap_s: float = 0.2) -> Answer:
    """The right 101, and a moment later these octets and the end of the connection."""
    return lambda request: Script((switching(request).octets(), octets), end, gap_s=gap_s)


def _behind(octets: bytes, end: End = "open") -> Answer:
    """The right 101 and these octets at once."""
    return lambda request: Script((switching(request).octets() + octets,), end)


def _with(manners: Manners) -> Answer:
    """The right 101, and a server that speaks frames in this manner."""
    return lambda request: Script((switching(request).octets(),), manners=manners)


def _instead(opcode: int, octets: bytes) -> Answer:
    """These octets in place of each frame with that opcode."""

    def write(sent: int, payload: bytes, rsv: int) -> bytes:
        return octets if sent == opcode else write_frame(sent, payload)

    return _with(Manners(write=write))


def _masked(opcode: int, payload: bytes, rsv: int) -> bytes:
    return write_frame(opcode, payload, b"\x01\x02\x03\x04")


def _chunked(opcode: int, payload: bytes, rsv: int) -> bytes:
    frame = write_frame(opcode, payload)
    return b"%x\r\n%b\r\n" % (len(frame), frame)


FAULTS = (
    Fault(
        "close-policy",
        "closed with 1008 a moment after the 101",
        {"frames": ("closed-early",), "close": ("ended-by-close",)},
        _then(b"\x88\x0f\x03\xf0not logged in", "close"),
        held=True,
    ),
    Fault(
        "cut-idle",
        "cut off without a Close a moment after the 101",
        {"close": ("ended-without-close",)},
        _then(b"", "close"),
        held=True,
    ),
    Fault(
        "frames-deaf",
        "the 101 is right, and not one frame is read or sent",
        {"frames": ("silent",), "close": ("unanswered",)},
        lambda request: Script((switching(request).octets(),), "deaf"),
    ),
    Fault(
        "frames-echo",
        "the 101 is right, and behind it the client's own octets come back",
        {"frames": ("echoed",)},
        lambda request: Script((switching(request).octets(),), "echo"),
    ),
    Fault(
        "frames-html",
        "a page behind the 101",
        {"frames": ("not-frames",), "leftovers": ("early-octets",)},
        _behind(b"<!doctype html><title>Chat</title>\n", "deaf"),
    ),
    Fault(
        "frames-http",
        "an HTTP reply behind the 101",
        {"frames": ("not-frames",), "leftovers": ("early-octets",)},
        _behind(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "deaf"),
    ),
    Fault(
        "frames-json",
        "JSON without a frame around it behind the 101",
        {"frames": ("not-frames",), "leftovers": ("early-octets",)},
        _behind(b'{"type":"hello"}', "deaf"),
    ),
    Fault("frames-chunked", "frames in chunks", {"frames": ("chunked",)}, _with(Manners(write=_chunked))),
    Fault(
        "frames-masked", "the server masks its frames", {"frames": ("masked", "masked")}, _with(Manners(write=_masked))
    ),
    Fault(
        "frames-rsv",
        "a Pong with RSV1 set that nobody negotiated",
        {"frames": ("reserved-bit",)},
        _instead(PONG, b"\xca\x02hi"),
    ),
    Fault(
        "frames-opcode",
        "opcode 3 in place of the Pong",
        {"frames": ("unknown-opcode",)},
        _instead(PONG, b"\x83\x02hi"),
    ),
    Fault(
        "frames-length",
        "a text with its length in more octets than it takes",
        {"frames": ("bad-length",), "leftovers": ("early-octets",)},
        _behind(b"\x81\x7e\x00\x02hi"),
    ),
    Fault(
        "frames-long-ping",
        "a Ping of 126 octets",
        {"frames": ("bad-control",), "leftovers": ("early-octets",)},
        _behind(b"\x89\x7e\x00\x7e" + b"a" * 126),
    ),
    Fault(
        "frames-continuation",
        "a continuation frame that continues nothing",
        {"frames": ("bad-fragment",), "leftovers": ("early-octets",)},
        _behind(b"\x80\x02hi"),
    ),
    Fault(
        "frames-latin1",
        "a text that is Latin-1",
        {"frames": ("bad-text",), "leftovers": ("early-octets",)},
        _behind(b"\x81\x04caf\xe9"),
    ),
    Fault(
        "frames-pong",
        "a Pong with another payload",
        {"frames": ("wrong-pong",)},
        _instead(PONG, write_frame(PONG, b"hello")),
    ),
    Fault(
        "frames-no-pong", "texts, but no Pong", {"frames": ("no-pong",)}, _instead(PONG, write_frame(TEXT, b"hello"))
    ),
    Fault(
        "close-at-once",
        "closed with 4401 right behind the 101, as servers do that want a login",
        {"frames": ("closed-early",), "leftovers": ("early-octets",)},
        _behind(b"\x88\x08\x11\x31log in"),
    ),
    Fault("close-cut", "cut off right behind the 101", {"close": ("cut",)}, _behind(b"", "close")),
    Fault("close-unanswered", "a Close is not answered, TCP ends", {"close": ("unanswered",)}, _instead(CLOSE, b"")),
    Fault("close-not-ended", "TCP stands behind both Closes", {"close": ("not-ended",)}, _with(Manners(ends=False))),
    Fault(
        "close-1005",
        "a Close with 1005, which never stands on the wire",
        {"close": ("bad-close",)},
        _instead(CLOSE, b"\x88\x02\x03\xed"),
    ),
    Fault(
        "close-one-octet",
        "a Close with a body of one octet",
        {"close": ("bad-close",)},
        _instead(CLOSE, b"\x88\x01\x03"),
    ),
    Fault(
        "close-1010",
        "a Close with 1010, which only a client sends",
        {"close": ("bad-close",)},
        _instead(CLOSE, b"\x88\x02\x03\xf2"),
    ),
    Fault(
        "close-reason",
        "a Close with a reason that is not UTF-8",
        {"close": ("bad-close",)},
        _instead(CLOSE, b"\x88\x05\x03\xe8\xe9t\xe9"),
    ),
    Fault(
        "close-2500",
        "a Close with a code that has no meaning",
        {"close": ("odd-code",)},
        _instead(CLOSE, b"\x88\x02\x09\xc4"),
    ),
)
