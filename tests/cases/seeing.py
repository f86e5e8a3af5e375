"""What a case might have brought, written out: replies as octets, tunnels as what came behind a 101."""

from __future__ import annotations

from typing import Literal

from wscheck.cases import Case, Good, Said, Seen, cases
from wscheck.core.answer import Answer, read_answer
from wscheck.core.exchange import Ending, Exchange, Failure, Timings, Tls, Tunnel
from wscheck.core.frame import read_frames
from wscheck.core.plan import Plan, craft
from wscheck.core.report import Outcome
from wscheck.core.target import parse_target

# The pairs of RFC 6455 §1.3, and one more that was worked out with another tool.
KEY, ACCEPT = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
ANOTHER_KEY, ANOTHER_ACCEPT = b"x3JJHMbDL1EzLkh9GBhXDw==", b"HSmrc0sMlYUkAGmm5OPpG2HaGWk="

PLAN = Plan(
    b"GET",
    b"/",
    b"HTTP/1.1",
    (
        (b"Host", b"127.0.0.1:9001"),
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Key", KEY),
        (b"Sec-WebSocket-Version", b"13"),
        (b"Authorization", b"Bearer x"),
        (b"Cookie", b"a=b"),
    ),
)
HAS = frozenset({"subprotocol", "two-subprotocols", "deflate", "stands", "ping", "echo", "credentials", "cookie"})
GOOD = Good(PLAN, parse_target("ws://127.0.0.1:9001/"), ANOTHER_KEY, (b"chat", b"superchat"), HAS)
LIMIT_S = 2.0


class Silence:
    """No octet came, and the connection stood."""


SILENT = Silence()
CLOSED = b""


def switched(*lines: bytes, accept: bytes = ACCEPT, upgrade: bytes = b"websocket") -> bytes:
    """A 101."""
    head = (b"HTTP/1.1 101 Switching Protocols", b"Upgrade: " + upgrade, b"Connection: Upgrade")
    return b"".join(line + b"\r\n" for line in (*head, b"Sec-WebSocket-Accept: " + accept, *lines)) + b"\r\n"


def reply(status: bytes, *lines: bytes, body: bytes = b"") -> bytes:
    """Another reply, framed."""
    every = (b"HTTP/1.1 " + status, *lines, b"Content-Length: %d" % len(body))
    return b"".join(line + b"\r\n" for line in every) + b"\r\n" + body


def tunnel(
    received: bytes = b"",
    *,
    by: Literal["server", "wscheck"] = "wscheck",
    how: Literal["close", "eof", "reset"] = "close",
    code: int | None = None,
    pong: bool = False,
    close: bytes = b"",
    ended: bool | None = None,
) -> Tunnel:
    """What came behind a 101; `close` is the server's Close where there was one."""
    frames = read_frames(received)[0]
    farewell = read_frames(close)[0][0] if close else None
    ending = Ending(by, how, 0.1, code)
    return Tunnel(b"", received, (), frames, ending, None, b"wscheck4", pong, LIMIT_S, farewell, ended, LIMIT_S)


Came = bytes | Silence
Behind = Tunnel | None


def seen(case: Case, *came: Came, behind: Behind = None, good: Good = GOOD, closed: bool = False) -> Seen:
    """What the case would have seen: one reply for each of its requests."""
    shots = case.shots(good)
    assert len(shots) == len(came), (case.id, len(shots))
    answers = [_answer(craft(shot.plan), octets, behind, closed) for shot, octets in zip(shots, came, strict=True)]
    outcomes = tuple(_outcome(octets, answer) for octets, answer in zip(came, answers, strict=True))
    return Seen(good, tuple(answers), outcomes, LIMIT_S)


def judged(name: str, *came: Came, behind: Behind = None, good: Good = GOOD, closed: bool = False) -> Said:
    """What the case of that name says."""
    return cases()[name].judge(seen(cases()[name], *came, behind=behind, good=good, closed=closed))


def _answer(request: bytes, came: Came, behind: Behind, closed: bool) -> Answer | None:
    if isinstance(came, Silence) or not came:
        return None
    whole = b"\r\n\r\n" in came
    failure = None if whole else Failure("read", "closed", "ended inside the head")
    made = Exchange("x", request, came, None, (), None, Timings(), failure, closed=closed or not whole, tunnel=behind)
    return read_answer(made)


def _outcome(came: Came, answer: Answer | None) -> Outcome:
    """The five outcomes of the inventory, read without the code under test."""
    if isinstance(came, Silence):
        return "silent"
    if answer is None or answer.status is None:
        return "closed"
    if answer.status == 101:
        return "accepted"
    return "ignored" if 200 <= answer.status < 400 or answer.status == 404 else "refused"


def with_tls(found: Seen, *, verified: bool) -> Seen:
    """The same over TLS."""
    facts = Tls("TLSv1.3", "x", None, None, (), None, None, 30.0, verified, "system")
    answers = tuple(answer._replace(tls=facts) if answer else None for answer in found.answers)
    return found._replace(answers=answers)
