"""`syntax`: the octets of every head follow the grammar, and the head ends."""

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
        observed="well formed, 129 octets",
    ),
    Row(
        "octets above 7F in a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: \xe4\xf6\xfc\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "tab inside a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a\tb\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "values empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:\r\n"
            b"X-B: \r\n"
            b"X-C:   \r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "every tchar in a name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"!#$%&'*+-.^_`|~09azAZ: a\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "content of a refusal is no head",
        reply=(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n\n\r\x00\n"),
        status="pass",
    ),
    Row(
        "early octets are no head",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
            b"\x81\x02\n"
            b"\r"
        ),
        status="pass",
    ),
    Row(
        "another service",
        reply=b"SSH-2.0-OpenSSH_9.6\r\n",
        status="fail",
        problems={"not-http": "error", "incomplete-head": "error"},
        points={"not-http": (0, b"SSH-2.0-OpenSSH_9.6\r\n")},
        failure="timeout",
        says="this is not HTTP: an SSH server's banner",
    ),
    Row(
        "octets without a line",
        reply=b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80",
        status="fail",
        problems={"not-http": "error", "incomplete-head": "error"},
        points={"not-http": (0, b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80")},
        failure="closed",
        says="an HTTP/2 frame",
    ),
    Row(
        "long octets that are not HTTP",
        reply=(b"abcdefghijklmnopqrstuvwxyz\r\n\r\n"),
        status="fail",
        problems={"not-http": "error"},
        points={"not-http": (0, b"abcdefghijklmnopqrstuvwx")},
        says="this is not HTTP: abcdefghijklmnopqrstuvwx",
    ),
    Row(
        "request echoed",
        reply=(b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n"),
        status="fail",
        problems={"not-http": "error"},
        points={"not-http": (0, (b"GET /chat HTTP/1.1\r\nHost"))},
    ),
    Row(
        "empty line first",
        reply=(
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-prefix": "error"},
        points={"status-line-prefix": (0, b"\r\n")},
        says="empty line",
    ),
    Row(
        "blank first",
        reply=(
            b" HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-prefix": "error"},
        points={"status-line-prefix": (0, b" ")},
    ),
    Row(
        "junk first",
        reply=(
            b"junkHTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-prefix": "error"},
        points={"status-line-prefix": (0, b"junk")},
    ),
    Row(
        "version in lower case",
        reply=(
            b"http/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-version": "error"},
        points={"status-line-version": (0, b"http/1.1")},
    ),
    Row(
        "version of one number",
        reply=(
            b"HTTP/2 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-version": "error"},
        points={"status-line-version": (0, b"HTTP/2")},
    ),
    Row(
        "version of three numbers",
        reply=(
            b"HTTP/1.1.0 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-version": "error"},
        points={"status-line-version": (0, b"HTTP/1.1.0")},
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
        status="fail",
        problems={"status-line-version": "error"},
        points={"status-line-version": (0, b"101")},
        says="no HTTP-version before the status code",
    ),
    Row(
        "another name",
        reply=(
            b"ICY 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-version": "error"},
        points={"status-line-version": (0, b"ICY")},
    ),
    Row(
        "two blanks before the code",
        reply=(
            b"HTTP/1.1  101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-space": "error"},
        points={"status-line-space": (8, b"  ")},
    ),
    Row(
        "tab before the code",
        reply=(
            b"HTTP/1.1\t101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-space": "error"},
        points={"status-line-space": (8, b"\t")},
    ),
    Row(
        "tab behind the code",
        reply=(
            b"HTTP/1.1 101\tSwitching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-space": "error"},
        points={"status-line-space": (12, b"\t")},
    ),
    Row(
        "code of four digits",
        reply=(
            b"HTTP/1.1 0101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (9, b"0101")},
    ),
    Row(
        "code of two digits",
        reply=(
            b"HTTP/1.1 10 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (9, b"10")},
    ),
    Row(
        "letter at the code",
        reply=(
            b"HTTP/1.1 101x Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (9, b"101x")},
    ),
    Row(
        "code left out",
        reply=(
            b"HTTP/1.1 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (9, b"Switching")},
    ),
    Row(
        "version alone",
        reply=(
            b"HTTP/1.1\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (8, b"\r")},
        says="no status code",
    ),
    Row(
        "version and a blank alone",
        reply=(
            b"HTTP/1.1 \r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-code": "error"},
        points={"status-line-code": (9, b"\r")},
    ),
    Row(
        "no blank behind the code",
        reply=(
            b"HTTP/1.1 101\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-end": "error"},
        points={"status-line-end": (12, b"\r")},
    ),
    Row(
        "control in the reason",
        reply=(
            b"HTTP/1.1 101 Swit\x07ching\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-control": "error"},
        points={"status-line-control": (17, b"\x07")},
    ),
    Row(
        "DEL in the reason",
        reply=(
            b"HTTP/1.1 101 \x7f\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"status-line-control": "error"},
        points={"status-line-control": (13, b"\x7f")},
    ),
    Row(
        "LF alone at the status line",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-lf": "error"},
        points={"bare-lf": (32, b"\n")},
    ),
    Row(
        "LF alone everywhere",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\n"
            b"Upgrade: websocket\n"
            b"Connection: Upgrade\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"
            b"\n"
        ),
        status="fail",
        problems={"bare-lf": "error"},
        points={"bare-lf": (32, b"\n")},
        says="(5 places)",
    ),
    Row(
        "LF alone at the empty line",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\n"
        ),
        status="fail",
        problems={"bare-lf": "error"},
        points={"bare-lf": (127, b"\n")},
    ),
    Row(
        "CR inside a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: web\rsocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error"},
        points={"bare-cr": (46, b"\r")},
    ),
    Row(
        "CR twice at a line end",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error"},
        points={"bare-cr": (52, b"\r")},
    ),
    Row(
        "CR twice at the empty line",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error"},
        points={"bare-cr": (127, b"\r")},
    ),
    Row(
        "CR alone everywhere",
        reply=b"HTTP/1.1 101 Switching Protocols\rUpgrade: websocket\rConnection: Upgrade\r\r",
        status="fail",
        problems={"bare-cr": "error", "incomplete-head": "error"},
        points={"bare-cr": (32, b"\r")},
        failure="timeout",
    ),
    Row(
        "CR hides a field",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: b\rUpgrade: h2c\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error"},
        points={"bare-cr": (133, b"\r")},
    ),
    Row(
        "CR in the status line",
        reply=(
            b"HTTP/1.1 101 Switching\rProtocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error"},
        points={"bare-cr": (22, b"\r")},
    ),
    Row(
        "blank-led line before the first field",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b" Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"leading-whitespace": "error"},
        points={"leading-whitespace": (34, b" Upgrade: websocket")},
    ),
    Row(
        "blank-led line behind a line without colon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade\r\n"
            b" x\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-colon": "error", "leading-whitespace": "error"},
        points={"leading-whitespace": (43, b" x")},
    ),
    Row(
        "value folded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade:\r\n"
            b" websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"fold": "warning"},
        points={"fold": (44, b" websocket")},
    ),
    Row(
        "folded by a tab, twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a\r\n"
            b"\tb\r\n"
            b"\tc\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"fold": "warning"},
        points={"fold": (135, b"\tb")},
        says="(2 places)",
    ),
    Row(
        "control in a fold",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a\r\n"
            b" b\x01\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"fold": "warning", "control-in-value": "error"},
        points={"control-in-value": (137, b"\x01")},
    ),
    Row(
        "fold behind a line without colon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"junk\r\n"
            b" folded\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-colon": "error", "fold": "warning"},
        points={"fold": (60, b" folded"), "no-colon": (54, b"junk")},
    ),
    Row(
        "line without colon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-colon": "error"},
        points={"no-colon": (127, b"X-A")},
    ),
    Row(
        "line without name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b": a\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty-name": "error"},
        points={"empty-name": (127, b":")},
    ),
    Row(
        "name of an NBSP",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\xa0: a\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-name": "error"},
        points={"bad-name": (127, b"\xa0")},
    ),
    Row(
        "blank in a name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X A: a\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-name": "error"},
        points={"bad-name": (127, b"X A")},
    ),
    Row(
        "name above 7F",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-\xe4: a\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-name": "error"},
        points={"bad-name": (127, b"X-\xe4")},
    ),
    Row(
        "NUL in a name",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X\x00A: a\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-name": "error"},
        points={"bad-name": (127, b"X\x00A")},
    ),
    Row(
        "blank before the colon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade : websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"space-before-colon": "error"},
        points={"space-before-colon": (41, b" ")},
    ),
    Row(
        "blanks before the colon behind a CR",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"\rUpgrade \t: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bare-cr": "error", "space-before-colon": "error"},
        points={"space-before-colon": (42, b" \t"), "bare-cr": (34, b"\r")},
    ),
    Row(
        "NUL in a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a\x00b\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"control-in-value": "error"},
        points={"control-in-value": (133, b"\x00")},
    ),
    Row(
        "VT behind a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a\x0b\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"control-in-value": "error"},
        points={"control-in-value": (133, b"\x0b")},
    ),
    Row(
        "controls in two values",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: \x01\r\n"
            b"X-B: \x02\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"control-in-value": "error"},
        points={"control-in-value": (132, b"\x01")},
        says="(2 places)",
    ),
    Row(
        "no blank before a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:a\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (131, b"a")},
    ),
    Row(
        "two blanks before a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:  a\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (131, b"  ")},
    ),
    Row(
        "tab before a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:\ta\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (131, b"\t")},
    ),
    Row(
        "blanks behind a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A: a \t\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (133, b" \t")},
    ),
    Row(
        "deviation in an interim head and in the final one",
        reply=(
            b"HTTP/1.1 100 Continue\r\n"
            b"X-A:a\r\n"
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:a\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (27, b"a")},
        says="(2 places)",
    ),
    Row(
        "deviation in the final head alone",
        reply=(
            b"HTTP/1.1 100 Continue\r\n"
            b"\r\n"
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"X-A:a\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"value-whitespace": "warning"},
        points={"value-whitespace": (156, b"a")},
    ),
    Row(
        "cut in the status line",
        reply=b"HTTP/1.1 10",
        status="fail",
        problems={"incomplete-head": "error"},
        failure="closed",
        says="11 octets, then the end of the connection",
    ),
    Row(
        "cut in the first word",
        reply=b"HT",
        status="fail",
        problems={"incomplete-head": "error"},
        failure="closed",
    ),
    Row(
        "CR in a status line that was cut",
        reply=b"HTTP/1.1 101 \rSw",
        status="fail",
        problems={"bare-cr": "error", "incomplete-head": "error"},
        points={"bare-cr": (13, b"\r")},
        failure="closed",
    ),
    Row(
        "empty line and nothing more",
        reply=b"\r\n",
        status="fail",
        problems={"status-line-prefix": "error", "incomplete-head": "error"},
        failure="timeout",
        says="then the time limit",
    ),
    Row(
        "stalled behind a field",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        status="fail",
        problems={"incomplete-head": "error"},
        failure="timeout",
        says="54 octets, then the time limit",
    ),
    Row(
        "reset in a field",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgr"),
        status="fail",
        problems={"incomplete-head": "error"},
        failure="reset",
        says="then a reset",
    ),
    Row(
        "endless",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nX-A: aaaaaaaa"),
        status="fail",
        problems={"incomplete-head": "error"},
        failure="limit",
        truncated=True,
        says="then the size limit",
    ),
    Row(
        "another end",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        status="fail",
        problems={"incomplete-head": "error"},
        failure="other",
        says="then as the row says",
    ),
    Row(
        "ended without a failure",
        reply=(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        status="fail",
        problems={"incomplete-head": "error"},
        closed=True,
        says="then the end of the connection",
    ),
    Row(
        "second head cut",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n"),
        status="fail",
        problems={"incomplete-head": "error"},
        failure="closed",
        says="34 octets, then",
    ),
    Row(
        "interim reply alone",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\n"),
        status="pass",
    ),
    Row(
        "head of 8,192 octets",
        reply=b"HTTP/1.1 404 Not Found\r\nX-A: " + b"a" * 8159 + b"\r\n\r\n",
        status="pass",
    ),
    Row(
        "head of 8,193 octets",
        reply=b"HTTP/1.1 404 Not Found\r\nX-A: " + b"a" * 8160 + b"\r\n\r\n",
        status="warn",
        problems={"large-head": "warning"},
        says="the head has 8193 octets, more than 8192",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_syntax(row: Row) -> None:
    hold("syntax", row)
