"""`subprotocol`: at most one subprotocol is chosen, and it is one of those offered."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold

ROWS = (
    Row(
        "none offered, none chosen",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"",
        observed="none offered, none chosen",
    ),
    Row(
        "one of the offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: superchat\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        observed="superchat",
    ),
    Row(
        "offer on two lines",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: b\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=(b"Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: ,b\r\n"),
    ),
    Row(
        "mixed case kept",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: V1.x\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "none chosen",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"none-chosen": "warning"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        says="chat, superchat, V1.x",
    ),
    Row(
        "unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unasked": "error"},
        points={"unasked": (151, b"chat")},
        asked=b"",
    ),
    Row(
        "empty offer is no offer",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unasked": "error"},
        asked=b"Sec-WebSocket-Protocol: \r\n",
    ),
    Row(
        "not offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat3\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        points={"not-offered": (151, b"chat3")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "part of an offered name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: cha\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "case changed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: v1.X\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"case-changed": "error"},
        points={"case-changed": (151, b"v1.X")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        says="v1.X was chosen, V1.x was offered",
    ),
    Row(
        "whole offer sent back",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        points={"list": (151, b"chat, superchat, V1.x")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "trailing comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat,\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "list unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: a,b\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"list": "error"},
        asked=b"",
    ),
    Row(
        "empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: \r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        points={"empty": (127, b"Sec-WebSocket-Protocol: ")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        observed="(empty)",
    ),
    Row(
        "empty unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: \r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        asked=b"",
    ),
    Row(
        "quoted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Protocol: "chat"\r\n'
            b"\r\n"
        ),
        status="fail",
        problems={"not-a-token": "error"},
        points={"not-a-token": (151, b'"chat"')},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "with a parameter",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat; v=1\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-a-token": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "list with a quoted member",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Protocol: chat, "superchat"\r\n'
            b"\r\n"
        ),
        status="fail",
        problems={"not-a-token": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "above 7F",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\xe4\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-a-token": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "two lines, both offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"Sec-WebSocket-Protocol: superchat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        points={"repeated": (181, b"superchat")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "two lines alike",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "two lines, the second not offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Protocol: chat\r\n"
            b"Sec-WebSocket-Protocol: x\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error", "not-offered": "error"},
        points={"not-offered": (181, b"x")},
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
    ),
    Row(
        "cut before it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        ),
        status="skip",
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        failure="closed",
        skip_reason="the head ended before Sec-WebSocket-Protocol came",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        asked=b"Sec-WebSocket-Protocol: chat, superchat, V1.x\r\n",
        skip_reason="only a 101 shows this; the status is 404",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_subprotocol(row: Row) -> None:
    hold("subprotocol", row)
