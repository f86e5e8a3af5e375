"""Several probes of one target: until it passes, or to see how its times spread. FLOOR 3.

May never enter: how one probe is made (`probing`), and rendering.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from wscheck.core.exchange import Timings
from wscheck.core.report import Repeats, Report, Spread, Waited

# Makes one probe that may take so many seconds, None for as long as its own limits allow.
Probe = Callable[[float | None], Awaitable[Report]]

# An attempt gets at least this long, even when the waiting is all but over: a probe cut to nothing shows nothing.
SHORTEST_ATTEMPT_S = 0.2


async def wait_until_passes(
    probe: Probe, wait_s: float, interval_s: float, told: Callable[[int, Report], None] | None = None
) -> Report:
    """Probes again and again until a report passes or `wait_s` seconds are over; the last report, with the count.

    `told` hears of each attempt that was no pass. UsageError comes through at once: waiting cannot help there.
    """
    start = time.monotonic()
    attempts = 0
    while True:
        attempts += 1
        left_s = wait_s - (time.monotonic() - start)
        report = await probe(max(left_s, SHORTEST_ATTEMPT_S))
        spent_s = time.monotonic() - start
        if report.verdict == "pass" or spent_s >= wait_s:
            return report._replace(waited=Waited(attempts, spent_s, wait_s))
        if told:
            told(attempts, report)
        # The last attempt is made when the time is over: what it shows is the freshest there can be.
        await asyncio.sleep(min(interval_s, wait_s - spent_s))


async def repeat(probe: Probe, count: int, interval_s: float) -> Report:
    """`count` probes one after another: the report of the first that is worst, with what all of them show together."""
    reports = []
    for number in range(count):
        if number and interval_s:
            await asyncio.sleep(interval_s)
        reports.append(await probe(None))
    return together(reports)


def together(reports: Sequence[Report]) -> Report:
    """The report of the first probe that is worst, with what all of them show together."""
    # The first of the worst, or the last of those that all passed: what it says of the target is the freshest.
    worst = min(reports[::-1] if all(one.verdict == "pass" for one in reports) else reports, key=_rank)
    return worst._replace(repeats=_spreads(reports))


def _rank(report: Report) -> int:
    return ("fail", "error", "unreachable", "pass").index(report.verdict)


def _spreads(reports: Sequence[Report]) -> Repeats:
    timings = [report.main.timings if report.main else Timings() for report in reports]
    spreads = {}
    for phase in Timings._fields:
        values = [value for timing in timings if (value := getattr(timing, phase)) is not None]
        if values:
            spreads[phase] = _spread(values)
    return Repeats(tuple(report.verdict for report in reports), spreads, tuple(timing.handshake for timing in timings))


def _spread(values: Sequence[float]) -> Spread:
    ranked = sorted(values)
    # Nearest rank: the smallest value that 95 of 100 do not exceed. With few values that is the largest.
    p95 = ranked[math.ceil(0.95 * len(ranked)) - 1]
    return Spread(ranked[0], statistics.median(ranked), p95, ranked[-1])
