"""A probe: one good (or crafted) handshake to one target, judged. FLOOR 3.

May never enter: rendering, and rules of RFC 6455; those are in `checks`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wscheck import __version__, checks
from wscheck.core import plan as plans
from wscheck.core import secrets
from wscheck.core.answer import read_answer, read_sent
from wscheck.core.demand import NO_DEMANDS, Demands, refuse_contradictions
from wscheck.core.exchange import Exchange, Failure, Timings, Tunnel
from wscheck.core.grammar import CONTROL, OWS
from wscheck.core.key import key_faults
from wscheck.core.plan import Plan
from wscheck.core.report import Finding, Level, Problem, Report, TargetView
from wscheck.core.target import Target, at_lab, parse_target
from wscheck.errors import UsageError, unknown
from wscheck.wire.limits import Limits
from wscheck.wire.nonce import new_key

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust

USER_AGENT = f"wscheck/{__version__}"
_HANDSHAKE = re.compile(rb"(?i)host|upgrade|connection|origin|user-agent|sec-websocket-.*")
AT_ONCE = 16  # probes under way at the same time


class Asked(NamedTuple):
    """What the user wants in the request beyond a good handshake."""

    headers: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    raw_fields: tuple[str, ...] = ()
    origin: str | None = None
    subprotocols: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    key: str | None = None
    version: str | None = None
    user_agent: str | None = None
    hidden: tuple[str, ...] = ()  # lines of `headers` whose values are secret, whatever the field is called

    @property
    def hidden_names(self) -> frozenset[bytes]:
        """The fields to mask. Those of the handshake itself are shown: their values stand all over a report."""
        names = {plans.split_header(text)[0] for text in self.hidden}
        return frozenset(name for name in names if not _HANDSHAKE.fullmatch(name))


class Options(NamedTuple):
    """How a probe is made and judged."""

    asked: Asked = Asked()
    limits: Limits = Limits()
    insecure: bool = False
    cacert: str | None = None
    selected: frozenset[str] | None = None
    demands: Demands = NO_DEMANDS
    hold_s: float | None = None
    fail_on: Level = "error"
    show_secrets: bool = False


def probe(url: str, **options: Any) -> Report:
    """Probes one URL and returns its Report; `options` are fields of `Options` and `Asked`.

    Raises UsageError for wrong use. What the server does, however wrong, is in the report. Not for use inside a
    running event loop: await `probe_one` there.
    """
    names = {name for name in Asked._fields if name in options}
    asked = Asked(**{name: options.pop(name) for name in names})
    job = Job(parse_target(url), Options(asked=asked, **options))
    prepare([job])
    return asyncio.run(probe_one(job))


class Job(NamedTuple):
    """One target with the options of its probe, and how long it is waited for or how often it is probed."""

    target: Target
    options: Options
    name: str | None = None
    wait_s: float | None = None
    wait_interval_s: float = 0.5
    times: int | None = None
    interval_s: float = 0.0

    def within(self, limit_s: float | None) -> Job:
        """The same job, its probe limited to so many seconds when that is less than its own limit."""
        limits = self.options.limits
        if limit_s is None or limit_s >= limits.total_s:
            return self
        return self._replace(options=self.options._replace(limits=limits._replace(total_s=limit_s)))


def prepare(jobs: Sequence[Job]) -> None:
    """Raises UsageError for everything about these probes that cannot be, before anything is sent."""
    for target, options in [(job.target, job.options) for job in jobs]:
        plan, _ = plan_for(target, options.asked)
        _refuse_contradictions(plan, target, options)
        if target.lab:
            from wscheck.lab.serve import fault_named

            fault_named(target.lab)
        elif target.lab is None:
            trust_for(target, options)


def _refuse_contradictions(plan: Plan, target: Target, options: Options) -> None:
    sent = read_sent(plans.craft(plan))
    demands = options.demands
    refuse_contradictions(demands, offers=sent.subprotocols, extensions=tuple(one.name for one in sent.extensions))
    judges = {
        "status": demands.status is not None,
        "expectation": demands._replace(close=None).any,
        "close": demands.close is not None or options.hold_s is not None,
    }
    for check, wanted in judges.items():
        if wanted and options.selected is not None and check not in options.selected:
            raise UsageError(f"--only or --skip leaves {check} out, which is to judge what was demanded")
    if demands.refusal and options.hold_s is not None:
        raise UsageError(f"--expect {demands.status} and --hold contradict each other: only a 101 can be held")
    if demands.cert_days is not None and (not target.secure or options.insecure):
        why = "with -k no certificate is verified" if target.secure else f"{target.url} has no certificate"
        raise UsageError(f"--min-cert-days cannot be judged: {why}")


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


async def probe_one(job: Job) -> Report:
    """Probes one target; a lab target gets its server for the length of the probe."""
    target = job.target
    if target.lab is None:
        return await _probe(job, None)
    from wscheck.lab.serve import Lab

    async with Lab(tls=target.secure) as lab:
        return await _probe(job._replace(target=at_lab(target, lab.port)), lab.ca_pem)


async def _probe(job: Job, cadata: str | None) -> Report:
    from wscheck.wire.http1 import exchange

    target, options = job.target, job.options

    started = time.time()
    plan, notes = plan_for(target, options.asked)
    trust = trust_for(target, options, cadata)
    made = await exchange(plan, target, trust, options.limits, hold_s=_hold_s(options))
    notes = (*target.notes, *notes, *_tls_notes(made, trust))
    report = build_report("probe", target, made, options, notes=notes, started=started)
    return report._replace(name=job.name)


def _hold_s(options: Options) -> float | None:
    """How long a connection is held: as asked, or as long as a demanded close may take."""
    return options.limits.close_wait_s if options.hold_s is None and options.demands.close else options.hold_s


def trust_for(target: Target, options: Options, cadata: str | None = None) -> Trust | None:
    """What a wss connection trusts, None for ws; `ssl` is loaded only here. UsageError for an unreadable CA file."""
    if not target.secure:
        return None
    from wscheck.wire.trust import make_trust

    return make_trust(insecure=options.insecure, cacert=options.cacert, cadata=cadata)


def _tls_notes(made: Exchange, trust: Trust | None) -> tuple[str, ...]:
    if trust is None or made.tls is None:
        return ()
    if not trust.verifies:
        return ("the certificate was not verified (-k)",)
    return (f"the certificate was checked against {trust.said}",)


# -- the request -------------------------------------------------------------------------------------------------------


def plan_for(target: Target, asked: Asked) -> tuple[Plan, tuple[str, ...]]:
    """The plan for a target, and notes on what in it departs from a good handshake. UsageError for what cannot be."""
    notes: list[str] = []
    key = new_key()
    if asked.key is not None:
        key = _value("--ws-key", asked.key)
        notes += [f"the key was given: {said}" for _, said in key_faults(key)]
    agent = USER_AGENT if asked.user_agent is None else asked.user_agent
    plan = plans.good_plan(target, key, user_agent=_value("-A", agent))
    if asked.version is not None:
        plan = plans.replaced(plan, b"Sec-WebSocket-Version", _value("--ws-version", asked.version))
    for name, option, values in (
        (b"Origin", "--origin", () if asked.origin is None else (asked.origin,)),
        (b"Sec-WebSocket-Protocol", "--subprotocol", asked.subprotocols),
        (b"Sec-WebSocket-Extensions", "--extension", asked.extensions),
    ):
        if values:
            plan = plans.added(plan, name, b", ".join(_value(option, value, empty=False) for value in values))
    plan = _with_credentials(plan, target)
    for text in asked.headers:
        plan = plans.edit_header(plan, text)
    for text in asked.adds:
        name, value = plans.split_header(text)
        plan = plans.added(plan, name, value or b"")
    for text in asked.raw_fields:
        plan = plans.raw_added(plan, plans.unescape(text))
        notes.append("a line was sent as it is, unchecked (--raw-field)")
    return plan, tuple(dict.fromkeys(notes))


def _value(option: str, text: str, *, empty: bool = True) -> bytes:
    value = text.encode("utf-8", "surrogateescape").strip(OWS)
    if CONTROL.search(value) or b"\r" in value:
        raise UsageError(f"the value of {option} holds a control character: use --raw-field to send it on purpose")
    if not value and not empty:
        raise UsageError(f"the value of {option} is empty: leave the option out, or send -H 'Name;' on purpose")
    return value


def _with_credentials(plan: Plan, target: Target) -> Plan:
    if target.userinfo is None:
        return plan
    from wscheck.wire.session import basic_authorization

    return plans.added(plan, b"Authorization", basic_authorization(*target.userinfo))


# -- the report --------------------------------------------------------------------------------------------------------


def select(only: Sequence[str], skip: Sequence[str]) -> frozenset[str] | None:
    """The ids of the checks to make, None for all. UsageError for an unknown id."""
    known = [check.id for check in checks.reply_checks()]
    for name in (*only, *skip):
        if name not in known:
            raise unknown("check", name, known)
    if not only and not skip:
        return None
    selected = frozenset(only or known) - frozenset(skip)
    if not selected:
        raise UsageError("--only and --skip leave no check to judge with")
    return selected


def build_report(
    kind: str, target: Target, made: Exchange, options: Options, *, notes: tuple[str, ...], started: float
) -> Report:
    """The report of one exchange: judged as it is, then masked unless secrets are to be shown."""
    report = Report(
        version=__version__,
        kind=kind,
        target=TargetView(target.url, target.scheme, target.host, target.port, target.resource),
        notes=notes,
        started=_rfc3339(started),
        duration_ms=made.timings.total or 0.0,
        checks=_judged(made, options),
        exchanges=(made,),
        masked=not options.show_secrets,
        fail_on=options.fail_on,
    )
    return report if options.show_secrets else _masked(report, made, options.asked.hidden_names)


def _judged(made: Exchange, options: Options) -> tuple[Finding, ...]:
    if made.response:
        return checks.judge(read_answer(made, options.demands), options.selected)
    reason = made.failure.detail if made.failure else "no reply came"
    return checks.all_skipped(f"no reply came: {reason}", options.selected)


def judge_saved(reply: bytes, key: str | None, options: Options) -> Report:
    """Judges a saved reply as the answer to a good handshake with this key and these offers. No network."""
    target = Target("saved reply", "ws", "saved", 80, "/")
    plan, notes = plan_for(target, options.asked._replace(key=key))
    if key is None:
        selected = (options.selected or select((), ("accept",)) or frozenset()) - {"accept"}
        options = options._replace(selected=selected)
        notes = ("no --key was given, so Sec-WebSocket-Accept is not judged",)
    failure = None if reply else Failure("read", "closed", "the saved reply is empty")
    # The content may have been cut in saving, so the end of the file is not the end of the connection.
    made = Exchange("handshake", plans.craft(plan), reply, None, (), None, Timings(), failure, route="saved")
    return build_report("judge", target, made, options, notes=notes, started=time.time())


def _masked(report: Report, made: Exchange, hidden: frozenset[bytes]) -> Report:
    sent, came = secrets.request_secrets(made.request, hidden), secrets.response_secrets(made.response)
    words = secrets.words(made.request, sent) | secrets.words(made.response, came)
    exchange = made._replace(
        request=secrets.masked(made.request, sent, words),
        response=secrets.masked(made.response, came, words),
        tunnel=_masked_tunnel(made.tunnel, words) if made.tunnel else None,
    )
    view = report.target._replace(
        url=secrets.masked_url(report.target.url),
        resource=secrets.masked_url(report.target.resource),
    )
    return report._replace(
        target=view,
        notes=tuple(secrets.masked_text(note, words) for note in report.notes),
        checks=tuple(_masked_finding(finding, words) for finding in report.checks),
        exchanges=(exchange,),
    )


def _masked_tunnel(tunnel: Tunnel, words: frozenset[bytes]) -> Tunnel:
    reason = secrets.masked(tunnel.ending.reason, (), words)
    return tunnel._replace(
        received=secrets.masked(tunnel.received, (), words), ending=tunnel.ending._replace(reason=reason)
    )


def _masked_finding(finding: Finding, words: frozenset[bytes]) -> Finding:
    if not words:
        return finding
    return finding._replace(
        observed=secrets.masked_text(finding.observed, words),
        expected=secrets.masked_text(finding.expected, words),
        problems=tuple(_masked_problem(problem, words) for problem in finding.problems),
    )


def _masked_problem(problem: Problem, words: frozenset[bytes]) -> Problem:
    return problem._replace(message=secrets.masked_text(problem.message, words))


def _rfc3339(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
