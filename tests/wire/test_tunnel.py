"""The tunnel behind a 101 over a real socket: Ping and Pong, Close and Close, the end of TCP, and what bounds each."""

from __future__ import annotations

import select
import time

import pytest

from tests.gate.servers import opening, right_101
from tests.peer import PATIENCE_S, Act, Link, behind, client_frames, peer, politely
from wscheck import probing
from wscheck.auditing import Pace, audit
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import Frame
from wscheck.core.report import Report
from wscheck.wire.limits import Limits

SHORT = Limits(connect_s=2.0, head_s=2.0, body_s=0.3, total_s=20.0, ping_s=0.3, close_s=0.3)
PATIENT = SHORT._replace(ping_s=PATIENCE_S, close_s=PATIENCE_S)
# What a machine under load may take beyond a limit.
SLACK_S = 3.0


def ran(act: Act, limits: Limits = SHORT, hold_s: float | None = None, **options: bool) -> tuple[Report, Tunnel, float]:
    """The report on one connection, its tunnel, and how many seconds it took."""
    with peer(act) as server:
        began = time.monotonic()
        report = probing.probe(
            f"ws://127.0.0.1:{server.port}/", limits=limits, hold_s=hold_s, **{"replay": False, **options}
        )
        took = time.monotonic() - began
    tunnel = report.exchanges[0].tunnel
    assert tunnel is not None
    return report, tunnel, took


def codes(report: Report, check: str) -> list[str]:
    """The problem codes of one check."""
    finding = next(finding for finding in report.checks if finding.id == check)
    return [problem.code for problem in finding.problems]


def said(report: Report, check: str) -> str:
    """The message of its only problem."""
    finding = next(finding for finding in report.checks if finding.id == check)
    (problem,) = finding.problems
    return problem.message


def ping_of(link: Link) -> bytes:
    """The payload of the Ping that is to come, which has eight octets."""
    start = len(link.received)
    while len(link.received) < start + 14:
        chunk = link.sock.recv(65536)
        assert chunk
        link.received += chunk
    ((first, payload),) = client_frames(bytes(link.received[start:]))
    assert (first, len(payload)) == (0x89, 8)
    return payload


def answering(before: bytes = b"", behind_it: bytes = b"", *, pong: bool = True, then: Act = politely) -> Act:
    """Says this around the Pong that is asked for, and goes on with `then`."""

    def act(link: Link) -> None:
        link.send(right_101(link.head()))
        payload = ping_of(link)
        link.send(before + (b"\x8a\x08" + payload if pong else b"") + behind_it)
        then(link)

    return act


def deaf(link: Link) -> None:
    """Opens rightly, and reads without a word until the other side ends."""
    link.send(right_101(link.head()))
    link.until_gone()


# -- Ping and Pong -----------------------------------------------------------------------------------------------------


def test_a_server_that_speaks_passes() -> None:
    report, tunnel, _ = ran(opening(), PATIENT)
    assert (report.verdict, codes(report, "frames"), codes(report, "close")) == ("pass", [], [])
    assert tunnel.pong
    assert tunnel.ping is not None
    assert len(tunnel.ping) == 8
    assert tunnel.received_frames == (
        Frame(True, 0, 10, False, 8, tunnel.ping, 0),
        Frame(True, 0, 8, False, 2, b"\x03\xe8", 10),
    )
    assert [(frame.opcode, frame.masked, frame.payload) for frame in tunnel.sent_frames] == [
        (9, True, tunnel.ping),
        (8, True, b"\x03\xe8"),
    ]
    assert (tunnel.ending.by, tunnel.ending.how, tunnel.ending.code) == ("wscheck", "close", 1000)
    assert tunnel.farewell is not None
    assert tunnel.farewell._replace(offset=10) == tunnel.received_frames[1]
    assert (tunnel.ended, tunnel.junk, tunnel.held_s) == (True, False, None)
    timings = report.exchanges[0].timings
    assert timings.ping is not None
    assert timings.close is not None
    assert 0 < timings.ping < SLACK_S * 1000
    assert 0 < timings.close < SLACK_S * 1000


def test_each_ping_has_a_payload_and_a_mask_of_its_own() -> None:
    with peer(opening()) as server:
        for _ in range(3):
            probing.probe(f"ws://127.0.0.1:{server.port}/", limits=PATIENT, replay=False)
    sent = [behind(request) for request in server.requests]
    assert len({octets[2:6] for octets in sent}) == 3
    assert len({client_frames(octets)[0][1] for octets in sent}) == 3


@pytest.mark.parametrize(
    ("before", "others"),
    [
        (b"\x8a\x00", []),
        (b"\x8a\x08notours!", []),
        (b"\x81\x02hi\x01\x01a\x80\x01b", [1, 1, 0]),
        (b"\x82\x7e\x01\x00" + b"a" * 256, [2]),
        (b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"a" * 65536, []),  # longer than the record
    ],
    ids=["an unasked Pong", "a stranger's Pong", "fragments", "256 octets", "64 KiB"],
)
def test_the_pong_is_found_among_other_frames(before: bytes, others: list[int]) -> None:
    report, tunnel, took = ran(answering(before), PATIENT)
    assert (tunnel.pong, report.verdict) == (True, "pass")
    assert [frame.opcode for frame in tunnel.received_frames if frame.opcode < 8] == others
    assert took < PATIENCE_S / 2  # nothing was waited for


def test_a_pong_in_pieces() -> None:
    def then(link: Link) -> None:
        payload = ping_of(link)
        for octet in b"\x8a\x08" + payload:
            link.send(bytes([octet]))
            select.select([], [], [], 0.01)
        politely(link)

    report, tunnel, _ = ran(opening(then=then), PATIENT)
    assert (tunnel.pong, report.verdict) == (True, "pass")


def test_a_pong_behind_a_hundred_texts_and_a_long_frame() -> None:
    """More than the record holds comes before it; it is found all the same."""
    before = b"\x81\x02hi" * 100 + b"\x82\x7f\x00\x00\x00\x00\x00\x03\x00\x00" + b"\x88" * 196608
    report, tunnel, _ = ran(answering(before), PATIENT)
    assert (tunnel.pong, codes(report, "close")) == (True, [])
    assert len(tunnel.received) == 65536
    assert tunnel.farewell is not None


def test_a_ping_of_the_server_is_answered_while_ours_waits() -> None:
    _, tunnel, _ = ran(answering(b"\x89\x03abc"), PATIENT)
    assert tunnel.pong
    assert [(frame.opcode, frame.payload) for frame in tunnel.sent_frames] == [
        (9, tunnel.ping),
        (10, b"abc"),
        (8, b"\x03\xe8"),
    ]


def test_another_payload_is_no_pong_for_ours() -> None:
    report, tunnel, _ = ran(answering(b"\x8a\x02hi", pong=False))
    assert (tunnel.pong, codes(report, "frames")) == (False, ["wrong-pong"])
    assert report.exchanges[0].timings.ping is None


def test_texts_and_no_pong() -> None:
    report, _, _ = ran(answering(b"\x81\x02hi", pong=False))
    assert (codes(report, "frames"), report.verdict) == (["no-pong"], "pass")
    assert said(report, "frames") == "2 frames came, and no Pong within 0.3 s"  # the answer to our Close as well


def test_half_a_frame_and_no_pong() -> None:
    report, _, _ = ran(answering(b"\x81\x05hel", pong=False, then=Link.until_gone))
    assert codes(report, "frames") == ["no-pong"]
    assert said(report, "frames") == "5 octets came, no whole frame, and no Pong within 0.3 s"


def test_early_frames_with_the_head() -> None:
    def act(link: Link) -> None:
        link.send(right_101(link.head()) + b"\x81\x02hi\x89\x01p")
        politely(link)

    report, tunnel, _ = ran(act, PATIENT)
    assert (report.verdict, codes(report, "frames"), codes(report, "leftovers")) == ("pass", [], ["early-octets"])
    assert report.exchanges[0].response.endswith(b"\r\n\r\n\x81\x02hi\x89\x01p")
    assert tunnel.received.startswith(b"\x81\x02hi\x89\x01p\x8a\x08")
    # The early Ping is answered before ours goes out.
    assert [(frame.opcode, frame.payload) for frame in tunnel.sent_frames][:2] == [(10, b"p"), (9, tunnel.ping)]


# -- limits ------------------------------------------------------------------------------------------------------------


def test_a_deaf_peer_costs_both_limits_and_no_more() -> None:
    report, tunnel, took = ran(deaf)
    assert (codes(report, "frames"), codes(report, "close")) == (["silent"], ["unanswered"])
    assert said(report, "frames") == "a Ping was sent, and nothing came within 0.3 s"
    assert said(report, "close") == "our Close was not answered: the server sent none within 0.3 s"
    assert (tunnel.waited_s, tunnel.close_s) == (0.3, 0.3)
    assert 0.6 <= took < 0.6 + SLACK_S
    timings = report.exchanges[0].timings
    assert (timings.ping, timings.close) == (None, None)


@pytest.mark.parametrize("limit", ["ping_s", "close_s"])
def test_each_limit_is_its_own(limit: str) -> None:
    _, tunnel, took = ran(deaf, SHORT._replace(**{limit: 1.5}))
    assert {"ping_s": tunnel.waited_s, "close_s": tunnel.close_s} == {"ping_s": 0.3, "close_s": 0.3} | {limit: 1.5}
    assert 1.8 <= took < 1.8 + SLACK_S


def test_the_total_limit_bounds_ping_and_close() -> None:
    _, _, took = ran(deaf, PATIENT._replace(total_s=0.5))
    assert 0.5 <= took < 0.5 + SLACK_S


def test_the_total_limit_does_not_bound_a_hold() -> None:
    report, tunnel, took = ran(opening(), SHORT._replace(total_s=0.8), hold_s=1.5)
    assert (report.verdict, tunnel.ending.by, tunnel.pong) == ("pass", "wscheck", True)
    assert tunnel.ending.after_s >= 1.5
    assert took < 1.5 + SLACK_S
    # Nor the farewell behind it.
    assert (tunnel.ended, tunnel.farewell is not None) == (True, True)


def test_a_hold_begins_behind_the_pong() -> None:
    report, tunnel, took = ran(deaf, SHORT, hold_s=0.5)
    assert (tunnel.ending.by, tunnel.held_s) == ("wscheck", 0.5)
    assert codes(report, "close") == ["unanswered"]
    assert 1.1 <= took < 1.1 + SLACK_S  # the Ping, the hold, the Close


def test_a_hold_ends_with_the_servers_close() -> None:
    def then(link: Link) -> None:
        politely_once(link)
        link.send(b"\x88\x05\x03\xe9bye")
        politely(link)

    report, tunnel, took = ran(opening(then=then), PATIENT, hold_s=PATIENCE_S)
    assert codes(report, "close") == ["ended-by-close"]
    assert (tunnel.ending.by, tunnel.ending.code, tunnel.ending.reason) == ("server", 1001, b"bye")
    assert tunnel.pong
    assert took < PATIENCE_S / 2


def politely_once(link: Link) -> None:
    """Answers the one Ping."""
    link.send(b"\x8a\x08" + ping_of(link))


# -- what is no WebSocket ----------------------------------------------------------------------------------------------


def _saying(octets: bytes) -> Act:
    def then(link: Link) -> None:
        ping_of(link)
        link.send(octets)
        link.until_gone()

    return opening(then=then)


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"<!doctype html><title>Chat</title>\n", "not-frames"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "not-frames"),
        (b'{"type":"hello"}', "not-frames"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "not-frames"),
        (b"a\r\n\x8a\x08notours!\r\n", "chunked"),
        (b"\x81\x02hi\x83\x00", "unknown-opcode"),
    ],
)
def test_behind_what_is_no_frame_little_is_waited_for(octets: bytes, code: str) -> None:
    report, tunnel, took = ran(_saying(octets), PATIENT)
    assert codes(report, "frames") == [code]
    assert (tunnel.junk, tunnel.received) == (True, octets)
    assert took < PATIENCE_S / 2
    close = next(finding for finding in report.checks if finding.id == "close")
    assert close.skip_reason == "what came is no frames, so no Close could be seen"


def test_a_page_in_pieces_is_kept_whole() -> None:
    def then(link: Link) -> None:
        ping_of(link)
        for _ in range(5):
            link.send(b"<p>hello</p>\n")
            select.select([], [], [], 0.05)
        link.until_gone()

    report, tunnel, _ = ran(opening(then=then), PATIENT)
    assert tunnel.received == b"<p>hello</p>\n" * 5
    assert codes(report, "frames") == ["not-frames"]


def test_an_echo_is_told_soon() -> None:
    def then(link: Link) -> None:
        while chunk := link.sock.recv(65536):
            link.send(chunk)

    report, tunnel, took = ran(opening(then=then), PATIENT)
    assert (codes(report, "frames"), tunnel.junk) == (["echoed"], True)
    assert tunnel.received.startswith(b"\x89\x88")
    assert took < PATIENCE_S / 2


# -- Close -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("close", "answer"),
    [
        (b"\x88\x02\x03\xe9", b"\x03\xe9"),
        (b"\x88\x05\x11\x31bye", b"\x11\x31"),
        (b"\x88\x00", b"\x03\xe8"),
        (b"\x88\x01\x03", b"\x03\xe8"),
    ],
    ids=["1001", "4401 and a reason", "no code", "half a code"],
)
def test_the_servers_close_gets_ours(close: bytes, answer: bytes) -> None:
    """With its own code; the server waits for it and ends TCP then."""
    report, tunnel, took = ran(answering(behind_it=close), PATIENT)
    assert client_frames(tunnel.sent)[-1] == (0x88, answer)
    assert [first for first, _ in client_frames(tunnel.sent)].count(0x88) == 1
    assert (tunnel.ending.by, tunnel.ending.how, tunnel.ended) == ("server", "close", True)
    assert codes(report, "close") == (["bad-close"] if close[1] == 1 else [])
    assert took < PATIENCE_S / 2


def test_a_close_in_place_of_the_pong() -> None:
    report, tunnel, took = ran(answering(b"\x88\x02\x11\x31", pong=False), PATIENT)
    assert (codes(report, "frames"), codes(report, "close")) == (["closed-early"], [])
    assert (tunnel.pong, tunnel.ending.by, tunnel.ending.code) == (False, "server", 4401)
    assert (report.verdict, took < PATIENCE_S / 2) == ("pass", True)


def test_what_comes_behind_a_close_counts_no_more() -> None:
    def then(link: Link) -> None:
        payload = ping_of(link)
        link.send(b"\x88\x02\x03\xe9\x8a\x08" + payload + b"\x88\x02\x03\xf3")
        politely(link)

    _, tunnel, _ = ran(opening(then=then), PATIENT)
    assert (tunnel.pong, tunnel.ending.code) == (False, 1001)


def test_the_end_of_tcp_is_waited_for() -> None:
    """The server ends a third of a second behind both Closes."""

    def then(link: Link) -> None:
        politely_once(link)
        while 0x88 not in [first for first, _ in client_frames(behind(bytes(link.received)))]:
            link.received += link.sock.recv(65536)
        link.send(b"\x88\x02\x03\xe8")
        select.select([], [], [], 0.33)

    report, tunnel, _ = ran(opening(then=then), PATIENT)
    assert (tunnel.ended, codes(report, "close")) == (True, [])
    close_ms = report.exchanges[0].timings.close
    assert close_ms is not None
    assert 300 <= close_ms < SLACK_S * 1000


def test_tcp_that_stands_behind_both() -> None:
    def then(link: Link) -> None:
        politely(link)
        link.until_gone()

    report, tunnel, _ = ran(opening(then=then))
    assert (tunnel.ended, codes(report, "close")) == (False, ["not-ended"])
    assert said(report, "close") == "both Closes passed, and TCP stood 0.3 s later"
    assert report.exchanges[0].timings.close is None


def test_tcp_that_ends_without_a_close() -> None:
    report, tunnel, took = ran(answering(then=lambda link: None), PATIENT)
    assert tunnel.farewell is None
    assert codes(report, "close") in (["cut"], ["unanswered"])  # as our Close went out before it was seen or not
    assert took < PATIENCE_S / 2


def test_our_close_is_answered_by_the_end_of_tcp() -> None:
    def then(link: Link) -> None:
        politely_once(link)
        while 0x88 not in [first for first, _ in client_frames(behind(bytes(link.received)))]:
            link.received += link.sock.recv(65536)

    report, _, took = ran(opening(then=then), PATIENT)
    assert codes(report, "close") == ["unanswered"]
    assert said(report, "close") == "our Close was not answered: the server ended TCP without it"
    assert took < PATIENCE_S / 2


def test_a_close_that_is_all_we_say_is_answered_by_the_end_of_tcp() -> None:
    def curtly(link: Link) -> None:
        """Speaks WebSocket as `politely` does, and ends TCP in place of a Close."""
        start, answered = len(link.received), 0
        while chunk := link.sock.recv(65536):
            link.received += chunk
            frames = client_frames(bytes(link.received[start:]))
            for first, payload in frames[answered:]:
                if first == 0x88:
                    return
                link.send(bytes([0x8A, len(payload)]) + payload)
            answered = len(frames)

    with peer(opening(then=curtly)) as server:
        report = audit(f"ws://127.0.0.1:{server.port}/", only=("close-normal",), pace=Pace(case_s=PATIENCE_S))
    (case,) = report.cases
    assert (case.status, case.observed) == ("fail", "our Close was not answered; TCP ended without it")
    assert case.duration_ms is not None
    assert case.duration_ms < PATIENCE_S * 500


@pytest.mark.parametrize(("how", "act"), [("eof", lambda link: None), ("reset", Link.reset)], ids=["eof", "reset"])
def test_a_connection_that_is_cut_at_once(how: str, act: Act) -> None:
    def then(link: Link) -> None:
        ping_of(link)
        act(link)

    report, tunnel, took = ran(opening(then=then), PATIENT)
    assert (tunnel.ending.by, tunnel.ending.how, tunnel.farewell) == ("server", how, None)
    assert (codes(report, "frames"), codes(report, "close")) == ([], ["cut"])
    assert took < PATIENCE_S / 2


# -- floods ------------------------------------------------------------------------------------------------------------


def _flood(octets: bytes) -> Act:
    """Says it again and again, and reads what it is told now and then, until the other side is gone."""

    def then(link: Link) -> None:
        while True:
            link.send(octets)
            if select.select([link.sock], [], [], 0)[0] and not link.sock.recv(1 << 20):
                return

    return opening(then=then)


@pytest.mark.parametrize(
    "octets", [b"\x81\x02hi" * 20000, b"\x89\x00" * 20000, b"\x80\x00" * 20000], ids=["texts", "pings", "continuations"]
)
def test_a_flood_is_bounded_in_time_and_record(octets: bytes) -> None:
    _, tunnel, took = ran(_flood(octets))
    assert len(tunnel.received) == 65536
    assert len(tunnel.sent) <= 65536
    assert took < 0.9 + 2 * SLACK_S


def test_one_frame_that_never_ends() -> None:
    def then(link: Link) -> None:
        link.send(b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")
        while True:
            link.send(b"a" * 65536)

    report, tunnel, took = ran(opening(then=then))
    assert (len(tunnel.received), tunnel.received_frames) == (65536, ())
    assert codes(report, "frames") == ["no-pong"]
    assert took < 0.9 + 2 * SLACK_S


# -- less than all of it -----------------------------------------------------------------------------------------------


def test_without_frames_one_close_is_sent_and_nothing_waited_for() -> None:
    with peer(deaf) as server:
        began = time.monotonic()
        report = probing.probe(f"ws://127.0.0.1:{server.port}/", limits=PATIENT, replay=False, frames=False)
        took = time.monotonic() - began
    assert [client_frames(behind(request)) for request in server.requests] == [[(0x88, b"\x03\xe8")]]
    assert took < PATIENCE_S / 2
    tunnel = report.exchanges[0].tunnel
    assert tunnel is not None
    assert (tunnel.ping, tunnel.ended) == (None, None)
    assert report.verdict == "pass"


def test_the_second_handshake_says_only_goodbye() -> None:
    with peer(opening()) as server:
        report = probing.probe(f"ws://127.0.0.1:{server.port}/", limits=PATIENT)
    assert [made.purpose for made in report.exchanges] == ["handshake", "replay"]
    first, second = (client_frames(behind(request)) for request in server.requests)
    assert [octet for octet, _ in first] == [0x89, 0x88]
    assert second == [(0x88, b"\x03\xe8")]
    keys = [request.partition(b"Sec-WebSocket-Key: ")[2][:24] for request in server.requests]
    assert keys[0] != keys[1]
