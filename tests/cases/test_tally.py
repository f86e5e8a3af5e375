"""What shows over all cases together: how refusals are made."""

from __future__ import annotations

import pytest

from tests.cases.seeing import CLOSED, SILENT, Came, reply, seen, switched, tunnel
from wscheck.cases import Case, Seen, cases
from wscheck.cases.tally import TALLIES
from wscheck.core.report import Status

JUDGES = {tally.id: tally.judge for tally in TALLIES}
POST, HOST = "method-post", "host-missing"


def brought(*rows: tuple[str, Came], closed: bool = False) -> list[tuple[Case, Seen]]:
    return [(cases()[name], seen(cases()[name], came, closed=closed)) for name, came in rows]


SHORT = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n"
BOTH = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("tally", "came", "status", "says"),
    [
        ("refusals-4xx", reply(b"500 Internal Server Error"), "warn", "method-post (500)"),
        ("refusals-4xx", reply(b"503 Service Unavailable"), "warn", "method-post (503)"),
        ("refusals-4xx", reply(b"501 Not Implemented"), "pass", "no 5xx"),
        ("refusals-4xx", reply(b"505 HTTP Version Not Supported"), "pass", "no 5xx"),
        ("refusals-4xx", reply(b"400 Bad Request"), "pass", "no 5xx"),
        ("refusals-allow", reply(b"405 Method Not Allowed"), "fail", "method-post"),
        ("refusals-allow", reply(b"405 Method Not Allowed", b"Allow: GET"), "pass", "none"),
        ("refusals-upgrade", reply(b"426 Upgrade Required"), "fail", "method-post"),
        ("refusals-upgrade", reply(b"426 Upgrade Required", b"Upgrade: websocket"), "pass", "none"),
        ("refusals-hop", reply(b"426 Upgrade Required", b"Upgrade: websocket"), "fail", "method-post"),
        (
            "refusals-hop",
            reply(b"426 Upgrade Required", b"Upgrade: websocket", b"Connection: close, upgrade"),
            "pass",
            "none",
        ),
        ("refusals-hop", switched(), "pass", "none"),
        ("refusals-framed", SHORT, "fail", "method-post"),
        ("refusals-framed", CHUNKED, "fail", "method-post"),
        ("refusals-framed", BOTH, "fail", "method-post"),
        ("refusals-framed", reply(b"400 Bad Request", body=b"hello"), "pass", "all refusals are whole"),
    ],
)
def test_a_refusal_is_tallied(tally: str, came: bytes, status: Status, says: str) -> None:
    said = JUDGES[tally](brought((POST, came), closed=True))
    assert (said.status, says in said.observed) == (status, True), said


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (((POST, CLOSED), (HOST, CLOSED)), "warn"),
        (((POST, CLOSED), (HOST, reply(b"400 Bad Request"))), "info"),
        (((POST, reply(b"405 Method Not Allowed")), (HOST, reply(b"400 Bad Request"))), "pass"),
        (((POST, SILENT), (HOST, reply(b"400 Bad Request"))), "pass"),
    ],
)
def test_connections_closed_without_a_status(rows: tuple[tuple[str, Came], ...], status: Status) -> None:
    assert JUDGES["refusals-status"](brought(*rows)).status == status


def test_bad_frames_cut_off_without_a_close() -> None:
    case = cases()["frame-unmasked"]
    cut = seen(case, switched(), behind=tunnel(by="server", how="eof"))
    told = seen(case, switched(), behind=tunnel(by="server", code=1002))
    assert JUDGES["frames-close"]([(case, cut)]).status == "warn"
    assert JUDGES["frames-close"]([(case, told)]).status == "pass"
    # A Ping that is right is no bad frame.
    ping = cases()["ping-125"]
    assert (
        JUDGES["frames-close"]([(ping, seen(ping, switched(), behind=tunnel(by="server", how="eof")))]).status == "pass"
    )


def test_many_names_are_counted() -> None:
    names = ("method-post", "method-put", "method-head", "method-options", "method-connect", "method-unknown")
    said = JUDGES["refusals-allow"](brought(*((name, reply(b"405 Method Not Allowed")) for name in names)))
    assert said.observed == ("6 cases: method-post, method-put, method-head, method-options, method-connect and 1 more")


def test_one_name_is_one_case() -> None:
    said = JUDGES["refusals-allow"](brought(("method-post", reply(b"405 Method Not Allowed"))))
    assert said.observed == "1 case: method-post"


def test_nothing_brought_is_nothing_wrong() -> None:
    assert {tally.judge([]).status for tally in TALLIES} == {"pass"}
