"""Audits to render, written by hand: one of each status, level and outcome, and some from servers that mean ill."""

from __future__ import annotations

from tests.peer import SAMPLE_KEY
from tests.render.samples import GOOD, HOSTILE, REQUEST
from wscheck import probing
from wscheck.core.exchange import Ending, Exchange, Failure, Timings, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.report import CaseLevel, CaseResult, Outcome, Report, SectionView, Status, TargetView

# More that a page, a Markdown table or an XML document could take for its own.
PAGE_HOSTILE = (
    b"</script><img src=x onerror=alert(1)>",
    b"</textarea></title></style><script>alert(2)</script>",
    b"\"><svg onload=alert(3)> ' onmouseover=alert(4) x='",
    b"<a href=javascript:alert(5)>x</a>{{constructor}}${alert(6)}`",
    b"[red]x[/red] [link=http://evil.example]y[/link]",
)
WORDS = (*HOSTILE, *PAGE_HOSTILE)

SECTIONS = (
    SectionView("request", "The request line", False),
    SectionView("key", "The key", False),
    SectionView("frames", "Frames behind the 101", False),
    SectionView("origin", "Which origins are let in", True),
)

REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def exchange(purpose: str, request: bytes = REQUEST, response: bytes = GOOD, **more: object) -> Exchange:
    """An exchange that was never made."""
    made = Exchange(
        purpose, request, response, "127.0.0.1:9", (), None, Timings(tcp=0.2, handshake=1.5, total=1.9), None
    )
    return made._replace(**more)  # type: ignore[arg-type]  # names and types are of Exchange


def case(
    case_id: str,
    section: str,
    status: Status = "pass",
    *,
    level: CaseLevel = "must",
    outcome: Outcome | None = "refused",
    observed: str = "refused: 400 Bad Request",
    exchanges: tuple[int, ...] = (),
    skip_reason: str | None = None,
    title: str | None = None,
    sent: str = "POST / HTTP/1.1",
    expected: str = "a refusal, an answer as if Upgrade were absent, or the end of the connection",
    died: bool = False,
) -> CaseResult:
    """One case; what is not said is that of a case that passes."""
    return CaseResult(
        id=case_id,
        title=title or f"A request with {case_id.replace('-', ' ')}",
        section=section,
        status=status,
        level=level,
        requirements=("R-6455-4.1-10", "R-9110-9-2"),
        clause="RFC 6455 §4.1 item 2",
        sent=sent,
        expected=expected,
        observed=observed,
        outcome=outcome,
        why="A handshake that is no GET was not made by a WebSocket client.",
        fix="Refuse it with 405 and Allow: GET.",
        policy=section == "origin",
        skip_reason=skip_reason,
        exchanges=exchanges,
        duration_ms=1.9 if exchanges else 0.0,
        died=died,
    )


def _tunnel() -> Tunnel:
    ping = Frame(True, 0, 9, True, 4, b"abcd", 0)
    close = Frame(True, 0, 8, False, 2, b"\x03\xe8", 0)
    return Tunnel(
        b"\x89\x84\x01\x02\x03\x04abcd", b"\x88\x02\x03\xe8", (ping,), (close,), Ending("server", "close", 0.2), None
    )


EXCHANGES = (
    exchange("handshake"),
    exchange("case", b"POST / HTTP/1.1\r\nHost: a\r\n\r\n", REFUSAL),
    exchange("case", b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", GOOD),
    exchange("case", response=b"", failure=Failure("read", "timeout", "no reply within 2 s")),
    exchange("case", REQUEST.replace(b"dGhl", b"AAAA"), GOOD),
    exchange("case", REQUEST.replace(b"dGhl", b"BBBB"), GOOD),
    exchange("case", tunnel=_tunnel()),
    exchange("case", response=b"", failure=Failure("read", "closed", "the peer closed the connection")),
)

CASES = (
    case("method-post", "request", exchanges=(1,)),
    case(
        "method-head",
        "request",
        "fail",
        outcome="accepted",
        observed="switched: 101 Switching Protocols",
        exchanges=(2,),
    ),
    case("target-absolute", "request", level="may", observed="switched: 101 Switching Protocols", outcome="accepted"),
    case("http-2.0", "request", "warn", level="should", outcome="silent", observed="silence for 2 s", exchanges=(3,)),
    case("huge-head", "request", "skip", outcome=None, observed="", skip_reason="only with --intrusive"),
    case("smuggled", "request", "skip", outcome=None, observed="", skip_reason="only with --intrusive"),
    case("key-twice", "key", exchanges=(4, 5), sent="Sec-WebSocket-Key: AAAA\nSec-WebSocket-Key: BBBB"),
    case("key-empty", "key", "info", level="should", observed="refused: 400 Bad Request"),
    case(
        "frame-unmasked",
        "frames",
        "fail",
        outcome="closed",
        observed="the server stopped answering: a new connection was refused",
        died=True,
        exchanges=(7,),
    ),
    case("frame-ping", "frames", outcome="accepted", observed="its Pong came", exchanges=(6,)),
    case("frame-rsv", "frames", "error", outcome=None, observed="internal error: ValueError"),
    case("deflate", "frames", "skip", level="should", outcome=None, observed="", skip_reason="no permessage-deflate"),
    case(
        "origin-foreign", "origin", "fail", level="should", outcome="accepted", observed="switched: 101 for http://evil"
    ),
    case("origin-null", "origin", "info", level="may", outcome="accepted", observed="switched: 101"),
)


def audit(*cases: CaseResult, name: str | None = None) -> Report:
    """An audit with these cases, or with one of each kind."""
    probed = probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())
    return probed._replace(
        kind="audit",
        target=TargetView("ws://127.0.0.1:9/", "ws", "127.0.0.1", 9, "/"),
        name=name,
        notes=("one connection for each case",),
        exchanges=EXCHANGES,
        cases=cases or CASES,
        sections=SECTIONS,
        duration_ms=1234.5,
    )


def strict(name: str | None = None) -> Report:
    """An audit in which everything passes, but for what was skipped."""
    return audit(*(one for one in CASES if one.status in ("pass", "skip")), name=name)


def refused() -> Report:
    """An audit whose control handshake failed, so that no case was played."""
    reply = GOOD.replace(b"Connection: Upgrade", b"Connection: close")
    reason = "the good handshake failed, so nothing can be learnt from a bad one"
    cases = [one._replace(status="skip", skip_reason=reason, outcome=None, exchanges=()) for one in CASES]
    control = probing.judge_saved(reply, SAMPLE_KEY, probing.Options())
    return audit(*cases)._replace(checks=control.checks, exchanges=control.exchanges)


def hostile(word: bytes) -> Report:
    """An audit in which every text that a server or a user reaches is this."""
    text = word.decode("utf-8", "surrogateescape")
    cases = [
        case(
            f"{section}-{status}",
            section,
            status,
            observed=text,
            sent=f"GET {text}\n{text}",
            skip_reason=text,
            exchanges=(1,),
        )
        for section in ("request", "origin")
        for status in STATUSES
    ]
    bad = exchange("case", REQUEST + word, b"HTTP/1.1 400 " + word + b"\r\nServer: " + word + b"\r\n\r\n" + word)
    made = (exchange("handshake", REQUEST + word, GOOD + word), bad)
    return audit(*cases)._replace(
        name=text, notes=(text,), exchanges=made, target=TargetView(text, "ws", text, 9, text)
    )


STATUSES: tuple[Status, ...] = ("pass", "fail", "warn", "info", "skip", "error")


def every() -> list[Report]:
    """All of them."""
    return [audit(), strict("front door"), refused(), *(hostile(word) for word in WORDS)]
