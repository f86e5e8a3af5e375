"""`extensions`: only what was offered is accepted, in the right grammar, and permessage-deflate by RFC 7692."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.checks.precondition import needs_switching, needs_whole_head
from wscheck.core import deflate
from wscheck.core.answer import Answer
from wscheck.core.fields import Extension, Field, parse_extensions
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_LIST = "RFC 6455 §9.1"
_STEP = "RFC 6455 §4.1 reply step 5"
_DEFLATE_FIX = "Build the answer from the parameters that were agreed on; do not send the offer back."
_FAILS = "A client has to fail the connection when it cannot use what was accepted."

# Extensions in the registry (IANA); a name outside it is worth a word, no more (RFC 6455 §9.1, §11.4).
_REGISTERED = (b"permessage-deflate", b"bbf-usp-protocol")

EMPTY = Rule(
    "empty",
    "error",
    "R-6455-9.1-01",
    _LIST,
    "The list has at least one element; leaving the field out is the way to say none.",
    "Leave Sec-WebSocket-Extensions out when no extension is accepted.",
)
SYNTAX = Rule(
    "syntax",
    "error",
    "R-6455-9.1-01",
    _LIST,
    "A client that cannot read the list has to fail the connection.",
    "Write 'name; parameter=value, name'.",
)
EMPTY_MEMBER = Rule(
    "empty-member",
    "warning",
    "R-6455-9.1-01",
    "RFC 9110 §5.6.1",
    "Recipients have to skip an empty list member, and some clients do not.",
    "Leave stray commas out.",
)
BLANKS = Rule(
    "blanks-at-equals",
    "warning",
    "R-6455-9.1-24",
    "RFC 6455 §9.1; RFC 9110 §5.6.6",
    "Blanks at '=' were legal by the implied white space of RFC 2616; Firefox and ws refuse them.",
    "Write 'parameter=value' without blanks.",
)
NOT_OFFERED = Rule(
    "not-offered",
    "error",
    "R-6455-9-01",
    _STEP,
    "An extension that was not offered may not be accepted; every conforming client ends the connection here.",
    "Accept only extensions that the request offers, by exactly that name.",
)
REPEATED = Rule(
    "repeated",
    "error",
    "R-7692-5-03",
    "RFC 7692 §5",
    "Two accepted extensions must not use the same bit, so permessage-deflate is accepted once at most.",
    "Choose one of the offers.",
)
SEVERAL_LINES = Rule(
    "several-lines",
    "info",
    "R-6455-11.3.2-01",
    "RFC 6455 §11.3.2 with erratum 3433",
    "Several lines are legal in a reply and mean one list.",
    "",
)
QUOTED = Rule("quoted-value", "info", "R-7692-5.2-01", "RFC 7692 §5.2", "A quoted value equals the bare one.", "")
UNREGISTERED = Rule(
    "unregistered",
    "info",
    "R-6455-9.1-22",
    "RFC 6455 §9.1, §11.4",
    "Extension names are registered ones; this one is not, so only clients that know it privately can use it.",
    "",
)

_SECTION = {
    "unknown-parameter": ("R-7692-7-05", "RFC 7692 §7", _FAILS),
    "repeated-parameter": ("R-7692-7-05", "RFC 7692 §7", _FAILS),
    "unexpected-value": ("R-7692-7.1.1.2-01", "RFC 7692 §7.1.1", _FAILS),
    "missing-value": (
        "R-7692-7.1.2.2-02",
        "RFC 7692 §7.1.2",
        "A window size without a value is legal in an offer only. Echoing the offer is the usual mistake; Chromium, ws "
        "and websockets refuse it.",
    ),
    "bad-window-bits": ("R-7692-7.1.2.1-02", "RFC 7692 §7.1.2", _FAILS),
    "client-bits-unasked": (
        "R-7692-7.1.2.2-01",
        "RFC 7692 §7.1.2.2",
        "client_max_window_bits binds the client, so it may be accepted only when the client offered it.",
    ),
    "window-too-large": ("R-7692-7.1.2.2-03", "RFC 7692 §7.1.2", _FAILS),
    "takeover-not-confirmed": (
        "R-7692-7.1.1.1-01",
        "RFC 7692 §7.1.1.1",
        "An accepted offer with server_no_context_takeover is confirmed by the same parameter.",
    ),
    "bits-not-confirmed": (
        "R-7692-7.1.2.1-01",
        "RFC 7692 §7.1.2.1",
        "An accepted offer with server_max_window_bits is confirmed by the same parameter, no larger than asked.",
    ),
    "invalid-offer-accepted": (
        "R-7692-7-01",
        "RFC 7692 §7",
        "An offer with an undefined, invalid or repeated parameter has to be declined.",
    ),
}
DEFLATE = {
    code: Rule(code, "error", requirement, clause, why, _DEFLATE_FIX)
    for code, (requirement, clause, why) in _SECTION.items()
}


def judge(answer: Answer) -> Ruling | Skip:
    """Sec-WebSocket-Extensions of a 101, all its lines, against the offer."""
    if skip := needs_switching(answer):
        return skip
    offers = answer.sent.extensions
    names = list(dict.fromkeys(offer.name for offer in offers))
    shown_offer = ", ".join(visible(name, 60) for name in names)
    expected = f"a subset of: {shown_offer}" if offers else "none, because none was offered"
    fields = answer.all(b"Sec-WebSocket-Extensions")
    if not fields:
        if skip := needs_whole_head(answer, "Sec-WebSocket-Extensions"):
            return skip
        return Ruling("declined" if offers else "none offered, none accepted", (), expected)
    observed = ", ".join(visible(field.value, 200) for field in fields) or "(empty)"
    problems = [*_grammar(fields), *_negotiation(fields, offers)]
    if len(fields) > 1:
        problems.append(SEVERAL_LINES.broken(f"the list stands on {len(fields)} lines"))
    return Ruling(observed, tuple(problems), expected, verbatim=True)


def _grammar(fields: tuple[Field, ...]) -> list[Problem]:
    problems: list[Problem] = []
    lists = [parse_extensions(field.value) for field in fields]
    # Several lines are one list: a line without an element is an empty member of it when another line has one.
    some = any(parsed.extensions for parsed in lists)
    for field, parsed in zip(fields, lists, strict=True):
        start, length = field.value_span
        if parsed.error:
            at = min(parsed.error_at, length - 1)
            problems.append(SYNTAX.broken(f"the list cannot be read: {parsed.error}", start + at, 1))
        elif not some:
            problems.append(EMPTY.broken_by(field, "Sec-WebSocket-Extensions has no element"))
        elif parsed.empty_members:
            problems.append(EMPTY_MEMBER.broken_by(field, "the list has an empty member"))
        params = [param for extension in parsed.extensions for param in extension.params]
        if any(param.blanks for param in params):
            problems.append(BLANKS.broken_by(field, "blanks stand at an '='"))
        if any(param.quoted for param in params):
            problems.append(QUOTED.broken_by(field, "a value is quoted"))
    return problems


def _negotiation(fields: tuple[Field, ...], offers: tuple[Extension, ...]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[bytes] = set()
    for field in fields:
        for extension in parse_extensions(field.value).extensions:
            shown = visible(extension.name, 60)
            candidates = [offer for offer in offers if offer.name == extension.name]
            if not candidates:
                problems.append(NOT_OFFERED.broken_by(field, f"the extension {shown} was accepted and not offered"))
            elif extension.name == deflate.NAME and extension.name in seen:
                problems.append(REPEATED.broken_by(field, f"the extension {shown} was accepted twice"))
            elif extension.name == deflate.NAME:
                faults = deflate.judge_acceptance(extension, candidates)
                problems += [DEFLATE[code].broken_by(field, said) for code, said in faults]
            if candidates and extension.name not in _REGISTERED:
                problems.append(UNREGISTERED.broken_by(field, f"the extension {shown} is not a registered extension"))
            seen.add(extension.name)
    return problems


CHECK = Check(
    id="extensions",
    title="Extensions are among those offered",
    order=80,
    clause=_STEP,
    expected="a subset of those offered, or none",
    why="An extension changes what the frames mean, so both ends have to have agreed on it.",
    rules=(
        EMPTY,
        SYNTAX,
        EMPTY_MEMBER,
        BLANKS,
        NOT_OFFERED,
        REPEATED,
        SEVERAL_LINES,
        QUOTED,
        UNREGISTERED,
        *DEFLATE.values(),
    ),
    judge=judge,
    also=("R-7692-5-01", "R-7692-7.1.1.1-02", "R-7692-7-02", "R-7692-7-03"),
)
