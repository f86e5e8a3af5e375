"""What a case sends, told as its difference from the good handshake."""

from __future__ import annotations

import pytest

from tests.cases.seeing import GOOD
from wscheck.cases import cases
from wscheck.cases.sent import sent_text


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("host-missing", ["no Host"]),
        ("method-lowercase", ["get / HTTP/1.1"]),
        # All lines of a field that stands more than once are told, also the one of the good handshake.
        ("host-twice-equal", ["Host: 127.0.0.1:9001", "Host: 127.0.0.1:9001"]),
        ("host-twice-different", ["Host: 127.0.0.1:9001", "Host: other.invalid"]),
        ("version-twice-equal", ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13"]),
        ("connection-two-lines", ["Connection: keep-alive", "Connection: Upgrade"]),
        ("upgrade-two-lines", ["Upgrade: foo/1", "Upgrade: websocket"]),
        ("key-twice-different", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                 "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=="]),
        ("blank-before-colon-upgrade", ["Upgrade : websocket"]),
        ("content-length", ["Content-Length: 5", "content: hello", "behind the 101: Ping of 8 octets"]),
        ("lf-only", ["the same lines in another order or with other line ends"]),
        ("fields-reversed", ["the same lines in another order or with other line ends"]),
        ("ping-empty", ["behind the 101: Ping of 0 octets"]),
        ("keys-same", ["1: the good handshake", "2: the good handshake"]),
        ("connections-20", ["1: the good handshake", "2: the good handshake", "3: the good handshake",
                            "… 20 requests in all"]),
    ],
)  # fmt: skip
def test_what_is_sent(name: str, lines: list[str]) -> None:
    assert sent_text(GOOD, cases()[name].shots(GOOD)).split("\n") == lines
