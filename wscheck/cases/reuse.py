"""What stands behind a refusal, the connection and a cache: a part of the section `several` (RFC 9112 §9)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Seen, Shot
from wscheck.cases.build import CONNECTION, KEY, UPGRADE, VERSION, drop
from wscheck.cases.verdicts import accepted_rightly, said, silence, version_list
from wscheck.core import plan as plans
from wscheck.core.answer import Answer
from wscheck.core.fields import members
from wscheck.core.grammar import same
from wscheck.core.plan import Plan
from wscheck.core.visible import visible

CACHED_REFUSAL = Row(
    ("R-9111-4-20",),
    "may",
    "RFC 9110 §15.1; RFC 9111 §4",
    "Some refusals may be stored by a cache and then answer a plain GET; 400, 426 and 503 may not.",
    "",
)
BOTH = Row(
    ("R-9110-7.8-20",),
    "may",
    "RFC 9110 §7.8; RFC 6455 §1.8",
    "One URL may serve a page and a WebSocket; the plain GET must not be disturbed by the upgrade.",
    "",
)
PERSISTS = Row(
    ("R-9112-9.3-20", "R-6455-4.4-20"),
    "must",
    "RFC 9112 §9.3; RFC 6455 §4.4",
    "Behind a refusal the connection stays usable, unless it said close: its content is read away and framed, and a "
    "version that it advertised works there too.",
    "Give refusals a Content-Length, or say 'Connection: close' and close.",
)
CLOSES = Row(
    ("R-9112-9.6-20",),
    "should",
    "RFC 9112 §9.6",
    "A reply that says close is followed by a close, or the client waits for nothing.",
    "Close the connection behind a reply with 'Connection: close'.",
)


def _plain(plan: Plan) -> Plan:
    return drop(UPGRADE, CONNECTION, KEY, VERSION, b"Sec-WebSocket-Protocol", b"Sec-WebSocket-Extensions")(plan)


def _bad_version(plan: Plan) -> Plan:
    return plans.replaced(plan, VERSION, b"25")


def _refusal_then_get(good: Good) -> tuple[Shot, ...]:
    return Shot(_bad_version(good.plan)), Shot(_plain(good.plan))


def _poisoned(seen: Seen) -> Said:
    answer = seen.answer
    ages = answer.all(b"Age") if answer else ()
    if ages:
        return Said("info", f"{said(seen)}, out of a cache (Age: {visible(ages[0].value, 20)})")
    return silence(seen) or Said("pass", f"{said(seen)}, not out of a cache")


def _get_between(good: Good) -> tuple[Shot, ...]:
    return Shot(_plain(good.plan)), Shot(good.plan), Shot(_plain(good.plan))


def _undisturbed(seen: Seen) -> Said:
    first, upgrade, last = seen.answers
    if seen.outcomes[1] != "accepted":
        return Said("info", f"no 101 between two plain GETs: {said(seen, 1)}")
    statuses = [answer.status if answer else None for answer in (first, last)]
    same_status = statuses[0] == statuses[1]
    shown = f"plain GET {statuses[0]}, upgrade {upgrade.status if upgrade else None}, plain GET {statuses[1]}"
    return Said("pass" if same_status and None not in statuses else "info", shown)


def _refused_then_good(good: Good) -> tuple[Shot, ...]:
    return Shot(_bad_version(good.plan)), Shot(plans.rekeyed(good.plan, good.another_key))


def _says_close(answer: Answer) -> bool:
    return any(same(option, b"close") for option in members(answer.all(b"Connection")))


def _reusable(seen: Seen) -> Said:
    first, second = seen.answers
    if first is None or seen.outcomes[0] == "accepted":
        return Said("skip", "the first request got no refusal to go on behind")
    if seen.made == 1 and _says_close(first):
        return Said("pass", "the refusal said close, so nothing was sent behind it")
    if seen.made == 1:
        return Said("skip", "the refusal has no end that could be told, so nothing was sent behind it")
    if second is None:
        if _says_close(first):
            return Said("pass", "the refusal said close, so nothing has to come behind it")
        if seen.outcomes[1] == "silent":
            return Said("fail", f"{said(seen, 0)}; the handshake behind it on the same connection got no reply")
        return Said("info", f"{said(seen, 0)}; the connection ended without 'Connection: close'")
    if second.status is None:
        return Said("fail", f"{said(seen, 0)}; then, on the same connection: {visible(second.response, 40)}")
    if second.head and any(deviation.kind == "status-line-prefix" for deviation in second.head.deviations):
        return Said("fail", f"{said(seen, 0)}; then octets of no message: {visible(second.response, 40)}")
    if seen.outcome == "accepted":
        return accepted_rightly(seen) or Said("pass", f"{said(seen, 0)}; then, on the same connection: {said(seen)}")
    listed = b"13" in version_list(first)
    told = f"{said(seen, 0)}{', versions 13' if listed else ''}; then version 13 on the same connection: {said(seen)}"
    return Said("fail" if listed else "pass", told)


def _closed_as_said(seen: Seen) -> Said:
    first = seen.answers[0]
    if first is None or seen.outcomes[0] == "accepted" or not _says_close(first):
        return Said("skip", "the refusal did not say close")
    return Said(
        "pass" if first.closed else "warn", f"{said(seen, 0)}; the connection {'ended' if first.closed else 'stands'}"
    )


CASES = (
    Case(
        "refusal-reused",
        "a refused version, then a right handshake on the same connection",
        PERSISTS,
        "a second reply, or the close that the first one announced",
        _refused_then_good,
        _reusable,
        way="reused",
    ),
    Case(
        "refusal-closes",
        "whether a refusal that says close closes",
        CLOSES,
        "the end of the connection",
        _refused_then_good,
        _closed_as_said,
        way="reused",
    ),
    Case(
        "refusal-cached",
        "a plain GET behind a refusal",
        CACHED_REFUSAL,
        "a reply that is not out of a cache",
        _refusal_then_get,
        _poisoned,
    ),
    Case(
        "get-between",
        "plain GET, handshake, plain GET",
        BOTH,
        "the same status for both GETs",
        _get_between,
        _undisturbed,
    ),
)
