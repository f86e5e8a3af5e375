"""`html`: one page that stands alone, for a browser, a ticket, or the artefacts of a build.

Nothing in it is loaded from anywhere, and a server's words are text in it and never markup. Without scripts everything
is there and nothing can be narrowed down.
"""

from __future__ import annotations

from collections.abc import Sequence

from wscheck.core.report import Report
from wscheck.core.visible import printable
from wscheck.render import View
from wscheck.render._html_cases import case_table, failures, scorecard
from wscheck.render._html_checks import check_table, diagnosis, exchanges, failure, repeats, timings
from wscheck.render._markup import Safe, el, join
from wscheck.render._page import mark, page, resource
from wscheck.render._sentence import VERDICTS, sentence, title, waited_sentence

STREAMS = False

_PACKAGE = "wscheck.render"


def render(reports: Sequence[Report], view: View) -> str:
    """All reports on one page, with a list of them where there are several."""
    several = len(reports) > 1
    named = f"{len(reports)} reports" if several else title(reports[0])
    body = join(
        [
            el("h1", "WebSocket handshake report") if several else None,
            _contents(reports) if several else None,
            *(_report(report, number) for number, report in enumerate(reports, 1)),
            el("footer", f"Made by wscheck {reports[0].version}. This page loads nothing and sends nothing."),
        ]
    )
    return page(f"wscheck: {named}", body, resource(_PACKAGE, "_page.css"), resource(_PACKAGE, "_page.js"))


def _contents(reports: Sequence[Report]) -> Safe:
    rows = [
        el(
            "tr",
            el("td", _verdict_mark(report)),
            el("td", el("a", title(report), href=f"#r{number}")),
            el("td", sentence(report)),
        )
        for number, report in enumerate(reports, 1)
    ]
    head = el("tr", *(el("th", name, scope="col") for name in ("Verdict", "Target", "Reason")))
    return el("nav", el("table", el("thead", head), el("tbody", *rows), class_="contents"), aria_label="Reports")


def _report(report: Report, number: int) -> Safe:
    """One report, from the verdict down to the octets. What it does not have is left out."""
    audit = bool(report.cases)
    parts = [
        _heading(report),
        _notes(report),
        failure(report),
        diagnosis(getattr(report, "diagnosis", ())),
        scorecard(report) if audit else None,
        failures(report, number) if audit else None,
        case_table(report, number) if audit else None,
        check_table(report, number),
        timings(report),
        repeats(report.repeats) if report.repeats else None,
        exchanges(report),
    ]
    return el("section", *parts, class_="report", id=f"r{number}")


def _heading(report: Report) -> Safe:
    waited = waited_sentence(report)
    return el(
        "header",
        el("h2", title(report)),
        el("p", _verdict_mark(report), " ", sentence(report), class_="verdict"),
        el("p", waited) if waited else None,
        el("dl", *_facts(report), class_="facts"),
    )


def _verdict_mark(report: Report) -> Safe:
    status = report.verdict if report.verdict in ("pass", "fail") else "error"
    return mark(status, VERDICTS[report.verdict])


def _facts(report: Report) -> list[Safe]:
    main = report.main
    tls = main.tls if main else None
    secured = [tls.version, tls.cipher, "verified" if tls.verified else "NOT VERIFIED"] if tls else []
    found = [
        ("target", printable(report.target.url)),
        ("kind", report.kind),
        ("address", main.address if main else None),
        ("route", main.route if main and main.route not in ("direct", "saved") else None),
        ("protocol", main.protocol if main else None),
        ("TLS", ", ".join(secured)),
        ("started", report.started),
        ("took", f"{report.duration_ms:.1f} ms"),
    ]
    return [el("div", el("dt", name), el("dd", value)) for name, value in found if value]


def _notes(report: Report) -> Safe | None:
    if not report.notes:
        return None
    return el("ul", *(el("li", note) for note in report.notes), class_="notes", aria_label="Notes")
