"""Wrong values of Sec-WebSocket-Accept: one fault for each mistake that is known to be made.

The values are computed here in the way the mistaken server does it, not by the code that names the mistake.
"""

from __future__ import annotations

import base64
import hashlib

from wscheck.lab.faults import Answer, Fault, accept, swap
from wscheck.lab.request import Request
from wscheck.lab.script import Script

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_A = b"Sec-WebSocket-Accept"
_WRONG = {"accept": ("wrong",)}
_CONSTANT = {**_WRONG, "replay": ("constant",)}  # the same for every key
_MALFORMED = {"accept": ("malformed",)}


def _sha1(text: bytes) -> bytes:
    return hashlib.sha1(text, usedforsecurity=False).digest()


def _answer(key: bytes) -> bytes:
    return base64.b64encode(_sha1(key + _GUID))


def _of(text: bytes) -> bytes:
    return base64.b64encode(_sha1(text))


def _url_safe(key: bytes) -> bytes:
    value = base64.urlsafe_b64encode(_sha1(key + _GUID))
    # Some values have none of the two characters that differ: then one is put in, so that the fault always shows.
    return value if b"-" in value or b"_" in value else b"-" + value[1:]


def _swapped_case(key: bytes) -> bytes:
    return _answer(key).swapcase()


def _twice(first: bytes | None, second: bytes | None) -> Answer:
    def answer(request: Request) -> Script:
        right = _answer(request.key)
        lines = [_A + b": " + (value or right) for value in (first, second)]
        return swap(_A, *lines)(request)

    return answer


FAULTS = (
    Fault("accept-missing", "no Sec-WebSocket-Accept", {"accept": ("missing",)}, swap(_A)),
    Fault(
        "accept-misspelt",
        "the field's name misspelt",
        {"accept": ("missing",)},
        lambda request: swap(_A, b"Sec-WebSockets-Accept: " + _answer(request.key))(request),
    ),
    Fault("accept-empty", "an empty Accept", {"accept": ("empty",)}, accept(lambda key: b"")),
    Fault("accept-twice", "two equal Accept lines", {"accept": ("repeated",)}, _twice(None, None)),
    Fault(
        "accept-twice-different",
        "a right and a wrong Accept",
        {"accept": ("repeated",)},
        _twice(None, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ),
    Fault(
        "accept-twice-wrong",
        "two wrong Accept lines",
        {"accept": ("repeated", "wrong"), "replay": ("constant",)},
        _twice(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ),
    Fault(
        "accept-list",
        "the right value twice in one line",
        {"accept": ("list",)},
        accept(lambda key: _answer(key) + b", " + _answer(key)),
    ),
    Fault(
        "accept-sample",
        "the answer to the RFC's sample key",
        _CONSTANT,
        accept(lambda key: b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ),
    Fault(
        "accept-other-key",
        "the answer to another key",
        _CONSTANT,
        accept(lambda key: _answer(b"b3RoZXItb3RoZXIta2V5IQ==")),
    ),
    Fault("accept-echo", "the key sent back", _MALFORMED, accept(lambda key: key)),
    Fault("accept-no-guid", "the GUID left out", _WRONG, accept(lambda key: _of(key))),
    Fault(
        "accept-decoded-key", "the decoded key hashed", _WRONG, accept(lambda key: _of(base64.b64decode(key) + _GUID))
    ),
    Fault("accept-lowercase-guid", "the GUID in lower case", _WRONG, accept(lambda key: _of(key + _GUID.lower()))),
    Fault("accept-guid-first", "the GUID before the key", _WRONG, accept(lambda key: _of(_GUID + key))),
    Fault("accept-guid-braces", "the GUID in braces", _WRONG, accept(lambda key: _of(key + b"{" + _GUID + b"}"))),
    Fault(
        "accept-trailing-space", "a space behind the key hashed", _WRONG, accept(lambda key: _of(key + b" " + _GUID))
    ),
    Fault("accept-leading-space", "a space before the key hashed", _WRONG, accept(lambda key: _of(b" " + key + _GUID))),
    Fault("accept-trailing-cr", "the CR behind the key hashed", _WRONG, accept(lambda key: _of(key + b"\r" + _GUID))),
    Fault(
        "accept-trailing-crlf",
        "the line end behind the key hashed",
        _WRONG,
        accept(lambda key: _of(key + b"\r\n" + _GUID)),
    ),
    Fault(
        "accept-key-unpadded",
        "the padding stripped from the key",
        _WRONG,
        accept(lambda key: _of(key.rstrip(b"=") + _GUID)),
    ),
    Fault("accept-key-lowercased", "the key lower-cased", _WRONG, accept(lambda key: _of(key.lower() + _GUID))),
    Fault("accept-empty-key", "an empty key hashed", _CONSTANT, accept(lambda key: _of(_GUID))),
    Fault("accept-hex", "hex instead of base64", _MALFORMED, accept(lambda key: _sha1(key + _GUID).hex().encode())),
    Fault(
        "accept-base64-of-hex",
        "base64 of the hex digest",
        _MALFORMED,
        accept(lambda key: base64.b64encode(_sha1(key + _GUID).hex().encode())),
    ),
    Fault("accept-url-safe", "the URL-safe alphabet", _MALFORMED, accept(_url_safe)),
    Fault("accept-unpadded", "the padding missing", _MALFORMED, accept(lambda key: _answer(key).rstrip(b"="))),
    Fault(
        "accept-md5",
        "MD5",
        _MALFORMED,
        accept(lambda key: base64.b64encode(hashlib.md5(key + _GUID, usedforsecurity=False).digest())),
    ),
    Fault(
        "accept-sha256",
        "SHA-256",
        _MALFORMED,
        accept(lambda key: base64.b64encode(hashlib.sha256(key + _GUID).digest())),
    ),
    Fault("accept-case", "upper and lower case swapped", _WRONG, accept(_swapped_case)),
    Fault("accept-quoted", "the value in quotes", _MALFORMED, accept(lambda key: b'"' + _answer(key) + b'"')),
    Fault("accept-cut", "the value cut short", _MALFORMED, accept(lambda key: _answer(key)[:-4])),
    Fault(
        "accept-control",
        "a vertical tab behind the value",
        {"syntax": ("control-in-value",), "accept": ("malformed",)},
        accept(lambda key: _answer(key) + b"\x0b"),
    ),
)
