"""A TLS hello that offers HTTP/2 beside HTTP/1.1: which of them the server chooses, and nothing more is sent.

May never enter: an octet of HTTP.
"""

from __future__ import annotations

import time

from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.route import Route
from wscheck.core.target import Target
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.dial import Trusts, dial
from wscheck.wire.tcp import DialError, Dialled
from wscheck.wire.trust import Trust, make_trust


async def hello(
    target: Target, route: Route, proxy_trust: Trust | None, deadline: Deadline, purpose: str
) -> tuple[Exchange, ...]:
    """The exchange of such a hello: its TLS facts, or why there are none. The certificate is not looked at."""
    start = time.perf_counter()
    found, failure = Dialled(), None
    try:
        inbox = await dial(target, route, Trusts(_both(), proxy_trust), deadline, found)
    except DialError as error:
        failure = error.failure
    else:
        if inbox.transport:
            inbox.transport.abort()
    return (_made(found, failure, purpose, route.said(target), since_ms(start)),)


def _both() -> Trust:
    # Not the cached context of `make_trust`: what it offers is changed here.
    trust = make_trust.__wrapped__(insecure=True)
    trust.context.set_alpn_protocols(["h2", "http/1.1"])
    return trust._replace(said="not looked at")


def _made(found: Dialled, failure: Failure | None, purpose: str, route: str, total_ms: float) -> Exchange:
    return Exchange(
        purpose=purpose,
        request=b"",
        response=b"",
        address=found.address,
        attempts=tuple(found.attempts),
        tls=found.tls,
        timings=Timings(found.dns_ms, found.tcp_ms, found.tls_ms, None, total_ms, found.proxy_ms),
        failure=failure,
        route=route,
    )
