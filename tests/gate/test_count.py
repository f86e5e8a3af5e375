"""`--count`: several handshakes, their spread, and the worst verdict."""

from __future__ import annotations

import re
import time

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import in_turn, opening, refusing, report_of
from tests.peer import Act, peer


def keys(requests: list[bytes]) -> list[bytes]:
    """The key of each request."""
    found = [re.search(rb"\r\nSec-WebSocket-Key: ([^\r]+)\r\n", request) for request in requests]
    return [match[1] for match in found if match]


def test_as_many_handshakes_with_as_many_keys(wscheck: Cli) -> None:
    with peer(opening()) as server:
        report = report_of(wscheck("probe", "--count", "7", "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert len(set(keys(server.requests))) == len(server.links) == 7
    repeats = report["repeats"]
    assert (repeats["count"], repeats["failed"], repeats["verdicts"]) == (7, 0, ["pass"] * 7)
    assert set(repeats["phases_ms"]) == {"tcp", "handshake", "ping", "close", "total"}
    for spread in repeats["phases_ms"].values():
        assert 0 < spread["min"] <= spread["median"] <= spread["p95"] <= spread["max"]
    shown = repeats["handshakes_ms"]
    assert repeats["phases_ms"]["handshake"]["min"] == min(shown)
    assert repeats["phases_ms"]["handshake"]["max"] == max(shown)


def test_failures_are_counted_and_the_worst_is_shown(wscheck: Cli) -> None:
    with peer(in_turn(opening(), refusing(), refusing(b"404 Not Found"), opening())) as server:
        result = wscheck("probe", "--count", "4", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert (result.code, report["verdict"]) == (1, "fail")
    assert (report["repeats"]["failed"], report["repeats"]["verdicts"]) == (2, ["pass", "fail", "fail", "pass"])
    assert report["exchanges"][0]["response"].startswith("HTTP/1.1 503 ")  # the first of the worst


@pytest.mark.parametrize(
    ("acts", "verdict", "code"),
    [
        ((opening(), lambda link: None), "unreachable", 3),
        ((lambda link: None, refusing()), "fail", 1),
        ((opening(), opening()), "pass", 0),
    ],
)
def test_the_worst_verdict(wscheck: Cli, acts: tuple[Act, ...], verdict: str, code: int) -> None:
    with peer(in_turn(*acts)) as server:
        result = wscheck("probe", "--count", "2", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert (result.code, report["verdict"]) == (code, verdict)
    assert None in report["repeats"]["handshakes_ms"] or verdict != "unreachable"


def test_a_table_and_a_plot(wscheck: Cli) -> None:
    with peer(in_turn(opening(), refusing(), opening())) as server:
        out = wscheck("probe", "--count", "3", f"ws://127.0.0.1:{server.port}/").out
    assert "  3 probes, 1 failed; shown above is the first of the worst\n" in out
    assert re.search(r"^    ms +min +median +p95 +max$", out, re.MULTILINE)
    assert re.search(r"^    handshake +\d+\.\d +\d+\.\d +\d+\.\d +\d+\.\d$", out, re.MULTILINE)
    assert re.search("^    plot       [▁▂▃▄▅▆▇█]{3}$", out, re.MULTILINE)


def test_an_interval_lies_between(wscheck: Cli) -> None:
    began = time.monotonic()
    with peer(opening()) as server:
        wscheck("probe", "--count", "3", "--interval", "150ms", "-q", f"ws://127.0.0.1:{server.port}/")
    assert 0.3 <= time.monotonic() - began < 5.0
    assert len(server.links) == 3
