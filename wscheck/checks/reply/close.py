"""`close`: the connection behind the 101 stands as long as it was to be held, or ends in the way that was demanded."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.visible import visible

_IDLE = (
    "Something in the path ends idle connections: often a proxy with a read time-out (nginx proxy_read_timeout 60s, "
    "HAProxy timeout tunnel, a load balancer's idle time-out). Raise it there, or send Pings more often than it."
)

_IDLE_FROM_S = 5.0
_AT_ONCE = "Look into the server's log for this moment: a crash, a restart, or a proxy that does not keep the tunnel."

ENDED_SILENTLY = Rule(
    "ended-without-close",
    "error",
    "user",
    "your own expectation (--hold); RFC 6455 §7.1.5 (1006)",
    "The TCP connection ended before its time and no Close frame came, so clients see 1006: a proxy, a crash or "
    "a lost route, and not a decision of the WebSocket server.",
    _IDLE,
)
ENDED_BY_CLOSE = Rule(
    "ended-by-close",
    "error",
    "user",
    "your own expectation (--hold); RFC 6455 §7.3 allows it",
    "The server closed the connection before its time. That is its right; the code says why.",
    "Look up the code: 1001 going away, 1008 policy, 1011 server error, 1012 restart, from 4000 on the application's.",
)
OTHER_CODE = Rule(
    "other-code",
    "error",
    "user",
    "your own expectation (--expect-close)",
    "The connection was to be closed with another code.",
    "Compare the code with what the server's application says in this case.",
)
NOT_CLOSED = Rule(
    "not-closed",
    "error",
    "user",
    "your own expectation (--expect-close)",
    "The server was to close the connection, and it stood.",
    "Give it more time with --hold, or look for what should have closed it.",
)


def judge(answer: Answer) -> Ruling | Skip:
    """How the tunnel ended, against how long it was to stand and the code that was demanded."""
    tunnel = answer.tunnel
    wanted = answer.demands.close
    if tunnel is None or tunnel.held_s is None:
        return Skip("only a 101 has a connection to hold" if not answer.switching else "the connection was not held")
    if wanted is not None:
        return _against(wanted, tunnel)
    return _held(tunnel)


def _held(tunnel: Tunnel) -> Ruling:
    ending = tunnel.ending
    expected = f"a connection that stands for {tunnel.held_s:g} s"
    if ending.by == "wscheck":
        return Ruling(f"stood for {tunnel.held_s:g} s", (), expected)
    said = _said(ending)
    if ending.how == "close":
        return Ruling(said, (ENDED_BY_CLOSE.broken(f"the connection was {said}"),), expected)
    problem = ENDED_SILENTLY.broken(f"the connection was {said}")
    # What ends at once was not idle.
    soon = ending.after_s < _IDLE_FROM_S
    return Ruling(said, (problem._replace(fix=_AT_ONCE) if soon else problem,), expected)


def _against(code: int, tunnel: Tunnel) -> Ruling:
    ending = tunnel.ending
    expected = f"a Close with code {code} within {tunnel.held_s:g} s"
    if ending.by == "wscheck":
        said = f"stood for {tunnel.held_s:g} s"
        return Ruling(said, (NOT_CLOSED.broken(f"the connection {said}"),), expected)
    said = _said(ending)
    if ending.how != "close":
        return Ruling(said, (ENDED_SILENTLY.broken(f"the connection was {said}"),), expected)
    if ending.code != code:
        return Ruling(said, (OTHER_CODE.broken(f"the connection was {said}, not with {code}"),), expected)
    return Ruling(said, (), expected)


def _said(ending: Ending) -> str:
    after = f"after {ending.after_s:.1f} s"
    if ending.how == "close":
        code = f"code {ending.code}" if ending.code is not None else "no code"
        reason = f' and the reason "{visible(ending.reason, 60)}"' if ending.reason else ""
        return f"closed by the server {after} with {code}{reason}"
    how = "reset" if ending.how == "reset" else "cut off"
    return f"{how} {after}, no Close frame came"


CHECK = Check(
    id="close",
    title="The connection stands, or ends as demanded",
    order=130,
    clause="RFC 6455 §7",
    expected="a connection that stands until it is closed in order",
    why="A handshake that works is worth little when something ends the connection a minute later.",
    rules=(ENDED_SILENTLY, ENDED_BY_CLOSE, OTHER_CODE, NOT_CLOSED),
    judge=judge,
)
