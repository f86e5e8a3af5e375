"""Servers that cannot speak WebSocket, or not as they are set up."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import Product, application, intermediary, own_page, who
from wscheck.causes.recipes import every
from wscheck.causes.sentences import answered, begun, compared, unmoved
from wscheck.core.evidence import Evidence

_WITHOUT = {
    "gunicorn": (
        "gunicorn's usual workers speak no WebSocket. Use an ASGI server, or its worker:",
        "    pip install 'uvicorn[standard]' gunicorn",
        "    gunicorn -k uvicorn.workers.UvicornWorker app:app",
    ),
    "wsgiref": (
        "A WSGI server speaks no WebSocket. Use an ASGI server:",
        "    daphne project.asgi:application",
        "    uvicorn project.asgi:application      # pip install 'uvicorn[standard]'",
        "Django Channels 4: runserver speaks ASGI only with daphne first in the settings:",
        '    INSTALLED_APPS = ["daphne", …]',
        '    ASGI_APPLICATION = "project.asgi.application"',
    ),
    "basehttp": ("Python's http.server speaks no WebSocket: start the real server, or correct the port.",),
    "iis": (
        "IIS: install the role feature WebSocket Protocol (Server Manager, or), and switch it on in web.config; in an "
        "Azure App Service: Configuration > General settings > Web sockets On.",
        "    Install-WindowsFeature Web-WebSockets",
        '    <system.webServer><webSocket enabled="true" /></system.webServer>',
    ),
    "php": (
        "PHP behind a web server answers one request and ends: run a WebSocket server (Ratchet, Swoole) beside it.",
    ),
    "express": (
        "Node hands an upgrade to the ordinary routes only where nobody listens for upgrades. Attach the WebSocket "
        "server to the HTTP server that listens (app.listen() makes one of its own):",
        "    const server = http.createServer(app);",
        "    const wss = new WebSocketServer({ server, path: '/chat' });",
        "    server.listen(8080);                       // and not app.listen(8080)",
        "Where this server is a proxy itself (http-proxy-middleware, Vite), it needs ws: true:",
        "    server.on('upgrade', proxy.upgrade)",
    ),
}

_FLASK = (
    "Flask speaks WebSocket with an extension (flask-sock, Flask-SocketIO), in a route of its own:",
    "    @sock.route('/ws')",
)

# What they say to an upgrade is what they say to a GET, so a proxy that loses the upgrade looks the same.
_SAYS = {
    "gunicorn": 0.8,
    "iis": 0.75,
    "php": 0.5,
    "express": 0.78,
}


def _own_refusal(evidence: Evidence) -> bool:
    """Werkzeug's 400 to the upgrade of an ordinary route: it tells the two apart, and serves pages all the same."""
    app, plain = application(evidence), evidence.replies.get("plain-get")
    if app is None or app.id != "wsgiref" or evidence.status != 400 or evidence.reply is None or plain is None:
        return False
    return plain.status == 200 and evidence.reply.field("Server").startswith("Werkzeug")


def _unless_lost(evidence: Evidence, app: Product) -> float:
    """The confidence: lower behind a proxy, where a server that could speak WebSocket may not have seen the upgrade."""
    lost = intermediary(evidence) is not None and app.id == "express"
    return 0.55 if lost else _SAYS.get(app.id, 0.88)


def missing_library(evidence: Evidence) -> Found | None:
    """uvicorn answers an upgrade as if it were a GET."""
    app, proxy = application(evidence), intermediary(evidence)
    if evidence.status is None or evidence.reply is None or evidence.seen or evidence.alike is False or evidence.opened:
        return None
    unsupported = evidence.reply.says(r"unsupported upgrade request|no supported websocket library[^<]{0,40}")
    fastapi = evidence.reply.says(r"\{\"detail\":\"Not Found\"\}") if evidence.status == 404 else None
    uvicorn = app is not None and app.id == "uvicorn"
    if app is not None and not uvicorn and not unsupported:
        return None  # it names itself, and is another
    if evidence.status in (401, 403, 429) or evidence.status >= 500 or not (uvicorn or fastapi or unsupported):
        return None
    lost = proxy is not None and not proxy.passes
    confidence = 0.94 if unsupported else 0.5 if lost else 0.9 if uvicorn else 0.66 if proxy else 0.75
    return Found(
        confidence,
        "uvicorn has no WebSocket library (neither websockets nor wsproto is installed): it treats an "
        "upgrade as a plain GET.",
        (
            answered(evidence),
            compared(evidence),
            "uvicorn with such a library answers 403 to a handshake for which there is no route, never 404."
            if evidence.status == 404
            else "",
            unmoved(evidence),
            who(evidence),
        ),
        (
            "Install one in the environment of the server, and restart it:",
            "    pip install 'uvicorn[standard]'     # or: pip install websockets",
            'Its log then no longer says "No supported WebSocket library detected".',
        ),
        ("A wrong path cannot be told from it before the library is there.",)
        if not proxy
        else (
            f"{proxy.name} in front may have lost the Upgrade instead: uvicorn's log decides, or a probe without "
            f"the proxy.",
        ),
    )


def without_websocket(evidence: Evidence) -> Found | None:
    """A server that is known to speak no WebSocket, or not by itself."""
    app = application(evidence)
    if evidence.status is None or app is None or app.id not in _WITHOUT or own_page(evidence.reply):
        return None
    if app.id == "iis" and evidence.status in (501, 503) and evidence.alike is False:
        confidence = 0.85
    elif _own_refusal(evidence):
        confidence = 0.75
    elif evidence.seen or evidence.status in (401, 429) or evidence.alike is None:
        return None
    else:
        confidence = _unless_lost(evidence, app)
    return Found(
        confidence,
        f"{begun(app.name)} answers, which speaks no WebSocket (or not as it is set up).",
        (answered(evidence), compared(evidence), unmoved(evidence), who(evidence)),
        (*_WITHOUT[app.id], *(_FLASK if evidence.reply and "Werkzeug" in evidence.reply.field("Server") else ())),
    )


_NO_WEBSOCKET = (
    r"web-?sockets? (?:is |are |support )?(?:not (?:supported|enabled|available|implemented)|disabled)[^<]{0,40}"
    r"|does(?: not|n't) support web-?sockets?[^<]{0,40}"
)


def not_implemented(evidence: Evidence) -> Found | None:
    """501, or a text that says so."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None or status < 400 or own_page(reply) or evidence.opened:
        return None
    said = reply.says(_NO_WEBSOCKET)
    if not said and (status != 501 or evidence.seen):
        return None
    return Found(
        0.85 if said else 0.7,
        f"{status}: the server says itself that it speaks no WebSocket (or not as it is set up).",
        (
            answered(evidence),
            f'It says "{said.strip()}".' if said else "501 is for what a server cannot do at all.",
            compared(evidence),
            who(evidence),
        ),
        (
            "Enable WebSocket in the server or the framework (a module, a feature, a library), or correct host and "
            "port: the WebSocket server may be another one.",
        ),
    )


CAUSES = (
    Cause(
        "missing-websocket-library",
        "uvicorn has no WebSocket library",
        "app",
        "uvicorn alone speaks no WebSocket; without websockets or wsproto it treats an upgrade as a plain GET.",
        (
            '404 {"detail":"Not Found"} with server: uvicorn, the same as for a plain GET',
            'its log: "Unsupported upgrade request."',
        ),
        ("    pip install 'uvicorn[standard]'",),
        ("After the installation the same handshake opens, or brings 403 where there is no route.",),
        missing_library,
    ),
    Cause(
        "server-without-websocket",
        "The server speaks no WebSocket",
        "app",
        "WSGI servers, a simple file server, IIS without the feature, or a Node server without a listener for upgrades "
        "answer every handshake as an ordinary request.",
        (
            "404 or 200 with Server: WSGIServer, gunicorn, Werkzeug, Microsoft-IIS …",
            "404 Cannot GET /chat from Express",
            "501 Not Implemented",
        ),
        (*every(_WITHOUT), *_FLASK),
        ("A plain GET brings the same reply; the process list shows which server runs.",),
        lambda evidence: without_websocket(evidence) or not_implemented(evidence),
    ),
)
