"""Gateways whose backend is down, slow, or spoken to in the wrong protocol."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import application, intermediary, own_page, who
from wscheck.causes.sentences import answered, brings, compared
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible

_BAD = (502, 503, 521, 522, 523, 530)
_LATE = (504, 524)

_H2 = {
    "haproxy": (
        "HAProxy:",
        "    server app 10.0.0.1:8443 ssl … ws h1      # or alpn http/1.1 in place of alpn h2, proto h2",
    ),
    "caddy": ("Caddy:", "    reverse_proxy https://10.0.0.1:8443 {", "      transport http { versions 1.1 }", "    }"),
    "traefik": ("Traefik:", "    serversTransport: {disableHTTP2: true}"),
    "envoy": ("Envoy: HTTP/1.1 in the cluster, or allow_connect: true in http2_protocol_options on both hops.",),
    "aws-elb": ("AWS ALB: the target group's protocol version is HTTP1:", "    --protocol-version HTTP1"),
    "cloudflare": ("Cloudflare: switch HTTP/2 to Origin off, or let the origin speak HTTP/1.1.",),
    "nginx": ("nginx speaks HTTP/1.1 to a backend:", "    proxy_http_version 1.1;"),
}


def _both_fail(evidence: Evidence) -> bool | None:
    """Whether a plain GET gets a 5xx as well; None when that is not known."""
    plain = evidence.replies.get("plain-get")
    return None if plain is None or plain.status is None else plain.status >= 500


def bad_backend(evidence: Evidence) -> Found | None:
    """502 or 503 for whatever is asked."""
    if evidence.status not in _BAD or evidence.reply is None:
        return None
    both = _both_fail(evidence)
    proxy = intermediary(evidence)
    if both is False:
        return None
    if application(evidence) and not own_page(evidence.reply) and evidence.status == 503:
        return None
    named = proxy.name if proxy else "the proxy"
    retry = evidence.reply.field("Retry-After")
    return Found(
        0.93 if both else 0.7,
        f"{evidence.status}: {named} cannot reach its backend: it is not running, listens elsewhere, or breaks off.",
        (
            answered(evidence),
            compared(evidence) and _dead(evidence, both),
            who(evidence),
            f"Retry-After: {retry}." * bool(retry),
        ),
        (
            f"Start the backend, or correct its address and port in {named}'s configuration "
            "(nginx proxy_pass, HAProxy server, Apache ProxyPass, a Kubernetes Service's targetPort).",
            "On the proxy's machine, ask the backend itself:",
            "    curl -i http://BACKEND:PORT/",
            "    ss -ltnp            # what listens there, on which address",
            "The proxy's error log names the reason (connection refused, no live upstreams, reset).",
        ),
    )


def _dead(evidence: Evidence, both: bool | None) -> str:
    return (
        f"{brings(evidence, 'plain-get')} So it is no matter of the upgrade." if both else brings(evidence, "plain-get")
    )


def timeout(evidence: Evidence) -> Found | None:
    """504: the backend took the request and did not answer."""
    if evidence.status not in _LATE or evidence.reply is None:
        return None
    ms = evidence.main.timings.handshake
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "the proxy"
    took = f"It came after {ms / 1000:.1f} s, which is the proxy's time-out." if ms and ms > 900 else ""
    return Found(
        0.95,
        f"{evidence.status} gateway timeout: the backend (upstream) behind {named} did not answer in time.",
        (answered(evidence), took, brings(evidence, "plain-get"), who(evidence)),
        (
            "Look at the backend: a hung worker, a blocked event loop, or a port that takes connections and does not "
            "speak HTTP. Its log for this moment tells.",
            "Only when it really needs that long, raise the proxy's time-out (nginx, HAProxy):",
            "    proxy_read_timeout 120s;",
            "    timeout server 120s",
        ),
        ("The backend itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


def h2_backend(evidence: Evidence) -> Found | None:
    """A 5xx for the upgrade alone, from a proxy."""
    if evidence.status not in (500, 501, 502, 503) or _both_fail(evidence) is not False:
        return None
    proxy = intermediary(evidence)
    page = own_page(evidence.reply)
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
            *(_H2.get(proxy.id, ()) if proxy else ()),
            *((line for lines in _H2.values() for line in lines) if proxy is None or proxy.id not in _H2 else ()),
            "If it speaks HTTP/1.1 already, the backend breaks off at the upgrade: its log for this moment tells.",
        ),
        ("The backend itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


def app_error(evidence: Evidence) -> Found | None:
    """A 500 of the application for the upgrade."""
    if evidence.status not in (500, 501) or own_page(evidence.reply):
        return _behind_101(evidence)
    upgrade_only = _both_fail(evidence) is False
    return Found(
        0.6 if upgrade_only else 0.65,
        "The application fails with an error of its own" + (" when it gets the upgrade." if upgrade_only else "."),
        (answered(evidence), compared(evidence), who(evidence)),
        (
            "Look into the application's log for this moment: it has the traceback.",
            "Usual: no route for this path in an ASGI router (Channels: URLRouter, often the trailing slash), an "
            "exception before accept, a middleware that does not know WebSocket.",
        ),
    )


def _behind_101(evidence: Evidence) -> Found | None:
    """Close 1011: the server's own word for an error in it."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or tunnel.ending.by != "server" or tunnel.ending.code != 1011:
        return None
    reason = visible(tunnel.ending.reason, 120)
    return Found(
        0.92,
        "The application fails with an error of its own behind the 101: it closes with code 1011.",
        (
            f"The Close frame came {tunnel.ending.after_s:.1f} s after the 101"
            + (f', with the reason "{reason}".' if reason else ", without a reason."),
            "1011 says that the server met an error; libraries send it when the handler of the connection raises.",
            who(evidence),
        ),
        ("Look into the application's log for this moment: it has the traceback of the connection handler.",),
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
        "gateway-timeout",
        "The backend does not answer the proxy in time",
        "proxy",
        "504: the proxy got a connection to the backend, and no reply within its time-out.",
        ("504 after a round number of seconds", "Cloudflare: 524"),
        ("Look at the backend's log; raise the time-out only when it needs that long.",),
        ("The backend itself, without the proxy, hangs as well.",),
        timeout,
    ),
    Cause(
        "proxy-h2-backend",
        "The proxy speaks HTTP/2 to the backend",
        "proxy",
        "HTTP/2 has no Upgrade. A proxy that speaks it to a backend has to use extended CONNECT (RFC 8441), which few "
        "backends know, so the upgrade alone fails with 500 or 502.",
        ("502, 500 or 503 for the upgrade, while a plain GET works",),
        ("HTTP/1.1 to the backend for this route:", *(line for lines in _H2.values() for line in lines)),
        ("A plain GET works; the backend itself answers 101 to HTTP/1.1.",),
        h2_backend,
    ),
    Cause(
        "app-error",
        "The application fails on the upgrade",
        "app",
        "The application answers 500: an exception before it could accept or refuse.",
        ("500 with a page or a text of the application", "101, then Close 1011"),
        ("Read the application's log for this moment.",),
        ("The log has a traceback.",),
        app_error,
    ),
)
