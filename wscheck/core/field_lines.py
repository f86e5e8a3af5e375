"""The lines of a head and the fields in them, read tolerantly (RFC 9112 §2, §5).

May never enter: an exception, and a judgement: each fault is a `Deviation` with its offset.
"""

from __future__ import annotations

from wscheck.core.deviation import Deviation
from wscheck.core.fields import Field
from wscheck.core.grammar import CONTROL, EMPTY_LINES, OWS, is_token


class LineReader:
    """Lines and fields of one head between two offsets."""

    def __init__(self, data: bytes, pos: int, end: int) -> None:
        self.data, self.pos, self.end = data, pos, end
        self.deviations: list[Deviation] = []

    def skip_empty_lines(self) -> int:
        """Passes over empty lines in front of the start line (RFC 9112 §2.2), and returns where that begins."""
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
        """The fields up to the empty line, or as far as they came."""
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
