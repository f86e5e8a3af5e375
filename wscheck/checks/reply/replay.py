"""`replay`: a second handshake with another key gets its own answer, and not the first one again.

RFC 6455 §1.3: the Accept shows that the server read this handshake; the same one for two keys comes out of a cache, or
is a constant.
"""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer, read_answer
from wscheck.core.key import SAMPLE_ACCEPT, accept_for
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_OWN_ANSWER = (
    "The Accept has to follow the key of this request; the first answer again shows that nobody read the second."
)
_CACHE_FIELDS = (b"Age", b"X-Cache", b"X-Cache-Status", b"CF-Cache-Status", b"X-Varnish", b"X-Served-By", b"Via")

CONSTANT = Rule(
    "constant",
    "error",
    "R-6455-1.3-20",
    "RFC 6455 §1.3, §4.2.2 step 5.4",
    _OWN_ANSWER,
    "Compute Sec-WebSocket-Accept from the key of each request; a fixed value is right for one key at most.",
)
REPLAYED = Rule(
    "replayed",
    "error",
    "R-6455-1.3-22",
    "RFC 6455 §1.3; RFC 9111 §3",
    _OWN_ANSWER,
    "Take WebSocket URLs out of the cache: a 101 must not be stored; bypass it for requests with Upgrade.",
)
SECOND_WRONG = Rule(
    "second-wrong",
    "error",
    "R-6455-1.3-20",
    "RFC 6455 §1.3, §4.2.2 step 5.4",
    "The first answer was right and the second is not: the value is computed from something that outlives a request.",
    "Look for state that is shared between connections, or for several backends of which one is wrong.",
)
SECOND_REFUSED = Rule(
    "second-refused",
    "warning",
    "R-6455-4.1-41",
    "RFC 6455 §4.1 note in step 2",
    "The same handshake was accepted a moment before, so this is a limit, or backends that are not alike.",
    "Look at limits of connections per address, and probe each address (--each-address).",
)
SECOND_LOST = Rule(
    "second-lost",
    "warning",
    "R-6455-1.3-20",
    "RFC 6455 §1.3",
    "The same handshake was answered a moment before; this time nothing whole came, so nothing could be compared.",
    "Try again; when it stays so, look for a server that takes one connection only, or crashes behind the first.",
)


def judge(answer: Answer) -> Ruling | Skip:
    """The Accept of the second handshake, beside its key and beside the first Accept."""
    if not answer.switching:
        return Skip("only a 101 has an Accept to repeat")
    if answer.second is None:
        return Skip("no second handshake was made")
    again = read_answer(answer.second)
    if not (again.head and again.head.complete):
        failure = answer.second.failure
        said = failure.detail if failure else "no reply came"
        return Ruling(said, (SECOND_LOST.broken(f"the second handshake was lost: {visible(said.encode(), 200)}"),))
    if not again.switching:
        said = f"the second handshake brought {again.status if again.status is not None else 'no status'}"
        return Ruling(said, (SECOND_REFUSED.broken(said),))
    return _compared(answer, again)


def _compared(answer: Answer, again: Answer) -> Ruling:
    first, second = (_accept(one) for one in (answer, again))
    right = accept_for(again.sent.key).encode() if again.sent.key else None
    if second == right:
        return Ruling("a second key got its own answer")
    if not second:
        return Ruling(
            "the second 101 has no Accept", _if_first_was_right(answer, first, "the second 101 has no Accept")
        )
    if second == first:
        return Ruling("the first answer again", (_same(answer, again, second),))
    said = f"the second Accept answers another key: {visible(second, 60)}"
    return Ruling("another answer for another key", _if_first_was_right(answer, first, said))


def _if_first_was_right(answer: Answer, first: bytes, said: str) -> tuple[Problem, ...]:
    """A value that is wrong both times in its own way is the fault of `accept`, and not told twice."""
    right = answer.sent.key and first == accept_for(answer.sent.key).encode()
    return (SECOND_WRONG.broken(said),) if right else ()


def _same(answer: Answer, again: Answer, accept: bytes) -> Problem:
    shown = visible(accept, 60)
    if accept == SAMPLE_ACCEPT:
        return CONSTANT.broken(f"the same Accept for two keys, and it is that of the RFC's own sample: {shown}")
    cached = [field for one in (again, answer) for name in _CACHE_FIELDS for field in one.all(name)]
    if cached:
        field = visible(cached[0].name + b": " + cached[0].value, 60)
        return REPLAYED.broken(f"the first answer came again, out of a cache ({field}): {shown}")
    if answer.sent.key and accept == accept_for(answer.sent.key).encode():
        return REPLAYED.broken(f"the first answer came again, right for the first key and replayed: {shown}")
    return CONSTANT.broken(f"the same Accept for two keys, a constant: {shown}")


def _accept(answer: Answer) -> bytes:
    fields = answer.all(b"Sec-WebSocket-Accept")
    return fields[0].value if fields else b""


CHECK = Check(
    id="replay",
    title="A second key gets its own answer",
    order=140,
    clause="RFC 6455 §1.3",
    expected="an Accept that follows the second key",
    why="A cache or a constant can answer one key rightly; only a second key shows that each request is read.",
    rules=(CONSTANT, REPLAYED, SECOND_WRONG, SECOND_REFUSED, SECOND_LOST),
    judge=judge,
)
