"""A row of a table, and beneath it what it unfolds into. The script folds it; without one all of it is to be seen."""

from __future__ import annotations

from collections.abc import Iterable

from wscheck.render._markup import Child, Safe, el, join, lines


class Rows:
    """The names of a table's rows: a word of ours where it can be one, so that a link to a row stays the same."""

    def __init__(self, number: int, kind: str) -> None:
        self.prefix = f"r{number}-{kind}"

    def anchor(self, name: str) -> str:
        """The name of a row, for a link to it."""
        plain = "".join(char if char.isascii() and (char.isalnum() or char in "-.") else "_" for char in name)
        return f"{self.prefix}-{plain}"


def unfolding(anchor: str, cells: Iterable[Safe], inside: Safe, *, status: str, level: str, opened: bool) -> Safe:
    """A row and what it unfolds into. The first cell's heading becomes the button that does it."""
    shown = list(cells)
    row = el("tr", *shown, class_="row", id=anchor, data_status=status, data_level=level, data_open=opened)
    more = el("tr", el("td", inside, colspan=len(shown)), class_="more", id=f"{anchor}-more")
    return join([row, more])


def described(pairs: Iterable[tuple[str, Child]]) -> Safe:
    """Labels and texts; a pair without a text is left out."""
    parts = [part for label, value in pairs if value for part in (el("dt", label), el("dd", value))]
    return el("dl", *parts, class_="told")


def code(value: str) -> Safe | None:
    """Octets or a server's words, line by line."""
    return el("code", lines(value), class_="lines") if value else None
