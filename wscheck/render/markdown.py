"""`markdown`: a table per target for a pull request or a step summary; what a server sent stands in code spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wscheck.core.report import Finding, Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._sentence import VERDICTS, failure_sentence, sentence, title, waited_sentence

STREAMS = True

_MARKS = {"pass": "✅", "fail": "❌", "warn": "⚠️", "info": "ℹ️", "skip": "➖", "error": "💥"}


def render(reports: Sequence[Report], view: View) -> str:
    """The reports one after another."""
    return "".join("\n".join(_report(report)) + "\n\n" for report in reports)


def _report(report: Report) -> Iterator[str]:
    yield f"### {VERDICTS[report.verdict]}: {_code(title(report))}"
    yield ""
    yield f"{_plain(sentence(report))}."
    waited = waited_sentence(report)
    if waited:
        yield f"{_plain(waited)}."
    if report.verdict == "unreachable":
        yield ""
        yield f"**{_plain(failure_sentence(report))}**"
    for note in report.notes:
        yield f"- {_plain(note)}"
    yield ""
    yield "| Check | | Observed |"
    yield "| --- | --- | --- |"
    for finding in report.checks:
        yield f"| `{finding.id}` | {_MARKS[finding.status]} {finding.status} | {_observed(finding)} |"
    for finding in report.checks:
        if finding.status in ("fail", "warn", "error"):
            yield from _details(finding)


def _observed(finding: Finding) -> str:
    if finding.status == "skip":
        return _plain(finding.skip_reason or "")
    return _code(finding.observed) if finding.verbatim else _plain(finding.observed)


def _details(finding: Finding) -> Iterator[str]:
    yield ""
    yield f"**{finding.id}**: expected {_plain(finding.expected)}"
    for problem in finding.problems:
        yield ""
        yield f"- **{problem.level}** `{problem.code}`: {_plain(problem.message)}"
        yield f"  - why: {_plain(problem.why)}"
        if problem.fix:
            yield f"  - fix: {_plain(problem.fix)}"
        yield f"  - clause: {_plain(problem.clause)}"


def _code(text: str) -> str:
    """A code span in a table cell: the fence is longer than any run of backticks inside (CommonMark 6.1)."""
    # "##[" is a command to a CI system anywhere in a line; a code span has no escapes, so a word joiner parts it.
    text = printable(text).replace("|", "\\|").replace("##", "#\u2060#")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest or not text else f"{fence}{text}{fence}"


def _plain(text: str) -> str:
    """Prose that may hold a server's words: nothing in it is markup, a mention or a link."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+!|~&-])", r"\\\1", printable(text))
    return escaped.replace("@", "@\u2060").replace("://", ":\u2060//").replace("www.", "www\u2060.")
