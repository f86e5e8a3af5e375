"""Octets off the grammar of HTTP/1.1: start line, line ends, fields, and heads that do not end."""

from __future__ import annotations

from wscheck.lab.faults import Answer, Fault, extra, octets, start
from wscheck.lab.respond import switching
from wscheck.lab.script import End, Script

_NOT_HTTP = {"syntax": ("not-http", "incomplete-head")}


def _banner(data: bytes, end: End = "close") -> Answer:
    return lambda request: Script((data,), end)


def _cut(at: int, end: End) -> Answer:
    """The 101 cut `at` octets from its end."""
    return lambda request: Script((switching(request).octets()[:at],), end)


FAULTS = (
    Fault(
        "line-junk",
        "four letters before the status line",
        {"syntax": ("status-line-prefix",)},
        start(b"junkHTTP/1.1 101 Switching Protocols"),
    ),
    Fault(
        "line-empty-first",
        "an empty line before the status line",
        {"syntax": ("status-line-prefix",)},
        octets(lambda data: b"\r\n" + data),
    ),
    Fault(
        "line-lower-case",
        "http/1.1 in lower case",
        {"syntax": ("status-line-version",)},
        start(b"http/1.1 101 Switching Protocols"),
    ),
    Fault(
        "line-version-short",
        "HTTP/2 without a minor number",
        {"syntax": ("status-line-version",)},
        start(b"HTTP/2 101 Switching Protocols"),
    ),
    Fault(
        "line-no-version", "no HTTP-version", {"syntax": ("status-line-version",)}, start(b"101 Switching Protocols")
    ),
    Fault(
        "line-two-blanks",
        "two blanks before the code",
        {"syntax": ("status-line-space",)},
        start(b"HTTP/1.1  101 Switching Protocols"),
    ),
    Fault(
        "line-tab",
        "a tab before the code",
        {"syntax": ("status-line-space",)},
        start(b"HTTP/1.1\t101 Switching Protocols"),
    ),
    Fault(
        "line-code-glued",
        "a letter behind the code",
        {"syntax": ("status-line-code",)},
        start(b"HTTP/1.1 101x Switching Protocols"),
    ),
    Fault(
        "line-code-long",
        "a code of four digits",
        {"syntax": ("status-line-code",)},
        start(b"HTTP/1.1 0101 Switching Protocols"),
    ),
    Fault("line-no-code", "no status code", {"syntax": ("status-line-code",)}, start(b"HTTP/1.1")),
    Fault(
        "line-no-last-blank",
        "the blank behind the code is missing",
        {"syntax": ("status-line-end",), "status": ("odd-reason",)},
        start(b"HTTP/1.1 101"),
    ),
    Fault(
        "line-control",
        "a control character in the reason",
        {"syntax": ("status-line-control",), "status": ("odd-reason",)},
        start(b"HTTP/1.1 101 Switching\x07Protocols"),
    ),
    Fault(
        "ends-lf",
        "all lines end with LF alone",
        {"syntax": ("bare-lf",)},
        octets(lambda data: data.replace(b"\r\n", b"\n")),
    ),
    Fault(
        "ends-lf-once",
        "one line ends with LF alone",
        {"syntax": ("bare-lf",)},
        octets(lambda data: data.replace(b"\r\n", b"\n", 1)),
    ),
    Fault(
        "ends-cr",
        "all lines end with CR alone",
        {"syntax": ("bare-cr", "incomplete-head")},
        octets(lambda data: data.replace(b"\r\n", b"\r")),
    ),
    Fault(
        "ends-crcrlf",
        "all lines end with CR CR LF",
        {"syntax": ("bare-cr",)},
        octets(lambda data: data.replace(b"\r\n", b"\r\r\n")),
    ),
    Fault("cr-in-value", "a CR inside a value", {"syntax": ("bare-cr",)}, extra(b"X-Trace: a\rUpgrade: h2c")),
    Fault(
        "blank-first-line",
        "a blank-led line before the first field",
        {"syntax": ("leading-whitespace",)},
        octets(lambda data: data.replace(b"\r\n", b"\r\n X-First: 1\r\n", 1)),
    ),
    Fault("folded", "a folded field", {"syntax": ("fold",)}, extra(b"X-Long: one,\r\n two")),
    Fault("no-colon", "a line without a colon", {"syntax": ("no-colon",)}, extra(b"this line has no colon")),
    Fault("no-name", "a field without a name", {"syntax": ("empty-name",)}, extra(b": nameless")),
    Fault("name-blank", "a blank inside a field name", {"syntax": ("bad-name",)}, extra(b"X Other: 1")),
    Fault("name-latin1", "an octet above 7F in a field name", {"syntax": ("bad-name",)}, extra(b"X-Caf\xe9: 1")),
    Fault(
        "blank-before-colon",
        "a blank before the colon",
        {"syntax": ("space-before-colon",)},
        octets(lambda data: data.replace(b"Upgrade: w", b"Upgrade : w")),
    ),
    Fault("nul-in-value", "a NUL in a value", {"syntax": ("control-in-value",)}, extra(b"X-Nul: a\0b")),
    Fault(
        "escape-in-value",
        "a terminal escape sequence in a value",
        {"syntax": ("control-in-value",)},
        extra(b"X-Esc: \x1b[2J\x1b]0;owned\x07"),
    ),
    Fault(
        "value-tab",
        "a tab before a value",
        {"syntax": ("value-whitespace",)},
        octets(lambda data: data.replace(b"Upgrade: w", b"Upgrade:\tw")),
    ),
    Fault(
        "value-trailing-blank",
        "blanks behind a value",
        {"syntax": ("value-whitespace",)},
        octets(lambda data: data.replace(b"websocket\r\n", b"websocket  \r\n")),
    ),
    Fault("head-large", "a head of more than 8 KiB", {"syntax": ("large-head",)}, extra(b"X-Large: " + b"a" * 9000)),
    Fault("head-cut", "the connection closes inside the head", {"syntax": ("incomplete-head",)}, _cut(-10, "close")),
    Fault(
        "head-cut-line",
        "the connection closes inside the status line",
        {"syntax": ("incomplete-head",)},
        _banner(b"HTTP/1.1 10"),
    ),
    Fault(
        "head-reset", "the connection is reset inside the head", {"syntax": ("incomplete-head",)}, _cut(-10, "reset")
    ),
    Fault("head-stalls", "the last empty line never comes", {"syntax": ("incomplete-head",)}, _cut(-2, "open")),
    Fault(
        "head-endless",
        "a head that goes on and on",
        {"syntax": ("incomplete-head", "large-head")},
        lambda request: Script((switching(request).octets()[:-2], *([b"X-Fill: 0123456789abcdef\r\n" * 1500] * 15))),
    ),
    Fault("banner-ssh", "an SSH server", _NOT_HTTP, _banner(b"SSH-2.0-OpenSSH_9.6\r\n")),
    Fault("banner-smtp", "an SMTP server", _NOT_HTTP, _banner(b"220 mail.example ESMTP ready\r\n", "open")),
    Fault(
        "banner-h2",
        "an HTTP/2 server",
        _NOT_HTTP,
        _banner(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00d", "open"),
    ),
    Fault("banner-tls", "a TLS alert", _NOT_HTTP, _banner(b"\x15\x03\x01\x00\x02\x02\x46")),
    Fault(
        "banner-html",
        "a page without a head",
        {"syntax": ("not-http", "incomplete-head")},
        _banner(b"<html>hello</html>\r\n"),
    ),
    Fault("frame-first", "a WebSocket frame without a handshake", _NOT_HTTP, _banner(b"\x88\x02\x03\xea")),
    Fault(
        "request-echoed",
        "the request comes back",
        {"syntax": ("not-http",), "leftovers": ("reflected-field",)},
        lambda request: Script(
            (
                b"GET / HTTP/1.1\r\n"
                + b"".join(b"Host: %b\r\n" % field.value for field in request.all(b"Host"))
                + b"\r\n",
            ),
            "close",
        ),
    ),
)
