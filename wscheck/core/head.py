"""The head of an HTTP/1.1 message, read tolerantly: each fault is a `Deviation` with its offset, none ends the reading.

May never enter: a judgement (`checks` says which deviation is an error), and an exception: any octets give a `Head`.
No octet is lost: `raw` and what follows it are the data.
"""

from __future__ import annotations

from typing import NamedTuple

from wscheck.core.deviation import Deviation
from wscheck.core.field_lines import LineReader
from wscheck.core.fields import Field
from wscheck.core.grammar import EMPTY_LINES, HEAD_END
from wscheck.core.status_line import StatusLine


class Head(NamedTuple):
    """One head. What could not be read is None; what could be read in spite of a deviation is here."""

    raw: bytes  # all its octets, with the empty line that ends it
    offset: int  # where it begins in the message stream
    start_line: bytes
    version: bytes | None  # "1.1" when the version reads well (RFC 9112 §2.3)
    status: int | None
    reason: bytes
    fields: tuple[Field, ...]
    deviations: tuple[Deviation, ...]
    complete: bool  # the empty line came

    @property
    def end(self) -> int:
        """Offset of the first octet behind the head."""
        return self.offset + len(self.raw)


def head_end(data: bytes | bytearray, start: int = 0) -> int | None:
    """Offset behind the empty line that ends the head at `start`, or None while it has not come (RFC 9112 §2.1).

    Empty lines in front of the start line do not end a head.
    """
    lead = EMPTY_LINES.match(data, start)
    begin = lead.end() if lead else start
    match = HEAD_END.search(data, begin)
    return match.end() if match else None


def parse_head(data: bytes, start: int = 0) -> Head:
    """The reply head at `start`: whole, or as far as it came. Never raises (RFC 9112 §2 to §5)."""
    end = head_end(data, start)
    reader = LineReader(data, start, len(data) if end is None else end)
    begin = reader.skip_empty_lines()
    line = reader.next_line()
    status_line = StatusLine(reader.deviations)
    if line is None:
        # The start line itself is not whole: only its kind can be told.
        partial = data[begin:]
        if partial and not may_become_http(partial):
            status_line.not_http(partial, begin)
        reader.note_unfinished()
        return Head(data[start:], start, partial, None, None, b"", (), tuple(reader.deviations), complete=False)
    status_line.read(line, begin, data[begin : reader.end])
    fields = reader.read_fields()
    return Head(
        raw=data[start : reader.end],
        offset=start,
        start_line=line,
        version=status_line.version,
        status=status_line.status,
        reason=status_line.reason,
        fields=fields,
        deviations=tuple(reader.deviations),
        complete=end is not None,
    )


def parse_reply(data: bytes) -> tuple[tuple[Head, ...], Head | None]:
    """All heads of a reply: the interim ones, and the final one or None while not an octet of it has come.

    Every 1xx but 101 is interim, 199 as well (RFC 9110 §15.2).
    """
    interim: list[Head] = []
    pos = 0
    while pos < len(data):
        head = parse_head(data, pos)
        if not (head.complete and is_interim(head.status)):
            return tuple(interim), head
        interim.append(head)
        pos = head.end
    return tuple(interim), None


def is_interim(status: int | None) -> bool:
    """Whether a status leaves the reply open (RFC 9110 §15.2): a 1xx that is not 101."""
    return status is not None and 100 <= status <= 199 and status != 101


def request_head(data: bytes) -> tuple[bytes, tuple[Field, ...], tuple[Deviation, ...]]:
    """Request line, fields and deviations of a request, whose head is read as tolerantly as a reply's."""
    end = head_end(data)
    reader = LineReader(data, 0, len(data) if end is None else end)
    reader.skip_empty_lines()
    line = reader.next_line()
    fields = reader.read_fields()
    return line or b"", fields, tuple(reader.deviations)


def parse_fields(request: bytes) -> tuple[Field, ...]:
    """The fields of a request."""
    return request_head(request)[1]


def may_become_http(data: bytes) -> bool:
    """Whether what came begins a status line, or still may; empty lines in front and any case are allowed for."""
    lead = EMPTY_LINES.match(data)
    begun = data[lead.end() if lead else 0 :][:5].strip(b"\r").lower()
    return b"http/".startswith(begun)
