"""`wscheck report`: files in, a matrix out; whatever is wrong with a file is one sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.render.audits import audit, strict
from tests.render.pages import read
from wscheck.core.report import Report
from wscheck.render import View, load


def save(folder: Path, name: str, report: Report) -> str:
    """A saved report."""
    (folder / name).write_text(load("json").render([report], View()), "utf-8")
    return str(folder / name)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Two audits."""
    return save(tmp_path, "a.json", audit(name="alpha")), save(tmp_path, "b.json", strict("beta"))


def test_a_table_on_standard_output(wscheck: Cli, files: tuple[str, str]) -> None:
    result = wscheck("report", *files)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("| | alpha | beta |\n| --- | :---: | :---: |\n")
    assert wscheck("report", *files, "-o", "-").out == result.out


@pytest.mark.parametrize("name", ["matrix.html", "matrix.HTM"])
def test_a_page_in_a_file(wscheck: Cli, files: tuple[str, str], tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    result = wscheck("report", *files, "-o", str(place))
    assert (result.code, result.stdout, result.stderr) == (0, b"", b"")
    assert len(read(place.read_text("utf-8")).all("tr", "row")) == 14
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json", name]


def test_the_format_is_what_the_user_says(wscheck: Cli, files: tuple[str, str], tmp_path: Path) -> None:
    assert wscheck("report", *files, "--format", "html").out.startswith("<!DOCTYPE html>")
    wscheck("report", *files, "--format", "markdown", "-o", str(tmp_path / "matrix"))
    assert (tmp_path / "matrix").read_text("utf-8").startswith("| | alpha ")
    wscheck("report", *files, "-o", str(tmp_path / "matrix.md"))
    assert (tmp_path / "matrix.md").read_text("utf-8").startswith("| | alpha ")


def test_names(wscheck: Cli, files: tuple[str, str]) -> None:
    first, second = files
    assert wscheck("report", first, second, "--name", f"gamma={first}").out.startswith("| | gamma | beta |")
    assert wscheck("report", first, "--name", f"gamma={second}").out.startswith("| | alpha | gamma |")
    out = wscheck("report", "--name", f"b={second}", "--name", f"a={first}").out
    assert out.startswith("| | b | a |")


def test_in_public(wscheck: Cli, files: tuple[str, str]) -> None:
    assert "frame-unmasked" in wscheck("report", *files).out
    assert "frame-unmasked" not in wscheck("report", *files, "--public").out


def test_wrong_use(wscheck: Cli, files: tuple[str, str], tmp_path: Path) -> None:
    assert wscheck("report").usage() == "no report was given: wscheck report A.json B.json -o matrix.html"
    told = wscheck("report", files[0], "-o", str(tmp_path / "matrix.pdf")).usage()
    assert told.endswith("does not say what to write: call it .html or .md, or add --format")
    for name in ("gamma", "=a.json", "gamma="):
        told = wscheck("report", "--name", name).usage()
        assert told == f"--name {name}: write LABEL=FILE, for example --name nginx=nginx.json"
    told = wscheck("report", files[0], "-o", str(tmp_path / "no" / "matrix.html")).usage()
    assert "cannot be written to" in told


def test_files_that_are_no_audits(wscheck: Cli, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    assert wscheck("report", missing).usage() == f"the report {missing!r} cannot be read: No such file or directory"
    assert wscheck("report", str(tmp_path)).usage() == f"the report {str(tmp_path)!r} cannot be read: Is a directory"
    assert wscheck("report", "a\x00b").usage().startswith("the report 'a\\x00b' cannot be read: ")
    (tmp_path / "text.json").write_bytes(b"\xff")
    assert wscheck("report", str(tmp_path / "text.json")).usage().endswith("text.json: it is not UTF-8 (octet 0)")
    probe = wscheck("probe", "lab:", "--format", "json").stdout
    (tmp_path / "probe.json").write_bytes(probe)
    told = wscheck("report", str(tmp_path / "probe.json")).usage()
    assert told.endswith("probe.json: it is a report of kind 'probe', and only audits can be laid side by side")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(wscheck: Cli, files: tuple[str, str]) -> None:
    Path(files[0]).chmod(0)
    assert wscheck("report", *files).usage().endswith("cannot be read: Permission denied")


def test_an_old_matrix_stays_when_the_new_one_cannot_be_made(
    wscheck: Cli, files: tuple[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "matrix.html"
    place.write_text("old\n")
    (tmp_path / "bad.json").write_text("{}")
    assert wscheck("report", files[0], str(tmp_path / "bad.json"), "-o", str(place)).code == 2
    assert place.read_text() == "old\n"
