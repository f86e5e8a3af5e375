"""The same report in all formats: the same verdict, the same counts, the same exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from tests.lab.test_faults_on_the_wire import reports as of_all_faults
from tests.render.samples import broken, hostile, warned
from tests.render.test_tap import parse
from wscheck.core.report import Report
from wscheck.render import View, formats, load

# Written out: the exit codes of the contract.
EXIT = {"pass": 0, "fail": 1, "unreachable": 3, "error": 3}


class Told(NamedTuple):
    """What a reader of one format learns. `failed` counts what made the verdict, `skipped` what was not judged."""

    verdict: str
    failed: int
    skipped: int


def _sentence(text: str) -> tuple[str, int]:
    """Verdict word and skipped count of the sentence that every format repeats."""
    word = re.search(r"\b(PASS|FAIL|UNREACHABLE|ERROR)\b", text)
    assert word
    skipped = re.search(r"(\d+) skipped", text)
    return word[1].lower(), int(skipped[1]) if skipped else 0


def _of_object(found: dict[str, object]) -> Told:
    counts = found["counts"]
    checks = found["checks"]
    assert isinstance(counts, dict)
    assert isinstance(checks, list)
    statuses = [check["status"] for check in checks]
    assert counts == {name: statuses.count(name) for name in ("pass", "fail", "warn", "info", "skip")}
    verdict = str(found["verdict"])
    assert found["exit_code"] == EXIT[verdict]
    return Told(verdict, statuses.count("fail") + statuses.count("error"), counts["skip"])


def _json(text: str) -> Told:
    return _of_object(json.loads(text))


def _ndjson(text: str) -> Told:
    (line,) = text.splitlines()
    return _of_object(json.loads(line))


def _junit(text: str) -> Told:
    suite = ElementTree.fromstring(text.encode())[0]
    verdict = suite.findtext("system-out", "").partition(":")[0]
    failed = len(list(suite.iter("failure"))) + len(list(suite.iter("error")))
    assert failed == int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
    if verdict == "unreachable":  # its one error stands in the place of a skipped check
        return Told(verdict, failed - 1, int(suite.attrib["skipped"]) + 1)
    return Told(verdict, failed, int(suite.attrib["skipped"]))


def _tap(text: str) -> Told:
    points = parse(text)
    verdict = re.search(r"^# .*: (pass|fail|unreachable|error), ", text, re.MULTILINE)
    assert verdict
    failed = sum(not point.ok for point in points) - (verdict[1] == "unreachable")
    return Told(verdict[1], failed, sum(point.directive == "SKIP" for point in points))


def _markdown(text: str) -> Told:
    verdict = re.match(r"### (\w+): ", text)
    assert verdict
    statuses = re.findall(r"^\| `[a-z-]+` \| \S+ (\w+) \|", text, re.MULTILINE)
    assert len(statuses) == 15
    return Told(verdict[1].lower(), statuses.count("fail") + statuses.count("error"), statuses.count("skip"))


def _github(text: str) -> Told:
    *findings, last = text.splitlines()
    verdict, skipped = _sentence(last.rpartition("::")[2])
    failed = sum(line.startswith("::error title=wscheck ") for line in findings)
    return Told(verdict, failed, skipped)


def _html(text: str) -> Told:
    verdict = re.search(
        r'<p class="verdict"><span class="mark [a-z]+"><span aria-hidden="true">.</span> ([A-Z]+)<', text
    )
    assert verdict
    statuses = re.findall(r'<tr class="row" [^>]*data-status="([a-z]+)"', text)
    return Told(verdict[1].lower(), statuses.count("fail") + statuses.count("error"), statuses.count("skip"))


def _text(text: str) -> Told:
    lines = [line for line in text.splitlines() if re.match(r"  (PASS|FAIL|UNREACHABLE|ERROR)  ", line)]
    verdict, skipped = _sentence(lines[-1])
    failed = len(re.findall(r"^  ✗ (?:FAIL|ERR ) ", text, re.MULTILINE))
    return Told(verdict, failed, skipped)


READERS: dict[str, Callable[[str], Told]] = {
    "github": _github,
    "html": _html,
    "json": _json,
    "junit": _junit,
    "markdown": _markdown,
    "ndjson": _ndjson,
    "tap": _tap,
    "text": _text,
}


def test_every_format_has_a_reader() -> None:
    assert tuple(READERS) == formats()


def _agree(report: Report) -> None:
    wanted = READERS["json"](load("json").render([report], View()))
    assert EXIT[wanted.verdict] == report.exit_code
    for name, read in READERS.items():
        told = read(load(name).render([report], View()))
        if wanted.verdict in ("unreachable", "error") and name in ("github", "text"):
            told = told._replace(skipped=wanted.skipped)  # their sentence tells the cause and counts nothing
        assert told == wanted, name


@pytest.mark.parametrize("fault", of_all_faults())
def test_all_formats_agree_on_a_fault(fault: str) -> None:
    _agree(of_all_faults()[fault])


def test_all_formats_agree_on_hostile_servers() -> None:
    for report in hostile():
        _agree(report)


def test_all_formats_agree_on_an_error_of_our_own() -> None:
    _agree(broken())


def test_all_formats_agree_when_warnings_fail() -> None:
    """One warning made the verdict; formats that have no word of their own for that show it as a failure."""
    report = warned()
    assert READERS["junit"](load("junit").render([report], View())) == Told("fail", 1, 5)
    assert READERS["tap"](load("tap").render([report], View())) == Told("fail", 1, 5)
    assert READERS["github"](load("github").render([report], View())) == Told("fail", 1, 5)
    assert READERS["markdown"](load("markdown").render([report], View())) == Told("fail", 0, 5)
    assert READERS["html"](load("html").render([report], View())) == Told("fail", 0, 5)
    assert READERS["text"](load("text").render([report], View())) == Told("fail", 0, 5)
