"""The head of an HTTP/1.1 message, read tolerantly: each fault is a `Deviation` with its offset, none ends the reading.

May never enter: a judgement (`checks` says which deviation is an error), and an exception: any octets give a `Head`.
No octet is lost: `raw` and what follows it are the data.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.banner import name_banner
from wscheck.core.fields import Field
from wscheck.core.grammar import CONTROL, EMPTY_LINES, HEAD_END, HTTP_VERSION, OWS, STATUS_CODE, is_token


class Deviation(NamedTuple):
    """One departure from the grammar: its kind (a word of `KINDS`), where (octets), and what was met."""

    kind: str
    offset: int
    length: int
    detail: str = ""


# Every kind of deviation there is; `checks.reply.syntax` has a rule for each.
KINDS = (
    "not-http",
    "status-line-prefix",
    "status-line-version",
    "status-line-space",
    "status-line-code",
    "status-line-end",
    "status-line-control",
    "bare-lf",
    "bare-cr",
    "leading-whitespace",
    "fold",
    "no-colon",
    "empty-name",
    "bad-name",
    "space-before-colon",
    "control-in-value",
    "value-whitespace",
)


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
    reader = _Reader(data, start, len(data) if end is None else end)
    begin = reader.skip_empty_lines()
    line = reader.next_line()
    status_line = _StatusLine(reader.deviations)
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
    reader = _Reader(data, 0, len(data) if end is None else end)
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


class _StatusLine:
    """status-line = HTTP-version SP status-code SP [ reason-phrase ]  (RFC 9112 §4), read piece by piece."""

    def __init__(self, deviations: list[Deviation]) -> None:
        self.deviations = deviations
        self.version: bytes | None = None
        self.status: int | None = None
        self.reason = b""

    def read(self, line: bytes, offset: int, rest: bytes) -> None:
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


# A status line whose version was mangled or left out: "101 Switching Protocols", "ICY 200 OK".
_CODE_FIRST = re.compile(rb"(?:\S+[ \t]+)?[0-9]{3}(?:[ \t]|$)")


def _until_blank(line: bytes, pos: int) -> int:
    while pos < len(line) and line[pos] not in OWS:
        pos += 1
    return pos


class _Reader:
    """Lines and fields of one head between two offsets."""

    def __init__(self, data: bytes, pos: int, end: int) -> None:
        self.data, self.pos, self.end = data, pos, end
        self.deviations: list[Deviation] = []

    def skip_empty_lines(self) -> int:
        lead = EMPTY_LINES.match(self.data, self.pos)
        begin = lead.end() if lead else self.pos
        if begin > self.pos:
            self._note("status-line-prefix", self.pos, begin - self.pos, "empty line")
        self.pos = begin
        return begin

    def next_line(self) -> bytes | None:
        """The next whole line without its end, its line-end deviations noted; None when no line end came."""
        start = self.pos
        lf = self.data.find(b"\n", start, self.end)
        if lf < 0:
            return None
        self.pos = lf + 1
        line = self.data[start:lf].rstrip(b"\r")
        stop = start + len(line)
        if stop == lf:
            self._note("bare-lf", lf, 1)
        cr = line.find(b"\r")
        if cr >= 0 or lf - stop > 1:
            self._note("bare-cr", start + cr if cr >= 0 else stop, 1)
        return line

    def read_fields(self) -> tuple[Field, ...]:
        fields: list[Field] = []
        folds: list[bytes] = []  # lines folded onto the last field, joined once: many folds stay linear
        fold_end = 0
        foldable = False
        while True:
            offset = self.pos
            line = self.next_line()
            if folds and not (line and line[0] in OWS):
                fields[-1] = self._unfolded(fields[-1], folds, fold_end)
                folds = []
            if not line:
                break
            if line[0] not in OWS:
                field = self._field(line, offset)
                foldable = field is not None
                if field:
                    fields.append(field)
            elif foldable:
                self._note_fold(line, offset)
                folds.append(line.strip(OWS))
                fold_end = offset + len(line)
            else:
                self._note("fold" if fields else "leading-whitespace", offset, len(line))
        self.note_unfinished()
        return tuple(fields)

    def note_unfinished(self) -> None:
        """Looks at the line whose end never came."""
        # A line whose end never came may still hold a CR that was meant as one.
        cr = self.data.find(b"\r", self.pos, max(self.end - 1, self.pos))
        if cr >= 0:
            self._note("bare-cr", cr, 1)

    def _field(self, line: bytes, offset: int) -> Field | None:
        """One line that begins a field; RFC 9112 §5: field-line = field-name ":" OWS field-value OWS."""
        written, colon, rest = line.partition(b":")
        if not colon:
            self._note("no-colon", offset, len(line))
            return None
        name = written.strip(b" \t\r")
        bare = written.rstrip(OWS)
        if not name:
            self._note("empty-name", offset, max(len(written), 1))
        elif bare != written:
            self._note("space-before-colon", offset + len(bare), len(written) - len(bare))
        if name and not is_token(name):
            self._note("bad-name", offset, len(written))
        value = rest.strip(OWS)
        self._judge_value(rest, value, offset + len(written) + 1)
        return Field(name, value, line, offset) if name else None

    def _judge_value(self, rest: bytes, value: bytes, offset: int) -> None:
        control = CONTROL.search(value)
        if control:
            self._note("control-in-value", offset + rest.find(value) + control.start(), 1)
        # RFC 9110 §5.6.3 with RFC 9112 §5.1: a single SP before the value, nothing behind it (a SHOULD).
        lead = len(rest) - len(rest.lstrip(OWS))
        trail = len(rest) - lead - len(value)
        if value and rest[:lead] != b" ":
            self._note("value-whitespace", offset, max(lead, 1))
        elif value and trail:
            self._note("value-whitespace", offset + lead + len(value), trail)

    def _note_fold(self, line: bytes, offset: int) -> None:
        self._note("fold", offset, len(line))
        control = CONTROL.search(line)
        if control:
            self._note("control-in-value", offset + control.start(), 1)

    def _unfolded(self, field: Field, folds: list[bytes], end: int) -> Field:
        """RFC 9112 §5.2: a recipient replaces each obs-fold by one or more SP."""
        value = b" ".join(part for part in (field.value, *folds) if part)
        return Field(field.name, value, self.data[field.offset : end], field.offset)

    def _note(self, kind: str, offset: int, length: int, detail: str = "") -> None:
        self.deviations.append(Deviation(kind, offset, length, detail))
