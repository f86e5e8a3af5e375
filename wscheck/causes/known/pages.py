"""A page, or another ordinary reply, where a WebSocket endpoint was meant."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.known.paths import beside_is_same
from wscheck.causes.products import Product, intermediary, who
from wscheck.causes.routing import ROUTES
from wscheck.causes.sentences import answered, compared
from wscheck.core.evidence import Evidence


def web_page(evidence: Evidence) -> Found | None:
    """An ordinary reply in place of a refusal or a 101."""
    status, reply = evidence.status, evidence.reply
    if status is None or reply is None or not 200 <= status < 300 or evidence.seen:
        return None
    proxy, body = intermediary(evidence), reply.body.strip()
    if not body and proxy and proxy.id == "caddy":
        return None
    beside = evidence.replies.get("beside")
    fallback = beside_is_same(evidence)
    static = reply.has("Last-Modified") and reply.has("ETag")
    kind = "an HTML page" if reply.html else "an ordinary reply"
    known = beside is not None and beside.status == 404 and proxy is not None and not static
    return Found(
        0.93 if fallback or static else 0.55 if known else 0.85 if reply.html else 0.6,
        f"{status}: {kind} stands at this path, and no WebSocket endpoint: the request went to a static site "
        f"or an ordinary route.",
        (
            answered(evidence),
            compared(evidence),
            "A path that hardly exists brings the same "
            + ("page: a fallback for every path (a single-page application)." if reply.html else "reply.")
            if fallback
            else "",
            "Last-Modified and ETag show a file from a disk." if static else "",
            who(evidence),
        ),
        (
            f"Route the path {evidence.path} to the WebSocket server, before the rule (location, route) that serves "
            "the page: try_files, a catch-all route, a static host.",
            *_before_the_page(evidence, proxy),
            "Or correct the URL: host, port and path of the WebSocket server may differ from those of the page.",
        ),
        ("The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",) if proxy else (),
    )


_PLAIN = re.compile(r"[\w./~-]{1,200}")  # a path that means itself in a file of nginx


def _before_the_page(evidence: Evidence, proxy: Product | None) -> tuple[str, ...]:
    if proxy is not None and proxy.id != "nginx":
        return ROUTES.get(proxy.id, ())
    path = evidence.path if _PLAIN.fullmatch(evidence.path) else "/chat"
    return (
        "nginx:",
        f"    location {path} {{",
        "      proxy_pass http://127.0.0.1:8080;",
        "      proxy_http_version 1.1;",
        "      proxy_set_header Upgrade $http_upgrade;",
        '      proxy_set_header Connection "upgrade";',
        "    }",
    )


CAUSES = (
    Cause(
        "answered-by-web-page",
        "A web page answers at this path",
        "app",
        "A static host, a single-page application's fallback, or an ordinary route took the request.",
        ("200 with HTML, the same as for a plain GET",),
        ("Route the path to the WebSocket server, before the rule that serves the page.",),
        ("A nonsense path brings the same page.",),
        web_page,
    ),
)
