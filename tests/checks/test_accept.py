"""`accept`: Sec-WebSocket-Accept answers the key that was sent."""

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
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        observed="s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ),
    Row(
        "blanks around it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "name in other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "blanks around the key are not hashed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"sec-websocket-key:  dGhlIHNhbXBsZSBub25jZQ== \t\r\n",
    ),
    Row(
        "another key",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: UUg7zq/xsyPDG9idhi+XXNAV8EA=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Key: q9Zt+0vUeRr/4mW1xkYcPw==\r\n",
    ),
    Row(
        "a key of one octet",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: y1pl+t+8DK4kj0WJs9VoQHVHbMo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Key: AQ==\r\n",
    ),
    Row(
        "missing",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        status="fail",
        problems={"missing": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        observed="no Sec-WebSocket-Accept field",
    ),
    Row(
        "misspelt",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSockets-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says='(but there is "Sec-WebSockets-Accept")',
    ),
    Row(
        "empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: \r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        points={"empty": (75, b"Sec-WebSocket-Accept: ")},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        observed="(empty)",
    ),
    Row(
        "twice alike",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        points={"repeated": (149, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="stands 2 times, with equal values",
    ),
    Row(
        "twice, right first",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Accept: BXhwxM0SZasKmCD9S4BfpPmCnEw=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="with different values",
    ),
    Row(
        "twice, right last",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: BXhwxM0SZasKmCD9S4BfpPmCnEw=\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "twice, none right",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: BXhwxM0SZasKmCD9S4BfpPmCnEw=\r\n"
            b"Sec-WebSocket-Accept: \r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error", "wrong": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "list that holds it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, BXhwxM0SZasKmCD9S4BfpPmCnEw=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        points={"list": (97, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, BXhwxM0SZasKmCD9S4BfpPmCnEw=")},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "trailing comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=,\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "list without it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: BXhwxM0SZasKmCD9S4BfpPmCnEw=, hHLtf2V1k8aDQZfNjw3Ia1hCwt0=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "decoded key hashed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: BXhwxM0SZasKmCD9S4BfpPmCnEw=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        points={"wrong": (97, b"BXhwxM0SZasKmCD9S4BfpPmCnEw=")},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="the server hashed the decoded key, not its text",
    ),
    Row(
        "no known mistake",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="no known mistake makes it (AAAAAAAAAAAAAAAAAAAAAAAAAAA=)",
    ),
    Row(
        "answer to the sample key",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        asked=b"Sec-WebSocket-Key: q9Zt+0vUeRr/4mW1xkYcPw==\r\n",
        says="the sample key of RFC 6455",
    ),
    Row(
        "case changed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: S3PplmbItXAq9KygZZHzrBk+XoO=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="letters changed their case",
    ),
    Row(
        "padding missing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        points={"malformed": (97, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo")},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "hex",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: b37a4f2cc0624f1690f64606cf385945b2bec4ea\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="hex instead of base64",
    ),
    Row(
        "URL-safe",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK-xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "quoted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b'Sec-WebSocket-Accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="\r\n'
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="stands in quotes",
    ),
    Row(
        "VT behind it is not trimmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\x0b\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "NBSP behind it is not trimmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\xa0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
    Row(
        "key sent back",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="sent the key back",
    ),
    Row(
        "not base64 at all",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: yes\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"malformed": "error"},
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        says="no known mistake makes it (yes)",
    ),
    Row(
        "request without key",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        asked=b"",
        skip_reason="the request carried no key, so no Accept is right",
    ),
    Row(
        "request with an empty key",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        asked=b"Sec-WebSocket-Key: \r\n",
        skip_reason="the request carried an empty key",
    ),
    Row(
        "request with two keys",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        asked=(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n"),
        skip_reason="the request carried 2 keys, so no Accept is right",
    ),
    Row(
        "cut before it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"),
        status="skip",
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        failure="closed",
        skip_reason="the head ended before Sec-WebSocket-Accept came",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        asked=b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        skip_reason="only a 101 shows this; the status is 404",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_accept(row: Row) -> None:
    hold("accept", row)
