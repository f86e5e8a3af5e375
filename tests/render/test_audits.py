"""An audit in every format: its cases are there, policy fails nothing, and no server writes a line of its own."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from tests.render.audits import CASES, WORDS, audit, case, every, hostile, refused, strict
from tests.render.test_github import COMMAND
from tests.render.test_markdown import cells, without_code
from tests.render.test_tap import parse
from wscheck.core.report import Report
from wscheck.render import View, load
from wscheck.render._sentence import sentence

SCHEMAS = sorted((Path(__file__).parent / "data").glob("*.xsd"))


def shown(report: Report, **view: int | bool) -> list[str]:
    """The lines of the text report."""
    return load("text").render([report], View(**view)).splitlines()  # type: ignore[arg-type]  # fields of View


# -- the sentence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (audit(), "2 of 12 cases failed, 4 passed, 1 broke, 1 warned, 1 info, 3 skipped"),
        (strict(), "4 of 7 cases passed, 3 skipped"),
        (audit(CASES[0], CASES[12]), "1 of 1 case passed"),
        (audit(CASES[0], CASES[3])._replace(fail_on="warning"), "1 of 2 cases passed, 1 warned (--fail-on warning)"),
        (audit(CASES[0], CASES[10]), "wscheck itself failed in 1 of 2 cases; please report this"),
        (refused(), "1 of 15 checks of the good handshake failed; no case was judged"),
        (
            refused()._replace(cases=audit().cases[:2]),
            "1 of 15 checks of the good handshake failed; 1 of 2 cases failed, 1 passed",
        ),
        (audit(CASES[4]), "the good handshake: 10 of 15 checks passed, 5 skipped; no case was judged"),
        (
            audit()._replace(exchanges=(audit().exchanges[0]._replace(response=b""),)),
            "could not be judged: no reply came",
        ),
        (audit(CASES[13]), "policy never lowers the result, and no other case was chosen"),
        (audit()._replace(cases=()), "10 of 15 checks passed, 5 skipped"),
    ],
)
def test_the_sentence(report: Report, said: str) -> None:
    assert sentence(report) == said


# -- text --------------------------------------------------------------------------------------------------------------


def test_where_no_case_was_made_a_line_says_so() -> None:
    """The reason stands in a note; sections and a scorecard of nothing would say no more."""
    lines = shown(refused()._replace(complete=False))
    assert "  none of 14 cases was made" in lines
    assert not any("skipped" in line and "checks" not in line for line in lines)
    assert any(line.startswith("  The request line") for line in shown(refused()._replace(complete=False), verbose=1))
    assert any(line.startswith("  The request line") for line in shown(strict()))


def test_a_pass_is_short() -> None:
    lines = shown(strict("front door"))
    assert lines[2:] == [
        "  note  one connection for each case",
        "",
        "  ✓ pass  the good handshake: 10 of 15 checks passed, 5 skipped",
        "",
        "  The request line                                          2 passed · 2 skipped",
        "  The key                                                               1 passed",
        "  Frames behind the 101                                     1 passed · 1 skipped",
        "",
        "  skipped",
        "       2  only with --intrusive",
        "       1  no permessage-deflate",
        "",
        "             passed   failed   warned     info  skipped",
        "  must            3        0        0        0        2",
        "  should          0        0        0        0        1",
        "  may             1        0        0        0        0",
        "",
        "  PASS  4 of 7 cases passed, 3 skipped                                     1.2 s",
        "",
    ]


def test_a_long_verdict_is_no_longer_than_the_terminal() -> None:
    assert shown(audit()._replace(complete=False))[-3:] == [
        "  FAIL  the audit did not come to its end: 2 of 12 cases failed, 4 passed, 1",
        "        broke, 1 warned, 1 info, 3 skipped                                 1.2 s",
        "",
    ]


def test_a_case_that_fails_opens() -> None:
    lines = shown(audit())
    start = lines.index("  ✗ FAIL  method-head      must")
    assert lines[start + 1 : start + 10] == [
        "          case      A request with method head",
        "          sent      > POST / HTTP/1.1",
        "          expected  a refusal, an answer as if Upgrade were absent, or the end",
        "                    of the connection",
        "          observed  switched: 101 Switching Protocols",
        "          why       A handshake that is no GET was not made by a WebSocket",
        "                    client.",
        "          fix       Refuse it with 405 and Allow: GET.",
        "          clause    RFC 6455 §4.1 item 2 · R-6455-4.1-10 · R-9110-9-2",
    ]
    assert "  ✗ FAIL  origin-foreign   policy" in lines
    start = lines.index("  failed")
    assert lines[start + 1 : start + 5] == [
        "    ✗ method-head     switched: 101 Switching Protocols",
        "    ✗ frame-unmasked  the server stopped answering: a new connection was refused",
        "    ✗ frame-rsv       internal error: ValueError",
        "",
    ]
    assert "  Which origins are let in (not in the result)                 1 failed · 1 info" in lines
    assert not any(line.startswith("  ✓ pass  method-post") for line in lines)


def test_verbose_has_a_line_for_each_case() -> None:
    lines = shown(audit(), verbose=1)
    ids = [line.split()[2] for line in lines if re.match(r"  \S (pass|FAIL|warn|info|skip|ERR )  ", line)]
    assert ids[-len(CASES) :] == [case.id for case in CASES]
    assert "  ✓ pass  method-post      refused: 400 Bad Request" in lines
    assert "  – skip  huge-head        only with --intrusive" in lines
    assert "> POST / HTTP/1.1" not in lines


def test_every_octet_of_a_case_with_more_of_it() -> None:
    lines = shown(audit(), verbose=2)
    start = next(number for number, line in enumerate(lines) if line.startswith("  ✓ pass  method-post"))
    assert lines[start + 1 : start + 6] == [
        r"> POST / HTTP/1.1\r\n",
        r"> Host: a\r\n",
        r"> \r\n",
        r"< HTTP/1.1 400 Bad Request\r\n",
        r"< Content-Length: 0\r\n",
    ]


def test_a_control_handshake_that_fails_opens() -> None:
    lines = shown(refused())
    assert "  ✗ FAIL  connection    < close" in lines
    assert not any("pass  status" in line for line in lines)
    assert "      14  the good handshake failed, so nothing can be learnt from a bad one" in lines


def test_quiet_tells_what_failed() -> None:
    assert shown(strict(), quiet=True) == []
    assert shown(audit(), quiet=True) == [
        "FAIL  2 of 12 cases failed, 4 passed, 1 broke, 1 warned, 1 info, 3 skipped  ws://127.0.0.1:9/",
        "  method-head: switched: 101 Switching Protocols",
        "  frame-unmasked: the server stopped answering: a new connection was refused",
        "  frame-rsv: internal error: ValueError",
    ]


@pytest.mark.parametrize("width", [40, 47, 61, 80, 100])
@pytest.mark.parametrize("verbose", [0, 1])
def test_no_line_is_wider_than_the_page(width: int, verbose: int) -> None:
    long = case("a-case-with-quite-a-long-id", "key", "fail", observed="x " * 300, sent="y" * 300)
    for report in (audit(), strict(), audit(long, *CASES)):
        lines = shown(report, width=width, verbose=verbose)
        body = [
            line for line in lines if line[:2] not in ("> ", "< ", "* ") and not line.startswith(("  FAIL", "  PASS"))
        ]
        assert [line for line in body if len(line) > width and "the good handshake" not in line] == []


def test_without_symbols() -> None:
    assert load("text").render([audit()], View(unicode=False)).isascii()


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("verbose", [0, 2])
def test_text_of_a_server_is_printable(word: bytes, verbose: int) -> None:
    for line in shown(hostile(word), verbose=verbose):
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


# -- other formats -----------------------------------------------------------------------------------------------------


def test_json_is_as_its_schema_says() -> None:
    schema = json.loads(resources.files("wscheck").joinpath("schema", "report-1.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for report in every():
        validator.validate(json.loads(load("json").render([report], View())))
    found = json.loads(load("ndjson").render([audit()], View()))
    assert [one["id"] for one in found["cases"]] == [case.id for case in CASES]
    assert found["scorecard"]["policy"] == {"pass": 0, "fail": 1, "warn": 0, "info": 1, "skip": 0}
    found["cases"][0]["outcome"] = "wrong"
    assert not validator.is_valid(found)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_junit_is_valid(path: Path) -> None:
    schema = xmlschema.XMLSchema(str(path))
    text = load("junit").render(every(), View())
    schema.validate(ElementTree.ElementTree(ElementTree.fromstring(text.encode("utf-8"))))


def test_junit_has_a_suite_for_each_section() -> None:
    root = ElementTree.fromstring(load("junit").render([audit()], View()).encode("utf-8"))
    suites = [
        (
            suite.attrib["name"].partition("/: ")[2],
            *(suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")),
        )
        for suite in root
    ]
    assert suites == [
        ("", "15", "0", "0", "5"),
        ("The request line", "6", "1", "0", "2"),
        ("The key", "2", "0", "0", "0"),
        ("Frames behind the 101", "4", "1", "1", "1"),
        ("Which origins are let in", "2", "0", "0", "0"),
    ]
    failure = root.find(".//testcase[@name='method-head']/failure")
    assert failure is not None
    assert failure.attrib == {
        "type": "accepted",
        "message": "A request with method head: switched: 101 Switching Protocols",
    }
    assert "observed: switched: 101 Switching Protocols" in (failure.text or "")
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("29", "2", "1")


def test_tap_has_a_point_for_each_case() -> None:
    for report in every():
        points = parse(load("tap").render([report], View()))[len(report.checks) :]
        assert [not point.ok for point in points] == [
            report.fails(one) or one.status == "error" for one in report.cases
        ]
        assert [point.directive == "SKIP" for point in points] == [one.status == "skip" for one in report.cases]
    point = parse(load("tap").render([audit()], View()))[16]
    assert point.values["observed"] == "switched: 101 Switching Protocols"


def test_github_has_a_line_for_what_is_wrong() -> None:
    for report in every():
        lines = re.split(r"\r\n|\r|\n", load("github").render([report], View()).removesuffix("\n"))
        for line in lines:
            assert COMMAND.fullmatch(line), line
        statuses = [*(finding.status for finding in report.checks), *(one.status for one in report.cases)]
        assert len(lines) == sum(status in ("fail", "warn", "error") for status in statuses) + 1
    levels = [line.partition(" ")[0] for line in load("github").render([audit()], View()).splitlines()]
    assert levels == ["::error", "::warning", "::error", "::error", "::warning", "::error"]


def test_markdown_has_all_cases() -> None:
    for report in every():
        lines = load("markdown").render([report], View()).splitlines()
        start = lines.index(f"<details><summary>All {len(report.cases)} cases</summary>")
        rows = [cells(line) for line in lines[start:] if line.startswith("| `")]
        listed = [one for view in report.sections for one in report.cases if one.section == view.name]
        assert [(row[0].strip(" `"), row[1].split()[-1]) for row in rows] == [(one.id, one.status) for one in listed]
        assert {len(row) for row in rows} == {4}
        for line in lines:
            prose = (
                without_code(line).replace("<details><summary>", "").replace("</summary>", "").replace("</details>", "")
            )
            assert not re.search(r"(?<!\\)<|@\w|://|(?<!\\)\]\(|www\.", prose), prose
            assert not re.search(r"(?<!\\)`", without_code(line)), line
    assert "| must | 3 | 2 | 0 | 0 | 2 |" in load("markdown").render([audit()], View())


@pytest.mark.parametrize("format_name", ["text", "json", "ndjson", "junit", "tap", "markdown", "html"])
def test_no_server_commands_the_log(format_name: str) -> None:
    for word in WORDS:
        for line in load(format_name).render([hostile(word)], View(verbose=2)).splitlines():
            assert "##[" not in line
            assert "##vso[" not in line
            assert not line.lstrip().startswith("::"), line
