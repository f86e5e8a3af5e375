"""Through a proxy: HTTP CONNECT is ours, SOCKS is python-socks' (it makes the socket, we make the stream).

May never enter: the target's reply. What a proxy answers is the proxy's: a 407 here is no status of the target.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import time
from typing import Any

from wscheck.core.exchange import Attempt, Kind
from wscheck.core.head import head_end, parse_head
from wscheck.core.route import Proxy
from wscheck.core.visible import visible
from wscheck.errors import MissingExtraError
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.inbox import Inbox
from wscheck.wire.limits import BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES
from wscheck.wire.tcp import DialError, Dialled, reason

# A refusal of the proxy has a page that says why; this long it may take to come behind the head.
_PAGE_QUIET_S = 0.3

# How python-socks begins its sentence on an answer that breaks RFC 1928; a refusal by its rules has other words.
_NO_SOCKS = re.compile(r"Malformed|Unexpected|Invalid")


def connect_request(authority: str, proxy: Proxy, user_agent: str) -> bytes:
    """The octets of a CONNECT (RFC 9110 §9.3.6, RFC 9112 §3.2.3: the target is host and port)."""
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if user_agent:
        lines.append(f"User-Agent: {user_agent}")
    if proxy.userinfo:
        from wscheck.wire.session import basic_authorization

        lines.append("Proxy-Authorization: " + basic_authorization(*proxy.userinfo).decode("ascii"))
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"


async def tunnel(inbox: Inbox, request: bytes, proxy: Proxy, deadline: Deadline, found: Dialled) -> None:
    """Sends CONNECT and reads the proxy's answer; leaves the inbox empty for the target. Raises DialError."""
    start = time.perf_counter()
    found.proxy_request = request
    try:
        if inbox.transport:
            inbox.transport.write(request)
        await _answer(inbox, proxy, deadline, found)
    finally:
        found.proxy_ms = (found.proxy_ms or 0.0) + since_ms(start)


async def _answer(inbox: Inbox, proxy: Proxy, deadline: Deadline, found: Dialled) -> None:
    while (end := head_end(inbox.data)) is None:
        known = len(inbox.data)
        found.proxy_reply = bytes(inbox.data)
        if inbox.ended:
            kind: Kind = "reset" if isinstance(inbox.error, ConnectionError) else "closed"
            raise DialError("proxy", kind, f"the proxy {proxy.said} ended the connection without an answer to CONNECT")
        if known > HEAD_LIMIT_BYTES:
            said = f"the answer of the proxy {proxy.said} to CONNECT has no end within {HEAD_LIMIT_BYTES // 1024} KiB"
            raise DialError("proxy", "limit", said)
        if not await inbox.more(known, deadline.left_s()):
            raise DialError(
                "proxy", "timeout", f"the proxy {proxy.said} did not answer CONNECT within the {deadline.said}"
            )
    head = parse_head(bytes(inbox.data[:end]))
    if head.status is not None and 200 <= head.status <= 299:
        found.proxy_reply = bytes(inbox.data[:end])
        # RFC 9110 §9.3.6: what follows the head is the target's, who may have spoken first.
        del inbox.data[:end]
        return
    while len(inbox.data) < end + BODY_LIMIT_BYTES and not inbox.ended:
        if not await inbox.more(len(inbox.data), min(_PAGE_QUIET_S, deadline.left_s())):
            break
    found.proxy_reply = bytes(inbox.data[: end + BODY_LIMIT_BYTES])
    if head.status is None:
        raise DialError("proxy", "protocol", f"the proxy {proxy.said} answers something that is not HTTP")
    said = f"{head.status} {visible(head.reason, 60)}".strip()
    hint = {407: ": it wants credentials (-x http://user:password@…)", 403: ": it does not allow this target"}
    raise DialError("proxy", "denied", f"the proxy {proxy.said} answers CONNECT with {said}{hint.get(head.status, '')}")


def require_socks(proxy: Proxy) -> None:
    """MissingExtraError when this proxy needs python-socks and it is not installed."""
    try:
        import python_socks  # noqa: F401  # only whether it is there
    except ImportError:
        raise MissingExtraError(f"a {proxy.scheme} proxy", "socks") from None


async def through_socks(proxy: Proxy, host: str, port: int, deadline: Deadline, found: Dialled) -> socket.socket:
    """A socket to the target through a SOCKS proxy. Raises DialError; MissingExtraError without python-socks."""
    require_socks(proxy)
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.async_.asyncio import Proxy as SocksProxy

    version = ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5
    user, password = proxy.userinfo or (None, None)
    # "a" and "h": the proxy resolves the name; without them it is resolved here.
    far = proxy.scheme in ("socks4a", "socks5h")
    socks: Any = SocksProxy(version, proxy.host, proxy.port, username=user, password=password, rdns=far)
    start = time.perf_counter()
    try:
        sock: socket.socket = await asyncio.wait_for(socks.connect(dest_host=host, dest_port=port), deadline.left_s())
    except (ProxyTimeoutError, TimeoutError):
        raise DialError(
            "proxy", "timeout", f"the proxy {proxy.said} did not answer within the {deadline.said}"
        ) from None
    except ProxyConnectionError as error:
        found.attempts.append(Attempt(f"{proxy.host}:{proxy.port}", since_ms(start), reason(error)))
        why: Kind = "refused" if error.errno == errno.ECONNREFUSED else "unreachable"
        raise DialError("proxy", why, f"no connection to the proxy {proxy.said}: {reason(error)}") from None
    except ProxyError as error:
        if _NO_SOCKS.match(str(error)):
            said = f"the proxy {proxy.said} answers something that is not SOCKS: {error}"
            raise DialError("proxy", "protocol", said) from None
        raise DialError("proxy", "denied", f"the proxy {proxy.said} refuses: {error}") from None
    except OSError as error:
        raise DialError("proxy", "other", f"the proxy {proxy.said} cannot be used: {reason(error)}") from None
    except Exception as error:  # what the library makes of octets that are no SOCKS: a failure is a value
        said = f"the proxy {proxy.said} answers something that is not SOCKS: {type(error).__name__}"
        raise DialError("proxy", "protocol", said) from None
    found.proxy_ms = since_ms(start)
    found.address = f"{proxy.host}:{proxy.port}"
    found.attempts.append(Attempt(found.address, found.proxy_ms, None))
    return sock
