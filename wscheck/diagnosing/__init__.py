"""From a report that is no clean pass to its causes: a few polite probes, and the catalogue of `causes`. FLOOR 3.

May never enter: a rule of diagnosis (`causes`), and anything that changes a verdict. Probes are bounded: at most eight,
five seconds together, none after a 429. Credentials, cookies, query and client certificate go along only while scheme,
host, port and TLS are those of the handshake itself; the other scheme gets a bare handshake to `/`.
"""

from __future__ import annotations

import asyncio

from wscheck.causes import diagnose
from wscheck.causes.probes import MOST, wanted
from wscheck.core.diagnosis import Diagnosis, due
from wscheck.core.evidence import PURPOSES, Evidence, make_evidence
from wscheck.core.exchange import Exchange
from wscheck.core.reply import read_reply
from wscheck.core.report import Report
from wscheck.core.target import Target
from wscheck.diagnosing.probes import LIMITS, PROBES
from wscheck.wire.clock import Deadline
from wscheck.wire.way import Way

# All probes of one report together.
TOGETHER_S = 4.5
# The next probe waits this long for the one before it: who answers is asked one thing at a time, and heard when it says
# 429; who hangs does not hold up the rest.
STAGGER_S = 1.0


async def diagnosed(report: Report, way: Way) -> tuple[tuple[Exchange, ...], tuple[Diagnosis, ...]]:
    """The probes that were made for an unmasked report, and its likeliest causes."""
    if not due(report) or report.main is None:
        return (), ()
    look = _Look(report, way)
    if way.probing and way.plan.whole is None:
        await look.go()
    return tuple(look.exchanges), diagnose(look.evidence)


def from_known(report: Report, target: Target) -> tuple[Diagnosis, ...]:
    """The likeliest causes for a report without any network: nothing is sent to find more."""
    if report.main is None or not due(report):
        return ()
    return diagnose(make_evidence(target, report.main, report.checks, passed=report.verdict == "pass"))


def _too_many(made: Exchange) -> bool:
    reply = read_reply(made)  # a forward proxy's to the CONNECT of a probe counts as well
    return reply is not None and reply.status == 429


class _Look:
    """The probes of one report, one after another as far as the server answers."""

    def __init__(self, report: Report, way: Way) -> None:
        self.report, self.way = report, way
        self.deadline = Deadline(TOGETHER_S, "diagnosis").nearer(way.total)
        self.exchanges: list[Exchange] = []
        self.made: dict[str, Exchange] = {}
        self.begun: set[str] = set()
        for exchange in report.exchanges:
            # What was asked anyway is not asked again.
            known = {"control": "plain-get", "replay": "other-key"}.get(exchange.purpose)
            if known:
                self.made[known] = exchange
        self.evidence = self._evidence()

    def _evidence(self) -> Evidence:
        report, way = self.report, self.way
        proxy = way.route.proxy_for(way.target)
        connects = [made for made in report.exchanges if made.purpose == "connect"]
        assert report.main is not None  # noqa: S101  # `diagnosed` has looked
        return make_evidence(
            way.target,
            report.main,
            report.checks,
            dict(self.made),
            connects[-1] if connects else None,
            proxy=proxy.said if proxy else None,
            proxy_origin=proxy.origin if proxy else "",
            family=way.route.family,
            ca_given=way.ca_given,
            passed=report.verdict == "pass",
            limited=any(_too_many(one) for one in self.exchanges),
        )

    async def go(self) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            while self.deadline.left_s() > 0:
                name = next((one for one in wanted(self.evidence) if one not in self.begun), None)
                if name is not None and len(self.begun) < MOST:
                    self.begun.add(name)
                    running.add(asyncio.create_task(self._probe(name)))
                elif not running:
                    return
                wait_s = STAGGER_S if name is not None else self.deadline.left_s()
                done, running = await asyncio.wait(
                    running, timeout=min(wait_s, self.deadline.left_s()), return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
                if self.evidence.limited:
                    return  # who is still on the way is called back: nothing more is sent after a 429
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _probe(self, name: str) -> None:
        made = await PROBES[name](
            self.way, self.evidence, PURPOSES[name], Deadline(LIMITS.total_s, "probe").nearer(self.deadline)
        )
        if not made:
            return  # there is nothing to try
        self.made[name] = made[-1]
        self.exchanges += made
        self.evidence = self._evidence()
