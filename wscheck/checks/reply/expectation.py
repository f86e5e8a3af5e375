"""`expectation`: what the user demanded. (A demanded status is judged by `status`, a close by `close`.)"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wscheck.checks import USER, Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.demand import HeaderDemand, octets
from wscheck.core.preset import Preset
from wscheck.core.report import Problem
from wscheck.core.visible import visible

_DEMANDED = "your own expectation"
_WHY = "It was demanded on the command line; no standard asks for it."

SUBPROTOCOL = Rule(
    "other-subprotocol", "error", USER, _DEMANDED, _WHY, "Compare the names that client and server know."
)
SUBPROTOCOL_CHOSEN = Rule(
    "subprotocol-chosen", "error", USER, _DEMANDED, _WHY, "Have the server choose none, or drop the expectation."
)
EXTENSION = Rule(
    "extension-declined", "error", USER, _DEMANDED, _WHY, "Switch the extension on in the server and each proxy."
)
HEADER_MISSING = Rule("header-missing", "error", USER, _DEMANDED, _WHY, "Have the server send the field.")
HEADER_OTHER = Rule("header-other", "error", USER, _DEMANDED, _WHY, "Compare the value with what was demanded.")
SLOW = Rule(
    "slow", "error", USER, _DEMANDED, _WHY, "Look at the phases: a slow handshake is the server's or a proxy's time."
)
CERTIFICATE = Rule("certificate-expires", "error", USER, _DEMANDED, _WHY, "Renew the certificate.")
CONVENTION_MUST = Rule(
    "convention-broken",
    "error",
    "R-7395-3.1-01",
    "the convention of the preset",
    "Clients of this protocol close a connection whose 101 does not name it.",
    "Have the server choose the subprotocol of this protocol.",
)
CONVENTION = Rule(
    "convention-odd",
    "warning",
    "R-CONV-MISC-01",
    "the convention of the preset",
    "Clients of this application expect another answer, although a legal handshake may look like this.",
    "Compare the URL and the subprotocols with the application's own documentation.",
)
CERTIFICATE_UNKNOWN = Rule(
    "certificate-unknown",
    "error",
    USER,
    _DEMANDED,
    "Without TLS, or with -k, no verified certificate shows how long it holds.",
    "Probe a wss:// URL, without -k.",
)


def judge(answer: Answer) -> Ruling | Skip:
    """Every demand, each on its own."""
    if not answer.demands.any:
        status = answer.demands.status
        return Skip("nothing was demanded" if status is None else "the status that was demanded is judged by status")
    told = [*_negotiated(answer), *_headers(answer), *_measured(answer), *_conventional(answer)]
    if not told:
        return Skip("what was demanded is judged by close")
    expected = "; ".join(wanted for wanted, _, _ in told)
    observed = "; ".join(seen for _, seen, _ in told)
    return Ruling(observed, tuple(problem for _, _, problem in told if problem), expected)


Told = tuple[str, str, Problem | None]  # (expected, observed, what is wrong with it)


def _negotiated(answer: Answer) -> Iterator[Told]:
    demands = answer.demands
    fields = answer.all(b"Sec-WebSocket-Protocol") if answer.switching else ()
    chosen = visible(fields[0].value, 60) if fields else "none"
    if demands.subprotocol is not None:
        right = bool(fields) and fields[0].value == octets(demands.subprotocol)
        said = f"the subprotocol is {chosen}, not {demands.subprotocol}"
        seen = f"subprotocol {chosen}"
        yield f"subprotocol {demands.subprotocol}", seen, None if right else SUBPROTOCOL.broken(said)
    if demands.no_subprotocol:
        said = f"the subprotocol {chosen} was chosen"
        yield "no subprotocol", f"subprotocol {chosen}", SUBPROTOCOL_CHOSEN.broken(said) if fields else None
    if demands.extension is not None:
        names = [extension.name for extension in answer.accepted_extensions]
        shown = ", ".join(visible(name, 60) for name in names) or "none"
        right = octets(demands.extension) in names
        said = f"the extension {demands.extension} was not accepted"
        yield f"extension {demands.extension}", f"extension {shown}", None if right else EXTENSION.broken(said)


def _conventional(answer: Answer) -> Iterator[Told]:
    """What the preset's application answers: its subprotocol, and its first message where it speaks first."""
    preset = answer.demands.convention
    if preset is None or not answer.switching:
        return
    fields = answer.all(b"Sec-WebSocket-Protocol")
    chosen = visible(fields[0].value, 60) if fields else "none"
    wanted = f"{preset.title}: subprotocol {' or '.join(preset.subprotocols) or 'none'}"
    right = {
        "must": bool(fields) and chosen in preset.subprotocols,
        "should": bool(fields) and chosen in preset.subprotocols,
        "free": not fields or chosen in preset.subprotocols,
        "none": not fields,
    }[preset.chooses]
    rule = CONVENTION_MUST if preset.chooses == "must" else CONVENTION
    said = f"the subprotocol is {chosen}. {preset.hint}"
    yield wanted, f"subprotocol {chosen}", None if right else _of(preset, rule.broken(said))
    message = _first_message(answer)
    if preset.opening and message is None and answer.tunnel and answer.tunnel.pong:
        odd = CONVENTION.broken(f"the server sent no message of its own. {preset.hint}")
        yield "the opening message of that protocol", "no message", _of(preset, odd)
    if preset.opening and message is not None:
        shown = visible(message, 40)
        odd = CONVENTION.broken(f"the first message is {shown}. {preset.hint}")
        seen = re.match(preset.opening, message)
        yield "the opening message of that protocol", f"first message {shown}", None if seen else _of(preset, odd)


def _of(preset: Preset, problem: Problem) -> Problem:
    return problem._replace(requirement=preset.requirement, clause=preset.clause)


def _first_message(answer: Answer) -> bytes | None:
    frames = answer.tunnel.received_frames if answer.tunnel else ()
    return next((frame.payload for frame in frames if not frame.control), None)


def _headers(answer: Answer) -> Iterator[Told]:
    for demand in answer.demands.headers:
        name = demand.name.decode("ascii")
        wanted = f"{name}: {visible(demand.value)}"
        fields = answer.all(demand.name)
        if not fields:
            yield wanted, f"no {name}", HEADER_MISSING.broken(f"the reply has no {name}")
            continue
        seen = ", ".join(f"{name}: {visible(field.value, 120)}" for field in fields)
        right = any(_meets(field.value, demand) for field in fields)
        yield wanted, seen, None if right else HEADER_OTHER.broken_by(fields[0], f"{name} is not as demanded")


def _meets(value: bytes, demand: HeaderDemand) -> bool:
    return bool(demand.pattern.search(value)) if demand.pattern else value == demand.value


def _measured(answer: Answer) -> Iterator[Told]:
    demands = answer.demands
    if demands.handshake_s is not None:
        limit, took = demands.handshake_s * 1000, answer.handshake_ms or 0.0
        said = f"the handshake took {took:.1f} ms, more than {limit:g} ms"
        yield f"at most {limit:g} ms", f"{took:.1f} ms", SLOW.broken(said) if took > limit else None
    if demands.cert_days is not None:
        yield _certificate(answer, demands.cert_days)


def _certificate(answer: Answer, days: int) -> Told:
    wanted = f"a certificate that holds for {days} days"
    tls = answer.tls
    if tls is None or tls.days_left is None:
        return wanted, "no verified certificate", CERTIFICATE_UNKNOWN.broken("no verified certificate was seen")
    said = f"the certificate holds for {tls.days_left:.1f} more days, until {tls.not_after}"
    broken = CERTIFICATE.broken(said) if tls.days_left < days else None
    return wanted, f"{tls.days_left:.1f} days, until {tls.not_after}", broken


CHECK = Check(
    id="expectation",
    title="What was demanded",
    order=150,
    clause=_DEMANDED,
    expected="what was demanded on the command line",
    why="A smoke check asks for more than a legal handshake: for this subprotocol, this field, this speed.",
    rules=(
        SUBPROTOCOL,
        SUBPROTOCOL_CHOSEN,
        EXTENSION,
        HEADER_MISSING,
        HEADER_OTHER,
        SLOW,
        CERTIFICATE,
        CERTIFICATE_UNKNOWN,
        CONVENTION_MUST,
        CONVENTION,
    ),
    judge=judge,
)
