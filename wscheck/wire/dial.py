"""From a target and a route to a connection: the names, sockets, proxies and TLS on the way, each timed.

May never enter: the handshake. Whatever fails is a `DialError` with its `Failure`; `Dialled` holds what was found out.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, NamedTuple

from wscheck.core.route import Proxy, Route
from wscheck.core.target import Target
from wscheck.wire import proxy as proxies
from wscheck.wire.clock import Deadline
from wscheck.wire.inbox import Inbox
from wscheck.wire.tcp import DialError, Dialled, connect, connect_unix, resolve

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust


class Trusts(NamedTuple):
    """What TLS to the target trusts, None for ws; and TLS to an https proxy, which is shown no client certificate."""

    target: Trust | None = None
    proxy: Trust | None = None


# A look at a certificate that was not accepted may take this long beyond what is left of the connect limit.
_SECOND_LOOK_S = 1.0


async def dial(
    target: Target, route: Route, trusts: Trusts, deadline: Deadline, found: Dialled, user_agent: str = ""
) -> Inbox:
    """A connection to the target, TLS included for wss. Raises DialError; `found` holds the facts either way."""
    inbox = await _connection(target, route, trusts.proxy, deadline, found, user_agent)
    trust = trusts.target
    if trust is None:
        return inbox
    from wscheck.wire.tls import secure

    try:
        found.tls = await secure(inbox, _name(target, route), trust, deadline, found)
    except DialError as error:
        _drop(inbox)
        if error.failure.kind == "certificate":
            await _look_again(target, route, Trusts(trust.unverified(), trusts.proxy), found, user_agent)
        raise
    except BaseException:
        _drop(inbox)
        raise
    return inbox


def _name(target: Target, route: Route) -> str:
    return route.sni or target.host.partition("%")[0]


def _drop(inbox: Inbox) -> None:
    if inbox.transport:
        inbox.transport.abort()


async def _look_again(target: Target, route: Route, trusts: Trusts, found: Dialled, user_agent: str) -> None:
    """Reads the certificate that was not accepted over a connection of its own, on which no octet of HTTP is sent."""
    aside = Dialled()
    deadline = Deadline(_SECOND_LOOK_S, "second look")
    with contextlib.suppress(DialError):
        try:
            _drop(await dial(target, route, trusts, deadline, aside, user_agent))
        finally:
            found.tls = aside.tls


async def _connection(
    target: Target, route: Route, proxy_trust: Trust | None, deadline: Deadline, found: Dialled, user_agent: str
) -> Inbox:
    """The connection on which the target is spoken to: direct, over a unix socket, or through a proxy."""
    proxy = route.proxy_for(target)
    host, port = route.hop_for(target)
    if route.unix_socket:
        return await _stream(await connect_unix(route.unix_socket, deadline, found))
    if proxy is None:
        rows = await resolve(host, port, deadline, found, pinned=route.pinned(host, port), family=route.family)
        return await _stream(await connect(rows, _authority(host, port), deadline, found))
    if proxy.scheme.startswith("socks"):
        return await _stream(await _through_socks(proxy, route, host, port, deadline, found))
    return await _through_http(proxy, route, _authority(host, port), proxy_trust, deadline, found, user_agent)


async def _through_socks(
    proxy: Proxy, route: Route, host: str, port: int, deadline: Deadline, found: Dialled
) -> socket.socket:
    if proxy.scheme not in ("socks4a", "socks5h"):
        # The name is resolved here, by the same rules as without a proxy: --resolve, -4, -6, and a failure of its own.
        rows = await resolve(host, port, deadline, found, pinned=route.pinned(host, port), family=route.family)
        host = str(rows[0][1][0])
    return await proxies.through_socks(proxy, host, port, deadline, found)


async def _through_http(
    proxy: Proxy, route: Route, authority: str, trust: Trust | None, deadline: Deadline, found: Dialled, user_agent: str
) -> Inbox:
    try:
        pinned = route.pinned(proxy.host, proxy.port)
        rows = await resolve(proxy.host, proxy.port, deadline, found, pinned=pinned, family=route.family)
        inbox = await _stream(await connect(rows, f"the proxy {proxy.said}", deadline, found))
    except DialError as error:
        failure = error.failure
        raise DialError("proxy", failure.kind, failure.detail) from None
    try:
        if proxy.scheme == "https":
            await _secure_proxy(inbox, proxy, trust, deadline, found)
        request = proxies.connect_request(authority, proxy, user_agent)
        await proxies.tunnel(inbox, request, proxy, deadline, found)
    except BaseException:
        _drop(inbox)
        raise
    return inbox


async def _secure_proxy(inbox: Inbox, proxy: Proxy, trust: Trust | None, deadline: Deadline, found: Dialled) -> None:
    from wscheck.wire.tls import secure
    from wscheck.wire.trust import make_trust

    try:
        await secure(inbox, proxy.host, trust or make_trust(), deadline, found)
    except DialError as error:
        failure = error.failure
        raise DialError("proxy", failure.kind, f"TLS to the proxy {proxy.said}: {failure.detail}") from None
    finally:
        found.proxy_ms, found.tls_ms = found.tls_ms, None  # the time of the proxy's TLS is part of the proxy's


async def _stream(sock: socket.socket) -> Inbox:
    _, inbox = await asyncio.get_running_loop().create_connection(Inbox, sock=sock)
    return inbox


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
