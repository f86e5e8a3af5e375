"""`framing`: a 1xx has no content, so it carries neither Content-Length nor Transfer-Encoding."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core.answer import Answer
from wscheck.core.fields import named
from wscheck.core.visible import visible

_WHY = (
    "Clients have to ignore it, and most do; some stacks and proxies wait for the content, or swallow the first frames."
)

CONTENT_LENGTH = Rule(
    "content-length",
    "warning",
    "R-9110-8.6-01",
    "RFC 9110 §8.6; RFC 9112 §6.3",
    _WHY,
    "Leave Content-Length out of the 101, 0 as well; often a framework adds it to every reply without content.",
)
TRANSFER_ENCODING = Rule(
    "transfer-encoding",
    "warning",
    "R-9112-6.1-01",
    "RFC 9112 §6.1, §6.3",
    _WHY,
    "Leave Transfer-Encoding out of the 101; often a framework adds it to every reply without Content-Length.",
)
_FIELDS = ((b"Content-Length", CONTENT_LENGTH), (b"Transfer-Encoding", TRANSFER_ENCODING))


def judge(answer: Answer) -> Ruling | Skip:
    """Framing fields in the 101 and in the interim replies before it."""
    if skip := needs_switching(answer):
        return skip
    found = [(field, rule) for head in answer.heads for name, rule in _FIELDS for field in named(head.fields, name)]
    if found:
        shown = [f"{visible(field.name)}: {visible(field.value, 40)}" for field, _ in found]
        problems = [
            rule.broken_by(field, f"a 1xx carries {said}") for (field, rule), said in zip(found, shown, strict=True)
        ]
        return Ruling("; ".join(shown), tuple(problems), verbatim=True)
    if skip := needs_whole_head(answer, "all fields"):
        return skip
    return Ruling("none")


CHECK = Check(
    id="framing",
    title="The 101 announces no content",
    order=90,
    clause="RFC 9110 §8.6; RFC 9112 §6.1",
    expected="neither Content-Length nor Transfer-Encoding",
    why="A 101 ends at its empty line; what follows belongs to the new protocol.",
    rules=(CONTENT_LENGTH, TRANSFER_ENCODING),
    judge=judge,
    also=("R-9112-6.3-01",),
)
