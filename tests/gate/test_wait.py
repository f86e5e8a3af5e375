"""`--wait`: start the service, then test it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import codes_of, in_turn, opening, refusing, report_of
from tests.peer import Link, free_port, peer
from tests.process import LONGEST_S, WSCHECK, start


def test_a_server_two_seconds_late_passes() -> None:
    port = free_port()
    servers: list[subprocess.Popen[bytes]] = []
    timer = threading.Timer(2.0, lambda: servers.append(start(["lab", "--listen", f"127.0.0.1:{port}"])))
    began = time.monotonic()
    timer.start()
    try:
        flags = ["--wait", "25s", "--wait-interval", "100ms", "--format", "json"]
        out, err = start(["probe", *flags, f"ws://127.0.0.1:{port}/"]).communicate(timeout=LONGEST_S)
        took = time.monotonic() - began
    finally:
        timer.cancel()
        timer.join()
        for server in servers:
            server.terminate()
            server.communicate(timeout=LONGEST_S)
    report = json.loads(out)
    assert (report["verdict"], report["exit_code"], err) == ("pass", 0, b"")
    assert took >= 2.0
    assert 1.0 <= report["waited"]["seconds"] <= took  # less than two: the process itself has to start
    assert report["waited"]["limit_s"] == 25
    assert report["waited"]["attempts"] >= 5


def test_without_a_server_it_ends_in_time(wscheck: Cli) -> None:
    began = time.monotonic()
    url = f"ws://127.0.0.1:{free_port()}/"
    result = wscheck("probe", "--wait", "1s", "--wait-interval", "200ms", "--format", "json", url)
    took = time.monotonic() - began
    report = report_of(result)
    assert (result.code, report["verdict"]) == (3, "unreachable")
    assert 1.0 <= took < 4.0
    assert 1.0 <= report["waited"]["seconds"] <= took
    assert 2 <= report["waited"]["attempts"] <= 6


def test_a_server_that_says_nothing_does_not_outlast_the_waiting(wscheck: Cli) -> None:
    began = time.monotonic()
    with peer(Link.until_gone) as server:
        result = wscheck("probe", "--wait", "600ms", f"ws://127.0.0.1:{server.port}/")
    assert result.code == 3
    assert time.monotonic() - began < 4.0
    assert "note  " in result.out
    assert "none passed; this is the last one" in " ".join(result.out.split())


def test_a_refusal_is_waited_for_too(wscheck: Cli) -> None:
    with peer(in_turn(refusing(), refusing(b"404 Not Found"), opening())) as server:
        flags = ("--wait", "20s", "--wait-interval", "10ms", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["waited"]["attempts"]) == ("pass", 3)
    keys = {line for request in server.requests for line in request.split(b"\r\n") if b"-Key:" in line}
    assert len(keys) == 4  # a fresh key each time, and one for the second handshake of the probe that passes


def test_the_last_attempt_decides(wscheck: Cli) -> None:
    with peer(refusing(b"404 Not Found")) as server:
        flags = ("--wait", "300ms", "--wait-interval", "50ms", "--format", "json")
        result = wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert (result.code, codes_of(report, "status")) == (1, ["not-101", "upgrade-ignored"])
    assert report["waited"]["attempts"] == len(server.links)
    assert report["exchanges"][0]["response"].startswith("HTTP/1.1 404 ")


def test_waiting_for_a_door_to_shut(wscheck: Cli) -> None:
    with peer(in_turn(opening(), refusing(b"401 Unauthorized"))) as server:
        flags = ("--wait", "20s", "--wait-interval", "10ms", "--expect", "401", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["waited"]["attempts"]) == ("pass", 2)


def test_a_first_attempt_that_passes_waits_for_nothing(wscheck: Cli) -> None:
    result = wscheck("probe", "--wait", "60s", "lab:")
    assert result.code == 0
    assert "passed at attempt 1, after 0." in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("lab:no-such-fault",),
        ("ws://[::1/",),
        ("--wait-interval", "soon", "lab:"),
        ("--count", "3", "lab:"),
        ("--expect", "401", "--hold", "1s", "lab:"),
        ("--expect-subprotocol", "mqtt", "lab:"),
        ("--only", "nothing", "lab:"),
    ],
)
def test_where_waiting_cannot_help_it_ends_at_once(wscheck: Cli, arguments: tuple[str, ...]) -> None:
    began = time.monotonic()
    wscheck("probe", "--wait", "60s", *arguments).usage()
    assert time.monotonic() - began < 5.0


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_live_line_on_a_terminal_and_nowhere_else() -> None:
    main, side = os.openpty()
    url = f"ws://127.0.0.1:{free_port()}/"
    try:
        command = [*WSCHECK, "probe", "--wait", "400ms", "--wait-interval", "100ms", "-q", url]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=side, timeout=LONGEST_S, check=False)
        told = os.read(main, 65536).decode()
    finally:
        os.close(main)
        os.close(side)
    assert ended.returncode == 3
    lines = told.split("\r\x1b[K")
    assert lines[1].startswith("waiting, attempt 1: unreachable, ")
    assert lines[2].startswith("waiting, attempt 2: unreachable, ")
    assert lines[-1] == ""  # the line is gone when the report comes
    assert max(map(len, lines)) <= 78
    assert b"waiting" not in ended.stdout
