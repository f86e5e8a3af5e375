"""Sec-WebSocket-Key: not checked, decoded, not trimmed, one of several (RFC 6455 §4.2.1 item 5, §4.2.2 step 5.4)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from wscheck.core.key import accept_for
from wscheck.lab.leniencies import Leniency, ruled, told, unless
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import RULES

_RULE = RULES["key"]
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


def _once(request: Request) -> bool:
    return len(request.all(b"Sec-WebSocket-Key")) == 1


def _hashing(key: Callable[[Request], bytes], server: Server = STRICT) -> Server:
    """The server that hashes another text."""
    return server._replace(accept=lambda request: accept_for(key(request)).encode())


def _recoded(request: Request) -> bytes:
    try:
        return base64.b64encode(base64.b64decode(request.key))
    except binascii.Error:
        return request.key


def _raw(request: Request) -> bytes:
    """The value as it stands in the line, without the one blank that most clients send."""
    return request.all(b"Sec-WebSocket-Key")[0].raw.partition(b":")[2].removeprefix(b" ")


def _several(request: Request) -> bool:
    return len(request.all(b"Sec-WebSocket-Key")) > 1


def _keys(request: Request) -> list[bytes]:
    return [field.value for field in request.all(b"Sec-WebSocket-Key")]


_LENGTHS = "key-1-octets key-15-octets key-17-octets key-20-octets key-24-octets"
_TWICE = "key-twice-equal key-twice-different"
_MANY_KEYS = ruled("key", unless(_several, _RULE))

LENIENCIES = (
    Leniency(
        "lenient-key-missing",
        "needs no key, and hashes nothing in its place",
        told(fail="key-missing"),
        ruled("key", unless(lambda request: not request.all(b"Sec-WebSocket-Key"), _RULE)),
    ),
    Leniency(
        "lenient-key-empty",
        "takes an empty key",
        told(fail="key-empty"),
        ruled("key", unless(lambda request: _once(request) and not request.key, _RULE)),
    ),
    Leniency(
        "lenient-key-opaque",
        "takes any text for a key",
        told(
            warn=f"{_LENGTHS} key-not-base64 key-url-safe key-unpadded key-inner-space key-only-padding",
        ),
        ruled("key", unless(lambda request: _once(request) and bool(request.key), _RULE)),
    ),
    Leniency(
        "lenient-key-length",
        "takes base64 of any length",
        told(warn=_LENGTHS),
        ruled("key", unless(lambda request: _once(request) and _some_base64(request.key), _RULE)),
    ),
    Leniency(
        "lenient-key-recoded",
        "hashes a key that was decoded and encoded again",
        told(fail="key-misprint"),
        _hashing(_recoded),
    ),
    Leniency(
        "lenient-key-untrimmed",
        "hashes the blanks around the key",
        told(fail="key-leading-spaces key-trailing-space key-trailing-tab"),
        _hashing(_raw),
    ),
    Leniency(
        "lenient-key-offset",
        "takes the octet behind the colon for a space, whatever it is",
        told(fail="key-no-space"),
        _hashing(lambda request: request.all(b"Sec-WebSocket-Key")[0].raw.partition(b":")[2][1:].strip(b" \t")),
    ),
    Leniency("lenient-key-first", "takes the first of two keys", told(warn=_TWICE), _MANY_KEYS),
    Leniency(
        "lenient-key-last",
        "takes the last of two keys",
        told(warn=_TWICE),
        _hashing(lambda request: _keys(request)[-1], _MANY_KEYS),
    ),
    Leniency(
        "lenient-key-joined",
        "joins two keys with a comma, as for a list",
        told(warn=_TWICE),
        _hashing(lambda request: b", ".join(_keys(request)), _MANY_KEYS),
    ),
    Leniency(
        "lenient-key-reversed",
        "joins two keys with a blank, in the wrong order",
        told(fail=_TWICE),
        _hashing(lambda request: b" ".join(_keys(request)[::-1]), _MANY_KEYS),
    ),
)


def _some_base64(key: bytes) -> bool:
    return len(key) % 4 == 0 and bool(key.strip(b"=")) and _BASE64.fullmatch(key) is not None
