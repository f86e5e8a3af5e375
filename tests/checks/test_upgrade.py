"""`upgrade`: the 101 says `Upgrade: websocket` as its whole value."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold
from wscheck.core.demand import Demands

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
        observed="websocket",
    ),
    Row(
        "value in other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: WebSocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "name in other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"UPGRADE: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "blanks around the value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: \twebsocket \r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "missing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing": "error"},
        says="the 101 has no Upgrade field",
    ),
    Row(
        "misspelt",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrades: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing": "error"},
        says='(but there is "Upgrades")',
    ),
    Row(
        "empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade:\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        points={"empty": (34, b"Upgrade:")},
        observed="(empty)",
    ),
    Row(
        "twice alike",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        points={"repeated": (63, b"websocket")},
    ),
    Row(
        "twice, right last",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: h2c\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        observed="h2c, websocket",
    ),
    Row(
        "list, right first",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket, h2c\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        points={"list": (43, b"websocket, h2c")},
    ),
    Row(
        "list, right last",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: h2c, WebSocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
    ),
    Row(
        "trailing comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket,\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
    ),
    Row(
        "other protocol",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: h2c\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-protocol": "error"},
        points={"other-protocol": (43, b"h2c")},
    ),
    Row(
        "TLS",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: TLS/1.2, HTTP/1.1\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-protocol": "error"},
    ),
    Row(
        "with a version",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket/13\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        points={"wrong": (43, b"websocket/13")},
    ),
    Row(
        "two words",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: web socket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "Kelvin sign for k",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websoc\xe2\x84\xaaet\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        observed="websoc\\xe2\\x84\\xaaet",
    ),
    Row(
        "NBSP behind",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\xa0\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "VT behind",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\x0b\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "comma alone",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: ,\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "folded behind the colon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade:\r\n"
            b" websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "status that cannot be read, fields of a 101",
        reply=(b"HTTP/1.1 1x1 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
        status="fail",
        problems={"other-protocol": "error"},
    ),
    Row(
        "status that cannot be read, Accept but no Upgrade",
        reply=(b"HTTP/1.1 1x1 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
        status="fail",
        problems={"missing": "error"},
    ),
    Row(
        "cut behind it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConn"),
        status="pass",
        failure="closed",
    ),
    Row(
        "cut before it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs"),
        status="skip",
        failure="closed",
        skip_reason="the head ended before Upgrade came",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        skip_reason="only a 101 shows this; the status is 404",
    ),
    Row(
        "interim reply alone",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\n"),
        status="skip",
        skip_reason="no final reply came",
    ),
    Row(
        "status that cannot be read",
        reply=(b"HTTP/1.1 1x1 Switching Protocols\r\nServer: a\r\n\r\n"),
        status="skip",
        skip_reason="the status line cannot be read",
    ),
    Row(
        "101 where a refusal was demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        demands=Demands(status=403),
        skip_reason="a refusal was demanded",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_upgrade(row: Row) -> None:
    hold("upgrade", row)
