"""A saved `wscheck/report/1` of an audit, read back. What is not as the schema says is a UsageError with its place.

May never enter: files (they are opened by the command line), and a guess at what a file may have meant.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast, get_args

from wscheck.core.report import CaseLevel, CaseResult, Outcome, SectionView, Status
from wscheck.errors import UsageError
from wscheck.render._octets import FrameView, Wire

SCHEMA = "wscheck/report/1"
SIZE_LIMIT_BYTES = 64 << 20  # an audit with every intrusive case is a tenth of this

T = TypeVar("T")


class Saved(NamedTuple):
    """An audit of a server, as far as a matrix shows it."""

    label: str
    url: str
    version: str
    verdict: str
    started: str
    cases: tuple[CaseResult, ...]
    sections: tuple[SectionView, ...]
    wires: tuple[Wire, ...]


def read_saved(data: bytes, file: str, label: str | None = None) -> Saved:
    """The audit in a file. `label` is what the user calls the server; else its name in the report, or its URL."""
    if len(data) > SIZE_LIMIT_BYTES:
        raise UsageError(f"{file}: it is larger than {SIZE_LIMIT_BYTES >> 20} MiB")
    try:
        return _read(_object_of(data), label)
    except _NoReportError as error:
        raise UsageError(f"{file}: {error}") from None


class _NoReportError(Exception):
    """What is wrong with a file, as the end of a sentence."""


def _object_of(data: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _NoReportError(f"it is not UTF-8 (octet {error.start})") from None
    except (ValueError, RecursionError):
        raise _NoReportError("it is not JSON: save a report with --format json") from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(schema, str):
        raise _NoReportError("it is no report of wscheck")
    if schema != SCHEMA:
        raise _NoReportError(f"its schema is {schema[:60]!r}, and only {SCHEMA} can be laid out")
    if found.get("kind") != "audit":
        kind = found.get("kind")
        shown = kind[:60] if isinstance(kind, str) else "unknown"
        raise _NoReportError(f"it is a report of kind {shown!r}, and only audits can be laid side by side")
    return found


def _read(found: dict[str, Any], label: str | None) -> Saved:
    whole = _At(found, "")
    target = whole.inside("target")
    url = target.text("url")
    exchanges = whole.each("exchanges", _wire)
    return Saved(
        label=label or whole.maybe("name") or url,
        url=url,
        version=whole.inside("tool").text("version"),
        verdict=whole.text("verdict"),
        started=whole.text("started"),
        cases=whole.each("cases", _case),
        sections=whole.each("sections", _section),
        wires=exchanges,
    )


class _At:
    """An object of the file, and its place in it for what is said when something is wrong."""

    def __init__(self, found: object, place: str) -> None:
        if not isinstance(found, dict):
            raise _NoReportError(f"{place or 'the whole'} is no object")
        self._found: dict[str, Any] = found
        self.place = place

    def _get(self, name: str, kinds: type | tuple[type, ...], what: str) -> Any:
        value = self._found.get(name)
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise _NoReportError(f"{self._at(name)} is no {what}")
        return value

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str) -> str:
        """A text that has to be there."""
        return str(self._get(name, str, "text"))

    def maybe(self, name: str) -> str | None:
        """A text, or None where there is none."""
        return None if self._found.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """True or false."""
        return bool(self._get(name, bool, "truth value"))

    def lenient_flag(self, name: str) -> bool:
        """True or false; a report of before has no such field, and that is false."""
        return self._found.get(name) is True

    def number(self, name: str) -> float:
        """A number."""
        try:
            found = float(self._get(name, (int, float), "number"))
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            raise _NoReportError(f"{self._at(name)} is no number that a report has")
        return found

    def one_of(self, name: str, known: Sequence[str]) -> str:
        """One of the words there are."""
        said = self.text(name)
        if said not in known:
            raise _NoReportError(f"{self._at(name)} is {said[:40]!r}, which this version of wscheck does not know")
        return said

    def octets(self, name: str) -> bytes:
        """Octets, as the characters of latin-1."""
        try:
            return self.text(name).encode("latin-1")
        except UnicodeEncodeError:
            raise _NoReportError(f"{self._at(name)} holds what is no octet") from None

    def inside(self, name: str) -> _At:
        """An object in this one."""
        return _At(self._found.get(name), self._at(name))

    def maybe_inside(self, name: str) -> _At | None:
        """An object in this one, or None."""
        return None if self._found.get(name) is None else self.inside(name)

    def each(self, name: str, read: Callable[[_At], T]) -> tuple[T, ...]:
        """A list of objects."""
        found = self._get(name, list, "list")
        return tuple(read(_At(value, f"{self._at(name)}[{number}]")) for number, value in enumerate(found))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self._get(name, list, "list")
        if not all(isinstance(value, str) for value in found):
            raise _NoReportError(f"{self._at(name)} holds what is no text")
        return tuple(found)

    def indices(self, name: str) -> tuple[int, ...]:
        """A list of numbers from 0 on."""
        found = self._get(name, list, "list")
        if not all(isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in found):
            raise _NoReportError(f"{self._at(name)} holds what is no index")
        return tuple(found)


def _case(at: _At) -> CaseResult:
    outcome = at.one_of("outcome", get_args(Outcome)) if at.maybe("outcome") is not None else None
    return CaseResult(
        id=at.text("id"),
        title=at.text("title"),
        section=at.text("section"),
        status=cast("Status", at.one_of("status", get_args(Status))),
        level=cast("CaseLevel", at.one_of("level", get_args(CaseLevel))),
        requirements=at.texts("requirements"),
        clause=at.text("clause"),
        sent=at.text("sent"),
        expected=at.text("expected"),
        observed=at.text("observed"),
        outcome=cast("Outcome | None", outcome),
        why=at.text("why"),
        fix=at.text("fix"),
        policy=at.flag("policy"),
        skip_reason=at.maybe("skip_reason"),
        exchanges=at.indices("exchanges"),
        duration_ms=at.number("duration_ms"),
        died=at.lenient_flag("died"),
    )


def _section(at: _At) -> SectionView:
    return SectionView(at.text("name"), at.text("title"), at.flag("policy"))


def _wire(at: _At) -> Wire:
    tunnel, failure = at.maybe_inside("tunnel"), at.maybe_inside("failure")
    ended = tunnel.maybe_inside("ended") if tunnel else None
    ends = [f"ended by {ended.text('by')}: {ended.text('how')} after {ended.number('after_s'):.1f} s"] if ended else []
    ends += [f"ended in {failure.text('stage')}: {failure.text('detail')}"] if failure else []
    return Wire(
        heading="",
        request=at.octets("request"),
        response=at.octets("response"),
        sent=tunnel.octets("sent") if tunnel else b"",
        received=tunnel.octets("received") if tunnel else b"",
        frames=tunnel.each("frames", _frame) if tunnel else (),
        ends=tuple(ends),
    )


def _frame(at: _At) -> FrameView:
    return FrameView(at.one_of("from", ("client", "server")), int(at.number("opcode")), int(at.number("length")))
