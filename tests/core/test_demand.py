"""What a user demands: how it is written, and which demands no answer can meet."""

from __future__ import annotations

import pytest

from wscheck.core.demand import (
    NO_DEMANDS,
    Demands,
    HeaderDemand,
    octets,
    parse_header_demand,
    refuse_contradictions,
)
from wscheck.errors import UsageError


def test_a_demand_for_an_exact_value() -> None:
    assert parse_header_demand("X-Served-By:  a b ") == HeaderDemand(b"X-Served-By", b"a b", None)


def test_a_demand_for_a_match() -> None:
    demand = parse_header_demand("Server: ~^nginx/1[.]")
    assert (demand.name, demand.value) == (b"Server", b"~^nginx/1[.]")
    assert demand.pattern is not None
    assert demand.pattern.pattern == b"^nginx/1[.]"


def test_an_expression_of_nothing_asks_for_the_field_alone() -> None:
    demand = parse_header_demand("Server: ~")
    assert demand.pattern is not None
    assert demand.pattern.search(b"") is not None


def test_an_empty_value_can_be_demanded() -> None:
    assert parse_header_demand("X-A;") == HeaderDemand(b"X-A", b"", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("X-A:", "'X-A:' demands no value: write 'Name: value' or 'Name: ~regex'"),
        ("X-A", "'X-A' is no field"),
        (": a", "has no name"),
        ("X A: b", "is no field name"),
        ("X-A: a\nb", "holds CR, LF or NUL"),
        ("X-A: ~(", "the expression in 'X-A: ~(' cannot be read: "),
        ("X-A: ~a{99999999999}", "cannot be read: "),
        ("X-A: ~[", "cannot be read: "),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_header_demand(text)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("demands", "said"),
    [
        (Demands(status=99), "--expect 99: a status is a number from 100 to 599"),
        (Demands(status=600), "--expect 600: a status is a number from 100 to 599"),
        (
            Demands(status=401, subprotocol="mqtt"),
            "--expect 401 and --expect-subprotocol contradict each other: only a 101 can have that",
        ),
        (Demands(status=401, no_subprotocol=True), "--expect 401 and --expect-no-subprotocol contradict each other"),
        (Demands(status=200, extension="permessage-deflate"), "--expect 200 and --expect-extension contradict"),
        (Demands(status=500, close=1000), "--expect 500 and --expect-close contradict each other"),
        (
            Demands(subprotocol="mqtt", no_subprotocol=True),
            "--expect-subprotocol and --expect-no-subprotocol contradict each other",
        ),
        (Demands(subprotocol="chat"), "'chat' is expected but not offered: add --subprotocol chat"),
        (Demands(subprotocol="MQTT"), "'MQTT' is expected but not offered"),
        (Demands(subprotocol="\udcff"), "is expected but not offered"),
        (Demands(extension="x-webkit"), "'x-webkit' is expected but not offered: add --extension x-webkit"),
        (Demands(extension="\udcff"), "is expected but not offered"),
        (Demands(close=999), "--expect-close 999: a close code is a number from 1000 to 4999"),
        (Demands(close=5000), "--expect-close 5000: a close code is a number from 1000 to 4999"),
    ],
)
def test_what_no_answer_can_meet(demands: Demands, said: str) -> None:
    with pytest.raises(UsageError) as told:
        refuse_contradictions(demands, offers=(b"mqtt",), extensions=(b"permessage-deflate",))
    assert said in str(told.value)


@pytest.mark.parametrize(
    "demands",
    [
        NO_DEMANDS,
        Demands(status=100),
        Demands(status=599, handshake_s=0.1, cert_days=3, headers=(HeaderDemand(b"A", b"b", None),)),
        Demands(status=101, subprotocol="mqtt", extension="permessage-deflate", close=1000),
        Demands(no_subprotocol=True, close=4999),
    ],
)
def test_what_can_be_met(demands: Demands) -> None:
    refuse_contradictions(demands, offers=(b"mqtt",), extensions=(b"permessage-deflate",))


def test_a_name_may_hold_octets_that_are_no_utf_8() -> None:
    assert octets("a\udcff") == b"a\xff"
    refuse_contradictions(Demands(subprotocol="a\udcff"), offers=(b"a\xff",), extensions=())


@pytest.mark.parametrize(
    ("demands", "refusal", "anything"),
    [
        (NO_DEMANDS, False, False),
        (Demands(status=101), False, False),
        (Demands(status=401), True, False),
        (Demands(status=401, handshake_s=1.0), True, True),
        (Demands(close=1000), False, True),
        (Demands(no_subprotocol=True), False, True),
        (Demands(cert_days=1), False, True),
    ],
)
def test_what_is_demanded_at_all(demands: Demands, refusal: bool, anything: bool) -> None:
    assert (demands.refusal, demands.any) == (refusal, anything)
