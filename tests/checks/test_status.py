"""`status`: the reply is a 101, and what came before it."""

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
        observed="101 Switching Protocols",
    ),
    Row(
        "reason of a dead draft",
        reply=(
            b"HTTP/1.1 101 WebSocket Protocol Handshake\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"odd-reason": "info"},
    ),
    Row(
        "reason empty",
        reply=(
            b"HTTP/1.1 101 \r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"odd-reason": "info"},
        observed="101",
    ),
    Row(
        "reason of octets above 7F",
        reply=(
            b"HTTP/1.1 101 \xe5\x88\x87\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"odd-reason": "info"},
        observed="101 \\xe5\\x88\\x87",
    ),
    Row(
        "not found",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
        points={"not-101": (9, b"404")},
        says="the status is 404, not 101",
    ),
    Row(
        "200 with perfect fields",
        reply=(
            b"HTTP/1.1 200 OK\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
        points={"not-101": (9, b"200")},
    ),
    Row(
        "299",
        reply=(b"HTTP/1.1 299 Strange\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
    ),
    Row(
        "300",
        reply=(b"HTTP/1.1 300 Multiple Choices\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
    ),
    Row(
        "forbidden",
        reply=(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
    ),
    Row(
        "server error",
        reply=(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
    ),
    Row(
        "status below 100",
        reply=(b"HTTP/1.1 099 Low\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
        points={"not-101": (9, b"099")},
    ),
    Row(
        "the code stands twice",
        reply=(b"404 HTTP/1.1 404 Not Found\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
        points={"not-101": (13, b"404")},
    ),
    Row(
        "the code stands in the version too",
        reply=(b"HTTP/403 403 Forbidden\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
        points={"not-101": (9, b"403")},
    ),
    Row(
        "another name for HTTP",
        reply=(b"ICY 200 OK\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
        points={"not-101": (4, b"200")},
    ),
    Row(
        "version left out",
        reply=(
            b"101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "100 before the 101",
        reply=(
            b"HTTP/1.1 100 Continue\r\n"
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"interim-before-101": "warning"},
        points={"interim-before-101": (0, b"HTTP/1.1 100 Continue")},
        observed="101 Switching Protocols",
    ),
    Row(
        "empty line and two interim before the 101",
        reply=(
            b"\r\n"
            b"HTTP/1.1 102 Processing\r\n"
            b"\r\n"
            b"HTTP/1.1 103 Early Hints\r\n"
            b"Link: </a>\r\n"
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"interim-before-101": "warning"},
        points={"interim-before-101": (2, b"HTTP/1.1 102 Processing")},
        says="2 interim: 102 Processing, 103 Early Hints",
    ),
    Row(
        "103 before an odd 101",
        reply=(
            b"HTTP/1.1 103 Early Hints\r\n"
            b"\r\n"
            b"HTTP/1.1 101 OK\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"interim-before-101": "warning", "odd-reason": "info"},
    ),
    Row(
        "102 before a refusal",
        reply=(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "interim-before-refusal": "info"},
        points={"not-101": (36, b"403"), "interim-before-refusal": (0, b"HTTP/1.1 102 Processing")},
    ),
    Row(
        "100 and nothing more",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\n"),
        status="fail",
        problems={"no-final-reply": "error"},
        failure="timeout",
        observed="100 Continue, then no final reply",
    ),
    Row(
        "199 with the fields of a 101",
        reply=(
            b"HTTP/1.1 199 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-final-reply": "error"},
    ),
    Row(
        "interim cut",
        reply=(b"HTTP/1.1 100 Continue\r\nServer: a"),
        status="fail",
        problems={"not-101": "error"},
        failure="closed",
    ),
    Row(
        "final head cut behind its status line",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgr"),
        status="pass",
        failure="closed",
    ),
    Row(
        "code of letters",
        reply=(
            b"HTTP/1.1 1x1 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no status code can be read",
    ),
    Row(
        "status line cut",
        reply=b"HTTP/1.1 10",
        status="skip",
        failure="closed",
        skip_reason="no status code can be read",
    ),
    Row(
        "a refusal demanded, and it came",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
        demands=Demands(status=401),
        observed="401 Unauthorized",
    ),
    Row(
        "a refusal demanded, another came",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"unexpected-status": "error"},
        points={"unexpected-status": (9, b"404")},
        demands=Demands(status=401),
        says="the status is 404, not 401",
    ),
    Row(
        "a refusal demanded, and the door is open",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unexpected-status": "error"},
        points={"unexpected-status": (9, b"101")},
        demands=Demands(status=401),
    ),
    Row(
        "a refusal demanded, and it came behind an interim reply",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\n\r\n"),
        status="info",
        problems={"interim-before-refusal": "info"},
        demands=Demands(status=401),
    ),
    Row(
        "a 101 demanded",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"not-101": "error", "upgrade-ignored": "info"},
        demands=Demands(status=101),
    ),
    Row(
        "101 to a POST",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switched-unasked": "error"},
        points={"switched-unasked": (9, b"101")},
        line=b"POST /chat HTTP/1.1\r\n",
        says="a 101 though the method is not GET",
    ),
    Row(
        "101 to an HTTP/1.0 request",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switched-unasked": "error"},
        line=b"GET /chat HTTP/1.0\r\n",
        says="a 101 though the request is HTTP/1.0",
    ),
    Row(
        "101 without Upgrade",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switched-unasked": "error"},
        upgrade=(b"Upgrade: h2c\r\nConnection: Upgrade\r\n"),
        says="Upgrade does not name websocket",
    ),
    Row(
        "101 without Connection",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switched-unasked": "error"},
        upgrade=(b"Upgrade: h2c, WebSocket\r\nConnection: close\r\n"),
        says="Connection does not hold upgrade",
    ),
    Row(
        "101 without a key, with an odd reason",
        reply=(b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        status="fail",
        problems={"switched-unasked": "error", "odd-reason": "info"},
        asked=(b"Sec-WebSocket-Key:\r\nSec-WebSocket-Version: 13\r\n"),
        says="there is no Sec-WebSocket-Key",
    ),
    Row(
        "101 to an unknown version",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"switched-unasked": "error"},
        asked=(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 99\r\n"),
        says="the version is not 13",
    ),
    Row(
        "101 to version 8",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n"),
    ),
    Row(
        "404 to a plain GET",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"not-101": "error"},
        upgrade=b"",
    ),
    Row(
        "not HTTP",
        reply=b"SSH-2.0-OpenSSH_9.6\r\n",
        status="skip",
        failure="timeout",
        skip_reason="no status code can be read",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_status(row: Row) -> None:
    hold("status", row)
