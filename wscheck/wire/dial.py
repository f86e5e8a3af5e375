"""From a host and a port to a connection: DNS, TCP, TLS, each timed, each attempt recorded.

May never enter: HTTP. Whatever fails is a `DialError` with its `Failure`; it carries what was found out until then.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from wscheck.core.exchange import Attempt, Failure, Kind, Stage, Tls
from wscheck.core.target import Target
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.inbox import Inbox

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust

Address = tuple[int, Any]  # (family, sockaddr)

_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN)


class Dialled:
    """What dialling found out so far; filled in as it goes, so that a failure loses nothing."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.attempts: list[Attempt] = []
        self.tls: Tls | None = None
        self.dns_ms: float | None = None
        self.tcp_ms: float | None = None
        self.tls_ms: float | None = None


class DialError(Exception):
    """The connection does not stand. Caught in `http1`; never reaches a user as an exception."""

    def __init__(self, stage: Stage, kind: Kind, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(stage, kind, detail)


async def dial(target: Target, trust: Trust | None, deadline: Deadline, found: Dialled) -> Inbox:
    """A connection to the target, TLS included for wss. Raises DialError; `found` holds the facts either way."""
    addresses = await _resolve(target, deadline, found)
    sock = await _connect(addresses, target, deadline, found)
    loop = asyncio.get_running_loop()
    if trust is None:
        _, inbox = await loop.create_connection(Inbox, sock=sock)
        return inbox
    return await _secure(sock, target, trust, deadline, found)


# -- DNS ---------------------------------------------------------------------------------------------------------------


async def _resolve(target: Target, deadline: Deadline, found: Dialled) -> list[Address]:
    literal = _lookup(target.host, target.port, socket.AI_NUMERICHOST)
    if isinstance(literal, list):
        return literal
    start = time.perf_counter()
    answer = await _in_thread(target, deadline)
    found.dns_ms = since_ms(start)
    if answer is None:
        raise DialError("dns", "timeout", f"no answer for the name {target.host} within the {deadline.said}")
    if isinstance(answer, list):
        return answer
    raise DialError("dns", _dns_kind(answer), f"the name {target.host} cannot be resolved: {_reason(answer)}")


def _lookup(host: str, port: int, flags: int = 0) -> list[Address] | OSError:
    try:
        # As octets: a text would load the IDNA codec, and `core.target` has made the name ASCII already.
        rows = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM, flags=flags)
    except OSError as error:
        return error
    return list(dict.fromkeys((family, sockaddr) for family, _, _, _, sockaddr in rows))


async def _in_thread(target: Target, deadline: Deadline) -> list[Address] | OSError | None:
    """getaddrinfo in a thread of its own: a daemon, since a look-up that hangs must not hold the program at its end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address] | OSError] = loop.create_future()

    def deliver(rows: list[Address] | OSError) -> None:
        if not answer.done():
            answer.set_result(rows)

    def look_up() -> None:
        rows = _lookup(target.host, target.port)
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


async def _connect(addresses: list[Address], target: Target, deadline: Deadline, found: Dialled) -> socket.socket:
    """Each address in turn, with a fair share of the time that is left; the first that answers is taken."""
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
        kind, said = _tcp_failure(outcome, deadline)
        found.attempts.append(Attempt(shown, ms, said))
        failures.append((kind, f"{shown}: {said}"))
    # One address that refuses says more than another that is out of reach.
    ranked = sorted(failures, key=lambda failure: failure[0] != "refused")
    said = "; ".join(text for _, text in failures)
    # For an address the authority is the address: it is named once.
    said = said if said.startswith(f"{target.authority}: ") else f"{target.authority}: {said}"
    raise DialError("tcp", ranked[0][0], f"no connection to {said}")


async def _connect_one(family: int, sockaddr: Any, share_s: float) -> socket.socket | OSError | TimeoutError:
    loop = asyncio.get_running_loop()
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        return error
    try:
        sock.setblocking(False)
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


def _tcp_failure(error: OSError | TimeoutError, deadline: Deadline) -> tuple[Kind, str]:
    if isinstance(error, ConnectionRefusedError):
        return "refused", "connection refused: nothing listens on this port"
    if isinstance(error, TimeoutError):
        return "timeout", f"no answer within its share of the {deadline.said}"
    if isinstance(error, ConnectionResetError):
        return "reset", "the connection was reset"
    if error.errno in _UNREACHABLE:
        return "unreachable", f"out of reach: {_reason(error)}"
    return "other", _reason(error)


def _shown(sockaddr: Any) -> str:
    host, port = sockaddr[0], sockaddr[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: OSError) -> str:
    return str(error.strerror or error) or type(error).__name__


# -- TLS ---------------------------------------------------------------------------------------------------------------


async def _secure(sock: socket.socket, target: Target, trust: Trust, deadline: Deadline, found: Dialled) -> Inbox:
    import ssl

    loop = asyncio.get_running_loop()
    start = time.perf_counter()

    def opened(transport: asyncio.BaseTransport) -> None:
        # Now and no later: a peer whose alert is right behind the handshake leaves nothing that can be asked.
        found.tls = _facts(transport.get_extra_info("ssl_object"), trust)

    try:
        _, inbox = await asyncio.wait_for(
            loop.create_connection(
                lambda: Inbox(opened), sock=sock, ssl=trust.context, server_hostname=target.host.partition("%")[0]
            ),
            deadline.left_s(),
        )
    except ssl.SSLCertVerificationError as error:
        said = f"the certificate is not accepted: {error.verify_message.rstrip('.')}, checked against {trust.said}"
        raise DialError("tls", "certificate", said) from None
    except ssl.SSLError as error:
        raise DialError("tls", *tls_failure(error)) from None
    except TimeoutError:
        said = f"no answer to the TLS hello within the {deadline.said}; a plain port (ws://) often stays silent"
        raise DialError("tls", "timeout", said) from None
    except ConnectionResetError:
        raise DialError("tls", "closed", "the peer ended the connection during the TLS handshake") from None
    except OSError as error:
        raise DialError("tls", "other", f"the TLS handshake failed: {_reason(error)}") from None
    finally:
        found.tls_ms = since_ms(start)
    return inbox


def tls_failure(error: Any) -> tuple[Kind, str]:
    """The kind and the sentence for an `ssl.SSLError` that is no matter of certificates."""
    reason = str(error.reason or error)
    words = reason.replace("_", " ").lower()
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        return "protocol", f"the port does not speak TLS ({words}): try ws://"
    if "ALERT" in reason:
        return "alert", f"the peer ended TLS with an alert: {words}"
    if "EOF" in reason:
        return "closed", "the peer ended the connection during the TLS handshake"
    return "protocol", f"the TLS handshake failed: {words}"


def _facts(ssl_object: Any, trust: Trust) -> Tls:
    import ssl

    certificate: dict[str, Any] = ssl_object.getpeercert() or {}
    cipher = ssl_object.cipher()
    not_after = certificate.get("notAfter")
    return Tls(
        version=ssl_object.version() or "",
        cipher=cipher[0] if cipher else "",
        alpn=ssl_object.selected_alpn_protocol(),
        subject=_name(certificate.get("subject")),
        names=tuple(value for _, value in certificate.get("subjectAltName", ())),
        issuer=_name(certificate.get("issuer")),
        not_after=_rfc3339(ssl.cert_time_to_seconds(not_after)) if not_after else None,
        days_left=(ssl.cert_time_to_seconds(not_after) - time.time()) / 86400 if not_after else None,
        verified=trust.verifies,
        trust=trust.said,
    )


def _rfc3339(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _name(parts: Any) -> str | None:
    """The common name of a subject or issuer, or else all that it has."""
    pairs = [pair for part in parts or () for pair in part]
    common = [value for name, value in pairs if name == "commonName"]
    return common[0] if common else ", ".join(f"{name}={value}" for name, value in pairs) or None
