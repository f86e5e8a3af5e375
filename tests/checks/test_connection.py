"""`connection`: the 101 has the connection option `upgrade`."""

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
        observed="Upgrade",
    ),
    Row(
        "other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: UPGRADE\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "missing",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing": "error"},
        observed="no Connection field",
    ),
    Row(
        "misspelt",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Conection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing": "error"},
        says='(but there is "Conection")',
    ),
    Row(
        "empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: \r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        points={"empty": (54, b"Connection: ")},
        observed="(empty)",
    ),
    Row(
        "empty twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection:\r\n"
            b"Connection:\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        observed=", ",
    ),
    Row(
        "keep-alive alone",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
        points={"wrong": (66, b"keep-alive")},
        observed="keep-alive",
    ),
    Row(
        "Upgraded is another token",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgraded\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "comma lost",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "semicolon for comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive; Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "two lines without it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive\r\n"
            b"Connection: websocket\r\n"
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
            b"Upgrade: websocket\r\n"
            b"Connection: ,\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"wrong": "error"},
    ),
    Row(
        "list",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive, Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"not-alone": "warning"},
        points={"not-alone": (66, b"keep-alive, Upgrade")},
        says="beside it keep-alive",
    ),
    Row(
        "list without blanks",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade,keep-alive\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"not-alone": "warning"},
    ),
    Row(
        "token twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade, upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"not-alone": "warning"},
        says="beside it itself",
    ),
    Row(
        "two lines",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Connection: keep-alive\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"not-alone": "warning", "repeated": "warning"},
        points={"repeated": (87, b"keep-alive")},
        observed="Upgrade, keep-alive",
    ),
    Row(
        "two lines, the second empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Connection:\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"repeated": "warning", "empty-member": "warning"},
        points={"empty-member": (75, b"Connection:")},
    ),
    Row(
        "trailing comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade,\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"empty-member": "warning"},
        points={"empty-member": (66, b"Upgrade,")},
    ),
    Row(
        "close beside it",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade, close\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"close": "warning", "not-alone": "warning"},
        points={"close": (66, b"Upgrade, close")},
    ),
    Row(
        "close on a line of its own",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Connection: Close\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"close": "warning", "not-alone": "warning", "repeated": "warning"},
        points={"close": (87, b"Close")},
    ),
    Row(
        "folded list",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: keep-alive,\r\n"
            b" Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"not-alone": "warning"},
        points={"not-alone": (66, (b"keep-alive,\r\n Upgrade"))},
    ),
    Row(
        "cut behind it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpg"),
        status="pass",
        failure="closed",
    ),
    Row(
        "cut behind a line without it",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive\r\n"),
        status="skip",
        failure="closed",
        skip_reason="the head ended before Connection: Upgrade came",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        skip_reason="only a 101 shows this; the status is 404",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_connection(row: Row) -> None:
    hold("connection", row)
