"""`status`: the reply is a 101, and nothing else stands in front of it."""

from __future__ import annotations

import re

from wscheck.checks import USER, Check, Rule, Ruling, Skip
from wscheck.core.answer import REDIRECTS, Answer
from wscheck.core.head import Head
from wscheck.core.report import Problem
from wscheck.core.visible import visible

NOT_101 = Rule(
    "not-101",
    "error",
    "R-6455-4.2.2-01",
    "RFC 6455 §4.2.2 step 5.1, §4.1 reply step 1",
    "Only 101 switches the connection to WebSocket. After any other status HTTP still applies, and no client opens.",
    "Answer 101 to a valid upgrade request. If an ordinary page or a proxy's error came back, the request did not "
    "reach the WebSocket endpoint: check the path, and that each proxy passes Upgrade and Connection on.",
)
UNEXPECTED = Rule(
    "unexpected-status",
    "error",
    USER,
    "your own expectation (--expect)",
    "Another status was demanded than the one that came.",
    "Compare the status with what was demanded; a 101 in place of a refusal means that the door is open.",
)
UNASKED = Rule(
    "switched-unasked",
    "error",
    "R-9110-7.8-10",
    "RFC 9110 §7.8; RFC 6455 §4.2.1, §4.2.2",
    "The request that was sent is no valid handshake, so the server had to refuse it: a 101 means that it does not "
    "look at what it was asked.",
    "Check Upgrade, Connection, key and version before switching (RFC 6455 §4.2.1).",
)
NO_FINAL = Rule(
    "no-final-reply",
    "error",
    "R-6455-4.2.2-01",
    "RFC 6455 §4.2.2 step 5.1; RFC 9110 §15.2",
    "A 1xx other than 101 only announces a reply. Some clients wait for one without end, others fail at once.",
    "Send the 101 (or a refusal) after the interim reply.",
)
INTERIM = Rule(
    "interim-before-101",
    "warning",
    "R-9110-15.2-01",
    "RFC 9110 §15.2",
    "Interim replies are legal and have to be skipped, yet Chromium and several libraries give up at the first one.",
    "Do not send 100, 102 or 103 before the 101; switch Early Hints off for this location.",
)
INTERIM_REFUSAL = Rule(
    "interim-before-refusal",
    "info",
    "R-9110-15.2-01",
    "RFC 9110 §15.2",
    "Interim replies before a refusal are legal; clients skip them, or stop at them.",
    "",
)
ODD_REASON = Rule(
    "odd-reason",
    "info",
    "R-9112-4-02",
    "RFC 9112 §4",
    "The reason phrase means nothing and is ignored; it only shows whose text this is.",
    "",
)
IGNORED = Rule(
    "upgrade-ignored",
    "info",
    "R-9110-7.8-04",
    "RFC 9110 §7.8",
    "A server may ignore Upgrade and answer as if it were not there. Where a WebSocket endpoint is expected, the usual "
    "reason is a proxy that does not pass Upgrade and Connection on, or a wrong path.",
    "",
)


def judge(answer: Answer) -> Ruling | Skip:
    """The status, and what came before it."""
    head = answer.head
    if head is None:
        shown = ", ".join(_line(interim) for interim in answer.interim)
        return Ruling(f"{shown}, then no final reply", (NO_FINAL.broken(f"{shown} came, and no final reply"),))
    if head.status is None:
        return Skip("no status code can be read")
    problems = list(_interim(answer.interim, head.status))
    demanded = answer.demands.status
    if demanded is not None and demanded != 101:
        if head.status != demanded:
            said = f"the status is {head.status}, not {demanded}"
            problems.append(UNEXPECTED.broken(said, *_code_span(head)))
        return Ruling(_line(head), tuple(problems), str(demanded), verbatim=True)
    if head.status != 101:
        problems.append(_not_101(answer, head))
        # What was sent without a right Upgrade has not been ignored.
        if (200 <= head.status < 300 or head.status == 404) and not answer.sent.faults:
            problems.append(IGNORED.broken("this is how a server answers that does not see the Upgrade"))
    else:
        problems += [UNASKED.broken(f"a 101 though {said}", *_code_span(head)) for said in answer.sent.faults]
    if head.status == 101 and head.reason != b"Switching Protocols":
        problems.append(ODD_REASON.broken(f'the reason phrase is "{visible(head.reason, 60)}"'))
    return Ruling(_line(head), tuple(problems), verbatim=True)


# What a status other than 101 says that is to be done; for the rest the rule's own words hold.
_SERVER_FAILED = "Look into the server's log for this request: the server failed on it, and says so."
_FIXES = {
    401: "The server wants credentials first: WWW-Authenticate says which. Give them (-u, --oauth2-bearer, -b), or "
    "exempt the path.",
    407: "The proxy wants credentials: -x http://USER:PASSWORD@HOST:PORT.",
    429: "Wait as long as Retry-After says, and allow more handshakes in the rate limit.",
    500: _SERVER_FAILED,
    501: "The server says that it cannot do this: use one that speaks WebSocket at this path.",
    502: "Start the backend, or mend the proxy's way to it: the proxy got no good answer from there.",
    503: "Start the backend, or wait until it is ready: the proxy or the server has nobody who can answer.",
    504: "Look into the backend's log: the proxy waited for its answer in vain.",
    505: "Let the proxy in front speak HTTP/1.1 to the server.",
}
_MOVED = "Use the URL that Location names: WebSocket clients do not follow redirects. With -L wscheck does."


def _not_101(answer: Answer, head: Head) -> Problem:
    said = f"the status is {head.status}, not 101"
    faults = answer.sent.faults
    if not faults:
        broken = NOT_101.broken(said, *_code_span(head))
        moved = _MOVED if head.status in REDIRECTS else None
        return broken._replace(fix=_FIXES.get(head.status or 0) or moved or broken.fix)
    # The request was crafted to be refused, so there is nothing that the server has to change.
    return NOT_101.broken(f"{said}; but {' and '.join(faults)}", *_code_span(head))._replace(
        why="The request that was sent is no valid handshake, so a refusal is the right answer to it.",
        fix=f"To test for this refusal, demand it: --expect {head.status}.",
    )


def _interim(heads: tuple[Head, ...], status: int) -> list[Problem]:
    if not heads:
        return []
    shown = ", ".join(_line(head) for head in heads)
    rule = INTERIM if status == 101 else INTERIM_REFUSAL
    return [rule.broken(f"{len(heads)} interim: {shown}", _line_offset(heads[0]), len(heads[0].start_line))]


def _line(head: Head) -> str:
    return f"{head.status} {visible(head.reason, 60)}".strip()


def _code_span(head: Head) -> tuple[int, int]:
    line = head.start_line
    begin = max(line.lower().find(b"http/"), 0)
    code = re.search(rb"(?<![^ \t])%03d(?![^ \t])" % (head.status or 0), line[begin:])
    return _line_offset(head) + begin + (code.start() if code else 0), 3


def _line_offset(head: Head) -> int:
    """Where the start line begins: behind any empty lines."""
    return head.offset + head.raw.find(head.start_line)


CHECK = Check(
    id="status",
    title="The reply is 101",
    order=10,
    clause="RFC 6455 §4.2.2 step 5.1",
    expected="101",
    why="101 is acceptance and nothing else is: a 200 with perfect fields is no WebSocket.",
    rules=(NOT_101, UNEXPECTED, UNASKED, NO_FINAL, INTERIM, INTERIM_REFUSAL, ODD_REASON, IGNORED),
    judge=judge,
)
