"""One handshake over HTTP/1.1: exact octets out and in, until the final head (and a refusal's content) is there.

May never enter: a judgement of what came; only where it ends is read here.
"""

from __future__ import annotations

import time

from wscheck.core.answer import read_answer, read_body
from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.fields import members
from wscheck.core.grammar import same
from wscheck.core.head import parse_head
from wscheck.core.plan import AT_ONCE, Delivery, Plan, craft
from wscheck.core.route import NO_ROUTE, Route
from wscheck.core.talk import FAREWELL, Talk
from wscheck.core.target import Target
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.dial import Trusts, dial
from wscheck.wire.failing import ended
from wscheck.wire.inbox import Inbox
from wscheck.wire.limits import BODY_LIMIT_BYTES, CLOSE_QUIET_S, CLOSE_SAID_S, HEAD_LIMIT_BYTES, Limits
from wscheck.wire.reading import Reply, final_start, read_content, read_heads
from wscheck.wire.tcp import DialError, Dialled
from wscheck.wire.trust import Trust
from wscheck.wire.tunnel import converse


async def exchange(
    plan: Plan,
    target: Target,
    trust: Trust | None,
    limits: Limits,
    *,
    route: Route = NO_ROUTE,
    delivery: Delivery = AT_ONCE,
    talk: Talk = FAREWELL,
    purpose: str = "handshake",
    total: Deadline | None = None,
    proxy_trust: Trust | None = None,
    behind: Plan | None = None,
) -> tuple[Exchange, ...]:
    """Sends the plan to the target and reads its reply: the exchange, behind the one with a proxy where there was one.

    Never raises for what a peer does: that is `failure`. On a connection that was switched the `talk` is played; the
    default sends a Close and waits for nothing. `total` ends a run of several exchanges; without it this is the only
    one. `proxy_trust` is what TLS to an https proxy trusts. With `behind` a second request goes out on the same
    connection when the first reply was a refusal: one more exchange.
    """
    start = time.perf_counter()
    total = total or Deadline(limits.total_s, "total")
    found, reply, request = Dialled(), Reply(delivery.awaits), craft(plan)
    second: Reply | None = None
    try:
        deadline = Deadline(limits.connect_s, "connect").nearer(total)
        inbox = await dial(target, route, Trusts(trust, proxy_trust), deadline, found, _user_agent(plan))
    except DialError as error:
        reply.failure = error.failure
    else:
        try:
            await _converse(inbox, delivery.pieces(request), delivery.gap_s, limits, total, reply, talk)
            if behind is not None:
                second = await _again(inbox, request, behind, limits, total, reply)
        finally:
            _close(inbox)
    timings = Timings(
        found.dns_ms,
        found.tcp_ms,
        found.tls_ms,
        reply.handshake_ms,
        since_ms(start),
        found.proxy_ms,
        reply.ping_ms,
        reply.close_ms,
    )
    made = _made(purpose, request + reply.continued, reply, found, timings, route.said(target))
    several = (_with_proxy(made, found), made) if found.proxy_request else (made,)
    if second is None or behind is None:
        return several
    return (*several, _made(purpose, craft(behind), second, found, Timings(handshake=second.handshake_ms), made.route))


def _made(purpose: str, request: bytes, reply: Reply, found: Dialled, timings: Timings, route: str) -> Exchange:
    return Exchange(
        purpose=purpose,
        request=request,
        response=reply.data,
        address=found.address,
        attempts=tuple(found.attempts),
        tls=found.tls,
        timings=timings,
        route=route,
        failure=reply.failure,
        closed=reply.closed,
        truncated=reply.truncated,
        tunnel=reply.tunnel,
        early=reply.early,
    )


async def _again(
    inbox: Inbox, request: bytes, plan: Plan, limits: Limits, total: Deadline, first: Reply
) -> Reply | None:
    """The second request of a connection, behind a refusal that is whole. None when nobody knows where the next reply
    begins, or when the refusal said close and the connection stands; when the peer closes behind it, the failure says
    so. In each case nothing is sent."""
    if first.tunnel or first.failure or first.truncated or not inbox.data:
        return None
    so_far = Exchange("", request, first.data, None, (), None, Timings(), None, closed=inbox.ended)
    answer = read_answer(so_far)
    body = read_body(answer)
    if body.state not in ("whole", "none") or answer.head is None:
        return None
    last = any(same(option, b"close") for option in members(answer.all(b"Connection")))
    await inbox.more(len(inbox.data), min(CLOSE_SAID_S if last else CLOSE_QUIET_S, total.left_s()))
    first.closed = inbox.ended
    if last and not inbox.ended:
        return None  # RFC 9112 §9.6: behind a close nothing more is asked for
    second = Reply()
    del inbox.data[: answer.head.end + body.size]  # what is behind the message is the beginning of the next one
    if inbox.ended:
        second.failure = ended(inbox)
    else:
        await _converse(inbox, (craft(plan),), 0.0, limits, total, second, FAREWELL)
    return second


def _with_proxy(made: Exchange, found: Dialled) -> Exchange:
    """The exchange with the proxy: its status, fields and content are its own, and no reply of the target."""
    return Exchange(
        purpose="connect",
        request=found.proxy_request,
        response=found.proxy_reply,
        address=made.address,
        attempts=made.attempts,
        tls=None,
        timings=Timings(proxy=found.proxy_ms, total=found.proxy_ms),
        failure=made.failure if made.failure and made.failure.stage == "proxy" else None,
        route=made.route,
    )


def _user_agent(plan: Plan) -> str:
    return next((value.decode("latin-1") for name, value in plan.fields if same(name, b"User-Agent")), "")


def _close(inbox: Inbox) -> None:
    # What was written has gone to the system and is still sent; nobody is waited for.
    if inbox.transport:
        inbox.transport.abort()


async def _converse(
    inbox: Inbox,
    pieces: tuple[bytes, ...],
    gap_s: float,
    limits: Limits,
    total: Deadline,
    reply: Reply,
    talk: Talk,
) -> None:
    start = time.perf_counter()
    request = b"".join(pieces)
    sent = await _send(inbox, pieces, gap_s, total)
    whole = sent == len(request)
    reply.early = not whole and bool(inbox.data)
    end = await read_heads(inbox, Deadline(limits.head_s, "head").nearer(total), reply)
    if not whole and not inbox.data and reply.failure and reply.failure.stage == "read":
        # The peer ended before it had the whole request, or our time was over: it was still being sent.
        reply.failure = _while_sending(reply.failure, sent, len(request), total)
    reply.handshake_ms = since_ms(start) if inbox.data else None
    switched = end is not None and parse_head(bytes(inbox.data[final_start(inbox.data) : end])).status == 101
    if end is not None and not switched:
        await read_content(inbox, end, request, Deadline(limits.body_s, "body").nearer(total), reply)
    reply.data = bytes(inbox.data[: HEAD_LIMIT_BYTES if end is None else end + BODY_LIMIT_BYTES])
    reply.truncated = reply.truncated or len(reply.data) < len(inbox.data)
    reply.closed = inbox.ended and not reply.truncated
    if end is not None and switched:
        reply.tunnel, reply.ping_ms, reply.close_ms = await converse(inbox, end, talk, total)


async def _send(inbox: Inbox, pieces: tuple[bytes, ...], gap_s: float, total: Deadline) -> int:
    """Writes the pieces with a pause between them, and returns how many octets went out: it stops when the peer answers
    or ends before that, and when the time is over."""
    sent = 0
    for number, piece in enumerate(pieces):
        if number and gap_s and (await inbox.more(0, min(gap_s, total.left_s())) or total.left_s() <= 0):
            return sent
        if inbox.transport and not inbox.ended:
            inbox.transport.write(piece)
        sent += len(piece)
    return sent


def _while_sending(failure: Failure, sent: int, size: int, total: Deadline) -> Failure:
    if failure.kind != "timeout":
        return failure._replace(stage="send")
    return Failure("send", "timeout", f"{sent} of {size} octets were sent when the {total.said} was over")
