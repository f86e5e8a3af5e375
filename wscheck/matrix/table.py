"""The matrix as Markdown, small enough for a README, and the list of what each server fails.

May never enter: a judgement. What there is more of goes down: few servers stand in columns beside the sections, many
stand in rows, where a cell has no room for more than what binds unconditionally.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wscheck.core.visible import printable
from wscheck.matrix.layout import LEVELS, Matrix, Row, failing, score, withheld
from wscheck.render.markdown import code_span, plain

MOST_COLUMNS = 6  # servers beside one another, three figures each: a page is no wider

Rows = Sequence[Row]


def render(matrix: Matrix) -> str:
    """The table, what its figures mean, and the list of what fails."""
    return "\n".join([*table(matrix), "", *_failing(matrix)]) + "\n"


def table(matrix: Matrix) -> Iterator[str]:
    """The lines of the table and of what its figures mean."""
    yield from _in_columns(matrix) if len(matrix.servers) <= MOST_COLUMNS else _in_rows(matrix)
    if matrix.hidden:
        yield withheld(matrix.hidden, "counted")


def _in_columns(matrix: Matrix) -> Iterator[str]:
    yield from _head([_label(matrix, number) for number in range(len(matrix.servers))])
    parts: list[tuple[str, Rows]] = [(plain(group.section.title), group.rows) for group in matrix.groups]
    for title, rows in (*parts, ("**all**", matrix.rows)):
        levels = _levels(rows)
        cells = [" · ".join(_figures(rows, number, levels)) for number in range(len(matrix.servers))]
        yield _line(f"{title} ({' · '.join(levels)})", cells)
    yield ""
    yield "Cases that pass, of those in which something was decided, in the order of the levels that a row names; bold"
    yield "where one fails that binds unconditionally."


def _in_rows(matrix: Matrix) -> Iterator[str]:
    """A server a row: what binds unconditionally by section, then each level over all."""
    groups = [group for group in matrix.groups if any(row.level == "must" for row in group.rows)]
    levels = _levels(matrix.rows)
    yield from _head([*(code_span(group.section.name) for group in groups), *(f"all {level}" for level in levels)])
    for number in range(len(matrix.servers)):
        cells = [figure for group in groups for figure in _figures(group.rows, number, ["must"])]
        yield _line(_label(matrix, number), [*cells, *_figures(matrix.rows, number, levels)])
    yield ""
    yield "Cases that pass, of those in which something was decided: by section what binds unconditionally, then each"
    yield "level over all sections. Bold: one fails; a case that only warns does not pass either."


def _head(titles: list[str]) -> Iterator[str]:
    yield f"| | {' | '.join(titles)} |"
    yield f"| --- |{' :---: |' * len(titles)}"


def _line(title: str, cells: list[str]) -> str:
    return f"| {title} | {' | '.join(cells)} |"


def _label(matrix: Matrix, number: int) -> str:
    return plain(printable(matrix.servers[number].label))


def _levels(rows: Rows) -> list[str]:
    return [level for level in LEVELS if any(row.level == level for row in rows)]


def _figures(rows: Rows, number: int, levels: list[str]) -> list[str]:
    """How one server fares in these rows at each level; bold where something fails that binds unconditionally."""
    scores = [score(rows, number, level) for level in levels]
    shown = [f"{found.passed}/{found.judged}" if found.judged else "–" for found in scores]
    failed = levels[0] == "must" and scores[0].failed
    return [f"**{shown[0]}**", *shown[1:]] if failed else shown


def _failing(matrix: Matrix) -> Iterator[str]:
    """The failures of unconditional requirements, server by server."""
    yield "What fails of what binds unconditionally:"
    yield ""
    for number in range(len(matrix.servers)):
        cases = failing(matrix, number)
        judged = score(matrix.rows, number, "must").judged
        listed = ", ".join(code_span(case.id) for case in cases) or ("nothing" if judged else "nothing was judged")
        yield f"- {code_span(printable(matrix.servers[number].label))}: {listed}"
