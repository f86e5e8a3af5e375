"""`tap`: read back by a small parser of TAP 14, strict where the specification is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.peer import SAMPLE_KEY
from tests.render.samples import GOOD, broken, every, hostile, warned
from wscheck import probing
from wscheck.core.report import Report
from wscheck.render import View, tap

POINT = re.compile(r"(ok|not ok) ([1-9][0-9]*) - (.*)")
# A "#" behind a blank and before SKIP or TODO begins a directive, unless an odd number of "\" stands before it.
DIRECTIVE = re.compile(r"(?<!\\)(?:\\\\)* # *(SKIP|TODO)\b(.*)", re.IGNORECASE)


@dataclass
class Point:
    """One test point."""

    ok: bool
    number: int
    description: str
    directive: str | None
    values: dict[str, Any] = field(default_factory=dict)


def parse(text: str) -> list[Point]:
    """The points of a stream. Asserts the version line, the plan, the numbering, and each YAML block."""
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines[0] == "TAP version 14"
    plan = re.fullmatch(r"1\.\.([0-9]+)", lines[1])
    assert plan
    points: list[Point] = []
    block: dict[str, Any] | None = None
    for line in lines[2:]:
        if block is not None:
            if line == "  ...":
                points[-1].values, block = block, None
            else:
                key, colon, value = line.partition(": ")
                assert colon
                assert re.fullmatch("  [a-z]+", key)
                block[key.strip()] = json.loads(value)
        elif line == "  ---":
            block = {}
        elif not line.startswith("#"):
            point = POINT.fullmatch(line)
            assert point, line
            directive = DIRECTIVE.search(point[3])
            points.append(Point(point[1] == "ok", int(point[2]), point[3], directive[1] if directive else None))
    assert block is None
    assert [point.number for point in points] == list(range(1, int(plan[1]) + 1))
    return points


def points(*reports: Report) -> list[Point]:
    """The points of these reports, in one stream."""
    return parse(tap.render(reports, View()))


def test_every_report_parses() -> None:
    for report in every():
        found = points(report)
        checks = found[1:] if report.verdict == "unreachable" else found
        bad = [report.fails(finding) or finding.status == "error" for finding in report.checks]
        assert [not point.ok for point in checks] == bad
        skipped = ["SKIP" if finding.status == "skip" else None for finding in report.checks]
        assert [point.directive for point in checks] == skipped


def test_all_reports_in_one_stream() -> None:
    reports = every()
    silent = sum(report.verdict == "unreachable" for report in reports)
    assert len(points(*reports)) == 15 * len(reports) + silent


def test_no_octet_of_a_server_is_a_line_or_a_directive() -> None:
    for report in hostile():
        for line in tap.render([report], View()).splitlines():
            assert line.isprintable()
            assert not line.startswith(("Bail out!", "pragma", "1..0"))


def test_a_name_is_escaped() -> None:
    report = probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())._replace(name="a # SKIP b\\ \n1..0")
    first = points(report)[0]
    assert (first.ok, first.directive) == (True, None)
    assert first.description == r"a \# SKIP b\\ \\n1..0 status"


def test_a_failure_says_what_to_change() -> None:
    reply = GOOD.replace(b"Connection: Upgrade", b"Connection: close")
    (point,) = [point for point in points(probing.judge_saved(reply, SAMPLE_KEY, probing.Options())) if not point.ok]
    assert point.description == "saved reply connection"
    assert point.values["codes"] == ["wrong"]
    assert point.values["fix"] == 'Send "Connection: Upgrade" in the 101.'
    assert point.values["severity"] == "fail"


def test_silence_is_a_point_that_fails() -> None:
    report = next(report for report in hostile() if report.verdict == "unreachable")
    first, *rest = points(report)
    assert not first.ok
    assert first.values["message"].startswith("tls: certificate: ")
    assert {point.directive for point in rest} == {"SKIP"}


def test_warnings_fail_when_they_are_to() -> None:
    assert [point.ok for point in points(warned())].count(False) == 1
    assert all(point.ok for point in points(warned()._replace(fail_on="error")))


def test_an_error_of_our_own_does_not_pass() -> None:
    assert not points(broken())[0].ok
