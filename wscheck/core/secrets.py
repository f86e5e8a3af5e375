"""What is secret in an exchange, and its masking in place by `*` of equal length.

May never enter: a shortening. Offsets into a masked message stay what they were.

Sec-WebSocket-Key and -Accept are no secrets (RFC 6455 §10.8 with §1.3); cookies, credentials and tokens are.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from wscheck.core.fields import Field, named
from wscheck.core.grammar import EMPTY_LINES
from wscheck.core.head import Head, parse_fields, parse_reply
from wscheck.core.visible import visible

# A shorter secret is masked where it stands in its field, not everywhere: "a" is no secret in "Upgrade: a".
SHORTEST_WORD = 6
# No more than this many are looked for everywhere, so that a reply of ten thousand cookies costs no minutes.
_MOST_WORDS = 100

_CREDENTIALS = (b"Authorization", b"Proxy-Authorization")
_OPAQUE = (b"X-Api-Key", b"Api-Key", b"X-Auth-Token", b"X-Access-Token", b"X-Amz-Security-Token", b"X-Csrf-Token")
# RFC 6265 §4.1.1, §4.2.1: pairs parted by ";". Departure: one without "=" is all value, which browsers send and take.
_COOKIE_VALUE = re.compile(rb"(?:^|;)[ \t]*(?:[^=;]*=)?([^;]*)")
# Fields that carry a secret: they stay with the origin that they were meant for.
SECRET_FIELDS = (*_CREDENTIALS, b"Cookie", *_OPAQUE)
_URLS = (b"Location", b"Content-Location", b"Refresh")
_QUERY = (
    rb"(?<=[?&;])([\w.-]{0,40}(?:token|secret|signature|passwo?r?d|api[-_]?key|credentials?|session(?:[-_]?id)?|sessid)"
    rb"|(?:access|auth|id|refresh|session|csrf|api)?[-_.]?(?:jwt|key|pass|pwd|auth|authorization|sig|sid|ticket|code"
    rb"|hmac|csrf))=([^&;\s#]+)"
)

_PUNCTUATION = b"'\").,:;!?"

# A beginning of a secret that is shorter than this tells nothing.
SHORTEST_CUT = 3

Span = tuple[int, int]  # (offset, end)


def request_secrets(request: bytes, hidden: Collection[bytes] = ()) -> tuple[Span, ...]:
    """Where the secrets of a request stand: credentials, cookies, opaque tokens, token-like query parameters, and the
    fields with the names `hidden`."""
    lead = EMPTY_LINES.match(request)
    line_end = request.find(b"\n", lead.end() if lead else 0)
    line = request if line_end < 0 else request[:line_end]
    spans = list(_query_values(line))
    fields = parse_fields(_whole_lines(request))
    for name in _CREDENTIALS:
        spans += [_behind_scheme(field) for field in named(fields, name)]
    for name in (*_OPAQUE, *hidden):
        spans += [_value(field) for field in named(fields, name)]
    for field in named(fields, b"Cookie"):
        spans += _cookie_values(field, every=True)
    return tuple(span for span in spans if span[0] < span[1])


def response_secrets(response: bytes) -> tuple[Span, ...]:
    """Where a reply sets cookies or names a URL with tokens, in any of its heads."""
    interim, final = parse_reply(_whole_lines(response))
    spans: list[Span] = []
    for head in (*interim, final):
        spans += [*_set_cookies(head), *_locations(head)] if head else []
    return tuple(span for span in spans if span[0] < span[1])


def _whole_lines(message: bytes) -> bytes:
    """A message with an end for its last line: cut inside a field, it holds the beginning of a secret."""
    return message if message.endswith(b"\n") else message + b"\r\n"


def _set_cookies(head: Head) -> list[Span]:
    return [span for field in named(head.fields, b"Set-Cookie") for span in _cookie_values(field, every=False)]


def _locations(head: Head) -> list[Span]:
    """A redirect often carries on the token that the request had in its query."""
    return [
        (field.offset + start, field.offset + end)
        for name in _URLS
        for field in named(head.fields, name)
        for start, end in _query_values(field.raw)
    ]


def words(message: bytes, spans: tuple[Span, ...]) -> frozenset[bytes]:
    """The secrets themselves, the first ones that are long enough to be looked for everywhere."""
    found = [message[start:end] for start, end in spans]
    found += [_password(message[start:end]) for start, end in spans if message[:start].lower().endswith(b"basic ")]
    # A server may say a value of the query back as it reads it.
    found += [unquote_to_bytes(word) for word in found if b"%" in word]
    long = dict.fromkeys(word for word in found if len(word) >= SHORTEST_WORD)
    return frozenset(list(long)[:_MOST_WORDS])


def _password(credentials: bytes) -> bytes:
    """The password in Basic credentials (RFC 7617 §2): a server may say it back as it is. Empty for what is none."""
    try:
        return binascii.a2b_base64(credentials).partition(b":")[2]
    except ValueError:
        return b""


def masked(message: bytes, spans: tuple[Span, ...], everywhere: frozenset[bytes]) -> bytes:
    """`message` with each span, and each of the words wherever it stands, replaced by as many `*`."""
    out = bytearray(message)
    for start, end in spans:
        out[start:end] = b"*" * (end - start)
    for word in sorted(everywhere, key=len, reverse=True):
        at = out.find(word)
        while at >= 0:
            out[at : at + len(word)] = b"*" * len(word)
            at = out.find(word, at + len(word))
    return bytes(out)


def masked_text(text: str, everywhere: frozenset[bytes]) -> str:
    """The same for a text of a report, in which a secret stands as `visible` shows it."""
    for word in sorted(everywhere, key=len, reverse=True):
        shown = visible(word)
        text = _cut_off(text.replace(shown, "*" * len(shown)), shown)
    return text


def _cut_off(text: str, shown: str) -> str:
    """Masks the beginning of a secret that `visible` has cut at its limit."""
    at = text.find("... (")
    while at >= 0:
        for size in range(min(len(shown), at), SHORTEST_CUT - 1, -1):
            if text.startswith(shown[:size], at - size):
                text = text[: at - size] + "*" * size + text[at:]
                break
        at = text.find("... (", at + 1)
    return text


def masked_url(url: str) -> str:
    """A URL, or a sentence with URLs in it, with their token-like query parameters masked."""
    # An octet of a command line that is no UTF-8 is one character; half a character from elsewhere is none of those.
    kind = "surrogatepass" if re.search("[\ud800-\udc7f\udd00-\udfff]", url) else "surrogateescape"
    data = url.encode("utf-8", kind)
    spans = _query_values(data)
    if " " in url:  # what ends a URL in a sentence belongs to the sentence
        spans = tuple((start, start + len(data[start:end].rstrip(_PUNCTUATION))) for start, end in spans)
    return masked(data, spans, frozenset()).decode("utf-8", kind)


def _query_values(text: bytes) -> tuple[Span, ...]:
    # Compiling the expression takes longer than a whole report without a query; `re` keeps it once it was needed.
    return tuple(match.span(2) for match in re.finditer(_QUERY, text, re.IGNORECASE)) if b"?" in text else ()


def _value(field: Field) -> Span:
    if not field.value:  # `value_span` is the whole line then
        return (field.offset, field.offset)
    offset, length = field.value_span
    return (offset, offset + length)


def _behind_scheme(field: Field) -> Span:
    """RFC 9110 §11.4: credentials = auth-scheme [ 1*SP … ]; the scheme itself is no secret."""
    start, end = _value(field)
    scheme, blank, _ = field.value.partition(b" ")
    return (start + len(scheme) + 1, end) if blank else (start, end)


def _cookie_values(field: Field, *, every: bool) -> list[Span]:
    start, end = _value(field)
    text = field.raw[start - field.offset : end - field.offset]
    matches = list(_COOKIE_VALUE.finditer(text))
    kept = matches if every else matches[:1]
    return [(start + match.start(1), start + match.end(1)) for match in kept]
