"""`extensions`: only what was offered is accepted, in the right grammar."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold

ROWS = (
    Row(
        "none offered, none accepted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"",
        observed="none offered, none accepted",
    ),
    Row(
        "declined",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        observed="declined",
    ),
    Row(
        "accepted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        observed="permessage-deflate",
    ),
    Row(
        "accepted out of an offer of two",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: x-turbo, permessage-deflate\r\n",
    ),
    Row(
        "empty offer is no offer",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: \r\n",
        observed="none offered, none accepted",
    ),
    Row(
        "not offered at all",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        points={"not-offered": (153, b"permessage-deflate")},
        asked=b"",
    ),
    Row(
        "another than the offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: x-turbo\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "one offered, one not",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate, x-turbo\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "name in other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: Permessage-Deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-offered": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "empty",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: \r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        points={"empty": (127, b"Sec-WebSocket-Extensions: ")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        observed="(empty)",
    ),
    Row(
        "commas alone",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: ,,\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"empty": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "trailing comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate,\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"empty-member": "warning"},
        points={"empty-member": (153, b"permessage-deflate,")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "trailing semicolon",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate;\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        points={"syntax": (171, b";")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="expected a parameter name",
    ),
    Row(
        "semicolon alone",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: ;\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        points={"syntax": (153, b";")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="expected an extension name",
    ),
    Row(
        "a character that no token has",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; @=1\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        points={"syntax": (173, b"@")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "two names without comma",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate x\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        points={"syntax": (172, b"x")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="expected ';' or ','",
    ),
    Row(
        "open quote",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="10\r\n'
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        points={"syntax": (196, b'"')},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="the quoted string does not end",
    ),
    Row(
        "quoted value that is no token",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="1 0"\r\n'
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="the quoted value is not a token",
    ),
    Row(
        "value missing behind the sign",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        says="expected a parameter value",
    ),
    Row(
        "syntax behind an element that was not offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: x-turbo, @\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"syntax": "error", "not-offered": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "blanks at the sign",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits = 10\r\n"
            b"\r\n"
        ),
        status="warn",
        problems={"blanks-at-equals": "warning"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "quoted value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="10"\r\n'
            b"\r\n"
        ),
        status="info",
        problems={"quoted-value": "info"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "quoted pair in a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="\\10"\r\n'
            b"\r\n"
        ),
        status="info",
        problems={"quoted-value": "info"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "accepted twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "two lines, one extension each",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"Sec-WebSocket-Extensions: x-turbo\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"several-lines": "info", "unregistered": "info"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate, x-turbo\r\n",
        observed="permessage-deflate, x-turbo",
    ),
    Row(
        "accepted on two lines",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"several-lines": "info", "repeated": "error"},
        points={"repeated": (199, b"permessage-deflate")},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "unregistered name, offered",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: x-turbo; level=3\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"unregistered": "info"},
        asked=b"Sec-WebSocket-Extensions: x-turbo\r\n",
    ),
    Row(
        "registered name beside deflate",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: bbf-usp-protocol; eid=a\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: bbf-usp-protocol\r\n",
    ),
    Row(
        "unknown parameter",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; x-level=3\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unknown-parameter": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "parameter in other case",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; Server_No_Context_Takeover\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unknown-parameter": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "parameter twice",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_no_context_takeover\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"repeated-parameter": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "takeover unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "takeover with a value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover=1\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unexpected-value": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "offer echoed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing-value": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
    ),
    Row(
        "server bits without value",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"missing-value": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "bits 7",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-window-bits": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "bits 16",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-window-bits": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "bits 08",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=08\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-window-bits": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "bits 8 unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "bits 15 unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "client bits unasked",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"client-bits-unasked": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ),
    Row(
        "client bits asked bare",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
    ),
    Row(
        "client bits asked with 10, 10 given",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n",
    ),
    Row(
        "client bits asked with 10, 11 given",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=11\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"window-too-large": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n",
        says="client_max_window_bits=11 is larger than the 10 offered",
    ),
    Row(
        "client bits asked, none given",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n",
    ),
    Row(
        "server bits asked with 12, 9 given",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12\r\n",
    ),
    Row(
        "server bits asked with 9, 15 given",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"window-too-large": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n",
    ),
    Row(
        "server bits not confirmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bits-not-confirmed": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n",
    ),
    Row(
        "takeover not confirmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"takeover-not-confirmed": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n",
    ),
    Row(
        "takeover confirmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n",
    ),
    Row(
        "hint not confirmed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n",
    ),
    Row(
        "fallback accepted",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10, permessage-deflate\r\n",
    ),
    Row(
        "undefined parameter in the offer",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"invalid-offer-accepted": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; foo\r\n",
    ),
    Row(
        "invalid offer, valid fallback",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; foo, permessage-deflate\r\n",
    ),
    Row(
        "repeated parameter in the offer",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"invalid-offer-accepted": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; client_max_window_bits=10\r\n",
    ),
    Row(
        "two faults at once",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; x; client_max_window_bits=99\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"unknown-parameter": "error", "bad-window-bits": "error", "client-bits-unasked": "error"},
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
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
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        failure="closed",
        skip_reason="the head ended before Sec-WebSocket-Extensions came",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        asked=b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        skip_reason="only a 101 shows this; the status is 404",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_extensions(row: Row) -> None:
    hold("extensions", row)
