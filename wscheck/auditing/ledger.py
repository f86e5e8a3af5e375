"""What is known of each case by now: told as it comes, and in the end there is a line for each. FLOOR 3.

May never enter: requests, and a verdict; `cases` says it, and `blaming` what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wscheck.auditing.blaming import Tried
from wscheck.auditing.choosing import Chosen
from wscheck.auditing.results import skipped, tallied
from wscheck.cases import Said, sections
from wscheck.cases.tally import TALLIES
from wscheck.core.report import CaseResult

Told = Callable[[CaseResult], None]


class Ledger:
    """The results of the chosen cases."""

    def __init__(self, chosen: Chosen, told: Told | None) -> None:
        self.chosen = chosen
        self.results: dict[str, CaseResult] = {}
        self._told = told or (lambda result: None)

    def keep(self, result: CaseResult) -> None:
        """Notes a result, and tells it."""
        self.results[result.id] = result
        self._told(result)

    def tally(self, tried: Sequence[Tried], stopped: str | None) -> None:
        """What all cases together showed, when all of them were made."""
        brought = [(found.case, found.seen) for found in tried]
        for tally in self.chosen.tallies:
            if stopped:
                self.keep(tallied(tally, Said("skip", f"not all cases were made: {stopped}")))
            elif brought:
                self.keep(tallied(tally, tally.judge(brought)))

    def skip_rest(self, why: str) -> None:
        """What has no result by now was not made."""
        for section in self.chosen.sections:
            for case in self.chosen.of(section):
                if case.id not in self.results:
                    self.keep(skipped(case, section, why))
        for tally in self.chosen.tallies:
            if tally.id not in self.results:
                self.keep(tallied(tally, Said("skip", why)))

    def in_order(self) -> tuple[CaseResult, ...]:
        """The results in the order of the report."""
        order = [case.id for section in sections() for case in section.cases] + [tally.id for tally in TALLIES]
        return tuple(self.results[name] for name in order if name in self.results)
