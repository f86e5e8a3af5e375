"""Gateways that wait for their backend in vain."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, own_page, who
from wscheck.causes.sentences import answered, brings
from wscheck.core.evidence import Evidence

_LATE = (504, 524)
_TIMEOUT = {
    "nginx": ("    proxy_read_timeout 120s;   # nginx",),
    "haproxy": ("    timeout server 120s   # HAProxy",),
    "apache": ("    # Apache httpd", "    ProxyTimeout 120"),
    "varnish": ("    .first_byte_timeout = 120s;   # Varnish, in the backend",),
    "caddy": ("    transport http {   # Caddy, in reverse_proxy", "      response_header_timeout 120s", "    }"),
    "envoy": ("    timeout: 120s   # Envoy, in the route",),
    "aws-elb": ("    idle_timeout.timeout_seconds = 120   # AWS ALB",),
}


def late(evidence: Evidence) -> bool:
    """A time-out under another name: Apache httpd and Varnish say 502 or 503 when the backend does not answer, and then
    it takes a whole number of seconds."""
    page, ms = own_page(evidence.reply), evidence.main.timings.handshake
    if page is None or page.id not in ("apache", "varnish") or evidence.status not in (502, 503) or ms is None:
        return False
    said = evidence.reply and evidence.reply.says("error reading from remote server|backend fetch failed")
    return bool(said) and ms > 900 and abs(ms / 1000 - round(ms / 1000)) < 0.15


def timeout(evidence: Evidence) -> Found | None:
    """504: the backend took the request and did not answer."""
    if evidence.reply is None or not (evidence.status in _LATE or late(evidence)):
        return None
    ms = evidence.main.timings.handshake
    proxy = intermediary(evidence)
    named = proxy.name if proxy else "the proxy"
    took = f"It came after {ms / 1000:.1f} s, which is the proxy's time-out." if ms and ms > 900 else ""
    return Found(
        0.95,
        f"{evidence.status}, a gateway timeout: the backend (upstream) behind {named} did not answer in time.",
        (answered(evidence), took, brings(evidence, "plain-get"), who(evidence)),
        (
            "Look at the backend: a hung worker, a blocked event loop, or a port that takes connections and does not "
            "speak HTTP. Its log for this moment tells.",
            "Only when it really needs that long, raise the proxy's time-out:",
            *_TIMEOUT.get(proxy.id if proxy else "", (*_TIMEOUT["nginx"], *_TIMEOUT["haproxy"])),
        ),
        ("The backend itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


CAUSES = (
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
)
