"""Octets that are no HTTP at all: 400 and a close, and never a 101 (RFC 9112 §2.2)."""

from __future__ import annotations

from wscheck.cases import Case, Row, Said, Section, Seen, one
from wscheck.cases.build import whole
from wscheck.cases.verdicts import must_refuse, said
from wscheck.core.frame import PING, client_frame

ORDER = 75

NOT_HTTP = Row(
    ("R-9112-2.2-14",),
    "should",
    "RFC 9112 §2.2",
    "What is no HTTP gets 400 and a close; whoever waits for more of it keeps a connection for nobody.",
    "Refuse a first line that is no request line at once, and bound how long a request may take.",
)

# Octets that look like nothing, with an empty line behind them so that a head is whole.
_NOISE = bytes((0x9E, 0x37, 0x79, 0xB9, 0x7F, 0x4A, 0x7C, 0x15, 0xF3, 0x9C, 0xC0, 0x60, 0x5C, 0xED, 0xC8, 0x34)) * 4
# RFC 8446 §4.1.2: a ClientHello with one cipher suite and no extension, in a TLS record.
_CLIENT_HELLO = (
    b"\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03" + bytes(range(32)) + b"\x00\x00\x02\x13\x01\x01\x00" + b"\r\n\r\n"
)
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"  # RFC 9113 §3.4


def _refused(seen: Seen) -> Said:
    """A refusal or a close. Any octets but a 101 are an answer too: some servers speak HTTP/2 on the same port."""
    answer = seen.answer
    if answer is not None and answer.status is None:
        http2 = answer.response[3:5] == b"\x04\x00"  # RFC 9113 §3.4: the server's preface is a SETTINGS frame
        waits = seen.outcome == "silent" and not http2
        return Said("warn" if waits else "pass", "answered in HTTP/2" if http2 else said(seen))
    return must_refuse()(seen)


def _octets(name: str, title: str, sent: bytes) -> Case:
    expected = "400 and a close; never a 101"
    return Case(f"octets-{name}", title, NOT_HTTP, expected, one(whole(lambda octets: sent)), _refused)


SECTION = Section(
    "octets",
    "Octets that are no HTTP",
    (
        _octets("noise", "random octets", _NOISE + b"\r\n\r\n"),
        _octets("tls", "a TLS ClientHello where plain HTTP is spoken", _CLIENT_HELLO),
        _octets("http2", "the preface of HTTP/2", _PREFACE),
        _octets("frame", "a WebSocket frame without a handshake", client_frame(PING, b"wscheck5") + b"\r\n\r\n"),
    ),
)
