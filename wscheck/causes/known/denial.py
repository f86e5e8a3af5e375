"""Refusals that an intermediary makes on its own account: by a rule of access, or for being one of another kind."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.known.edge import waf
from wscheck.causes.products import bare_page, own_page, who
from wscheck.causes.recipes import every
from wscheck.causes.routing import DENY
from wscheck.causes.sentences import answered, brings, compared, probe_line
from wscheck.core.evidence import Evidence
from wscheck.core.reply import Reply


def _is_403_of(reply: Reply | None, product: str) -> bool:
    page = own_page(reply)
    return reply is not None and reply.status == 403 and page is not None and page.id == product


def denied(evidence: Evidence) -> Found | None:
    """403 by the page of an intermediary, to a plain GET as well."""
    page = own_page(evidence.reply)
    if waf(evidence) is not None:
        return None  # which says more of the rule
    if page is None or evidence.status != 403 or evidence.alike is False or evidence.opened or evidence.sent.faults:
        return None
    beside = evidence.replies.get("beside")
    everywhere = _is_403_of(beside, page.id)
    lines = DENY.get(page.id, ())
    bare = bare_page(evidence)
    return Found(
        0.64 if bare else 0.8 if evidence.alike else 0.6,
        f"A rule of {page.name} itself refuses this request (403): it never reaches the application."
        if not bare
        else f"A rule of {page.name} itself seems to refuse this request (403, and no mark of an application).",
        (
            answered(evidence),
            compared(evidence),
            brings(evidence, "browser-agent"),
            "A handshake to a path that hardly exists is refused as well: the rule holds for more than this path."
            if everywhere
            else brings(evidence, "beside"),
            who(evidence),
        ),
        (
            "Allow this path, or this client's address, in the rule that refuses; the proxy's error log names it.",
            *lines,
        ),
        ("The server itself, without the proxy, shows what it would say: --resolve HOST:PORT:ADDRESS.",),
    )


def as_target(evidence: Evidence) -> Found | None:
    """The URL leads to a forward proxy: it refuses a request that names no whole URL."""
    reply = evidence.reply
    if reply is None or evidence.status != 400 or not own_page(reply):
        return None
    if "ERR_INVALID_URL" not in reply.field("X-Squid-Error"):
        return None
    return Found(
        0.88,
        "The URL leads to a forward proxy (squid) and not to a web server: it wants whole URLs and CONNECT.",
        (answered(evidence), f"X-Squid-Error: {reply.field('X-Squid-Error')}.", who(evidence)),
        (
            "Put the WebSocket server's own host and port into the URL, and name the proxy apart:",
            probe_line(f"-x http://{evidence.target.authority}", f"ws://HOST:PORT{evidence.path}"),
        ),
    )


CAUSES = (
    Cause(
        "access-denied",
        "A rule of the proxy refuses",
        "proxy",
        "403 with the page of the proxy itself, for every kind of request: a rule of access (addresses, paths, a "
        "country) refuses before the application sees anything.",
        ("403 with the page of nginx, Apache httpd, Caddy, Varnish …",),
        every(DENY),
        ("The proxy's error log names the rule.",),
        denied,
    ),
    Cause(
        "forward-proxy-as-target",
        "The URL leads to a forward proxy",
        "client",
        "The port of the URL is that of a forward proxy, which takes whole URLs and CONNECT and no ordinary request.",
        ("400 with X-Squid-Error: ERR_INVALID_URL",),
        ("    wscheck probe -x http://PROXY:PORT ws://HOST:PORT/",),
        ("Through the proxy (-x) the server answers.",),
        as_target,
    ),
)
