"""Requests that arrive where no WebSocket endpoint is: another path, or one that wants another slash."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import consumer_refused, contradicted
from wscheck.causes.products import Product, application, intermediary, own_page, who
from wscheck.causes.routing import ROUTES
from wscheck.causes.sentences import answered, brings, compared, unmoved
from wscheck.core.answer import REDIRECTS
from wscheck.core.evidence import Evidence
from wscheck.core.reply import Reply, same_reply
from wscheck.core.visible import visible

_FRAMEWORKS = {
    "uvicorn": (
        "FastAPI, Starlette: the path of the route, with the prefixes of include_router and mount in front:",
        '    @app.websocket("/ws")',
    ),
    "daphne": (
        "Django Channels, in URLRouter, with the trailing slash:",
        '    path("ws/chat/", ChatConsumer.as_asgi())',
    ),
    "express": ("Node: the path of the WebSocket server:", "    new WebSocketServer({ server, path: '/ws' })"),
    "tornado": ("Tornado:", '    Application([(r"/ws", EchoHandler)])'),
    "kestrel": ("ASP.NET Core, SignalR:", '    app.MapHub<ChatHub>("/chat");'),
    "cowboy": (
        "Phoenix: the path of a socket ends with /websocket (/socket/websocket):",
        '    socket "/socket", MyAppWeb.UserSocket, websocket: true',
    ),
    "rack": ("Rails: where Action Cable is mounted:", '    mount ActionCable.server => "/cable"'),
    "tomcat": ("Spring:", '    registry.addHandler(handler, "/ws");'),
    "jetty": ("Spring:", '    registry.addHandler(handler, "/ws");'),
}


def _fix(evidence: Evidence, product: Product | None) -> tuple[str, ...]:
    lines: tuple[str, ...] = (
        f"Compare the path of the URL ({evidence.path}) with the route of the WebSocket endpoint, prefix and "
        f"slash at the end included.",
    )
    if product is not None:
        lines += ROUTES.get(product.id, ()) + _FRAMEWORKS.get(product.id, ())
    return lines


_IF_THE_PATH_IS_RIGHT = (
    "If the path is right, the application refuses before it accepts: send what it wants (a token, a cookie, the right "
    "Origin), and read its log.",
)


_OTHER_SITE = (
    "Another site of this server may answer, where the Host of the URL is none of its names (server_name, "
    "ServerName): --resolve NAME:PORT:ADDRESS with the site's own name tells."
)


def wrong_path(evidence: Evidence) -> Found | None:
    """No endpoint at this path."""
    usual = evidence.opens("usual-path")
    if evidence.status is None or evidence.reply is None or evidence.sent.faults or evidence.status in REDIRECTS:
        return None
    if evidence.opens("slash"):
        return _this_alone(evidence) if evidence.opens("beside") else _other_slash(evidence)
    if 200 <= evidence.status < 300 and usual and not evidence.reply.body.strip():
        return _elsewhere(evidence)
    judged = _refused_here(evidence)
    if judged is None or evidence.opened:
        return None
    confidence, why = judged
    # An application that refuses before it accepts says the same octets.
    ambiguous = evidence.status == 403 and evidence.alike is not True
    proxy = intermediary(evidence)
    gateway = proxy if proxy and proxy.id == "api-gateway" else None
    product = own_page(evidence.reply) or gateway or application(evidence)
    tells = (
        *((_OTHER_SITE,) if own_page(evidence.reply) and beside_is_same(evidence) else ()),
        "The server's list of routes and its log decide: does it say that no route matches?",
        "If you know the right path, probe it; another path that opens settles it.",
    )
    return Found(
        # An endpoint elsewhere says little where credentials were sent to this one.
        round(min(confidence + 0.1, 0.97), 2) if usual and not evidence.credentials else confidence,
        f"There is no WebSocket endpoint at the path {evidence.path}: the URL, or a route or location on the "
        f"way, differs" + (", or the application rejects what it is not shown." if ambiguous else "."),
        (
            answered(evidence),
            compared(evidence),
            why,
            unmoved(evidence),
            f"{brings(evidence, 'usual-path')} An endpoint is there: {_usual(evidence)}." if usual else "",
            _everywhere(evidence),
            who(evidence),
        ),
        (
            *((f"An endpoint answers at {_usual(evidence)}: try it.",) if usual else ()),
            *_fix(evidence, product),
            *(_IF_THE_PATH_IS_RIGHT if ambiguous else ()),
        ),
        tells,
    )


def _usual(evidence: Evidence) -> str:
    """The path at which the probe of a usual one found an endpoint."""
    reply = evidence.replies.get("usual-path")
    return visible(reply.answer.sent.path, 60) if reply is not None else ""


def beside_is_same(evidence: Evidence) -> bool:
    beside = evidence.replies.get("beside")
    return beside is not None and evidence.reply is not None and same_reply(beside, evidence.reply)


def _elsewhere(evidence: Evidence) -> Found:
    """An empty page here, and an endpoint at a usual path."""
    return Found(
        0.93,
        f"There is no WebSocket endpoint at the path {evidence.path}: nothing takes it, and another path opens.",
        (
            answered(evidence),
            f"{brings(evidence, 'usual-path')} An endpoint is there: {_usual(evidence)}.",
            who(evidence),
        ),
        (f"An endpoint answers at {_usual(evidence)}: try it.", *_fix(evidence, intermediary(evidence))),
    )


def _this_alone(evidence: Evidence) -> Found:
    """Every other path that was tried opens."""
    return Found(
        0.7,
        f"The server opens other paths and refuses {evidence.path}: a route, or a rule for this path alone.",
        (answered(evidence), brings(evidence, "slash"), brings(evidence, "beside"), who(evidence)),
        ("Look at what the application has for this path: a route of its own, a check, an error in its handler.",),
        ("The application's log for this moment decides.",),
    )


def _other_slash(evidence: Evidence) -> Found:
    path = evidence.path
    other = path.rstrip("/") if path.endswith("/") else path + "/"
    query = evidence.target.resource.partition("?")
    return Found(
        0.97,
        f"The path is wrong by its trailing slash: {other} opens, {path} does not.",
        (answered(evidence), f"{brings(evidence, 'slash')} The endpoint is at {other}."),
        (
            "Use the URL with the other path:",
            f"    {evidence.target.scheme}://{evidence.target.authority}{other}{query[1]}" + ("…" if query[2] else ""),
            "Or let the route take both; Django Channels:",
            '    re_path(r"^ws/chat/?$", ChatConsumer.as_asgi())',
        ),
    )


def _refused_here(evidence: Evidence) -> tuple[float, str] | None:
    """How likely it is that the path is wrong, and why."""
    reply, status, plain = evidence.reply, evidence.status, evidence.replies.get("plain-get")
    page, proxy = own_page(reply), intermediary(evidence)
    if reply is None:
        return None
    if status in (404, 410):
        if page:
            return 0.86, ""
        if evidence.seen:
            return 0.86, "A WebSocket server, or an application that knows upgrades, answers 404."
        app = application(evidence)
        asgi = (app is not None and app.id in ("uvicorn", "hypercorn")) or reply.says(r'^\{"detail":"Not Found"\}')
        if asgi and not proxy:
            return 0.45, ""  # which answer 403 where a route is missing
        return (0.72 if not proxy else 0.62 if proxy.passes else 0.5), ""
    if status == 403 and page is not None and evidence.path.endswith("/"):
        beside = evidence.replies.get("beside")
        if beside is not None and beside.status == 404 and own_page(beside) is page:
            return 0.82, f"A path beside it is a 404: {page.name} has a directory here, and refuses to list it."
    if status == 403 and proxy is not None and proxy.id == "api-gateway" and evidence.alike:
        return 0.8, "AWS API Gateway answers 403 where the URL lacks the stage, or names no route."
    if status == 403 and plain is not None and plain.status == 404 and not page:
        daphne = consumer_refused(reply)  # no route is a 500 there
        why = "ASGI servers answer 403 to a handshake for which there is no WebSocket route, and 404 to a plain GET."
        if daphne or evidence.asked("Origin"):
            return 0.4, "" if daphne else why
        return (0.55 if evidence.credentials else 0.66), why
    if ordinary_route(evidence):
        return (0.55 if evidence.credentials else 0.7), "An ordinary route is at this path, which takes no handshake."
    if status == 500 and plain is not None and plain.status == 404 and not page:
        return _router(evidence, reply)
    if (
        status == 400
        and evidence.seen
        and not contradicted(evidence)
        and not reply.says(r"sub-?protocol|origin|version|key|token|transport|session")
    ):
        app = application(evidence)
        ws = app is None or app.id == "express"
        return 0.5, "Servers of the library ws answer 400 to a path that is not theirs." if ws else ""
    return None


def _router(evidence: Evidence, reply: Reply) -> tuple[float, str] | None:
    """500 for the upgrade at a path that brings a plain GET 404: a router's, where any path fails so."""
    beside = evidence.replies.get("beside")
    if beside is not None and not same_reply(beside, reply):
        return None  # this path is known: its own code fails
    why = "An ASGI router (Django Channels) fails with 500 when no route fits, often for the slash at the end."
    return (0.7 if beside else 0.62), why


def ordinary_route(evidence: Evidence) -> bool:
    """Whether an ASGI server refuses a handshake here as it does anywhere, while an ordinary route is here."""
    app, beside, plain = (application(evidence), evidence.replies.get("beside"), evidence.replies.get("plain-get"))
    if app is None or app.id not in ("uvicorn", "hypercorn") or evidence.status != 403 or evidence.reply is None:
        return False
    known = plain is not None and plain.status in (200, 204, 405)
    return known and beside is not None and same_reply(beside, evidence.reply)


def _everywhere(evidence: Evidence) -> str:
    beside = evidence.replies.get("beside")
    if beside is None:
        return ""
    if beside_is_same(evidence):
        return "A handshake to a path that hardly exists brings the same reply."
    return f"A handshake to a path that hardly exists brings another reply ({beside.line}): this path is known."


CAUSES = (
    Cause(
        "wrong-path",
        "There is no WebSocket endpoint at this path",
        "app",
        "The URL's path is not the endpoint's, or a proxy on the way adds or drops a prefix.",
        (
            "404",
            "403 without content from an ASGI server, while a plain GET brings 404",
            "500 from Django Channels",
            "400 from the library ws",
        ),
        (
            "Compare the path with the route, prefixes and the slash at the end included.",
            *ROUTES["nginx"],
            *_FRAMEWORKS["uvicorn"],
            *_FRAMEWORKS["daphne"],
        ),
        ("Another path (with a slash, /ws) opens; the server's log says that no route matches.",),
        wrong_path,
    ),
)
