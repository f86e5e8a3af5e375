"""Connections that stand and bring no reply, or only the beginning of one."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.recipes import UPGRADE
from wscheck.causes.sentences import brings, detail
from wscheck.core.evidence import Evidence
from wscheck.core.visible import printable, visible

_PROXY_PROTOCOL = "a server that expects a PROXY protocol header, a firewall, a limit of connections, or a crash"


def _dead(evidence: Evidence, *kinds: str) -> bool:
    if evidence.failed("tls", *kinds):
        # Where plain HTTP is answered, the port is a plain one; where TLS stands without h1, it is h2's.
        return "other-scheme" not in evidence.replies and not _greets_h2(evidence)
    return evidence.failed("read", *kinds) or evidence.failed("send", *kinds)


def _greets_h2(evidence: Evidence) -> bool:
    hello = evidence.made.get("h2-hello")
    return hello is not None and hello.tls is not None


def _when(evidence: Evidence) -> str:
    """When it was cut, as far as the client got."""
    if evidence.failed("tcp"):
        return "as soon as it was opened"
    return "at the TLS hello" if evidence.failed("tls") else "when the request had arrived"


def still_sending(evidence: Evidence) -> Found | None:
    """The request itself took all the time there was."""
    if not evidence.failed("send", "timeout"):
        return None
    return Found(
        0.97,
        "The request was not out when the time was over: nothing is known of the server.",
        (detail(evidence),),
        ("Allow more time (-m, --max-time), a shorter --drip, or fewer pieces with --cut.",),
    )


def no_reply(evidence: Evidence) -> Found | None:
    """Taken, and never answered."""
    if not _dead(evidence, "timeout") or evidence.failed("send"):
        return None
    plain = evidence.replies.get("plain-get")
    if plain is not None:
        summary = (
            "The server did not answer the upgrade, though it answers a plain GET: nobody takes upgrades at this path."
        )
    else:
        summary = (
            "The server took the connection and did not answer the TLS hello: no reply until the time-out."
            if evidence.failed("tls")
            else "The server took the request and did not answer: no reply until the time-out."
        )
    return Found(
        0.85,
        summary,
        (
            detail(evidence),
            brings(evidence, "plain-get"),
            brings(evidence, "other-scheme"),
            brings(evidence, "socketio"),
        ),
        (
            "Look at the process behind the port: a hung worker, a blocked event loop, all workers busy; its log "
            "for this moment."
            if plain is None
            else "Let the server's upgrade handler refuse what it does not know (a Node upgrade listener that "
            "ignores a request "
            "leaves it open for ever), and check path and subprotocol: hot reload servers ignore foreign ones "
            "(Vite wants vite-hmr).",
            *(() if plain is None else UPGRADE["node-proxy"]),
            "A port that speaks another protocol waits too: check the port, and wss:// in place of ws://.",
            "    ss -ltnp",
        ),
        (
            "--head-timeout 60s shows whether it is only slow."
            if plain is None
            else "--subprotocol NAME, if the server wants one.",
        ),
    )


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
    if not _dead(evidence, "reset") and not evidence.failed("tcp", "reset"):
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
    if not _dead(evidence, "closed"):
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


def one_address(evidence: Evidence) -> Found | None:
    """Another address of the same name opens."""
    if not evidence.opens("other-address") or evidence.switching:
        return None
    other = evidence.made["other-address"]
    return Found(
        0.9,
        f"One address of the name is at fault: {printable(evidence.main.address or 'this one')} fails, "
        f"{printable(other.address or '')} opens.",
        (brings(evidence, "other-address"),),
        (
            "Repair the machine behind this address, or take it out of DNS and the load balancer:",
            "    wscheck probe --each-address …",
        ),
    )


def another_protocol(evidence: Evidence) -> Found | None:
    """Something that is not HTTP answers."""
    reply = evidence.reply
    if reply is None or reply.answer.head is None:
        return None
    mongo = reply.says(r"trying to access MongoDB over HTTP[^\r\n]{0,40}")
    if mongo:
        return _other_service(evidence, "MongoDB", f'It says "{mongo}".')
    banner = next((one.detail for one in reply.answer.head.deviations if one.kind == "not-http"), None)
    if banner is None or "TLS" in banner or "HTTP/2" in banner:
        return None
    return _other_service(evidence, banner, f"The first octets are: {visible(reply.answer.response, 40)}")


def _other_service(evidence: Evidence, name: str, shown: str) -> Found:
    return Found(
        0.95 if name else 0.6,
        f"What answers on this port is no web server: {name or 'octets of another protocol'}.",
        (shown,),
        ("Check the port: another service listens there.", "    ss -ltnp"),
    )


CAUSES = (
    Cause(
        "still-sending",
        "The request was not sent in time",
        "client",
        "A request that is sent in pieces with pauses can take longer than the probe has.",
        ("stage send, kind timeout",),
        ("Allow more time, or send faster.",),
        ("--dry-run shows the pieces and the pauses.",),
        still_sending,
    ),
    Cause(
        "no-reply",
        "The server does not answer",
        "network",
        "The request was taken, and no reply came in time.",
        ("a time-out after the connection stood",),
        ("Read the server's log; look for a hung worker.",),
        ("A plain GET hangs as well, or is answered: then nobody takes upgrades.",),
        no_reply,
    ),
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
    Cause(
        "one-address-bad",
        "One of several addresses is at fault",
        "network",
        "The name has several addresses, and not all work.",
        ("it fails now and then",),
        ("Repair or remove that address.",),
        ("--each-address probes all.",),
        one_address,
    ),
    Cause(
        "another-protocol",
        "Another protocol answers on this port",
        "network",
        "SSH, SMTP, a database or the like listens there.",
        ("ERR_INVALID_HTTP_RESPONSE", "octets that are not HTTP"),
        ("Check the port.",),
        ("ss -ltnp on its machine",),
        another_protocol,
    ),
)
