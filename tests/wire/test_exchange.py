"""One exchange over a real socket: exact octets out, every octet in, and each way in which it can end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.peer import (
    PATIENCE_S,
    SAMPLE_101,
    SAMPLE_KEY,
    Act,
    Link,
    behind,
    client_frames,
    closing,
    free_port,
    peer,
    politely,
    saying,
    talking,
)
from wscheck import __version__, probing
from wscheck.core.exchange import Exchange
from wscheck.core.plan import Delivery, good_plan
from wscheck.core.report import Report
from wscheck.core.target import parse_target
from wscheck.wire.http1 import exchange
from wscheck.wire.limits import Limits

SHORT = Limits(connect_s=2.0, head_s=0.3, body_s=0.3, total_s=5.0, ping_s=0.3, close_s=0.3)


def probed(act: Act, limits: Limits = SHORT) -> Report:
    """The report on a peer, for the sample key alone."""
    with peer(act) as server:
        return probing.probe(f"ws://127.0.0.1:{server.port}/", key=SAMPLE_KEY, limits=limits, replay=False)


def failure(report: Report) -> tuple[str, str]:
    """Stage and kind; the sentence is one, and no traceback."""
    found = report.failure
    assert found is not None
    assert found.detail
    assert "\n" not in found.detail
    assert "Traceback" not in found.detail
    assert "Error" not in found.detail
    return found.stage, found.kind


def opening(sent: bytes) -> bytes:
    """The opening handshake of what a connection sent; behind it stand a Ping and a Close with 1000, and no more."""
    ping, close = client_frames(behind(sent))
    assert (ping[0], len(ping[1]), close) == (0x89, 8, (0x88, b"\x03\xe8"))
    assert len(behind(sent)) == 22
    return sent.removesuffix(behind(sent))


# -- out ---------------------------------------------------------------------------------------------------------------


def test_the_request_goes_out_exactly() -> None:
    with peer(talking(SAMPLE_101)) as server:
        probing.probe(f"ws://127.0.0.1:{server.port}/chat?room=1", key=SAMPLE_KEY, replay=False)
    assert [opening(sent) for sent in server.requests] == [
        b"GET /chat?room=1 HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"User-Agent: wscheck/%b\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"\r\n" % (server.port, __version__.encode())
    ]


def test_a_crafted_request_goes_out_exactly() -> None:
    with peer(talking(SAMPLE_101)) as server:
        probing.probe(
            f"ws://user:p%40ss@127.0.0.1:{server.port}/",
            key="short",
            version="8",
            user_agent="",
            origin="https://shop.example",
            subprotocols=("chat", "mqtt"),
            extensions=("permessage-deflate; client_max_window_bits", "x-own"),
            headers=("Host: other.example", "Upgrade;", "connection:"),
            adds=("X-Twice: 1", "X-Twice: 2"),
            raw_fields=(r"X-Raw:\x00\t1\r\n folded",),
        )
    assert [opening(sent) for sent in server.requests] == [
        b"GET / HTTP/1.1\r\n"
        b"Host: other.example\r\n"
        b"Upgrade:\r\n"
        b"Sec-WebSocket-Key: short\r\n"
        b"Sec-WebSocket-Version: 8\r\n"
        b"Origin: https://shop.example\r\n"
        b"Sec-WebSocket-Protocol: chat, mqtt\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-own\r\n"
        b"Authorization: Basic dXNlcjpwQHNz\r\n"
        b"X-Twice: 1\r\n"
        b"X-Twice: 2\r\n"
        b"X-Raw:\x00\t1\r\n folded\r\n"
        b"\r\n"
    ]


def test_each_probe_draws_its_own_key() -> None:
    with peer(closing()) as server:
        for _ in range(3):
            probing.probe(f"ws://127.0.0.1:{server.port}/")
    keys = {request.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0] for request in server.requests}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {24}


def test_content_waits_until_a_100_asks_for_it() -> None:
    def act(link: Link) -> None:
        head = link.head()
        link.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        for _ in b"ok":
            link.received += link.sock.recv(1)
        assert head.endswith(b"\r\n\r\n")
        link.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with peer(act) as server:
        report = probing.probe(
            f"ws://127.0.0.1:{server.port}/", key=SAMPLE_KEY, delivery=Delivery(awaits=b"ok"), replay=False
        )
    assert report.exchanges[0].request.endswith(b"Sec-WebSocket-Version: 13\r\n\r\nok")
    assert [behind(sent) for sent in server.requests] == [b"ok"]
    assert report.exchanges[0].response.endswith(b"403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def test_content_that_nobody_asks_for_stays_here() -> None:
    with peer(closing(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")) as server:
        report = probing.probe(
            f"ws://127.0.0.1:{server.port}/", key=SAMPLE_KEY, delivery=Delivery(awaits=b"ok"), replay=False
        )
    assert report.exchanges[0].request.endswith(b"\r\n\r\n")
    assert [behind(sent) for sent in server.requests] == [b""]


REFUSED_FOR_GOOD = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def twice(port: int) -> tuple[Exchange, ...]:
    """A handshake, and one more on the same connection."""
    target = parse_target(f"ws://127.0.0.1:{port}/")
    plan = good_plan(target, SAMPLE_KEY.encode())
    return asyncio.run(exchange(plan, target, None, SHORT, behind=plan))


def test_behind_a_refusal_that_says_close_the_end_is_waited_for() -> None:
    def act(link: Link) -> None:
        link.head()
        link.send(REFUSED_FOR_GOOD)
        threading.Event().wait(0.3)

    with peer(act) as server:
        first, second = twice(server.port)
    assert first.closed
    assert second.failure is not None
    assert (second.failure.kind, second.response) == ("closed", b"")
    assert [behind(sent) for sent in server.requests] == [b""]


def test_behind_a_refusal_that_says_close_and_stands_nothing_is_sent() -> None:
    with peer(saying(REFUSED_FOR_GOOD)) as server:
        (first,) = twice(server.port)
    assert not first.closed
    assert [behind(sent) for sent in server.requests] == [b""]


# -- in ----------------------------------------------------------------------------------------------------------------


def test_the_reply_is_kept_exactly() -> None:
    report = probed(talking(SAMPLE_101))
    exchange = report.exchanges[0]
    assert exchange.response == (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"\r\n"
    )
    assert (report.verdict, report.exit_code, report.failure) == ("pass", 0, None)
    assert exchange.timings.handshake is not None
    assert exchange.timings.tcp is not None
    assert exchange.timings.tls is None
    assert exchange.timings.dns is None


@pytest.mark.parametrize("at", [1, len(SAMPLE_101) // 2, len(SAMPLE_101) - 3, len(SAMPLE_101) - 1])
def test_a_reply_in_two_parts(at: int) -> None:
    """Split anywhere, also inside a CRLF; the second part waits until the first was surely read on its own."""

    def act(link: Link) -> None:
        link.head()
        link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.send(SAMPLE_101[:at])
        threading.Event().wait(0.02)
        link.send(SAMPLE_101[at:])
        politely(link)

    report = probed(act)
    assert report.exchanges[0].response == SAMPLE_101
    assert report.verdict == "pass"


def test_a_reply_octet_by_octet() -> None:
    def act(link: Link) -> None:
        link.head()
        link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in SAMPLE_101:
            link.send(bytes([octet]))
        politely(link)

    report = probed(act)
    assert report.exchanges[0].response == SAMPLE_101
    assert report.verdict == "pass"


def test_octets_behind_the_head_are_kept() -> None:
    report = probed(talking(SAMPLE_101 + b"\x81\x02hi"))
    assert report.exchanges[0].response == SAMPLE_101 + b"\x81\x02hi"


def test_interim_replies_are_skipped_and_kept() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    report = probed(talking(b"HTTP/1.1 100 Continue\r\n\r\n", hint, SAMPLE_101))
    assert report.exchanges[0].response == b"HTTP/1.1 100 Continue\r\n\r\n" + hint + SAMPLE_101
    assert report.verdict == "pass"
    assert report.counts["fail"] == 0


def test_the_content_of_a_refusal_is_kept() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\nwrong origin\n"
    report = probed(saying(refusal[:50], refusal[50:]))
    assert report.exchanges[0].response == refusal
    assert report.failure is None
    assert report.exit_code == 1


def test_a_chunked_refusal_ends_with_its_last_chunk() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nno\n\r\n0\r\n\r\n"
    with peer(saying(refusal)) as server:
        report = probing.probe(f"ws://127.0.0.1:{server.port}/", limits=Limits(body_s=PATIENCE_S))
    assert report.exchanges[0].response == refusal
    # Had it not seen the end, it would have waited for the whole body limit.
    assert report.duration_ms < PATIENCE_S * 1000 / 2


def test_content_without_an_end_is_left_after_its_limit() -> None:
    report = probed(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))
    assert report.exchanges[0].response.endswith(b"\r\n\r\nhalf")
    assert report.exit_code == 1


# -- ends --------------------------------------------------------------------------------------------------------------


def test_refused() -> None:
    report = probing.probe(f"ws://127.0.0.1:{free_port()}/")
    assert failure(report) == ("tcp", "refused")
    assert (report.verdict, report.exit_code) == ("unreachable", 3)
    assert {finding.status for finding in report.checks} == {"skip"}
    assert report.exchanges[0].attempts[0].failure == "connection refused: nothing listens on this port"


def test_closed_without_an_octet() -> None:
    report = probed(closing())
    assert failure(report) == ("read", "closed")
    assert (report.verdict, report.exit_code) == ("unreachable", 3)


def test_reset_without_an_octet() -> None:
    def act(link: Link) -> None:
        link.head()
        link.reset()

    report = probed(act)
    assert failure(report) == ("read", "reset")
    assert (report.verdict, report.exit_code) == ("unreachable", 3)


def test_silence() -> None:
    report = probed(saying())
    assert failure(report) == ("read", "timeout")
    assert report.failure is not None
    assert "head limit of 0.3 s" in report.failure.detail
    assert (report.verdict, report.exit_code) == ("unreachable", 3)


def test_octets_before_a_reset_are_kept() -> None:
    def act(link: Link) -> None:
        link.head()
        link.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs")
        seen.wait(PATIENCE_S)
        link.reset()

    # A reset may overtake what was sent before it, so it waits until the octets have been read.
    seen = threading.Event()
    with peer(act) as server, pytest.MonkeyPatch.context() as patch:
        from wscheck.wire.inbox import Inbox

        kept = Inbox.data_received

        def received(self: Inbox, data: bytes) -> None:
            kept(self, data)
            seen.set()

        patch.setattr(Inbox, "data_received", received)
        report = probing.probe(f"ws://127.0.0.1:{server.port}/", limits=Limits(head_s=PATIENCE_S))
    assert report.exchanges[0].response == b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs"
    assert failure(report) == ("read", "reset")
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert [finding.id for finding in report.checks if finding.status == "fail"] == ["syntax"]


def test_a_head_that_is_cut() -> None:
    report = probed(closing(b"HTTP/1.1 101 Switching"))
    assert report.exchanges[0].response == b"HTTP/1.1 101 Switching"
    assert failure(report) == ("read", "closed")
    assert report.exit_code == 1


def test_a_head_that_drips_ends_with_the_head_limit() -> None:
    def act(link: Link) -> None:
        link.head()
        with contextlib.suppress(OSError):
            while True:
                link.send(b"X")
                threading.Event().wait(0.05)

    report = probed(act)
    assert failure(report)[1] == "timeout"
    assert report.failure is not None
    assert "head limit of 0.3 s" in report.failure.detail
    assert report.exit_code == 1


def test_the_total_limit_bounds_the_head_limit() -> None:
    report = probed(saying(), Limits(head_s=20.0, total_s=0.2))
    assert failure(report) == ("read", "timeout")
    assert report.failure is not None
    assert "total limit of 0.2 s" in report.failure.detail
    assert report.duration_ms < 2000


def test_a_banner_ends_soon() -> None:
    """After what cannot become HTTP nothing is gained by waiting for the whole head limit."""
    report = probed(saying(b"SSH-2.0-OpenSSH_9.6\r\n"), Limits(head_s=PATIENCE_S))
    assert report.exchanges[0].response == b"SSH-2.0-OpenSSH_9.6\r\n"
    assert failure(report) == ("read", "timeout")
    assert report.duration_ms < PATIENCE_S * 1000 / 2
    assert report.exit_code == 1


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose queue of connections is full, so that the next SYN goes unanswered."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves a SYN to a full queue unanswered")
def test_no_connection_in_time() -> None:
    with full_backlog() as port:
        report = probing.probe(f"ws://127.0.0.1:{port}/", limits=Limits(connect_s=0.3))
    assert failure(report) == ("tcp", "timeout")
    assert report.failure is not None
    assert "connect limit of 0.3 s" in report.failure.detail
    assert (report.verdict, report.exit_code) == ("unreachable", 3)


# -- size limits -------------------------------------------------------------------------------------------------------


def endless(begin: bytes, more: bytes) -> Act:
    """Sends without an end until the other side has enough."""

    def act(link: Link) -> None:
        link.head()
        link.send(begin)
        while True:  # ended by an OSError, once the connection is gone
            link.send(more)

    return act


def test_a_head_is_read_to_512_kib() -> None:
    report = probed(endless(b"HTTP/1.1 101 Switching Protocols\r\n", b"X-Fill: 0123456789\r\n" * 1000))
    exchange = report.exchanges[0]
    assert len(exchange.response) == 524288
    assert exchange.response.startswith(b"HTTP/1.1 101 Switching Protocols\r\nX-Fill: 0123456789\r\n")
    assert exchange.truncated
    assert failure(report) == ("read", "limit")
    assert report.exit_code == 1


def test_content_is_read_to_64_kib() -> None:
    report = probed(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10000))
    exchange = report.exchanges[0]
    assert exchange.response == b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536
    assert exchange.truncated
    assert report.exit_code == 1


def test_a_flood_behind_a_101_is_bounded() -> None:
    report = probed(endless(SAMPLE_101, b"\x80\x00" * 50000))
    tunnel = report.exchanges[0].tunnel
    assert tunnel is not None
    assert len(report.exchanges[0].response) <= len(SAMPLE_101) + 65536
    assert len(tunnel.received) == 65536
    frames = next(finding for finding in report.checks if finding.id == "frames")
    assert [problem.code for problem in frames.problems] == ["bad-fragment"] * 10  # and the rest is counted
    assert len(frames.observed) < 100


def test_a_flood_of_interim_replies_is_bounded() -> None:
    report = probed(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), Limits(head_s=PATIENCE_S))
    assert len(report.exchanges[0].response) == 524288
    assert failure(report) == ("read", "limit")
