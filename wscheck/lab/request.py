"""A request as the lab reads it.

May never enter: a rule (`rules`), and memory: what is kept between requests is handed in by whoever serves them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.deviation import Deviation
from wscheck.core.fields import Extension, Field, named, parse_extensions
from wscheck.core.grammar import REQUEST_LINE
from wscheck.core.head import head_end, request_head

# A TLS record with a handshake message (RFC 8446 §5.1): to a plain port no more than a bad request line.
TLS_HELLO = b"\x16\x03"


class Request(NamedTuple):
    """A request, and what a server may know beside it."""

    line: bytes
    method: bytes
    target: bytes
    version: bytes
    fields: tuple[Field, ...]
    deviations: tuple[Deviation, ...]
    date: bytes  # when it came, as an HTTP-date (RFC 9110 §5.6.7): this folder has no clock
    first_key: bytes = b""  # of the first request to this path, empty when this is it: what a cache would remember
    size: int = 0  # octets of the head
    here: bool = True  # whether the path is one that the server has
    secure: bool = False  # whether it came over TLS
    nth: int = 1  # of its connection
    latest_key: bytes = b""  # that was read last on any connection, while this head was coming in or when it was there
    before: Request | None = None  # the request that came before this one, on any connection
    alike: int = 0  # how many requests right before it were the same but for the key

    def all(self, name: bytes) -> tuple[Field, ...]:
        """The fields of that name."""
        return named(self.fields, name)

    @property
    def key(self) -> bytes:
        """The first key, or nothing."""
        keys = self.all(b"Sec-WebSocket-Key")
        return keys[0].value if keys else b""

    @property
    def path(self) -> bytes:
        """The path of the target, origin-form or absolute-form (RFC 9112 §3.2), without its query."""
        return path_of(self.target)

    @property
    def offers(self) -> tuple[Extension, ...]:
        """The extensions that are offered, over all lines (RFC 6455 §9.1)."""
        lists = [parse_extensions(field.value) for field in self.all(b"Sec-WebSocket-Extensions")]
        return tuple(extension for found in lists for extension in found.extensions)


def request_end(octets: bytes) -> int | None:
    """Where the head ends, None while it is not whole. A TLS hello has no empty line to wait for: all that came."""
    end = head_end(octets)
    return len(octets) if end is None and octets.startswith(TLS_HELLO) else end


def path_of(target: bytes) -> bytes:
    """The path of a request target."""
    return re.sub(rb"^https?://[^/?]*", b"", target, flags=re.IGNORECASE).partition(b"?")[0] or b"/"


def read_request(octets: bytes, date: bytes) -> Request:
    """Reads a whole request head. Never raises; a request line off the grammar has an empty method."""
    line, fields, deviations = request_head(octets)
    match = REQUEST_LINE.fullmatch(line)
    method, target, version = (match[1], match[2], match[3]) if match else (b"", b"", b"")
    return Request(line, method, target, version, fields, deviations, date, size=len(octets))
