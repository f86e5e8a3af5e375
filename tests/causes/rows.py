"""Evidence written out in octets: a request, its reply, and what the distinguishing probes brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wscheck.checks import all_skipped, judge
from wscheck.core.answer import read_answer
from wscheck.core.diagnosis import Diagnosis
from wscheck.core.evidence import Evidence, make_evidence
from wscheck.core.exchange import Ending, Exchange, Failure, Kind, Stage, Timings, Tls, Tunnel
from wscheck.core.frame import read_frames
from wscheck.core.report import Finding
from wscheck.core.target import parse_target

Failed = tuple[Stage, Kind, str]

SAMPLE_KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
OK_101 = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
NO_REPLY = b""


def request(path: str = "/chat", *lines: bytes, key: bytes = SAMPLE_KEY) -> bytes:
    """A good handshake, with more lines behind its own."""
    return (
        b"GET " + path.encode() + b" HTTP/1.1\r\nHost: app.example.test\r\nUser-Agent: wscheck/1\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
        + key
        + b"\r\nSec-WebSocket-Version: 13\r\n"
        + b"".join(line + b"\r\n" for line in lines)
        + b"\r\n"
    )


def reply(status: str, body: bytes = b"", *lines: bytes) -> bytes:
    """A refusal with its length."""
    head = b"HTTP/1.1 " + status.encode() + b"\r\n" + b"".join(line + b"\r\n" for line in lines)
    return head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def switching(*lines: bytes, accept: bytes | None = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") -> bytes:
    """A 101 with more lines behind its own, or another Accept."""
    own = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    own += b"Sec-WebSocket-Accept: " + accept + b"\r\n" if accept is not None else b""
    return own + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def made(sent: bytes, came: bytes, failure: Failure | None = None, **more: Any) -> Exchange:
    """An exchange that brought these octets."""
    if not came and failure is None:
        failure = Failure("read", "closed", "the peer closed the connection without an octet of a reply")
    basis = Exchange("handshake", sent, came, "127.0.0.1:9001", (), None, Timings(), failure)
    return basis._replace(**{"closed": True, **more})


def tunnel(received: bytes, ending: Ending, **more: Any) -> Tunnel:
    """What came behind a 101."""
    return Tunnel(b"", received, (), read_frames(received)[0], ending, more.pop("held_s", None), **more)


def tls(**facts: Any) -> Tls:
    """TLS facts of a good certificate, but for these."""
    basis = Tls(
        "TLSv1.3", "TLS_AES_256_GCM_SHA384", "http/1.1", "app.example.test", ("app.example.test",), "Example CA",
        "2030-01-01T00:00:00Z", 1000.0, True, "the system's store", "2026-01-01T00:00:00Z", 2,
    )  # fmt: skip
    return basis._replace(**facts)


def evidence(
    came: bytes = b"",
    *,
    url: str = "ws://app.example.test/chat",
    sent: bytes | None = None,
    failure: Failed | None = None,
    probes: Mapping[str, bytes | Exchange] | None = None,
    second: bytes | None = None,
    connect: bytes | None = None,
    passed: bool = False,
    known: Mapping[str, Any] | None = None,
    **more: Any,
) -> Evidence:
    """The evidence of one handshake; the checks judge it as they judge a probe."""
    target = parse_target(url)
    asked = sent if sent is not None else request(target.resource)
    main = made(asked, came, Failure(*failure) if failure else None, **more)
    tried = {
        name: octets if isinstance(octets, Exchange) else made(asked, octets) for name, octets in (probes or {}).items()
    }
    again = made(request(target.resource, key=b"AAAAAAAAAAAAAAAAAAAAAA=="), second) if second is not None else None
    if again is not None:
        tried["other-key"] = again
    return make_evidence(
        target,
        main,
        _findings(main, again),
        tried,
        made(b"CONNECT", connect) if connect is not None else None,
        passed=passed,
        **(known or {}),
    )


def _findings(main: Exchange, again: Exchange | None) -> tuple[Finding, ...]:
    return judge(read_answer(main, second=again)) if main.response else all_skipped("no reply came")


def words(found: Diagnosis) -> str:
    """All that a diagnosis says, in lower case."""
    return " ".join((found.summary, *found.evidence, *found.fix, *found.would_tell)).lower()
