"""Intermediaries that lose a part of the handshake on its way to the server."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import half_seen, unseen
from wscheck.causes.known.dropping import DIRECT, changed, lost, not_enabled
from wscheck.causes.products import Product, application, intermediary, own_page, who
from wscheck.causes.recipes import UPGRADE, every, upgrade_fix
from wscheck.causes.sentences import answered, begun, compared, unmoved
from wscheck.core.evidence import Evidence


def strips(evidence: Evidence) -> Found | None:
    """A refusal that a plain GET gets as well, and that says so or came through a proxy."""
    reply, status = evidence.reply, evidence.status
    if evidence.sent.faults or evidence.opened:
        return None
    if reply is None or status is None:
        return lost(evidence)
    if reply.versions and "13" not in reply.versions:
        return None  # a true matter of versions
    proxy = intermediary(evidence)
    half = half_seen(evidence)
    if evidence.seen and not half:
        return changed(evidence) or not_enabled(evidence)
    confidence = _confidence(evidence, proxy)
    if confidence is None:
        return None
    named = proxy.name if proxy else "a proxy or load balancer in the path"
    return Found(
        confidence,
        f"{begun(named)} does not pass Upgrade and Connection on: the backend got an ordinary request.",
        (
            _signature(evidence),
            answered(evidence),
            f'A plain GET of the same path gets the like: "{half}".' if half else compared(evidence),
            "" if half else unmoved(evidence),
            who(evidence),
        ),
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
    app = application(evidence)
    if app is not None and app.id in _ALWAYS_SEE and status == 404:
        return 0.84
    if proxy is None:
        # uvicorn without a library looks the same: that stands before it.
        return 0.3 if app is None and status in (400, 404) else 0.4 if app and app.id == "uvicorn" else None
    return _behind(evidence, proxy)


# Servers that hand every upgrade to their WebSocket part: a page of their ordinary part means that they saw none.
_ALWAYS_SEE = ("daphne", "hypercorn")


def _behind(evidence: Evidence, proxy: Product) -> float:
    """An ordinary reply of an application behind a proxy: it may be the wrong path as well."""
    reply, beside = evidence.reply, evidence.replies.get("beside")
    if 200 <= (evidence.status or 0) < 300:
        static = reply is not None and reply.has("Last-Modified") and reply.has("ETag")
        if static or reply is None or not reply.body:
            return 0.3
        # A page at this path and none beside it: the path is known to the application.
        return 0.65 if beside is not None and beside.status == 404 else 0.4
    if proxy.passes:
        return 0.52  # somebody would have had to forbid it
    return 0.7 if proxy.kind == "proxy" else 0.62


def _signature(evidence: Evidence) -> str:
    said, app = unseen(evidence), application(evidence)
    if app and app.id in _ALWAYS_SEE and not said and evidence.status == 404:
        return (
            f"{begun(app.name)} hands each upgrade that it sees to the WebSocket application: this is no answer to one."
        )
    if said:
        return f'The server says "{said}": it saw no Upgrade, though one was sent.'
    if evidence.status == 426:
        return (
            "The reply is 426 without Sec-WebSocket-Version: it asks for the Upgrade that was sent. It is no "
            "matter of versions."
        )
    return ""


def _deciding(evidence: Evidence, proxy: Product | None) -> tuple[str, ...]:
    app = application(evidence)
    if unseen(evidence) or evidence.status == 426 or (app and app.id in _ALWAYS_SEE):
        return (DIRECT,)
    asgi = evidence.reply is not None and evidence.reply.says(r'^\{"detail":"Not Found"\}')
    library = (
        " A missing WebSocket library in the application looks the same."
        if asgi or (app is not None and app.id == "uvicorn")
        else ""
    )
    return (
        "A wrong path looks the same from outside; the application's log decides: does it show an Upgrade field?"
        + library,
        DIRECT,
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
        every(UPGRADE),
        (
            "A plain GET of the same path (--control) brings the same reply.",
            "The server itself, without the proxy (--resolve, --connect-to), answers 101.",
        ),
        strips,
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
