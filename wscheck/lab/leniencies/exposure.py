"""Policy: what is given away or let through (RFC 9110 §17, RFC 9112 §11)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from wscheck.core.fields import members
from wscheck.lab.leniencies import Leniency, adding, ruled, told, unless
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import RULES
from wscheck.lab.script import Draft, Script


def _opening(*lines: bytes) -> Server:
    return STRICT._replace(opens=adding(*lines))


def _decoded(name: bytes, value: bytes) -> bytes:
    return name + b": " + unquote_to_bytes(value)


def _query_back(request: Request, draft: Draft) -> Draft:
    query = request.target.partition(b"?")[2]
    return adding(*([_decoded(b"X-Query", query)] if query else []))(request, draft)


def _path_back(request: Request, draft: Draft) -> Draft:
    path = request.target.partition(b"?")[0]
    return adding(_decoded(b"X-Path", path))(request, draft)


def _origin_back(request: Request, draft: Draft) -> Draft:
    """Access-Control-Allow-Origin, made of what came."""
    origins = request.all(b"Origin")
    lines = [_decoded(b"Access-Control-Allow-Origin", origins[0].value)] if origins else []
    return adding(*lines)(request, draft)


def _offer_back(request: Request, draft: Draft) -> Script:
    """A refusal that says which subprotocol it does not know."""
    offers = [field.value for field in request.all(b"Sec-WebSocket-Protocol") if b"%" in field.value]
    return adding(*[_decoded(b"X-Unknown-Protocol", offer) for offer in offers])(request, draft).script()


def _traced(request: Request, draft: Draft) -> Script:
    """A refusal with a debug page."""
    page = b'Traceback (most recent call last):\n  File "app.py", line 1, in <module>\nValueError: no\n'
    lines = tuple(line for line in draft.lines if not line.startswith(b"Content-Length:"))
    return draft._replace(lines=(*lines, b"Content-Length: %d" % len(page)), tail=page).script()


def _h2c(request: Request) -> bool:
    return b"h2c" in members(request.all(b"Upgrade")) and bool(request.all(b"HTTP2-Settings"))


def _layered(request: Request, draft: Draft) -> Script:
    """A front that opens its tunnel at the first request, whatever comes back: the next one meets another server."""
    server = b"Server: front" if request.nth == 1 else b"Server: behind"
    kept = tuple(line for line in draft.lines if not line.startswith(b"Connection:"))
    hop = (b"Connection: Upgrade",) if any(line.startswith(b"Upgrade:") for line in kept) else ()
    return draft._replace(lines=(*kept, *hop, server), end="next").script()


LENIENCIES = (
    Leniency(
        "lenient-cors", "sends CORS fields in a 101", told(info="cors"), _opening(b"Access-Control-Allow-Origin: *")
    ),
    Leniency(
        "lenient-cookie-flags",
        "sets a session cookie without attributes",
        told(warn="cookie-flags"),
        _opening(b"Set-Cookie: session=1; Path=/"),
    ),
    Leniency(
        "lenient-banner",
        "says in a refusal which version it is",
        told(info="leaks"),
        STRICT._replace(refuses=lambda request, draft: adding(b"Server: toy/1.2.3")(request, draft).script()),
    ),
    Leniency("lenient-trace", "shows a trace in a refusal", told(warn="leaks"), STRICT._replace(refuses=_traced)),
    Leniency(
        "lenient-query-back",
        "writes the decoded query into a field",
        told(fail="injection-query"),
        STRICT._replace(opens=_query_back),
    ),
    Leniency(
        "lenient-path-back",
        "writes the decoded path into a field",
        told(fail="injection-path"),
        STRICT._replace(refuses=lambda request, draft: _path_back(request, draft).script()),
    ),
    Leniency(
        "lenient-origin-back",
        "writes the decoded origin into a field",
        told(fail="injection-origin", info="cors"),
        STRICT._replace(opens=_origin_back),
    ),
    Leniency(
        "lenient-offer-back",
        "writes the decoded offer into a refusal",
        told(fail="injection-subprotocol"),
        STRICT._replace(refuses=_offer_back),
    ),
    Leniency(
        "lenient-h2c",
        "switches for an upgrade to h2c",
        told(warn="h2c"),
        ruled("upgrade", unless(_h2c, RULES["upgrade"])),
    ),
    Leniency(
        "lenient-false-tunnel",
        "opens a tunnel at the sight of Upgrade",
        told(warn="false-tunnel", skip="refusal-closes"),
        STRICT._replace(refuses=_layered),
    ),
    Leniency(
        "lenient-head-1m",
        "takes a head of any length",
        told(warn="head-1m"),
        STRICT._replace(limit_bytes=1 << 30),
    ),
)
