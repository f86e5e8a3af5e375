"""An audit: the cases of conformance, one mutation at a time, between handshakes that have to work. FLOOR 3.

May never enter: rendering, and rules of RFC 6455; those are in `cases`. A case proves something only while the good
handshake is accepted: it is made first and again behind each batch, and what cannot be trusted is no pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from wscheck import probing
from wscheck.auditing.blaming import Tried, barred, cut_off, ending, limited, met_nobody, spoiled, status_of, unreached
from wscheck.auditing.choosing import Chosen, choose
from wscheck.auditing.keeping import Keeper
from wscheck.auditing.proving import Played, Prover, good_from, requests
from wscheck.auditing.results import result_of, skipped, tallied, views
from wscheck.cases import NEEDS, Case, Good, Said, Section, sections
from wscheck.cases.tally import TALLIES
from wscheck.core import plan as plans
from wscheck.core.exchange import Exchange
from wscheck.core.report import CaseResult, Report
from wscheck.core.secrets import masked, request_secrets
from wscheck.probing.jobs import Job, job_of
from wscheck.probing.reaching import Reached, reach
from wscheck.probing.reporting import build_report
from wscheck.wire.clock import Deadline
from wscheck.wire.nonce import new_key

Told = Callable[[CaseResult], None]

# A control that fails is tried again for so long before the server counts as gone: a worker may be starting anew.
RECOVERY_S = 1.0
RECOVERY_STEP_S = 0.2

_NOT_ACCEPTED = "the good handshake was not accepted, so no case would prove anything: wscheck probe says why"
_NO_TIME = "the time of the audit was over (-m)"


class Pace(NamedTuple):
    """How an audit is made: `jobs` cases at the same time, `delay_s` between starts, `case_s` for each request."""

    jobs: int = 4
    delay_s: float = 0.0
    case_s: float = 2.0
    total_s: float = 300.0


class Audit:
    """One audit under way. `report` holds what is known at any time, so that an interrupt loses nothing."""

    def __init__(self, job: Job, chosen: Chosen, pace: Pace, told: Told | None = None) -> None:
        self.job, self.chosen, self.pace = job, chosen, pace
        self.exchanges: list[Exchange] = []
        self.results: dict[str, CaseResult] = {}
        self.notes: list[str] = []
        self.stopped: str | None = None  # why no case is made any more
        self.ending: Callable[[], None] = lambda: None  # done when the audit is over, however it ended
        self._told = told or (lambda result: None)
        self._keeper = Keeper()
        self._brought: list[Tried] = []
        self._batched: list[tuple[Section, Tried]] = []  # of the batch under way, behind which no control was made yet
        self._reached: Reached | None = None
        self._began = time.time()

    def bound_s(self) -> float:
        """The longest that the audit may take, in seconds: every request at its limit."""
        target = self.job.target
        sample = Good(plans.good_plan(target, new_key()), target, new_key(), (b"a", b"b"))
        shots = sum(requests(shot) for case in self.chosen.cases for shot in case.shots(sample))
        # Behind each batch: a case that is made once more, and the control before and behind it.
        behind = 2 * self.pace.case_s + 2 * (self.pace.case_s + RECOVERY_S)
        controls = (len(self.chosen.sections) + 2) * behind
        waits = self.pace.delay_s * len(self.chosen.cases) + self.job.options.limits.total_s
        return min(
            shots * self.pace.case_s / self.pace.jobs + 2 * self.pace.case_s + controls + waits, self.pace.total_s
        )

    async def run(self) -> None:
        """Makes the audit. What a server does, however wrong, is in the report."""
        async with probing.served(self.job) as (job, cadata):
            total = Deadline(self.pace.total_s, "audit")
            probe = Deadline(job.options.limits.total_s, "total").nearer(total)
            self._reached = await reach(job, cadata, probe)
            self.exchanges += self._reached.exchanges
            prover = Prover(job, self._reached, self.pace.case_s, total, cadata)
            good = await self._good(prover)
            for section in self.chosen.sections if good else ():
                await self._batch(prover, good, section)  # type: ignore[arg-type]
            self._tally()
            self._skip_rest(self.stopped or "not tried")

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
                self._keep(skipped(case, section, self.stopped or NEEDS[lacks or ""]))
            else:
                todo.append(case)
        if not todo:
            return
        tried = await self._settled(prover, good, section, await self._play(prover, good, section, todo))
        self._batched.clear()
        for found in tried:
            self._keep(self._result(found, section))
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
    def complete(self) -> bool:
        """Whether everything that was chosen was made."""
        return self.stopped is None

    def _tally(self) -> None:
        brought = [(found.case, found.seen) for found in self._brought]
        for tally in self.chosen.tallies:
            if self.stopped:
                self._keep(tallied(tally, Said("skip", f"not all cases were made: {self.stopped}")))
            elif brought:
                self._keep(tallied(tally, tally.judge(brought)))

    def _skip_rest(self, why: str) -> None:
        for section in self.chosen.sections:
            for case in self.chosen.of(section):
                if case.id not in self.results:
                    self._keep(skipped(case, section, why))
        for tally in self.chosen.tallies:
            if tally.id not in self.results:
                self._keep(tallied(tally, Said("skip", why)))

    def _keep(self, result: CaseResult) -> None:
        self.results[result.id] = result
        self._told(result)

    def _result(self, found: Tried, section: Section) -> CaseResult:
        return result_of(found, section, self._hide)

    def _hide(self, request: bytes) -> bytes:
        """A request with its secrets masked, unless they are to be shown."""
        judging = self.job.options.judging
        if judging.show_secrets:
            return request
        return masked(request, request_secrets(request, self.job.options.asked.hidden_names), judging.words)

    # -- the report ----------------------------------------------------------------------------------------------------

    def report(self, *, interrupted: bool = False) -> Report | None:
        """What is known by now; None when not even the first handshake was made."""
        if self._reached is None:
            return None
        if interrupted:
            self.stopped = self.stopped or "it was interrupted"
            for section, found in self._batched:
                self._keep(self._result(found, section))
            self._skip_rest("interrupted before this case")
        judging = self.job.options.judging._replace(hidden=self.job.options.asked.hidden_names)
        order = [case.id for section in sections() for case in section.cases] + [tally.id for tally in TALLIES]
        rank = {name: number for number, name in enumerate(order)}
        report = build_report(
            "audit",
            self.job.target,
            self.exchanges,
            judging,
            notes=(*self._reached.notes, *self.notes, *self._endings()),
            started=self._began,
            cases=tuple(sorted(self.results.values(), key=lambda result: rank[result.id])),
            sections=tuple(views(self.chosen)),
        )
        return report._replace(
            name=self.job.name, duration_ms=(time.time() - self._began) * 1000, complete=self.complete
        )

    def _endings(self) -> Iterator[str]:
        if self.stopped:
            yield f"the audit ended early: {self.stopped}"


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
