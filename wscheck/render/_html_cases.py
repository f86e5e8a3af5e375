"""The cases of an audit on a page: scorecard, what failed, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from wscheck.core.report import COUNTED, CaseResult, Report
from wscheck.render._html_rows import Rows, code, described, unfolding
from wscheck.render._markup import Safe, el, join
from wscheck.render._octets import wire_html, wire_of
from wscheck.render._page import LEVELS, STATUSES, filters, mark

_COLUMNS = ("Case", "Status", "Observed", "Level", "Time")


def scorecard(report: Report) -> Safe:
    """How many cases of each level have each status."""
    head = el("tr", el("th", "Level", scope="col"), *(el("th", mark(status), scope="col") for status in COUNTED))
    rows = [_score(level, report.scorecard[level]) for level in LEVELS if any(report.scorecard[level].values())]
    return el("table", el("caption", "Scorecard"), el("thead", head), el("tbody", *rows), class_="scorecard")


def _score(level: str, counts: dict[str, int]) -> Safe:
    shown = f"{level} (not in the result)" if level == "policy" else level
    cells = [el("td", str(counts[name]), class_=f"count {name}" if counts[name] else "count none") for name in COUNTED]
    return el("tr", el("th", shown, scope="row"), *cells)


def failures(report: Report, number: int) -> Safe | None:
    """What made the result, each with a link to its row."""
    rows = Rows(number, "case")
    found = [case for case in report.cases if report.fails(case) or case.status == "error"]
    if not found:
        return None
    listed = [
        el("li", el("a", case.id, href=f"#{rows.anchor(case.id)}"), " ", el("span", case.observed)) for case in found
    ]
    return el("div", el("h3", "What failed"), el("ul", *listed), class_="failed")


def case_table(report: Report, number: int) -> Safe:
    """All cases by section, with the controls that narrow them down."""
    statuses: list[str] = [case.status for case in report.cases]
    longest = max((case.duration_ms for case in report.cases), default=0.0)
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in _COLUMNS)))
    bodies = [
        _section(report, number, title, policy, found, longest) for title, policy, found in by_section(report) if found
    ]
    table = el("table", el("caption", "Cases"), head, *bodies, class_="rows cases")
    controls = filters(number, STATUSES, {status: statuses.count(status) for status in STATUSES}, _fold_all())
    return el("div", el("h3", "Cases"), controls, table, data_filter=True, class_="wide")


def by_section(report: Report) -> list[tuple[str, bool, Sequence[CaseResult]]]:
    """(title, policy, cases) in the report's order; cases of a section that it does not list come last."""
    known = [
        (view.title, view.policy, [case for case in report.cases if case.section == view.name])
        for view in report.sections
    ]
    names = {view.name for view in report.sections}
    loose = [case for case in report.cases if case.section not in names]
    return known + [(name, False, list(found)) for name, found in groupby(loose, key=lambda case: case.section)]


def _fold_all() -> Safe:
    return el(
        "span",
        el("button", "Unfold all", type="button", data_fold="open"),
        el("button", "Fold all", type="button", data_fold="close"),
        class_="fold",
    )


def _section(
    report: Report, number: int, title: str, policy: bool, found: Sequence[CaseResult], longest: float
) -> Safe:
    statuses: list[str] = [case.status for case in found]
    counted = [el("span", mark(name), f" {statuses.count(name)}", class_="tally") for name in STATUSES]
    shown = [span for name, span in zip(STATUSES, counted, strict=True) if name in statuses]
    said = " (not in the result)" if policy else None
    heading = el("tr", el("th", title, said, " ", *shown, colspan=len(_COLUMNS), scope="rowgroup"), class_="section")
    rows = Rows(number, "case")
    return el("tbody", heading, *(_case(report, case, rows, longest) for case in found))


def _case(report: Report, case: CaseResult, rows: Rows, longest: float) -> Safe:
    level = "policy" if case.policy else case.level
    observed = case.skip_reason if case.status == "skip" else case.observed
    cells = [
        el("th", el("span", case.id, class_="id"), el("span", case.title, class_="title"), scope="row"),
        el("td", mark(case.status)),
        el("td", observed or "", class_="observed"),
        el("td", level),
        el("td", _time(case.duration_ms, longest), class_="time"),
    ]
    opened = case.status in ("fail", "error")
    anchor = rows.anchor(case.id)
    return unfolding(anchor, cells, _inside(report, case), status=case.status, level=level, opened=opened)


def _time(ms: float, longest: float) -> Safe:
    if not ms:
        return Safe("")
    width = max(round(100 * ms / longest, 1), 0.5) if longest else 0
    return join([f"{ms:.1f} ms", bar(0, width)])


def bar(start: float, width: float) -> Safe:
    """A bar that begins at `start` and is `width` long, of a hundred."""
    rect = el("rect", x=round(start, 1), y=0, width=round(width, 1), height=4)
    return el("svg", rect, viewBox="0 0 100 4", preserveAspectRatio="none", class_="bar", aria_hidden="true")


def _inside(report: Report, case: CaseResult) -> Safe:
    told = described(
        (
            ("sent", code(case.sent)),
            ("expected", case.expected),
            ("observed", code(case.observed)),
            ("outcome", case.outcome),
            ("skipped", case.skip_reason),
            ("why", case.why),
            ("fix", case.fix),
            ("clause", case.clause),
            ("requirements", " · ".join(case.requirements)),
        )
    )
    made = [report.exchanges[index] for index in case.exchanges if 0 <= index < len(report.exchanges)]
    several = len(made) > 1
    wires = [
        wire_html(wire_of(exchange, f"{number} of {len(made)}" if several else ""))
        for number, exchange in enumerate(made, 1)
    ]
    raw = el("details", el("summary", "Raw exchange" + ("s" if several else "")), *wires, class_="raw")
    return join([told, raw if made else None])
