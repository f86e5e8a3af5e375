"""`framing`: a 1xx announces no content."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold

ROWS = (
    Row(
        "right",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        observed="none",
    ),
    Row(
        "length 0",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"content-length": "warning"},
        points={"content-length": (143, b"0")},
        observed="Content-Length: 0",
    ),
    Row(
        "length of letters",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"content-length: abc\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"content-length": "warning"},
    ),
    Row(
        "length twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Content-Length: 0\r\n"
            b"Content-Length: 1\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"content-length": "warning"},
    ),
    Row(
        "chunked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Transfer-Encoding: chunked\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"transfer-encoding": "warning"},
        points={"transfer-encoding": (146, b"chunked")},
    ),
    Row(
        "both",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Content-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"content-length": "warning", "transfer-encoding": "warning"},
        observed="Content-Length: 5; Transfer-Encoding: chunked",
    ),
    Row(
        "in an interim reply",
        reply=(
            b"HTTP/1.1 100 Continue\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"content-length": "warning"},
        points={"content-length": (39, b"0")},
    ),
    Row(
        "cut behind it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nContent-Length: 0\r\n"),
        status="warn",
        problems={"content-length": "warning"},
        failure="closed",
    ),
    Row(
        "cut",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        status="skip",
        failure="closed",
        skip_reason="the head ended before all fields came",
    ),
    Row(
        "refusal with a length",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        skip_reason="only a 101 shows this; the status is 404",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_framing(row: Row) -> None:
    hold("framing", row)
