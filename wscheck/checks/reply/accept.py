"""`accept`: Sec-WebSocket-Accept answers the key that was sent; a wrong value is traced to the mistake behind it."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.near import near_miss
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core.answer import Answer
from wscheck.core.fields import Field
from wscheck.core.grammar import ACCEPT_SHAPE, OWS
from wscheck.core.key import accept_for, accept_mistake
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_STEP = "RFC 6455 §4.1 reply step 4"
_HOW = "Compute base64(SHA-1(key + 258EAFA5-E914-47DA-95CA-C5AB0DC85B11)) over the key's text, trimmed and not decoded."

MISSING = Rule(
    "missing",
    "error",
    "R-6455-4.1-22",
    _STEP,
    "Without it nothing shows that the server read this handshake; every conforming client ends here.",
    _HOW,
)
EMPTY = Rule("empty", "error", "R-6455-4.2.2-03", _STEP, "An empty value answers no key.", _HOW)
REPEATED = Rule(
    "repeated",
    "error",
    "R-6455-11.3.3-01",
    "RFC 6455 §11.3.3",
    "The field may appear once. With two, clients take the first, the last or none: same reply, opposite verdicts.",
    "Send one Sec-WebSocket-Accept. Two usually mean that a proxy and the server behind it both answer.",
)
LIST = Rule(
    "list",
    "error",
    "R-6455-11.3.3-01",
    "RFC 6455 §11.3.3",
    "Values joined by a comma are what two fields become behind a proxy; clients compare the whole text.",
    "Send one Sec-WebSocket-Accept with one value.",
)
WRONG = Rule(
    "wrong",
    "error",
    "R-6455-4.2.2-03",
    _STEP + ", §4.2.2 step 5.4",
    "Accept does not answer the key of this request; every conforming client ends the connection here.",
    _HOW,
)
MALFORMED = Rule(
    "malformed",
    "error",
    "R-6455-4.3-01",
    "RFC 6455 §4.3, §4.2.2 step 5.4",
    "Accept is base64 of 20 octets: 28 characters of the standard alphabet that end in one '='.",
    _HOW,
)


def judge(answer: Answer) -> Ruling | Skip:
    """Sec-WebSocket-Accept of a 101 against the key that was sent."""
    if skip := needs_switching(answer):
        return skip
    key = answer.sent.key
    if key is None:
        return Skip(_no_single_key(answer))
    expected = accept_for(key)
    fields = answer.all(b"Sec-WebSocket-Accept")
    if not fields:
        if skip := needs_whole_head(answer, "Sec-WebSocket-Accept"):
            return skip
        said = "the 101 has no Sec-WebSocket-Accept" + near_miss(answer, b"Sec-WebSocket-Accept")
        return Ruling("no Sec-WebSocket-Accept field", (MISSING.broken(said),), expected)
    observed = ", ".join(visible(field.value, 120) for field in fields) or "(empty)"
    return Ruling(observed, tuple(_problems(key, expected, fields)), expected, verbatim=True)


def _no_single_key(answer: Answer) -> str:
    keys = answer.sent.keys
    if len(keys) > 1:
        return f"the request carried {len(keys)} keys, so no Accept is right"
    return "the request carried an empty key" if keys else "the request carried no key, so no Accept is right"


def _problems(key: bytes, expected: str, fields: tuple[Field, ...]) -> list[Problem]:
    problems = []
    if len(fields) > 1:
        alike = "equal" if len({field.value for field in fields}) == 1 else "different"
        problems.append(
            REPEATED.broken_by(fields[1], f"Sec-WebSocket-Accept stands {len(fields)} times, with {alike} values")
        )
    right = expected.encode()
    if any(field.value == right for field in fields):
        return problems
    return [*problems, _wrong(key, right, fields[0])]


def _wrong(key: bytes, right: bytes, field: Field) -> Problem:
    value = field.value
    if not value:
        return EMPTY.broken_by(field, "Sec-WebSocket-Accept is empty")
    parts = [part.strip(OWS) for part in value.split(b",")]
    if len(parts) > 1 and right in parts:
        return LIST.broken_by(field, "Sec-WebSocket-Accept is a list")
    mistake = accept_mistake(key, value)
    rule = WRONG if ACCEPT_SHAPE.fullmatch(value) else MALFORMED
    said = mistake[1] if mistake else "the value does not answer this key, and no known mistake makes it"
    return rule.broken_by(field, f"{said} ({visible(value, 40)})" if not mistake else said)


CHECK = Check(
    id="accept",
    title="Accept answers the key",
    order=60,
    clause=_STEP,
    expected="base64 of SHA-1 over the key and the GUID",
    why="Accept shows that the server read this handshake and understands it. It is no security feature.",
    rules=(MISSING, EMPTY, REPEATED, LIST, WRONG, MALFORMED),
    judge=judge,
    also=("R-6455-4.1-23",),
)
