"""Intermediaries that pass the upgrade on, and not all that belongs to it: HTTP/1.1, other fields, the 101."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import garbled, lacking, old_version
from wscheck.causes.products import intermediary, own_page, who
from wscheck.causes.recipes import UPGRADE, every, upgrade_fix
from wscheck.causes.routing import FIELDS
from wscheck.causes.sentences import answered, begun, brings, compared, detail
from wscheck.core.evidence import Evidence

DIRECT = (
    "The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS or --connect-to ::HOST:PORT. Where "
    "several proxies stand in a row, each of them may be the one."
)


_HTTP11 = {
    "nginx": (
        "Let nginx speak HTTP/1.1 to the backend, in the location that proxies this path:",
        "    proxy_http_version 1.1;",
        "    proxy_set_header Upgrade $http_upgrade;",
        '    proxy_set_header Connection "upgrade";',
    ),
    "apache": ("Apache httpd: remove what makes it speak HTTP/1.0:", "    SetEnv force-proxy-request-1.0 1"),
}


def http10(evidence: Evidence) -> Found | None:
    """A server that complains of HTTP/1.0, to a request that was HTTP/1.1."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None or status < 400 or b"HTTP/1.0" in evidence.sent.request[:4096]:
        return None
    said = old_version(evidence)
    if not said and status != 505:
        return None
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "a proxy in the path"
    return Found(
        0.96 if said else 0.7,
        f"{begun(named)} speaks HTTP/1.0 to the backend, and HTTP/1.0 has no Upgrade.",
        (
            f'The server says "{said}", though the request was HTTP/1.1.' if said else "The reply is 505 to HTTP/1.1.",
            compared(evidence),
            who(evidence),
        ),
        _HTTP11.get(proxy.id if proxy else "", (*_HTTP11["nginx"], *_HTTP11["apache"])),
    )


def drops(evidence: Evidence) -> Found | None:
    """A server that misses a field which was sent."""
    found = lacking(evidence)
    # Version 99 is wrong by itself, and a list without 13 is a true matter of versions.
    if (
        found is None
        or evidence.opened
        or (evidence.reply and evidence.reply.versions and "13" not in evidence.reply.versions)
    ):
        return None
    name, said = found
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "a proxy in the path"
    return Found(
        0.95 if proxy else 0.8,
        f"{begun(named)} drops {name}: the server misses it, and it was sent"
        + ("." if proxy else " (or the server reads it wrongly)."),
        (
            f'The server says "{said}", though the handshake has {name}: {evidence.asked(name)}.',
            answered(evidence),
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (
            f"Let every proxy on the way pass the fields of the handshake on as they are, {name} among them.",
            *FIELDS.get(proxy.id if proxy else "", ()),
            *(() if proxy and proxy.id in FIELDS else every(FIELDS)),
        ),
        ("The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


def lost(evidence: Evidence) -> Found | None:
    """A WebSocket server sees the handshake, for it refuses a wrong version, and its 101 does not come through."""
    odd = evidence.replies.get("version-99")
    if not evidence.failed("read") or odd is None or odd.status not in (400, 426) or "13" not in odd.versions:
        return None
    proxy = intermediary(evidence)
    product = proxy.id if proxy and proxy.id in UPGRADE else "node-proxy"
    named = proxy.name if proxy else "a proxy in the path"
    return Found(
        0.93,
        f"{begun(named)} passes Upgrade on and loses the 101: it treats the handshake as an ordinary request.",
        (
            detail(evidence),
            f"{brings(evidence, 'version-99')} A WebSocket server behind reads the handshake, and only its 101 does "
            "not arrive.",
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        UPGRADE[product],
        ("The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


def changed(evidence: Evidence) -> Found | None:
    """Upgrade or Connection arrive, with another value."""
    said = garbled(evidence)
    if said is None:
        return None
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "a proxy or load balancer in the path"
    return Found(
        0.93 if proxy else 0.85,
        f"{begun(named)} does not pass Upgrade and Connection on as they are: the backend got another value.",
        (
            f'The server says "{said}", though the handshake has Upgrade: {evidence.asked("Upgrade")} and '
            f"Connection: {evidence.asked('Connection')}.",
            answered(evidence),
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (
            "Look for a slip in the lines that pass the two on: a variable of another name, a $ or a ; that is "
            "missing, or the value of the one in the other.",
            *upgrade_fix(proxy.id if proxy else None),
        ),
        (DIRECT,),
    )


def not_enabled(evidence: Evidence) -> Found | None:
    """Envoy's own refusal of any Upgrade that its configuration does not name: 403 without content."""
    page = own_page(evidence.reply)
    if page is None or page.id != "envoy" or evidence.status != 403 or evidence.alike is not False:
        return None
    return Found(
        0.9,
        "Envoy does not pass Upgrade on: the upgrade to websocket is not enabled for this route.",
        (
            answered(evidence),
            f"{brings(evidence, 'plain-get')} So it is the upgrade that Envoy refuses.",
            who(evidence),
        ),
        upgrade_fix("envoy"),
        ("An authorization policy (RBAC, ext_authz) answers 403 too: the response flags in Envoy's access log tell.",),
    )


CAUSES = (
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
        "proxy-drops-fields",
        "A proxy drops a field of the handshake",
        "proxy",
        "Upgrade and Connection arrive, and Sec-WebSocket-Key, -Version or -Protocol does not: a proxy has a list of "
        "fields that it forwards, or empties one.",
        (
            "400 with a text like: Missing or invalid Sec-WebSocket-Key header",
            "a subprotocol that the server never sees",
        ),
        every(FIELDS),
        ("The server itself, without the proxy, answers 101.",),
        drops,
    ),
)
