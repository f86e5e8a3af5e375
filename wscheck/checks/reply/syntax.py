"""`syntax`: the octets of every head follow the grammar of HTTP/1.1, and the head ends.

`core.head` finds the deviations; this file says which of them are errors. One problem per kind, with the first place
and the number of places.
"""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.deviation import Deviation
from wscheck.core.exchange import Failure
from wscheck.core.report import Problem, status_of
from wscheck.core.visible import visible

# A head should stay below this: servers and clients with a limit of 8 KiB are many (oracle: Node, aiohttp, picows).
USUAL_LIMIT_BYTES = 8192

_STRICT = "Recipients may forgive this and none is obliged to: some clients open, others fail with a parse error."

_STATUS_LINE = "RFC 9112 §4"
_FIX_STATUS_LINE = 'Send exactly "HTTP/1.1 101 Switching Protocols" and CRLF.'
_LINE_ENDS = "RFC 9112 §2.2"
_FIELD_LINE = "RFC 9112 §5"

INCOMPLETE = Rule(
    "incomplete-head",
    "error",
    "R-9112-6-01",
    "RFC 9112 §2.1, §8",
    "A head ends with an empty line. Until it comes no client opens; most wait until they time out.",
    "Send an empty line (CRLF CRLF) behind the last field, and flush it before waiting for anything.",
)
LARGE = Rule(
    "large-head",
    "warning",
    "R-9112-6-01",
    "no clause: limits of clients",
    "Many clients refuse a head or a value of more than 8 to 16 KiB.",
    "Keep the head of the 101 below 8 KiB: move large values out of it.",
)

# One rule per kind of deviation (`core.head.KINDS`).
RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "not-http",
            "error",
            "R-9112-4-01",
            _STATUS_LINE,
            "What answers does not speak HTTP, so no handshake can be judged.",
            "Check host, port and scheme: this may be another service, or a TLS port asked without TLS.",
        ),
        Rule(
            "status-line-prefix",
            "error",
            "R-9112-4-01",
            _STATUS_LINE,
            "The reply begins with HTTP/; nothing may come before it. " + _STRICT,
            "Find what writes before the status line (a banner, a debug print, rest of an earlier body).",
        ),
        Rule("status-line-version", "error", "R-9112-2.3-02", "RFC 9112 §2.3", _STRICT, _FIX_STATUS_LINE),
        Rule("status-line-space", "error", "R-9112-4-01", _STATUS_LINE, _STRICT, _FIX_STATUS_LINE),
        Rule("status-line-code", "error", "R-9112-4-01", _STATUS_LINE, _STRICT, _FIX_STATUS_LINE),
        Rule(
            "status-line-end",
            "error",
            "R-9112-4-01",
            _STATUS_LINE,
            "The blank behind the status code is sent even when the reason is empty. " + _STRICT,
            'Send "HTTP/1.1 101 " with the blank, or better "HTTP/1.1 101 Switching Protocols".',
        ),
        Rule("status-line-control", "error", "R-9112-4-01", _STATUS_LINE, _STRICT, _FIX_STATUS_LINE),
        Rule(
            "bare-lf",
            "error",
            "R-9112-2.2-01",
            _LINE_ENDS,
            "Lines end with CRLF. A client may take LF alone, and Node and websockets do not.",
            r'End every line of the head with CRLF ("\r\n"); a text-mode stream or a template often loses the CR.',
        ),
        Rule(
            "bare-cr",
            "error",
            "R-9112-2.2-02",
            _LINE_ENDS,
            "A CR that no LF follows is invalid anywhere in a head; readers disagree on whether it ends a line.",
            "Send CRLF at line ends and no CR inside a value.",
        ),
        Rule(
            "leading-whitespace",
            "error",
            "R-9112-2.2-03",
            _LINE_ENDS,
            "A line that begins with a blank before the first field is refused or skipped, so readers disagree.",
            "Begin the first line behind the status line with a field name.",
        ),
        Rule(
            "fold",
            "warning",
            "R-9112-5.2-01",
            "RFC 9112 §5.2",
            "Folded fields are obsolete: senders must not make them, and clients read the fold as a blank.",
            "Write the field on one line.",
        ),
        Rule("no-colon", "error", "R-9112-5-01", _FIELD_LINE, _STRICT, "Write every line as 'Name: value'."),
        Rule("empty-name", "error", "R-9112-5-01", _FIELD_LINE, _STRICT, "Give the field a name."),
        Rule(
            "bad-name",
            "error",
            "R-9112-5-01",
            "RFC 9112 §5; RFC 9110 §5.6.2",
            "A field name is a token: no blanks, brackets or octets above 7F. " + _STRICT,
            "Use letters, digits and '-' in field names.",
        ),
        Rule(
            "space-before-colon",
            "error",
            "R-9112-5-01",
            "RFC 9112 §5.1",
            "Nothing stands between name and colon. Most clients do not see the field, or refuse the whole reply.",
            "Remove the blank before the colon.",
        ),
        Rule(
            "control-in-value",
            "error",
            "R-9110-5.5-01",
            "RFC 9110 §5.5",
            "Control characters are invalid in a value; a client may refuse the reply or keep the octet.",
            "Remove the control character; if it comes from a request, it was reflected unchecked.",
        ),
        Rule(
            "value-whitespace",
            "warning",
            "R-9112-5-01",
            "RFC 9110 §5.6.3; RFC 9112 §5.1",
            "One blank should stand before a value and none behind it; some clients refuse tabs and trailing blanks.",
            "Write 'Name: value' with a single blank.",
        ),
    )
}

_SAID = {
    "not-http": "this is not HTTP",
    "status-line-prefix": "something stands before the status line",
    "status-line-version": "the version in the status line is malformed",
    "status-line-space": "the parts of the status line are not parted by one blank",
    "status-line-code": "the status code is not three digits",
    "status-line-end": "the blank behind the status code is missing",
    "status-line-control": "a control character stands in the reason phrase",
    "bare-lf": "a line ends with LF alone",
    "bare-cr": "a CR stands without its LF",
    "leading-whitespace": "a line before the first field begins with a blank",
    "fold": "a field is folded over two lines",
    "no-colon": "a line has no colon",
    "empty-name": "a line has no field name",
    "bad-name": "a field name is not a token",
    "space-before-colon": "a blank stands before the colon",
    "control-in-value": "a control character stands in a value",
    "value-whitespace": "other whitespace than one blank stands around a value",
}


def judge(answer: Answer) -> Ruling | Skip:
    """Every kind of deviation in every head, and the end of the head."""
    problems = [*_deviations(answer), *_ends(answer)]
    size = sum(len(head.raw) for head in answer.heads)
    if size > USUAL_LIMIT_BYTES:
        problems.append(LARGE.broken(f"the head has {size} octets, more than {USUAL_LIMIT_BYTES}"))
    errors = [problem for problem in problems if status_of([problem]) == "fail"]
    shown = errors or problems
    observed = "; ".join(problem.message for problem in shown) if shown else f"well formed, {size} octets"
    return Ruling(observed, tuple(problems))


def _deviations(answer: Answer) -> Iterator[Problem]:
    by_kind: dict[str, list[Deviation]] = {}
    for head in answer.heads:
        for deviation in head.deviations:
            by_kind.setdefault(deviation.kind, []).append(deviation)
    # What is no HTTP breaks many a rule of HTTP as well: that it is none is said first.
    for kind, places in sorted(by_kind.items(), key=lambda one: one[0] != "not-http"):
        first = places[0]
        shown = visible(answer.response[first.offset : first.offset + first.length], 40)
        said = f"{_SAID[kind]}: {first.detail or (shown if shown.strip() else repr(shown))}"
        if len(places) > 1:
            said += f" ({len(places)} places)"
        yield RULES[kind].broken(said, first.offset, first.length)


def _ends(answer: Answer) -> Iterator[Problem]:
    head = answer.head
    if head is None or head.complete:
        return
    octets = len(answer.response) - head.offset
    yield INCOMPLETE.broken(f"the head does not end: {octets} octets, then {_why(answer.failure)}")


def _why(failure: Failure | None) -> str:
    if failure is None or failure.kind == "closed":
        return "the end of the connection"
    return {"timeout": "the time limit", "reset": "a reset", "limit": "the size limit"}.get(
        failure.kind, failure.detail
    )


CHECK = Check(
    id="syntax",
    title="The head is well formed",
    order=30,
    clause="RFC 9112 §2 to §5",
    expected="a status line, fields and an empty line as RFC 9112 writes them",
    why="A client that parses strictly refuses what is malformed, and lenient ones disagree on what it means.",
    rules=(*RULES.values(), INCOMPLETE, LARGE),
    judge=judge,
)
