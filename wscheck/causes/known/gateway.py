"""Gateways whose backend is down, slow, or spoken to in the wrong protocol."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.known.lateness import late
from wscheck.causes.known.limits import limiter
from wscheck.causes.products import Product, application, intermediary, own_page, who
from wscheck.causes.recipes import UPGRADE, every
from wscheck.causes.routing import BACKEND
from wscheck.causes.sentences import answered, brings
from wscheck.core.evidence import Evidence

_BAD = (502, 503, 520, 521, 522, 523, 525, 526, 530)
_SPEAK_H2 = {
    "haproxy": (
        "HAProxy:",
        "    server app 10.0.0.1:8443 ssl … ws h1      # or alpn http/1.1 in place of alpn h2, proto h2",
    ),
    "caddy": (
        "Caddy:",
        "    reverse_proxy https://10.0.0.1:8443 {",
        "      transport http {",
        "        versions 1.1",
        "      }",
        "    }",
    ),
    "traefik": (
        "Traefik, in the dynamic configuration, and serversTransport: h1 in the service's loadBalancer:",
        "    http: {serversTransports: {h1: {disableHTTP2: true}}}",
    ),
    "envoy": ("Envoy: HTTP/1.1 in the cluster, or allow_connect: true in http2_protocol_options on both hops.",),
    "aws-elb": ("AWS ALB: the target group's protocol version is HTTP1:", "    --protocol-version HTTP1"),
    "cloudflare": ("Cloudflare: switch HTTP/2 to Origin off, or let the origin speak HTTP/1.1.",),
}
# They speak HTTP/1 to a backend, whatever they speak to clients.
_NEVER_H2 = ("nginx", "ingress-nginx", "apache", "varnish", "lighttpd", "iis", "arr", "heroku")


def both_fail(evidence: Evidence) -> bool | None:
    """Whether a plain GET gets a 5xx as well; None when that is not known."""
    plain = evidence.replies.get("plain-get")
    return None if plain is None or plain.status is None else plain.status >= 500


_ASK = (
    "On the proxy's machine, ask the backend itself:",
    "    curl -i http://BACKEND:PORT/",
    "    ss -ltnp            # what listens there, on which address",
)


def bad_backend(evidence: Evidence) -> Found | None:
    """502 or 503 for whatever is asked."""
    if evidence.status not in (*_BAD, 500) or evidence.reply is None:
        return None
    both = both_fail(evidence)
    proxy = intermediary(evidence)
    if both is False:
        return _upgrades_elsewhere(evidence, own_page(evidence.reply) or proxy)
    if evidence.status == 500 or limiter(evidence):
        return None
    if application(evidence) and not own_page(evidence.reply) and evidence.status == 503:
        return None
    named = proxy.name if proxy else "the proxy"
    retry = evidence.reply.field("Retry-After")
    reason = evidence.reply.says(r"reset reason: [^<]{0,60}|no healthy upstream|error (?:reading|during)[^<]{0,60}")
    edge = proxy is not None and proxy.kind == "edge"
    # A proxy that tries for long to reach a backend has not done so for the plain GET when its time is over.
    sure = both or (own_page(evidence.reply) is not None and evidence.silent("plain-get"))
    return Found(
        0.93 if sure and not late(evidence) else 0.7,
        f"{evidence.status}: {named} cannot reach its backend: it is not running, listens elsewhere, or breaks off.",
        (
            answered(evidence),
            _dead(evidence, both),
            who(evidence),
            f'It says "{reason}".' if reason else "",
            f"Retry-After: {retry}." if retry else "",
        ),
        (
            f"Start the backend, or correct where {named} looks for it, address and port"
            + (":" if proxy and proxy.id in BACKEND else " (nginx proxy_pass, HAProxy server, Apache ProxyPass)."),
            *(BACKEND.get(proxy.id, ()) if proxy else ()),
            *(() if edge else _ASK),
            "A proxy that speaks plain HTTP to a TLS port of the backend, or TLS (https://) to a plain one, fails in "
            "the same way.",
            "The proxy's error log names the reason (connection refused, no live upstreams, reset).",
        ),
    )


def _dead(evidence: Evidence, both: bool | None) -> str:
    return (
        f"{brings(evidence, 'plain-get')} So it is no matter of the upgrade." if both else brings(evidence, "plain-get")
    )


def _upgrades_elsewhere(evidence: Evidence, proxy: Product | None) -> Found | None:
    """A proxy that speaks HTTP/1 to its backends fails for the upgrade alone."""
    if proxy is None or proxy.id not in _NEVER_H2 or (evidence.status == 500 and not own_page(evidence.reply)):
        return None
    if limiter(evidence):
        return None
    why = evidence.reply.says(r"error during ssl handshake[^<]{0,40}") if evidence.reply else None
    return Found(
        0.84,
        f"{evidence.status} for the upgrade alone: {proxy.name} sends upgrades to a target that it cannot reach, or "
        "that breaks off.",
        (
            answered(evidence),
            f'It says "{why}": it speaks TLS to a plain port.' if why else "",
            f"{brings(evidence, 'plain-get')} So what takes ordinary requests is up.",
            who(evidence),
        ),
        (
            "Look for the rule that takes upgrades (a condition on Upgrade, a path of its own): its target has to be "
            "the right address, port and scheme (ws:// or http:// for a plain backend, wss:// or https:// for TLS).",
            *(_FOR_UPGRADES.get(proxy.id, BACKEND.get(proxy.id, ()))),
            "Where the target is right, the backend breaks off at the upgrade: its log for this moment tells.",
        ),
        ("The backend itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


_FOR_UPGRADES = {
    "apache": (
        "Apache httpd, with the port of the backend, and ws:// unless it speaks TLS (wss://, with SSLProxyEngine On):",
        "    RewriteCond %{HTTP:Upgrade} websocket [NC]",
        "    RewriteRule ^/(.*)$ ws://127.0.0.1:8080/$1 [P,L]",
    ),
    "arr": UPGRADE["arr"],
    "iis": UPGRADE["arr"],
}


def h2_backend(evidence: Evidence) -> Found | None:
    """A 5xx for the upgrade alone, from a proxy."""
    if evidence.status not in (500, 501, 502, 503, 520) or both_fail(evidence) is not False:
        return None
    proxy = intermediary(evidence)
    page = own_page(evidence.reply)
    front = page or proxy
    if front is not None and front.id in _NEVER_H2:
        return None
    if application(evidence) is not None and page is None and proxy is None:
        return None
    if evidence.status == 500 and proxy is None:
        return None
    confidence = 0.8 if page or (proxy and evidence.status != 500) else 0.5
    named = proxy.name if proxy else "the proxy"
    return Found(
        confidence,
        f"{evidence.status} for the upgrade alone: {named} speaks HTTP/2 to the backend (h2), which has no "
        f"Upgrade there.",
        (answered(evidence), f"{brings(evidence, 'plain-get')} So the backend is up.", who(evidence)),
        (
            "Let the proxy speak HTTP/1.1 to the backend for this route:",
            *(_SPEAK_H2.get(proxy.id, ()) if proxy else ()),
            *(every(_SPEAK_H2) if proxy is None or proxy.id not in _SPEAK_H2 else ()),
            "If it speaks HTTP/1.1 already, the backend breaks off at the upgrade: its log for this moment tells.",
        ),
        ("The backend itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


CAUSES = (
    Cause(
        "gateway-bad-backend",
        "The proxy cannot reach its backend",
        "proxy",
        "502 or 503 for every request, a plain GET as well: the backend is down, or the proxy looks in the "
        "wrong place.",
        ("502 or 503, alike for a plain GET", "Cloudflare: 521, 522, 523, 530"),
        ("Start the backend, or correct address and port in the proxy.", "    curl -i http://BACKEND:PORT/"),
        ("A plain GET (--control) brings the same 5xx.",),
        bad_backend,
    ),
    Cause(
        "proxy-h2-backend",
        "The proxy speaks HTTP/2 to the backend",
        "proxy",
        "HTTP/2 has no Upgrade. A proxy that speaks it to a backend has to use extended CONNECT (RFC 8441), which few "
        "backends know, so the upgrade alone fails with 500 or 502.",
        ("502, 500 or 503 for the upgrade, while a plain GET works",),
        ("HTTP/1.1 to the backend for this route:", *every(_SPEAK_H2)),
        ("A plain GET works; the backend itself answers 101 to HTTP/1.1.",),
        h2_backend,
    ),
)
