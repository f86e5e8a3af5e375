"""How a run ends: exit codes, signals and closed pipes, most of them in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import right_101
from tests.peer import PATIENCE_S, Link, free_port, peer, politely
from tests.process import LONGEST_S, WSCHECK, run, start
from wscheck.cli.terminating import Terminated


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("lab:",), 0),
        (("lab:folded",), 0),
        (("lab:accept-missing",), 1),
        (("lab:close",), 3),
        (("lab:reset",), 3),
        (("lab:zzz",), 2),
        (("--fail-on", "warning", "lab:"), 0),
        (("--fail-on", "warning", "lab:folded"), 1),
        (("--fail-on", "error", "lab:folded"), 0),
        (("--only", "status", "lab:accept-missing"), 0),
        (("--skip", "accept", "lab:accept-missing"), 0),
        (("--skip", "status,upgrade", "lab:accept-missing"), 1),
        (("lab:", "lab:folded"), 0),
        (("lab:", "lab:close"), 3),
        (("lab:close", "lab:accept-missing", "lab:"), 1),
    ],
)
@pytest.mark.parametrize("format_name", ["text", "json", "ndjson"])
def test_exit_codes(wscheck: Cli, arguments: tuple[str, ...], code: int, format_name: str) -> None:
    result = wscheck("probe", "--format", format_name, *arguments)
    assert result.code == code
    assert (result.stderr == b"") == (code != 2)


def test_refused_is_3(wscheck: Cli) -> None:
    result = wscheck("probe", f"ws://127.0.0.1:{free_port()}/")
    assert (result.code, result.stderr) == (3, b"")
    assert "✗ tcp: refused" in result.out
    assert "UNREACHABLE  could not be judged: no reply came" in result.out


def test_an_error_of_our_own_is_3_and_never_a_pass(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from wscheck.probing import reporting

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(reporting, "read_answer", broken)
    result = wscheck("probe", "lab:")
    assert (result.code, result.stdout) == (3, b"")
    assert result.err.startswith("wscheck: internal error: RuntimeError: broken on purpose")
    assert result.err.count("\n") == 1


# -- signals -----------------------------------------------------------------------------------------------------------

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals to one process")


# Behind the "^C" that a terminal shows, the sentence stands on a line of its own.
INTERRUPTED = b"\nwscheck: interrupted\n"


def interrupted(number: signal.Signals, *arguments: str) -> tuple[int, bytes, bytes]:
    """Exit code and output of a probe that gets the signal while it waits for a reply."""
    with peer(lambda link: waiting(link, process, number)) as server:
        process = start(["probe", *arguments, f"ws://127.0.0.1:{server.port}/"])
        out, err = process.communicate(timeout=LONGEST_S)
    return process.returncode, out, err


def waiting(link: Link, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """The request has come, so the probe is surely waiting: now the signal."""
    link.head()
    process.send_signal(number)
    link.until_gone()


@POSIX
@pytest.mark.parametrize("format_name", ["text", "json"])
def test_interrupted_is_130(format_name: str) -> None:
    assert interrupted(signal.SIGINT, "--format", format_name) == (130, b"", INTERRUPTED)


@POSIX
def test_terminated_is_143() -> None:
    assert interrupted(signal.SIGTERM) == (143, b"", b"")


def test_asyncio_lets_the_termination_through() -> None:
    """Whatever callback the signal lands in: asyncio logs and swallows all but SystemExit and KeyboardInterrupt."""

    def strike() -> None:
        raise Terminated

    async def wait() -> None:
        asyncio.get_running_loop().call_soon(strike)
        await asyncio.wait_for(asyncio.Event().wait(), PATIENCE_S)

    with pytest.raises(Terminated):
        asyncio.run(wait())


@POSIX
def test_interrupted_leaves_no_file(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        assert interrupted(number, "-o", str(report))[0] == code
        assert list(tmp_path.iterdir()) == []


@POSIX
def test_interrupted_leaves_the_file_of_before(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old\n")
    assert interrupted(signal.SIGTERM, "--format", "json", "-o", str(report))[0] == 143
    assert report.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@POSIX
@pytest.mark.parametrize(
    ("flags", "repeats"),
    [(("--count", "1000", "--interval", "20ms"), True), (("--wait", "1h"), False)],
)
def test_interrupted_keeps_the_probes_that_were_made(flags: tuple[str, ...], repeats: bool) -> None:
    gone = threading.Event()

    def act(link: Link) -> None:
        link.head()
        link.send(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        if len(server.links) == 3:
            gone.set()

    with peer(act) as server:
        process = start(["probe", "--format", "json", *flags, f"ws://127.0.0.1:{server.port}/"])
        assert gone.wait(LONGEST_S)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONGEST_S)
    assert (process.returncode, err) == (130, INTERRUPTED)
    report = json.loads(out)
    assert report["verdict"] == "fail"
    assert report["notes"][-1].startswith("it was interrupted behind ")
    assert (report["repeats"] is not None) == repeats


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_holding_is_shown_as_far_as_it_went(number: int, code: int) -> None:
    stands = threading.Event()

    def act(link: Link) -> None:
        link.send(right_101(link.head()))
        stands.set()
        politely(link)

    with peer(act) as server:
        process = start(["probe", "--format", "json", "--hold", "1h", f"ws://127.0.0.1:{server.port}/"])
        assert stands.wait(LONGEST_S)
        time.sleep(0.5)  # it stands for a moment
        process.send_signal(number)
        out, err = process.communicate(timeout=LONGEST_S)
        assert len(server.links) == 1  # no second handshake for whoever had enough
    assert (process.returncode, err) == (code, INTERRUPTED if code == 130 else b"")
    report = json.loads(out)
    close = next(check for check in report["checks"] if check["id"] == "close")
    assert (report["verdict"], close["status"]) == ("pass", "pass")
    assert re.fullmatch(r"stood for 0\.[0-9]+ s", close["observed"])
    assert report["notes"] == ["it was interrupted while the connection was held"]
    assert 0.3 < report["exchanges"][0]["tunnel"]["held_s"] < LONGEST_S


@POSIX
def test_interrupted_keeps_what_was_found() -> None:
    """The first report is out by the time the second target is waited for."""
    with peer(Link.until_gone) as server:
        process = start(["probe", "--format", "ndjson", "lab:", f"ws://127.0.0.1:{server.port}/"])
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=LONGEST_S)
    assert first.startswith(b'{"schema":"wscheck/report/1"')
    assert (process.returncode, rest, err) == (130, b"", INTERRUPTED)


# -- pipes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("probe", "lab:", "--format", "json"), 0),
        (("probe", "lab:accept-missing", "--format", "json"), 1),
        (("probe", "lab:accept-missing", "lab:"), 1),
        (("probe", "lab:close", "--format", "ndjson"), 3),
        (("accept", "dGhlIHNhbXBsZSBub25jZQ=="), 0),
        (("explain", "faults"), 0),
        (("schema", "report"), 0),
    ],
)
def test_a_closed_pipe_ends_quietly_with_the_verdicts_code(arguments: tuple[str, ...], code: int) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(
            [*WSCHECK, *arguments], stdout=write, stderr=subprocess.PIPE, timeout=LONGEST_S, check=False
        )
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr) == (code, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("probe lab: >&-", 0),
        ("probe lab:accept-missing --format json >&-", 1),
        ("probe lab: -q <&-", 0),
        ("accept dGhlIHNhbXBsZSBub25jZQ== >&-", 0),
        ("accept - <&-", 2),
        ("probe 2>&-", 2),
        ("probe lab: >&- 2>&- <&-", 0),
    ],
)
def test_closed_streams(command: str, code: int) -> None:
    line = f'"{sys.executable}" -m wscheck {command}'
    ended = subprocess.run(["/bin/sh", "-c", line], capture_output=True, timeout=LONGEST_S, check=False)
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
    assert b"internal error" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("probe", "lab:"), ("accept", "dGhlIHNhbXBsZSBub25jZQ=="), ("explain",)])
def test_a_full_disk_is_told(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*WSCHECK, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=LONGEST_S, check=False
        )
    assert (ended.returncode, ended.stderr) == (3, b"wscheck: cannot go on: No space left on device\n")


# -- as a module -------------------------------------------------------------------------------------------------------


def test_as_a_module() -> None:
    ended = run(["accept", "dGhlIHNhbXBsZSBub25jZQ=="])
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.splitlines() == [b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]


def test_the_exit_code_of_a_process() -> None:
    ended = run(["probe", "lab:accept-missing", "-q"])
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.startswith(b"FAIL  1 of ")
    assert ended.stdout.splitlines()[0].endswith(b"  lab:accept-missing")


def test_the_patience_of_these_tests_is_bounded() -> None:
    assert LONGEST_S <= 60
    assert PATIENCE_S <= 60


def test_everything_is_written_before_the_process_ends() -> None:
    # The process ends without taking the interpreter apart, so what is still in a buffer would be lost.
    ended = run(["probe", "lab:head-large", "-vv", "--format", "json"])
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["exchanges"][0]["response"].endswith("a" * 9000 + "\r\n\r\n")
    pages = run(["explain", "faults"])
    assert pages.stdout.rstrip().splitlines()[-1].split()[0] == b"close-2500"
