"""`--report FORMAT=FILE`: several files, each whole or not at all; the step summary of GitHub Actions."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening
from tests.peer import peer
from tests.process import run

FULL = pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no /dev/full")


def test_several_files_beside_standard_output(wscheck: Cli, tmp_path: Path) -> None:
    names = ("text", "json", "ndjson", "junit", "github", "tap", "markdown")
    flags = [word for name in names for word in ("--report", f"{name}={tmp_path / name}")]
    result = wscheck("probe", *flags, "lab:accept-missing", "lab:")
    assert (result.code, result.stderr) == (1, b"")
    assert result.out.startswith("lab:accept-missing")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert json.loads((tmp_path / "json").read_text())["exit_code"] == 1
    lines = [json.loads(line) for line in (tmp_path / "ndjson").read_text().splitlines()]
    assert [line["verdict"] for line in lines] == ["fail", "pass"]
    suites = ElementTree.parse(tmp_path / "junit").getroot()
    assert [suite.attrib["failures"] for suite in suites] == ["1", "0"]
    assert (tmp_path / "tap").read_text().startswith("TAP version 14\n1..30\n")
    assert (tmp_path / "markdown").read_text("utf-8").count("| Check | | Observed |") == 2
    assert (tmp_path / "github").read_text().count("\n::notice ") == 1
    assert "\x1b[" not in (tmp_path / "text").read_text("utf-8")
    assert (tmp_path / "text").read_text("utf-8").startswith("lab:accept-missing")


def test_a_name_may_hold_an_equals_sign(wscheck: Cli, tmp_path: Path) -> None:
    wscheck("probe", "--report", f"json={tmp_path / 'a=b.json'}", "-q", "lab:")
    assert [path.name for path in tmp_path.iterdir()] == ["a=b.json"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="mode bits, which root passes over")
def test_a_folder_that_cannot_be_written_to(wscheck: Cli, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with peer(opening()) as server:
        wscheck("probe", "--report", f"json={tmp_path / 'a'}", f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []


def test_one_that_cannot_be_written_leaves_none_of_the_others(wscheck: Cli, tmp_path: Path) -> None:
    with peer(opening()) as server:
        flags = ("--report", f"json={tmp_path / 'a'}", "--report", f"junit={tmp_path / 'no' / 'b'}")
        sentence = wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert sentence.endswith(": No such file or directory")
    assert list(tmp_path.iterdir()) == []


@FULL
@pytest.mark.parametrize("format_name", ["json", "text", "junit", "ndjson"])
def test_a_full_disk_is_one_sentence_and_the_other_files_are_whole(tmp_path: Path, format_name: str) -> None:
    flags = ["--report", f"{format_name}=/dev/full", "--report", f"json={tmp_path / 'a'}", "-q"]
    ended = run(["probe", *flags, "lab:"])
    assert (ended.returncode, ended.stdout) == (3, b"")
    assert ended.stderr == b"wscheck: cannot go on: No space left on device\n"
    assert json.loads((tmp_path / "a").read_text())["verdict"] == "pass"


@FULL
def test_standard_output_on_a_full_disk_leaves_the_files_whole(tmp_path: Path) -> None:
    import subprocess

    from tests.process import LONGEST_S, WSCHECK

    with Path("/dev/full").open("wb") as full:
        command = [*WSCHECK, "probe", "--report", f"json={tmp_path / 'a'}", "lab:"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=LONGEST_S, check=False)
    assert (ended.returncode, ended.stderr) == (3, b"wscheck: cannot go on: No space left on device\n")
    assert json.loads((tmp_path / "a").read_text())["verdict"] == "pass"


# -- the step summary --------------------------------------------------------------------------------------------------


def test_the_step_summary_is_added_to(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    wscheck("probe", "lab:")
    assert summary.read_text() == "before\n"  # only with the format github
    result = wscheck("probe", "--format", "github", "lab:accept-missing", "lab:")
    assert result.code == 1
    text = summary.read_text("utf-8")
    assert text.startswith("before\n### FAIL: `lab:accept-missing`\n")
    assert "\n### PASS: `lab:`\n" in text
    assert result.out.splitlines()[0].startswith("::error title=wscheck accept%3A lab%3Aaccept-missing::")


def test_a_file_in_the_format_github_fills_the_summary_too(
    wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    wscheck("probe", "--report", f"github={tmp_path / 'out'}", "lab:")
    assert (tmp_path / "summary.md").read_text("utf-8").startswith("### PASS: `lab:`\n")


def test_without_the_variable_there_is_no_summary(
    wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert wscheck("probe", "--format", "github", "lab:").code == 0
    assert list(tmp_path.iterdir()) == []
