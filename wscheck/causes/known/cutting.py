"""A tunnel that is cut: TCP ends behind a right 101, and no Close frame says why."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, who
from wscheck.causes.recipes import idle_fix
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Ending

# Time-outs that products have by default, in seconds: who is usually behind such an end.
_DEFAULTS = {
    10: "10 s is Fastly's and some firewalls' default",
    30: "30 s is the default of Google's load balancer and of many others",
    50: "50 s is a common HAProxy setting (timeout client, timeout server)",
    55: "55 s is Heroku's",
    60: "60 s is the default of nginx (proxy_read_timeout) and of AWS ALB",
    100: "100 s is Cloudflare's",
    120: "120 s is a usual keep-alive of web servers",
    240: "240 s is Azure's",
    300: "300 s is the default of Apache's ProxyTimeout, and Envoy's stream_idle_timeout",
    350: "350 s is the AWS NLB's",
    3600: "an hour is a usual limit of proxies",
}
SOON_S = 1.0  # what ends sooner was not idle


def idle(evidence: Evidence) -> Found | None:
    """Cut while it was held, without a Close frame."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or tunnel.held_s is None or evidence.problem("frames", "not-frames"):
        return None
    ending = tunnel.ending
    if ending.by != "server" or ending.how == "close" or ending.after_s < SOON_S:
        return None
    rounded = round(ending.after_s)
    even = abs(ending.after_s - rounded) < 0.15
    proxy = intermediary(evidence)
    known = _DEFAULTS.get(rounded, "") if even else ""
    return Found(
        0.92 if even else 0.75,
        f"An idle time-out cut the connection after {ending.after_s:.1f} s, without a Close frame: clients see 1006.",
        (
            f"The connection was {'reset' if ending.how == 'reset' else 'dropped'} {ending.after_s:.1f} s after "
            f"the 101, and no Close frame came: "
            "a proxy in the path did it, or a server that ends TCP without a Close.",
            f"{rounded} s is a round number, as time-outs are." if even else "",
            f"{known[0].upper()}{known[1:]}." if known else "",
            who(evidence),
        ),
        (
            "Send Pings (a heartbeat, keepalive) more often than that, from the server or the client:",
            "    uvicorn --ws-ping-interval 20 …",
            "    setInterval(() => wss.clients.forEach((ws) => ws.ping()), 20000)",
            "Or raise the idle time-out (timeout) of the proxy or load balancer:",
            *idle_fix(proxy.id if proxy else None),
        ),
        (
            f"A longer --hold with a server that sends Pings every {max(rounded // 2, 1)} s: if it stands, it "
            f"was idle time.",
        ),
    )


def dropped(evidence: Evidence) -> Found | None:
    """Ended at once behind the 101, without a Close frame."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or evidence.problem("frames", "not-frames", "chunked", "echoed"):
        return None
    ending = tunnel.ending
    if ending.by != "server" or ending.how == "close" or tunnel.junk:
        return None
    if tunnel.held_s is not None and ending.after_s >= SOON_S:
        return None  # that was idle time
    quiet = evidence.made.get("without-ping")
    if quiet is not None and quiet.tunnel is not None and quiet.tunnel.ending.by == "wscheck":
        return _ping_kills(ending, evidence)
    return Found(
        0.7,
        "The connection ends right behind the 101, without a Close frame: the server or a proxy gave the tunnel up.",
        (
            f"It was {'reset' if ending.how == 'reset' else 'closed'} {ending.after_s:.2f} s after the 101. "
            f"Clients see 1006.",
            who(evidence),
        ),
        (
            "Look into the server's log for this moment: an exception in the connection handler, or a worker "
            "that ends.",
            "A proxy that answers 101 and does not keep the tunnel does the same (IIS ARR, old Apache, HTTP/2 hops).",
        ),
        ("The server itself, without the proxy, settles it: --resolve HOST:PORT:ADDRESS.",),
    )


def _ping_kills(ending: Ending, evidence: Evidence) -> Found:
    """The connection stands as long as nothing is said, and does not outlive a Ping."""
    return Found(
        0.85,
        "The server ends the connection when a Ping comes, without a Close frame: what reads its frames cannot take "
        "this one.",
        (
            f"It was {'reset' if ending.how == 'reset' else 'closed'} {ending.after_s:.2f} s after the 101, behind our "
            "Ping of eight random octets.",
            "The same handshake with nothing said behind it stood.",
            who(evidence),
        ),
        (
            "Answer a Ping with a Pong that carries its payload (RFC 6455 §5.5.2); the payload is octets, and need not "
            "be text.",
            "Look into the server's log for this moment: an exception in the code that reads frames. A WebSocket "
            "library answers Pings by itself.",
        ),
    )


CAUSES = (
    Cause(
        "idle-timeout",
        "A proxy cuts idle connections",
        "proxy",
        "Proxies, load balancers and NAT devices end connections on which nothing moves for some time, and "
        "send no Close.",
        ("code 1006 after a round number of seconds",),
        ("Send Pings more often than that, or raise the time-out:", *idle_fix(None)),
        ("--hold with more than that time shows the second at which it ends.",),
        idle,
    ),
    Cause(
        "connection-dropped",
        "The connection ends right behind the 101",
        "app",
        "The server accepts and gives up at once, or a proxy does not keep the tunnel.",
        ("101, then 1006 at once",),
        ("Read the server's log for this moment.",),
        ("The server itself, without the proxy, keeps it open.",),
        dropped,
    ),
)
