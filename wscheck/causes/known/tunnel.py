"""What goes wrong behind a right 101."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.known.extensions import readable
from wscheck.causes.products import intermediary, who
from wscheck.causes.recipes import idle_fix
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import BINARY, TEXT
from wscheck.core.visible import visible

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
_SOON_S = 1.0  # what ends sooner was not idle


def idle(evidence: Evidence) -> Found | None:
    """Cut while it was held, without a Close frame."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or tunnel.held_s is None or evidence.problem("frames", "not-frames"):
        return None
    ending = tunnel.ending
    if ending.by != "server" or ending.how == "close" or ending.after_s < _SOON_S:
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


def policy(evidence: Evidence) -> Found | None:
    """Closed by the application in order, with a code that says why."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None:
        return None
    ending = tunnel.ending
    if ending.by != "server" or ending.how != "close" or tunnel.junk:
        return None
    if ending.code in (None, 1000, 1001, 1005):
        return _at_once(evidence, tunnel)
    reason = visible(ending.reason, 120)
    meaning = _meaning(ending.code or 0)
    ours = evidence.problem("frames", "bad-fragment", "unknown-opcode") is not None
    return Found(
        0.6 if ours or ending.code in (1011, 4406) else 0.9,
        f"The application accepted and then closed the connection with code {ending.code}"
        + (f' and the reason "{reason}".' if reason else " and no reason."),
        (
            f"The Close frame came {ending.after_s:.1f} s after the 101: {meaning}.",
            f"Sent along: {', '.join(evidence.credentials)}." if evidence.credentials else "No credentials were sent.",
            who(evidence),
        ),
        (
            "Act on code and reason: they are the application's own words"
            + (f' ("{reason}")' if reason else "")
            + ("." if ending.code in _SERVERS_OWN else _CREDENTIALS[0]),
            *(() if ending.code in _SERVERS_OWN else _CREDENTIALS[1:]),
            "The application's log for this moment tells more.",
        ),
    )


# Codes that speak of the server and not of the client.
_SERVERS_OWN = (1011, 1012, 1013, 1014)
_CREDENTIALS = (
    ". Usual are a missing or expired token, a wrong Origin, a room or tenant that does not exist.",
    "    wscheck probe --oauth2-bearer TOKEN … ; -b 'session=…' ; --origin https://app.example.com",
)


def _at_once(evidence: Evidence, tunnel: Tunnel) -> Found | None:
    """An orderly end that says nothing, before anything was said: no service, and no refusal either."""
    ending = tunnel.ending
    spoke = any(frame.opcode in (TEXT, BINARY) for frame in tunnel.received_frames)
    if spoke or ending.after_s >= _SOON_S or evidence.problem("frames", "closed-early") is None:
        return None
    return Found(
        0.6,
        "The application accepts and closes at once, and does not say why (Close "
        + (f"{ending.code})." if ending.code else "without a code)."),
        (
            f"The Close frame came {ending.after_s:.1f} s after the 101, and no message before it.",
            f"Offered subprotocols: {', '.join(evidence.offered)}."
            if evidence.offered
            else "No subprotocol was offered.",
            f"Sent along: {', '.join(evidence.credentials)}." if evidence.credentials else "No credentials were sent.",
            who(evidence),
        ),
        (
            "Look at the connection handler: one that returns ends the connection. Usual are a path that the "
            "router behind the 101 does not know, a subprotocol that is not among its own (OCPP), or credentials.",
            "    wscheck probe --subprotocol NAME …",
            *_CREDENTIALS[1:],
        ),
        ("The application's log for this moment decides.",),
    )


def _meaning(code: int) -> str:
    names = {
        1002: "1002 is a protocol error",
        1003: "1003 is data of a kind that it does not take",
        1007: "1007 is data that is not what it says",
        1008: "1008 is a violation of policy, usually credentials or Origin",
        1009: "1009 is a message too big",
        1010: "1010 is a missing extension",
        1011: "1011 is an error in the server",
        1012: "1012 is a restart of the service",
        1013: "1013 is try again later: overload",
        1014: "1014 is a bad gateway",
    }
    return names.get(
        code, f"{code} is a code of the application's own" if code >= 3000 else f"{code} has no usual meaning"
    )


def no_frames(evidence: Evidence) -> Found | None:
    """A 101, and then nothing: no Pong, no frame."""
    silent = evidence.problem("frames", "silent") or evidence.problem("frames", "no-pong")
    if not evidence.switching or silent is None or evidence.problem("frames", "not-frames", "reserved-bit"):
        return None
    wholly = silent.code == "silent"
    return Found(
        0.9 if wholly else 0.72,
        "Behind the 101 nobody speaks WebSocket: a Ping is not answered by a Pong, and the connection stays silent."
        if wholly
        else "Behind the 101 the server sends frames and does not read any: a Ping is not answered by a Pong.",
        (silent.message[0].upper() + silent.message[1:] + ".", "The handshake itself is right.", who(evidence)),
        (
            "Look at the server (backend) behind the 101: a stub that only answers the handshake, a blocked "
            "event loop, a "
            "handler that does not read frames, or a proxy whose tunnel leads nowhere.",
            "Every WebSocket library answers Ping by itself (RFC 6455 §5.5.2): a server that does not, does not read.",
        ),
        (
            "The server itself, without the proxy, settles which of the two it is: --resolve HOST:PORT:ADDRESS; "
            "--hold 10s shows whether anything comes later.",
        ),
    )


def no_websocket(evidence: Evidence) -> Found | None:
    """A 101, and then something that is no frame."""
    tunnel = evidence.main.tunnel
    problem = evidence.problem("frames", "not-frames", "chunked", "echoed")
    received = tunnel.received if tunnel else b""
    begin = readable(tunnel)
    came = received[received.find(begin) :] if begin else received
    behind = "behind the head" if received.startswith(came) else "behind frames"
    text = re.match(rb"(?i)\s*(?:<!doctype|<html|<\?xml|HTTP/1|[ -~\r\n\t]{24})", came) is not None
    if not evidence.switching or not (problem or text):
        return None
    echoed = problem is not None and problem.code == "echoed"
    return Found(
        0.94 if problem or text else 0.7,
        "Behind the 101 comes no WebSocket: "
        + (
            "what was sent comes back."
            if echoed
            else "the server sends chunks of HTTP (Transfer-Encoding: chunked) where frames have to stand."
            if problem is not None and problem.code == "chunked"
            else "the server goes on to write text (HTML, HTTP) into the connection."
        ),
        (
            problem.message[0].upper() + problem.message[1:] + "." if problem else "",
            f'The first octets {behind} are "{visible(came[:40])}".' if came else "",
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (
            *(
                ("A TCP echo, or a stub, stands behind the 101: let the WebSocket server itself take the connection.",)
                if echoed
                else _WRITES_ON
            ),
        ),
    )


_WRITES_ON = (
    "Write nothing but frames into the connection after the 101: look for a handler, a middleware or a template that "
    "still sends a page or an error (Express next(), res.end in the upgrade handler, a second framework).",
    "A proxy that answers 101 by itself and then the backend's page does the same: let it pass the upgrade on instead.",
)


def bad_frames(evidence: Evidence) -> Found | None:
    """Frames that break RFC 6455."""
    codes = ("masked", "unknown-opcode", "bad-length", "bad-control", "bad-fragment", "bad-text", "wrong-pong")
    problem = evidence.problem("frames", *codes)
    if not evidence.switching or problem is None:
        return None
    return Found(
        0.7,
        "The server speaks WebSocket wrongly: " + problem.message + ".",
        (problem.message[0].upper() + problem.message[1:] + ".", who(evidence)),
        (problem.fix, "Use a WebSocket library for the frames as well, in place of code of your own."),
    )


def dropped(evidence: Evidence) -> Found | None:
    """Ended at once behind the 101, without a Close frame."""
    tunnel = evidence.main.tunnel
    if not evidence.switching or tunnel is None or evidence.problem("frames", "not-frames", "chunked", "echoed"):
        return None
    ending = tunnel.ending
    if ending.by != "server" or ending.how == "close" or tunnel.junk:
        return None
    if tunnel.held_s is not None and ending.after_s >= _SOON_S:
        return None  # that was idle time
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
        "closed-by-policy",
        "The application closes right after it accepted",
        "app",
        "The handshake succeeds, and then a Close with a code says why the client is not wanted.",
        ("101, then Close 1008 or 4xxx with a reason", "101, then Close 1000 at once"),
        ("Act on code and reason.",),
        ("With valid credentials it stays open.",),
        policy,
    ),
    Cause(
        "no-frames",
        "Nobody speaks WebSocket behind the 101",
        "app",
        "A stub, a blocked server, or a tunnel that leads nowhere: the 101 is right, and no Ping is answered.",
        ("101, then silence",),
        ("Let the server read and answer frames.",),
        ("--hold shows whether anything comes.",),
        no_frames,
    ),
    Cause(
        "not-websocket-after-101",
        "Something else than frames follows the 101",
        "app",
        "The server switches and then goes on with HTTP or HTML in the same connection.",
        ("Invalid frame header", "text behind the 101"),
        ("Write nothing but frames after the 101.",),
        ("The first octets behind the head are readable text (-vv shows them).",),
        no_websocket,
    ),
    Cause(
        "bad-frames",
        "The server's frames break RFC 6455",
        "protocol",
        "Masked frames, unknown opcodes, wrong lengths: a frame writer of its own.",
        ("clients close with 1002",),
        ("Use a library.",),
        ("The check frames names the rule.",),
        bad_frames,
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
