"""What the cases of a batch are worth when the good handshake behind them failed."""

from __future__ import annotations

import pytest

from tests.cases.seeing import CLOSED, SILENT, Came, reply, seen, switched
from wscheck.auditing.blaming import Tried, barred, ending, limited, met_nobody, spoiled, unreached
from wscheck.cases import Said, cases
from wscheck.core.exchange import Exchange, Failure, Kind, Timings

BAD = reply(b"400 Bad Request")
STOPPED = "the server stopped answering behind this request"
SHOWS_NOTHING = "so this shows nothing"


def tried(name: str, started: float, ended: float, came: Came = CLOSED, *, lost: bool = False) -> Tried:
    case = cases()[name]
    found = seen(case, came)
    return Tried(case, (), found, case.judge(found), started, ended, (), lost)


def told(*batch: Tried, status: int | None = None) -> dict[str, tuple[str, bool]]:
    """The status of each case, and whether the server died behind it."""
    return {found.case.id: (found.said.status, found.died) for found in spoiled(batch, status)}


def test_what_was_answered_stands_and_what_got_nothing_may_have_killed_it() -> None:
    batch = (tried("method-post", 0.0, 1.0, BAD), tried("method-put", 0.5, 1.2), tried("absolute-form", 1.1, 1.3))
    assert told(*batch) == {
        "method-post": ("pass", False),
        "method-put": ("fail", True),
        "absolute-form": ("skip", False),
    }
    _, killer, later = spoiled(batch, None)
    assert killer.said.observed.endswith(STOPPED)
    assert later.said.observed == "the server had stopped answering, so this shows nothing"


def test_several_that_were_under_way_are_named_beside_each_other() -> None:
    batch = (tried("method-post", 0.0, 1.0, BAD), tried("method-put", 0.5, 1.2), tried("http-1.2", 0.6, 1.3, SILENT))
    first, second = spoiled(batch, None)[1:]
    assert first.said.observed.endswith(f"{STOPPED} (or behind one of: http-1.2; --jobs 1 tells which)")
    assert second.said.observed.endswith(f"{STOPPED} (or behind one of: method-put; --jobs 1 tells which)")


@pytest.mark.parametrize(
    ("ended", "named"),
    [(1.15, " (or behind one of: method-post; --jobs 1 tells which)"), (1.0, ""), (0.4, ""), (1.25, "")],
)
def test_one_that_was_answered_right_before_may_have_killed_it_as_well(ended: float, named: str) -> None:
    """It keeps its own verdict, and is named: a server may die of what it has answered."""
    batch = (tried("method-post", 0.0, ended, BAD), tried("method-put", 0.5, 1.2))
    answered, cut = spoiled(batch, None)
    assert (answered.said.status, answered.died) == ("pass", False)
    assert cut.said.observed.endswith(STOPPED + named)


def test_one_that_answered_and_died_then() -> None:
    batch = (tried("method-post", 0.0, 1.0, BAD), tried("method-put", 0.5, 1.2, BAD))
    assert told(*batch) == {"method-post": ("pass", False), "method-put": ("fail", True)}


def test_nothing_is_said_of_what_found_no_server() -> None:
    batch = (tried("method-put", 0.5, 1.2), tried("method-head", 1.3, 1.3, lost=True))
    assert told(*batch)["method-put"] == ("fail", True)
    assert told(*batch)["method-head"] == ("skip", False)


def test_a_refusal_of_a_server_that_shuts_us_out_shows_nothing() -> None:
    batch = (
        tried("method-post", 0.0, 1.0, BAD),
        tried("connection-list", 0.0, 1.0, BAD),
        tried("method-put", 0.0, 1.0, switched()),
        tried("connection-lower-case", 0.0, 1.0, switched()),
        tried("http-1.0", 0.0, 1.0, CLOSED),
    )
    assert told(*batch, status=403) == {
        "method-post": ("skip", False),
        "connection-list": ("skip", False),
        "method-put": ("fail", False),
        "connection-lower-case": ("pass", False),
        "http-1.0": ("skip", False),
    }
    assert spoiled(batch, 403)[0].said.observed.startswith("refused: 400 Bad Request; ")
    assert spoiled(batch, 403)[0].said.observed.endswith(SHOWS_NOTHING)


def test_what_a_front_says_of_a_dead_server_is_no_answer() -> None:
    gateway = reply(b"502 Bad Gateway")
    batch = (
        tried("method-post", 0.0, 1.0, BAD),
        tried("method-put", 0.5, 1.2, gateway),
        tried("connection-list", 1.1, 1.3, gateway),
    )
    assert told(*batch, status=502) == {
        "method-post": ("pass", False),
        "method-put": ("fail", True),
        "connection-list": ("skip", False),
    }
    # A 503 may be a limit: then nobody died, and no refusal shows anything.
    assert set(told(*batch, status=503).values()) == {("skip", False)}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "the server stopped answering the good handshake"),
        (502, "the server stopped answering the good handshake: what stands in front of it answered 502"),
        (504, "the server stopped answering the good handshake: what stands in front of it answered 504"),
        (403, "the server no longer accepted the good handshake: it answered 403"),
        (503, "the server no longer accepted the good handshake: it answered 503"),
    ],
)
def test_why_an_audit_ends(status: int | None, said: str) -> None:
    assert ending(status) == said


def control(kind: Kind) -> Exchange:
    return Exchange("again", b"", b"", None, (), None, Timings(), Failure("tcp", kind, "nobody listens"))


def test_a_server_that_comes_back_was_ended_by_a_case_without_a_reply() -> None:
    batch = (tried("method-post", 0.0, 1.0, BAD), tried("method-put", 0.5, 1.2), tried("http-1.2", 0.6, 1.3))
    assert met_nobody(batch, control("refused")) == "method-put, http-1.2 got no reply, and ended it or met its end"
    # Whoever is only slow was not gone, and a refusal is a reply.
    assert met_nobody(batch, control("timeout")) is None
    assert met_nobody(batch[:1], control("refused")) is None


def test_an_error_of_our_own_stays_one() -> None:
    broken = tried("method-post", 0.0, 1.0, BAD)._replace(said=Said("error", "on purpose"))
    assert told(broken, status=403) == {"method-post": ("error", False)}


# -- the way to the server ---------------------------------------------------------------------------------------------


def through(answer: bytes) -> tuple[Exchange, Exchange]:
    """A CONNECT with its answer, and the good handshake that was never sent."""
    asked = b"CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n"
    failure = Failure("proxy", "denied", "the proxy says no")
    return (
        Exchange("connect", asked, answer, None, (), None, Timings(), failure),
        Exchange("again", b"", b"", None, (), None, Timings(), failure),
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (through(reply(b"403 Forbidden")), "no way led to the server any more: the proxy says no"),
        (through(b""), "no way led to the server any more: the proxy says no"),
        # Squid and its like: the proxy did not reach the server.
        (through(reply(b"502 Bad Gateway")), None),
        (through(reply(b"503 Service Unavailable")), None),
        ((control("refused"),), None),
        ((control("timeout"),), None),
        ((through(b"")[1],), "no way led to the server any more: the proxy says no"),  # SOCKS has no CONNECT
        (
            (control("other")._replace(failure=Failure("dns", "not-found", "no such name")),),
            "no way led to the server any more: no such name",
        ),
        ((control("other")._replace(failure=None),), None),
    ],
)
def test_a_proxy_that_shuts_is_no_server_that_died(made: tuple[Exchange, ...], said: str | None) -> None:
    assert barred(made) == said


def test_where_no_way_leads_nobody_is_blamed() -> None:
    batch = (
        tried("method-post", 0.0, 1.0, BAD),
        tried("method-put", 0.5, 1.2, switched()),
        tried("http-1.0", 0.6, 1.3, CLOSED),
        tried("http-1.2", 1.3, 1.3, lost=True),
    )
    assert {one.case.id: (one.said.status, one.died) for one in unreached(batch)} == {
        "method-post": ("pass", False),
        "method-put": ("fail", False),
        "http-1.0": ("skip", False),
        "http-1.2": ("skip", False),
    }


def test_who_wants_no_more_requests() -> None:
    enough = reply(b"429 Too Many Requests")
    said = "answered 429: it wants no more requests (--jobs 1 and --delay ask more slowly)"
    assert limited(through(enough)) == f"the proxy {said}"
    assert limited((control("other")._replace(response=enough),)) == f"the server {said}"
    assert limited(through(reply(b"403 Forbidden"))) is None
