"""The cases of an audit as lines of text: sections, what is wrong in them, what was left out, and a scorecard.

May never enter: a terminal. A line is a sequence of (text, style) pairs, and `text` prints it.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from wscheck.core.exchange import Exchange
from wscheck.core.report import COUNTED, CaseResult, Finding, Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._lines import INDENT, LABEL, Line, Marks
from wscheck.render._sentence import control_sentence
from wscheck.render._wire import octets

_WORDS = {"pass": "passed", "fail": "failed", "warn": "warned", "info": "info", "skip": "skipped", "error": "broken"}
_LONGEST_ID = 34
_NARROWEST = 16  # less room than this beside an id is none
_WIDE = 60  # from here on a scorecard has room for whole words


def control_checks(report: Report, view: View) -> tuple[Finding, ...]:
    """The checks to show: all, but of an audit's control handshake those alone that are not as they should be."""
    if report.kind != "audit" or view.verbose:
        return report.checks
    return tuple(finding for finding in report.checks if finding.status in ("fail", "warn", "error"))


def beside_cases(report: Report) -> tuple[Exchange, ...]:
    """The exchanges that belong to no case: the octets of a case stand beneath it."""
    taken = {index for case in report.cases for index in case.exchanges}
    handshakes = [made for index, made in enumerate(report.exchanges) if index not in taken]
    return report.exchanges if report.kind != "audit" else tuple(handshakes[:1])


def audit_lines(report: Report, view: View, marks: Marks) -> Iterator[Line]:
    """Everything of an audit between its control handshake and its verdict."""
    page = _Cases(report, view, marks)
    yield from page.control()
    unmade = not report.complete and all(case.status == "skip" for case in report.cases)
    if unmade and not view.verbose:
        # No case was made at all, for the reason that stands in a note: a table of nothing says no more.
        yield [(f"  none of {len(report.cases)} cases was made", "dim")]
        return
    for section in report.sections:
        cases = [case for case in report.cases if case.section == section.name]
        if cases:
            yield from page.section(section.title, section.policy, cases)
    yield from page.skipped()
    yield from page.failed()
    yield from page.scorecard()


class _Cases:
    def __init__(self, report: Report, view: View, marks: Marks) -> None:
        self.report, self.view, self.marks = report, view, marks
        longest = max((len(case.id) for case in report.cases), default=0)
        self.id_width = min(longest, _LONGEST_ID)

    def control(self) -> Iterator[Line]:
        """The good handshake in a line, where it is as it should be."""
        told = self.report.verdict == "unreachable"  # the failure stands above
        if not told and not control_checks(self.report, self.view) and self.report.checks:
            said = control_sentence(self.report)
            symbol, _, word, style = self.marks["pass"]
            yield [("  ", ""), (f"{symbol} {word}", style), (f"  the good handshake: {said}", "")]
        yield []

    def section(self, title: str, policy: bool, cases: Sequence[CaseResult]) -> Iterator[Line]:
        """A heading with its counts, and the cases that have something to say."""
        if self.view.verbose:
            yield []
        yield from self._heading(title + (" (not in the result)" if policy else ""), cases)
        for case in cases:
            opened = case.status in ("fail", "warn", "error")
            if opened or self.view.verbose:
                yield self._case(case, told=not opened)
            if opened:
                yield from self._open(case)
            if opened or self.view.verbose > 1:
                yield from self._octets(case)

    def _heading(self, title: str, cases: Sequence[CaseResult]) -> Iterator[Line]:
        counts = Counter[str](case.status for case in cases)
        parts = [(f"{counts[name]} {_WORDS[name]}", self.marks[name][3]) for name in self.marks if counts[name]]
        length = sum(len(text) for text, _ in parts) + 3 * (len(parts) - 1)
        tallies: Line = []
        for text, style in parts:
            tallies += [*([(" · ", "dim")] if tallies else []), (text, style)]
        room = self.view.width - 2 - len(title) - length
        if room >= 2:
            yield [("  ", ""), (title, "bold"), (" " * room, ""), *tallies]
        else:
            yield [("  ", ""), (_cut(title, self.view.width - 2), "bold")]
            if length + 4 <= self.view.width:
                yield [(" " * (self.view.width - length), ""), *tallies]
            else:
                yield from ([("    ", ""), part] for part in parts)

    def _case(self, case: CaseResult, *, told: bool) -> Line:
        symbol, _, word, style = self.marks[case.status]
        lead = f"  {symbol} {word}  "
        weight = "bold" if case.status in ("fail", "error") else ""
        line: Line = [("  ", ""), (f"{symbol} {word}", style), ("  ", ""), (case.id, weight)]
        column = len(lead) + max(self.id_width, len(case.id)) + 2
        shown = case.skip_reason if case.status == "skip" else case.observed
        if not told:
            shown = "policy" if case.policy else case.level
        room = self.view.width - column
        if shown and room >= min(len(shown), _NARROWEST):
            line += [(" " * (column - len(lead) - len(case.id)), ""), (_cut(printable(shown), room), "dim")]
        return line

    def _open(self, case: CaseResult) -> Iterator[Line]:
        yield from self._labelled("case", [case.title])
        yield from self._labelled("sent", case.sent.split("\n"), mark="> ")
        yield from self._labelled("expected", [case.expected])
        yield from self._labelled("observed", case.observed.split("\n"))
        yield from self._labelled("why", [case.why])
        if case.fix:
            yield from self._labelled("fix", [case.fix])
        yield from self._labelled("clause", [" · ".join((case.clause, *case.requirements))], style="dim")
        yield []

    def _octets(self, case: CaseResult) -> Iterator[Line]:
        """What went over the wire, with -vv."""
        styles = {"*": "cyan", ">": "green", "<": "yellow"}
        for index in case.exchanges if self.view.verbose > 1 else ():
            if 0 <= index < len(self.report.exchanges):
                for line in octets(self.report.exchanges[index], whole=True):
                    yield [(line, styles[line[0]])]
                yield []

    def _labelled(self, label: str, texts: Sequence[str], style: str = "", mark: str = "") -> Iterator[Line]:
        room = max(self.view.width - INDENT - LABEL, 20)
        first = True
        for text in texts:
            shown = textwrap.wrap(
                mark + printable(text), room, subsequent_indent=" " * len(mark), break_on_hyphens=False
            )
            for line in shown or [""]:
                yield [(" " * INDENT + f"{label if first else '':<{LABEL}}", "dim"), (line, style)]
                first = False

    # -- behind the sections -------------------------------------------------------------------------------------------

    def skipped(self) -> Iterator[Line]:
        """What was not played, by its reason."""
        reasons = Counter(case.skip_reason or "no reason given" for case in self.report.cases if case.status == "skip")
        if not reasons:
            return
        yield []
        yield [("  skipped", "bold")]
        room = self.view.width - 12
        for reason, count in reasons.most_common():
            for number, text in enumerate(textwrap.wrap(printable(reason), room)):
                yield [(f"    {count if number == 0 else '':>4}  ", ""), (text, "dim")]

    def failed(self) -> Iterator[Line]:
        """What made the verdict, once more, in one line each."""
        found = [case for case in self.report.cases if self.report.fails(case) or case.status == "error"]
        if not found:
            return
        yield []
        yield [("  failed", "bold")]
        width = min(max(len(case.id) for case in found), _LONGEST_ID)
        for case in found:
            symbol, _, _, style = self.marks[case.status]
            lead = f"    {symbol} {case.id:<{width}}  "
            room = self.view.width - len(lead)
            said = _cut(printable(case.observed), room) if room >= _NARROWEST else ""
            yield [("    ", ""), (symbol, style), (lead[5:], ""), (said, "")]

    def scorecard(self) -> Iterator[Line]:
        """How many of each level have each status."""
        card = self.report.scorecard
        wide = self.view.width >= _WIDE
        names = [_WORDS[status] if wide else status for status in COUNTED]
        column = 9 if wide else 5
        yield []
        yield [("  " + f"{'':<8}" + "".join(f"{name:>{column}}" for name in names), "dim")]
        for level, counts in card.items():
            if not any(counts.values()):
                continue
            line: Line = [(f"  {level:<8}", "")]
            for status in COUNTED:
                style = self.marks[status][3] if counts[status] else "dim"
                line.append((f"{counts[status]:>{column}}", style))
            yield line


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 4] + " ..."
