"""Two reports and their differences, as values.

May never enter: the search for differences (`difference`), and what they mean (`meaning`).
"""

from __future__ import annotations

from typing import NamedTuple

from wscheck.core.report import Report, worst_exit_code


class Difference(NamedTuple):
    """One place where the two differ. A text is printable, and None where the side has nothing there."""

    where: str
    a: str | None
    b: str | None
    meaning: str


class Comparison(NamedTuple):
    """Two reports, and everything in which they differ."""

    a: Report
    b: Report
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs but what is bound to."""
        return not self.differences

    @property
    def exit_code(self) -> int:
        """The worse of the two, as for several targets. That they differ is no fault by itself."""
        return worst_exit_code((self.a, self.b))
