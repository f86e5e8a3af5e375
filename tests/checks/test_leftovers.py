"""`leftovers`: fields and octets that do not belong."""

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
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
    ),
    Row(
        "key reflected",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"reflected-key": "info"},
        points={"reflected-key": (146, b"dGhlIHNhbXBsZSBub25jZQ==")},
    ),
    Row(
        "fields reflected",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"ORIGIN: http://a.example\r\n"
            b"User-Agent: wscheck\r\n"
            b"Host: 127.0.0.1:9001\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"reflected-field": "info"},
        points={"reflected-field": (135, b"http://a.example")},
        asked=(
            b"Origin: http://a.example\r\n"
            b"User-Agent: wscheck\r\n"
            b"Cookie: sid=12345678\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        ),
    ),
    Row(
        "field of a request with another value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Origin: http://b.example\r\n"
            b"Referer: x\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=(
            b"Origin: http://a.example\r\n"
            b"User-Agent: wscheck\r\n"
            b"Cookie: sid=12345678\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        ),
    ),
    Row(
        "version in a 101",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"version-in-101": "info"},
        points={"version-in-101": (150, b"13")},
    ),
    Row(
        "version in a refusal",
        reply=(b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n\r\n"),
        status="pass",
    ),
    Row(
        "fields of dead drafts",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"WebSocket-Origin: a\r\n"
            b"websocket-location: b\r\n"
            b"WebSocket-Protocol: c\r\n"
            b"Sec-WebSocket-Origin: d\r\n"
            b"Sec-WebSocket-Location: e\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"dead-draft-field": "info"},
        points={"dead-draft-field": (145, b"a")},
        observed=(
            "WebSocket-Origin belongs to a dead draft; "
            "websocket-location belongs to a dead draft; "
            "WebSocket-Protocol belongs to a dead draft; "
            "Sec-WebSocket-Origin belongs to a dead draft; "
            "Sec-WebSocket-Location belongs to a dead draft"
        ),
    ),
    Row(
        "Accept outside a 101",
        reply=(b"HTTP/1.1 200 OK\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
        status="info",
        problems={"accept-outside-101": "info"},
        points={"accept-outside-101": (39, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")},
        says="Sec-WebSocket-Accept in a 200",
    ),
    Row(
        "early octets",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
            b"\x81\x02hi"
        ),
        status="info",
        problems={"early-octets": "info"},
        points={"early-octets": (129, b"\x81\x02hi")},
        says="4 octets came with the head",
    ),
    Row(
        "many early octets",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
            b"<html><head><title>"
        ),
        status="info",
        problems={"early-octets": "info"},
        points={"early-octets": (129, b"<html><head><tit")},
    ),
    Row(
        "content of a refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"),
        status="pass",
    ),
    Row(
        "age",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Age: 12\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"cached": "warning"},
        points={"cached": (132, b"12")},
    ),
    Row(
        "cache hit",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-Cache: MISS, HIT from edge\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"cached": "warning"},
        points={"cached": (136, b"MISS, HIT from edge")},
    ),
    Row(
        "cache hit of TCP",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"x-cache-lookup: TCP_HIT:3128\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"cached": "warning"},
    ),
    Row(
        "cache status of RFC 9211",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Cache-Status: edge; hit\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"cached": "warning"},
    ),
    Row(
        "cache miss",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-Cache: MISS\r\n"
            b"CF-Cache-Status: DYNAMIC\r\n"
            b"X-Hits: hit\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "refusal out of a cache",
        reply=(b"HTTP/1.1 404 Not Found\r\nAge: 12\r\nX-Cache: HIT\r\n\r\n"),
        status="pass",
    ),
    Row(
        "cookies",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: a=b; Path=/; HttpOnly\r\n"
            b'Set-Cookie: c=""\r\n'
            b'Set-Cookie: d="e"\r\n'
            b"Set-Cookie: f=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "cookie without a name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: secret; Path=/\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"bad-cookie": "warning"},
        points={"bad-cookie": (139, b"secret; Path=/")},
        says="the cookie (no name) is off the grammar",
    ),
    Row(
        "cookie whose name is no token",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: a b=secret\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"bad-cookie": "warning"},
        says="the cookie a b is off",
    ),
    Row(
        "cookie with a blank in its value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: a=secret value\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"bad-cookie": "warning"},
        says="the cookie a is off the grammar",
    ),
    Row(
        "cookie empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie:\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"bad-cookie": "warning"},
    ),
    Row(
        "cookie three times",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: a=1\r\n"
            b"Set-Cookie: a=2\r\n"
            b"Set-Cookie: a=3\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"repeated-cookie": "warning"},
        points={"repeated-cookie": (156, b"a=2")},
    ),
    Row(
        "cookies that differ in case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Set-Cookie: a=1\r\n"
            b"Set-Cookie: A=2\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "date three times",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"DATE: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Date: x\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"repeated-field": "warning"},
        points={"repeated-field": (170, b"Mon, 02 Mar 2026 10:00:00 GMT")},
    ),
    Row(
        "length twice in a 101 is for framing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Content-Length: 0\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "length twice in a refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"repeated-field": "warning"},
    ),
    Row(
        "list fields twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Via: 1.1 a\r\n"
            b"Via: 1.1 b\r\n"
            b"Vary: a\r\n"
            b"Vary: b\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "cut behind a field",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nAge: 12\r\n"),
        status="warn",
        problems={"cached": "warning"},
        failure="closed",
    ),
    Row(
        "interim reply alone",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\n"),
        status="skip",
        skip_reason="no final reply came",
    ),
    Row(
        "cut before any field",
        reply=b"HTTP/1.1 101 Switching Protocols\r\n",
        status="skip",
        failure="closed",
        skip_reason="no field came",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_leftovers(row: Row) -> None:
    hold("leftovers", row)
