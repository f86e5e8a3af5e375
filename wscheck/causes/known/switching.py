"""A 101 in all but its first line: another status, or another version of HTTP."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import who
from wscheck.causes.sentences import answered
from wscheck.core.evidence import Evidence


def other_status(evidence: Evidence) -> Found | None:
    """The fields of a 101 under another status."""
    reply = evidence.reply
    if reply is None or evidence.status is None or not 200 <= evidence.status < 300:
        return None
    if not reply.has("Sec-WebSocket-Accept"):
        return None
    return Found(
        0.95,
        f"The server answers the handshake, and says {evidence.status} where 101 has to stand: no client switches.",
        (
            answered(evidence),
            f"It carries Sec-WebSocket-Accept: {reply.field('Sec-WebSocket-Accept')}.",
            who(evidence),
        ),
        (
            "Send the status 101 with these fields:",
            "    HTTP/1.1 101 Switching Protocols",
            "A framework that sets the status itself (200 by default) needs to be told; a proxy that changes it has to "
            "pass the upgrade on.",
        ),
        ("The server itself, without the proxy, tells who writes the status: --resolve HOST:PORT:ADDRESS.",),
    )


def old_http(evidence: Evidence) -> Found | None:
    """A 101 in HTTP/1.0, which knows no Upgrade (RFC 9110 §7.8)."""
    if not evidence.switching or evidence.problem("http-version", "switching-without-1.1") is None:
        return None
    return Found(
        0.93,
        "The 101 is labelled HTTP/1.0, which has no Upgrade: browsers and strict clients refuse it.",
        ("The status line says HTTP/1.0 101.", who(evidence)),
        (
            "Let the server write its replies as HTTP/1.1. Python's http.server says HTTP/1.0 unless it is told:",
            '    class Handler(BaseHTTPRequestHandler): protocol_version = "HTTP/1.1"',
            "A proxy that speaks HTTP/1.0 to its clients or to the backend does the same; nginx:",
            "    proxy_http_version 1.1;",
        ),
        ("The server itself, without the proxy, tells who writes it: --resolve HOST:PORT:ADDRESS.",),
    )


def malformed(evidence: Evidence) -> Found | None:
    """A 101 whose lines break the grammar of RFC 9112."""
    syntax = [finding for finding in evidence.findings if finding.id == "syntax" and finding.status == "fail"]
    if not evidence.switching or not syntax:
        return None
    broken = [problem for problem in syntax[0].problems if problem.level == "error"]
    return Found(
        0.7,
        "The 101 breaks the grammar of HTTP/1.1: lenient clients open, strict ones and proxies refuse it.",
        (*(f"{problem.message[0].upper()}{problem.message[1:]}." for problem in broken[:4]), who(evidence)),
        (
            *dict.fromkeys(problem.fix for problem in broken if problem.fix),
            "A head that is written by hand is best left to an HTTP or WebSocket library.",
        ),
        ("-vv shows every octet of the head.",),
    )


CAUSES = (
    Cause(
        "malformed-101",
        "The 101 is not well formed",
        "protocol",
        "Lines that end with LF alone, blanks in the wrong place, names that are none: a head written by hand.",
        ("curl and lenient libraries open, browsers and proxies do not", "Chromium: net::ERR_INVALID_HTTP_RESPONSE"),
        ("Write status line and fields as RFC 9112 does, each with CRLF; or use a library.",),
        ("The check syntax points at each place.",),
        malformed,
    ),
    Cause(
        "switching-without-101",
        "The fields of a 101 under another status",
        "protocol",
        "The server computes Sec-WebSocket-Accept and answers 200: it means to switch, and does not say so.",
        ("200 with Sec-WebSocket-Accept", "Chromium: Unexpected response code: 200"),
        ("    HTTP/1.1 101 Switching Protocols",),
        ("The reply has Sec-WebSocket-Accept and another status than 101.",),
        other_status,
    ),
    Cause(
        "switching-in-http10",
        "The 101 is labelled HTTP/1.0",
        "protocol",
        "HTTP/1.0 has no Upgrade. Servers written on top of a simple HTTP library answer in its default version.",
        ("HTTP/1.0 101 Switching Protocols",),
        ('    protocol_version = "HTTP/1.1"',),
        ("The first line of the reply (-vv).",),
        old_http,
    ),
)
