"""Limits of an intermediary: of requests, of connections, of their size."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, own_page, who
from wscheck.causes.sentences import answered, brings
from wscheck.core.evidence import Evidence


# nginx answers 503 for its own limits; a backend that is down is a 502 there.
def limiter(evidence: Evidence) -> bool:
    """Whether a 503 is nginx's own: of limit_req, limit_conn or a return."""
    page = own_page(evidence.reply)
    return evidence.status == 503 and page is not None and page.id == "nginx"


def rate_limited(evidence: Evidence) -> Found | None:
    """429, and nothing more was sent."""
    reply = evidence.reply
    if reply is not None and limiter(evidence):
        return _limited_503(evidence)
    if evidence.status != 429 or reply is None:
        return None
    after, proxy = reply.field("Retry-After"), intermediary(evidence)
    return Found(
        0.98,
        "429: a rate limiter refuses, too many requests or handshakes came from this address.",
        (
            answered(evidence),
            f"Retry-After: {after}." if after else "It does not say for how long (no Retry-After).",
            "Nothing more was sent: every further request would prolong it.",
            who(evidence),
        ),
        (
            f"Wait {after + ' s' if after.isdigit() else 'a while'} and try again; let clients back off with growing, "
            "random pauses instead of reconnecting at once.",
            "Raise the limit for this path where it counts handshakes of many users behind one address"
            + (":" if proxy and proxy.id in _LIMITS else ". nginx:"),
            *_LIMITS.get(proxy.id if proxy else "", _LIMITS["nginx"]),
        ),
    )


_LIMITS = {
    "nginx": ("    limit_req zone=NAME burst=20 nodelay;",),
    "haproxy": (
        "    http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }   # HAProxy, with its stick-table",
    ),
    "traefik": ("    rateLimit: {average: 100, burst: 50}   # Traefik, in the middleware",),
    "cloudflare": ("    # Cloudflare: Security > WAF > Rate limiting rules, an exception for this path",),
}


def _limited_503(evidence: Evidence) -> Found:
    """nginx's own 503."""
    plain = evidence.replies.get("plain-get")
    # ingress-nginx hides its name in Server, and says 503 where a Service has no endpoints.
    ingress = evidence.reply is not None and not evidence.reply.has("Server")
    return Found(
        0.6 if ingress else 0.82,
        "nginx refuses by a limit of its own: 503 is what limit_req (rate limit) and limit_conn (connections) answer.",
        (
            answered(evidence),
            "A backend that is down is a 502 in nginx, so its own 503 is a limit, or a return 503 (maintenance).",
            brings(evidence, "plain-get")
            + (" A limiter lets one through now and then." if plain is not None and plain.status != 503 else ""),
            who(evidence),
        ),
        (
            "Look for limit_req, limit_conn and return 503 in nginx's configuration; its error log says limiting "
            "requests or limiting connections. WebSockets stay open: each of them counts in limit_conn all the time.",
            "    limit_req zone=NAME burst=20 nodelay;",
            "    limit_conn NAME 100;",
            "    limit_req_status 429; limit_conn_status 429;   # so that clients know to wait",
            "In Kubernetes (ingress-nginx) 503 is also a Service without endpoints: kubectl get endpoints SERVICE"
            if ingress
            else "",
        ),
        ("After a while, or from another address, the same handshake opens: then it is a limit.",),
    )


def too_large(evidence: Evidence) -> Found | None:
    """The request is too large for a server on the way."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None:
        return None
    said = reply.says(
        r"(?:request )?header (?:or cookie )?(?:fields? )?too (?:large|big|long)|request[- ]uri too (?:large|long)"
        r"|size of a request header field exceeds[^<]{0,30}|header[^<.]{0,40}(?:exceed|too large|too long)[^<.]{0,30}"
        r"|line too long|cookie too (?:large|big)"
    )
    smaller = evidence.opens("without-cookie")
    if status not in (431, 494, 413, 414) and not (said and status == 400) and not smaller:
        return None
    if smaller and status not in (400, 413, 414, 431, 494, 500, 502, 520):
        return None
    size = len(evidence.sent.request)
    return Found(
        0.95 if said or status in (431, 494) else 0.8,
        f"{'The URL is' if status == 414 else 'The header fields are'} too large for a server on the way: "
        f"{size} octets were sent.",
        (
            answered(evidence),
            f"The request has {size} octets"
            + (", most of them in Cookie." if _cookie_size(evidence) > size // 2 else "."),
            "Without Cookie the handshake opens (101)." if smaller else brings(evidence, "without-cookie"),
            who(evidence),
        ),
        (
            "Shorten cookies and tokens of this host (old cookies pile up), or raise the limit. nginx:",
            "    large_client_header_buffers 4 32k;",
            "    client_header_buffer_size 8k;",
            "Apache httpd, HAProxy, Node:",
            "    LimitRequestFieldSize 32768",
            "    tune.bufsize 32768",
            "    node --max-http-header-size=32768",
        ),
    )


def _cookie_size(evidence: Evidence) -> int:
    return sum(len(field.value) for field in evidence.sent.fields if field.name.lower() == b"cookie")


CAUSES = (
    Cause(
        "rate-limited",
        "A rate limiter refuses",
        "proxy",
        "Too many requests or handshakes came from this address; reconnecting clients often cause it themselves.",
        ("429, often with Retry-After",),
        ("Wait as long as Retry-After says; back off; raise the limit for this path.",),
        ("After the pause the same handshake opens.",),
        rate_limited,
    ),
    Cause(
        "headers-too-large",
        "The request's fields are too large",
        "proxy",
        "Each server on the way has a limit for header fields, usually 8 KiB; cookies and tokens in the URL reach it.",
        ("431, 494, 414, or 400 with Request Header Or Cookie Too Large",),
        ("Shorten cookies and tokens, or raise the limit:", "    large_client_header_buffers 4 32k;"),
        ("Without cookies the handshake opens.",),
        too_large,
    ),
)
