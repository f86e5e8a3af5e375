"""What speaks, when it is not HTTP: the first octets of other protocols.

May never enter: a verdict. The answer is a name for the reader of the report, and `None` is a fine answer.
"""

from __future__ import annotations

import re

from wscheck.core.grammar import REQUEST_LINE

# (expression, name). They are compiled when something that is not HTTP has come, which is seldom; (?i) and (?s) where
# case or line ends do not matter.
_OPENINGS: tuple[tuple[bytes, str], ...] = (
    (rb"SSH-", "an SSH server's banner"),
    (rb"220[ -].*(?:SMTP|[Mm]ail)", "an SMTP server's greeting"),
    (rb"(?i)220[ -].*FTP", "an FTP server's greeting"),
    (rb"[2-5][0-9][0-9][ -]\S.*\r\n[2-5][0-9][0-9][ -]\S", "a line protocol like SMTP or FTP"),
    (rb"220[ -]", "a greeting of SMTP, FTP or the like"),
    (rb"\* OK", "an IMAP server's greeting"),
    (rb"\+OK", "a POP3 server's greeting"),
    (rb"-ERR ", "a Redis (or POP3) error"),
    (rb"RTSP/[0-9]", "an RTSP reply"),
    (rb"SIP/[0-9]", "a SIP reply"),
    (rb"RFB [0-9]{3}\.", "a VNC server's banner"),
    (rb"AMQP", "an AMQP header"),
    (rb"PROXY (?:TCP|UNKNOWN)|(?:\r\n\r\n)?\x00\r\nQUIT\n", "a PROXY protocol header"),
    (rb"PRI \* HTTP/2", "an HTTP/2 client preface"),
    # RFC 9113 §4.1: 3 octets length, type 4 (SETTINGS), flags, stream 0: what an HTTP/2 server sends first (§3.4).
    (rb"(?s)\x00..\x04[\x00\x01]\x00\x00\x00\x00", "an HTTP/2 frame: this port speaks HTTP/2 without asking"),
    # RFC 8446 §5.1: content type, legacy version 3.x, 2 octets length; §6: an alert is 2 octets long.
    (rb"\x15\x03[\x00-\x04]\x00\x02[\x01\x02]", "a TLS alert: this port wants TLS (wss://)"),
    (rb"(?s)[\x14-\x18]\x03[\x00-\x04]..", "a TLS record: this port wants TLS (wss://)"),
    (rb"(?i)\s*(?:<!doctype|<html|<head|<h1|<\?xml)", "a page without any HTTP head (HTTP/0.9)"),
    (rb"\s*[\[{]\s*[\"\]}]", "JSON without any HTTP head"),
)
# RFC 6455 §5.2: FIN, RSV 0, a known opcode, then an unmasked short length that fits what came.
_FRAME = rb"(?s)[\x81\x82\x88-\x8a]([\x00-\x7d])"


def name_banner(data: bytes) -> str | None:
    """Which protocol `data` begins, in words, or None where nothing is recognised."""
    for pattern, name in _OPENINGS:
        if re.match(pattern, data):
            return name
    line = data.partition(b"\n")[0].rstrip(b"\r")
    if REQUEST_LINE.fullmatch(line):
        return "an HTTP request: the request came back, or this is a client"
    frame = re.match(_FRAME, data)
    if frame and len(data) >= 2 + frame[1][0]:
        return "a WebSocket frame before any handshake"
    return None
