"""`html`: one page that stands alone, in which a server's words are text."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.lab.test_faults_on_the_wire import reports as of_all_faults
from tests.peer import SAMPLE_KEY
from tests.render import samples
from tests.render.audits import CASES, WORDS, audit, every, hostile, refused, strict
from tests.render.pages import Page, read
from wscheck import probing
from wscheck.core.report import Repeats, Report, Spread
from wscheck.core.visible import printable, visible
from wscheck.render import View, html
from wscheck.render._html_checks import diagnosis
from wscheck.render._markup import Safe, el, join, lines, text


def page(*reports: Report) -> Page:
    """The page of these reports."""
    return read(html.render(reports, View()))


def test_every_probe_is_a_page() -> None:
    for report in (*of_all_faults().values(), samples.broken(), samples.warned()):
        found = page(report)
        assert len(found.all("tr", "row")) == len(report.checks)


def test_all_on_one_page() -> None:
    found = page(*every())
    assert len(found.all("section", "report")) == len(every())
    assert len([link for link in found.all("a") if link["href"].startswith("#r") and "-" not in link["href"]]) == len(
        every()
    )


def test_an_audit_has_all_its_cases() -> None:
    found = page(audit())
    rows = [row for row in found.all("tr", "row") if "-case-" in row["id"]]
    assert [(row["id"], row["data-status"]) for row in rows] == [(f"r1-case-{one.id}", one.status) for one in CASES]
    assert [row["id"].removeprefix("r1-case-") for row in rows if "data-open" in row] == [
        one.id for one in CASES if one.status in ("fail", "error")
    ]
    links = [link["href"] for link in found.all("a")]
    assert links == ["#r1-case-method-head", "#r1-case-frame-unmasked", "#r1-case-frame-rsv"]
    for said in (
        "2 of 12 cases failed",
        "The request line",
        "R-6455-4.1-10 · R-9110-9-2",
        "one connection for each case",
    ):
        assert said in found.text
    assert "HEAD / HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n" in found.text
    assert "frames: client ping (4), server close (2)" in found.text


def test_what_is_not_there_is_left_out() -> None:
    assert "What failed" not in page(strict()).text
    assert "No reply came." in page(audit()).text
    assert "no case was judged" in page(refused()).text
    unreachable = next(report for report in samples.hostile() if report.verdict == "unreachable")
    assert "tls: certificate: " in page(unreachable).text
    assert page(audit()._replace(sections=())).text.count("method-head") == page(audit()).text.count("method-head")


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_are_text(word: bytes) -> None:
    """`read` refuses an element, an attribute or a value that is not ours; the words are all there to be read."""
    found = page(hostile(word))
    assert visible(word) in found.text.replace("\\r\\n\n", "").replace("\\n\n", "") or b"\n" in word
    assert printable(word.decode("utf-8", "surrogateescape")) in found.text
    assert [element for element, _ in found.elements] == [element for element, _ in page(hostile(b"plain")).elements]


def test_hostile_probes_are_text() -> None:
    found = page(*samples.hostile())
    assert all(char.isprintable() or char == "\n" for char in found.text)


def test_octets_beyond_the_limit_are_counted() -> None:
    large = audit()
    made = large.exchanges[1]._replace(response=b"HTTP/1.1 400 x\r\n\r\n" + b"a" * 20_000)
    assert (
        "(11826 more octets)" in page(large._replace(exchanges=(large.exchanges[0], made, *large.exchanges[2:]))).text
    )


def test_the_times_of_several_probes() -> None:
    report = probing.judge_saved(samples.GOOD, SAMPLE_KEY, probing.Options())
    many = Repeats(("pass", "fail"), {"handshake": Spread(1.0, 2.0, 3.0, 4.0)}, (1.0, None))
    found = page(report._replace(repeats=many))
    assert "2 probes, 1 failed" in found.text


class _Cause(NamedTuple):
    cause: str = "proxy-strips-upgrade"
    confidence: float = 0.875
    summary: str = "a proxy <took> Upgrade away"
    evidence: tuple[str, ...] = ("Via: 1.1 x",)
    fix: tuple[str, ...] = ("nginx:", "    a <b>;", "      c;", "Then reload.")
    would_tell: tuple[str, ...] = ("--resolve tells.",)
    console: tuple[str, ...] = ("Chromium: it <failed>",)
    said: str = "likely"


def test_a_diagnosis() -> None:
    assert diagnosis(()) is None
    found = diagnosis((_Cause(), _Cause(evidence=(), fix=(), would_tell=())))
    assert found == (
        '<div class="diagnosis"><h3>Diagnosis, likeliest first</h3><article>'
        "<h4>a proxy &lt;took&gt; Upgrade away <small>proxy-strips-upgrade, likely</small></h4>"
        "<h5>Because</h5><p>Via: 1.1 x</p>"
        "<h5>Fix</h5><p>nginx:</p><pre>a &lt;b&gt;;\n  c;</pre><p>Then reload.</p>"
        "<h5>Unsure</h5><p>--resolve tells.</p>"
        "</article><article>"
        "<h4>a proxy &lt;took&gt; Upgrade away <small>proxy-strips-upgrade, likely</small></h4></article>"
        "<h5>In the console</h5><p>Chromium: it &lt;failed&gt;</p></div>"
    )


# -- markup ------------------------------------------------------------------------------------------------------------


def test_a_text_is_never_markup() -> None:
    assert text("<b>&\"'\x1b\u202e") == "&lt;b&gt;&amp;&quot;&#x27;\\x1b\\xe2\\x80\\xae"
    assert text("::error::##[x]") == "&#58;:error&#58;:&#35;#[x]"
    assert lines("<a>\n<b>") == "&lt;a&gt;\n&lt;b&gt;"
    assert join(["<", None, Safe("<br>")]) == "&lt;<br>"


def test_an_element() -> None:
    assert el("p", "a", None, el("b", "<"), class_="x") == '<p class="x">a<b>&lt;</b></p>'
    assert el("input", checked=True, disabled=False, tabindex=0, data_a_b=None) == '<input checked tabindex="0">'


@pytest.mark.parametrize("value", ['"', "<", ">", "'", "`", "\n", "\u202e", "é"])
def test_an_attribute_holds_words_of_ours_only(value: str) -> None:
    with pytest.raises(ValueError, match="the attribute title may not hold"):
        el("p", title=f"a{value}")
