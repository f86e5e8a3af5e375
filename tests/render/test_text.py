"""The text report and its excerpts: the octets in question marked exactly, nothing wider than the page."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.peer import SAMPLE_101, SAMPLE_KEY
from wscheck import probing, render
from wscheck.core.report import Report
from wscheck.core.visible import not_a_command
from wscheck.probing.reporting import Judging
from wscheck.render import View, text
from wscheck.render._excerpt import excerpt


def judged(reply: bytes, **judging: Any) -> Report:
    """The report on a saved reply to the sample key."""
    return probing.judge_saved(reply, SAMPLE_KEY, probing.Options(judging=Judging(**judging)))


def shown(report: Report, **view: Any) -> list[str]:
    """The lines of the text report."""
    return text.render([report], View(**view)).splitlines()


def test_a_right_reply() -> None:
    lines = shown(judged(SAMPLE_101))
    assert lines[0] == "saved reply                                                           no network"
    start = lines.index("  ✓ pass  status        < 101 Switching Protocols")
    assert lines[start + 1 : start + 11] == [
        "  ✓ pass  http-version  < HTTP/1.1",
        "  ✓ pass  syntax        well formed, 129 octets",
        "  ✓ pass  upgrade       < websocket",
        "  ✓ pass  connection    < Upgrade",
        "  ✓ pass  accept        < s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "  ✓ pass  subprotocol   none offered, none chosen",
        "  ✓ pass  extensions    none offered, none accepted",
        "  ✓ pass  framing       none",
        "  ✓ pass  leftovers     none",
        "  – skip  refusal       not a refusal",
    ]
    assert lines[-2].startswith("  PASS  ")


def test_a_failed_check_opens() -> None:
    lines = shown(judged(SAMPLE_101.replace(b"Connection: Upgrade", b"Connection: keep-alive")))
    start = lines.index("  ✗ FAIL  connection    < keep-alive")
    assert lines[start + 1 : start + 9] == [
        '          expected  a list that holds the token "upgrade", in any case',
        '          problem   Connection lacks the token "upgrade": keep-alive',
        "          observed  < Connection: keep-alive",
        "                                  ^^^^^^^^^^",
        "          why       Without the token the upgrade is not meant for this hop;",
        "                    every conforming client ends the connection here.",
        '          fix       Send "Connection: Upgrade" in the 101.',
        "          clause    RFC 6455 §4.1 reply step 3",
    ]
    assert lines[-2].startswith("  FAIL  1 of ")


def test_several_problems_of_one_check_stand_apart() -> None:
    lines = shown(judged(SAMPLE_101.replace(b"Connection: Upgrade", b"Connection: close, Upgrade")))
    problems = [line for line in lines if line.startswith("          problem   ")]
    assert len(problems) == 2
    assert [line for line, after in itertools.pairwise(lines) if line == after == ""] == []


def test_warnings_that_are_to_fail_say_so() -> None:
    report = judged(SAMPLE_101.replace(b"Connection: Upgrade", b"Connection: keep-alive, Upgrade"), fail_on="warning")
    assert report.verdict == "fail"
    assert "FAIL" in shown(report)[-2]


def test_quiet_is_the_verdict_and_why_or_nothing() -> None:
    assert shown(judged(SAMPLE_101), quiet=True) == []
    line, why = shown(judged(b"HTTP/1.1 404 Not Found\r\n\r\n"), quiet=True)
    assert why == "  status: the status is 404, not 101"
    assert line.startswith("FAIL  ")
    assert line.endswith("  saved reply")


def test_a_long_content_is_cut_and_verbose_shows_it_all() -> None:
    content = b"".join(b"line %d %b\n" % (number, b"x" * 100) for number in range(20))
    report = judged(b"HTTP/1.1 500 Oops\r\n\r\n" + content)
    lines = shown(report)
    assert "  < line 5 " + "x" * 65 + " ..." in lines
    assert "    ... 14 more lines (-v shows them)" in lines
    loud = shown(report, verbose=1)
    assert "  < line 19 " + "x" * 100 in loud


@pytest.mark.parametrize("width", range(40, 101, 7))
@pytest.mark.parametrize(
    "reply",
    [
        SAMPLE_101,
        SAMPLE_101.replace(b"Connection: Upgrade", b"Connection: " + b"keep-alive, " * 100),
        SAMPLE_101.replace(b"websocket", b"\xff" * 300),
        b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 500 + b"\r\n\r\n" + b"b" * 500,
        b"SSH-2.0-OpenSSH\r\n",
    ],
    ids=["right", "long list", "binary", "redirect", "banner"],
)
def test_no_line_is_wider_than_the_page(reply: bytes, width: int) -> None:
    lines = shown(judged(reply), width=width)
    # The verdict's own line is one sentence, and is not broken.
    assert [line for line in lines[:-3] if len(line) > width] == []


def test_colour_only_where_it_is_wanted() -> None:
    report = judged(SAMPLE_101)
    assert "\x1b" not in text.render([report], View())
    assert "\x1b[32m✓ pass\x1b[0m" in text.render([report], View(color=True))


def test_plain_symbols() -> None:
    plain = text.render([judged(SAMPLE_101.replace(b"websocket", b"h2c"))], View(unicode=False))
    assert plain.isascii()
    assert "  x FAIL  upgrade       < h2c" in plain


# -- excerpts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "length", "width", "line", "carets"),
    [
        (9, 3, 60, "HTTP/1.1 101 OK", "         ^^^"),
        (0, 8, 60, "HTTP/1.1 101 OK", "^^^^^^^^"),
        (17, 4, 60, "X-A: one", "^^^^"[:0] + "^^^^"),
        (22, 3, 60, "X-A: one", "     ^^^"),
        (15, 2, 60, r"HTTP/1.1 101 OK\r\n", "               ^^^^"),
        (22, 99, 60, r"X-A: one\r\n", "     ^^^^^^^"),
        (999, 1, 60, "", "^"),
    ],
)
def test_an_excerpt(offset: int, length: int, width: int, line: str, carets: str) -> None:
    response = b"HTTP/1.1 101 OK\r\nX-A: one\r\n"
    assert excerpt(response, offset, length, width) == (line, carets)


def test_an_excerpt_of_escapes_marks_all_of_them() -> None:
    assert excerpt(b"X: a\x00\xffb\r\n", 4, 2, 60) == (r"X: a\x00\xffb", "    ^^^^^^^^")


@pytest.mark.parametrize("offset", [0, 3, 250, 490, 497])
@pytest.mark.parametrize("length", [1, 5, 200])
@pytest.mark.parametrize("width", [20, 40, 58])
def test_an_excerpt_of_a_long_line_fits_and_marks_what_it_should(offset: int, length: int, width: int) -> None:
    # Each octet tells where it is, so that what stands above the carets can be told.
    content = "".join(chr(0x21 + number % 90) for number in range(500)).replace("\\", "/")
    response = content.encode() + b"\r\n"
    line, carets = excerpt(response, offset, length, width)
    assert len(line) <= width
    assert len(carets) <= width
    marked = line[len(carets) - carets.count("^") : len(carets)]
    wanted = (content + r"\r\n")[offset : offset + length if offset + length <= 500 else None]
    assert marked.removesuffix("...") == wanted[: len(marked.removesuffix("..."))]
    assert marked


# -- what CI systems read as commands ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("    ::error::x", r"    \x3a:error::x"),
        ("a\n  ::error::x\nb", "a\n  \\x3a:error::x\nb"),
        ("\x1b[2m  \x1b[0m::stop-commands::x", "\x1b[2m  \x1b[0m\\x3a:stop-commands::x"),
        ("a ##[error]x", r"a \x23#[error]x"),
        ("a ##vso[task.setvariable]x", r"a \x23#vso[task.setvariable]x"),
        ("##teamcity[message]", r"\x23#teamcity[message]"),
        ("  < ::error::x", "  < ::error::x"),
        ("ws://[::1]:9001/", "ws://[::1]:9001/"),
        ("## a heading", "## a heading"),
    ],
)
def test_no_line_is_a_command(line: str, harmless: str) -> None:
    assert not_a_command(line) == harmless


def test_the_formats_are_the_files_of_the_folder() -> None:
    assert {"text", "json", "ndjson"} <= set(render.formats())
    for name in render.formats():
        assert isinstance(render.load(name).STREAMS, bool)
        assert render.load(name).render([judged(SAMPLE_101)], View())
