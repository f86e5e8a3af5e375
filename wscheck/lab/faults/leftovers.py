"""Fields and octets in a 101 that do not belong there."""

from __future__ import annotations

from wscheck.lab.faults import Fault, extra

_DATE = b"Date: Sun, 06 Nov 1994 08:49:37 GMT"


def _leftover(suffix: str, title: str, *codes: str, lines: tuple[bytes, ...] = (), tail: bytes = b"") -> Fault:
    return Fault(f"leftover-{suffix}", title, {"leftovers": codes}, extra(*lines, tail=tail))


FAULTS = (
    Fault(
        "leftover-key",
        "the key in the reply",
        {"leftovers": ("reflected-key",)},
        lambda request: extra(b"Sec-WebSocket-Key: " + request.key)(request),
    ),
    Fault(
        "leftover-host",
        "the request's Host in the reply",
        {"leftovers": ("reflected-field",)},
        lambda request: extra(*(b"Host: " + field.value for field in request.all(b"Host")))(request),
    ),
    _leftover("version", "Sec-WebSocket-Version in a 101", "version-in-101", lines=(b"Sec-WebSocket-Version: 13",)),
    _leftover(
        "draft", "a field of a dead draft", "dead-draft-field", lines=(b"Sec-WebSocket-Location: ws://example.test/",)
    ),
    _leftover("age", "an Age in the 101", "cached", lines=(b"Age: 31",)),
    _leftover("cache-hit", "a 101 out of a cache", "cached", lines=(b"X-Cache: HIT from edge",)),
    _leftover("cookie", "a cookie off the grammar", "bad-cookie", lines=(b"Set-Cookie: session id=1 2 3",)),
    _leftover(
        "cookie-twice", "one cookie set twice", "repeated-cookie", lines=(b"Set-Cookie: a=1", b"Set-Cookie: a=2")
    ),
    _leftover("date-twice", "two Date lines", "repeated-field", lines=(_DATE, _DATE)),
    _leftover("early-frame", "a frame right behind the head", "early-octets", tail=b"\x81\x02hi"),
)
