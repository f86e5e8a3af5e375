"""TLS over a connection that stands: the handshake, its facts, and its failures in words.

May never enter: HTTP. The one place that decides how a certificate is looked at: OpenSSL verifies and names the first
rule that is broken; what the certificate says is read from its DER (`core.certificate`), verified or not.
"""

from __future__ import annotations

import asyncio
import calendar
import re
import time
from typing import TYPE_CHECKING, Any

from wscheck.core.certificate import read_certificate
from wscheck.core.exchange import Kind, Tls
from wscheck.wire.clock import Deadline, since_ms
from wscheck.wire.inbox import Inbox
from wscheck.wire.tcp import DialError, Dialled, reason

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust


async def secure(inbox: Inbox, name: str, trust: Trust, deadline: Deadline, found: Dialled) -> Tls:
    """Turns the connection into one over TLS, for the server called `name`; its facts. Raises DialError."""
    import ssl

    start = time.perf_counter()
    try:
        await asyncio.wait_for(_start(inbox, name, trust.context), deadline.left_s())
    except ssl.SSLCertVerificationError as error:
        said = f"the certificate is not accepted: {error.verify_message.rstrip('.')}, checked against {trust.said}"
        raise DialError("tls", "certificate", said) from None
    except ssl.SSLError as error:
        raise DialError("tls", *tls_failure(error)) from None
    except TimeoutError:
        said = f"no answer to the TLS hello within the {deadline.said}; a plain port (ws://) often stays silent"
        raise DialError("tls", "timeout", said) from None
    except ConnectionError:
        raise DialError("tls", "closed", "the peer ended the connection during the TLS handshake") from None
    except OSError as error:
        raise DialError("tls", "other", f"the TLS handshake failed: {reason(error)}") from None
    finally:
        found.tls_ms = (found.tls_ms or 0.0) + since_ms(start)
    assert inbox.transport  # noqa: S101  # `_start` has just set it
    return _facts(inbox.transport.get_extra_info("ssl_object"), trust)


async def _start(inbox: Inbox, name: str, context: Any) -> None:
    loop = asyncio.get_running_loop()
    if inbox.data:
        raise DialError("tls", "protocol", "the port does not speak TLS (it speaks before the TLS hello): try ws://")
    if inbox.transport is None or inbox.ended:
        raise ConnectionResetError
    transport = await loop.start_tls(inbox.transport, inbox, context, server_hostname=name)
    if transport is None:
        raise ConnectionResetError
    inbox.transport = transport


def tls_failure(error: Any) -> tuple[Kind, str]:
    """The kind and the sentence for an `ssl.SSLError` that is no matter of the server's certificate."""
    # Python has no word for some alerts; then OpenSSL's own stands in the text: "[SSL] tlsv1 alert … (_ssl.c:1006)".
    words = str(error.reason or re.sub(r"^\[[^\]]*\] *| *\([^()]*\)$", "", str(error))).replace("_", " ").lower()
    code = words.replace(" ", "_").upper()
    if code in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        return "protocol", f"the port does not speak TLS ({words}): try ws://"
    if "CERTIFICATE_REQUIRED" in code or "HANDSHAKE_FAILURE" in code or "BAD_CERTIFICATE" in code:
        return "alert", f"the peer ended TLS with an alert: {words}; it may want a client certificate (--cert)"
    if "NO_APPLICATION_PROTOCOL" in code:
        return "alert", f"the peer ended TLS with an alert: {words}; it does not speak http/1.1, perhaps only h2"
    if "ALERT" in code:
        return "alert", f"the peer ended TLS with an alert: {words}"
    if "EOF" in code:
        return "closed", "the peer ended the connection during the TLS handshake"
    return "protocol", f"the TLS handshake failed: {words}"


def _facts(ssl_object: Any, trust: Trust) -> Tls:
    cipher = ssl_object.cipher()
    certificate = read_certificate(_der(ssl_object))
    not_after = certificate.not_after if certificate else None
    return Tls(
        version=ssl_object.version() or "",
        cipher=cipher[0] if cipher else "",
        alpn=ssl_object.selected_alpn_protocol(),
        subject=certificate.subject if certificate else None,
        names=certificate.names if certificate else (),
        issuer=certificate.issuer if certificate else None,
        not_before=certificate.not_before if certificate else None,
        not_after=not_after,
        days_left=_days_left(not_after),
        chain_length=_chain_length(ssl_object),
        verified=trust.verifies,
        trust=trust.said,
    )


def _der(ssl_object: Any) -> bytes:
    try:
        return ssl_object.getpeercert(binary_form=True) or b""
    except ValueError:
        # An alert came right behind the handshake, as TLS 1.3 tells that a client certificate is wanted: OpenSSL then
        # says that there was no handshake. The alert itself is what the read behind this finds.
        return b""


def _days_left(not_after: str | None) -> float | None:
    if not_after is None:
        return None
    return (calendar.timegm(time.strptime(not_after, "%Y-%m-%dT%H:%M:%SZ")) - time.time()) / 86400


def _chain_length(ssl_object: Any) -> int | None:
    """How many certificates the server sent. Public from Python 3.13 on; before, the same call on the inner object, and
    None where there is none."""
    inner = getattr(ssl_object, "_sslobj", None)
    for owner in (ssl_object, inner):
        chain = getattr(owner, "get_unverified_chain", None)
        if chain:
            return len(chain() or ())
    return None
