"""What is printed: machine formats against their shipped schemas over every fault, order, files, width, colour."""

from __future__ import annotations

import functools
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.lab.test_matrix import FAULTS
from tests.peer import SAMPLE_101, closing, peer, politely, talking

LAB_URLS = tuple(f"lab:{fault.id}" for fault in FAULTS)
SHORT = ("--head-timeout", "500ms", "--no-diagnose")


def validator(wscheck: Cli, name: str) -> jsonschema.Draft202012Validator:
    """A validator for a shipped schema."""
    return _validator(wscheck("schema", name).out)


@functools.cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema))


def test_json_over_every_fault(wscheck: Cli) -> None:
    result = wscheck("probe", *SHORT, "--format", "json", "lab:", *LAB_URLS)
    scan: dict[str, Any] = json.loads(result.stdout)
    assert (result.code, result.err) == (1, "")
    assert (scan["schema"], scan["exit_code"]) == ("wscheck/scan/1", 1)
    validator(wscheck, "scan").validate(scan)
    one = validator(wscheck, "report")
    for report in scan["reports"]:
        one.validate(report)
    assert [report["target"]["url"] for report in scan["reports"]] == ["lab:", *LAB_URLS]
    assert result.stdout.isascii()


def test_ndjson_over_every_fault(wscheck: Cli) -> None:
    result = wscheck("probe", *SHORT, "--format", "ndjson", "lab:", *LAB_URLS)
    lines = result.stdout.splitlines()
    one = validator(wscheck, "report")
    for line in lines:
        one.validate(json.loads(line))
    assert [json.loads(line)["target"]["url"] for line in lines] == ["lab:", *LAB_URLS]
    assert result.stdout.isascii()


def test_one_target_is_a_report_and_no_scan(wscheck: Cli) -> None:
    report = json.loads(wscheck("probe", "--format", "json", "lab:").stdout)
    assert report["schema"] == "wscheck/report/1"


@pytest.mark.parametrize("flags", [(), ("-vv",)])
def test_text_over_every_fault_is_at_most_80_columns(wscheck: Cli, flags: tuple[str, ...]) -> None:
    result = wscheck("probe", *SHORT, *flags, "lab:", *LAB_URLS)
    assert result.err == ""
    # Under -v the octets of the wire stand in lines as long as they came, for copying.
    lines = [line for line in result.out.splitlines() if not (flags and line[:2] in ("> ", "< ", "* "))]
    wide = [line for line in lines if len(line) > 80]
    assert wide == []
    assert "\x1b" not in result.out
    assert [line for line in lines if line != line.rstrip()] == []


def test_reports_stand_in_the_order_given(wscheck: Cli) -> None:
    """The first to be asked for is the last to answer."""
    urls = ("lab:head-stalls", "lab:", "lab:accept-missing", "lab:")
    for format_name in ("text", "ndjson"):
        out = wscheck("probe", *SHORT, "--format", format_name, *urls).out
        places = [out.index(text) for text in ("lab:head-stalls", "lab:accept-missing")]
        assert places == sorted(places)
    lines = wscheck("probe", *SHORT, "--format", "ndjson", *urls).out.splitlines()
    assert [json.loads(line)["target"]["url"] for line in lines] == list(urls)


def test_only_and_skip(wscheck: Cli) -> None:
    def statuses(*arguments: str) -> dict[str, str]:
        report = json.loads(wscheck("probe", "--format", "json", *arguments, "lab:accept-missing").stdout)
        return {check["id"]: check["skip_reason"] or check["status"] for check in report["checks"]}

    only = statuses("--only", "status, accept", "--only", "upgrade")
    assert {name for name, status in only.items() if status != "not selected"} == {"status", "accept", "upgrade"}
    assert only["accept"] == "fail"
    skipped = statuses("--skip", "accept")
    assert {name for name, status in skipped.items() if status == "not selected"} == {"accept"}


def test_quiet(wscheck: Cli) -> None:
    assert wscheck("probe", "-q", "lab:").stdout == b""
    result = wscheck("probe", "-q", "--no-diagnose", "lab:", "lab:accept-missing", "lab:close")
    assert result.out.splitlines() == [
        "FAIL  1 of 15 checks failed, 12 passed, 2 skipped  lab:accept-missing",
        "  accept: the 101 has no Sec-WebSocket-Accept",
        "UNREACHABLE  could not be judged: no reply came  lab:close",
        "  read: closed: the peer closed the connection without an octet of a reply",
    ]


def test_verbose_shows_the_heads(wscheck: Cli) -> None:
    with peer(closing(b"HTTP/1.1 404 Not Found\r\nX-A:\t1\r\n\r\nline one\r\nline two")) as server:
        result = wscheck("probe", "-v", "-A", "tester", f"ws://127.0.0.1:{server.port}/x")
        louder = wscheck("probe", "-vv", "-A", "tester", f"ws://127.0.0.1:{server.port}/x")
        port = server.port
    lines = result.out.splitlines()
    start = lines.index("> GET /x HTTP/1.1")
    assert lines[start + 1 : start + 5] == [
        f"> Host: 127.0.0.1:{port}",
        "> User-Agent: tester",
        "> Upgrade: websocket",
        "> Connection: Upgrade",
    ]
    start = lines.index("< HTTP/1.1 404 Not Found")
    assert lines[start + 1 : start + 3] == [r"< X-A:\t1", "<"]
    assert r"< X-A:\t1\r\n" in louder.out.splitlines()
    assert r"< line one\r\n" in louder.out.splitlines()
    assert "< line two" in louder.out.splitlines()


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_report_in_a_file(wscheck: Cli, tmp_path: Path) -> None:
    place = tmp_path / "report.txt"
    result = wscheck("probe", "-o", str(place), "lab:accept-missing")
    assert (result.code, result.stdout, result.stderr) == (1, b"", b"")
    assert "✗ FAIL  accept" in place.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_a_file_is_replaced_whole(wscheck: Cli, tmp_path: Path) -> None:
    """The old file stays until the new one is whole."""
    place = tmp_path / "report.json"
    place.write_text("old\n")
    seen: list[str] = []

    def act(link: Any) -> None:
        link.head()
        seen.append(place.read_text())
        link.send(SAMPLE_101)
        politely(link)

    with peer(act) as server:
        wscheck("probe", "-o", str(place), "--format", "json", f"ws://127.0.0.1:{server.port}/")
    assert seen == ["old\n", "old\n"]  # at both handshakes
    assert json.loads(place.read_text())["schema"] == "wscheck/report/1"


@pytest.mark.skipif(sys.platform == "win32", reason="mode bits, links and pipes of POSIX")
def test_the_file_has_the_mode_of_a_new_file_or_of_the_old_one(wscheck: Cli, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        wscheck("probe", "-o", str(tmp_path / "new"), "lab:")
        (tmp_path / "old").write_text("")
        (tmp_path / "old").chmod(0o664)
        wscheck("probe", "-o", str(tmp_path / "old"), "lab:")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o664


@pytest.mark.skipif(sys.platform == "win32", reason="mode bits, links and pipes of POSIX")
def test_a_link_stays_a_link(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old\n")
    (tmp_path / "link").symlink_to("real")
    wscheck("probe", "-o", str(tmp_path / "link"), "lab:")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text("utf-8").startswith("lab:")


@pytest.mark.skipif(sys.platform == "win32", reason="mode bits, links and pipes of POSIX")
def test_a_pipe_or_device_is_written_to_and_never_replaced(wscheck: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = wscheck("probe", "-o", str(pipe), "-q", "lab:accept-missing")
        got = os.read(reader, 65536)
    finally:
        os.close(reader)
    assert (result.code, result.stdout) == (1, b"")
    assert got.startswith(b"FAIL  1 of ")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_dash_is_standard_output(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert wscheck("probe", "-o", "-", "lab:").out.startswith("lab:")
    assert list(tmp_path.iterdir()) == []


# -- colour and symbols ------------------------------------------------------------------------------------------------


def test_no_colour_when_piped(wscheck: Cli) -> None:
    assert b"\x1b[" not in wscheck("probe", "lab:").stdout
    assert b"\x1b[" not in wscheck("probe", "--color", "never", "lab:").stdout
    assert b"\x1b[" in wscheck("probe", "--color", "always", "lab:").stdout


def test_colour_on_a_terminal_unless_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    from wscheck.cli.output import make_view

    class Terminal:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    def color(**flags: Any) -> bool:
        settings: dict[str, Any] = {"verbose": 0, "quiet": False, "color": "auto", "output": None, **flags}
        return make_view(**settings).color

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert color()
    assert color(output="-")
    assert not color(output="report.txt")
    assert not color(color="never")
    monkeypatch.setenv("TERM", "dumb")
    assert not color()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not color()
    assert color(color="always")


def test_colour_only_helps(wscheck: Cli) -> None:
    """Without its escape sequences the coloured report is the plain one."""
    import re

    def shown(*flags: str) -> str:
        out = wscheck("judge", "-", *flags, stdin=SAMPLE_101.replace(b": Upgrade", b": close")).out
        return re.sub(r"\x1b\[[0-9;]*m", "", out)

    assert shown("--color", "always") == shown("--color", "never")


def test_ascii_where_the_encoding_has_no_symbols(wscheck: Cli) -> None:
    reply = SAMPLE_101.replace(b"Connection: Upgrade", b"Connection: close")
    result = wscheck("judge", "-", stdin=reply, encoding="ascii")
    assert result.stdout.isascii()
    lines = result.out.splitlines()
    assert "  + pass  upgrade       < websocket" in lines
    assert "  x FAIL  connection    < close" in lines
    assert "  - skip  refusal       not a refusal" in lines


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-16-le"])
@pytest.mark.parametrize("arguments", [("explain", "accept"), ("probe", "lab:accept-missing"), ("accept", "--new")])
def test_every_encoding_will_do(wscheck: Cli, encoding: str, arguments: tuple[str, ...]) -> None:
    result = wscheck(*arguments, encoding=encoding)
    assert result.code in (0, 1)
    assert result.err == ""
    assert result.stdout


@pytest.mark.parametrize("flag", ["-i", "--compressed", "--http1.1"])
def test_flags_of_curl_that_change_nothing(wscheck: Cli, flag: str) -> None:
    with peer(talking(SAMPLE_101)) as server:
        assert wscheck("probe", flag, "-X", "GET", f"ws://127.0.0.1:{server.port}/").code == 1
    assert server.requests[0].startswith(b"GET / HTTP/1.1\r\n")
