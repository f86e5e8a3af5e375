"""The matrix as one page that stands alone. A cell leads to what was sent and what came; without scripts as well.

Each cell that can be opened has a panel of its own in the page, and the address names the one that is shown: the
browser does the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wscheck.core.report import CaseResult
from wscheck.matrix.layout import LEVELS, Cell, Group, Matrix, Row, Score, score, withheld
from wscheck.render._html_rows import code, described
from wscheck.render._markup import Safe, el, join
from wscheck.render._octets import SHOWN_BYTES, wire_html
from wscheck.render._page import MARKS, STATUSES, filters, mark, page, resource

_BRIEF_BYTES = 1024  # of a message in a case that is as it should be: a page of five thousand cells has to stay light


def render(matrix: Matrix) -> str:
    """The whole document."""
    styles = resource("wscheck.render", "_page.css") + resource("wscheck.matrix", "matrix.css")
    body = join(
        [
            el("h1", "WebSocket handshake conformance"),
            _intro(matrix),
            el("div", _filters(matrix), _frame(matrix), data_matrix=True),
            _legend(matrix),
            *_panels(matrix),
            el("footer", f"Made by wscheck {matrix.servers[0].version}. This page loads nothing and sends nothing."),
        ]
    )
    return page("WebSocket handshake conformance", body, styles, resource("wscheck.matrix", "matrix.js"))


def _intro(matrix: Matrix) -> Safe:
    rows, servers = len(matrix.rows), len(matrix.servers)
    counted = f"{rows} case{'' if rows == 1 else 's'} in rows, {servers} server{'' if servers == 1 else 's'} in columns"
    said = f"{counted}. A cell leads to what was sent and what came."
    hidden = f" {withheld(matrix.hidden, 'shown')}" if matrix.hidden else ""
    return el("p", said + hidden, class_="intro")


def _filters(matrix: Matrix) -> Safe:
    counts = Counter(str(cell.status) for row in matrix.rows for cell in row.cells)
    differing = el("label", el("input", type="checkbox", data_filter_differ=True), " only where servers differ")
    return filters(0, STATUSES, {status: counts[status] for status in STATUSES}, differing)


def _frame(matrix: Matrix) -> Safe:
    """The table, which scrolls in a frame of its own so that its head and its first column stay in sight."""
    heads = [_server_head(matrix, number) for number in range(len(matrix.servers))]
    head = el("thead", el("tr", el("th", "Case", scope="col", class_="corner"), *heads))
    starts = [sum(len(group.rows) for group in matrix.groups[:number]) for number in range(len(matrix.groups))]
    bodies = [_group(matrix, group, start) for group, start in zip(matrix.groups, starts, strict=True)]
    caption = el("caption", "Cases by section, and what each brought at each server")
    table = el("table", caption, head, _totals(matrix), *bodies, class_="matrix")
    return el("div", table, class_="frame", tabindex=0, role="region", aria_label="Matrix")


def _server_head(matrix: Matrix, number: int) -> Safe:
    server = matrix.servers[number]
    found = score([row for row in matrix.rows if row.level != "policy"], number, "all")
    said = (f"{found.failed} failed" if found.failed else "none failed") if found.judged else "nothing judged"
    return el("th", el("a", server.label, href=f"#s{number}"), el("small", said), scope="col")


def _totals(matrix: Matrix) -> Safe:
    rows = [_scores(matrix, matrix.rows, level, f"all: {level}") for level in LEVELS]
    return el("tbody", *(row for row in rows if row), class_="totals")


def _scores(matrix: Matrix, rows: tuple[Row, ...], level: str, label: str) -> Safe | None:
    scores = [score(rows, number, level) for number in range(len(matrix.servers))]
    if not any(found.judged for found in scores):
        return None
    return el("tr", el("th", label, scope="row"), *(_score(found) for found in scores))


def _score(found: Score) -> Safe:
    look = "some-failed" if found.failed else "whole" if found.passed == found.judged else "some-warned"
    return el("td", f"{found.passed}/{found.judged}" if found.judged else "–", class_=look)


def _group(matrix: Matrix, group: Group, start: int) -> Safe:
    said = " (not in the result)" if group.section.policy else ""
    scores = [_score(score(group.rows, number, "all")) for number in range(len(matrix.servers))]
    heading = el("tr", el("th", group.section.title + said, scope="rowgroup"), *scores, class_="section")
    rows = [_row(row, start + number) for number, row in enumerate(group.rows)]
    return el("tbody", heading, *rows)


def _row(row: Row, number: int) -> Safe:
    case = row.case
    heading = el(
        "th",
        el("a", case.id, href=f"#c{number}", class_="id"),
        el("span", f"{row.level}: {case.title}", class_="title"),
        scope="row",
    )
    statuses = [cell.status for cell in row.cells if cell.status not in ("hidden", "absent")]
    cells = [_cell(cell, f"{number}-{column}") for column, cell in enumerate(row.cells)]
    shown = sorted(set(statuses))
    return el(
        "tr",
        heading,
        *cells,
        class_="row",
        data_statuses=" ".join(shown),
        data_level=row.level,
        data_differ=len(shown) > 1,
    )


def _cell(cell: Cell, place: str) -> Safe:
    """Symbol and word; the word is the outcome where there is one."""
    if cell.status == "hidden":
        return el("td", "not shown", class_="cell hidden", title="not shown: its maintainers hear of it first")
    if cell.case is None:
        return el("td", class_="cell absent", title="not in this report")
    symbol, word = MARKS[cell.status]
    outcome = cell.case.outcome or ("skipped" if cell.status == "skip" else word)
    link = el("a", el("span", symbol, aria_hidden="true"), f" {outcome}", href=f"#d{place}", title=f"{word}: {outcome}")
    return el("td", link, class_=f"cell {cell.status}")


def _legend(matrix: Matrix) -> Safe:
    words = {
        "pass": "as it should be",
        "fail": "breaks a rule",
        "warn": "breaks a recommendation, or tolerable",
        "info": "worth knowing",
        "skip": "not played, with its reason",
        "error": "wscheck itself failed",
    }
    outcomes = {
        "refused": "an error status",
        "ignored": "an ordinary reply, as if Upgrade were absent",
        "closed": "the connection ended without a reply",
        "accepted": "101",
        "silent": "nothing within the limit",
    }
    if any(cell.status == "absent" for row in matrix.rows for cell in row.cells):
        outcomes["(empty)"] = "the case is not in that report"
    if matrix.public:
        outcomes["not shown"] = "a server died of the request or hangs on it: its maintainers hear of it first"
    signs = [join([el("dt", mark(status)), el("dd", text)]) for status, text in words.items()]
    said = [join([el("dt", word), el("dd", text)]) for word, text in outcomes.items()]
    scores = "Figures are cases that pass, of those in which something was decided."
    return el("div", el("h2", "Legend"), el("dl", *signs, *said, class_="legend"), el("p", scores))


# -- panels ------------------------------------------------------------------------------------------------------------


def _panels(matrix: Matrix) -> Iterator[Safe]:
    for number, server in enumerate(matrix.servers):
        facts = [("target", code(server.url)), ("audited", server.started), ("with", f"wscheck {server.version}")]
        if not matrix.public:
            facts.append(("verdict", server.verdict))
        yield _panel(f"s{number}", server.label, described(facts))
    for number, row in enumerate(matrix.rows):
        yield _panel(f"c{number}", row.case.id, _about(row.case))
        for column, cell in enumerate(row.cells):
            if cell.case is not None:
                title = f"{row.case.id} at {matrix.servers[column].label}"
                yield _panel(f"d{number}-{column}", title, _brought(cell, cell.case, number))


def _panel(name: str, title: str, inside: Safe) -> Safe:
    close = el("a", "Close", href="#_", class_="close")
    return el("section", close, el("h3", title), inside, class_="panel", id=name, tabindex=-1)


def _about(case: CaseResult) -> Safe:
    return described(
        (
            ("title", case.title),
            ("level", "policy" if case.policy else case.level),
            ("expected", case.expected),
            ("why", case.why),
            ("fix", case.fix),
            ("clause", case.clause),
            ("requirements", " · ".join(case.requirements)),
        )
    )


def _brought(cell: Cell, case: CaseResult, number: int) -> Safe:
    bad = case.status in ("fail", "warn", "error")
    told = described(
        (
            ("sent", code(case.sent)),
            ("expected", case.expected),
            ("observed", code(case.observed)),
            ("outcome", case.outcome),
            ("skipped", case.skip_reason),
            ("why", case.why if bad else None),
            ("fix", case.fix if bad else None),
            ("clause", case.clause if bad else None),
            ("case", el("a", case.title, href=f"#c{number}")),
        )
    )
    wires = [wire_html(wire, SHOWN_BYTES if bad else _BRIEF_BYTES) for wire in cell.wires]
    return join([el("p", mark(case.status)), told, *wires])
