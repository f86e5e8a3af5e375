"""The rules of the strict server, each with a name and its clause: the refusal of a request that breaks it.

May never enter: tolerance. What a server is lenient in is a rule left out or replaced in `leniencies`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wscheck.core.fields import members, parse_extensions
from wscheck.core.grammar import is_token, same
from wscheck.core.key import key_faults
from wscheck.lab.request import Request
from wscheck.lab.script import Draft

# None for a request that keeps the rule.
Rule = Callable[[Request], Draft | None]

# RFC 3986 §3.2, for Host: reg-name, IPv4 or a bracketed IPv6 address, and a port.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?")


def refuse(request: Request, status: bytes, text: str, *lines: bytes) -> Draft:
    """A refusal with a sentence as its content, after which the connection ends."""
    body = text.encode() + b"\n"
    upgrades = any(line.startswith(b"Upgrade:") for line in lines)
    connection = b"Connection: close, Upgrade" if upgrades else b"Connection: close"
    framing = (b"Date: " + request.date, b"Content-Type: text/plain", b"Content-Length: %d" % len(body))
    # RFC 9110 §9.3.2: a reply to HEAD has no content.
    content = b"" if request.method == b"HEAD" else body
    return Draft(b"HTTP/1.1 " + status, (*lines, connection, *framing), content, "close")


def bad(request: Request, text: str) -> Draft:
    """400, for what no clause names another status for (RFC 6455 §4.2.1)."""
    return refuse(request, b"400 Bad Request", text)


def upgrade_required(request: Request, text: str, versions: bytes = b"13") -> Draft:
    """426 with all that belongs to it (RFC 9110 §15.5.22, RFC 6455 §4.4)."""
    lines = [b"Upgrade: websocket", *([b"Sec-WebSocket-Version: " + versions] if versions else [])]
    return refuse(request, b"426 Upgrade Required", text, *lines)


def _line(request: Request) -> Draft | None:
    if not request.method:  # RFC 9112 §3
        return bad(request, "The request line is not 'method target HTTP/1.1'.")
    return None


def _major(request: Request) -> Draft | None:
    if request.version[:1] != b"1":  # RFC 9110 §15.6.6
        return refuse(request, b"505 HTTP Version Not Supported", "Only HTTP/1.1 is spoken here.")
    return None


def syntax_but(*tolerated: str) -> Rule:
    """RFC 9112 §2.2, §5.1, §5.2: each deviation may or must be refused with 400; a strict server does. Blanks around a
    value are part of the grammar (OWS), and an empty line in front is skipped (§2.2)."""
    passed = ("value-whitespace", "status-line-prefix", *tolerated)

    def rule(request: Request) -> Draft | None:
        faults = [deviation for deviation in request.deviations if deviation.kind not in passed]
        return bad(request, f"The head is malformed: {faults[0].kind}.") if faults else None

    return rule


def _host(request: Request) -> Draft | None:
    # RFC 9112 §3.2: 400 is mandated for a missing, repeated or invalid Host in HTTP/1.1.
    hosts = request.all(b"Host")
    if request.version == b"1.0":
        return None
    if len(hosts) != 1:
        return bad(request, f"Host stands {len(hosts)} times; it has to stand once.")
    return None if _HOST.fullmatch(hosts[0].value) else bad(request, "Host is not a host and a port.")


def _method(request: Request) -> Draft | None:
    if request.method != b"GET":  # RFC 6455 §4.2.1 item 1
        return refuse(request, b"405 Method Not Allowed", "Only GET opens a WebSocket.", b"Allow: GET")
    return None


def _path(request: Request) -> Draft | None:
    if not request.here:  # RFC 6455 §4.2.2 /resource name/
        return refuse(request, b"404 Not Found", "There is no such path here; / is the strict server.")
    return None


def _http_1_0(request: Request) -> Draft | None:
    if request.version == b"1.0":  # RFC 9110 §7.8: Upgrade in an HTTP/1.0 request is ignored
        return bad(request, "HTTP/1.0 has no Upgrade.")
    return None


def _expect(request: Request) -> Draft | None:
    if request.all(b"Expect"):  # RFC 9110 §10.1.1: content is not taken, so the expectation cannot be met
        return refuse(request, b"417 Expectation Failed", "A handshake has no content, so nothing is to be awaited.")
    return None


def content_fault(request: Request) -> str | None:
    """What is wrong with the framing of a handshake, which has no content: RFC 9110 §9.3.1, RFC 9112 §6.1, §6.3."""
    lengths, codings = (members(request.all(name)) for name in (b"Content-Length", b"Transfer-Encoding"))
    if lengths and codings:
        return "both"
    if len(lengths) > 1:
        return "lengths"
    if lengths and not re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
        return "number"
    if codings and not same(codings[-1], b"chunked"):
        return "coding"
    return "content" if codings or (lengths and int(lengths[0])) else None


_CONTENT = {
    "both": "Content-Length and Transfer-Encoding contradict each other.",
    "lengths": "Content-Length stands more than once.",
    "number": "Content-Length is not a number.",
    "coding": "Transfer-Encoding does not end in chunked.",
    "content": "A handshake has no content.",
}


def content_but(*tolerated: str) -> Rule:
    """400 for content and for contradictory framing, but for what is tolerated."""

    def rule(request: Request) -> Draft | None:
        fault = content_fault(request)
        return bad(request, _CONTENT[fault]) if fault and fault not in tolerated else None

    return rule


def _upgrade(request: Request) -> Draft | None:
    if not any(same(name, b"websocket") for name in members(request.all(b"Upgrade"))):  # RFC 6455 §4.2.1 item 3
        return upgrade_required(request, "Upgrade does not name websocket.")
    return None


def _connection(request: Request) -> Draft | None:
    options = members(request.all(b"Connection"))
    if not any(same(option, b"upgrade") for option in options):  # RFC 6455 §4.2.1 item 4
        return upgrade_required(request, "Connection does not hold the token Upgrade.")
    return None


def _version(request: Request) -> Draft | None:
    versions = request.all(b"Sec-WebSocket-Version")
    if len(versions) != 1 or versions[0].value != b"13":  # RFC 6455 §4.2.1 item 6, §4.4
        return upgrade_required(request, "Sec-WebSocket-Version is not 13.")
    return None


def _key(request: Request) -> Draft | None:
    keys = request.all(b"Sec-WebSocket-Key")
    if len(keys) != 1:  # RFC 6455 §4.2.1 item 5, §11.3.1
        return bad(request, f"Sec-WebSocket-Key stands {len(keys)} times; it has to stand once.")
    # Non-zero pad bits are let through: RFC 4648 §3.5 leaves that open, and the RFC's own sample has them.
    faults = [said for code, said in key_faults(keys[0].value) if code != "non-canonical"]
    return bad(request, f"Sec-WebSocket-Key is bad: {faults[0]}.") if faults else None


def _subprotocols(request: Request) -> Draft | None:
    protocols = request.all(b"Sec-WebSocket-Protocol")
    names = [name for name in members(protocols) if name]
    if protocols and (not names or not all(is_token(name) for name in names)):  # RFC 6455 §4.1 request step 10
        return bad(request, "Sec-WebSocket-Protocol is not a list of tokens.")
    return None


def _extensions(request: Request) -> Draft | None:
    for field in request.all(b"Sec-WebSocket-Extensions"):
        parsed = parse_extensions(field.value)
        if parsed.error or not parsed.extensions:  # RFC 6455 §9.1
            return bad(request, "Sec-WebSocket-Extensions is not a list of extensions.")
    return None


# In the order in which they are looked at: the first one that is broken gives the refusal.
RULES: Mapping[str, Rule] = {
    "line": _line,
    "major": _major,
    "syntax": syntax_but(),
    "host": _host,
    "method": _method,
    "path": _path,
    "http-1.0": _http_1_0,
    "expect": _expect,
    "content": content_but(),
    "upgrade": _upgrade,
    "connection": _connection,
    "version": _version,
    "key": _key,
    "subprotocols": _subprotocols,
    "extensions": _extensions,
}
