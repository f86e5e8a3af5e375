"""`junit`: XML as CI servers read it: one suite per target, one test case per check.

An audit has one suite more for each of its sections, one test case per case.

A target that gave no reply gets an error in the case of the first check: skipped checks alone would read as a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from wscheck.core.diagnosis import labelled
from wscheck.core.report import CaseResult, Finding, Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._sentence import case_text, failure_sentence, sentence, title, waited_sentence

STREAMS = False

# XML 1.0 §2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[Report], view: View) -> str:
    """All suites in one document."""
    root = ElementTree.Element("testsuites", {"name": "wscheck"})
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in (suite for report in reports for suite in (_suite(report), *_sections(report))):
        root.append(suite)
        for name in totals:
            totals[name] += int(suite.attrib[name])
    # The totals of the whole document: "skipped" is no attribute of testsuites in the schema that CI servers use.
    root.attrib.update({name: str(totals[name]) for name in ("tests", "failures", "errors")})
    root.attrib["time"] = _seconds(sum(report.duration_ms for report in reports))
    ElementTree.indent(root)
    # "##[" and "##vso[" are commands to CI systems anywhere in a line; in XML the reference says the same character.
    document = ElementTree.tostring(root, encoding="unicode").replace("##", "&#35;#")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'


def _suite(report: Report) -> ElementTree.Element:
    cases = [_case(report, finding) for finding in report.checks]
    if report.verdict == "unreachable" and cases:
        cases[0] = _unreachable_case(report, report.checks[0])
    suite = _made(report, title(report), report.duration_ms, cases)
    said = [f"{report.verdict}: {sentence(report)}", waited_sentence(report)]
    said += [f"note: {printable(note)}" for note in report.notes]
    for one in report.diagnosis:
        said.append(f"\ndiagnosis, {one.said}: {one.cause}: {one.summary}")
        said += labelled(one)
    ElementTree.SubElement(suite, "system-out").text = _text("\n".join(text for text in said if text))
    return suite


def _sections(report: Report) -> Iterator[ElementTree.Element]:
    """A suite for each section of an audit; what is on policy fails nothing, and says so."""
    for section in report.sections:
        found = [case for case in report.cases if case.section == section.name]
        if found:
            took = sum(case.duration_ms for case in found)
            cases = [_played(report, case, section.name) for case in found]
            suite = _made(report, f"{title(report)}: {section.title}", took, cases)
            said = "policy: not in the result" if section.policy else f"the verdict of all: {report.verdict}"
            ElementTree.SubElement(suite, "system-out").text = said
            yield suite


def _made(report: Report, name: str, took: float, cases: list[ElementTree.Element]) -> ElementTree.Element:
    counted = {
        "tests": len(cases),
        "failures": _count(cases, "failure"),
        "errors": _count(cases, "error"),
        "skipped": _count(cases, "skipped"),
    }
    suite = ElementTree.Element("testsuite", {"name": _text(name)})
    suite.attrib.update({name: str(value) for name, value in counted.items()})
    suite.attrib["time"] = _seconds(took)
    suite.attrib["timestamp"] = report.started.partition(".")[0]
    suite.attrib["hostname"] = _text(report.target.host)
    suite.extend(cases)
    return suite


def _count(cases: Sequence[ElementTree.Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)


def _case(report: Report, finding: Finding) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", {"name": finding.id, "classname": _text(f"wscheck.{title(report)}"), "time": "0"}
    )
    if finding.status == "skip":
        ElementTree.SubElement(case, "skipped", {"message": _text(printable(finding.skip_reason or ""))})
    elif finding.status == "error":
        _add(case, "error", "internal", finding.observed, finding.observed)
    elif report.fails(finding):
        message = "; ".join(problem.message for problem in finding.problems)
        _add(case, "failure", finding.problems[0].code, message, _details(finding))
    elif finding.problems:
        ElementTree.SubElement(case, "system-out").text = _text(_details(finding))
    return case


def _played(report: Report, case: CaseResult, section: str) -> ElementTree.Element:
    """A case of an audit."""
    name = {
        "name": case.id,
        "classname": _text(f"wscheck.{title(report)}.{section}"),
        "time": _seconds(case.duration_ms),
    }
    made = ElementTree.Element("testcase", name)
    observed = printable(case.observed)
    if case.status == "skip":
        ElementTree.SubElement(made, "skipped", {"message": _text(printable(case.skip_reason or ""))})
    elif case.status == "error":
        _add(made, "error", "internal", observed, case_text(case))
    elif report.fails(case):
        _add(made, "failure", case.outcome or case.status, f"{printable(case.title)}: {observed}", case_text(case))
    elif case.status in ("fail", "warn"):
        ElementTree.SubElement(made, "system-out").text = _text(f"{case.status}\n{case_text(case)}")
    return made


def _unreachable_case(report: Report, finding: Finding) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", {"name": finding.id, "classname": _text(f"wscheck.{title(report)}"), "time": "0"}
    )
    failure = report.failure
    kind = f"{failure.stage}/{failure.kind}" if failure else "unreachable"
    _add(case, "error", kind, failure_sentence(report), failure_sentence(report))
    return case


def _add(case: ElementTree.Element, tag: str, kind: str, message: str, text: str) -> None:
    element = ElementTree.SubElement(case, tag, {"type": _text(kind), "message": _text(message)})
    element.text = _text(text)


def _details(finding: Finding) -> str:
    lines = [f"expected: {finding.expected}", f"observed: {finding.observed}"]
    for problem in finding.problems:
        lines += ["", f"{problem.level} {problem.code}: {problem.message}", f"why: {problem.why}"]
        lines += [f"fix: {problem.fix}"] if problem.fix else []
        lines.append(f"clause: {problem.clause}")
    return "\n".join(lines)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"


def _text(text: str) -> str:
    return _NO_CHAR.sub("\ufffd", text)
