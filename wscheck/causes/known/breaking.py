"""Connections that the other side ends before a reply is whole."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.known.silence import dead
from wscheck.causes.sentences import brings, detail
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible

_PROXY_PROTOCOL = "a server that expects a PROXY protocol header, a firewall, a limit of connections, or a crash"


def _when(evidence: Evidence) -> str:
    """When it was cut, as far as the client got."""
    if evidence.failed("tcp"):
        return "as soon as it was opened"
    return "at the TLS hello" if evidence.failed("tls") else "when the request had arrived"


_ENDS = {
    "timeout": "no end of it in time (a half-open connection, or octets that drip)",
    "closed": "the connection ended",
    "reset": "the connection ended",
    "limit": "still no end: fields without number, or something else than HTTP behind a status line",
}


def half_open(evidence: Evidence) -> Found | None:
    """A reply that begins and does not go on."""
    reply, failure = evidence.reply, evidence.failure
    if reply is None or failure is None or failure.stage != "read" or failure.kind not in _ENDS:
        return None
    if reply.answer.head is None or reply.answer.head.complete:
        return None
    if reply.status is None and not reply.answer.response.startswith(b"HTTP/"):
        return None
    return Found(
        0.8,
        f"The reply breaks off: {len(reply.answer.response)} octets of a head came, and then {_ENDS[failure.kind]}.",
        (detail(evidence), f'It began with "{visible(reply.answer.response, 40)}".'),
        (
            "Look for what sits between: a server that does not flush or forgets the empty line behind the "
            "fields, a proxy or "
            "NAT device that lost the connection, a crash in the middle of writing.",
            "Every line of the head ends with CRLF, and an empty line ends it.",
        ),
    )


def reset(evidence: Evidence) -> Found | None:
    """Cut with an RST."""
    if not dead(evidence, "reset") and not evidence.failed("tcp", "reset"):
        return None
    ms = evidence.main.timings.total
    plain = evidence.replies.get("plain-get")
    return Found(
        0.88,
        f"The connection was reset {_when(evidence)}"
        + (f", {ms / 1000:.1f} s after it was opened" if ms and ms > 500 else "")
        + (": for the upgrade alone." if plain else "."),
        (detail(evidence), brings(evidence, "plain-get"), brings(evidence, "other-scheme")),
        (
            f"Look into the log of what listens there for this moment. Usual are {_PROXY_PROTOCOL}.",
            "A firewall or DPI box on the way that does not like the request resets too: wss:// on port 443 passes it. "
            "A capture shows from which machine the RST comes (its TTL differs):",
            f"    tcpdump -n 'tcp[tcpflags] & tcp-rst != 0 and port {evidence.target.port}'",
        ),
        ("A probe on the server's own machine settles whether something on the way does it.",),
    )


def closed(evidence: Evidence) -> Found | None:
    """Closed without an octet."""
    if not dead(evidence, "closed"):
        return None
    ms = evidence.main.timings.total
    plain = evidence.replies.get("plain-get")
    return Found(
        0.72,
        "The server closed the connection without a reply"
        + (" to the TLS hello" if evidence.failed("tls") else "")
        + (f" after {ms / 1000:.1f} s." if ms and ms > 500 else ", at once."),
        (
            detail(evidence),
            brings(evidence, "plain-get"),
            f"{brings(evidence, 'beside')} So it is this path alone." if "beside" in evidence.replies else "",
            brings(evidence, "without-host"),
            brings(evidence, "other-scheme"),
            brings(evidence, "socketio"),
        ),
        (
            "A plain GET works, so the upgrade alone is dropped: look at the upgrade handler of the server, and "
            "at the path."
            if plain
            else "Other paths are answered, so what serves this one breaks off: a crash in its handler (the log has "
            "the traceback), or a rule that drops it (nginx return 444)."
            if "beside" in evidence.replies
            else f"Look into the log of what listens there. Usual are an unknown Host (nginx return 444), "
            f"{_PROXY_PROTOCOL}.",
            "Check Host and path; a Socket.IO server closes what is not for its path after a second.",
            *(
                ()
                if plain or "beside" in evidence.replies
                else (
                    "Check the port as well: servers of other protocols (MQTT, PostgreSQL, Kafka) end what they do "
                    "not understand.",
                )
            ),
        ),
        ("--resolve or -H 'Host: NAME' tries another name; --control shows a plain GET.",),
    )


CAUSES = (
    Cause(
        "half-open",
        "The reply breaks off",
        "network",
        "A part of the head came, and then nothing or the end.",
        ("a head without its end",),
        ("Look for a crash, or for what does not flush.",),
        ("-vv shows how far it came.",),
        half_open,
    ),
    Cause(
        "reset",
        "The connection is reset",
        "network",
        "An RST in place of a reply: a crash, a firewall, or a server that expects something else.",
        ("ECONNRESET", "ERR_CONNECTION_RESET"),
        ("Read the server's log; capture to see who resets.",),
        ("tcpdump shows the RST's sender.",),
        reset,
    ),
    Cause(
        "closed-without-reply",
        "The connection is closed without a reply",
        "network",
        "An orderly end in place of a reply: an unknown Host, an upgrade that nobody takes, or a limit.",
        ("EOF", "socket hang up", "Connection closed before receiving a handshake response"),
        ("Check Host and path; read the server's log.",),
        ("A plain GET and another Host tell more.",),
        closed,
    ),
)
