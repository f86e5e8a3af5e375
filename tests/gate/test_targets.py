"""`--targets FILE`: several targets with options of their own; mistakes are told with file, line and key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening
from tests.peer import free_port, peer


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the file of targets is."""
    return tmp_path / "targets.toml"


def run(wscheck: Cli, place: Path, text: str, *flags: str) -> list[dict[str, Any]]:
    """The reports on the targets of this text."""
    place.write_text(text)
    result = wscheck("probe", "--targets", str(place), "--format", "ndjson", *flags)
    assert result.stderr == b""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_targets_with_names_and_options(wscheck: Cli, place: Path) -> None:
    text = """
[defaults]
subprotocol = ["mqtt", "chat"]

[[target]]
name = "front door"
url = "lab:"
expect-no-subprotocol = true

[[target]]
url = "lab:status-404"
expect = 404
subprotocol = []
"""
    first, second = run(wscheck, place, text)
    assert (first["name"], first["verdict"], second["name"], second["verdict"]) == ("front door", "fail", None, "pass")
    assert "\r\nSec-WebSocket-Protocol: mqtt, chat\r\n" in first["exchanges"][0]["request"]
    assert "Sec-WebSocket-Protocol" not in second["exchanges"][0]["request"]


def test_a_target_wins_over_the_defaults_and_these_over_the_command_line(wscheck: Cli, place: Path) -> None:
    text = """
[defaults]
origin = "https://default.example"
expect-no-subprotocol = false

[[target]]
url = "lab:"

[[target]]
url = "lab:"
origin = "https://own.example"
"""
    flags = ("--origin", "https://line.example", "-A", "agent of the line", "--expect-no-subprotocol", "lab:")
    line, default, own = run(wscheck, place, text, *flags)
    requests = [report["exchanges"][0]["request"] for report in (line, default, own)]
    for request, name in zip(requests, ("line", "default", "own"), strict=True):
        assert f"\r\nOrigin: https://{name}.example\r\n" in request
        assert "\r\nUser-Agent: agent of the line\r\n" in request
    skipped = [check["status"] for report in (line, default, own) for check in report["checks"][-1:]]
    assert skipped == ["pass", "skip", "skip"]  # the switch is off again by the file


def test_waiting_and_repeating_are_each_targets_own(wscheck: Cli, place: Path) -> None:
    text = f"""
[[target]]
url = "lab:"
count = 3
interval = "10ms"

[[target]]
url = "ws://127.0.0.1:{free_port()}/"
wait = "400ms"
wait-interval = "100ms"

[[target]]
url = "lab:"
hold = 0.2
"""
    counted, waited, held = run(wscheck, place, text)
    assert (counted["repeats"]["count"], counted["waited"]) == (3, None)
    assert waited["waited"]["limit_s"] == 0.4
    assert 3 <= waited["waited"]["attempts"] <= 6  # its own interval, not the 500 ms of the default
    assert (held["repeats"], held["exchanges"][0]["tunnel"]["held_s"]) == (None, 0.2)


def test_names_in_every_format(wscheck: Cli, place: Path, tmp_path: Path) -> None:
    place.write_text('[[target]]\nname = "front door"\nurl = "lab:"\n')
    files = [
        word for name in ("junit", "tap", "markdown", "github") for word in ("--report", f"{name}={tmp_path / name}")
    ]
    result = wscheck("probe", "--targets", str(place), *files)
    assert result.out.startswith("front door  lab:")
    suite = ElementTree.parse(tmp_path / "junit").getroot()[0]
    assert (suite.attrib["name"], suite[0].attrib["classname"]) == ("front door", "wscheck.front door")
    assert "\nok 1 - front door status\n" in (tmp_path / "tap").read_text()
    assert (tmp_path / "markdown").read_text("utf-8").startswith("### PASS: `front door`\n")
    assert (tmp_path / "github").read_text().startswith("::notice title=wscheck%3A front door::PASS")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[target]]\nurl = "lab:"\norgin = "a"\n', 3, "orgin: unknown key 'orgin': did you mean 'origin'?"),
        (
            '[defaults]\nmax-tme = "1s"\n[[target]]\nurl = "lab:"\n',
            2,
            "max-tme: unknown key 'max-tme': did you mean 'max-time'?",
        ),
        (
            '[[target]]\nurl = "lab:"\n\n[[target]]\n"url" = "lab:"\nnmae = "x"\n',
            6,
            "nmae: unknown key 'nmae': did you mean 'name'?",
        ),
        (
            '[[target]]\nurl = "lab:"\nformat = "json"\n',
            3,
            "format: belongs to the whole run: give --format on the command line",
        ),
        ('[[target]]\nurl = "lab:"\ntimes = 3\n', 3, "times: unknown key 'times'"),
        ('[defaults]\nname = "a"\n[[target]]\nurl = "lab:"\n', 2, "name: unknown key 'name'"),
        ('[[target]]\nurl = "lab:"\n[targets]\n', 3, "targets: unknown table 'targets': did you mean 'target'?"),
        ('[[target]]\nurl = "lab:"\nmax-time = "soon"\n', 3, "max-time: 'soon' is no duration: write 500ms, 2s or 1m"),
        ('[defaults]\nmax-time = "soon"\n[[target]]\nurl = "lab:"\n', 2, "max-time: 'soon' is no duration"),
        ('[[target]]\nurl = "lab:"\nmax-time = ["1s"]\n', 3, "max-time: takes one value, not a list"),
        ('[[target]]\nurl = "lab:"\nmax-time = true\n', 3, "max-time: takes a text or a number"),
        ('[[target]]\nurl = "lab:"\nmax-time = 2026-01-01\n', 3, "max-time: takes a text or a number"),
        ('[[target]]\nurl = "lab:"\ninsecure = "yes"\n', 3, "insecure: takes true or false"),
        ('[[target]]\nurl = "lab:"\nheader = [1, true]\n', 3, "header: takes a text or a number"),
        ('[[target]]\nurl = "lab:"\nexpect = "4xx"\n', 3, "expect: '4xx' is no number"),
        ('[[target]]\nurl = "lab:"\nfail-on = "info"\n', 3, "fail-on: 'info' is not one of"),
        ('[[target]]\nurl = "lab:"\nname = 3\n', 3, "name: a name is a text"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(wscheck: Cli, place: Path, text: str, line: int, said: str) -> None:
    place.write_text(text)
    assert wscheck("probe", "--targets", str(place)).usage().startswith(f"{place}:{line}: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[[target]\n", "not TOML: "),
        (b'[[target]]\nurl = "lab:"\nurl = "lab:"\n', "not TOML: "),
        (b'[[target]]\nurl = "\xff"\n', "the file is not UTF-8"),
        (b"", "no target: write [[target]] with a url for each"),
        (b'[defaults]\norigin = "a"\n', "no target"),
        (b'[target]\nurl = "lab:"\n', "no target"),
        (b"target = [1]\n", "target 1 has no url"),
        (b'[[target]]\nurl = "lab:"\n[[target]]\nname = "b"\n', "target 2 has no url"),
        (b"[[target]]\nurl = 3\n", "target 1 has no url"),
        (b'[[target]]\nurl = "lab:"\ncount = 2\nwait = "1s"\n', "--wait and --count contradict each other"),
        (b'[[target]]\nurl = "lab:no-such-fault"\n', "unknown fault 'no-such-fault'"),
        (b'[[target]]\nurl = "lab:"\nexpect = 401\nhold = 1\n', "--expect 401 and --hold contradict each other"),
    ],
)
def test_a_file_that_cannot_be(wscheck: Cli, place: Path, text: bytes, said: str) -> None:
    place.write_bytes(text)
    assert said in wscheck("probe", "--targets", str(place)).usage()


def test_a_syntax_error_names_its_line(wscheck: Cli, place: Path) -> None:
    place.write_text('[[target]]\nurl = "lab:\n')
    sentence = wscheck("probe", "--targets", str(place)).usage()
    assert sentence.startswith(f"{place}: not TOML: ")
    assert "line 2" in sentence


def test_check_sends_nothing(wscheck: Cli, place: Path) -> None:
    with peer(opening()) as server:
        place.write_text(f'[[target]]\nurl = "ws://127.0.0.1:{server.port}/"\n' * 2)
        result = wscheck("probe", "--targets", str(place), "--check")
        assert server.links == []
    assert (result.code, result.out, result.err) == (0, "2 targets, nothing wrong with them\n", "")


def test_check_finds_what_is_wrong(wscheck: Cli, place: Path) -> None:
    place.write_text('[[target]]\nurl = "lab:"\nexpect-subprotocol = "mqtt"\n')
    assert "'mqtt' is expected but not offered" in wscheck("probe", "--targets", str(place), "--check").usage()


def test_one_mistake_and_no_target_is_tried(wscheck: Cli, place: Path) -> None:
    with peer(opening()) as server:
        place.write_text(f'[[target]]\nurl = "ws://127.0.0.1:{server.port}/"\n[[target]]\nurl = "lab:zzz"\n')
        wscheck("probe", "--targets", str(place)).usage()
        assert server.links == []


def test_quiet_prints_only_what_is_no_pass(wscheck: Cli, place: Path) -> None:
    place.write_text('[[target]]\nurl = "lab:"\n[[target]]\nurl = "lab:accept-missing"\n')
    result = wscheck("probe", "--targets", str(place), "-q")
    assert result.code == 1
    line, why = result.out.splitlines()
    assert line.startswith("FAIL  1 of 15 checks failed")
    assert why == "  accept: the 101 has no Sec-WebSocket-Accept"
    assert wscheck("probe", "-q", "lab:").stdout == b""
