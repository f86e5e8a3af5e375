"""`connection`: the 101 has the connection option `upgrade`. A list is legal, and not every client can read one."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.near import near_miss
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core.answer import Answer
from wscheck.core.fields import Field, members
from wscheck.core.grammar import same
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_STEP = "RFC 6455 §4.1 reply step 3"
_WHY = "Without the token the upgrade is not meant for this hop; every conforming client ends the connection here."
_FIX = 'Send "Connection: Upgrade" in the 101.'

MISSING = Rule("missing", "error", "R-6455-4.1-21", _STEP, _WHY, _FIX)
EMPTY = Rule("empty", "error", "R-6455-4.1-21", _STEP, _WHY, _FIX)
WRONG = Rule("wrong", "error", "R-6455-4.1-21", _STEP, _WHY, _FIX)
NOT_ALONE = Rule(
    "not-alone",
    "warning",
    "R-6455-4.2.2-02",
    "RFC 6455 §4.2.2 step 5.3 with §4.1; RFC 9110 §7.6.1",
    "Other connection options beside Upgrade are legal, yet ten of 23 measured clients refuse them.",
    'Send "Connection: Upgrade" and nothing else.',
)
REPEATED = Rule(
    "repeated",
    "warning",
    "R-6455-4.2.2-02",
    "RFC 9110 §7.6.1, §5.3",
    "Several Connection lines are legal and mean one list, yet nine of 23 measured clients refuse them.",
    'Send one line "Connection: Upgrade".',
)
EMPTY_MEMBER = Rule(
    "empty-member",
    "warning",
    "R-6455-4.2.2-02",
    "RFC 9110 §5.6.1",
    "Recipients have to skip an empty list member, and some clients do not.",
    'Send "Connection: Upgrade" without stray commas.',
)
CLOSE = Rule(
    "close",
    "warning",
    "R-9112-9.6-01",
    "RFC 9112 §9.6",
    "close says that the connection ends after this reply, which contradicts the 101; 13 of 23 clients refuse it.",
    'Leave "close" out of the 101.',
)


def judge(answer: Answer) -> Ruling | Skip:
    """The connection options of a 101, over all its Connection lines."""
    if skip := needs_switching(answer):
        return skip
    fields = answer.all(b"Connection")
    observed = ", ".join(visible(field.value, 120) for field in fields)
    options = members(fields)
    if not any(same(option, b"upgrade") for option in options):
        if skip := needs_whole_head(answer, "Connection: Upgrade"):
            return skip
        if not fields:
            return Ruling("no Connection field", (_lack(answer, fields),))
        return Ruling(observed or "(empty)", (_lack(answer, fields),), verbatim=bool(observed))
    return Ruling(observed, tuple(_beside(fields, options)), verbatim=True)


def _lack(answer: Answer, fields: tuple[Field, ...]) -> Problem:
    if not fields:
        return MISSING.broken("the 101 has no Connection field" + near_miss(answer, b"Connection"))
    if not any(field.value for field in fields):
        return EMPTY.broken_by(fields[0], "Connection is empty")
    return WRONG.broken_by(fields[0], f'Connection lacks the token "upgrade": {visible(fields[0].value, 60)}')


def _beside(fields: tuple[Field, ...], options: tuple[bytes, ...]) -> list[Problem]:
    problems = []
    if len(fields) > 1:
        problems.append(REPEATED.broken_by(fields[1], f"Connection stands {len(fields)} times"))
    others = [option for option in options if option and not same(option, b"upgrade")]
    if any(same(option, b"close") for option in others):
        problems.append(CLOSE.broken_by(_holder(fields, b"close"), "a 101 says close"))
    named = [option for option in options if option]
    if others or len(named) > 1:
        beside = ", ".join(visible(option, 40) for option in others) or "itself"
        problems.append(NOT_ALONE.broken_by(fields[0], f"Upgrade does not stand alone: beside it {beside}"))
    if b"" in options:
        problems.append(EMPTY_MEMBER.broken_by(_holder(fields, b""), "the list has an empty member"))
    return problems


def _holder(fields: tuple[Field, ...], wanted: bytes) -> Field:
    """The first line that has a certain option; one of them has it."""
    return next(field for field in fields if any(same(option, wanted) for option in members((field,))))


CHECK = Check(
    id="connection",
    title="Connection has upgrade",
    order=50,
    clause=_STEP,
    expected='a list that holds the token "upgrade", in any case',
    why="Upgrade is meant for this hop only when Connection names it.",
    rules=(MISSING, EMPTY, WRONG, NOT_ALONE, REPEATED, EMPTY_MEMBER, CLOSE),
    judge=judge,
)
