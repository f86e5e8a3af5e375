"""The octets of an exchange for a page: every one to be seen, line ends included.

May never enter: an octet that did not go through `core.visible`.
"""

from __future__ import annotations

from typing import NamedTuple

from wscheck.core.exchange import Exchange
from wscheck.core.frame import CLOSE, Frame
from wscheck.core.visible import visible
from wscheck.render._markup import Safe, el, join
from wscheck.render._wire import ends

SHOWN_BYTES = 8192  # of a message; a head that is larger is there to be large

_OPCODES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}


class FrameView(NamedTuple):
    """A frame as a page names it."""

    by: str  # client or server
    opcode: int
    length: int


class Wire(NamedTuple):
    """What went both ways, before and behind a 101, and how it ended."""

    heading: str
    request: bytes
    response: bytes
    sent: bytes = b""
    received: bytes = b""
    frames: tuple[FrameView, ...] = ()
    ends: tuple[str, ...] = ()


def wire_of(exchange: Exchange, heading: str) -> Wire:
    """An exchange that was made."""
    tunnel = exchange.tunnel
    frames = (*_views("client", tunnel.sent_frames), *_views("server", tunnel.received_frames)) if tunnel else ()
    return Wire(
        heading,
        exchange.request,
        exchange.response,
        tunnel.sent if tunnel else b"",
        tunnel.received if tunnel else b"",
        frames,
        tuple(ends(exchange)),
    )


def _views(by: str, frames: tuple[Frame, ...]) -> tuple[FrameView, ...]:
    return tuple(FrameView(by, frame.opcode, frame.length) for frame in frames)


def wire_html(wire: Wire, limit: int = SHOWN_BYTES) -> Safe:
    """An exchange: request, response, and what went through the tunnel."""
    parts = [
        _message("request", wire.request, limit, "out"),
        _message("response", wire.response, limit, "in") if wire.response else el("p", "No reply came.", class_="none"),
    ]
    if wire.sent:
        parts.append(_message("sent behind the 101", wire.sent, limit, "out"))
    if wire.received:
        parts.append(_message("received behind the 101", wire.received, limit, "in"))
    if wire.frames:
        parts.append(el("p", "frames: ", ", ".join(_frame(frame) for frame in wire.frames), class_="frames"))
    parts += [el("p", end, class_="end") for end in wire.ends]
    return el("div", el("p", wire.heading, class_="heading") if wire.heading else None, *parts, class_="wire")


def _frame(frame: FrameView) -> str:
    name = _OPCODES.get(frame.opcode, f"opcode {frame.opcode}")
    return f"{frame.by} {name}{'' if frame.opcode == CLOSE and not frame.length else f' ({frame.length})'}"


def _message(label: str, data: bytes, limit: int, way: str) -> Safe:
    octets = "1 octet" if len(data) == 1 else f"{len(data)} octets"
    return el(
        "figure",
        el("figcaption", f"{label}, {octets}"),
        el("pre", _shown(data, limit), tabindex=0),
        class_=f"octets {way}",
    )


def _shown(data: bytes, limit: int) -> Safe:
    lines = data[:limit].split(b"\n")
    out = [_line(line + b"\n") for line in lines[:-1]]
    out += [_line(lines[-1])] if lines[-1] else []
    if len(data) > limit:
        out.append(el("b", f"... ({len(data) - limit} more octets)"))
    return join(out)


def _line(line: bytes) -> Safe:
    """A line and its end, which is set apart from the same characters in the line: those are backslashes doubled."""
    content = line.rstrip(b"\r\n")
    end = visible(line[len(content) :])
    return join([visible(content), el("i", end) if end else None, Safe("\n") if line.endswith(b"\n") else None])
