"""`tap`: Test Anything Protocol, version 14: a test point per check and case, with a YAML block where it helps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from wscheck.core.report import CaseResult, Finding, Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._sentence import failure_sentence, sentence, title, waited_sentence

STREAMS = False


def render(reports: Sequence[Report], view: View) -> str:
    """One stream for all reports; the numbers run through."""
    lines = [line for report in reports for line in _report(report)]
    points = [line for line in lines if line[0] is not None]
    out = ["TAP version 14", f"1..{len(points)}"]
    number = 0
    for ok, text in lines:
        if ok is None:
            out.append(text)
        else:
            number += 1
            out.append(f"{'ok' if ok else 'not ok'} {number} - {text}")
    return "\n".join(out) + "\n"


Line = tuple[bool | None, str]  # (whether a test point passed, None for another line; its text)


def _report(report: Report) -> Iterator[Line]:
    name = _escape(title(report))
    yield None, f"# {name}: {report.verdict}, {sentence(report)}"
    waited = waited_sentence(report)
    if waited:
        yield None, f"# {waited}"
    for one in report.diagnosis:
        yield None, f"# diagnosis, {one.said}: {one.cause}: {_escape(one.summary)}"
    if report.verdict == "unreachable":
        yield False, f"{name} replies"
        yield from _yaml({"message": failure_sentence(report), "severity": "fail"})
    for finding in report.checks:
        text = f"{name} {finding.id}"
        if finding.status == "skip":
            yield True, f"{text} # SKIP {_escape(finding.skip_reason or '')}"
            continue
        yield finding.status != "error" and not report.fails(finding), text
        if finding.problems or finding.status == "error":
            yield from _yaml(_diagnostics(finding))
    for case in report.cases:
        yield from _case(report, case, f"{name} {case.id}")


def _case(report: Report, case: CaseResult, text: str) -> Iterator[Line]:
    """A case of an audit; one on policy is never a failure, and its block says what it is."""
    if case.status == "skip":
        yield True, f"{text} # SKIP {_escape(case.skip_reason or '')}"
        return
    yield case.status != "error" and not report.fails(case), text
    if case.status in ("fail", "warn", "error"):
        yield from _yaml(
            {
                "message": f"{case.title}: {case.observed}",
                "severity": case.status,
                "level": "policy" if case.policy else case.level,
                "sent": case.sent,
                "expected": case.expected,
                "observed": case.observed,
                "outcome": case.outcome or "",
                "why": case.why,
                "fix": case.fix,
                "clause": case.clause,
            }
        )


def _diagnostics(finding: Finding) -> dict[str, object]:
    return {
        "message": "; ".join(problem.message for problem in finding.problems) or finding.observed,
        "severity": finding.status,
        "expected": finding.expected,
        "observed": finding.observed,
        "codes": [problem.code for problem in finding.problems],
        "fix": finding.fix or "",
        "clause": finding.clause,
    }


def _yaml(values: dict[str, object]) -> Iterator[Line]:
    # JSON is YAML, and ASCII JSON holds no line end and no control character.
    yield None, "  ---"
    for key, value in values.items():
        # "##[" and "##vso[" are commands to CI systems anywhere in a line.
        yield None, f"  {key}: {json.dumps(value)}".replace("##", "\\u0023#")
    yield None, "  ..."


def _escape(text: str) -> str:
    # TAP 14: "#" begins a directive and "\" escapes; neither may come from a name or a server.
    return printable(text).replace("\\", "\\\\").replace("#", "\\#")
