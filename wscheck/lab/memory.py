"""What the lab remembers between requests: what servers with state get wrong is made of it.

May never enter: what a reply says. It is bounded, so that a stranger fills no memory.
"""

from __future__ import annotations

import re

from wscheck.core.grammar import same
from wscheck.lab.request import Request

REMEMBERED_PATHS = 1024
GLANCE_LIMIT_BYTES = 16 * 1024

_KEY_LINE = re.compile(rb"\r\nSec-WebSocket-Key: *([^\r\n]*)\r\n", re.IGNORECASE)


class Memory:
    """The memory of one lab."""

    def __init__(self) -> None:
        self._first_keys: dict[bytes, bytes] = {}
        self._latest_key = b""
        self._before: Request | None = None
        self._alike = 0

    def glance(self, data: bytearray) -> bool:
        """Looks for the key in a head that need not be whole, and returns whether it is there: it is what one variable
        for all connections would hold."""
        found = _KEY_LINE.search(data, 0, GLANCE_LIMIT_BYTES)
        if found:
            self._latest_key = found[1].strip()
        return found is not None

    def told(self, request: Request) -> Request:
        """The request with what is remembered, and remembers it as well."""
        same_again = self._before is not None and _likeness(self._before) == _likeness(request)
        self._alike = self._alike + 1 if same_again else 0
        request = request._replace(
            first_key=self._first_key(request), latest_key=self._latest_key, before=self._before, alike=self._alike
        )
        self._before = request._replace(before=None)
        return request

    def _first_key(self, request: Request) -> bytes:
        """The key of the first request to this path, empty when this is it."""
        if request.path in self._first_keys:
            return self._first_keys[request.path]
        if len(self._first_keys) < REMEMBERED_PATHS:
            self._first_keys[request.path] = request.key
        return b""


def _likeness(request: Request) -> tuple[bytes, ...]:
    """What a cache that forgets the key would look a request up by."""
    lines = [field.raw for field in request.fields if not same(field.name, b"Sec-WebSocket-Key")]
    keys = len(request.fields) - len(lines)
    return (request.line, b"%d" % keys, *lines)
