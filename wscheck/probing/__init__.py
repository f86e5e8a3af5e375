"""A probe: one handshake to one target (over hops where there are any), judged. FLOOR 3.

May never enter: rendering, and rules of RFC 6455; those are in `checks`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from wscheck.core import plan as plans
from wscheck.core.diagnosis import due
from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.report import Report
from wscheck.core.target import Target, at_lab
from wscheck.errors import UsageError
from wscheck.probing.asking import plan_for
from wscheck.probing.jobs import Job, Options, job_of, prepare
from wscheck.probing.reaching import reach, way_of
from wscheck.probing.reporting import draft_report, finished, select
from wscheck.wire.clock import Deadline
from wscheck.wire.way import Way

__all__ = [
    "AT_ONCE",
    "Attempt",
    "Job",
    "Options",
    "attempt",
    "each_address",
    "explained",
    "in_order",
    "judge_saved",
    "prepare",
    "probe",
    "probe_one",
    "served",
]

AT_ONCE = 16  # probes under way at the same time


def probe(url: str, **options: Any) -> Report:
    """Probes one URL and returns its Report; `options` are fields of `Options`, `Asked` and `Judging`.

    Raises UsageError for wrong use. What the server does, however wrong, is in the report. Not for use inside a
    running event loop: call it in a thread there (`asyncio.to_thread`).
    """
    job = job_of(url, options)
    refuse_running_loop()
    return asyncio.run(probe_one(job))


def refuse_running_loop() -> None:
    """UsageError where an event loop is running: a second one cannot be started in its thread."""
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        raise UsageError("an event loop is running here: call it in a thread (asyncio.to_thread)")


# -- running -----------------------------------------------------------------------------------------------------------


async def in_order(jobs: Sequence[Job], run: Callable[[Job], Awaitable[Report]]) -> AsyncIterator[Report]:
    """Runs jobs at the same time, at most `AT_ONCE`, and yields their reports in the order given."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(job: Job) -> Report:
        async with gate:
            return await run(job)

    tasks = [asyncio.create_task(one(job)) for job in jobs]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def each_address(job: Job) -> list[Job]:
    """One job for each address of the target's name, or the job itself when the name has only one or none."""
    from wscheck.wire.tcp import DialError, Dialled, resolve

    target, route = job.target, job.options.route
    if target.lab is not None or route.proxy_for(target) or route.unix_socket:
        return [job]
    host, port = route.hop_for(target)
    deadline = Deadline(job.options.limits.connect_s, "connect")
    try:
        pinned = route.pinned(host, port)
        rows = await resolve(host, port, deadline, Dialled(), pinned=pinned, family=route.family)
    except DialError:
        return [job]
    addresses = list(dict.fromkeys(str(sockaddr[0]) for _, sockaddr in rows))
    if len(addresses) < 2:
        return [job]
    named = job.name or target.url
    options = job.options
    return [
        job._replace(options=options._replace(route=route.at(target, address)), name=f"{named} at {address}")
        for address in addresses
    ]


class Attempt(NamedTuple):
    """A probe that was made. `report` is what is shown; `draft` has its secrets and is for the diagnosis alone."""

    report: Report
    draft: Report
    way: Way
    options: Options


async def probe_one(job: Job) -> Report:
    """Probes one target and, when that is asked for, looks for the causes of what is wrong; a lab target gets its
    server for the length of both."""
    async with served(job) as (ready, cadata):
        return await explained(await _attempt(ready, cadata))


async def attempt(job: Job) -> Attempt:
    """Probes one target and looks for no cause yet."""
    async with served(job) as (ready, cadata):
        made = await _attempt(ready, cadata)
    # The server of a lab is gone by now.
    return made if job.target.lab is None else made._replace(way=made.way._replace(probing=False))


def interrupted(report: Report) -> bool:
    """Whether the user ended a holding of the connection."""
    return any(made.tunnel is not None and made.tunnel.interrupted for made in report.exchanges)


async def explained(made: Attempt) -> Report:
    """The report of an attempt with its diagnosis, where one is asked for and there is something to explain."""
    wanted = made.options.judging.demands.close is not None and made.draft.verdict == "pass"
    if not made.options.diagnose or wanted or interrupted(made.draft) or not due(made.draft):
        return made.report
    from wscheck.diagnosing import diagnosed  # most probes pass, and need no catalogue of causes

    try:
        exchanges, diagnosis = await diagnosed(made.draft, made.way)
    except Exception as error:  # what was found stands; a fault in looking for its cause must not take it away
        said = f"internal error while looking for causes: {type(error).__name__}"
        return made.report._replace(notes=(*made.report.notes, said))
    if not exchanges and not diagnosis:
        return made.report
    whole = made.draft._replace(exchanges=(*made.draft.exchanges, *exchanges), diagnosis=diagnosis)
    judging = made.options.judging._replace(hidden=made.options.asked.hidden_names)
    return finished(whole, judging)


@contextlib.asynccontextmanager
async def served(job: Job) -> AsyncIterator[tuple[Job, str | None]]:
    """The job, with its lab running and its certificate where it is one."""
    if job.target.lab is None:
        yield job, None
        return
    from wscheck.lab.naming import LENIENT
    from wscheck.lab.serve import Lab

    # A leniency answers whatever comes, also what has no path; a fault is at its own path, beside the strict server.
    lenient = job.target.lab if job.target.lab.startswith(LENIENT) else ""
    async with Lab(tls=job.target.secure, fault=lenient) as lab:
        yield job._replace(target=at_lab(job.target, lab.port)), lab.ca_pem


async def _attempt(job: Job, cadata: str | None) -> Attempt:
    started, options = time.time(), job.options
    total = Deadline(options.limits.total_s, "total")
    reached = await reach(job, cadata, total)
    judging = options.judging._replace(hidden=options.asked.hidden_names)
    draft = draft_report("probe", job.target, reached.exchanges, judging, notes=reached.notes, started=started)
    draft = draft._replace(name=job.name)
    return Attempt(finished(draft, judging), draft, way_of(reached, options, cadata, total), options)


# -- without any network -----------------------------------------------------------------------------------------------


def judge_saved(reply: bytes, key: str | None, options: Options) -> Report:
    """Judges a saved reply as the answer to a good handshake with this key and these offers. No network."""
    target = Target("saved reply", "ws", "saved", 80, "/")
    plan, notes = plan_for(target, options.asked._replace(key=key))
    judging = options.judging
    if key is None:
        judging = judging._replace(selected=(judging.selected or select((), ("accept",)) or frozenset()) - {"accept"})
        notes = ("no --key was given, so Sec-WebSocket-Accept is not judged",)
    if b"\n" in reply and b"\r" not in reply:
        notes = (*notes, "no line ends with CRLF: where the file was saved as text, --text reads it as it was sent")
    failure = None if reply else Failure("read", "closed", "the saved reply is empty")
    # The content may have been cut in saving, so the end of the file is not the end of the connection.
    made = Exchange("handshake", plans.craft(plan), reply, None, (), None, Timings(), failure, route="saved")
    draft = draft_report("judge", target, [made], judging, notes=notes, started=time.time())
    if key is None:
        known = (one._replace(skip_reason="no key was given") if one.id == "accept" else one for one in draft.checks)
        draft = draft._replace(checks=tuple(known))
    if options.diagnose:
        from wscheck.diagnosing import from_known

        draft = draft._replace(diagnosis=from_known(draft, target))
    return finished(draft, judging)
