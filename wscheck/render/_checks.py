"""The findings of a report as lines: one each, and what is wrong in it opened beneath.

May never enter: a terminal, and a judgement; the status stands in the finding.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from wscheck.checks import NOT_SELECTED
from wscheck.core.report import Finding, Problem
from wscheck.render import View
from wscheck.render._excerpt import excerpt
from wscheck.render._lines import INDENT, LABEL, Line, Marks, labelled, wrapped

_ID = 14
_MOST_LINES = 3  # of what was observed, without -v


def check_lines(findings: Sequence[Finding], response: bytes, view: View, marks: Marks) -> Iterator[Line]:
    """All findings in their order; those that no option selected in one line, without -v."""
    shown = [one for one in findings if view.verbose or one.skip_reason != NOT_SELECTED]
    for finding in shown:
        yield from _finding(finding, view, marks)
        if finding.status in ("fail", "warn") or (finding.status == "info" and view.verbose):
            yield from _opened(finding, response, view)
    if len(shown) < len(findings):
        symbol, _, word, style = marks["skip"]
        hidden = len(findings) - len(shown)
        yield [(f"  {symbol} {word}  {hidden} more check{'' if hidden == 1 else 's'}: {NOT_SELECTED}", style)]


def _finding(finding: Finding, view: View, marks: Marks) -> Iterator[Line]:
    symbol, _, word, style = marks[finding.status]
    weight = "bold" if finding.status in ("fail", "error") else ""
    lead: Line = [("  ", ""), (f"{symbol} {word}", style), (f"  {finding.id:<{_ID}}", weight)]
    column = sum(len(text) for text, _ in lead)
    shown = finding.skip_reason if finding.status == "skip" else finding.observed
    mark = "< " if finding.verbatim else ""
    room = view.width - column
    lines = textwrap.wrap(mark + (shown or ""), room, subsequent_indent=" " * len(mark)) or [""]
    if len(lines) > _MOST_LINES and not view.verbose:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: room - 4] + " ..."]
    for number, text in enumerate(lines):
        begin: Line = lead if number == 0 else [(" " * column, "")]
        yield [*begin, (text, "dim" if finding.status == "skip" else "")]


def _opened(finding: Finding, response: bytes, view: View) -> Iterator[Line]:
    yield from wrapped("expected", finding.expected, view.width)
    shown = [p for p in finding.problems if p.level != "info" or view.verbose or finding.status == "info"]
    for number, problem in enumerate(shown):
        if number:
            yield []
        # A sentence of ours that stands beside the check's name already is not said again.
        told = not finding.verbatim and finding.observed == problem.message
        yield from _problem(problem, response, view, told=told)
    yield []


def _problem(problem: Problem, response: bytes, view: View, *, told: bool) -> Iterator[Line]:
    if not told:
        yield from wrapped("problem", problem.message, view.width)
    if problem.offset is not None:
        line, carets = excerpt(response, problem.offset, problem.length, view.width - INDENT - LABEL - 2)
        yield labelled("observed", f"< {line}")
        yield labelled("", f"  {carets}", "bold red" if problem.level == "error" else "bold yellow")
    yield from wrapped("why", problem.why, view.width)
    if problem.fix:
        yield from wrapped("fix", problem.fix, view.width)
    yield from wrapped("clause", problem.clause, view.width, "dim")
