"""`github`: workflow commands that become annotations. (The command line appends the step summary.)

A server must not be able to give a command: in data "%", CR and LF are encoded, in properties ":" and "," as well, and
the old form "##[", which counts anywhere in a line, is broken up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wscheck.core.diagnosis import labelled
from wscheck.core.report import CaseResult, Finding, Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._sentence import VERDICTS, case_text, failure_sentence, sentence, title, waited_sentence

STREAMS = True


def render(reports: Sequence[Report], view: View) -> str:
    """One line per finding that has something to say, and one for the verdict."""
    return "".join(line + "\n" for report in reports for line in _report(report))


def _report(report: Report) -> Iterator[str]:
    name = title(report)
    if report.verdict == "unreachable":
        yield _command("error", f"wscheck: {name}", failure_sentence(report))
    for finding in report.checks:
        level = _level(report, finding)
        if level:
            yield _command(level, f"wscheck {finding.id}: {name}", _message(finding))
    for case in report.cases:
        level = _level(report, case)
        if level:
            yield _command(level, f"wscheck {case.id}: {name}", f"{printable(case.title)}\n{case_text(case)}")
    for one in report.diagnosis[:1]:
        text = "\n".join([one.summary, *labelled(one)])
        yield _command("notice", f"wscheck diagnosis, {one.said}: {one.cause}: {name}", text)
    level = "notice" if report.verdict == "pass" else "error"
    said = [f"{VERDICTS[report.verdict]}  {sentence(report)}", waited_sentence(report)]
    yield _command(level, f"wscheck: {name}", "\n".join(text for text in said if text))


def _level(report: Report, finding: Finding | CaseResult) -> str | None:
    """What is on policy fails nothing, so it warns."""
    if finding.status == "error" or report.fails(finding):
        return "error"
    return "warning" if finding.status in ("fail", "warn") else None


def _message(finding: Finding) -> str:
    lines = [finding.observed] if finding.status == "error" else []
    lines += [f"expected: {finding.expected}", f"observed: {finding.observed}"]
    for problem in finding.problems:
        lines += [f"problem: {problem.message}", f"why: {problem.why}"]
        lines += [f"fix: {problem.fix}"] if problem.fix else []
        lines.append(f"clause: {problem.clause}")
    return "\n".join(lines)


def _command(level: str, heading: str, message: str) -> str:
    return f"::{level} title={_property(heading)}::{_data(message)}"


def _data(text: str) -> str:
    encoded = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return encoded.replace("##[", "## [")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
