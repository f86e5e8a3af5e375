"""A probe: one handshake to one target (over hops where there are any), judged. FLOOR 3.

May never enter: rendering, and rules of RFC 6455; those are in `checks`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wscheck.asking import Asked, plan_for
from wscheck.core import plan as plans
from wscheck.core.answer import REDIRECTS, read_answer, read_sent
from wscheck.core.demand import refuse_contradictions
from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.fields import named
from wscheck.core.frame import PING, write_frame
from wscheck.core.plan import Plan, rekeyed
from wscheck.core.report import Report
from wscheck.core.route import NO_ROUTE, Route
from wscheck.core.talk import FAREWELL, Talk
from wscheck.core.target import Target, at_lab, parse_target
from wscheck.errors import UsageError
from wscheck.reporting import Judging, draft_report, finished, select
from wscheck.wire.clock import Deadline
from wscheck.wire.limits import Limits
from wscheck.wire.nonce import new_key, new_mask, new_payload
from wscheck.wire.way import Way

if TYPE_CHECKING:
    from wscheck.following import Following
    from wscheck.wire.trust import ClientCertificate, Trust

AT_ONCE = 16  # probes under way at the same time


class Options(NamedTuple):
    """How a probe is made and judged. `following` is None where one exchange is all there can be."""

    asked: Asked = Asked()
    limits: Limits = Limits()
    judging: Judging = Judging()
    route: Route = NO_ROUTE
    following: Following | None = None
    insecure: bool = False
    cacert: str | None = None
    certificate: ClientCertificate | None = None
    hold_s: float | None = None
    control: bool = False
    frames: bool = True  # a Ping and a Close go out behind a 101, and are waited for
    replay: bool = True  # a second handshake with another key
    diagnose: bool = False  # look for the causes of what is wrong, with a few probes


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


def probe(url: str, **options: Any) -> Report:
    """Probes one URL and returns its Report; `options` are fields of `Options`, `Asked` and `Judging`.

    Raises UsageError for wrong use. What the server does, however wrong, is in the report. Not for use inside a
    running event loop: await `probe_one` there.
    """
    asked = Asked(**{name: options.pop(name) for name in Asked._fields if name in options})
    judging = Judging(**{name: options.pop(name) for name in Judging._fields if name in options})
    job = Job(parse_target(url), Options(asked=asked, judging=judging, **options))
    prepare([job])
    return asyncio.run(probe_one(job))


# -- before anything is sent -------------------------------------------------------------------------------------------


def prepare(jobs: Sequence[Job]) -> None:
    """Raises UsageError for everything about these probes that cannot be, before anything is sent."""
    for target, options in [(job.target, job.options) for job in jobs]:
        plan, _ = plan_for(target, options.asked)
        _refuse_contradictions(plan, target, options)
        if options.following:
            from wscheck.wire.session import check_credentials

            check_credentials(options.following.credentials, options.following.cookies)
        if target.lab:
            from wscheck.lab.naming import fault_named

            fault_named(target.lab)
        elif target.lab is None:
            trust_for(target, options)
            _prepare_proxy(target, options)


def _prepare_proxy(target: Target, options: Options) -> None:
    proxy = options.route.proxy_for(target)
    if proxy and proxy.scheme.startswith("socks"):
        from wscheck.wire.proxy import require_socks

        require_socks(proxy)
    proxy_trust_for(target, options)


def _refuse_contradictions(plan: Plan, target: Target, options: Options) -> None:
    sent = read_sent(plans.craft(plan))
    demands = options.judging.demands
    refuse_contradictions(demands, offers=sent.subprotocols, extensions=tuple(one.name for one in sent.extensions))
    judges = {
        "status": demands.status is not None,
        "expectation": demands._replace(close=None).any,
        "close": demands.close is not None or options.hold_s is not None,
    }
    for check, wanted in judges.items():
        if wanted and options.judging.selected is not None and check not in options.judging.selected:
            raise UsageError(f"--only or --skip leaves {check} out, which is to judge what was demanded")
    if demands.refusal and options.hold_s is not None:
        raise UsageError(f"--expect {demands.status} and --hold contradict each other: only a 101 can be held")
    if demands.cert_days is not None and (not target.secure or options.insecure):
        why = "with -k no certificate is verified" if target.secure else f"{target.url} has no certificate"
        raise UsageError(f"--min-cert-days cannot be judged: {why}")


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


async def explained(made: Attempt) -> Report:
    """The report of an attempt with its diagnosis, where one is asked for and there is something to explain."""
    if not made.options.diagnose:
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
    return Attempt(finished(draft, judging), draft, _way(reached, options, cadata, total), options)


def _way(reached: Reached, options: Options, cadata: str | None, total: Deadline) -> Way:
    """The way of the last hop, for what is sent after it."""
    return Way(
        target=reached.target,
        plan=reached.plan,
        route=options.route,
        trust=trust_for(reached.target, options, cadata, own=reached.own),
        proxy_trust=proxy_trust_for(reached.target, options),
        total=total,
        ca_given=options.cacert is not None,
    )


class Reached(NamedTuple):
    """Where the exchanges of a probe led: the target and the request of the last hop, and what is to be said."""

    exchanges: tuple[Exchange, ...]
    notes: tuple[str, ...]
    plan: Plan
    target: Target
    own: bool  # the target is the origin that the user named


async def reach(job: Job, cadata: str | None, total: Deadline | None = None) -> Reached:
    """Makes the exchanges of one probe; `cadata` is what a lab's certificate is verified with."""
    target, options = job.target, job.options
    total = total or Deadline(options.limits.total_s, "total")
    send = _sender(options, cadata, total)
    if options.following is None and target.userinfo is None:
        plan, notes = plan_for(target, options.asked)
        made, last = await send(plan, target, True), target
        notes = (*notes, *_redirect_notes(made[-1], target))
    else:
        from wscheck.following import Following, walk

        found = await walk(target, options.asked, options.following or Following(), send)
        plan, made, notes, last = found.plan, found.exchanges, found.notes, found.target
    own = last.origin == target.origin
    if _to_be_repeated(made[-1], options):
        again = rekeyed(plan, new_key())
        made = (*made, *await send(again, last, own, purpose="replay"))
    if options.control:
        made = (*await _control(last, plan, options, trust_for(last, options, cadata, own=own), total), *made)
    main = next(one for one in reversed(made) if one.purpose == "handshake")
    return Reached(made, (*target.notes, *notes, *_tls_notes(main)), plan, last, own)


def _sender(options: Options, cadata: str | None, total: Deadline) -> Callable[..., Awaitable[tuple[Exchange, ...]]]:
    """Makes one exchange of a run; all of them together stay within the total limit."""
    from wscheck.wire.http1 import exchange

    async def send(plan: Plan, target: Target, own: bool, purpose: str = "handshake") -> tuple[Exchange, ...]:
        return await exchange(
            plan,
            target,
            trust_for(target, options, cadata, own=own),
            options.limits,
            route=options.route,
            delivery=options.asked.delivery,
            talk=_talk(options) if purpose == "handshake" else FAREWELL,
            purpose=purpose,
            total=total,
            proxy_trust=proxy_trust_for(target, options),
        )

    return send


async def _control(
    target: Target, plan: Plan, options: Options, trust: Trust | None, total: Deadline
) -> tuple[Exchange, ...]:
    from wscheck.wire.session import Way, control

    way = Way(options.route, trust, proxy_trust_for(target, options), options.limits, total)
    return await control(target, plan, way)


def _redirect_notes(made: Exchange, target: Target) -> tuple[str, ...]:
    """The URL to try for a redirect that is not followed; httpx, which joins URLs, is loaded only for one."""
    if not made.response or read_answer(made).status not in REDIRECTS:
        return ()
    from wscheck.following import suggestion

    said = suggestion(made, target)
    return (said,) if said else ()


def _to_be_repeated(made: Exchange, options: Options) -> bool:
    """Whether the handshake is made once more: it was a good one, it was accepted, and the answers are to be judged."""
    if not options.replay or not options.judging.selects("replay") or not made.response:
        return False
    answer = read_answer(made)
    whole = answer.head is not None and answer.head.complete
    # A Digest answers one challenge once; said again, a server that counts has to refuse it (RFC 7616 §3.4).
    signed = [field.value for field in named(answer.sent.fields, b"Authorization")]
    if any(value.lower().startswith(b"digest") for value in signed):
        return False
    return whole and answer.status == 101 and answer.sent.key is not None and not answer.sent.faults


def _talk(options: Options) -> Talk:
    """What is said behind a 101: a Ping and a Close, as far as they are to be judged."""
    limits, judging = options.limits, options.judging
    hold_s = _hold_s(options)
    pings = options.frames and judging.selects("frames")
    waits = hold_s is not None or (options.frames and judging.selects("close"))
    payload = new_payload()
    return Talk(
        octets=write_frame(PING, payload, new_mask()) if pings else b"",
        ping=payload if pings else None,
        wait_s=limits.ping_s,
        hold_s=hold_s,
        farewell="wait" if waits else "send",
        close_s=limits.close_s,
    )


def _hold_s(options: Options) -> float | None:
    """How long a connection is held: as asked, or as long as a demanded close may take."""
    demanded = options.judging.demands.close
    return options.limits.close_wait_s if options.hold_s is None and demanded else options.hold_s


def trust_for(target: Target, options: Options, cadata: str | None = None, *, own: bool = True) -> Trust | None:
    """What a wss connection trusts, None for ws; `ssl` is loaded only here. UsageError for an unreadable file.

    The client certificate is shown to the `own` origin, the one that the user named, and to no other.
    """
    if not target.secure:
        return None
    from wscheck.wire.trust import make_trust

    certificate = options.certificate if own else None
    return make_trust(insecure=options.insecure, cacert=options.cacert, cadata=cadata, certificate=certificate)


def proxy_trust_for(target: Target, options: Options) -> Trust | None:
    """What TLS to an https proxy trusts: the same, but the client certificate is for the target's eyes alone."""
    proxy = options.route.proxy_for(target)
    if proxy is None or proxy.scheme != "https":
        return None
    from wscheck.wire.trust import make_trust

    return make_trust(insecure=options.insecure, cacert=options.cacert)


def _tls_notes(made: Exchange) -> tuple[str, ...]:
    if made.tls is None:
        return ()
    if not made.tls.verified:
        return (f"the certificate was not verified ({made.tls.trust})",)
    return (f"the certificate was checked against {made.tls.trust}",)


# -- without any network -----------------------------------------------------------------------------------------------


def judge_saved(reply: bytes, key: str | None, options: Options) -> Report:
    """Judges a saved reply as the answer to a good handshake with this key and these offers. No network."""
    target = Target("saved reply", "ws", "saved", 80, "/")
    plan, notes = plan_for(target, options.asked._replace(key=key))
    judging = options.judging
    if key is None:
        judging = judging._replace(selected=(judging.selected or select((), ("accept",)) or frozenset()) - {"accept"})
        notes = ("no --key was given, so Sec-WebSocket-Accept is not judged",)
    failure = None if reply else Failure("read", "closed", "the saved reply is empty")
    # The content may have been cut in saving, so the end of the file is not the end of the connection.
    made = Exchange("handshake", plans.craft(plan), reply, None, (), None, Timings(), failure, route="saved")
    draft = draft_report("judge", target, [made], judging, notes=notes, started=time.time())
    if options.diagnose:
        from wscheck.diagnosing import from_known

        draft = draft._replace(diagnosis=from_known(draft, target))
    return finished(draft, judging)
