"""An audit: the cases of conformance, one mutation at a time, between handshakes that have to work. FLOOR 3.

May never enter: rendering, and rules of RFC 6455; those are in `cases`. A case proves something only while the good
handshake is accepted: it is made first and again behind each batch, and what cannot be trusted is no pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from wscheck import probing
from wscheck.auditing.blaming import Tried, barred, cut_off, ending, limited, met_nobody, spoiled, status_of, unreached
from wscheck.auditing.choosing import Chosen, choose
from wscheck.auditing.keeping import Keeper
from wscheck.auditing.ledger import Ledger, Told
from wscheck.auditing.pacing import RECOVERY_S, RECOVERY_STEP_S, Pace, bound_s
from wscheck.auditing.proving import Played, Prover, good_from
from wscheck.auditing.results import hiding, result_of, skipped, views
from wscheck.cases import NEEDS, Case, Good, Said, Section
from wscheck.core.exchange import Exchange
from wscheck.core.report import CaseResult, Report
from wscheck.probing.jobs import Job, job_of
from wscheck.probing.reaching import Reached, reach
from wscheck.probing.reporting import build_report
from wscheck.wire.clock import Deadline

__all__ = ["Audit", "Pace", "audit"]

_NOT_ACCEPTED = "the good handshake was not accepted, so no case would prove anything: wscheck probe says why"
_NO_TIME = "the time of the audit was over (-m)"


class Audit:
    """One audit under way. `report` holds what is known at any time, so that an interrupt loses nothing."""

    def __init__(self, job: Job, chosen: Chosen, pace: Pace, told: Told | None = None) -> None:
        self.job, self.chosen, self.pace = job, chosen, pace
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []
        self.stopped: str | None = None  # why no case is made any more
        self.ending: Callable[[], None] = lambda: None  # done when the audit is over, however it ended
        self._ledger = Ledger(chosen, told)
        self._hide = hiding(job.options)
        self._keeper = Keeper()
        self._brought: list[Tried] = []
        self._batched: list[tuple[Section, Tried]] = []  # of the batch under way, behind which no control was made yet
        self._reached: Reached | None = None
        self._began = time.time()

    def bound_s(self) -> float:
        """The longest that the audit may take, in seconds: every request at its limit."""
        return bound_s(self.job, self.chosen, self.pace)

    async def run(self) -> None:
        """Makes the audit. What a server does, however wrong, is in the report."""
        async with probing.served(self.job) as (job, cadata):
            total = Deadline(self.pace.total_s, "audit")
            probe = Deadline(job.options.limits.total_s, "total").nearer(total)
            self._reached = await reach(job, cadata, probe)
            self.exchanges += self._reached.exchanges
            prover = Prover(job, self._reached, self.pace.case_s, total, cadata)
            good = await self._good(prover)
            if good:
                for section in self.chosen.sections:
                    await self._batch(prover, good, section)
            self._ledger.tally(self._brought, self.stopped)
            self._ledger.skip_rest(self.stopped or "not tried")

    async def _good(self, prover: Prover) -> Good | None:
        """What cases start from, and what the server can do; None when its good handshake is not accepted."""
        if not prover.accepted(prover.main):
            self.stopped = _NOT_ACCEPTED
            return None
        self.stopped = limited(self.exchanges)  # the second one, say
        if self.stopped:
            return None
        made = await prover.learn()
        self.exchanges += made
        self.stopped = limited(made)
        return good_from(prover, made[-1])

    async def _batch(self, prover: Prover, good: Good, section: Section) -> None:
        """The chosen cases of one section, then the good handshake once more."""
        todo = []
        for case in self.chosen.of(section):
            lacks = next((need for need in case.needs if need not in good.has), None)
            if lacks or self.stopped:
                self._ledger.keep(skipped(case, section, self.stopped or NEEDS[lacks or ""]))
            else:
                todo.append(case)
        if not todo:
            return
        tried = await self._settled(prover, good, section, await self._play(prover, good, section, todo))
        self._batched.clear()
        for found in tried:
            self._ledger.keep(result_of(found, section, self._hide))
        self._brought += [found for found in tried if not section.policy and not found.lost]

    async def _play(self, prover: Prover, good: Good, section: Section, todo: Sequence[Case]) -> list[Tried]:
        """Those cases at the same time, as far as the pace allows."""
        gate = asyncio.Semaphore(self.pace.jobs)

        async def one(number: int, case: Case) -> Tried | None:
            if self.pace.delay_s:
                await asyncio.sleep(min(number * self.pace.delay_s, prover.total.left_s()))
            async with gate:
                found = await self._try(prover, good, case)
                self._batched += [(section, found)] if found else []
                return found

        tasks = [asyncio.create_task(one(*row)) for row in enumerate(todo)]
        try:
            return [found for found in await asyncio.gather(*tasks) if found]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _settled(self, prover: Prover, good: Good, section: Section, tried: list[Tried]) -> list[Tried]:
        """What the cases are worth once the good handshake was made behind them. Who wants no more requests, and whose
        time is over, is asked nothing more, and nobody is blamed for it."""
        first, failed = await self._control(prover)
        if first and not failed and (gone := met_nobody(tried, first)):
            self.notes.append(f"behind the section '{section.title}' the server was gone for a moment: {gone}")
        unsure = [found for found in tried if cut_off(found)] if self.pace.jobs > 1 and not failed else []
        if unsure and not self.stopped:
            alone = await self._alone(prover, good, section, unsure)
            tried = [alone.get(found.case.id, found) for found in tried]
            _, failed = await self._control(prover)
        if failed and not self.stopped:
            tried = self._spoiled(prover, tried, failed)
        return tried

    def _spoiled(self, prover: Prover, tried: list[Tried], failed: Sequence[Exchange]) -> list[Tried]:
        """What the cases are worth when the good handshake behind them failed, which ends the audit."""
        way, status = barred(failed), status_of(failed[-1])
        self.stopped = way or ending(status)
        return list(unreached(tried) if way else spoiled(tried, status))

    async def _alone(self, prover: Prover, good: Good, section: Section, unsure: Sequence[Tried]) -> dict[str, Tried]:
        """Those cases once more, one after the other: what ended a connection may have been another case, beside which
        it stood. A server that has begun to be silent is not asked for the rest of them."""
        made: dict[str, Tried] = {}
        for found in unsure:
            again = await self._try(prover, good, found.case)
            if again is None:
                break
            made[found.case.id] = again
            self._batched.append((section, again))
            if "silent" in again.seen.outcomes:
                break
        return made

    async def _try(self, prover: Prover, good: Good, case: Case) -> Tried | None:
        if prover.over:
            self.stopped = self.stopped or _NO_TIME
        if self.stopped:
            return None
        started = time.monotonic()
        played = await prover.play(good, case)
        said = self._judged(case, played, prover)
        played = self._keeper.kept(played)
        first = len(self.exchanges)
        self.exchanges += played.exchanges
        numbers = tuple(range(first, len(self.exchanges)))
        return Tried(case, played.shots, played.seen, said, started, time.monotonic(), numbers, played.lost)

    def _judged(self, case: Case, played: Played, prover: Prover) -> Said:
        if enough := limited(played.exchanges):
            self.stopped = self.stopped or enough
            return Said("skip", "answered with 429, which says nothing of the case")
        if prover.over and played.seen.outcome == "silent":
            self.stopped = self.stopped or _NO_TIME
            return Said("skip", f"not waited for: {_NO_TIME}")
        try:
            return case.judge(played.seen)
        except Exception as error:  # a judge that breaks is reported, and never reads as a pass
            return Said("error", f"internal error in case {case.id}: {type(error).__name__}: {error}")

    async def _control(self, prover: Prover) -> tuple[Exchange | None, tuple[Exchange, ...]]:
        """The good handshake where it is no longer accepted, nothing where it is or nothing more is to be asked: the
        first one, and the last with its CONNECT. It is tried again for a moment, since a worker may be starting."""
        if self.stopped:
            return None, ()
        first = None
        until = time.monotonic() + RECOVERY_S
        while True:
            made = await prover.control()
            if prover.accepted(made[-1]):
                return first, ()
            first = first or made[-1]
            self.stopped = limited(made) or (_NO_TIME if prover.over else None)
            if self.stopped or time.monotonic() >= until:
                self.exchanges += made
                return first, made
            await asyncio.sleep(RECOVERY_STEP_S)

    @property
    def results(self) -> dict[str, CaseResult]:
        """What is known of each case by now."""
        return self._ledger.results

    @property
    def complete(self) -> bool:
        """Whether everything that was chosen was made."""
        return self.stopped is None

    # -- the report ----------------------------------------------------------------------------------------------------

    def report(self, *, interrupted: bool = False) -> Report | None:
        """What is known by now; None when not even the first handshake was made."""
        if self._reached is None:
            return None
        if interrupted:
            self.stopped = self.stopped or "it was interrupted"
            for section, found in self._batched:
                self._ledger.keep(result_of(found, section, self._hide))
            self._ledger.skip_rest("interrupted before this case")
        judging = self.job.options.judging._replace(hidden=self.job.options.asked.hidden_names)
        early = (f"the audit ended early: {self.stopped}",) if self.stopped else ()
        report = build_report(
            "audit",
            self.job.target,
            self.exchanges,
            judging,
            notes=(*self._reached.notes, *self.notes, *early),
            started=self._began,
            cases=self._ledger.in_order(),
            sections=tuple(views(self.chosen)),
        )
        return report._replace(
            name=self.job.name, duration_ms=(time.time() - self._began) * 1000, complete=self.complete
        )


def audit(
    url: str,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    intrusive: bool = False,
    pace: Pace | None = None,
    **options: Any,
) -> Report:
    """Audits one URL and returns its Report; `options` are those of `probe`, `only` and `skip` globs of cases.

    Raises UsageError for wrong use. What the server does, however wrong, is in the report. Not for use inside a
    running event loop: call it in a thread there (`asyncio.to_thread`).
    """
    probing.refuse_running_loop()
    made = Audit(job_of(url, options), choose(only, skip, intrusive=intrusive), pace or Pace())
    asyncio.run(made.run())
    report = made.report()
    assert report is not None  # noqa: S101  # the first handshake is there when the run has ended
    return report
