"""From a host and a port to a socket: names resolved, each address tried, each attempt recorded.

May never enter: TLS, proxies, HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
import time
from typing import Any

from wscheck.core.exchange import Attempt, Failure, Kind, Stage, Tls
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.draining import DrainingSocket

Address = tuple[int, Any]  # (family, sockaddr)

_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN)
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


class Dialled:
    """What dialling found out so far; filled in as it goes, so that a failure loses nothing."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.attempts: list[Attempt] = []
        self.tls: Tls | None = None
        self.dns_ms: float | None = None
        self.tcp_ms: float | None = None
        self.proxy_ms: float | None = None
        self.tls_ms: float | None = None
        self.proxy_request = b""
        self.proxy_reply = b""


class DialError(Exception):
    """The connection does not stand. Caught in `http1`; never reaches a user as an exception."""

    def __init__(self, stage: Stage, kind: Kind, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(stage, kind, detail)


# -- DNS ---------------------------------------------------------------------------------------------------------------


async def resolve(
    host: str, port: int, deadline: Deadline, found: Dialled, *, pinned: tuple[str, ...] = (), family: int | None = None
) -> list[Address]:
    """The addresses of a host, or those that it is pinned to; only of one family when asked. Raises DialError."""
    if pinned:
        return _of_family([row for host in pinned for row in _literal(host, port)], host, family)
    literal = _lookup(host, port, socket.AI_NUMERICHOST)
    if isinstance(literal, list):
        return _of_family(literal, host, family)
    start = time.perf_counter()
    answer = await _in_thread(host, port, deadline)
    found.dns_ms = since_ms(start)
    if answer is None:
        raise DialError("dns", "timeout", f"no answer for the name {host} within the {deadline.said}")
    if isinstance(answer, list):
        return _of_family(answer, host, family)
    raise DialError("dns", _dns_kind(answer), f"the name {host} cannot be resolved: {reason(answer)}")


def _literal(host: str, port: int) -> list[Address]:
    rows = _lookup(host, port, socket.AI_NUMERICHOST)
    if isinstance(rows, list):
        return rows
    raise DialError("dns", "other", f"--resolve: {host} is no address")


def _of_family(rows: list[Address], host: str, family: int | None) -> list[Address]:
    kept = [row for row in rows if family is None or row[0] == _FAMILIES[family]]
    if not kept:
        raise DialError("dns", "not-found", f"the name {host} has no IPv{family} address")
    return kept


def _lookup(host: str, port: int, flags: int = 0) -> list[Address] | OSError:
    try:
        # As octets: a text would load the IDNA codec, and `core.target` has made the name ASCII already.
        rows = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM, flags=flags)
    except OSError as error:
        return error
    return list(dict.fromkeys((family, sockaddr) for family, _, _, _, sockaddr in rows))


async def _in_thread(host: str, port: int, deadline: Deadline) -> list[Address] | OSError | None:
    """getaddrinfo in a thread of its own: a daemon, since a look-up that hangs must not hold the program at its end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address] | OSError] = loop.create_future()

    def deliver(rows: list[Address] | OSError) -> None:
        if not answer.done():
            answer.set_result(rows)

    def look_up() -> None:
        rows = _lookup(host, port)
        # The loop may be closed by the time a hanging look-up ends.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, rows)

    threading.Thread(target=look_up, name="wscheck-dns", daemon=True).start()
    try:
        return await asyncio.wait_for(answer, deadline.left_s())
    except TimeoutError:
        return None


def _dns_kind(error: OSError) -> Kind:
    missing = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
    return "not-found" if error.errno in missing else "other"


# -- TCP ---------------------------------------------------------------------------------------------------------------


async def connect(addresses: list[Address], named: str, deadline: Deadline, found: Dialled) -> socket.socket:
    """Each address in turn, with a fair share of the time that is left; the first that answers is taken.

    `named` is what was dialled, for messages. Raises DialError.
    """
    failures: list[tuple[Kind, str]] = []
    for position, (family, sockaddr) in enumerate(addresses):
        share_s = deadline.left_s() / (len(addresses) - position)
        shown = _shown(sockaddr)
        start = time.perf_counter()
        outcome = await _connect_one(family, sockaddr, share_s)
        ms = since_ms(start)
        if isinstance(outcome, socket.socket):
            found.attempts.append(Attempt(shown, ms, None))
            found.address, found.tcp_ms = shown, ms
            return outcome
        kind, said = _failure(outcome, deadline)
        found.attempts.append(Attempt(shown, ms, said))
        failures.append((kind, f"{shown}: {said}"))
    # One address that refuses says more than another that is out of reach.
    ranked = sorted(failures, key=lambda failure: failure[0] != "refused")
    said = "; ".join(text for _, text in failures)
    # For an address the name is the address: it is named once.
    said = said if said.startswith(f"{named}: ") else f"{named}: {said}"
    raise DialError("tcp", ranked[0][0], f"no connection to {said}")


async def connect_unix(path: str, deadline: Deadline, found: Dialled) -> socket.socket:
    """A connection to a unix socket. Raises DialError, also where the system has none."""
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise DialError("tcp", "other", "this system has no unix sockets")
    start = time.perf_counter()
    outcome = await _connect_one(family, path, deadline.left_s())
    ms = since_ms(start)
    if isinstance(outcome, socket.socket):
        found.attempts.append(Attempt(path, ms, None))
        found.address, found.tcp_ms = path, ms
        return outcome
    kind, said = _failure(outcome, deadline)
    if isinstance(outcome, FileNotFoundError):
        kind, said = "not-found", "there is no such socket"
    found.attempts.append(Attempt(path, ms, said))
    raise DialError("tcp", kind, f"no connection to {path}: {said}")


async def _connect_one(family: int, sockaddr: Any, share_s: float) -> socket.socket | OSError | TimeoutError:
    loop = asyncio.get_running_loop()
    try:
        sock = DrainingSocket(family, socket.SOCK_STREAM)
    except OSError as error:
        return error
    try:
        sock.setblocking(False)
        if family in (socket.AF_INET, socket.AF_INET6):
            # A request is one small write: waiting to fill a segment would only be measured as the server's time.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.wait_for(loop.sock_connect(sock, sockaddr), share_s)
    except (OSError, TimeoutError) as error:
        sock.close()
        return error
    except BaseException:
        sock.close()
        raise
    return sock


def _failure(error: OSError | TimeoutError, deadline: Deadline) -> tuple[Kind, str]:
    if isinstance(error, ConnectionRefusedError):
        return "refused", "connection refused: nothing listens on this port"
    if isinstance(error, TimeoutError):
        return "timeout", f"no answer within its share of the {deadline.said}"
    if isinstance(error, ConnectionResetError):
        return "reset", "the connection was reset"
    if error.errno in _UNREACHABLE:
        return "unreachable", f"out of reach: {reason(error)}"
    return "other", reason(error)


def _shown(sockaddr: Any) -> str:
    host, port = sockaddr[0], sockaddr[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reason(error: OSError) -> str:
    """The system's own words for an error."""
    return str(error.strerror or error) or type(error).__name__
