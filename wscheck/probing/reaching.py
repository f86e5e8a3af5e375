"""The exchanges of one probe: the handshake over its hops, a second one, and the control request. FLOOR 3.

May never enter: a judgement; whether more is sent is read from what was asked and from what came.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from wscheck.core.answer import REDIRECTS, read_answer
from wscheck.core.exchange import Exchange
from wscheck.core.fields import named
from wscheck.core.frame import PING, write_frame
from wscheck.core.plan import Plan, rekeyed
from wscheck.core.talk import FAREWELL, Talk
from wscheck.core.target import Target
from wscheck.probing.asking import plan_for
from wscheck.probing.jobs import Job, Options, proxy_trust_for, trust_for
from wscheck.wire.clock import Deadline
from wscheck.wire.nonce import new_key, new_mask, new_payload
from wscheck.wire.way import Way

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust


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
        from wscheck.probing.following import Following, walk

        found = await walk(target, options.asked, options.following or Following(), send)
        plan, made, notes, last = found.plan, found.exchanges, found.notes, found.target
    own = last.origin == target.origin
    interrupted = made[-1].tunnel is not None and made[-1].tunnel.interrupted
    if interrupted:
        notes = (*notes, "it was interrupted while the connection was held")
    elif total.left_s() > 0 and _to_be_repeated(made[-1], options):
        again = rekeyed(plan, new_key())
        made = (*made, *await send(again, last, own, purpose="replay"))
    wants_control = options.control and not interrupted
    if wants_control and _limited(made[-1]):
        notes = (*notes, "no control request was made: the server answered 429 and wants no more")
    elif wants_control:
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
    from wscheck.probing.following import suggestion

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


def _limited(made: Exchange) -> bool:
    return bool(made.response) and read_answer(made).status == 429


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
        kept=options.hold_kept,
    )


def _hold_s(options: Options) -> float | None:
    """How long a connection is held: as asked, or as long as a demanded close may take."""
    demanded = options.judging.demands.close
    return options.limits.close_wait_s if options.hold_s is None and demanded else options.hold_s


def _tls_notes(made: Exchange) -> tuple[str, ...]:
    if made.tls is None:
        return ()
    if not made.tls.verified:
        return (f"the certificate was not verified ({made.tls.trust})",)
    return (f"the certificate was checked against {made.tls.trust}",)


def way_of(reached: Reached, options: Options, cadata: str | None, total: Deadline) -> Way:
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
