"""Audits laid side by side: which rows there are, what stands in each cell, and how many passed.

May never enter: markup, and a judgement of what a server did.

In public, a cell whose request made a server die or fall silent is not shown: its maintainers hear of it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from wscheck.core.report import CaseResult, SectionView, Status
from wscheck.matrix.saved import Saved
from wscheck.render._octets import Wire

# Beside the statuses of a case: not shown in public, and not in this server's report at all.
CellStatus = Status | Literal["hidden", "absent"]

# Why an audit did not make a case of a server that no longer takes the good handshake, or any connection.
DIED = ("stopped answering", "no connection could be made")
LEVELS = ("must", "should", "may", "policy")


class Cell(NamedTuple):
    """What one case brought at one server. `case` is None where there is nothing to show."""

    status: CellStatus
    case: CaseResult | None
    wires: tuple[Wire, ...]


class Row(NamedTuple):
    """One case at all servers; what is said of the case itself is what the first report of it says."""

    case: CaseResult
    cells: tuple[Cell, ...]

    @property
    def level(self) -> str:
        """How it binds; policy stands apart."""
        return "policy" if self.case.policy else self.case.level


class Group(NamedTuple):
    """The cases of one clause family."""

    section: SectionView
    rows: tuple[Row, ...]


class Score(NamedTuple):
    """How many cells pass of those that something was decided in: what passes, fails, warns or broke."""

    passed: int
    judged: int
    failed: int


class Matrix(NamedTuple):
    """All of it. `servers` and the cells of a row are in the same order."""

    servers: tuple[Saved, ...]
    groups: tuple[Group, ...]
    public: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def hidden(self) -> int:
        """How many cells are not shown."""
        return sum(cell.status == "hidden" for row in self.rows for cell in row.cells)


def lay_out(saved: Sequence[Saved], *, public: bool) -> Matrix:
    """The matrix of these audits, in their order; two servers with one label get numbers."""
    servers = _labelled(saved)
    found = [{case.id: case for case in server.cases} for server in servers]
    groups = []
    for section in _sections(servers):
        cases = _cases(servers, section.name)
        rows = [
            Row(
                case,
                tuple(_cell(server, by_id.get(case.id), public) for server, by_id in zip(servers, found, strict=True)),
            )
            for case in cases
        ]
        if rows:
            groups.append(Group(section, tuple(rows)))
    return Matrix(servers, tuple(groups), public)


def score(rows: Iterable[Row], server: int, level: str) -> Score:
    """How one server fares in these rows at one level, or at all of them."""
    statuses = [row.cells[server].status for row in rows if level in (row.level, "all")]
    judged = [status for status in statuses if status in ("pass", "fail", "warn", "error")]
    return Score(judged.count("pass"), len(judged), judged.count("fail"))


def withheld(count: int, done: str) -> str:
    """Why so many cells are not shown, or not counted."""
    told = f"cell is not {done}: it belongs" if count == 1 else f"cells are not {done}: they belong"
    return f"{count} {told} to the maintainers first."


def failing(matrix: Matrix, server: int) -> tuple[CaseResult, ...]:
    """The cases that bind unconditionally and that one server fails, as far as they are shown."""
    cells = [(row, row.cells[server]) for row in matrix.rows if row.level == "must"]
    return tuple(row.case for row, cell in cells if cell.status == "fail")


def _labelled(saved: Sequence[Saved]) -> tuple[Saved, ...]:
    seen: dict[str, int] = {}
    out = []
    for server in saved:
        number = seen[server.label] = seen.get(server.label, 0) + 1
        out.append(server if number == 1 else server._replace(label=f"{server.label} ({number})"))
    return tuple(out)


def _sections(servers: Sequence[Saved]) -> Iterable[SectionView]:
    """The sections of all reports, in the order of the first, and those that cases name and no report lists."""
    found: dict[str, SectionView] = {}
    for server in servers:
        for section in server.sections:
            found.setdefault(section.name, section)
    for server in servers:
        for case in server.cases:
            found.setdefault(case.section, SectionView(case.section, case.section, case.policy))
    return found.values()


def _cases(servers: Sequence[Saved], section: str) -> Iterable[CaseResult]:
    """The cases of a section in any report; reports of different versions may not have the same ones."""
    found: dict[str, CaseResult] = {}
    for server in servers:
        for case in server.cases:
            if case.section == section:
                found.setdefault(case.id, case)
    return found.values()


def _cell(server: Saved, case: CaseResult | None, public: bool) -> Cell:
    if case is None:
        return Cell("absent", None, ())
    if public and _is_delicate(case):
        return Cell("hidden", None, ())
    return Cell(case.status, case, tuple(server.wires[index] for index in case.exchanges if index < len(server.wires)))


def _is_delicate(case: CaseResult) -> bool:
    """Whether it tells that the server died of a request, or hangs on it."""
    if case.status == "pass":
        return False
    # A case that was never made has our words for its reason, and none of the server's.
    unmade = case.outcome is None and any(words in (case.skip_reason or "") for words in DIED)
    return case.died or unmade or (case.outcome == "silent" and case.status in ("fail", "warn", "error"))
