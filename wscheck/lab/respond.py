"""The strict server: a request's octets in, a reply out. It switches only for the handshake of RFC 6455 §4.2.1.

May never enter: tolerance. Every rule it enforces names its clause; what it refuses, it refuses with the status that
the clause asks for, or 400.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.fields import Field, members, named, parse_extensions
from wscheck.core.grammar import REQUEST_LINE, is_token, same
from wscheck.core.head import Deviation, request_head
from wscheck.core.key import accept_for, key_faults
from wscheck.lab.script import Draft

# What the lab's endpoint speaks (RFC 6455 §1.3 uses these names), in its order of preference.
SUBPROTOCOLS = (b"chat", b"superchat")

# RFC 3986 §3.2, for Host: reg-name, IPv4 or a bracketed IPv6 address, and a port.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?")


class Request(NamedTuple):
    """A request as the lab reads it."""

    line: bytes
    method: bytes
    target: bytes
    version: bytes
    fields: tuple[Field, ...]
    deviations: tuple[Deviation, ...]
    date: bytes  # when it came, as an HTTP-date (RFC 9110 §5.6.7): this folder has no clock
    first_key: bytes = b""  # of the first request to this path, empty when this is it: what a cache would remember

    def all(self, name: bytes) -> tuple[Field, ...]:
        """The fields of that name."""
        return named(self.fields, name)

    @property
    def key(self) -> bytes:
        """The first key, or nothing."""
        keys = self.all(b"Sec-WebSocket-Key")
        return keys[0].value if keys else b""

    @property
    def path(self) -> bytes:
        """The path of the target, origin-form or absolute-form (RFC 9112 §3.2), without its query."""
        target = re.sub(rb"^https?://[^/?]*", b"", self.target, flags=re.IGNORECASE)
        return target.partition(b"?")[0] or b"/"


def read_request(octets: bytes, date: bytes) -> Request:
    """Reads a whole request head. Never raises; a request line off the grammar has an empty method."""
    line, fields, deviations = request_head(octets)
    match = REQUEST_LINE.fullmatch(line)
    method, target, version = (match[1], match[2], match[3]) if match else (b"", b"", b"")
    return Request(line, method, target, version, fields, deviations, date)


def respond(request: Request) -> Draft:
    """The right reply: a 101 for a right handshake, else the refusal that its fault asks for."""
    return refusal_for(request) or switching(request)


def switching(request: Request) -> Draft:
    """The 101 for this request's key and offer (RFC 6455 §4.2.2 step 5). No extension is accepted: that is legal."""
    lines = [
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + accept_for(request.key).encode(),
    ]
    chosen = choose_subprotocol(request)
    if chosen:
        lines.append(b"Sec-WebSocket-Protocol: " + chosen)
    return Draft(b"HTTP/1.1 101 Switching Protocols", tuple(lines))


def choose_subprotocol(request: Request) -> bytes | None:
    """The lab's favourite among those offered (RFC 6455 §4.2.2 /subprotocol/)."""
    offered = members(request.all(b"Sec-WebSocket-Protocol"))
    return next((name for name in SUBPROTOCOLS if name in offered), None)


def refuse(request: Request, status: bytes, text: str, *lines: bytes) -> Draft:
    """A refusal with a sentence as its content, after which the connection ends."""
    body = text.encode() + b"\n"
    upgrades = any(line.startswith(b"Upgrade:") for line in lines)
    connection = b"Connection: close, Upgrade" if upgrades else b"Connection: close"
    framing = (b"Date: " + request.date, b"Content-Type: text/plain", b"Content-Length: %d" % len(body))
    return Draft(b"HTTP/1.1 " + status, (*lines, connection, *framing), body, "close")


def refusal_for(request: Request) -> Draft | None:
    """The refusal for the first rule of the handshake that the request breaks, or None when it is right."""
    for rule in (_line, _syntax, _host, _method, _upgrade, _connection, _version, _key, _offers):
        refusal = rule(request)
        if refusal:
            return refusal
    return None


def _bad(request: Request, text: str) -> Draft:
    return refuse(request, b"400 Bad Request", text)


def _line(request: Request) -> Draft | None:
    if not request.method:  # RFC 9112 §3
        return _bad(request, "The request line is not 'method target HTTP/1.1'.")
    if request.version[:1] != b"1":  # RFC 9110 §15.6.6
        return refuse(request, b"505 HTTP Version Not Supported", "Only HTTP/1.1 is spoken here.")
    return None


def _syntax(request: Request) -> Draft | None:
    # RFC 9112 §2.2, §5.1, §5.2: each may or must be refused with 400; a strict server does. Blanks around a value are
    # part of the grammar (OWS) and no fault.
    faults = [deviation for deviation in request.deviations if deviation.kind != "value-whitespace"]
    leading = [
        fault for fault in faults if fault.kind != "status-line-prefix"
    ]  # §2.2: an empty line in front is skipped
    return _bad(request, f"The head is malformed: {leading[0].kind}.") if leading else None


def _host(request: Request) -> Draft | None:
    # RFC 9112 §3.2: 400 is mandated for a missing, repeated or invalid Host in HTTP/1.1.
    hosts = request.all(b"Host")
    if request.version == b"1.0":
        return None
    if len(hosts) != 1:
        return _bad(request, f"Host stands {len(hosts)} times; it has to stand once.")
    return None if _HOST.fullmatch(hosts[0].value) else _bad(request, "Host is not a host and a port.")


def _method(request: Request) -> Draft | None:
    if request.method != b"GET":  # RFC 6455 §4.2.1 item 1
        return refuse(request, b"405 Method Not Allowed", "Only GET opens a WebSocket.", b"Allow: GET")
    return None


def _upgrade_required(request: Request, text: str) -> Draft:
    return refuse(request, b"426 Upgrade Required", text, b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")


def _upgrade(request: Request) -> Draft | None:
    if request.version == b"1.0":  # RFC 9110 §7.8: Upgrade in an HTTP/1.0 request is ignored
        return refuse(request, b"400 Bad Request", "HTTP/1.0 has no Upgrade.")
    names = members(request.all(b"Upgrade"))
    if not any(same(name, b"websocket") for name in names):  # RFC 6455 §4.2.1 item 3
        return _upgrade_required(request, "Upgrade does not name websocket.")
    return None


def _connection(request: Request) -> Draft | None:
    options = members(request.all(b"Connection"))
    if not any(same(option, b"upgrade") for option in options):  # RFC 6455 §4.2.1 item 4
        return _upgrade_required(request, "Connection does not hold the token Upgrade.")
    return None


def _version(request: Request) -> Draft | None:
    versions = request.all(b"Sec-WebSocket-Version")
    if len(versions) != 1 or versions[0].value != b"13":  # RFC 6455 §4.2.1 item 6, §4.4
        return _upgrade_required(request, "Sec-WebSocket-Version is not 13.")
    return None


def _key(request: Request) -> Draft | None:
    keys = request.all(b"Sec-WebSocket-Key")
    if len(keys) != 1:  # RFC 6455 §4.2.1 item 5, §11.3.1
        return _bad(request, f"Sec-WebSocket-Key stands {len(keys)} times; it has to stand once.")
    # Non-zero pad bits are let through: RFC 4648 §3.5 leaves that open, and the RFC's own sample has them.
    faults = [said for code, said in key_faults(keys[0].value) if code != "non-canonical"]
    return _bad(request, f"Sec-WebSocket-Key is bad: {faults[0]}.") if faults else None


def _offers(request: Request) -> Draft | None:
    protocols = request.all(b"Sec-WebSocket-Protocol")
    names = [name for name in members(protocols) if name]
    if protocols and (not names or not all(is_token(name) for name in names)):  # RFC 6455 §4.1 request step 10
        return _bad(request, "Sec-WebSocket-Protocol is not a list of tokens.")
    for field in request.all(b"Sec-WebSocket-Extensions"):
        parsed = parse_extensions(field.value)
        if parsed.error or not parsed.extensions:  # RFC 6455 §9.1
            return _bad(request, "Sec-WebSocket-Extensions is not a list of extensions.")
    return None
