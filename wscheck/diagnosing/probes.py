"""The distinguishing probes: what each changes in the handshake, and how it is sent. FLOOR 3.

May never enter: which of them is worth being made (`causes.probes`). Credentials, cookies, query and client certificate
go along only while scheme, host, port and TLS are those of the handshake itself.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from wscheck.causes.probes import subprotocols
from wscheck.core import plan as plans
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Exchange
from wscheck.core.plan import Plan
from wscheck.core.secrets import SECRET_FIELDS
from wscheck.core.talk import FAREWELL, Talk
from wscheck.core.target import Target
from wscheck.wire.clock import Deadline
from wscheck.wire.limits import Limits
from wscheck.wire.nonce import new_key
from wscheck.wire.way import Way

# One probe. A server that hangs is known to hang by then; one that is slow has shown that in the handshake itself.
LIMITS = Limits(connect_s=1.5, head_s=1.5, body_s=0.4, total_s=2.0, close_s=0.2)

# Where frames are of interest: so long a server has to send its first ones.
GREETING = Talk(hold_s=0.25)

BROWSER = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
OFFER = b"permessage-deflate; client_max_window_bits"
BESIDE = "wscheck-nothing-is-here"

Probe = Callable[[Way, Evidence, str, Deadline], Awaitable[tuple[Exchange, ...]]]


async def _send(way: Way, plan: Plan, purpose: str, total: Deadline, talk: Talk = FAREWELL) -> tuple[Exchange, ...]:
    """One exchange by a way."""
    from wscheck.wire.http1 import exchange

    made = await exchange(
        plan,
        way.target,
        way.trust,
        LIMITS,
        route=way.route,
        talk=talk,
        purpose=purpose,
        total=total,
        proxy_trust=way.proxy_trust,
    )
    return _relabelled(made)


def _edited(edit: Callable[[Plan, Evidence], Plan], talk: Talk = FAREWELL) -> Probe:
    """The handshake once more with a key of its own, changed in one thing; held when its frames are of interest."""

    async def probe(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
        plan = plans.replaced(way.plan, b"Sec-WebSocket-Key", new_key())
        return await _send(way, edit(plan, evidence), purpose, total, talk)

    return probe


def _without_secrets(plan: Plan) -> Plan:
    """The plan with nothing that the user meant for the endpoint alone: no credentials, no query, no crafted lines."""
    for name in SECRET_FIELDS:
        plan = plans.without(plan, name)
    return plan._replace(target=plan.target.partition(b"?")[0], raw_lines=(), body=b"")


def _toggled(plan: Plan, evidence: Evidence) -> Plan:
    path, mark, query = plan.target.partition(b"?")
    other = path.rstrip(b"/") if path.endswith(b"/") and path != b"/" else path.rstrip(b"/") + b"/"
    return plan._replace(target=other + mark + query)


def _beside(plan: Plan, evidence: Evidence) -> Plan:
    path, mark, query = plan.target.partition(b"?")
    return plan._replace(target=path[: path.rfind(b"/") + 1] + BESIDE.encode("ascii") + mark + query)


def _fresh_query(plan: Plan, evidence: Evidence) -> Plan:
    mark = b"&" if b"?" in plan.target else b"?"
    # The key is a random value that this request has anyway.
    return plan._replace(target=plan.target + mark + b"wscheck=" + re.sub(rb"[^A-Za-z0-9]", b"", new_key())[:12])


def _usual_path(plan: Plan, evidence: Evidence) -> Plan:
    """A guess at another endpoint: nothing that the user meant for this one goes along."""
    bare = _without_secrets(plan)
    return bare._replace(target=b"/ws" if bare.target.rstrip(b"/") != b"/ws" else b"/socket")


def _broken(plan: Plan, evidence: Evidence) -> Plan:
    """A request that whoever reads it first refuses by itself, and so shows itself: most servers for the Host that
    RFC 9112 section 3.2 demands, HAProxy for an upgrade without key."""
    return plans.without(plans.without(_without_secrets(plan), b"Host"), b"Sec-WebSocket-Key")


async def _plain_get(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    from wscheck.wire import session

    one = session.Way(way.route, way.trust, way.proxy_trust, LIMITS, total, purpose)
    return _relabelled(await session.control(way.target, way.plan, one))


async def _socketio(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    from wscheck.wire import session

    bare = plans.good_plan(way.target, new_key(), user_agent=_agent(way.plan))
    target = way.target._replace(resource="/socket.io/?EIO=4&transport=polling")
    one = session.Way(way.route, way.trust, way.proxy_trust, LIMITS, total, purpose)
    return _relabelled(await session.control(target, bare, one))


def _relabelled(made: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    return tuple(one._replace(purpose="diagnosis: connect") if one.purpose == "connect" else one for one in made)


def _agent(plan: Plan) -> bytes | None:
    return next((value for name, value in plan.fields if name.lower() == b"user-agent"), None)


def _bare(way: Way, target: Target) -> tuple[Way, Plan]:
    """A bare handshake to `/` of another target, with nothing of the user's; a certificate there is not looked at."""
    from_root = target._replace(resource="/", userinfo=None)
    trust = None
    if target.secure:
        from wscheck.wire.trust import make_trust

        trust = make_trust(insecure=True)
    plan = plans.good_plan(from_root, new_key(), user_agent=_agent(way.plan))
    return way._replace(target=from_root, trust=trust), plan


async def _other_scheme(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    other = way.target._replace(scheme="ws" if way.target.secure else "wss")
    there, plan = _bare(way, other)
    return await _send(there, plan, purpose, total)


async def _h2_hello(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    from wscheck.wire.hello import hello

    return _relabelled(await hello(way.target, way.route, way.proxy_trust, total, purpose))


async def _without_proxy(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    there, plan = _bare(way, way.target)
    return await _send(there._replace(route=way.route._replace(proxy=None)), plan, purpose, total)


_TWINS = {"127.0.0.1": "::1", "::1": "127.0.0.1", "0.0.0.0": "::1"}  # noqa: S104  # where to dial, not where to listen


async def _other_family(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    """The same port at this machine's other loopback address, or without -4 and -6."""
    route, target = way.route, way.target
    if route.proxy_for(target) or route.unix_socket:
        return ()
    tried = {attempt.address.rpartition(":")[0].strip("[]") for attempt in evidence.main.attempts}
    # A name that means one loopback address here, as localhost often does, may be served at the other.
    twin = _TWINS.get(next(iter(tried))) if len(tried) == 1 else None
    if twin is None and route.family is None:
        return ()
    there, plan = _bare(way, target._replace(host=twin) if twin else target)
    return await _send(there._replace(route=route._replace(family=None)), plan, purpose, total)


async def _other_address(way: Way, evidence: Evidence, purpose: str, total: Deadline) -> tuple[Exchange, ...]:
    """The same handshake at another address of the name, where it has one."""
    from wscheck.wire.tcp import DialError, Dialled, resolve

    route, target = way.route, way.target
    host, port = route.hop_for(target)
    if route.proxy_for(target) or route.unix_socket or route.pinned(host, port) or target.lab is not None:
        return ()
    try:
        rows = await resolve(host, port, total, Dialled(), family=route.family)
    except DialError:
        return ()
    addresses = list(dict.fromkeys(str(sockaddr[0]) for _, sockaddr in rows))
    if len(addresses) < 2:
        return ()
    plan = plans.replaced(way.plan, b"Sec-WebSocket-Key", new_key())
    return await _send(way._replace(route=route.at(target, addresses[-1])), plan, purpose, total)


def _offering(plan: Plan, evidence: Evidence) -> Plan:
    return plans.replaced(plan, b"Sec-WebSocket-Protocol", subprotocols(evidence))


PROBES: Mapping[str, Probe] = {
    "plain-get": _plain_get,
    "version-99": _edited(lambda plan, evidence: plans.replaced(plan, b"Sec-WebSocket-Version", b"99")),
    "other-key": _edited(lambda plan, evidence: plan),
    "without-ping": _edited(lambda plan, evidence: plan, GREETING),
    "without-extensions": _edited(lambda plan, evidence: plans.without(plan, b"Sec-WebSocket-Extensions"), GREETING),
    "with-extensions": _edited(
        lambda plan, evidence: plans.replaced(plan, b"Sec-WebSocket-Extensions", OFFER), GREETING
    ),
    "without-origin": _edited(lambda plan, evidence: plans.without(plan, b"Origin")),
    "own-origin": _edited(
        lambda plan, evidence: plans.replaced(plan, b"Origin", evidence.target.origin.encode("ascii"))
    ),
    "with-subprotocol": _edited(_offering),
    "slash": _edited(_toggled),
    "beside": _edited(_beside),
    "usual-path": _edited(_usual_path),
    "fresh-query": _edited(_fresh_query),
    "browser-agent": _edited(lambda plan, evidence: plans.replaced(plan, b"User-Agent", BROWSER)),
    "without-cookie": _edited(lambda plan, evidence: plans.without(plan, b"Cookie")),
    "without-host": _edited(_broken),
    "other-scheme": _other_scheme,
    "h2-hello": _h2_hello,
    "socketio": _socketio,
    "other-family": _other_family,
    "other-address": _other_address,
    "without-proxy": _without_proxy,
}
