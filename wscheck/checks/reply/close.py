"""`close`: the connection behind the 101 stands as long as it was to be held, and is closed in order.

RFC 6455 §5.5.1: a Close is answered with a Close, its body is empty or a code of two octets with a reason in UTF-8,
and behind both the server ends TCP. Who closed first is always told: the server, or wscheck.
"""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.checks import USER, Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import Frame, close_code, close_fault
from wscheck.core.report import Problem
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
    USER,
    "your own expectation (--hold); RFC 6455 §7.1.5 (1006)",
    "The TCP connection ended before its time and no Close frame came, so clients see 1006: a proxy, a crash or "
    "a lost route, and not a decision of the WebSocket server.",
    _IDLE,
)
ENDED_BY_CLOSE = Rule(
    "ended-by-close",
    "error",
    USER,
    "your own expectation (--hold); RFC 6455 §7.3 allows it",
    "The server closed the connection before its time. That is its right; the code says why.",
    "Look up the code: 1001 going away, 1008 policy, 1011 server error, 1012 restart, from 4000 on the application's.",
)
OTHER_CODE = Rule(
    "other-code",
    "error",
    USER,
    "your own expectation (--expect-close)",
    "The connection was to be closed with another code.",
    "Compare the code with what the server's application says in this case.",
)
NOT_CLOSED = Rule(
    "not-closed",
    "error",
    USER,
    "your own expectation (--expect-close)",
    "The server was to close the connection, and it stood.",
    "Give it more time with --hold, or look for what should have closed it.",
)
CUT = Rule(
    "cut",
    "error",
    "R-6455-5.5.1-01",
    "RFC 6455 §5.5.1, §7.1.5 (1006)",
    "The TCP connection ended and no Close frame came, so clients see 1006 and cannot tell why.",
    _AT_ONCE,
)
UNANSWERED = Rule(
    "unanswered",
    "error",
    "R-6455-5.5.1-01",
    "RFC 6455 §5.5.1",
    "A Close has to be answered with a Close; without it the client waits, and ends with 1006.",
    "Answer a Close frame with one of your own before the connection is ended.",
)
NOT_ENDED = Rule(
    "not-ended",
    "error",
    "R-6455-5.5.1-02",
    "RFC 6455 §5.5.1, §7.1.1",
    "Behind both Closes the server ends TCP at once; else connections pile up on both sides.",
    "Close the socket on the server as soon as both Close frames have passed.",
)
BAD_CLOSE = Rule(
    "bad-close",
    "error",
    "R-6455-5.5.1-03",
    "RFC 6455 §5.5.1, §7.4.1, §7.4.2",
    "The body of a Close is empty, or a code of two octets with a reason in UTF-8; some codes never stand on the wire.",
    "Send 1000, or another code that may be sent; 1005, 1006 and 1015 are for what a client reports to itself.",
)
ODD_CODE = Rule(
    "odd-code",
    "warning",
    "R-6455-5.5.1-03",
    "RFC 6455 §7.4.2; the registry of close codes",
    "The code is reserved or not assigned, so nobody knows what it means.",
    "Use a registered code, or one from 4000 to 4999 for the application's own.",
)


def judge(answer: Answer) -> Ruling | Skip:
    """How the tunnel ended, against how long it was to stand, the code that was demanded, and the rules of a Close."""
    tunnel = answer.tunnel
    if tunnel is None:
        return Skip("no connection stood to be closed" if answer.switching else "only a 101 has a connection to close")
    wanted = answer.demands.close
    if tunnel.cut_short and tunnel.held_s is None and tunnel.ending.by == "wscheck" and not tunnel.ended:
        return Skip("the time of the whole probe was over before the connection was closed")
    if tunnel.junk and wanted is None and tunnel.held_s is None:
        return Skip("what came is no frames, so no Close could be seen")
    if wanted is not None:
        said, expected, problems = _against(wanted, tunnel)
    elif tunnel.held_s is not None:
        said, expected, problems = _held(tunnel)
    elif tunnel.ending.by == "server":
        said, expected, problems = _said(tunnel.ending), None, []
        if tunnel.ending.how != "close":
            problems = [CUT.broken(f"the connection was {said}")]
    elif tunnel.ended is None:
        return Skip("the answer to our Close was not waited for")
    else:
        said, expected, problems = _seen(tunnel), None, []
    return Ruling(said, (*problems, *_farewell(tunnel)), expected)


def _farewell(tunnel: Tunnel) -> Iterator[Problem]:
    """What is wrong with the server's Close and with what followed both."""
    if tunnel.farewell:
        yield from _body(tunnel.farewell)
    elif tunnel.ending.by == "wscheck" and tunnel.ended is not None:
        how = "ended TCP without it" if tunnel.ended else f"sent none within {tunnel.close_s:g} s"
        yield UNANSWERED.broken(f"our Close was not answered: the server {how}")
    if tunnel.farewell and tunnel.ended is False:
        yield NOT_ENDED.broken(f"both Closes passed, and TCP stood {tunnel.close_s:g} s later")


def _body(close: Frame) -> Iterator[Problem]:
    code = close_code(close)
    fault = close_fault(close)
    if fault or code == 1010:
        fault = fault or "the code 1010, which only a client sends"
        yield BAD_CLOSE.broken(f"the server's Close has {fault}: {visible(close.payload, 60)}")
    elif code is not None and (code == 1004 or 1016 <= code <= 2999):
        yield ODD_CODE.broken(f"the server's Close has the code {code}, which has no meaning")


def _seen(tunnel: Tunnel) -> str:
    if tunnel.farewell is None:
        return "our Close was not answered"
    code = close_code(tunnel.farewell)
    shown = f"our Close was answered with {code if code is not None else 'no code'}"
    return f"{shown}, then TCP ended" if tunnel.ended else f"{shown}, and TCP stands"


def _held(tunnel: Tunnel) -> tuple[str, str, list[Problem]]:
    ending = tunnel.ending
    expected = f"a connection that stands for {tunnel.held_s:g} s"
    if ending.by == "wscheck":
        return f"stood for {tunnel.held_s:g} s", expected, []
    said = _said(ending)
    if ending.how == "close":
        return said, expected, [ENDED_BY_CLOSE.broken(f"the connection was {said}")]
    problem = ENDED_SILENTLY.broken(f"the connection was {said}")
    # What ends at once was not idle.
    soon = ending.after_s < _IDLE_FROM_S
    return said, expected, [problem._replace(fix=_AT_ONCE) if soon else problem]


def _against(code: int, tunnel: Tunnel) -> tuple[str, str, list[Problem]]:
    ending = tunnel.ending
    expected = f"a Close with code {code} within {tunnel.held_s:g} s"
    if ending.by == "wscheck":
        said = f"stood for {tunnel.held_s:g} s"
        return said, expected, [NOT_CLOSED.broken(f"the connection {said}")]
    said = _said(ending)
    if ending.how != "close":
        return said, expected, [ENDED_SILENTLY.broken(f"the connection was {said}")]
    if ending.code != code:
        return said, expected, [OTHER_CODE.broken(f"the connection was {said}, not with {code}")]
    return said, expected, []


# RFC 6455 §7.4.1 and the registry of close codes.
MEANINGS = {
    1000: "normal",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1007: "bad payload",
    1008: "policy",
    1009: "too big",
    1011: "server error",
    1012: "restart",
    1013: "try again later",
    1014: "bad gateway",
    3000: "unauthorized",
    3003: "forbidden",
    3008: "timeout",
}


def _said(ending: Ending) -> str:
    after = f"after {ending.after_s:.1f} s"
    if ending.how == "close":
        meaning = MEANINGS.get(ending.code or 0)
        code = f"code {ending.code}" if ending.code is not None else "no code"
        reason = f' and the reason "{visible(ending.reason, 60)}"' if ending.reason else ""
        return f"closed by the server {after} with {code}{f' ({meaning})' if meaning else ''}{reason}"
    how = "reset" if ending.how == "reset" else "cut off"
    return f"{how} {after}, no Close frame came"


CHECK = Check(
    id="close",
    title="The connection stands, and is closed in order",
    order=130,
    clause="RFC 6455 §5.5.1",
    expected="a Close for our Close, and the end of TCP",
    why="A client that is not told how a connection ended reports 1006, and nobody learns why.",
    rules=(
        ENDED_SILENTLY,
        ENDED_BY_CLOSE,
        OTHER_CODE,
        NOT_CLOSED,
        CUT,
        UNANSWERED,
        NOT_ENDED,
        BAD_CLOSE,
        ODD_CODE,
    ),
    judge=judge,
    also=("R-6455-7.3-01", "R-6455-7.4-01"),
)
