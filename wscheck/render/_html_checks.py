"""What a handshake brought, on a page: its checks, why it failed, its times, and its octets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from wscheck.core.diagnosis import blocks
from wscheck.core.exchange import Exchange
from wscheck.core.report import Finding, Problem, Repeats, Report
from wscheck.render._html_cases import bar
from wscheck.render._html_rows import Rows, code, described, unfolding
from wscheck.render._markup import Safe, el, join, lines
from wscheck.render._octets import wire_html, wire_of
from wscheck.render._page import mark
from wscheck.render._sentence import failure_sentence
from wscheck.render._timing import PHASES
from wscheck.render._wire import content, facts

_COLUMNS = ("Check", "Status", "Observed")


class Explained(Protocol):
    """A likely cause, as far as a page shows it."""

    @property
    def cause(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def summary(self) -> str: ...
    @property
    def evidence(self) -> Sequence[str]: ...
    @property
    def fix(self) -> Sequence[str]: ...
    @property
    def would_tell(self) -> Sequence[str]: ...
    @property
    def console(self) -> Sequence[str]: ...
    @property
    def said(self) -> str: ...


def diagnosis(found: Sequence[Explained]) -> Safe | None:
    """The likely causes, likeliest first."""
    if not found:
        return None
    heading = "Diagnosis" if len(found) == 1 else "Diagnosis, likeliest first"
    console = _told("In the console", found[0].console)  # the failure's, and not a cause's
    return el("div", el("h3", heading), *(_cause(cause) for cause in found), *console, class_="diagnosis")


def _cause(cause: Explained) -> Safe:
    return el(
        "article",
        el("h4", cause.summary, " ", el("small", f"{cause.cause}, {cause.said}")),
        *_told("Because", cause.evidence),
        *_told("Fix", cause.fix),
        *_told("Unsure", cause.would_tell),
    )


def _told(label: str, said: Sequence[str]) -> Iterator[Safe]:
    """Sentences under a label; lines to copy stand as they are."""
    if said:
        yield el("h5", label)
    for block, texts in blocks(said):
        yield el("pre", lines("\n".join(texts))) if block else el("p", texts[0])


def failure(report: Report) -> Safe | None:
    """What kept a reply from coming."""
    return el("p", failure_sentence(report), class_="failure") if report.verdict == "unreachable" else None


def check_table(report: Report, number: int) -> Safe | None:
    """The checks of the handshake; of an audit, those of its control handshake."""
    if not report.checks:
        return None
    heading = "The good handshake" if report.cases else "Checks"
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in _COLUMNS)))
    rows = Rows(number, "check")
    body = el("tbody", *(_check(finding, rows) for finding in report.checks))
    table = el("table", el("caption", heading), head, body, class_="rows checks")
    return el("div", el("h3", heading), table, _content(report), data_filter=True)


def _check(finding: Finding, rows: Rows) -> Safe:
    observed = (finding.skip_reason if finding.status == "skip" else finding.observed) or ""
    shown = el("code", observed) if finding.verbatim and finding.status != "skip" else observed
    cells = [
        el("th", el("span", finding.id, class_="id"), el("span", finding.title, class_="title"), scope="row"),
        el("td", mark(finding.status)),
        el("td", shown, class_="observed"),
    ]
    inside = join(
        [
            described(
                (
                    ("expected", finding.expected),
                    ("observed", code(finding.observed)),
                    ("skipped", finding.skip_reason),
                    ("clause", finding.clause),
                    ("requirements", " · ".join(finding.requirements)),
                )
            ),
            *(_problem(problem) for problem in finding.problems),
        ]
    )
    opened = finding.status in ("fail", "error")
    return unfolding(rows.anchor(finding.id), cells, inside, status=finding.status, level="", opened=opened)


def _problem(problem: Problem) -> Safe:
    told = described(
        (
            (problem.level, el("span", problem.message, " ", el("small", problem.code))),
            ("why", problem.why),
            ("fix", problem.fix),
            ("clause", f"{problem.clause} · {problem.requirement}"),
        )
    )
    return el("div", told, class_=f"problem {problem.level}")


def _content(report: Report) -> Safe | None:
    """A refusal's content: the server's own words often name the cause."""
    if not report.main:
        return None
    size, lines = content(report.main)
    if not lines:
        return None
    return el("figure", el("figcaption", f"the server's words, {size} octets"), el("pre", code("\n".join(lines))))


def timings(report: Report) -> Safe | None:
    """The phases of the handshake, each beginning where the one before it ends."""
    measured = report.main.timings if report.main else None
    steps = [(phase, value) for phase in PHASES[:-1] if (value := getattr(measured, phase, None)) is not None]
    total = sum(value for _, value in steps)
    if total <= 0:
        return None
    rows, start = [], 0.0
    for phase, value in steps:
        shown = bar(100 * start / total, max(100 * value / total, 0.5))
        rows.append(el("tr", el("th", phase, scope="row"), el("td", f"{value:.1f} ms"), el("td", shown)))
        start += value
    head = el("tr", *(el("th", name, scope="col") for name in ("Phase", "Time", "")))
    return el("div", el("h3", "Times"), el("table", el("thead", head), el("tbody", *rows), class_="times"))


def repeats(found: Repeats) -> Safe:
    """The spread of several handshakes."""
    head = el("tr", *(el("th", name, scope="col") for name in ("ms", "min", "median", "p95", "max")))
    rows = [
        el("tr", el("th", phase, scope="row"), *(el("td", f"{value:.1f}") for value in spread))
        for phase, spread in found.phases.items()
    ]
    said = f"{len(found.verdicts)} probes, {found.failed} failed"
    return el("div", el("h3", said), el("table", el("thead", head), el("tbody", *rows), class_="spread"))


def exchanges(report: Report) -> Safe | None:
    """The exchanges that belong to no case, octet by octet."""
    taken = {index for case in report.cases for index in case.exchanges}
    made = [exchange for index, exchange in enumerate(report.exchanges) if index not in taken]
    if not made:
        return None
    return el("div", el("h3", "Raw exchanges"), *(_exchange(exchange) for exchange in made), class_="exchanges")


def _exchange(exchange: Exchange) -> Safe:
    where = " · ".join(part for part in (exchange.route, exchange.address, exchange.protocol) if part)
    known = [el("li", fact) for fact in facts(exchange)]
    return el(
        "details",
        el("summary", f"{exchange.purpose} ", el("small", where)),
        el("ul", *known, class_="known") if known else None,
        wire_html(wire_of(exchange, "")),
        class_="raw",
    )
