"""TLS: the wrong kind of port, certificates, and what the hello agrees on."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.products import who
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Tls
from wscheck.core.visible import printable

_SENT_TO_TLS = (
    r"plain HTTP request was sent to (?:the )?HTTPS port|sent an HTTP request to an HTTPS server"
    r"|speaking plain HTTP to an SSL-enabled server port|this combination of host and port requires TLS"
    r"|instead use the https scheme"
)


def _url(evidence: Evidence, scheme: str) -> str:
    return f"    {scheme}://{evidence.target.authority}{evidence.path}"


def tls_port(evidence: Evidence) -> Found | None:
    """ws:// on a port that speaks TLS."""
    if evidence.target.secure or evidence.switching:
        return None
    reply, other = evidence.reply, evidence.made.get("other-scheme")
    said = reply.says(_SENT_TO_TLS) if reply else None
    record = (
        reply is not None and reply.status is None and re.match(rb"[\x14-\x18]\x03[\x00-\x04]", reply.answer.response)
    )
    speaks = other is not None and (
        other.tls is not None or (other.failure is not None and other.failure.kind in ("certificate", "alert"))
    )
    quiet = evidence.failed("read", "closed", "reset", "timeout")
    if not (said or record or (speaks and quiet)):
        return None
    return Found(
        0.97,
        "The port speaks TLS (HTTPS), and ws:// sends plain HTTP to it: use wss://.",
        (
            f'The server says "{said}".' if said else "",
            "What came is a TLS record and not HTTP." if record else "",
            "The server took the request and ended the connection without an HTTP reply." if quiet and not said else "",
            f"A TLS hello on the same port is answered{_version(other.tls if other else None)}." if speaks else "",
            who(evidence) if said else "",
        ),
        (
            "Use wss:// in the client:",
            _url(evidence, "wss"),
            "Or probe the plain port, if there is one (often 80 or 8080).",
        ),
    )


def _version(tls: Tls | None) -> str:
    return f" ({tls.version})" if tls and tls.version else ""


def plain_port(evidence: Evidence) -> Found | None:
    """wss:// on a port that does not speak TLS."""
    failure, other = evidence.failure, evidence.replies.get("other-scheme")
    if (
        not evidence.target.secure
        or not evidence.failed("tls", "protocol", "timeout", "closed", "other")
        or failure is None
    ):
        return None
    sure = "does not speak TLS" in failure.detail
    plain = other is not None and other.status is not None
    if not (sure or plain):
        return None
    return Found(
        0.97 if plain else 0.9,
        "The port does not speak TLS: it is a plain port, and wss:// was used on it.",
        (
            printable(f"TLS failed: {failure.detail}."),
            f"Plain HTTP on the same port is answered with {other.line}."
            if other is not None and plain
            else brings(evidence, "other-scheme"),
            "It is no matter of certificates: none was sent.",
        ),
        (
            "Use ws:// for this port, or the port that speaks TLS (often 443) for wss://:",
            _url(evidence, "ws"),
            "To enable TLS on this port; nginx:",
            "    listen 443 ssl;",
            "    ssl_certificate /etc/ssl/fullchain.pem;",
            "    ssl_certificate_key /etc/ssl/privkey.pem;",
            "Where a proxy terminates TLS, wss:// goes to the proxy's port and not to the application's.",
        ),
    )


_ALPN_H2 = (
    "Let the listener offer HTTP/1.1 beside h2. Node, HAProxy, nginx, Envoy:",
    "    http2.createSecureServer({ allowHTTP1: true, … })",
    "    bind :443 ssl crt site.pem alpn h2,http/1.1      # and no proto h2",
    "    listen 443 ssl;  http2 on;                       # nginx offers both",
    "    alpn_protocols: [h2, http/1.1]",
)
_PLAIN_H2 = (
    "Let the listener take HTTP/1.1 as well, or give it a port of its own. Node, HAProxy, Envoy:",
    "    http.createServer(…)           // http2.createServer without TLS takes HTTP/2 alone",
    "    bind :80                       # and no proto h2",
    "    codec_type: AUTO               # in place of HTTP2",
    "A port of gRPC speaks no WebSocket: probe the web server's.",
)
_RFC_8441 = "WebSocket over HTTP/2 (RFC 8441) needs a server with extended CONNECT, and few clients use it."


def h2_only(evidence: Evidence) -> Found | None:
    """A port that speaks HTTP/2 and nothing else; one without TLS has no ALPN to say so."""
    plain = not evidence.target.secure
    failure, reply = evidence.failure, evidence.reply
    hello = evidence.made.get("h2-hello")
    h2 = hello is not None and hello.tls is not None and hello.tls.alpn == "h2"
    alert = evidence.failed("tls", "alert") and failure is not None and "no application protocol" in failure.detail
    frames = (
        reply is not None
        and reply.status is None
        and re.match(rb"(?s)\x00..\x04[\x00\x01]\x00\x00\x00\x00", reply.answer.response)
    )
    missing = reply.says(r"missing alpn protocol[^<]{0,60}") if reply else None
    quiet = (
        evidence.failed("read", "closed", "reset", "timeout")
        and evidence.main.tls is not None
        and evidence.main.tls.alpn != "http/1.1"
    )
    if not (alert or frames or missing or (quiet and h2)):
        return None
    return Found(
        0.97 if h2 or missing else 0.9,
        "The port speaks HTTP/2 only: "
        + ("without TLS it takes no HTTP/1.1" if plain else "its ALPN does not offer HTTP/1.1")
        + ", and the upgrade to WebSocket exists in HTTP/1.1 alone.",
        (
            "The TLS hello offered http/1.1, and the server ended it with the alert no_application_protocol."
            if alert
            else "",
            "The TLS session stands without an ALPN answer to http/1.1, and was closed without a reply."
            if quiet
            else "",
            "What came is an HTTP/2 frame." if frames else "",
            f'The server says "{missing}".' if missing else "",
            "A TLS hello that offers h2 as well is answered with h2." if h2 else brings(evidence, "h2-hello"),
        ),
        (*(_PLAIN_H2 if plain else _ALPN_H2), _RFC_8441),
    )


def no_common(evidence: Evidence) -> Found | None:
    """No version of TLS, or no cipher, that both ends take."""
    failure = evidence.failure
    if not evidence.failed("tls") or failure is None:
        return None
    version = re.search(
        r"(?i)protocol version|unsupported protocol|version too low|inappropriate fallback", failure.detail
    )
    cipher = re.search(r"(?i)handshake failure|insufficient security|no shared cipher|dh key too small", failure.detail)
    if not (version or cipher):
        return None
    return Found(
        0.95 if version else 0.45,
        "Client and server have no version of TLS in common: the server speaks TLS 1.0 or 1.1 only, or refuses what "
        "this client offers (1.2 and 1.3)."
        if version
        else "Client and server have no cipher (or curve, or kind of certificate) of TLS in common.",
        (
            printable(f"TLS: {failure.detail}."),
            "It is no matter of certificates: none was looked at." if version else "",
            "The alert handshake_failure says no more; a client certificate that is wanted brings it too (TLS 1.2)."
            if cipher
            else "",
        ),
        (
            "Let the server speak TLS 1.2 and 1.3, with ciphers of today. nginx, Apache httpd, HAProxy:",
            "    ssl_protocols TLSv1.2 TLSv1.3;",
            "    SSLProtocol -all +TLSv1.2 +TLSv1.3",
            "    ssl-default-bind-options ssl-min-ver TLSv1.2",
        ),
        (
            "What the server takes:",
            f"    openssl s_client -connect {evidence.target.host}:{evidence.target.port} -tls1_2",
        ),
    )


CAUSES = (
    Cause(
        "tls-nothing-in-common",
        "No version of TLS, or no cipher, in common",
        "tls",
        "An old server speaks TLS 1.0 or 1.1, which clients have given up, or its ciphers and theirs do not overlap.",
        (
            "TLS alert protocol_version or handshake_failure",
            "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
        ),
        ("Let the server speak TLS 1.2 and 1.3:", "    ssl_protocols TLSv1.2 TLSv1.3;"),
        ("openssl s_client with -tls1_1 connects, with -tls1_2 not.",),
        no_common,
    ),
    Cause(
        "tls-port-plain-ws",
        "ws:// on a TLS port",
        "tls",
        "The port speaks TLS, and the client sends plain HTTP.",
        (
            "400 The plain HTTP request was sent to HTTPS port (nginx)",
            "closed or reset without a reply (Node, many others)",
        ),
        ("Use wss://.",),
        ("A TLS hello on the port is answered.",),
        tls_port,
    ),
    Cause(
        "plain-port-wss",
        "wss:// on a plain port",
        "tls",
        "The client speaks TLS to a port that does not.",
        ("wrong version number, EPROTO, ERR_SSL_PROTOCOL_ERROR", "no answer to the TLS hello"),
        ("Use ws://, or the port that speaks TLS.",),
        ("Plain HTTP on the port is answered.",),
        plain_port,
    ),
    Cause(
        "h2-only",
        "The port speaks HTTP/2 only",
        "tls",
        "WebSocket upgrades exist in HTTP/1.1. A listener whose ALPN has h2 alone leaves no way.",
        ("TLS alert no_application_protocol", "a TLS session that is closed without a reply"),
        (
            "Offer http/1.1 beside h2:",
            "    http2.createSecureServer({ allowHTTP1: true, … })",
            "    bind :443 ssl crt site.pem alpn h2,http/1.1",
        ),
        ("curl --http2 gets an ordinary reply.",),
        h2_only,
    ),
)
