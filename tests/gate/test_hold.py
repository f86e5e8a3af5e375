"""`--hold` and `--expect-close`: who ends the connection, when, how, and with which code."""

from __future__ import annotations

import dataclasses
import os
import re
import select
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import check_of, codes_of, opening, refusing, report_of, right_101
from tests.interop.catalogue import SERVERS
from tests.interop.running import Certificate, running
from tests.peer import PATIENCE_S, Act, Link, behind, client_frames, peer, politely
from tests.process import start


def _held(wscheck: Cli, act: Act, *flags: str) -> tuple[int, dict[str, Any], list[tuple[int, bytes]]]:
    """Exit code, report, and the frames that came on the one connection: first octet and payload."""
    with peer(act) as server:
        common = ("probe", "--format", "json", "--no-replay", *flags)
        result = wscheck(*common, f"ws://127.0.0.1:{server.port}/")
    (request,) = server.requests
    return result.code, report_of(result), client_frames(behind(request))


def _closing(octets: bytes) -> Act:
    """Sends these octets, waits for a Close, and ends the connection."""

    def then(link: Link) -> None:
        link.send(octets)
        while 0x88 not in [first for first, _ in client_frames(behind(bytes(link.received)))]:
            chunk = link.sock.recv(65536)
            assert chunk
            link.received += chunk

    return opening(then=then)


def _pong(link: Link) -> bytes:
    """The octets of the next Pong; a Ping before it is answered."""
    while True:
        octets = _exactly(link, 2)
        octets += _exactly(link, 4 + (octets[1] & 0x7F))
        ((first, payload),) = client_frames(octets)
        if first == 0x8A:
            return octets
        assert (first, len(payload)) == (0x89, 8)
        link.send(b"\x8a\x08" + payload)


def test_it_stands(wscheck: Cli) -> None:
    code, report, (ping, close) = _held(wscheck, opening(), "--hold", "300ms")
    assert (code, check_of(report, "close")["observed"]) == (0, "stood for 0.3 s")
    tunnel = report["exchanges"][0]["tunnel"]
    assert tunnel["ended"]["by"] == "wscheck"
    assert 0.3 <= tunnel["ended"]["after_s"] < 2.0
    assert (tunnel["close"], tunnel["held_s"]) == ({"by": "wscheck", "code": 1000, "reason": ""}, 0.3)
    assert (ping[0], len(ping[1])) == (0x89, 8)
    assert close == (0x88, b"\x03\xe8")


def test_without_frames_it_says_goodbye_and_does_not_wait(wscheck: Cli) -> None:
    code, report, sent = _held(wscheck, opening(then=Link.until_gone), "--no-frames")
    assert (code, check_of(report, "close")["skip_reason"]) == (0, "the answer to our Close was not waited for")
    assert sent == [(0x88, b"\x03\xe8")]


def test_a_hold_without_frames_has_no_ping(wscheck: Cli) -> None:
    code, report, sent = _held(wscheck, opening(), "--no-frames", "--hold", "300ms")
    assert (code, check_of(report, "close")["observed"]) == (0, "stood for 0.3 s")
    assert sent == [(0x88, b"\x03\xe8")]


def test_pings_are_answered_octet_for_octet(wscheck: Cli) -> None:
    """One with the head in one segment, one cut in two, an empty one, the longest; each Pong has a key of its own."""
    pongs: list[bytes] = []

    def act(link: Link) -> None:
        link.send(right_101(link.head()) + b"\x89\x05Hello")
        for ping in ((b"",), (b"\x89\x03a", b"bc"), (b"\x89\x00",), (b"\x89\x7d" + b"z" * 125,)):
            for piece in ping:
                link.send(piece)
            pongs.append(_pong(link))
        politely(link)

    code, report, _ = _held(wscheck, act, "--hold", "500ms")
    assert code == 0
    assert [frame for pong in pongs for frame in client_frames(pong)] == [
        (0x8A, b"Hello"),
        (0x8A, b"abc"),
        (0x8A, b""),
        (0x8A, b"z" * 125),
    ]
    assert len({pong[2:6] for pong in pongs}) == 4
    frames = report["exchanges"][0]["tunnel"]["frames"]
    assert sorted(frame["opcode"] for frame in frames if frame["from"] == "server") == [8, 9, 9, 9, 9, 10]
    assert sorted(frame["opcode"] for frame in frames if frame["from"] == "client") == [8, 9, 10, 10, 10, 10]


def _exactly(link: Link, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = link.sock.recv(size - len(data))
        assert chunk
        data += chunk
    return data


def test_a_server_that_goes_away_says_so(wscheck: Cli) -> None:
    code, report, sent = _held(wscheck, _closing(b"\x88\x05\x03\xe9bye"), "--hold", "10s")
    assert (code, codes_of(report, "close")) == (1, ["ended-by-close"])
    observed = check_of(report, "close")["observed"]
    assert observed == 'closed by the server after 0.0 s with code 1001 (going away) and the reason "bye"'
    assert sent[-1] == (0x88, b"\x03\xe9")  # the Close is answered with its own code


def test_a_close_without_a_code(wscheck: Cli) -> None:
    _, report, sent = _held(wscheck, _closing(b"\x88\x00"), "--hold", "10s")
    assert sent[-1] == (0x88, b"\x03\xe8")
    assert check_of(report, "close")["observed"] == "closed by the server after 0.0 s with no code"


def test_a_reset_is_told_from_an_end(wscheck: Cli) -> None:
    code, report, _ = _held(wscheck, opening(then=Link.reset), "--hold", "10s")
    assert (code, codes_of(report, "close")) == (1, ["ended-without-close"])
    assert check_of(report, "close")["observed"] == "reset after 0.0 s, no Close frame came"


def test_octets_that_are_no_frame_do_not_end_it(wscheck: Cli) -> None:
    code, report, _ = _held(wscheck, opening(then=_html), "--hold", "300ms")
    assert (code, codes_of(report, "frames")) == (1, ["not-frames"])
    assert check_of(report, "close")["observed"] == "stood for 0.3 s"


def _html(link: Link) -> None:
    link.send(b"<html><body>Welcome</body></html>")
    politely(link)


# -- proxies that cut --------------------------------------------------------------------------------------------------


def relay(port: int, idle_s: float) -> Act:
    """A proxy that knows octets only, and cuts both sides when none came from either for so long."""

    def act(link: Link) -> None:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as upstream:
            pair = {link.sock: upstream, upstream: link.sock}
            while ready := select.select(list(pair), [], [], idle_s)[0]:
                for side in ready:
                    chunk = side.recv(65536)
                    if not chunk:
                        return
                    pair[side].sendall(chunk)

    return act


def _is_cut_after_a_second(report: dict[str, Any]) -> None:
    assert codes_of(report, "close") == ["ended-without-close"]
    observed = check_of(report, "close")["observed"]
    assert re.fullmatch(r"(?:cut off|reset) after 1\.[0-4] s, no Close frame came", observed), observed
    tunnel = report["exchanges"][0]["tunnel"]
    assert (tunnel["close"], tunnel["ended"]["by"]) == (None, "server")
    assert 0.9 <= tunnel["ended"]["after_s"] < 1.5


def test_a_proxy_that_cuts_idle_connections_is_found_with_the_second(wscheck: Cli) -> None:
    with peer(opening()) as server:
        code, report, _ = _held(wscheck, relay(server.port, 1.0), "--hold", "20s")
    assert code == 1
    _is_cut_after_a_second(report)
    assert "proxy" in check_of(report, "close")["fix"]


def test_pings_keep_a_proxy_from_cutting(wscheck: Cli) -> None:
    """Every 200 ms a Ping: more often than the proxy's idle second."""

    def then(link: Link) -> None:
        for _ in range(6):
            link.send(b"\x89\x00")
            _pong(link)
            select.select([link.sock], [], [], 0.2)
        politely(link)

    with peer(opening(then=then)) as server:
        code, report, _ = _held(wscheck, relay(server.port, 1.0), "--hold", "1500ms")
    assert (code, check_of(report, "close")["observed"]) == (0, "stood for 1.5 s")


def test_haproxy_with_a_tunnel_timeout_of_a_second(wscheck: Cli, tmp_path: Path) -> None:
    haproxy = next(server for server in SERVERS if server.name == "haproxy")
    config = tmp_path / "idle.cfg"
    config.write_text(
        "defaults\n"
        "  mode http\n"
        "  timeout connect 5s\n"
        "  timeout client 30s\n"
        "  timeout server 30s\n"
        "  timeout tunnel 1s\n"
        "frontend front\n"
        "  bind 127.0.0.1:@PORT@ @TLS@\n"
        "  default_backend back\n"
        "backend back\n"
        "  server one 127.0.0.1:@BACKEND@\n"
    )
    idle = dataclasses.replace(haproxy, config=str(config))
    unused = Certificate(*(tmp_path / name for name in Certificate._fields))
    with running(idle, "ws", tmp_path / "haproxy", unused) as up:
        stood = wscheck("probe", "--format", "json", "--hold", "500ms", up.url)
        cut = wscheck("probe", "--format", "json", "--hold", "20s", up.url)
    assert check_of(report_of(stood), "close")["observed"] == "stood for 0.5 s"
    assert cut.code == 1
    _is_cut_after_a_second(report_of(cut))


# -- servers that flood ------------------------------------------------------------------------------------------------

# (what comes once, what comes again and again, whether the server reads what it is sent)
FLOODS = {
    "pings": (b"", b"\x89\x00" * 32768, True),
    "pings, and the Pongs are not read": (b"", (b"\x89\x7d" + b"p" * 125) * 512, False),
    "one endless frame": (b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x89\x00" * 32768, True),
}


def _flooding(once: bytes, again: bytes, reads: bool) -> Act:
    def then(link: Link) -> None:
        link.send(once)
        while True:
            link.send(again)
            if reads and select.select([link.sock], [], [], 0)[0] and not link.sock.recv(1 << 20):
                return

    return opening(then=then)


QUICK = ("--ping-timeout", "300ms", "--close-timeout", "300ms", "--no-replay")


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_takes_no_memory_and_ends(kind: str) -> None:
    with peer(_flooding(*FLOODS[kind])) as server:
        process = start(["probe", *QUICK, "--hold", "1s", "-q", f"ws://127.0.0.1:{server.port}/"])
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        process.stderr.close()
    assert err == b""
    assert process.returncode in (0, 1), out
    import resource  # not on Windows

    # What a process has at its most begins with what its parent had when it was started (Linux, across exec).
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert usage.ru_maxrss < max(parent, 80 * 1024) + 60 * 1024


# -- a close that is demanded ------------------------------------------------------------------------------------------


def _hears_and_ends(link: Link) -> None:
    link.sock.recv(64)  # our Ping: a close with octets unread is a reset


@pytest.mark.parametrize(
    ("act", "flags", "exit_code", "codes", "observed"),
    [
        (_closing(b"\x88\x02\x0f\xa1"), ("4001",), 0, [], "closed by the server after 0.0 s with code 4001"),
        (
            _closing(b"\x88\x02\x03\xf0"),
            ("4001",),
            1,
            ["other-code"],
            "closed by the server after 0.0 s with code 1008 (policy)",
        ),
        (_closing(b"\x88\x00"), ("4001",), 1, ["other-code"], "closed by the server after 0.0 s with no code"),
        (opening(), ("4001", "--hold", "300ms"), 1, ["not-closed"], "stood for 0.3 s"),
        (
            opening(then=_hears_and_ends),
            ("4001",),
            1,
            ["ended-without-close"],
            "cut off after 0.0 s, no Close frame came",
        ),
        (
            _closing(b"\x81\x02hi\x89\x00\x88\x02\x0f\xa1"),
            ("4001",),
            0,
            [],
            "closed by the server after 0.0 s with code 4001",
        ),
    ],
    ids=["right", "wrong", "no code", "never", "cut", "behind other frames"],
)
def test_a_close_that_is_demanded(
    wscheck: Cli, act: Act, flags: tuple[str, ...], exit_code: int, codes: list[str], observed: str
) -> None:
    code, report, _ = _held(wscheck, act, "--expect-close", *flags)
    assert (code, codes_of(report, "close")) == (exit_code, codes)
    assert check_of(report, "close")["observed"] == observed


def test_a_refusal_has_no_close(wscheck: Cli) -> None:
    code, report, _ = _held(wscheck, refusing(), "--expect-close", "1000")
    assert code == 1
    assert check_of(report, "close")["skip_reason"] == "only a 101 has a connection to close"
