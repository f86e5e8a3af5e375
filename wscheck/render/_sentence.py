"""A report in one sentence: the same words in every format."""

from __future__ import annotations

from wscheck.core.report import CaseResult, Report
from wscheck.core.visible import printable

VERDICTS = {"pass": "PASS", "fail": "FAIL", "unreachable": "UNREACHABLE", "error": "ERROR"}


def title(report: Report) -> str:
    """What the target is called: the user's name for it, or its URL."""
    return printable(report.name or report.target.url)


def sentence(report: Report) -> str:
    """The verdict's reason, from the counts."""
    return _audit_sentence(report) if report.kind == "audit" else control_sentence(report)


def _audit_sentence(report: Report) -> str:
    """The reason for an audit's verdict: its cases, and the good handshake where that is not as it should be."""
    if report.verdict == "unreachable" or not report.cases:
        return control_sentence(report)
    if all(case.status == "skip" for case in report.cases):
        return f"{_good_handshake(report)}; no case was judged"
    statuses = [case.status for case in report.cases if not case.policy]
    total = f"{len(statuses)} case{'' if len(statuses) == 1 else 's'}"
    count = {status: statuses.count(status) for status in ("pass", "fail", "warn", "info", "skip", "error")}
    first = f"{count['fail']} of {total} failed, {count['pass']} passed"
    if not count["fail"]:
        first = f"{count['pass']} of {total} passed"
    if not statuses:
        first = "policy never lowers the result, and no other case was chosen"
    words = {"error": "broke", "warn": "warned", "info": "info", "skip": "skipped"}
    if report.fail_on == "warning":
        words["warn"] = "warned (--fail-on warning)"
    said = ", ".join([first, *(f"{count[name]} {word}" for name, word in words.items() if count[name])])
    if not report.complete:
        said = f"the audit did not come to its end: {said}"
    elif report.verdict == "error":
        said = f"wscheck itself failed in {count['error']} of {total}; please report this"
    failed = report._replace(cases=(), complete=True).verdict != "pass"
    return f"{_good_handshake(report)}; {said}" if failed else said


def _good_handshake(report: Report) -> str:
    failed = sum(report.fails(finding) for finding in report.checks)
    if not failed:
        return f"the good handshake: {control_sentence(report)}"
    return f"{failed} of {len(report.checks)} checks of the good handshake failed"


def control_sentence(report: Report) -> str:
    """The checks of a handshake in words."""
    report = report._replace(cases=(), complete=True)
    counts = report.counts
    total = len(report.checks)
    if report.verdict == "unreachable":
        return "could not be judged: no reply came"
    if report.verdict == "error" and counts["skip"] == total:
        return "nothing was judged: every check that was selected was skipped"
    if report.verdict == "error":
        return "wscheck itself failed in a check; please report this"
    passed = counts["pass"] + counts["info"]
    first = f"{counts['fail']} of {total} checks failed, {passed} passed"
    if not counts["fail"]:
        first = f"{passed} of {total} checks passed"
    rest = [f"{counts['warn']} warned"] if counts["warn"] else []
    if report.verdict == "fail" and not counts["fail"]:
        first, rest = f"{counts['warn']} of {total} checks warned (--fail-on warning), {passed} passed", []
    rest += [f"{counts['skip']} skipped"] if counts["skip"] else []
    return ", ".join([first, *rest])


def failure_sentence(report: Report) -> str:
    """Why no reply came: stage, kind and detail."""
    failure = report.failure
    return f"{failure.stage}: {failure.kind}: {printable(failure.detail)}" if failure else "no reply came"


def waited_sentence(report: Report) -> str | None:
    """How the waiting went, or None when nothing was waited for."""
    waited = report.waited
    if waited is None:
        return None
    times = "1 attempt" if waited.attempts == 1 else f"{waited.attempts} attempts"
    if report.verdict == "pass":
        return f"passed at attempt {waited.attempts}, after {waited.seconds:.1f} s"
    return f"{times} in {waited.seconds:.1f} s of {waited.limit_s:g} s, none passed; this is the last one"


def case_text(case: CaseResult) -> str:
    """What a case of an audit has to say, a line for each thing."""
    sent = [f"sent: {printable(line)}" for line in case.sent.split("\n")]
    told = (("expected", case.expected), ("observed", case.observed), ("why", case.why), ("fix", case.fix))
    clause = " · ".join((case.clause, *case.requirements))
    lines = [*sent, *(f"{label}: {printable(text)}" for label, text in told if text), f"clause: {clause}"]
    return "\n".join(lines)
