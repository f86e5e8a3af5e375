"""What goes wrong behind a right 101."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.known.cutting import SOON_S
from wscheck.causes.known.extensions import readable
from wscheck.causes.products import who
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import BINARY, TEXT
from wscheck.core.visible import visible


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
    if spoke or ending.after_s >= SOON_S or evidence.problem("frames", "closed-early") is None:
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
        (
            silent.message[0].upper() + silent.message[1:] + ".",
            "" if _handshake_fails(evidence) else "The handshake itself is right.",
            who(evidence),
        ),
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


def _handshake_fails(evidence: Evidence) -> bool:
    return any(one.status == "fail" and one.id not in ("frames", "close") for one in evidence.findings)


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
    spoke = tunnel is not None and tunnel.pong
    return Found(
        0.94,
        "The server speaks WebSocket, and then writes HTTP into the same connection."
        if spoke
        else "Behind the 101 comes no WebSocket: "
        + (
            "what was sent comes back."
            if echoed
            else "the server sends chunks of HTTP (Transfer-Encoding: chunked) where frames have to stand."
            if problem is not None and problem.code == "chunked"
            else "the server goes on to write text (HTML, HTTP) into the connection."
        ),
        (
            "The Ping was answered; what came then is no frame, and clients end with 1002 or 1006." if spoke else "",
            problem.message[0].upper() + problem.message[1:] + "." if problem else "",
            f'The first octets {behind} are "{visible(came[:40])}".' if came else "",
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (_NO_STUB,) if echoed else (_FRAMES_ALONE, _WSGI if spoke else _BY_ITSELF),
    )


_NO_STUB = "A TCP echo, or a stub, stands behind the 101: let the WebSocket server itself take the connection."
_FRAMES_ALONE = (
    "Write nothing but frames into the connection after the 101: look for a handler, a middleware or a template that "
    "still sends a page or an error (Express next(), res.end in the upgrade handler, a second framework)."
)
_WSGI = (
    "A server that takes the WebSocket for an ordinary request sends its response when the handler returns (WSGI "
    "development servers do): run the application on a server that hands the connection over."
)
_BY_ITSELF = (
    "A proxy that answers 101 by itself and then the backend's page does the same: let it pass the upgrade on instead."
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


CAUSES = (
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
)
