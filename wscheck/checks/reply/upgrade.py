"""`upgrade`: the 101 says `Upgrade: websocket`, as its whole value."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.near import near_miss
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core.answer import Answer
from wscheck.core.fields import Field, members
from wscheck.core.grammar import same
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_WHOLE = "Clients compare the whole value with websocket (RFC 6455 §4.1), not the members of a list."
_FIX = 'Send exactly one line "Upgrade: websocket" in the 101.'

MISSING = Rule(
    "missing",
    "error",
    "R-9110-7.8-01",
    "RFC 6455 §4.1 reply step 2; RFC 9110 §7.8",
    "Without Upgrade the 101 does not say to which protocol it switches; every conforming client ends here.",
    _FIX,
)
EMPTY = Rule("empty", "error", "R-6455-4.1-20", "RFC 6455 §4.1 reply step 2", _WHOLE, _FIX)
REPEATED = Rule("repeated", "error", "R-6455-4.1-20", "RFC 6455 §4.1 reply step 2", _WHOLE, _FIX)
LIST = Rule("list", "error", "R-6455-4.1-20", "RFC 6455 §4.1 reply step 2", _WHOLE, _FIX)
WRONG = Rule("wrong", "error", "R-6455-4.1-20", "RFC 6455 §4.1 reply step 2", _WHOLE, _FIX)
OTHER = Rule(
    "other-protocol",
    "error",
    "R-9110-7.8-02",
    "RFC 9110 §7.8",
    "A server must not switch to a protocol that the request did not name.",
    _FIX,
)

_KNOWN_PROTOCOLS = (b"h2c", b"h2", b"tls", b"http", b"connect-udp", b"irc", b"tcp", b"spdy")


def judge(answer: Answer) -> Ruling | Skip:
    """The Upgrade field of a 101."""
    if skip := needs_switching(answer):
        return skip
    fields = answer.all(b"Upgrade")
    if not fields:
        if skip := needs_whole_head(answer, "Upgrade"):
            return skip
        return Ruling(
            "no Upgrade field", (MISSING.broken("the 101 has no Upgrade field" + near_miss(answer, b"Upgrade")),)
        )
    observed = ", ".join(visible(field.value, 120) for field in fields) or "(empty)"
    return Ruling(observed, tuple(_problems(fields)), verbatim=True)


def _problems(fields: tuple[Field, ...]) -> list[Problem]:
    first = fields[0]
    if len(fields) > 1:
        return [REPEATED.broken_by(fields[1], f"Upgrade stands {len(fields)} times")]
    if same(first.value, b"websocket"):
        return []
    if not first.value:
        return [EMPTY.broken_by(first, "Upgrade is empty")]
    protocols = members(fields)
    if any(same(name, b"websocket") for name in protocols):
        return [LIST.broken_by(first, "Upgrade is a list; websocket has to stand alone")]
    if all(name.lower().split(b"/")[0] in _KNOWN_PROTOCOLS for name in protocols):
        return [OTHER.broken_by(first, f"the 101 switches to {visible(first.value, 60)}, which was not asked for")]
    return [WRONG.broken_by(first, f"Upgrade is {visible(first.value, 60)}, not websocket")]


CHECK = Check(
    id="upgrade",
    title="Upgrade is websocket",
    order=40,
    clause="RFC 6455 §4.1 reply step 2",
    expected='the single value "websocket", in any case',
    why="Upgrade names the protocol that follows the 101.",
    rules=(MISSING, EMPTY, REPEATED, LIST, WRONG, OTHER),
    judge=judge,
    also=("R-9110-5.1-01",),
)
