"""What speaks, when it is not HTTP: the first octets of other protocols.

May never enter: a verdict. The answer is a name for the reader of the report, and `None` is a fine answer.
"""

from __future__ import annotations

import re

from wscheck.core.grammar import REQUEST_LINE

# RFC 9113 §4.1: 3 octets length, type 4 (SETTINGS), flags, stream 0: what an HTTP/2 server sends first (§3.4).
_H2_SETTINGS = re.compile(rb"\x00..\x04[\x00\x01]\x00\x00\x00\x00", re.DOTALL)
# RFC 8446 §5.1: content type, legacy version 3.x, 2 octets length.
_TLS_RECORD = re.compile(rb"[\x14-\x18]\x03[\x00-\x04]..", re.DOTALL)
# RFC 6455 §5.2: FIN, RSV 0, a known opcode, then an unmasked short length that fits what came.
_FRAME = re.compile(rb"[\x81\x82\x88-\x8a]([\x00-\x7d])", re.DOTALL)

_OPENINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"SSH-"), "an SSH server's banner"),
    (re.compile(rb"220[ -].*(?:SMTP|ESMTP|[Mm]ail)"), "an SMTP server's greeting"),
    (re.compile(rb"220[ -].*FTP", re.IGNORECASE), "an FTP server's greeting"),
    (re.compile(rb"[2-5][0-9][0-9][ -]\S.*\r\n[2-5][0-9][0-9][ -]\S"), "a line protocol like SMTP or FTP"),
    (re.compile(rb"220[ -]"), "a greeting of SMTP, FTP or the like"),
    (re.compile(rb"\* OK"), "an IMAP server's greeting"),
    (re.compile(rb"\+OK"), "a POP3 server's greeting"),
    (re.compile(rb"-ERR "), "a Redis (or POP3) error"),
    (re.compile(rb"RTSP/[0-9]"), "an RTSP reply"),
    (re.compile(rb"SIP/[0-9]"), "a SIP reply"),
    (re.compile(rb"RFB [0-9]{3}\."), "a VNC server's banner"),
    (re.compile(rb"AMQP"), "an AMQP header"),
    (re.compile(rb"PROXY (?:TCP|UNKNOWN)|\r\n\r\n\x00\r\nQUIT\n"), "a PROXY protocol header"),
    (re.compile(rb"PRI \* HTTP/2"), "an HTTP/2 client preface"),
    (_H2_SETTINGS, "an HTTP/2 frame: this port speaks HTTP/2 without asking"),
    (re.compile(rb"\x15\x03[\x00-\x04]\x00\x02[\x01\x02]"), "a TLS alert: this port wants TLS (wss://)"),
    (_TLS_RECORD, "a TLS record: this port wants TLS (wss://)"),
    (re.compile(rb"\s*(?:<!doctype|<html|<head|<h1|<\?xml)", re.IGNORECASE), "a page without any HTTP head (HTTP/0.9)"),
    (re.compile(rb"\s*[\[{]\s*[\"\]}]"), "JSON without any HTTP head"),
)


def name_banner(data: bytes) -> str | None:
    """Which protocol `data` begins, in words, or None where nothing is recognised."""
    for pattern, name in _OPENINGS:
        if pattern.match(data):
            return name
    line = data.partition(b"\n")[0].rstrip(b"\r")
    if REQUEST_LINE.fullmatch(line):
        return "an HTTP request: the request came back, or this is a client"
    frame = _FRAME.match(data)
    if frame and len(data) >= 2 + frame[1][0]:
        return "a WebSocket frame before any handshake"
    return None
