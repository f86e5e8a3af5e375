"""The fault × check matrix: every fault trips exactly what it declares, and no rule is without a fault that trips it.

No socket here: the request's octets are written out, the fault's script is taken as what came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from wscheck.checks import judge, reply_checks
from wscheck.core.answer import Answer, read_answer
from wscheck.core.exchange import Exchange, Failure, Kind, Timings
from wscheck.core.report import Finding
from wscheck.lab.faults import Fault, faults
from wscheck.lab.request import read_request
from wscheck.lab.respond import respond
from wscheck.lab.script import End, Script

DATE = b"Mon, 02 Mar 2026 10:00:00 GMT"
FAULTS = tuple(faults().values())
# Faults of the connection behind the 101 need a connection: `test_faults_on_the_wire` has them as well.
SPEAKING = tuple(fault for fault in FAULTS if not fault.silent and not fault.held)
SILENT = tuple(fault for fault in FAULTS if fault.silent)

# How a connection that ends inside the head is told by the wire.
ENDED: dict[End, Kind] = {
    "open": "timeout",
    "deaf": "timeout",
    "echo": "timeout",
    "close": "closed",
    "reset": "reset",
    "next": "timeout",
}


def request_for(fault: Fault | None = None) -> bytes:
    """A good handshake with what the fault needs in it."""
    request = (
        b"GET /x HTTP/1.1\r\n"
        b"Host: 127.0.0.1:9001\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Key: q2IPqFe2b8ZPxsAqKpqPLA==\r\n"
    )
    request += b"Sec-WebSocket-Version: %b\r\n" % (fault.version if fault else "13").encode()
    if fault and fault.subprotocols:
        request += b"Sec-WebSocket-Protocol: %b\r\n" % ", ".join(fault.subprotocols).encode()
    if fault and fault.extensions:
        request += b"Sec-WebSocket-Extensions: %b\r\n" % ", ".join(fault.extensions).encode()
    return request + b"\r\n"


def answered(request: bytes, script: Script) -> Answer:
    """The script as an answer that came over a wire, cut at the 512 KiB that a head may have."""
    response = script.octets[: 512 * 1024]
    whole = b"\n\r\n" in response or b"\n\n" in response or b"\n\r\r\n" in response
    failure = None if whole else Failure("read", ENDED[script.end], "ended inside the head")
    return read_answer(
        Exchange("handshake", request, response, None, (), None, Timings(), failure, closed=script.end == "close")
    )


def tripped(findings: Iterable[Finding]) -> dict[str, Counter[str]]:
    """The problem codes of each check that has any, with how often each stands."""
    return {
        finding.id: Counter(problem.code for problem in finding.problems) for finding in findings if finding.problems
    }


def declared(fault: Fault) -> dict[str, Counter[str]]:
    """The same, as the fault declares it."""
    return {check: Counter(codes) for check, codes in fault.trips.items()}


# What they judge shows only on a connection: `test_faults_on_the_wire` proves them.
BEHIND = ("frames", "close", "replay")


@pytest.mark.parametrize("fault", SPEAKING, ids=lambda fault: fault.id)
def test_a_fault_trips_exactly_what_it_declares(fault: Fault) -> None:
    request = request_for(fault)
    findings = judge(answered(request, fault.answer(read_request(request, DATE))))
    assert [finding.observed for finding in findings if finding.status == "error"] == []
    found, meant = tripped(findings), declared(fault)
    for check in BEHIND:
        found.pop(check, None), meant.pop(check, None)
    assert found == meant


@pytest.mark.parametrize("fault", SILENT, ids=lambda fault: fault.id)
def test_a_silent_fault_sends_not_one_octet(fault: Fault) -> None:
    assert fault.answer(read_request(request_for(fault), DATE)).octets == b""


def test_the_silent_faults_are_the_ones_meant() -> None:
    assert {fault.id for fault in SILENT} == {"silence", "close", "reset"}


# What the user demands is broken by right servers as well; these rules are proved with the demands, not with faults.
DEMANDED = {
    ("close", "other-code"),
    ("close", "not-closed"),
    ("status", "switched-unasked"),
    ("status", "unexpected-status"),
}
# What a walk over several hops shows takes several servers: tests/routes/test_redirects.py makes each one happen.
WALKED = {
    ("refusal", "redirect-downgrade"),
    ("refusal", "redirect-loop"),
    ("refusal", "redirect-unusable"),
    ("refusal", "too-many-redirects"),
}


def test_every_rule_is_tripped_by_a_fault() -> None:
    rules = {(check.id, rule.code) for check in reply_checks() for rule in check.rules if check.id != "expectation"}
    assert rules >= DEMANDED | WALKED, "rules that are no more"
    rules -= DEMANDED | WALKED
    tripping = {(check, code) for fault in FAULTS for check, codes in fault.trips.items() for code in codes}
    assert rules - tripping == set(), "rules that no fault trips"
    assert tripping - rules == set(), "codes that no rule has"


def test_a_fault_is_found_at_its_check() -> None:
    """A fault whose declared problems are all informative would imitate nothing."""
    for fault in SPEAKING:
        assert all(codes for codes in fault.trips.values()), fault.id


def test_the_strict_reply_trips_nothing() -> None:
    request = request_for()
    script = respond(read_request(request, DATE))
    assert script.octets == (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: WA25YWuc7ymlDN4/nP2jTyvMbVs=\r\n"
        b"\r\n"
    )
    findings = judge(answered(request, script))
    assert tripped(findings) == {}
    passed = [finding.id for finding in findings if finding.status == "pass"]
    assert passed == [
        "status",
        "http-version",
        "syntax",
        "upgrade",
        "connection",
        "accept",
        "subprotocol",
        "extensions",
        "framing",
        "leftovers",
    ]
    # What is left has nothing to judge: a refusal, a demand of the user, what follows the handshake.
    assert {finding.status for finding in findings if finding.id not in passed} == {"skip"}


def test_every_fault_has_a_title_and_a_name_for_a_path() -> None:
    for fault in FAULTS:
        assert fault.title
        assert set(fault.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"), fault.id
