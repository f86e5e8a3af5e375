"""`subprotocol`: at most one is chosen, and it is one of those offered."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core.answer import Answer
from wscheck.core.fields import Field
from wscheck.core.grammar import OWS, is_token, same
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_STEP = "RFC 6455 §4.1 reply step 6"

UNASKED = Rule(
    "unasked",
    "error",
    "R-6455-4.2.2-04",
    _STEP + ", §4.2.2 /subprotocol/",
    "The request offered no subprotocol, so the reply may name none. Chromium, Java and others refuse it.",
    "Send Sec-WebSocket-Protocol only in answer to an offer; do not answer with a default.",
)
NOT_OFFERED = Rule(
    "not-offered",
    "error",
    "R-6455-4.2.2-05",
    _STEP,
    "The subprotocol is not one of those offered; every conforming client ends the connection here.",
    "Choose one of the offered names, or leave the field out.",
)
CASE = Rule(
    "case-changed",
    "error",
    "R-6455-4.2.2-05",
    _STEP + "; RFC 7936 §2",
    "Subprotocol names are compared with case; browsers refuse another spelling.",
    "Answer with the name exactly as it was offered; do not lower-case it.",
)
LIST = Rule(
    "list",
    "error",
    "R-6455-4.3-02",
    "RFC 6455 §4.3, §4.2.2 /subprotocol/",
    "The reply names one subprotocol. Echoing the whole offer is the usual mistake, and browsers refuse it.",
    "Choose one of the offered names instead of sending the list back.",
)
EMPTY = Rule(
    "empty",
    "error",
    "R-6455-4.3-02",
    "RFC 6455 §4.2.2 /subprotocol/, §4.3",
    "An empty value is not the absence of a choice: it is illegal, and clients refuse it.",
    "Leave Sec-WebSocket-Protocol out when nothing is chosen.",
)
NOT_TOKEN = Rule(
    "not-a-token",
    "error",
    "R-6455-4.3-02",
    "RFC 6455 §4.3",
    "The value is one token: no quotes, parameters, blanks or octets above 7F.",
    "Answer with the bare name that was offered.",
)
REPEATED = Rule(
    "repeated",
    "error",
    "R-6455-11.3.4-01",
    "RFC 6455 §11.3.4",
    "The field may appear once in a reply.",
    "Send one Sec-WebSocket-Protocol line.",
)
NONE_CHOSEN = Rule(
    "none-chosen",
    "warning",
    "R-6455-4.2.2-06",
    "WHATWG WebSockets §2.2; RFC 6455 §4.2.2 leaves it free",
    "Choosing none of the offered subprotocols is legal by RFC 6455, but Chromium, Node and others refuse it.",
    "Choose one of the offered names, or have the client offer what the server speaks.",
)


def judge(answer: Answer) -> Ruling | Skip:
    """Sec-WebSocket-Protocol of a 101 against the offer."""
    if skip := needs_switching(answer):
        return skip
    offered = answer.sent.subprotocols
    fields = answer.all(b"Sec-WebSocket-Protocol")
    shown_offer = ", ".join(visible(name, 60) for name in offered)
    expected = f"one of: {shown_offer}" if offered else "none, because none was offered"
    if not fields:
        if skip := needs_whole_head(answer, "Sec-WebSocket-Protocol"):
            return skip
        if offered:
            said = f"none of the offered subprotocols was chosen: {shown_offer}"
            return Ruling("none chosen", (NONE_CHOSEN.broken(said),), expected)
        return Ruling("none offered, none chosen", (), expected)
    observed = ", ".join(visible(field.value, 120) for field in fields) or "(empty)"
    return Ruling(observed, tuple(_problems(offered, fields)), expected, verbatim=True)


def _problems(offered: tuple[bytes, ...], fields: tuple[Field, ...]) -> list[Problem]:
    problems = []
    if len(fields) > 1:
        problems.append(REPEATED.broken_by(fields[1], f"Sec-WebSocket-Protocol stands {len(fields)} times"))
    wrong = [_value_problem(offered, field) for field in fields]
    return problems + [problem for problem in wrong if problem][:1]


def _value_problem(offered: tuple[bytes, ...], field: Field) -> Problem | None:
    value = field.value
    shown = visible(value, 60)
    if not value:
        return EMPTY.broken_by(field, "Sec-WebSocket-Protocol is empty")
    if b"," in value and all(not part.strip(OWS) or is_token(part.strip(OWS)) for part in value.split(b",")):
        return LIST.broken_by(field, f"Sec-WebSocket-Protocol is a list: {shown}")
    if not is_token(value):
        return NOT_TOKEN.broken_by(field, f"the value is not a token: {shown}")
    if value in offered:
        return None
    if not offered:
        return UNASKED.broken_by(field, f"the subprotocol {shown} was chosen though none was offered")
    spelt = [name for name in offered if same(name, value)]
    if spelt:
        return CASE.broken_by(field, f"the subprotocol {shown} was chosen, {visible(spelt[0], 60)} was offered")
    return NOT_OFFERED.broken_by(field, f"the subprotocol {shown} was chosen and not offered")


CHECK = Check(
    id="subprotocol",
    title="The subprotocol is one that was offered",
    order=70,
    clause=_STEP,
    expected="one of those offered, or none",
    why="Both ends have to mean the same subprotocol.",
    rules=(UNASKED, NOT_OFFERED, CASE, LIST, EMPTY, NOT_TOKEN, REPEATED, NONE_CHOSEN),
    judge=judge,
)
