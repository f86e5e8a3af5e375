"""`github`: annotations that no server can write itself."""

from __future__ import annotations

import re

import pytest

from tests.peer import SAMPLE_KEY
from tests.render.samples import GOOD, broken, every, hostile, warned
from wscheck import probing
from wscheck.core.report import Report
from wscheck.render import View, github, load

# A whole command of ours: everything else in a line is data, in which "%", CR and LF are encoded.
COMMAND = re.compile(r"::(error|warning|notice) title=wscheck(?: [a-z0-9.-]+)?%3A ([^:,\r\n]*)::([^\r\n]*)")


def lines(*reports: Report) -> list[str]:
    """The lines, as the runner of a workflow reads them: at CR as well as at LF."""
    return re.split(r"\r\n|\r|\n", github.render(reports, View()).removesuffix("\n"))


def test_every_line_is_a_command_of_ours() -> None:
    for line in lines(*every()):
        assert COMMAND.fullmatch(line), line
        assert "##[" not in line
        assert re.sub("%(25|0A|0D|3A|2C)", "", line).count("%") == 0


def test_as_many_lines_as_findings_and_one_for_the_verdict() -> None:
    for report in every():
        told = sum(finding.status in ("fail", "warn", "error") for finding in report.checks)
        assert len(lines(report)) == told + 1 + (report.verdict == "unreachable")


@pytest.mark.parametrize("format_name", ["text", "json", "ndjson", "junit", "tap", "markdown", "github"])
def test_no_format_lets_a_server_command_the_log(format_name: str) -> None:
    """The runner takes a line that begins with `::` behind blanks, and `##[` anywhere."""
    for report in hostile():
        printed = load(format_name).render([report], View(verbose=2))
        for line in printed.splitlines():
            assert "##[" not in line
            if format_name != "github":
                assert not line.lstrip().startswith("::"), line
                assert "##vso[" not in line


def test_an_encoded_line_end_of_a_server_stays_encoded() -> None:
    reply = GOOD.replace(b"Upgrade: websocket", b"Upgrade: a%0A::error::owned")
    (line, _) = lines(probing.judge_saved(reply, SAMPLE_KEY, probing.Options()))
    assert line.startswith("::error title=wscheck upgrade%3A saved reply::expected: ")
    assert "%0Aobserved: a%250A::error::owned%0A" in line


def test_a_name_cannot_end_the_title() -> None:
    report = probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())._replace(name="a,line=1::b\n::error::c%")
    assert lines(report) == [
        r"::notice title=wscheck%3A a%2Cline=1%3A%3Ab\n%3A%3Aerror%3A%3Ac%25"
        r"::PASS  10 of 15 checks passed, 5 skipped"
    ]


def test_levels() -> None:
    assert [line.split(" ")[0] for line in lines(warned())] == ["::error", "::error"]
    assert [line.split(" ")[0] for line in lines(warned()._replace(fail_on="error"))] == ["::warning", "::notice"]
    (first, last) = lines(broken())
    assert first.startswith("::error title=wscheck status%3A saved reply::internal error")
    assert last.startswith("::error title=wscheck%3A saved reply::ERROR  wscheck itself failed")
