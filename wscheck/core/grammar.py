"""ABNF of the opening handshake as regular expressions, each departure with its reason.

May never enter: anything that decides whether a departure matters. That is for `checks`.

Expressions work on bytes and never fold case through Unicode: `websoc\u212aet` (KELVIN SIGN) is not `websocket`.
"""

from __future__ import annotations

import re

# RFC 9110 §5.6.2:  token = 1*tchar
#   tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

# RFC 9110 §5.6.3:  OWS = *( SP / HTAB )
OWS = b" \t"

# RFC 9112 §4:   status-line = HTTP-version SP status-code SP [ reason-phrase ]
# RFC 9112 §2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT ; HTTP-name = %x48.54.54.50
# RFC 9112 §4:   status-code = 3DIGIT ; reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
HTTP_VERSION = re.compile(rb"HTTP/([0-9]\.[0-9])")
STATUS_CODE = re.compile(rb"[0-9]{3}")

# RFC 9112 §3:   request-line = method SP request-target SP HTTP-version
REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP/([0-9]\.[0-9])")

# RFC 9110 §5.5: field-value holds VCHAR, obs-text, SP and HTAB. Everything else below 0x20, and DEL, is a control.
# CR is left out here: RFC 9112 §2.2 has a rule of its own for it (a bare CR).
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x0c\x0e-\x1f\x7f]")

# RFC 9112 §2.1: an HTTP message's head ends at an empty line, CRLF CRLF. Departure: LF alone ends a line too, and CRs
# in front of an LF that ends an otherwise empty line do not hide it (servers that write "\r\r\n" in text mode). The
# parser notes each of these; here they only let the end be found.
HEAD_END = re.compile(rb"\n\r*\n")
EMPTY_LINES = re.compile(rb"(?:\r*\n)*")

# RFC 6455 §4.3: base64-value-non-empty, here for a value of 20 octets: 27 characters and one "="
ACCEPT_SHAPE = re.compile(rb"[A-Za-z0-9+/]{27}=")

# RFC 7692 §7.1.2: a window size is an integer 8 to 15 without leading zero
WINDOW_BITS = re.compile(rb"8|9|1[0-5]")

# RFC 6265 §4.1.1:  cookie-pair = cookie-name "=" cookie-value ; cookie-name = token
#   cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
#   cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
COOKIE_PAIR = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(\"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\"|[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)"
)


def is_token(text: bytes) -> bool:
    """Whether `text` is a token (RFC 9110 §5.6.2)."""
    return TOKEN.fullmatch(text) is not None


def same(a: bytes, b: bytes) -> bool:
    """Whether two values are equal without regard to ASCII case, and to ASCII case alone."""
    return a.lower() == b.lower()
