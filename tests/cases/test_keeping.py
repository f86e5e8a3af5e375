"""What an audit keeps of servers that answer each request with as much as they can."""

from __future__ import annotations

import pytest

from tests.cases.odd import audit_of, is_good
from tests.cases.seeing import GOOD, reply, seen, switched, tunnel
from wscheck.auditing import Audit, Pace
from wscheck.auditing.choosing import choose
from wscheck.auditing.keeping import Keeper
from wscheck.auditing.proving import Played
from wscheck.cases import cases
from wscheck.cases.tally import TALLIES
from wscheck.core.exchange import Exchange, Timings, Tunnel
from wscheck.lab.script import Script
from wscheck.matrix.saved import read_saved
from wscheck.render import View, json

MIB = 1 << 20


def played(came: bytes, behind: Tunnel | None = None) -> Played:
    case = cases()["method-post"]
    made = Exchange("method-post", b"POST / HTTP/1.1\r\n\r\n", came, None, (), None, Timings(), None, tunnel=behind)
    return Played(case.shots(GOOD), seen(case, came, behind=behind), (made,), False)


def test_what_is_short_is_kept_as_it_is() -> None:
    keeper = Keeper()
    ordinary = played(reply(b"400 Bad Request", body=b"a" * 60_000))
    for _ in range(60):
        assert keeper.kept(ordinary) is ordinary


def test_behind_four_mib_a_reply_is_cut_and_says_so() -> None:
    keeper = Keeper()
    fat = played(reply(b"405 Method Not Allowed", b"X-Pad: " + b"a" * 500_000, b"Allow: GET"))
    for _ in range(8):
        assert keeper.kept(fat) is fat
    cut = keeper.kept(fat)
    (made,) = cut.exchanges
    assert made.truncated
    assert made.response == b"HTTP/1.1 405 Method Not Allowed\r\nX-Pad: " + b"a" * 2008
    assert made.request == b"POST / HTTP/1.1\r\n\r\n"
    # What is looked at over all cases is there still, so nobody is blamed for what was cut.
    (answer,) = cut.seen.answers
    assert answer is not None
    assert answer.head is not None
    assert [field.name for field in answer.head.fields] == [b"Allow"]
    brought = [(cases()["method-post"], cut.seen)]
    assert {tally.judge(brought).status for tally in TALLIES} == {"pass"}
    (short,) = keeper.kept(played(reply(b"400 Bad Request"))).exchanges
    assert (short.truncated, short.response) == (False, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def test_frames_without_octets_count_as_well() -> None:
    keeper = Keeper()
    flood = played(switched(), tunnel(b"\x81\x00" * 32768, by="server", how="eof"))
    assert keeper.kept(flood) is flood
    (made,) = keeper.kept(flood).exchanges
    assert made.tunnel is not None
    assert made.truncated
    assert (len(made.tunnel.received), len(made.tunnel.received_frames)) == (2048, 32)
    assert (made.tunnel.ending.by, made.tunnel.ending.how) == ("server", "eof")


PADDED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nX-Pad: " + b"\x01" * 400_000 + b"\r\n\r\n"


def _fat(number: int, octets: bytes) -> Script | None:
    """Every reply but the good one with a field of control characters, which JSON writes in six letters each."""
    if is_good(octets):
        return None
    return Script((PADDED,), "close")


@pytest.fixture(scope="module")
def fat() -> Audit:
    return audit_of(_fat, choose((), (), intrusive=False), Pace(8, 0.0, 2.0))[0]


def test_a_saved_audit_of_fat_replies_can_be_read(fat: Audit) -> None:
    report = fat.report()
    assert report is not None
    assert sum(len(made.response) for made in report.exchanges) < 6 * MIB
    assert sum(made.truncated for made in report.exchanges) > 100
    text = json.render([report], View()).encode()
    assert len(text) < 64 * MIB
    saved = read_saved(text, "a.json")
    assert [case.id for case in saved.cases] == [case.id for case in report.cases]


def test_what_is_cut_was_judged_whole(fat: Audit) -> None:
    late = fat.results["draft-hixie-76"]
    assert (late.status, late.observed) == ("pass", "refused: 400 Bad Request")
    assert fat.results["refusals-framed"].status == "pass"
