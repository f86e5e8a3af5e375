"""Several exchanges: what is kept between them, and how a request is sliced (RFC 6455 §1.3, RFC 9112 §9)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Section, Seen, Shot
from wscheck.cases.build import CONNECTION, KEY, UPGRADE, VERSION, drop
from wscheck.cases.verdicts import accept_of, accepted_rightly, must_accept, said, silence
from wscheck.core import plan as plans
from wscheck.core.answer import Answer
from wscheck.core.fields import members
from wscheck.core.frame import PING, client_frame
from wscheck.core.grammar import same
from wscheck.core.plan import Delivery, Plan
from wscheck.core.talk import Talk
from wscheck.core.visible import visible

ORDER = 110

OWN_ANSWER = Row(
    ("R-6455-1.3-20", "R-6455-1.3-22"),
    "must",
    "RFC 6455 §1.3, §4.2.2 step 5.4",
    "The Accept follows the key of this request; one for two keys comes out of a cache or is a constant.",
    "Compute Sec-WebSocket-Accept from each request, and keep WebSocket URLs out of caches.",
)
SAME_ANSWER = Row(
    ("R-6455-1.3-21",),
    "must",
    "RFC 6455 §1.3",
    "The same key gets the same Accept: no salt, time or address is in it.",
    "Hash the key and the GUID and nothing else.",
)
NOT_MIXED = Row(
    ("R-6455-1.3-20",),
    "must",
    "RFC 6455 §1.3, §4.2.2 step 5.4",
    "Handshakes that come at the same time must not get each other's answer.",
    "Keep a request's key with its connection, not in a variable that is shared.",
)
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
    ("R-9112-9.3-20",),
    "must",
    "RFC 9112 §9.3",
    "Behind a refusal the connection stays usable, unless it said close: its content is read away and framed.",
    "Give refusals a Content-Length, or say 'Connection: close' and close.",
)
CLOSES = Row(
    ("R-9112-9.6-20",),
    "should",
    "RFC 9112 §9.6",
    "A reply that says close is followed by a close, or the client waits for nothing.",
    "Close the connection behind a reply with 'Connection: close'.",
)
CREDENTIALS = Row(
    ("R-9110-11.6-20", "P-AUTH-01"),
    "may",
    "RFC 6455 §4.1 reply step 1, §10.5; RFC 9110 §11.6.1",
    "Without credentials a 401 is right; with them the handshake goes on.",
    "",
)
EARLY = Row(
    ("R-6455-4.1-40",),
    "must",
    "RFC 6455 §4.1; RFC 9112 §6.3",
    "Octets that came with the handshake belong to the new protocol: a refusal is fine, losing them or parsing them as "
    "HTTP is not.",
    "Hand what was read behind the request's head to the frame reader.",
)
SLICED = Row(
    ("R-9110-5.3-20",),
    "must",
    "RFC 9110 §5.3; RFC 9112 §2.2",
    "Nothing is done before the whole head is in, however it is sliced on the way.",
    "Collect octets until the empty line is there, then parse.",
)
STALLED = Row(
    ("R-9112-9.5-20", "P-DOS-01"), "may", "RFC 9112 §9.5; RFC 9110 §15.5.9", "A stalled request may be timed out.", ""
)
MANY = Row(
    ("R-6455-4.1-41",),
    "may",
    "RFC 6455 §4.1 note in step 2",
    "A server may limit the connections of an address, by refusing or by slowing down.",
    "",
)

_PAYLOAD = b"wscheck3"


def _two_keys(good: Good) -> tuple[Shot, ...]:
    return Shot(good.plan), Shot(plans.rekeyed(good.plan, good.another_key))


def _each_its_own(seen: Seen) -> Said:
    for number in range(len(seen.answers)):
        if seen.outcomes[number] != "accepted":
            return Said("warn", f"connection {number + 1}: {said(seen, number)}")
    accepts = [accept_of(answer) for answer in seen.answers if answer]
    if len(set(accepts)) == 1:
        return Said("fail", f"the same Accept for two keys: {visible(accepts[0], 40)}")
    wrong = [found for number in range(len(seen.answers)) if (found := accepted_rightly(seen, number))]
    return wrong[0] if wrong else Said("pass", "each key got its own answer")


def _same_key(good: Good) -> tuple[Shot, ...]:
    return Shot(good.plan), Shot(good.plan)


def _same_accept(seen: Seen) -> Said:
    if seen.outcomes != ("accepted", "accepted"):
        return Said("warn", f"{said(seen, 0)}, then {said(seen)}")
    first, second = (accept_of(answer) for answer in seen.answers if answer)
    if first != second:
        return Said("fail", f"two answers for one key: {visible(first, 40)} and {visible(second, 40)}")
    return accepted_rightly(seen) or Said("pass", "the same answer twice")


def _interleaved(good: Good) -> tuple[Shot, ...]:
    """Each request in three pieces, so that they pass each other on the way."""
    pieces = Delivery((40, -10), 0.01)
    other = plans.rekeyed(good.plan, good.another_key)
    return Shot(good.plan, pieces), Shot(other, pieces)


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
        return Said("info", f"between two plain GETs the handshake was {said(seen, 1)}")
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
    if second is None:
        if _says_close(first):
            return Said("pass", "the refusal said close, so nothing has to come behind it")
        if seen.outcomes[1] == "silent":
            return Said("fail", f"{said(seen, 0)}; the handshake behind it on the same connection got no reply")
        return Said("info", f"{said(seen, 0)}; the connection ended without 'Connection: close'")
    if second.status is None:
        return Said("fail", f"{said(seen, 0)}; then, on the same connection: {visible(second.response, 40)}")
    wrong = accepted_rightly(seen) if seen.outcome == "accepted" else None
    return wrong or Said("pass", f"{said(seen, 0)}; then, on the same connection: {said(seen)}")


def _closed_as_said(seen: Seen) -> Said:
    first = seen.answers[0]
    if first is None or seen.outcomes[0] == "accepted" or not _says_close(first):
        return Said("skip", "the refusal did not say close")
    return Said(
        "pass" if first.closed else "warn", f"{said(seen, 0)}; the connection {'ended' if first.closed else 'stands'}"
    )


def _without_credentials(good: Good) -> tuple[Shot, ...]:
    return Shot(drop(b"Authorization")(good.plan)), Shot(good.plan)


def _needs_credentials(seen: Seen) -> Said:
    return Said("info", f"without credentials: {said(seen, 0)}; with them: {said(seen)}")


def _early_ping(good: Good) -> tuple[Shot, ...]:
    """A Ping with the handshake in one segment, and another one when the 101 is there."""
    early = client_frame(PING, b"early-08")
    talk = Talk(client_frame(PING, _PAYLOAD), ping=_PAYLOAD, wait_s=2.0)
    return (Shot(good.plan._replace(body=early), talk=talk),)


def _not_lost(seen: Seen) -> Said:
    answer = seen.answer
    if seen.outcome != "accepted" or answer is None or answer.tunnel is None:
        return silence(seen) or Said("pass", said(seen))
    received = answer.tunnel.received
    if b"HTTP/1." in received:
        return Said("fail", f"{said(seen)}; the early frame was parsed as HTTP: {visible(received, 40)}")
    if any(frame.opcode == 0xA and frame.payload == b"early-08" for frame in answer.tunnel.received_frames):
        return accepted_rightly(seen) or Said("pass", f"{said(seen)}; the early Ping was answered")
    if answer.tunnel.pong:
        return Said("fail", f"{said(seen)}; the later Ping was answered, the early one was lost")
    return Said("fail", f"{said(seen)}; behind the early Ping no Ping is answered")


# Octet by octet where a parser begins and ends, some at a time between: with a pause behind each octet a request of
# ordinary length would outlast its own limit wherever the clock of the system is coarse.
_DRIP = (*range(1, 17), *range(24, 1000, 24), *range(-16, 0))


def _dripped(good: Good) -> tuple[Shot, ...]:
    return (Shot(good.plan, Delivery(_DRIP, 0.0005)),)


def _withheld(good: Good) -> tuple[Shot, ...]:
    """All but the last octet of the empty line, then a pause, then that octet."""
    return (Shot(good.plan, Delivery((-3, -2, -1), 0.03)),)


def _only_then(seen: Seen) -> Said:
    if seen.answer is not None and seen.answer.early:
        return Said("fail", f"{said(seen)}, before the whole head was sent")
    return must_accept()(seen)


def _half(good: Good) -> tuple[Shot, ...]:
    return (Shot(good.plan._replace(whole=plans.craft(good.plan)[:60])),)


def _timed_out(seen: Seen) -> Said:
    return Said("info", said(seen))


def _many(good: Good) -> tuple[Shot, ...]:
    return tuple(Shot(good.plan) for _ in range(20))


def _limit(seen: Seen) -> Said:
    for number, outcome in enumerate(seen.outcomes):
        if outcome != "accepted":
            return Said("info", f"connection {number + 1} of {len(seen.outcomes)}: {said(seen, number)}")
    return Said("info", f"all {len(seen.outcomes)} connections were accepted")


_OWN = "each key gets its own answer"
_EARLY_OR_REFUSED = "a refusal, or a 101 and the Pong for the early Ping"

SECTION = Section(
    "several",
    "Several exchanges, and requests in pieces",
    (
        Case("keys-two", "two keys on two connections", OWN_ANSWER, _OWN, _two_keys, _each_its_own),
        Case("keys-same", "one key on two connections", SAME_ANSWER, "the same Accept twice", _same_key, _same_accept),
        Case(
            "keys-interleaved",
            "two handshakes that pass each other",
            NOT_MIXED,
            _OWN,
            _interleaved,
            _each_its_own,
            way="together",
        ),
        Case(
            "head-dripped",
            "the handshake in very small pieces",
            SLICED,
            "101 behind the last octet",
            _dripped,
            _only_then,
        ),
        Case(
            "head-last-octet",
            "the last octets of the empty line late",
            SLICED,
            "101 behind the last octet",
            _withheld,
            _only_then,
        ),
        Case(
            "early-ping",
            "a Ping in the same segment as the handshake",
            EARLY,
            _EARLY_OR_REFUSED,
            _early_ping,
            _not_lost,
            needs=("ping",),
        ),
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
        Case(
            "without-credentials",
            "the handshake without its credentials, then with them",
            CREDENTIALS,
            "any answer; it is shown",
            _without_credentials,
            _needs_credentials,
            needs=("credentials",),
        ),
        Case(
            "head-stalled",
            "half a handshake, then silence",
            STALLED,
            "any end; it is shown",
            _half,
            _timed_out,
            intrusive=True,
        ),
        Case(
            "connections-20",
            "20 connections one after the other",
            MANY,
            "any limit; it is shown",
            _many,
            _limit,
            intrusive=True,
        ),
        Case(
            "connections-20-at-once",
            "20 connections at the same time",
            MANY,
            "any limit; it is shown",
            _many,
            _limit,
            way="together",
            intrusive=True,
        ),
    ),
)
