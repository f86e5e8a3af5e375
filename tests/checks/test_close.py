"""`close`: the connection stands as long as it was to be held, or ends as demanded."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.checks.rows import Row, hold
from wscheck.core.demand import Demands
from wscheck.core.exchange import Ending, Tunnel


def tunnel(
    by: Literal["server", "wscheck"],
    how: Literal["close", "eof", "reset"],
    after_s: float,
    code: int | None = None,
    reason: bytes = b"",
    *,
    held_s: float | None,
) -> Tunnel:
    return Tunnel(b"", b"", (), (), Ending(by, how, after_s, code, reason), held_s)


ROWS = (
    Row(
        "held",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        tunnel=tunnel("wscheck", "close", 10.0, 1000, b"", held_s=10.0),
        observed="stood for 10 s",
    ),
    Row(
        "closed by the server",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-by-close": "error"},
        tunnel=tunnel("server", "close", 3.25, 1001, b"bye\x1b", held_s=10.0),
        observed='closed by the server after 3.2 s with code 1001 and the reason "bye\\x1b"',
    ),
    Row(
        "closed by the server without a code",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-by-close": "error"},
        tunnel=tunnel("server", "close", 0.5, None, b"", held_s=10.0),
        says="the connection was closed by the server after 0.5 s with no code",
    ),
    Row(
        "cut off",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "eof", 3.0, None, b"", held_s=10.0),
        observed="cut off after 3.0 s, no Close frame came",
    ),
    Row(
        "reset",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "reset", 3.0, None, b"", held_s=2.5),
        observed="reset after 3.0 s, no Close frame came",
    ),
    Row(
        "closed as demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        tunnel=tunnel("server", "close", 1.0, 4001, b"", held_s=10.0),
        demands=Demands(close=4001),
        observed="closed by the server after 1.0 s with code 4001",
    ),
    Row(
        "closed with another code",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-code": "error"},
        tunnel=tunnel("server", "close", 1.0, 1000, b"", held_s=10.0),
        demands=Demands(close=4001),
        says="with code 1000, not with 4001",
    ),
    Row(
        "closed without a code where one was demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-code": "error"},
        tunnel=tunnel("server", "close", 1.0, None, b"", held_s=10.0),
        demands=Demands(close=4001),
    ),
    Row(
        "cut off where a close was demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "eof", 1.0, None, b"", held_s=10.0),
        demands=Demands(close=4001),
    ),
    Row(
        "never closed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-closed": "error"},
        tunnel=tunnel("wscheck", "close", 5.0, 1000, b"", held_s=5.0),
        demands=Demands(close=4001),
        says="the connection stood for 5 s",
    ),
    Row(
        "not held",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        tunnel=tunnel("wscheck", "close", 0.0, 1000, b"", held_s=None),
        skip_reason="the connection was not held",
    ),
    Row(
        "no tunnel",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="the connection was not held",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        demands=Demands(close=4001),
        skip_reason="only a 101 has a connection to hold",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_close(row: Row) -> None:
    hold("close", row)
