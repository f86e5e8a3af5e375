"""Which cases an audit makes: all but the intrusive ones, or what globs say. FLOOR 3.

May never enter: how a case is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from wscheck.cases import Case, Section, sections
from wscheck.cases.tally import TALLIES, Tally
from wscheck.errors import UsageError, unknown

TALLY_SECTION = "refusals"


class Chosen(NamedTuple):
    """The cases of an audit, and the sections that hold them, in report order."""

    cases: tuple[Case, ...]
    sections: tuple[Section, ...]
    tallies: tuple[Tally, ...]

    def of(self, section: Section) -> tuple[Case, ...]:
        """The chosen cases of a section."""
        ids = {case.id for case in self.cases}
        return tuple(case for case in section.cases if case.id in ids)


def choose(only: Sequence[str], skip: Sequence[str], *, intrusive: bool) -> Chosen:
    """The cases whose id, section or requirement matches a glob of `only` (all without one) and none of `skip`.

    Intrusive ones need `intrusive`, even when they are named. UsageError for a glob that matches nothing.
    """
    if isinstance(only, str) or isinstance(skip, str):
        raise UsageError("only and skip are lists of globs: only=['key-*'], and not one text")
    named: list[tuple[str, Case]] = [(section.name, case) for section in sections() for case in section.cases]
    tallied: list[tuple[str, Tally]] = [(TALLY_SECTION, tally) for tally in TALLIES]
    every: list[tuple[str, Case | Tally]] = [*named, *tallied]
    for pattern in (*only, *skip):
        if not any(_matches(pattern, section, case) for section, case in every):
            known = [case.id for _, case in every] + [section.name for section in sections()]
            raise unknown("case", pattern, known, where="wscheck audit --list")

    def wanted(section: str, case: Case | Tally) -> bool:
        taken = not only or any(_matches(pattern, section, case) for pattern in only)
        return taken and not any(_matches(pattern, section, case) for pattern in skip)

    cases = tuple(case for section, case in named if wanted(section, case) and (intrusive or not case.intrusive))
    tallies = tuple(tally for section, tally in tallied if wanted(section, tally))
    if not cases and tallies:
        raise UsageError(
            f"{TALLY_SECTION} are counted over other cases: name those to count over as well, or no --only"
        )
    if not cases:
        barred = any(wanted(section, case) for section, case in named)
        raise UsageError(
            "only intrusive cases are left: --intrusive makes them" if barred else "--only and --skip leave no case"
        )
    ids = {case.id for case in cases}
    kept = tuple(section for section in sections() if any(case.id in ids for case in section.cases))
    return Chosen(cases, kept, tallies)


def _matches(pattern: str, section: str, case: Case | Tally) -> bool:
    return any(fnmatchcase(name, pattern) for name in (case.id, section, *case.row.requirements))
