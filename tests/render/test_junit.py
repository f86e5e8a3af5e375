"""`junit`: valid for the schema that CI servers go by, whatever a server sends."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from tests.peer import SAMPLE_KEY
from tests.render.samples import GOOD, every, hostile
from wscheck import probing
from wscheck.core.report import Report
from wscheck.render import View, junit

SCHEMAS = sorted((Path(__file__).parent / "data").glob("*.xsd"))


def rendered(*reports: Report) -> ElementTree.Element:
    """The document, read back."""
    return ElementTree.fromstring(junit.render(reports, View()).encode("utf-8"))


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda path: path.name)
def schema(request: pytest.FixtureRequest) -> xmlschema.XMLSchema:
    """Each schema in data/."""
    return xmlschema.XMLSchema(str(request.param))


def test_every_report_is_valid(schema: xmlschema.XMLSchema) -> None:
    for report in every():
        text = junit.render([report], View())
        schema.validate(ElementTree.ElementTree(ElementTree.fromstring(text.encode("utf-8"))))


def test_all_reports_in_one_document_are_valid(schema: xmlschema.XMLSchema) -> None:
    root = rendered(*every())
    schema.validate(ElementTree.ElementTree(root))
    for total in ("tests", "failures", "errors"):
        assert int(root.attrib[total]) == sum(int(suite.attrib[total]) for suite in root)


def test_the_schema_refuses_what_is_no_report(schema: xmlschema.XMLSchema) -> None:
    """A schema that takes everything would prove nothing."""
    root = rendered(hostile()[0])
    root[0].attrib["wrong"] = "1"
    assert not schema.is_valid(ElementTree.ElementTree(root))


def test_no_octet_of_a_server_is_markup() -> None:
    for report in hostile():
        tags = [element.tag for element in rendered(report).iter()]
        assert tags[:2] == ["testsuites", "testsuite"]
        assert tags.count("testcase") == 15
        assert set(tags) <= {"testsuites", "testsuite", "testcase", "skipped", "failure", "error", "system-out"}


def test_what_xml_cannot_hold_is_escaped() -> None:
    report = probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())._replace(notes=("a\x00\x1b\ud800\uffffb",))
    assert (
        rendered(report)
        .findtext("testsuite/system-out", "")
        .endswith("\nnote: a\\x00\\x1b\\xed\\xa0\\x80\\xef\\xbf\\xbfb")
    )


def test_a_pass_written_out() -> None:
    suite = rendered(probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())._replace(name="front door"))[0]
    assert {name: suite.attrib[name] for name in ("name", "tests", "failures", "errors", "skipped", "hostname")} == {
        "name": "front door",
        "tests": "15",
        "failures": "0",
        "errors": "0",
        "skipped": "5",
        "hostname": "saved",
    }
    assert [case.attrib["name"] for case in suite.findall("testcase")][:3] == ["status", "http-version", "syntax"]
    assert suite.findall("testcase")[0].attrib["classname"] == "wscheck.front door"
    assert suite.findtext("system-out") == "pass: 10 of 15 checks passed, 5 skipped"


def test_a_failure_names_code_message_and_fix() -> None:
    reply = GOOD.replace(b"Connection: Upgrade", b"Connection: close")
    suite = rendered(probing.judge_saved(reply, SAMPLE_KEY, probing.Options()))[0]
    (failure,) = suite.iter("failure")
    assert failure.attrib["type"] == "wrong"
    assert failure.attrib["message"] == 'Connection lacks the token "upgrade": close'
    assert 'fix: Send "Connection: Upgrade" in the 101.' in (failure.text or "")


def test_silence_is_an_error_and_not_only_skips() -> None:
    report = next(report for report in hostile() if report.verdict == "unreachable")
    suite = rendered(report)[0]
    assert (suite.attrib["failures"], suite.attrib["errors"]) == ("0", "1")
    (error,) = suite.iter("error")
    assert error.attrib["type"] == "tls/certificate"
    assert "3 attempts in 1.5 s of 2 s, none passed; this is the last one" in suite.findtext("system-out", "")
