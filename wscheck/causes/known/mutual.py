"""Mutual TLS: the server wants to see a certificate of the client's."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.sentences import answered
from wscheck.core.evidence import Evidence
from wscheck.core.visible import printable


def client_certificate(evidence: Evidence) -> Found | None:
    """The server wants to see a certificate of the client's."""
    failure, reply = evidence.failure, evidence.reply
    said = (
        reply.says(
            r"no required ssl certificate was sent|client certificate (?:is )?required[^<]{0,40}|the ssl "
            r"certificate error"
        )
        if reply
        else None
    )
    detail = failure.detail.lower() if evidence.failed("tls", "alert") and failure else ""
    required = "certificate required" in detail
    # A client sends these of a server's certificate; from a server they speak of the client's.
    judged = re.search(r"unknown ca\b|bad certificate|certificate (?:expired|revoked|unknown)|unsupported cert", detail)
    maybe = "handshake failure" in detail
    if not (said or required or judged or maybe):
        return None
    return Found(
        0.97 if said or required else 0.92 if judged else 0.5,
        "The server wants a client certificate (mutual TLS), and none that it accepts was shown.",
        (
            f'The server says "{said}".' if said else printable(f"TLS: {failure.detail}.") if failure else "",
            "An alert handshake failure may as well mean that no cipher or version is common." if maybe else "",
            "With this alert a server says what it thinks of the client's certificate: it does not accept it."
            if judged
            else "",
            answered(evidence) if reply else "",
        ),
        (
            "Show one:",
            "    wscheck probe --cert client.pem --cert-key client.key …",
            "Browsers choose one from their store and ask only for the page, not for the socket: open the page "
            "of this host "
            "first. Or make it optional for this path. nginx:",
            "    ssl_verify_client optional;",
        ),
    )


CAUSES = (
    Cause(
        "client-certificate-required",
        "The server wants a client certificate",
        "tls",
        "Mutual TLS: the server ends the handshake, or answers 400, when no certificate is shown.",
        (
            "TLS alert certificate required, often right behind the handshake",
            "400 No required SSL certificate was sent",
        ),
        ("Show one with --cert and --cert-key, or make it optional for this path.",),
        ("With a certificate it opens.",),
        client_certificate,
    ),
)
