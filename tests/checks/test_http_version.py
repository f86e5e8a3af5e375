"""`http-version`: the label of the final reply is HTTP/1.1."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold

ROWS = (
    Row(
        "1.1",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        observed="HTTP/1.1",
    ),
    Row(
        "1.1 of a refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
    ),
    Row(
        "101 as 1.0",
        reply=(
            b"HTTP/1.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
        points={"switching-without-1.1": (0, b"HTTP/1.0")},
    ),
    Row(
        "101 as 1.0 behind an empty line",
        reply=(
            b"\r\n"
            b"HTTP/1.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
        points={"switching-without-1.1": (2, b"HTTP/1.0")},
    ),
    Row(
        "101 as 1.0 behind an interim reply",
        reply=(
            b"HTTP/1.1 100 Continue\r\n"
            b"\r\n"
            b"HTTP/1.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
        points={"switching-without-1.1": (25, b"HTTP/1.0")},
    ),
    Row(
        "101 as 0.9",
        reply=(
            b"HTTP/0.9 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
    ),
    Row(
        "101 as 2.0",
        reply=(
            b"HTTP/2.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
    ),
    Row(
        "101 as 3.1",
        reply=(
            b"HTTP/3.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switching-without-1.1": "error"},
    ),
    Row(
        "101 as 1.2",
        reply=(
            b"HTTP/1.2 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"higher-minor": "warning"},
        points={"higher-minor": (0, b"HTTP/1.2")},
    ),
    Row(
        "101 as 1.9",
        reply=(
            b"HTTP/1.9 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"higher-minor": "warning"},
    ),
    Row(
        "refusal as 1.2",
        reply=(b"HTTP/1.2 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"higher-minor": "warning"},
    ),
    Row(
        "refusal as 2.0",
        reply=(b"HTTP/2.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"other-major": "warning"},
        points={"other-major": (0, b"HTTP/2.0")},
    ),
    Row(
        "refusal as 0.9",
        reply=(b"HTTP/0.9 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"other-major": "warning"},
    ),
    Row(
        "refusal as 1.0",
        reply=(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        status="info",
        problems={"lower": "info"},
        points={"lower": (0, b"HTTP/1.0")},
    ),
    Row(
        "lower case is a fault of syntax",
        reply=(
            b"http/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no version can be read",
    ),
    Row(
        "HTTP/2 is a fault of syntax",
        reply=(
            b"HTTP/2 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no version can be read",
    ),
    Row(
        "HTTP/1.1.0 is a fault of syntax",
        reply=(
            b"HTTP/1.1.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no version can be read",
    ),
    Row(
        "HTTP/1.10 is a fault of syntax",
        reply=(
            b"HTTP/1.10 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no version can be read",
    ),
    Row(
        "interim reply alone",
        reply=(b"HTTP/1.0 100 Continue\r\n\r\n"),
        status="skip",
        skip_reason="no final reply came",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_http_version(row: Row) -> None:
    hold("http-version", row)
