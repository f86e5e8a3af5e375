"""Socket.IO and Engine.IO: WebSocket under a protocol of their own, at a path and with a query of their own."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.sentences import answered, brings
from wscheck.core.evidence import Evidence

_CLIENT = (
    "Use a Socket.IO client, or the URL that it would use:",
    "    const socket = io('http://HOST:PORT')          // npm: socket.io-client",
)


_MESSAGES = {b"Transport unknown": 0, b"Session ID unknown": 1, b"Unsupported protocol version": 5}


def _code(evidence: Evidence) -> int | None:
    """The code in Engine.IO's refusal."""
    if evidence.status not in (400, 403) or evidence.reply is None:
        return None
    found = re.match(rb'\s*\{"code":([0-5]),"message":"', evidence.reply.body)
    # Engine.IO refuses an upgrade with the message alone.
    return int(found[1]) if found else _MESSAGES.get(evidence.reply.body.strip())


def _polling(evidence: Evidence) -> str | None:
    """What the polling handshake brought when Socket.IO lives here."""
    reply = evidence.replies.get("socketio")
    if reply is None or reply.status != 200:
        return None
    return reply.says(r"0\{\"sid\":.{0,200}")


def _upgrades(evidence: Evidence) -> str | None:
    """What Socket.IO offers to go on by, in its own words; None when that is not known."""
    found = re.search(r'"upgrades":\[[^\]]{0,100}\]', _polling(evidence) or "")
    return found[0] if found else None


def _url(evidence: Evidence) -> str:
    return f"    wscheck probe '{evidence.target.scheme}://{evidence.target.authority}/socket.io/?EIO=4&transport=websocket'"


def wrong_path(evidence: Evidence) -> Found | None:
    """Socket.IO lives here, at its own path."""
    polling = _polling(evidence)
    if (
        polling is None
        or evidence.switching
        or "/socket.io" in evidence.path
        or evidence.status not in (None, 200, 400, 403, 404, 426, 500, 502)
    ):
        return None
    if evidence.reply is None and not evidence.failed("read"):
        return None
    took = evidence.main.timings.total
    # A proxy makes a 502 of the connection that Engine.IO closes.
    ended = evidence.reply is None or evidence.status == 502
    second = ended and took is not None and 900 <= took <= 1600
    return Found(
        0.95 if ended else 0.91,
        f"A Socket.IO server is here, and {evidence.path} is not its path: that is /socket.io/.",
        (
            f'{brings(evidence, "socketio")} It begins "{polling[:40]}...": Socket.IO.',
            answered(evidence) or "The handshake was closed without a reply.",
            "It took the second that Engine.IO gives an upgrade that nobody takes." if second else "",
            brings(evidence, "plain-get"),
        ),
        (
            *_CLIENT,
            _url(evidence),
            "Where the server sets another path (path: '/chat'), client and URL have to name the same.",
        ),
    )


def _unslashed(evidence: Evidence) -> bool:
    """Whether the path is Socket.IO's without its slash: Engine.IO closes such an upgrade without a word."""
    closed = evidence.reply is None and evidence.failed("read") and _polling(evidence) is not None
    return closed and evidence.path == "/socket.io"


def _unasked(evidence: Evidence) -> bool:
    """Whether the path is Socket.IO's and refused without its code, as python-socketio does."""
    here = evidence.path.rstrip("/") == "/socket.io" and _polling(evidence) is not None
    return here and _code(evidence) is None and evidence.status in (400, 403)


def missing_query(evidence: Evidence) -> Found | None:
    """A plain WebSocket client at Socket.IO's path."""
    query = evidence.target.resource.partition("?")[2]
    code = _code(evidence)
    if _unslashed(evidence) or _unasked(evidence):
        code = 0
    if code not in (0, 5) or ("transport=websocket" in query and (code == 0 or "EIO=" in query)):
        return None
    return Found(
        0.93,
        "This is a Socket.IO server, and the URL lacks its query (EIO=4 and transport=websocket): a plain "
        "WebSocket client talks to it.",
        (
            answered(evidence),
            f"The query of the URL is {'empty' if not query else 'without transport=websocket or EIO'}.",
            brings(evidence, "socketio"),
        ),
        (
            *_CLIENT,
            _url(evidence),
            "Behind the handshake Socket.IO has packets of its own (0, 40, 42[…]): a plain WebSocket client has "
            "to speak them too.",
        ),
    )


def disabled(evidence: Evidence) -> Found | None:
    """Right URL, and the transport is switched off."""
    query = evidence.target.resource.partition("?")[2]
    upgrades = _upgrades(evidence)
    without = upgrades is not None and "websocket" not in upgrades
    plain = evidence.replies.get("plain-get")
    invalid = (
        plain.says(r"\"Invalid transport\"") if plain else None
    )  # python-socketio, which announces it all the same
    unsaid = _unasked(evidence) and (without or invalid is not None)
    if (_code(evidence) != 0 and not unsaid) or "transport=websocket" not in query:
        return None
    return Found(
        0.97 if without or invalid else 0.8,
        "Socket.IO runs with polling only: its transport websocket is switched off.",
        (
            answered(evidence),
            f"The polling handshake says {upgrades}: it offers no WebSocket."
            if without
            else brings(evidence, "socketio"),
            f"A plain GET of this URL is told {invalid}." if unsaid and invalid else "",
            "The query names transport=websocket, so the URL is right.",
        ),
        (
            "Enable it on the server (Socket.IO, Engine.IO), and leave it out of no client's list:",
            "    new Server(httpServer, { transports: ['polling', 'websocket'] })",
            "    socketio.AsyncServer(…, transports=['polling', 'websocket'])     # python-socketio",
        ),
    )


def not_sticky(evidence: Evidence) -> Found | None:
    """A session that this worker does not know."""
    if _code(evidence) != 1:
        return None
    sid = "sid=" in evidence.target.resource
    return Found(
        0.92,
        "Socket.IO does not know the session (sid): another worker made it (no sticky sessions), or it has expired.",
        (answered(evidence), "The URL carries a sid." if sid else ""),
        (
            "Send all requests of a session to one worker (sticky sessions), or use WebSocket only. nginx:",
            "    upstream app { ip_hash; server 127.0.0.1:3001; server 127.0.0.1:3002; }",
            "    const socket = io(url, { transports: ['websocket'] })",
            "Node cluster: @socket.io/sticky; Kubernetes: sessionAffinity: ClientIP, or the ingress's affinity: "
            "cookie.",
        ),
        ("Without sid the handshake opens a session of its own: it works then.",),
    )


def wrong_version(evidence: Evidence) -> Found | None:
    """Client and server of different generations."""
    plain, tunnel = evidence.replies.get("plain-get"), evidence.main.tunnel
    # Engine.IO also answers 101 first and writes its refusal behind it; python-socketio says it to a plain GET.
    behind = evidence.switching and tunnel is not None and b"Unsupported protocol version" in tunnel.received[:1000]
    other = plain.says(r"unsupported version of the Socket\.IO[^<\"]{0,30}") if plain and _unasked(evidence) else None
    if not (_code(evidence) == 5 or behind or other) or "EIO=" not in evidence.target.resource:
        return None
    return Found(
        0.96,
        "Engine.IO does not speak the version that the URL names (EIO): client and server of Socket.IO are "
        "of different generations.",
        (
            'Behind the 101 it writes "Unsupported protocol version".' if behind else answered(evidence),
            f'A plain GET is told: "{other}".' if other else "",
            "Socket.IO 3 and 4 speak EIO=4, Socket.IO 2 speaks EIO=3.",
        ),
        (
            "Use the same generation on both ends, or let the new server take old clients:",
            "    new Server(httpServer, { allowEIO3: true })",
            _url(evidence),
        ),
    )


CAUSES = (
    Cause(
        "socketio-wrong-path",
        "Socket.IO lives at another path",
        "app",
        "Socket.IO takes upgrades at /socket.io/ only; any other upgrade is closed after a second.",
        ("closed without a reply after 1 s", "404 for a plain GET"),
        (*_CLIENT, "    ws://HOST:PORT/socket.io/?EIO=4&transport=websocket"),
        ("GET /socket.io/?EIO=4&transport=polling brings 200 with a sid.",),
        wrong_path,
    ),
    Cause(
        "socketio-missing-query",
        "A plain WebSocket client at a Socket.IO server",
        "app",
        "Socket.IO wants EIO and transport in the query, and speaks packets of its own behind the handshake.",
        ('400 {"code":0,"message":"Transport unknown"}',),
        (*_CLIENT, "    ws://HOST:PORT/socket.io/?EIO=4&transport=websocket"),
        ("With the query it opens.",),
        missing_query,
    ),
    Cause(
        "socketio-websocket-disabled",
        "Socket.IO runs with polling only",
        "app",
        "The server's list of transports lacks websocket.",
        ('400 {"code":0,"message":"Transport unknown"} though the query names websocket',),
        ("    new Server(httpServer, { transports: ['polling', 'websocket'] })",),
        ('The polling handshake says "upgrades":[].',),
        disabled,
    ),
    Cause(
        "socketio-not-sticky",
        "Socket.IO without sticky sessions",
        "app",
        "Several workers, and the requests of one session reach different ones.",
        ('400 {"code":1,"message":"Session ID unknown"}, now and then',),
        ("Sticky sessions, or WebSocket only:", "    const socket = io(url, { transports: ['websocket'] })"),
        ("Without sid it always works.",),
        not_sticky,
    ),
    Cause(
        "socketio-version",
        "Socket.IO client and server of different generations",
        "app",
        "EIO=3 is Socket.IO 2, EIO=4 is Socket.IO 3 and 4.",
        ('400 {"code":5,"message":"Unsupported protocol version"}',),
        ("Use the same generation on both ends.",),
        ("With the other EIO it opens.",),
        wrong_version,
    ),
)
