"""Wrong answers to an offer of subprotocols or extensions."""

from __future__ import annotations

from collections.abc import Mapping

from wscheck.lab.faults import Fault, swap

_P, _E = b"Sec-WebSocket-Protocol", b"Sec-WebSocket-Extensions"
_CHAT = ("chat",)


def _subprotocol(
    suffix: str, title: str, *codes: str, lines: tuple[bytes, ...], offer: tuple[str, ...] = _CHAT
) -> Fault:
    trips = {"subprotocol": codes}
    return Fault(f"subprotocol-{suffix}", title, trips, swap(_P, *lines), subprotocols=offer)


def _extension(
    suffix: str,
    title: str,
    *codes: str,
    value: bytes,
    offer: tuple[str, ...] = ("permessage-deflate",),
    trips: Mapping[str, tuple[str, ...]] | None = None,
) -> Fault:
    line = _E + b": " + value if value else _E + b":"
    return Fault(f"extension-{suffix}", title, trips or {"extensions": codes}, swap(_E, line), extensions=offer)


FAULTS = (
    _subprotocol("unasked", "a subprotocol though none was offered", "unasked", lines=(_P + b": chat",), offer=()),
    _subprotocol("not-offered", "a subprotocol that was not offered", "not-offered", lines=(_P + b": other",)),
    _subprotocol("case", "the offered name in another case", "case-changed", lines=(_P + b": Chat",)),
    _subprotocol(
        "list", "the whole offer sent back", "list", lines=(_P + b": chat, superchat",), offer=("chat", "superchat")
    ),
    _subprotocol("trailing-comma", "a comma behind the name", "list", lines=(_P + b": chat,",)),
    _subprotocol("empty", "an empty value", "empty", lines=(_P + b":",)),
    _subprotocol("quoted", "the name in quotes", "not-a-token", lines=(_P + b': "chat"',)),
    _subprotocol("parameter", "the name with a parameter", "not-a-token", lines=(_P + b": chat;v=1",)),
    _subprotocol("twice", "two lines", "repeated", lines=(_P + b": chat", _P + b": chat")),
    _subprotocol("none-chosen", "none chosen though some were offered", "none-chosen", lines=()),
    _extension("unasked", "an extension though none was offered", "not-offered", value=b"permessage-deflate", offer=()),
    _extension("not-offered", "an extension that was not offered", "not-offered", value=b"x-turbo"),
    _extension("empty", "an empty value", "empty", value=b""),
    _extension("no-element", "a list without an element", "empty", value=b","),
    _extension("syntax", "a semicolon with nothing behind it", "syntax", value=b"permessage-deflate;"),
    _extension(
        "open-quote", "a quote that does not end", "syntax", value=b'permessage-deflate; server_max_window_bits="10'
    ),
    _extension("trailing-comma", "a stray comma", "empty-member", value=b"permessage-deflate,"),
    _extension(
        "blanks",
        "blanks at the equals sign",
        "blanks-at-equals",
        value=b"permessage-deflate; server_max_window_bits = 10",
    ),
    _extension("quoted", "a quoted value", "quoted-value", value=b'permessage-deflate; server_max_window_bits="10"'),
    _extension(
        "twice", "permessage-deflate accepted twice", "repeated", value=b"permessage-deflate, permessage-deflate"
    ),
    Fault(
        "extension-two-lines",
        "the list on two lines",
        {"extensions": ("several-lines", "unregistered")},
        swap(_E, _E + b": permessage-deflate", _E + b": x-own"),
        extensions=("permessage-deflate", "x-own"),
    ),
    _extension(
        "echo",
        "the offer sent back",
        "missing-value",
        value=b"permessage-deflate; client_max_window_bits",
        offer=("permessage-deflate; client_max_window_bits",),
    ),
    _extension(
        "unknown-parameter",
        "a parameter that does not exist",
        "unknown-parameter",
        value=b"permessage-deflate; level=9",
    ),
    _extension(
        "repeated-parameter",
        "a parameter twice",
        "repeated-parameter",
        value=b"permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    ),
    _extension(
        "value-unexpected",
        "a value where none belongs",
        "unexpected-value",
        value=b"permessage-deflate; server_no_context_takeover=1",
    ),
    _extension(
        "bits-7", "a window of 7 bits", "bad-window-bits", value=b"permessage-deflate; server_max_window_bits=7"
    ),
    _extension(
        "bits-zero-led",
        "a window size with a leading zero",
        "bad-window-bits",
        value=b"permessage-deflate; server_max_window_bits=08",
    ),
    _extension(
        "client-bits-unasked",
        "client_max_window_bits without an offer",
        "client-bits-unasked",
        value=b"permessage-deflate; client_max_window_bits=12",
    ),
    _extension(
        "window-too-large",
        "a larger window than offered",
        "window-too-large",
        value=b"permessage-deflate; server_max_window_bits=12",
        offer=("permessage-deflate; server_max_window_bits=10",),
    ),
    _extension(
        "takeover-unconfirmed",
        "server_no_context_takeover not confirmed",
        "takeover-not-confirmed",
        value=b"permessage-deflate",
        offer=("permessage-deflate; server_no_context_takeover",),
    ),
    _extension(
        "bits-unconfirmed",
        "server_max_window_bits not confirmed",
        "bits-not-confirmed",
        value=b"permessage-deflate",
        offer=("permessage-deflate; server_max_window_bits=10",),
    ),
    _extension(
        "invalid-offer",
        "an offer accepted that has to be declined",
        "invalid-offer-accepted",
        value=b"permessage-deflate",
        offer=("permessage-deflate; server_max_window_bits=7",),
    ),
)
