"""`markdown`: a table stays a table, and nothing that a server sent is markup, a mention or a link."""

from __future__ import annotations

import re

from tests.peer import SAMPLE_KEY
from tests.render.samples import GOOD, every, hostile
from wscheck import probing
from wscheck.core.report import Report
from wscheck.render import View, markdown


def rendered(report: Report) -> list[str]:
    """The lines."""
    return markdown.render([report], View()).split("\n")


def cells(line: str) -> list[str]:
    """The cells of a row by GFM's rule: a pipe parts unless a backslash stands before it, in code spans as well."""
    assert line.startswith("| ")
    assert line.endswith(" |")
    return re.split(r"(?<!\\)\|", line[1:-1])


def without_code(text: str) -> str:
    """What is left when each code span is taken out: a run of backticks to the next run of the same length."""
    return re.sub(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def test_every_row_has_three_cells() -> None:
    for report in every():
        rows = [line for line in rendered(report) if line.startswith("|")]
        assert rows[:2] == ["| Check | | Observed |", "| --- | --- | --- |"]
        assert len(rows) == 2 + len(report.checks)
        for row, finding in zip(rows[2:], report.checks, strict=True):
            check, status, _ = cells(row)
            assert check == f" `{finding.id}` "
            assert status.split()[-1] == finding.status


def test_every_code_span_ends_in_its_line() -> None:
    for report in hostile():
        for line in rendered(report):
            assert not re.search(r"(?<!\\)`", without_code(line)), line


def test_nothing_of_a_server_is_markup() -> None:
    for report in hostile():
        for line in rendered(report):
            prose = without_code(line)
            assert not re.search(r"(?<!\\)<|@\w|://|(?<!\\)\]\(|www\.", prose), prose
            assert line.isprintable() or "\u2060" in line
            assert "::error" not in line[:8]


def test_a_code_span_is_longer_than_what_it_holds() -> None:
    reply = GOOD.replace(b"Upgrade: websocket", b"Upgrade: `a``b` | c")
    row = next(line for line in rendered(probing.judge_saved(reply, SAMPLE_KEY, probing.Options())) if "`a" in line)
    assert row == r"| `upgrade` | ❌ fail | ``` `a``b` \| c ``` |"


def test_a_pass_written_out() -> None:
    lines = rendered(probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options()))
    assert lines[:3] == ["### PASS: `saved reply`", "", "10 of 15 checks passed, 5 skipped."]
    assert lines[3:7] == [
        "",
        "| Check | | Observed |",
        "| --- | --- | --- |",
        "| `status` | ✅ pass | `101 Switching Protocols` |",
    ]
    assert lines[-2:] == ["", ""]


def test_a_block_to_copy_holds_its_backticks_and_no_command() -> None:
    from wscheck.render.markdown import _fenced

    assert list(_fenced(("rule: PathPrefix(`/chat`)", "::error::a", "\x1b[2J"))) == [
        "```",
        "rule: PathPrefix(`/chat`)",
        "\\x3a:error::a",
        "\\x1b[2J",
        "```",
    ]
    assert next(iter(_fenced(("a ```` b",)))) == "`````"
