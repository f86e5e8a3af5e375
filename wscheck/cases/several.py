"""Several exchanges: what is kept between them (RFC 6455 §1.3)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Section, Seen, Shot, pieces, reuse
from wscheck.cases.build import drop
from wscheck.cases.verdicts import accept_of, accepted_rightly, said
from wscheck.core import plan as plans
from wscheck.core.plan import Delivery
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
CREDENTIALS = Row(
    ("R-9110-11.6-20", "P-AUTH-01"),
    "may",
    "RFC 6455 §4.1 reply step 1, §10.5; RFC 9110 §11.6.1",
    "Without credentials a 401 is right; with them the handshake goes on.",
    "",
)
MANY = Row(
    ("R-6455-4.1-41",),
    "may",
    "RFC 6455 §4.1 note in step 2",
    "A server may limit the connections of an address, by refusing or by slowing down.",
    "",
)


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


def _without_credentials(good: Good) -> tuple[Shot, ...]:
    return Shot(drop(b"Authorization")(good.plan)), Shot(good.plan)


def _needs_credentials(seen: Seen) -> Said:
    return Said("info", f"without credentials: {said(seen, 0)}; with them: {said(seen)}")


def _many(good: Good) -> tuple[Shot, ...]:
    return tuple(Shot(good.plan) for _ in range(20))


def _limit(seen: Seen) -> Said:
    for number, outcome in enumerate(seen.outcomes):
        if outcome != "accepted":
            return Said("info", f"connection {number + 1} of {len(seen.outcomes)}: {said(seen, number)}")
    return Said("info", f"all {len(seen.outcomes)} connections were accepted")


_OWN = "each key gets its own answer"


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
        *pieces.CASES,
        *reuse.CASES,
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
