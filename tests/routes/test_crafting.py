"""Requests that a user crafts: the very octets and pieces that a raw server gets, and what is then not judged."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import check_of, report_of
from tests.peer import SAMPLE_101, SAMPLE_KEY, Link, closing, peer, politely
from tests.routes.parts import purposes

REST = (
    "Host: 127.0.0.1:PORT\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def _sent(wscheck: Cli, *flags: str, path: str = "/a?b") -> tuple[str, dict[str, Any]]:
    """What a raw server got, its port as PORT, and the report."""

    def act(link: Link) -> None:
        link.head()
        link.sock.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            link.received += link.sock.recv(65536)
        link.send(SAMPLE_101)
        politely(link)

    with peer(act) as server:
        common = ("probe", "--ws-key", SAMPLE_KEY, "-A", "", "--no-replay", "--format", "json")
        report = report_of(wscheck(*common, *flags, f"ws://127.0.0.1:{server.port}{path}"))
    octets = report["exchanges"][-1]["request"]
    got = server.requests[0].decode("latin-1")
    assert got.startswith(octets)  # behind it stand a Ping and a Close
    return octets.replace(str(server.port), "PORT"), report


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--method", "POST"), "POST /a?b HTTP/1.1\r\n" + REST),
        (("--method", "get"), "get /a?b HTTP/1.1\r\n" + REST),
        (("--http-version", "1.0"), "GET /a?b HTTP/1.0\r\n" + REST),
        (("--http-version", "HTTQ/9"), "GET /a?b HTTQ/9\r\n" + REST),
        (("--http-version", ""), "GET /a?b \r\n" + REST),
        (("--target", "http://other.example/x"), "GET http://other.example/x HTTP/1.1\r\n" + REST),
        (("--target", r"/a b\x00\xff"), "GET /a b\x00\xff HTTP/1.1\r\n" + REST),
        (("--target", "*"), "GET * HTTP/1.1\r\n" + REST),
        (("--body", r"\x81\x00tail"), "GET /a?b HTTP/1.1\r\n" + REST + "\x81\x00tail"),
        (("--raw-field", r"X-A : b\x00"), "GET /a?b HTTP/1.1\r\n" + REST[:-2] + "X-A : b\x00\r\n\r\n"),
    ],
)
def test_the_octets(wscheck: Cli, flags: tuple[str, ...], expected: str) -> None:
    assert _sent(wscheck, *flags)[0] == expected


def test_a_request_from_a_file(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(b"\r\nBREW {target} X\nhost:{host}\nSEC-websocket-KEY:{key}\n{{key}} {other}\r\n\r\n")
    octets, report = _sent(wscheck, "--request-file", str(tmp_path / "r"))
    assert octets == (
        "\r\nBREW /a?b X\nhost:127.0.0.1:PORT\nSEC-websocket-KEY:dGhlIHNhbXBsZSBub25jZQ==\n"
        "{dGhlIHNhbXBsZSBub25jZQ==} {other}\r\n\r\n"
    )
    assert "the request was read from a file and sent as it is" in report["notes"]


def test_a_request_file_that_is_missing(wscheck: Cli) -> None:
    assert "nowhere" in wscheck("probe", "--request-file", "nowhere", "ws://127.0.0.1:1/").usage()


def test_a_dry_run_of_a_request_file_without_a_blank(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(b"BREW\r\n\r\n")
    result = wscheck("probe", "--dry-run", "--request-file", str(tmp_path / "r"), "ws://a.example/")
    assert result.code == 0
    assert result.out.splitlines()[-1] == "# curl cannot send this request"
    assert "> BREW\\r\\n" in result.out.splitlines()


def test_without_a_key_no_accept_is_right_and_that_is_said(wscheck: Cli) -> None:
    _, report = _sent(wscheck, "-H", "Sec-WebSocket-Key:")
    accept = check_of(report, "accept")
    assert accept["status"] == "skip"
    assert "key" in accept["skip_reason"].lower()


@pytest.mark.parametrize(
    ("flags", "note"),
    [
        (("--body", "x"), "octets stand behind the head (--body); a length is added only by -H"),
        (("--method", "A B"), "the method is no token"),
        (("--http-version", "one"), "the version is off the grammar of HTTP"),
        (("--raw-field", "x"), "a line was sent as it is, unchecked (--raw-field)"),
    ],
)
def test_what_departs_from_a_good_request_is_said(wscheck: Cli, flags: tuple[str, ...], note: str) -> None:
    assert note in _sent(wscheck, *flags)[1]["notes"]


# -- pieces ------------------------------------------------------------------------------------------------------------


def _pieces(wscheck: Cli, *flags: str) -> tuple[list[bytes], float]:
    """What each read of a raw server brought, until the head was whole, and the seconds between first and last."""
    found: list[bytes] = []
    times: list[float] = []

    def act(link: Link) -> None:
        while b"\r\n\r\n" not in b"".join(found):
            found.append(link.sock.recv(65536))
            times.append(time.monotonic())
        link.send(SAMPLE_101)
        politely(link)

    with peer(act) as server:
        common = ("probe", "--ws-key", SAMPLE_KEY, "-A", "", "--no-replay")
        assert wscheck(*common, *flags, f"ws://127.0.0.1:{server.port}/").code == 0
    return found, times[-1] - times[0]


def test_pieces_with_a_pause(wscheck: Cli) -> None:
    found, took = _pieces(wscheck, "--cut", "3,16,-2", "--drip", "80ms")
    assert (found[0], found[1], found[-1]) == (b"GET", b" / HTTP/1.1\r\n", b"\r\n")
    assert len(found) == 4
    assert took >= 0.2


def test_octet_by_octet(wscheck: Cli) -> None:
    found, _ = _pieces(wscheck, "--drip", "3ms")
    assert b"".join(found).startswith(b"GET / HTTP/1.1\r\nHost: ")
    assert len(found) > 50


def test_a_server_that_answers_before_all_is_out(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        link.sock.recv(3)
        link.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        link.until_gone()

    with peer(act) as server:
        flags = ("--cut", "3", "--drip", "5s", "--format", "json")
        began = time.monotonic()
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert time.monotonic() - began < 3
    assert report["exchanges"][0]["response"].startswith("HTTP/1.1 400 ")


# -- the control request -----------------------------------------------------------------------------------------------


def test_behind_a_429_no_control_request_is_made(wscheck: Cli) -> None:
    with peer(closing(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")) as server:
        report = report_of(wscheck("probe", "--control", "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (purposes(report), len(server.links)) == (["handshake"], 1)
    assert "no control request was made: the server answered 429 and wants no more" in report["notes"]


def test_a_control_request_that_fails_changes_nothing(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        if b"Upgrade: websocket" in link.head():
            link.send(SAMPLE_101)
            politely(link)

    with peer(act) as server:
        common = ("probe", "--ws-key", SAMPLE_KEY, "--no-replay", "--control", "--subprotocol", "chat", "-H", "X-A: b")
        report = report_of(wscheck(*common, "--format", "json", f"ws://127.0.0.1:{server.port}/x"))
        shown = wscheck(*common, f"ws://127.0.0.1:{server.port}/x")
    assert (report["verdict"], purposes(report)) == ("pass", ["control", "handshake"])
    control = report["exchanges"][0]
    assert control["failure"]["kind"] == "closed"
    assert control["request"].startswith(f"GET /x HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUser-Agent: wscheck/")
    assert control["request"].endswith("\r\nX-A: b\r\n\r\n")
    for name in ("Upgrade", "Connection", "Sec-WebSocket"):
        assert name not in control["request"]
    assert "control: a plain GET over the same way brings  < no reply" in shown.out


def test_a_control_request_is_shown_beside(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        link.head()
        link.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with peer(act) as server:
        result = wscheck("probe", "--control", f"ws://127.0.0.1:{server.port}/")
    assert result.code == 1
    assert "control: a plain GET over the same way brings  < HTTP/1.1 404 Not Found" in result.out
