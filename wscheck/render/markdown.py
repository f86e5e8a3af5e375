"""`markdown`: a table per target for a pull request or a step summary; what a server sent stands in code spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wscheck.core.diagnosis import Diagnosis, blocks
from wscheck.core.report import COUNTED, CaseResult, Finding, Report
from wscheck.core.visible import not_a_command, printable
from wscheck.render import View
from wscheck.render._sentence import VERDICTS, failure_sentence, sentence, title, waited_sentence

STREAMS = True

_MARKS = {"pass": "✅", "fail": "❌", "warn": "⚠️", "info": "ℹ️", "skip": "➖", "error": "💥"}


def render(reports: Sequence[Report], view: View) -> str:
    """The reports one after another."""
    return "".join("\n".join(_report(report)) + "\n\n" for report in reports)


def _report(report: Report) -> Iterator[str]:
    yield f"### {VERDICTS[report.verdict]}: {code_span(title(report))}"
    yield ""
    yield f"{plain(sentence(report))}."
    waited = waited_sentence(report)
    if waited:
        yield f"{plain(waited)}."
    if report.verdict == "unreachable":
        yield ""
        yield f"**{plain(failure_sentence(report))}**"
    for note in report.notes:
        yield f"- {plain(note)}"
    yield ""
    yield "| Check | | Observed |"
    yield "| --- | --- | --- |"
    for finding in report.checks:
        yield f"| `{finding.id}` | {_MARKS[finding.status]} {finding.status} | {_observed(finding)} |"
    for finding in report.checks:
        if finding.status in ("fail", "warn", "error"):
            yield from _details(finding)
    for one in report.diagnosis:
        yield from _cause(one)
    if report.cases:
        yield from _audit(report)


def _audit(report: Report) -> Iterator[str]:
    """Scorecard, sections, what is wrong, and all cases where they can be folded away."""
    words = " | ".join(f"{_MARKS[status]} {status}" for status in COUNTED)
    yield ""
    yield f"| Level | {words} |"
    yield f"| --- |{' ---: |' * len(COUNTED)}"
    for level, counts in report.scorecard.items():
        yield f"| {level} | {' | '.join(str(counts[status]) for status in COUNTED)} |"
    for case in report.cases:
        if case.status in ("fail", "warn", "error"):
            yield from _case_details(case)
    yield ""
    yield f"<details><summary>All {len(report.cases)} cases</summary>"
    for section in report.sections:
        found = [case for case in report.cases if case.section == section.name]
        if found:
            yield ""
            yield f"**{plain(section.title)}**"
            yield ""
            yield "| Case | | Level | Observed |"
            yield "| --- | --- | --- | --- |"
        for case in found:
            observed = (case.skip_reason if case.status == "skip" else case.observed) or ""
            level = "policy" if case.policy else case.level
            yield f"| `{case.id}` | {_MARKS[case.status]} {case.status} | {level} | {plain(observed)} |"
    yield ""
    yield "</details>"


def _case_details(case: CaseResult) -> Iterator[str]:
    level = "policy" if case.policy else case.level
    yield ""
    yield f"**{_MARKS[case.status]} {case.id}** ({level}): {plain(case.title)}"
    yield ""
    for line in case.sent.split("\n"):
        yield f"- sent: {code_span(line)}"
    yield f"- expected: {plain(case.expected)}"
    yield f"- observed: {plain(case.observed)}"
    yield f"- why: {plain(case.why)}"
    if case.fix:
        yield f"- fix: {plain(case.fix)}"
    yield f"- clause: {plain(' · '.join((case.clause, *case.requirements)))}"


def _cause(one: Diagnosis) -> Iterator[str]:
    yield ""
    yield f"**Diagnosis, {one.said}: `{one.cause}`** {plain(one.summary)}"
    yield ""
    for text in one.evidence:
        yield f"- {plain(text)}"
    for block, texts in blocks((*one.fix, *one.would_tell)):
        yield ""
        yield from _fenced(texts) if block else map(plain, texts)


def _fenced(texts: Sequence[str]) -> Iterator[str]:
    """Lines to copy; the fence is longer than any run of backticks inside (CommonMark 4.5)."""
    shown = [not_a_command(printable(text)) for text in texts]
    longest = max(len(run) for text in shown for run in re.findall(r"`*", text))
    fence = "`" * max(longest + 1, 3)
    yield from (fence, *shown, fence)


def _observed(finding: Finding) -> str:
    if finding.status == "skip":
        return plain(finding.skip_reason or "")
    return code_span(finding.observed) if finding.verbatim else plain(finding.observed)


def _details(finding: Finding) -> Iterator[str]:
    yield ""
    yield f"**{finding.id}**: expected {plain(finding.expected)}"
    for problem in finding.problems:
        yield ""
        yield f"- **{problem.level}** `{problem.code}`: {plain(problem.message)}"
        yield f"  - why: {plain(problem.why)}"
        if problem.fix:
            yield f"  - fix: {plain(problem.fix)}"
        yield f"  - clause: {plain(problem.clause)}"


def code_span(text: str) -> str:
    """A code span in a table cell: the fence is longer than any run of backticks inside (CommonMark 6.1)."""
    # "##[" is a command to a CI system anywhere in a line; a code span has no escapes, so a word joiner parts it.
    text = printable(text).replace("|", "\\|").replace("##", "#\u2060#")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest or not text else f"{fence}{text}{fence}"


def plain(text: str) -> str:
    """Prose that may hold a server's words: nothing in it is markup, a mention or a link."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+!|~&-])", r"\\\1", printable(text))
    # What is made a link without being asked for: only these schemes, and "www." (GitHub Flavored Markdown 6.9).
    unlinked = re.sub(r"(?i)(https?|ftp):(?=//)", "\\1:\u2060", escaped)
    return unlinked.replace("@", "@\u2060").replace("www.", "www\u2060.")
