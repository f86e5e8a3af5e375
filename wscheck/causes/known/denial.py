"""Refusals that an intermediary makes on its own account, by a rule of access."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import bare_page, own_page, who
from wscheck.causes.recipes import DENY
from wscheck.causes.sentences import answered, brings, compared
from wscheck.core.evidence import Evidence, Reply


def _is_403_of(reply: Reply | None, product: str) -> bool:
    page = own_page(reply)
    return reply is not None and reply.status == 403 and page is not None and page.id == product


def denied(evidence: Evidence) -> Found | None:
    """403 by the page of an intermediary, to a plain GET as well."""
    page = own_page(evidence.reply)
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


CAUSES = (
    Cause(
        "access-denied",
        "A rule of the proxy refuses",
        "proxy",
        "403 with the page of the proxy itself, for every kind of request: a rule of access (addresses, paths, a "
        "country) refuses before the application sees anything.",
        ("403 with the page of nginx, Apache httpd, Caddy, Varnish …",),
        tuple(line for lines in DENY.values() for line in lines),
        ("The proxy's error log names the rule.",),
        denied,
    ),
)
