"""The matrix as Markdown, small enough for a README: sections in rows, servers in columns, and what each fails."""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.core.visible import printable
from wscheck.matrix.layout import LEVELS, Matrix, Row, failing, score
from wscheck.render.markdown import code_span, plain


def render(matrix: Matrix) -> str:
    """The table, what its figures mean, and the list of what fails."""
    return "\n".join([*_table(matrix), "", *_failing(matrix)]) + "\n"


def _table(matrix: Matrix) -> Iterator[str]:
    labels = [plain(printable(server.label)) for server in matrix.servers]
    yield f"| | {' | '.join(labels)} |"
    yield f"| --- |{' :---: |' * len(labels)}"
    for group in matrix.groups:
        yield _line(matrix, plain(group.section.title), group.rows)
    yield _line(matrix, "**all**", matrix.rows)
    yield ""
    yield "Cases that pass, of those in which something was decided, in the order of the levels that a row names."
    if matrix.hidden:
        yield f"{matrix.hidden} cells are not counted: they belong to the maintainers first."


def _line(matrix: Matrix, title: str, rows: tuple[Row, ...]) -> str:
    levels = [level for level in LEVELS if any(row.level == level for row in rows)]
    cells = [_cell(rows, number, levels) for number in range(len(matrix.servers))]
    return f"| {title} ({' · '.join(levels)}) | {' | '.join(cells)} |"


def _cell(rows: tuple[Row, ...], number: int, levels: list[str]) -> str:
    scores = [score(rows, number, level) for level in levels]
    shown = [f"{found.passed}/{found.judged}" if found.judged else "–" for found in scores]
    failed = levels[0] == "must" and scores[0].passed < scores[0].judged
    return " · ".join([f"**{shown[0]}**", *shown[1:]] if failed else shown)


def _failing(matrix: Matrix) -> Iterator[str]:
    """The failures of unconditional requirements, server by server."""
    yield "What fails of what binds unconditionally:"
    yield ""
    for number, server in enumerate(matrix.servers):
        cases = failing(matrix, number)
        judged = score(matrix.rows, number, "must").judged
        listed = ", ".join(code_span(case.id) for case in cases) or ("nothing" if judged else "nothing was judged")
        yield f"- {plain(printable(server.label))}: {listed}"
