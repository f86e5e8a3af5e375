"""`--no-frames`, `--no-replay`, `--skip`, `--only` and the limits: what a peer gets to see, and what the JSON says."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import check_of, codes_of, in_turn, opening, refusing, report_of
from tests.peer import Act, Link, behind, client_frames, peer

PING, CLOSE = 0x89, 0x88


def _seen(wscheck: Cli, *flags: str, act: Act | None = None) -> tuple[int, dict[str, Any], list[list[int]]]:
    """Exit code, report, and of each connection the first octets of the frames that came on it."""
    with peer(act or opening()) as server:
        result = wscheck("probe", "--no-diagnose", "--format", "json", *flags, f"ws://127.0.0.1:{server.port}/")
    frames = [[first for first, _ in client_frames(behind(request))] for request in server.requests]
    return result.code, report_of(result), frames


def _deaf(link: Link) -> None:
    link.until_gone()


@pytest.mark.parametrize(
    ("flags", "frames"),
    [
        ((), [[PING, CLOSE], [CLOSE]]),
        (("--no-frames",), [[CLOSE], [CLOSE]]),
        (("--no-replay",), [[PING, CLOSE]]),
        (("--no-frames", "--no-replay"), [[CLOSE]]),
        (("--skip", "replay"), [[PING, CLOSE]]),
        (("--skip", "frames"), [[CLOSE], [CLOSE]]),
        (("--skip", "close"), [[PING, CLOSE], [CLOSE]]),
        (("--skip", "frames,replay"), [[CLOSE]]),
        (("--only", "status"), [[CLOSE]]),
        (("--only", "accept"), [[CLOSE]]),
        (("--only", "frames"), [[PING, CLOSE]]),
        (("--only", "close"), [[CLOSE]]),
        (("--only", "replay"), [[CLOSE], [CLOSE]]),
        (("--only", "status,replay"), [[CLOSE], [CLOSE]]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_a_server_gets_to_see(wscheck: Cli, flags: tuple[str, ...], frames: list[list[int]]) -> None:
    code, _, seen = _seen(wscheck, *flags)
    assert (code, seen) == (0, frames)


def test_the_checks_that_have_nothing_to_judge_say_so(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck, "--no-frames", "--no-replay")
    assert check_of(report, "frames")["skip_reason"] == "no frame was sent, and none came"
    assert check_of(report, "replay")["skip_reason"] == "no second handshake was made"
    assert check_of(report, "close")["skip_reason"] == "the answer to our Close was not waited for"


def test_a_selection_says_it_was_one(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck, "--skip", "replay,frames")
    assert check_of(report, "replay")["skip_reason"] == "not selected"
    assert check_of(report, "frames")["skip_reason"] == "not selected"


def test_the_second_handshake_differs_in_its_key_alone(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck, "-H", "X-A: 1", "--subprotocol", "chat")
    first, second = (made["request"] for made in report["exchanges"])
    assert first != second
    masked = [re.sub(r"Sec-WebSocket-Key: [^\r]+", "Sec-WebSocket-Key: ", request) for request in (first, second)]
    assert masked[0] == masked[1]
    assert [made["purpose"] for made in report["exchanges"]] == ["handshake", "replay"]


def test_the_users_own_key_is_sent_first_and_another_one_then(wscheck: Cli) -> None:
    code, report, _ = _seen(wscheck, "--ws-key", "dGhlIHNhbXBsZSBub25jZQ==")
    first, second = (made["request"] for made in report["exchanges"])
    assert code == 0
    assert "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" in first
    assert "dGhlIHNhbXBsZSBub25jZQ==" not in second


@pytest.mark.parametrize(
    "flags",
    [
        ("-H", "Sec-WebSocket-Key:"),
        ("--method", "POST"),
        ("--http-version", "1.0"),
        ("-H", "Sec-WebSocket-Version: 12"),
        ("-H", "Upgrade: h2c"),
    ],
)
def test_a_handshake_that_is_none_is_made_once(wscheck: Cli, flags: tuple[str, ...]) -> None:
    def act(link: Link) -> None:
        link.head()
        link.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
        )

    _, report, seen = _seen(wscheck, *flags, act=act)
    assert len(seen) == 1
    assert check_of(report, "replay")["skip_reason"] == "no second handshake was made"


def test_a_refusal_is_made_once(wscheck: Cli) -> None:
    code, report, seen = _seen(wscheck, act=refusing())
    assert (code, len(seen)) == (1, 1)
    assert check_of(report, "replay")["skip_reason"] == "only a 101 has an Accept to repeat"
    assert check_of(report, "frames")["skip_reason"] == "only a 101 is followed by frames"


def test_a_server_that_takes_one_connection_only(wscheck: Cli) -> None:
    code, report, _ = _seen(wscheck, act=in_turn(opening(), refusing()))
    assert (code, report["verdict"], codes_of(report, "replay")) == (0, "pass", ["second-refused"])
    assert report["timings_ms"]["ping"] is not None  # the timings are those of the first one, which was accepted


@pytest.mark.parametrize("count", [1, 3])
def test_each_of_several_probes_is_one_connection(wscheck: Cli, count: int) -> None:
    """They are handshakes side by side already, each with a key of its own."""
    with peer(opening()) as server:
        report = report_of(
            wscheck("probe", "--count", str(count), "--format", "json", f"ws://127.0.0.1:{server.port}/")
        )
    assert (len(server.links), report["verdict"]) == (count, "pass")
    assert {made["purpose"] for made in report["exchanges"]} == {"handshake"}


def test_a_deaf_server_takes_as_long_as_it_is_given(wscheck: Cli) -> None:
    began = time.monotonic()
    flags = ("--ping-timeout", "200ms", "--close-timeout", "200ms", "--no-replay")
    code, report, seen = _seen(wscheck, *flags, act=opening(then=_deaf))
    assert 0.4 <= time.monotonic() - began < 3.5
    assert (code, seen) == (1, [[PING, CLOSE]])
    assert [problem["message"] for problem in check_of(report, "frames")["problems"]] == [
        "a Ping was sent, and nothing came within 0.2 s"
    ]
    assert codes_of(report, "close") == ["unanswered"]


@pytest.mark.parametrize("flag", ["--ping-timeout", "--close-timeout"])
def test_a_limit_that_is_no_duration(wscheck: Cli, flag: str) -> None:
    assert "'soon' is no duration: write 500ms, 2s or 1m" in wscheck("probe", flag, "soon", "lab:").usage()
    assert "'0' cannot be: a duration is more than 0, at most 24h" in wscheck("probe", flag, "0", "lab:").usage()


def test_an_expectation_wants_its_check(wscheck: Cli) -> None:
    assert "--only or --skip leaves close out" in wscheck("probe", "--skip", "close", "--hold", "1s", "lab:").usage()


# -- the JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flags",
    [
        ("lab:",),
        ("--no-frames", "lab:"),
        ("--no-replay", "lab:"),
        ("lab:frames-echo",),
        ("lab:frames-html",),
        ("lab:frames-rsv",),
        ("lab:close-at-once",),
        ("lab:close-cut",),
        ("lab:close-one-octet",),
        ("lab:replay-cache",),
        ("lab:replay-lost",),
        ("lab:replay-refused",),
        ("--hold", "200ms", "lab:"),
    ],
    ids=" ".join,
)
def test_the_json_holds_against_its_schema(wscheck: Cli, flags: tuple[str, ...]) -> None:
    schema = json.loads(wscheck("schema", "report").out)
    result = wscheck("probe", "--format", "json", "--ping-timeout", "300ms", "--close-timeout", "300ms", *flags)
    jsonschema.Draft202012Validator(schema).validate(json.loads(result.stdout))


def test_timings_of_ping_and_close(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck)
    timings = report["timings_ms"]
    assert 0 < timings["ping"] < 5000
    assert 0 < timings["close"] < 5000
    assert timings["total"] >= timings["ping"] + timings["close"]


def test_without_frames_there_are_no_such_timings(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck, "--no-frames")
    assert (report["timings_ms"]["ping"], report["timings_ms"]["close"]) == (None, None)


def test_the_frames_of_the_tunnel(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck)
    tunnel = report["exchanges"][0]["tunnel"]
    assert [(frame["from"], frame["opcode"]) for frame in tunnel["frames"]] == [
        ("client", 9),
        ("client", 8),
        ("server", 10),
        ("server", 8),
    ]
    assert tunnel["close"] == {"by": "wscheck", "code": 1000, "reason": ""}
    assert (tunnel["held_s"], tunnel["ended"]["by"]) == (None, "wscheck")


def test_what_the_second_tunnel_holds_is_its_goodbye(wscheck: Cli) -> None:
    _, report, _ = _seen(wscheck)
    tunnel = report["exchanges"][1]["tunnel"]
    assert [(frame["from"], frame["opcode"]) for frame in tunnel["frames"]] == [("client", 8)]
