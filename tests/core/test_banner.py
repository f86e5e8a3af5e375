"""What speaks, when it is not HTTP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.banner import name_banner


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "an SSH server's banner"),
        (b"220 mx.example ESMTP ready\r\n", "an SMTP server's greeting"),
        (b"220-mx.example Mail\r\n", "an SMTP server's greeting"),
        (b"220 (vsFTPd 3.0.5) ftp\r\n", "an FTP server's greeting"),
        (b"500 what\r\n500 what\r\n", "a line protocol like SMTP or FTP"),
        (b"220 hello\r\n", "a greeting of SMTP, FTP or the like"),
        (b"* OK IMAP4rev1\r\n", "an IMAP server's greeting"),
        (b"+OK ready\r\n", "a POP3 server's greeting"),
        (b"-ERR unknown command\r\n", "a Redis (or POP3) error"),
        (b"RTSP/1.0 400 Bad Request\r\n", "an RTSP reply"),
        (b"SIP/2.0 400 Bad Request\r\n", "a SIP reply"),
        (b"RFB 003.008\n", "a VNC server's banner"),
        (b"AMQP\x00\x00\x09\x01", "an AMQP header"),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "a PROXY protocol header"),
        (b"PROXY UNKNOWN\r\n", "a PROXY protocol header"),
        (b"\r\n\r\n\x00\r\nQUIT\n\x21\x11", "a PROXY protocol header"),
        (b"\x00\r\nQUIT\n\x21\x11", "a PROXY protocol header"),  # its empty lines read as such
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "an HTTP/2 client preface"),
        (
            b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
            "an HTTP/2 frame: this port speaks HTTP/2 without asking",
        ),
        (b"\x00\n\n\x04\x01\x00\x00\x00\x00", "an HTTP/2 frame: this port speaks HTTP/2 without asking"),
        (b"\x15\x03\x01\x00\x02\x02\x0a", "a TLS alert: this port wants TLS (wss://)"),
        (b"\x16\x03\x03\x00\n", "a TLS record: this port wants TLS (wss://)"),
        (b"<!DOCTYPE html>", "a page without any HTTP head (HTTP/0.9)"),
        (b"\n <HTML>", "a page without any HTTP head (HTTP/0.9)"),
        (b'{"error": 1}', "JSON without any HTTP head"),
        (b"[]", "JSON without any HTTP head"),
        (b"GET /chat HTTP/1.1\r\nHost: a\r\n", "an HTTP request: the request came back, or this is a client"),
        (b"\x81\x02hi", "a WebSocket frame before any handshake"),
        (b"\x88\x00", "a WebSocket frame before any handshake"),
    ],
)
def test_what_is_recognised(data: bytes, said: str) -> None:
    assert name_banner(data) == said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"hello\r\n",
        b"\x00\x00\x00\x00",
        b"\x81\x03hi",  # a frame longer than what came
        b"\x83\x00",  # an opcode that is not defined
        b"\x81\x82\x00\x00\x00\x00hi",  # masked
        b"\x16\x03",
        b"SSH",
        b"GET /chat",
        b"600 what\r\n600 what\r\n",
    ],
)
def test_what_is_not_recognised(data: bytes) -> None:
    assert name_banner(data) is None


@given(st.binary(max_size=64))
def test_any_octets_have_a_name_or_none(data: bytes) -> None:
    said = name_banner(data)
    assert said is None or said.isprintable()
