"""The pages that wscheck writes, in a real browser: filters work, nothing is asked for, no word of a server runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.render.audits import CASES, WORDS, audit, case, exchange, hostile, strict
from wscheck.core.report import Report
from wscheck.core.visible import printable, visible
from wscheck.matrix import page
from wscheck.matrix.layout import lay_out
from wscheck.matrix.saved import read_saved
from wscheck.render import View, load

from .browser import ARROW_UP, ENTER, ESCAPE, SPACE, Browser, Site, chromium

ROWS = ".cases .row th .id"
# What a page of wscheck has none of: anything that loads, embeds, submits or moves the base.
FOREIGN = "img, iframe, object, embed, video, audio, form, base, a[href]:not([href^='#']), body script ~ script"
CONTRAST = """
const seen = new Set(), low = [];
const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
  const v = c[i] / 255;
  return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
}, 0);
const back = (e) => {
  for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.getClientRects().length || e.matches("script, option")) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(back(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const name = e.tagName + "." + e.className;
  if (ratio < 4.5 && !seen.has(name)) { seen.add(name); low.push(name + " " + ratio.toFixed(2)); }
}
return low;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests here."""
    with chromium(tmp_path_factory.mktemp("chromium")) as window:
        yield window


def html(*reports: Report) -> str:
    """The page of these reports."""
    return load("html").render(reports, View())


def matrix(*reports: Report) -> str:
    """The matrix of these reports."""
    texts = [load("json").render([report], View()).encode("utf-8") for report in reports]
    return page.render(lay_out([read_saved(text, "a.json") for text in texts], public=False))


def opened(browser: Browser, site: Site, path: str) -> None:
    """Opens a page. Asserts that this was all that was asked for, and that nothing went wrong in it."""
    browser.open(site.url + path)
    assert browser.run("return document.readyState") == "complete"
    quiet(browser, site, path)


def quiet(browser: Browser, site: Site, *paths: str) -> None:
    """Asserts that no more than these paths were asked for, and that nothing was complained of or run."""
    assert not browser.has_dialog()
    assert browser.complaints() == []
    asked = [url for url in browser.requests() if url != "data:,"]
    assert asked == [site.url + path for path in paths]
    assert site.asked == list(paths)
    site.asked.clear()


def test_the_instruments_see_what_they_are_to_see(browser: Browser) -> None:
    scripts = "<script>throw new Error('seen')</script><script>setTimeout(() => alert(1))</script>"
    bad = "<p style='color: #999; background: #fff'>pale</p><img src=/seen.png>" + scripts
    with Site({"/": bad}) as site:
        browser.open(site.url + "/")
        assert browser.has_dialog()
        browser.close_dialog()
        assert any("Error: seen" in said for said in browser.complaints())
        assert f"{site.url}/seen.png" in browser.requests()
        assert "/seen.png" in site.asked
        assert browser.run(f'return document.querySelectorAll("{FOREIGN}").length') == 2
        assert browser.run(CONTRAST) == ["P. 2.85"]


def test_the_filter_of_an_audit(browser: Browser) -> None:
    with Site({"/": html(audit())}) as site:
        opened(browser, site, "/")
        every = [one.id for one in CASES]
        assert browser.visible(ROWS) == every
        assert browser.visible("[data-filter-count]") == ["14 of 14 shown"]

        browser.send("[data-filter-text]", "METHOD head")
        assert browser.visible(ROWS) == ["method-head"]
        assert browser.visible("[data-filter-count]") == ["1 of 14 shown"]
        assert browser.visible(".section th") == [
            text for text in browser.texts(".section th") if "request line" in text
        ]
        browser.send("[data-filter-text]", ESCAPE)
        assert browser.visible(ROWS) == every

        browser.send("[data-filter-text]", "intrusive")  # the reason of a skip is a text like any other
        assert browser.visible(ROWS) == ["huge-head", "smuggled"]
        browser.send("[data-filter-text]", ESCAPE)

        for status in ("pass", "info", "skip"):
            browser.send(f"[data-filter-status={status}]", SPACE)
        assert browser.visible(ROWS) == [one.id for one in CASES if one.status in ("fail", "warn", "error")]
        browser.send("[data-filter-level]", "pol")
        assert browser.visible(ROWS) == ["origin-foreign"]
        browser.send("[data-filter-level]", ARROW_UP)
        assert browser.visible(ROWS) == []
        assert browser.visible(".section th") == []
        quiet(browser, site)


def test_a_row_unfolds_by_keyboard_by_click_and_by_link(browser: Browser) -> None:
    with Site({"/": html(audit())}) as site:
        opened(browser, site, "/")
        more = "#r1-case-method-post-more"
        assert browser.visible(more) == []
        browser.send("#r1-case-method-post button", ENTER)
        assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
        (inside,) = browser.visible(more)
        assert "Refuse it with 405" in inside
        browser.send(f"{more} summary", ENTER)
        assert browser.visible(f"{more} pre")[0] == "POST / HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n"
        browser.click("#r1-case-method-post .observed")
        assert browser.visible(more) == []
        browser.send("#r1-case-method-head button", SPACE)
        assert browser.visible("#r1-case-method-head-more") == []
        browser.click(".failed a")
        assert len(browser.visible("#r1-case-method-head-more")) == 1
        browser.click("[data-fold=close]")
        assert browser.visible(".cases .more") == []
        browser.click("[data-fold=open]")
        assert len(browser.visible(".cases .more")) == 14
        quiet(browser, site)


def test_what_servers_say_is_text(browser: Browser) -> None:
    """All hostile words at once, a report and a column for each, in each place that a server's word can reach."""
    reports = [hostile(word) for word in WORDS]
    said = [printable(word.decode("utf-8", "surrogateescape")) for word in WORDS]
    with Site({"/": html(*reports), "/matrix": matrix(*reports)}) as site:
        opened(browser, site, "/")
        assert browser.texts(".report h2") == said
        assert browser.texts(".row[id$='-case-request-fail'] .observed") == said
        octets = browser.texts(".more[id$='-case-request-fail-more'] .in pre")
        assert [visible(word) in text for word, text in zip(WORDS, octets, strict=True)] == [True] * len(WORDS)
        assert browser.run(f'return document.querySelectorAll("{FOREIGN}").length') == 0
        browser.run("document.querySelectorAll('[data-fold=open]').forEach((button) => button.click())")
        quiet(browser, site)
        opened(browser, site, "/matrix")
        assert browser.texts("thead th a") == said
        browser.click("tbody .row:nth-child(3) td a")
        assert said[0] in browser.visible(".panel")[0]
        octets = browser.texts(".panel[id^='d1-'] .in pre")
        assert [visible(word) in text for word, text in zip(WORDS, octets, strict=True)] == [True] * len(WORDS)
        assert browser.run(f'return document.querySelectorAll("{FOREIGN}").length') == 0
        quiet(browser, site)


def test_without_scripts_everything_is_there(browser: Browser) -> None:
    with Site({"/": html(audit()), "/matrix": matrix(audit(), strict("b"))}) as site:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
        try:
            opened(browser, site, "/")
            assert len(browser.visible(".cases .more")) == 14
            assert browser.visible(".filters, .row button") == []
            opened(browser, site, "/matrix")
            assert len(browser.visible(".row")) == 14
            assert browser.visible(".filters, .panel") == []
            browser.open(f"{site.url}/matrix#d1-0")
            assert len(browser.visible(".panel")) == 1
        finally:
            browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_light_and_in_dark(browser: Browser, scheme: str) -> None:
    """WCAG 2.1, 1.4.3: a contrast of at least 4.5 to 1."""
    browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    with Site({"/": html(audit(), strict()), "/matrix": matrix(audit(), strict("b"), hostile(b"x"))}) as site:
        opened(browser, site, "/")
        back = browser.run("return getComputedStyle(document.body).backgroundColor")
        assert (back == "rgb(255, 255, 255)") == (scheme == "light")
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        browser.click("[data-fold=open]")
        assert browser.run(CONTRAST) == []
        opened(browser, site, "/matrix")
        assert browser.run(CONTRAST) == []
        browser.open(f"{site.url}/matrix#d1-0")
        assert browser.run(CONTRAST) == []
    browser.devtools("Emulation.setEmulatedMedia", features=[])


def test_the_filter_of_a_matrix(browser: Browser) -> None:
    with Site({"/": matrix(audit(name="a"), strict("b"), audit(case("method-post", "request", "fail")))}) as site:
        opened(browser, site, "/")
        rows = ".row th .id"
        assert len(browser.visible(rows)) == 14
        browser.send("[data-filter-text]", "method")
        assert browser.visible(rows) == ["method-post", "method-head"]
        browser.click("[data-filter-differ]")
        assert browser.visible(rows) == ["method-post"]
        browser.click("[data-filter-differ]")
        browser.send("[data-filter-text]", ESCAPE)
        for status in ("pass", "warn", "info", "skip", "error"):
            browser.send(f"[data-filter-status={status}]", SPACE)
        assert browser.visible(rows) == ["method-post", "method-head", "frame-unmasked", "origin-foreign"]
        browser.send("[data-filter-level]", "policy")
        assert browser.visible(rows) == ["origin-foreign"]
        assert browser.visible("[data-filter-count]") == ["1 of 14 shown"]
        quiet(browser, site)


def test_a_cell_opens_and_closes(browser: Browser) -> None:
    with Site({"/": matrix(audit(name="a"), strict("b"))}) as site:
        opened(browser, site, "/")
        assert browser.visible(".panel") == []
        browser.send(".row td.fail a", ENTER)
        (panel,) = browser.visible(".panel")
        assert "method-head at a" in panel
        assert "HEAD / HTTP/1.1\\r\\n" in panel
        assert browser.run("return document.activeElement.matches('.panel')")
        browser.send(".panel:target", ESCAPE)
        assert browser.visible(".panel") == []
        assert browser.run("return document.activeElement.matches('.row td.fail a')")
        browser.click(".row td.pass a")
        browser.click(".panel:target .close")
        assert browser.visible(".panel") == []
        quiet(browser, site)


def test_a_large_matrix_stays_usable(browser: Browser) -> None:
    """Twenty servers and 250 cases: head and first column stay in sight, and a filter answers at once."""
    cases = [
        case(
            f"case-{number}",
            "request" if number < 125 else "key",
            "fail" if number % 9 == 0 else "pass",
            exchanges=(1,),
        )
        for number in range(250)
    ]
    servers = [audit(*cases, name=f"server {number}") for number in range(20)]
    servers = [server._replace(exchanges=(exchange("handshake"), exchange("case"))) for server in servers]
    with Site({"/": matrix(*servers)}) as site:
        opened(browser, site, "/")
        browser.run("const f = document.querySelector('.frame'); f.scrollTop = 4000; f.scrollLeft = 900;")
        head, corner, column, frame = browser.run(
            """const box = (s) => document.querySelector(s).getBoundingClientRect();
            const row = [...document.querySelectorAll(".row th")].find((e) => e.getBoundingClientRect().top > 300);
            return [box("thead th:last-child").top, box(".corner").left, row.getBoundingClientRect().left,
              [box(".frame").top, box(".frame").left]];"""
        )
        assert abs(head - frame[0]) < 3
        assert abs(corner - frame[1]) < 3
        assert abs(column - frame[1]) < 3
        took = browser.run(
            """const find = document.querySelector("[data-filter-text]"), start = performance.now();
            find.value = "case-24";
            find.dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect();
            return performance.now() - start;"""
        )
        assert len(browser.visible(".row")) == 11
        assert took < 1000
        quiet(browser, site)


def run(place: Path, *command: str) -> dict[str, Any]:
    """The JSON report of a run that writes its page to `place` as well."""
    words = [sys.executable, "-m", "wscheck", *command, "--report", f"html={place}", "--format", "json"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_page_of_a_real_probe(browser: Browser, tmp_path: Path) -> None:
    report = run(tmp_path / "report.html", "probe", "lab:accept-missing")
    with Site({"/": (tmp_path / "report.html").read_text("utf-8")}) as site:
        opened(browser, site, "/")
        assert browser.visible(".checks .row th .id") == [check["id"] for check in report["checks"]]
        assert len(browser.visible("#r1-check-accept-more")) == 1
        quiet(browser, site)


def test_the_page_and_the_matrix_of_a_real_audit(browser: Browser, tmp_path: Path) -> None:
    report = run(tmp_path / "report.html", "audit", "lab:")
    saved = read_saved(json.dumps(report).encode("utf-8"), "a.json")
    pages = {"/": (tmp_path / "report.html").read_text("utf-8"), "/matrix": page.render(lay_out([saved], public=False))}
    ids = [one["id"] for one in report["cases"]]
    with Site(pages) as site:
        opened(browser, site, "/")
        assert sorted(browser.visible(ROWS)) == sorted(ids)
        browser.send("[data-filter-text]", "method-p")
        assert browser.visible(ROWS) == ["method-post", "method-put"]
        browser.send("#r1-case-method-post button", ENTER)
        browser.send("#r1-case-method-post-more summary", ENTER)
        assert browser.visible("#r1-case-method-post-more .out pre")[0].startswith("POST / HTTP/1.1\\r\\n\n")
        quiet(browser, site)
        opened(browser, site, "/matrix")
        assert sorted(browser.visible(".row th .id")) == sorted(ids)
        quiet(browser, site)
