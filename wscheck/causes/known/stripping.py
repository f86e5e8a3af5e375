"""Intermediaries that lose a part of the handshake on its way to the server."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import Product, application, intermediary, own_page, who
from wscheck.causes.recipes import UPGRADE, upgrade_fix
from wscheck.causes.sentences import answered, begun, compared, unmoved
from wscheck.core.evidence import Evidence

# What WebSocket servers say to a request that has no Upgrade, or whose Connection does not hold it. Each is said by a
# family of servers: Tornado, aiohttp and Spring; websockets; gorilla and nhooyr; gobwas; ws; Jetty; .NET.
_UNSEEN = (
    r"can \"upgrade\" only to \"websocket\"",
    r"no websocket upgrade hdr",
    r"(?:missing|invalid|bad|no|not found|expected)[^.<]{0,30}\b(?:upgrade|connection)['\"]? header[^.<]{0,60}",
    r"'?\"?upgrade\"?'? token not found in '?\"?connection",
    r"connection\"? header [^<]{0,60}does not contain upgrade",
    r"upgrade\"? header [^<]{0,60}does not contain websocket",
    r"upgrade != websocket",
    r"expected? (?:a )?websocket (?:upgrade|request|connection)[^<]{0,30}",
    r"websocket (?:upgrade|request|connection|handshake) (?:is )?(?:required|expected)",
    r"not a (?:valid )?websocket (?:upgrade |handshake |connection )?(?:request|handshake)",
    r"this (?:service|endpoint|server|path) (?:requires|only (?:supports|accepts)) (?:the )?websockets?[^<]{0,30}",
    r"upgrade required",
)
_OLD_VERSION = (
    r"[^.<]{0,40}(?:HTTP/1\.0|HTTP version not supported|unsupported HTTP version|unsupported "
    r"protocol version: HTTP)[^.<]{0,30}"
)


def unseen(evidence: Evidence) -> str | None:
    """What a server says to whom it looks as if there were no Upgrade; None when it says nothing of the kind."""
    reply = evidence.reply
    if reply is None or evidence.status not in (400, 404, 405, 426, 500, 501) or evidence.sent.faults:
        return None
    for pattern in _UNSEEN:
        said = reply.says(pattern)
        if said:
            return said
    # Engine.IO answers code 3 to transport=websocket in a request without Upgrade.
    return reply.says(r"\{\"code\":3,[^}]*\}")


def strips(evidence: Evidence) -> Found | None:
    """A refusal that a plain GET gets as well, and that says so or came through a proxy."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None or evidence.sent.faults or evidence.seen or evidence.opened:
        return None
    if reply.versions and "13" not in reply.versions:
        return None  # a true matter of versions
    proxy = intermediary(evidence)
    confidence = _confidence(evidence, proxy)
    if confidence is None:
        return None
    named = proxy.name if proxy else "a proxy or load balancer in the path"
    return Found(
        confidence,
        f"{begun(named)} does not pass Upgrade and Connection on: the backend got an ordinary request.",
        (_signature(evidence), answered(evidence), compared(evidence), unmoved(evidence), who(evidence)),
        upgrade_fix(proxy.id if proxy else None),
        _deciding(evidence, proxy),
    )


def _confidence(evidence: Evidence, proxy: Product | None) -> float | None:
    status = evidence.status
    if status is None or not (status in (400, 404, 405, 426, 500, 501) or 200 <= status < 300):
        return None
    if unseen(evidence):
        return 0.95 if evidence.alike else 0.88
    if status == 426:
        return 0.95 if proxy else 0.88
    if own_page(evidence.reply) or not evidence.alike:
        return None
    if evidence.reply is not None and evidence.reply.versions and status == 400:
        return 0.85  # a list of versions to a good handshake: a WebSocket server that missed something else
    if proxy is None:
        return 0.3 if application(evidence) is None and status in (400, 404) else None
    return _behind(evidence, proxy)


def _behind(evidence: Evidence, proxy: Product) -> float:
    """An ordinary reply of an application behind a proxy: it may be the wrong path as well."""
    reply, beside = evidence.reply, evidence.replies.get("beside")
    if 200 <= (evidence.status or 0) < 300:
        static = reply is not None and reply.has("Last-Modified") and reply.has("ETag")
        if static or reply is None or not reply.body:
            return 0.3
        # A page at this path and none beside it: the path is known to the application.
        return 0.65 if beside is not None and beside.status == 404 else 0.4
    return 0.7 if proxy.kind == "proxy" else 0.62


def _signature(evidence: Evidence) -> str:
    said = unseen(evidence)
    if said:
        return f'The server says "{said}": it saw no Upgrade, though one was sent.'
    if evidence.status == 426:
        return (
            "The reply is 426 without Sec-WebSocket-Version: it asks for the Upgrade that was sent. It is no "
            "matter of versions."
        )
    return ""


def _deciding(evidence: Evidence, proxy: Product | None) -> tuple[str, ...]:
    direct = (
        "The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS or --connect-to ::HOST:PORT."
    )
    if unseen(evidence) or evidence.status == 426:
        return (direct,)
    app = application(evidence)
    library = " A missing WebSocket library in the application looks the same." if app and app.id == "uvicorn" else ""
    return (
        "A wrong path looks the same from outside; the application's log decides: does it show an Upgrade field?"
        + library,
        direct,
    )


def http10(evidence: Evidence) -> Found | None:
    """A server that complains of HTTP/1.0, to a request that was HTTP/1.1."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None or status < 400 or b"HTTP/1.0" in evidence.sent.request[:4096]:
        return None
    said = reply.says(_OLD_VERSION) if status in (400, 426, 500, 505) else None
    if not said and status != 505:
        return None
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "a proxy in the path"
    fix = (
        "Let the proxy speak HTTP/1.1 to the backend; nginx, in the location that proxies this path:",
        "    proxy_http_version 1.1;",
        "    proxy_set_header Upgrade $http_upgrade;",
        '    proxy_set_header Connection "upgrade";',
        "HAProxy: remove option http-use-proxy-header and the like; Apache httpd: remove force-proxy-request-1.0.",
    )
    return Found(
        0.96 if said else 0.7,
        f"{begun(named)} speaks HTTP/1.0 to the backend, and HTTP/1.0 has no Upgrade.",
        (
            f'The server says "{said}", though the request was HTTP/1.1.' if said else "The reply is 505 to HTTP/1.1.",
            compared(evidence),
            who(evidence),
        ),
        fix,
    )


def rewritten(evidence: Evidence) -> Found | None:
    """A 101 whose Connection says something else than Upgrade."""
    problem = evidence.problem("connection", "wrong", "empty")
    if not evidence.switching or problem is None or evidence.reply is None:
        return None
    proxy = intermediary(evidence)
    if proxy is None:
        return None  # whoever wrote the 101 wrote it so
    value = evidence.reply.field("Connection") or "(empty)"
    return Found(
        0.9,
        f'Connection was rewritten on the way: the 101 says "Connection: {value}" and not "Connection: Upgrade".',
        (
            f"The 101 has Connection: {value}; without the token upgrade every conforming client refuses it.",
            who(evidence),
        ),
        (
            'Send "Connection: Upgrade" in the 101. A proxy or a middleware that sets Connection for every reply '
            "has to "
            "leave a 101 alone.",
            *UPGRADE.get(proxy.id, ()),
        ),
        ("The server itself, without the proxy, tells who rewrites it: --resolve HOST:PORT:ADDRESS.",),
    )


def _missing(evidence: Evidence, name: str) -> Found | None:
    if not evidence.switching:
        return None
    if evidence.problem(name.lower(), "missing") is None:
        return _without_token(evidence, name)
    if name == "Upgrade" and evidence.problem("connection", "missing"):
        both = "Both Connection and Upgrade are missing, as where a proxy drops hop-by-hop fields."
    else:
        both = ""
    line = "Connection: Upgrade" if name == "Connection" else "Upgrade: websocket"
    return Found(
        0.6 if name == "Connection" and evidence.problem("upgrade", "missing") else 0.92,
        f"The 101 has no {name} field: the server does not send it, or a proxy drops it from the reply.",
        (f"The 101 came without {name}; browsers and conforming clients refuse it.", both, who(evidence)),
        (
            "Send both fields in the 101:",
            "    Upgrade: websocket",
            "    Connection: Upgrade",
            "If the server sends them already, the proxy in front drops hop-by-hop fields of the reply: let it handle "
            "the upgrade instead of copying fields. nginx:",
            "    proxy_http_version 1.1;",
            "    proxy_set_header Upgrade $http_upgrade;",
            '    proxy_set_header Connection "upgrade";',
        ),
        (f'The server itself, without the proxy, tells whether "{line}" is sent: --resolve HOST:PORT:ADDRESS.',),
    )


def _without_token(evidence: Evidence, name: str) -> Found | None:
    """A field that is there and does not say what it has to: for a client the same as none."""
    if evidence.problem(name.lower(), "wrong", "empty", "other-protocol") is None or evidence.reply is None:
        return None
    value = evidence.reply.field(name) or "(empty)"
    token = "Upgrade" if name == "Connection" else "websocket"
    return Found(
        0.55 if name == "Connection" and intermediary(evidence) else 0.85,
        f'The 101 does not say "{name}: {token}": it says "{name}: {value}".',
        (
            f"The 101 has {name}: {value}; without the token {token.lower()} every conforming client refuses it.",
            who(evidence),
        ),
        (
            "Send both fields in the 101:",
            "    Upgrade: websocket",
            "    Connection: Upgrade",
            f"A framework or a proxy that sets {name} for every reply has to leave a 101 alone.",
        ),
        ("The server itself, without the proxy, tells who writes it: --resolve HOST:PORT:ADDRESS.",),
    )


CAUSES = (
    Cause(
        "proxy-strips-upgrade",
        "A proxy does not pass Upgrade and Connection on",
        "proxy",
        "Upgrade and Connection hold for one hop. A proxy that is not told to pass them on drops them, so the server "
        "behind it gets an ordinary GET and answers as to one. It is the most frequent cause of a failed handshake.",
        (
            "426 Upgrade Required without Sec-WebSocket-Version",
            '400 with a text like: Can "Upgrade" only to "WebSocket"',
            "404 or 200 of the application, the same as for a plain GET",
        ),
        tuple(line for lines in UPGRADE.values() for line in lines),
        (
            "A plain GET of the same path (--control) brings the same reply.",
            "The server itself, without the proxy (--resolve, --connect-to), answers 101.",
        ),
        strips,
    ),
    Cause(
        "proxy-http10",
        "A proxy speaks HTTP/1.0 to the backend",
        "proxy",
        "Most versions of nginx speak HTTP/1.0 to a backend unless they are told otherwise, and HTTP/1.0 has "
        "no Upgrade.",
        ("505, 400 or 426 with a text that names HTTP/1.0",),
        ("nginx:", "    proxy_http_version 1.1;"),
        ("The server itself, without the proxy, answers 101.",),
        http10,
    ),
    Cause(
        "connection-rewritten",
        "Connection of the 101 was rewritten",
        "proxy",
        "Something between server and client sets Connection: keep-alive or close in every reply, a 101 included.",
        ("101 with Connection: keep-alive",),
        ("Leave Connection of a 101 alone.",),
        ("The server itself, without the proxy, sends Connection: Upgrade.",),
        rewritten,
    ),
    Cause(
        "missing-connection-header",
        "The 101 does not say Connection: Upgrade",
        "protocol",
        "A 101 without Connection: Upgrade is refused by every conforming client; some lenient ones open it.",
        ("101, and browsers refuse it",),
        ("    Connection: Upgrade",),
        ("The server itself, without any proxy, shows who loses it.",),
        lambda evidence: _missing(evidence, "Connection"),
    ),
    Cause(
        "missing-upgrade-header",
        "The 101 does not say Upgrade: websocket",
        "protocol",
        "A 101 without Upgrade: websocket is refused by every conforming client; some lenient ones open it.",
        ("101, and browsers refuse it",),
        ("    Upgrade: websocket",),
        ("The server itself, without any proxy, shows who loses it.",),
        lambda evidence: _missing(evidence, "Upgrade"),
    ),
)
