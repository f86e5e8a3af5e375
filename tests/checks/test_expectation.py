"""`expectation`: what the user demanded."""

from __future__ import annotations

import re

import pytest

from tests.checks import conventions
from tests.checks.rows import Row, hold
from wscheck.core.demand import Demands, HeaderDemand
from wscheck.core.exchange import Tls


def certificate(days_left: float | None) -> Tls:
    return Tls(
        "TLSv1.3", "TLS_AES_256_GCM_SHA384", None, None, (), None, "2026-03-02T10:00:00Z", days_left, True, "system"
    )


ROWS = (
    Row(
        "nothing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="nothing was demanded",
    ),
    Row(
        "a status is for status",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        demands=Demands(status=401),
        skip_reason="the status that was demanded is judged by status",
    ),
    Row(
        "a close is for close",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        demands=Demands(close=1000),
        skip_reason="what was demanded is judged by close",
    ),
    Row(
        "subprotocol chosen",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(subprotocol="chat"),
        observed="subprotocol chat",
    ),
    Row(
        "subprotocol other",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-subprotocol": "error"},
        demands=Demands(subprotocol="superchat"),
        says="the subprotocol is chat, not superchat",
    ),
    Row(
        "subprotocol none",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-subprotocol": "error"},
        demands=Demands(subprotocol="chat"),
        says="the subprotocol is none, not chat",
    ),
    Row(
        "subprotocol of a refusal counts for nothing",
        reply=(b"HTTP/1.1 404 Not Found\r\nSec-WebSocket-Protocol: chat\r\n\r\n"),
        status="fail",
        problems={"other-subprotocol": "error"},
        demands=Demands(subprotocol="chat"),
    ),
    Row(
        "no subprotocol, none chosen",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(no_subprotocol=True),
        observed="subprotocol none",
    ),
    Row(
        "no subprotocol, one chosen",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"subprotocol-chosen": "error"},
        demands=Demands(no_subprotocol=True),
        says="the subprotocol chat was chosen",
    ),
    Row(
        "extension accepted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: x, permessage-deflate; server_no_context_takeover\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(extension="permessage-deflate"),
        observed="extension x, permessage-deflate",
    ),
    Row(
        "extension declined",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"extension-declined": "error"},
        demands=Demands(extension="permessage-deflate"),
        observed="extension none",
    ),
    Row(
        "extension of a refusal counts for nothing",
        reply=(
            b"HTTP/1.1 404 Not Found\r\n"
            b"Sec-WebSocket-Extensions: x, permessage-deflate; server_no_context_takeover\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"extension-declined": "error"},
        demands=Demands(extension="x"),
    ),
    Row(
        "field as demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: 1\r\n"
            b"x-a: 2\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(headers=(HeaderDemand(b"X-A", b"2", None),)),
        observed="X-A: 1, X-A: 2",
    ),
    Row(
        "field missing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"header-missing": "error"},
        demands=Demands(headers=(HeaderDemand(b"X-A", b"2", None),)),
        says="the reply has no X-A",
    ),
    Row(
        "field with another value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: 22\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"header-other": "error"},
        points={"header-other": (132, b"22")},
        demands=Demands(headers=(HeaderDemand(b"X-A", b"2", None),)),
    ),
    Row(
        "field that matches",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: abc\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(headers=(HeaderDemand(b"X-A", b"~b.$", re.compile(b"b.$")),)),
    ),
    Row(
        "field that does not match",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: abcd\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"header-other": "error"},
        demands=Demands(headers=(HeaderDemand(b"X-A", b"~b.$", re.compile(b"b.$")),)),
    ),
    Row(
        "field of a refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nX-A: 2\r\n\r\n"),
        status="pass",
        demands=Demands(headers=(HeaderDemand(b"X-A", b"2", None),)),
    ),
    Row(
        "quick enough",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(handshake_s=0.5),
        handshake_ms=500.0,
        observed="500.0 ms",
    ),
    Row(
        "too slow",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"slow": "error"},
        demands=Demands(handshake_s=0.5),
        handshake_ms=500.1,
        says="the handshake took 500.1 ms, more than 500 ms",
    ),
    Row(
        "certificate long enough",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        demands=Demands(cert_days=30),
        tls=certificate(30.0),
        observed="30.0 days, until 2026-03-02T10:00:00Z",
    ),
    Row(
        "certificate too short",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"certificate-expires": "error"},
        demands=Demands(cert_days=30),
        tls=certificate(29.9),
        says="the certificate holds for 29.9 more days, until 2026-03-02T10:00:00Z",
    ),
    Row(
        "no TLS",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"certificate-unknown": "error"},
        demands=Demands(cert_days=30),
    ),
    Row(
        "certificate not verified",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"certificate-unknown": "error"},
        demands=Demands(cert_days=30),
        tls=certificate(None),
        observed="no verified certificate",
    ),
    Row(
        "several, each on its own",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: 1\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-subprotocol": "error", "slow": "error"},
        demands=Demands(subprotocol="chat", headers=(HeaderDemand(b"X-A", b"1", None),), handshake_s=0.001),
        handshake_ms=2.0,
        observed="subprotocol none; X-A: 1; 2.0 ms",
    ),
    *conventions.ROWS,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_expectation(row: Row) -> None:
    hold("expectation", row)
