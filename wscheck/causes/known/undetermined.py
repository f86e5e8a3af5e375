"""When nothing is known: said as such, with what would tell."""

from __future__ import annotations

from wscheck.causes import LEAST, UNDETERMINED, Cause, Found
from wscheck.causes.products import who
from wscheck.causes.sentences import answered, brings, compared, unmoved
from wscheck.core.evidence import PURPOSES, Evidence
from wscheck.core.report import Finding
from wscheck.core.visible import printable


def unknown(evidence: Evidence) -> Found | None:
    """What is known of a probe that failed; it ranks behind every cause."""
    if evidence.passed:
        return None
    failing = [finding for finding in evidence.findings if finding.status == "fail"]
    own = ("expectation", "close")
    demanded = bool(failing) and all(one.id in own or _unexpected(one) for one in failing)
    if demanded or (not failing and evidence.reply is not None):
        return None
    failure = evidence.failure
    tried = [brings(evidence, name) for name in PURPOSES if name not in ("plain-get", "version-99")]
    return Found(
        LEAST,
        "No known cause fits what came: here is what is known, and what would tell more.",
        (
            answered(evidence),
            printable(f"{failure.detail[0].upper()}{failure.detail[1:]}.")
            if failure and failure.detail and evidence.reply is None
            else "",
            *(f"{finding.id}: {finding.problems[0].message}." for finding in failing if finding.problems),
            compared(evidence),
            unmoved(evidence),
            *tried,
            who(evidence),
        ),
        (
            *dict.fromkeys(finding.fix for finding in failing if finding.fix and finding.id != "status"),
            "Look into the log of the server, and of each proxy on the way, for this moment: the first one that "
            "does not show the request is behind the fault.",
        ),
        (
            "--resolve HOST:PORT:ADDRESS or --connect-to ::HOST:PORT goes to the server itself: it tells whether "
            "a proxy is at fault.",
            "--origin https://APP, -b COOKIES and --oauth2-bearer TOKEN send what a browser would.",
            "--control compares with a plain GET; --hold 10s shows what comes later; -vv shows every octet.",
        ),
    )


def _unexpected(finding: Finding) -> bool:
    """Whether another status was demanded than the one that came: what the server does may be as it is meant."""
    return any(problem.code == "unexpected-status" for problem in finding.problems)


CAUSES = (
    Cause(
        UNDETERMINED,
        "No known cause fits",
        "none",
        "The evidence fits no cause of the catalogue. The report says what is known.",
        (),
        ("Read the logs on the way; the first one that does not show the request is behind the fault.",),
        (),
        unknown,
    ),
)
