"""A status line, read tolerantly: what is wrong with it is noted, and the rest is read all the same.

May never enter: an exception; any octets give what could be read of them.
"""

from __future__ import annotations

import re

from wscheck.core.banner import name_banner
from wscheck.core.deviation import Deviation
from wscheck.core.grammar import CONTROL, HTTP_VERSION, OWS, STATUS_CODE

# A status line whose version was mangled or left out: "101 Switching Protocols", "ICY 200 OK".
_CODE_FIRST = re.compile(rb"(?:\S+[ \t]+)?[0-9]{3}(?:[ \t]|$)")


class StatusLine:
    """status-line = HTTP-version SP status-code SP [ reason-phrase ]  (RFC 9112 §4), read piece by piece."""

    def __init__(self, deviations: list[Deviation]) -> None:
        self.deviations = deviations
        self.version: bytes | None = None
        self.status: int | None = None
        self.reason = b""

    def read(self, line: bytes, offset: int, rest: bytes) -> None:
        """Reads the line at `offset`; `rest` is all that came from there on, for what is no HTTP."""
        at = line.lower().find(b"http/")
        banner = name_banner(rest) if at else None
        if banner or (at < 0 and not _CODE_FIRST.match(line)):
            self.not_http(rest, offset)
            return
        if at > 0:
            self._note("status-line-prefix", offset, at)
        pos = max(at, 0)
        pos = self._read_version(line, pos, offset)
        pos = self._read_code(line, pos, offset)
        self._read_reason(line, pos, offset)

    def not_http(self, data: bytes, offset: int) -> None:
        """Notes that this is no HTTP, and what it looks like."""
        self._note("not-http", offset, min(len(data), 24), name_banner(data) or "")

    def _read_version(self, line: bytes, pos: int, offset: int) -> int:
        end = _until_blank(line, pos)
        word = line[pos:end]
        match = HTTP_VERSION.fullmatch(word)
        if match:
            self.version = match[1]
        elif STATUS_CODE.fullmatch(word):  # the version was left out altogether
            self._note("status-line-version", offset + pos, len(word), "no HTTP-version before the status code")
            return pos
        else:
            self._note("status-line-version", offset + pos, len(word))
        gap = len(line[end:]) - len(line[end:].lstrip(OWS))
        if line[end : end + gap] != b" " and end + gap < len(line):
            self._note("status-line-space", offset + end, max(gap, 1))
        return end + gap

    def _read_code(self, line: bytes, pos: int, offset: int) -> int:
        end = _until_blank(line, pos)
        word = line[pos:end]
        if STATUS_CODE.fullmatch(word):
            self.status = int(word)
        else:
            self._note("status-line-code", offset + pos, max(len(word), 1), "" if word else "no status code")
        return end

    def _read_reason(self, line: bytes, pos: int, offset: int) -> None:
        if pos >= len(line):
            if self.status is not None:  # RFC 9112 §4: the second SP is sent even when the reason is empty
                self._note("status-line-end", offset + pos, 1)
            return
        if line[pos : pos + 1] == b"\t":
            self._note("status-line-space", offset + pos, 1)
        self.reason = line[pos + 1 :]
        control = CONTROL.search(self.reason)
        if control:
            self._note("status-line-control", offset + pos + 1 + control.start(), 1)

    def _note(self, kind: str, offset: int, length: int, detail: str = "") -> None:
        self.deviations.append(Deviation(kind, offset, length, detail))


def _until_blank(line: bytes, pos: int) -> int:
    while pos < len(line) and line[pos] not in OWS:
        pos += 1
    return pos
