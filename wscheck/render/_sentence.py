"""A report in one sentence: the same words in every format."""

from __future__ import annotations

from wscheck.core.report import Report
from wscheck.core.visible import printable

VERDICTS = {"pass": "PASS", "fail": "FAIL", "unreachable": "UNREACHABLE", "error": "ERROR"}


def title(report: Report) -> str:
    """What the target is called: the user's name for it, or its URL."""
    return printable(report.name or report.target.url)


def sentence(report: Report) -> str:
    """The verdict's reason, from the counts."""
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
        return f"passed at the last of {times}, after {waited.seconds:.1f} s"
    return f"{times} in {waited.seconds:.1f} s of {waited.limit_s:g} s, none passed; this is the last one"
