"""An answer: a reply read against the request that it answers. This is what `checks` judge.

May never enter: options of a command. What was offered is read from the octets that were sent, so a crafted request
is judged by what it says and not by what it was meant to say.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.demand import NO_DEMANDS, Demands
from wscheck.core.exchange import Exchange, Failure, Stopped, Tls, Tunnel
from wscheck.core.fields import Extension, Field, members, named, parse_extensions
from wscheck.core.grammar import is_token, same
from wscheck.core.head import Head, parse_fields, parse_reply
from wscheck.core.key import key_faults
from wscheck.core.visible import visible

# The statuses that send a client elsewhere with Location (RFC 9110 §15.4).
REDIRECTS = (301, 302, 303, 307, 308)


class Sent(NamedTuple):
    """What a request says, as far as a reply depends on it."""

    request: bytes
    fields: tuple[Field, ...]
    keys: tuple[bytes, ...]
    subprotocols: tuple[bytes, ...]
    extensions: tuple[Extension, ...]
    versions: tuple[bytes, ...]

    @property
    def method(self) -> bytes:
        """The method, as far as there is a request line."""
        return self.request.lstrip(b"\r\n").partition(b" ")[0]

    @property
    def path(self) -> bytes:
        """The path of the request line, without the query; empty when there is none."""
        parts = self.request.lstrip(b"\r\n").partition(b"\r\n")[0].split(b" ")
        return parts[1].partition(b"?")[0] if len(parts) > 2 else b""

    @property
    def illegal(self) -> tuple[str, ...]:
        """Values that break their grammar, as sentences; a server may take them, and a strict one refuses them."""
        said = [f"the key: {text}" for key in self.keys if key for _, text in key_faults(key)]
        once = ((b"Sec-WebSocket-Key", self.keys), (b"Sec-WebSocket-Version", self.versions))
        # RFC 6455 §11.3.1, §11.3.5: one of each.
        said += [f"{name.decode()} stands {len(values)} times" for name, values in once if len(values) > 1]
        names = dict.fromkeys(self.subprotocols)
        said += [f"the subprotocol {visible(name, 40)} is no token" for name in names if not is_token(name)]
        said += [
            f"the subprotocol {visible(name, 40)} stands twice" for name in names if self.subprotocols.count(name) > 1
        ]
        return tuple(said)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why a server has to refuse this request, as sentences; empty for a handshake of RFC 6455 §4.1.

        A bad but present key is no such fault: a server may take it as opaque text (§4.2.2), and drafts 7 and 8 are
        versions that a server may still speak (§11.6).
        """
        line = self.request.lstrip(b"\r\n").partition(b"\r\n")[0].split(b" ")
        upgrades, options = (members(named(self.fields, name)) for name in (b"Upgrade", b"Connection"))
        rules = (
            (line[0] == b"GET", "the method is not GET"),
            (line[-1] != b"HTTP/1.0", "the request is HTTP/1.0"),
            (any(same(name, b"websocket") for name in upgrades), "Upgrade does not name websocket"),
            (any(same(name, b"upgrade") for name in options), "Connection does not hold upgrade"),
            (any(self.keys), "there is no Sec-WebSocket-Key"),
            (any(version in (b"13", b"7", b"8") for version in self.versions), "the version is not 13"),
        )
        return tuple(said for right, said in rules if not right)

    @property
    def key(self) -> bytes | None:
        """The one key there is, or None when there is none, several, or an empty one: then no Accept is right."""
        return self.keys[0] if len(self.keys) == 1 and self.keys[0] else None


def read_sent(request: bytes) -> Sent:
    """Reads a request's octets, whatever they are."""
    fields = parse_fields(request)
    offers = [parse_extensions(field.value) for field in named(fields, b"Sec-WebSocket-Extensions")]
    return Sent(
        request=request,
        fields=fields,
        keys=tuple(field.value for field in named(fields, b"Sec-WebSocket-Key")),
        subprotocols=tuple(name for name in members(named(fields, b"Sec-WebSocket-Protocol")) if name),
        extensions=tuple(extension for offer in offers for extension in offer.extensions),
        versions=tuple(field.value for field in named(fields, b"Sec-WebSocket-Version")),
    )


class Answer(NamedTuple):
    """A reply beside its request. `head` is None while nothing of a final reply has come."""

    sent: Sent
    response: bytes
    interim: tuple[Head, ...]
    head: Head | None
    failure: Failure | None
    closed: bool
    truncated: bool
    demands: Demands = NO_DEMANDS
    tunnel: Tunnel | None = None
    tls: Tls | None = None
    handshake_ms: float | None = None
    stopped: Stopped | None = None
    early: bool = False  # it began before the whole request was sent
    second: Exchange | None = None  # the same handshake once more, with another key

    @property
    def tail(self) -> bytes:
        """The octets behind the final head: a refusal's content, or what follows a 101."""
        return self.response[self.head.end :] if self.head and self.head.complete else b""

    @property
    def status(self) -> int | None:
        """The final status, None when none came or it cannot be read."""
        return self.head.status if self.head else None

    @property
    def heads(self) -> tuple[Head, ...]:
        """Every head of the reply, in order."""
        return (*self.interim, self.head) if self.head else self.interim

    @property
    def switching(self) -> bool:
        """Whether the reply is a 101, or means to be one: an unreadable status with fields of a WebSocket handshake."""
        if self.head is None:
            return False
        if self.head.status is None:
            return bool(self.all(b"Upgrade") or self.all(b"Sec-WebSocket-Accept"))
        return self.head.status == 101

    @property
    def accepted_extensions(self) -> tuple[Extension, ...]:
        """The extensions of a 101, as far as its list can be read."""
        lists = [parse_extensions(field.value) for field in self.all(b"Sec-WebSocket-Extensions") if self.switching]
        return tuple(extension for found in lists for extension in found.extensions)

    def all(self, name: bytes) -> tuple[Field, ...]:
        """The final head's fields of that name."""
        return named(self.head.fields, name) if self.head else ()


def read_answer(exchange: Exchange, demands: Demands = NO_DEMANDS, second: Exchange | None = None) -> Answer:
    """Reads an exchange whose response holds at least one octet, for a user who demands this of it."""
    interim, head = parse_reply(exchange.response)
    return Answer(
        sent=read_sent(exchange.request),
        response=exchange.response,
        interim=interim,
        head=head,
        failure=exchange.failure,
        closed=exchange.closed,
        truncated=exchange.truncated,
        demands=demands,
        tunnel=exchange.tunnel,
        tls=exchange.tls,
        handshake_ms=exchange.timings.handshake,
        stopped=exchange.stopped,
        early=exchange.early,
        second=second,
    )


class Body(NamedTuple):
    """A refusal's content. `state` is how it ended; `data` is without chunk framing."""

    data: bytes
    state: str  # "whole", "open" (more may come), "short", "bad-chunk", "bad-length", "contradictory", "none"
    detail: str = ""
    size: int = 0  # octets of the message that it takes, its chunk sizes included; known when it is whole


def has_no_content(status: int | None, method: bytes = b"GET") -> bool:
    """Whether a reply never has content (RFC 9112 §6.3 rules 1 and 2): 1xx, 204, 304, and to HEAD or CONNECT."""
    if method == b"HEAD" or (method == b"CONNECT" and status is not None and 200 <= status < 300):
        return True
    return status is not None and (100 <= status < 200 or status in (204, 304))


def read_body(answer: Answer) -> Body:
    """The content behind a refusal's head, by the rules of RFC 9112 §6.3. Never raises."""
    tail = answer.tail
    if answer.head is None or not answer.head.complete or has_no_content(answer.status, answer.sent.method):
        return Body(b"", "none")
    ended = answer.closed and not answer.truncated
    lengths = set(members(answer.all(b"Content-Length")))
    codings = [coding.lower() for coding in members(answer.all(b"Transfer-Encoding")) if coding]
    if lengths and codings:  # §6.1: a sender MUST NOT send both
        return Body(tail, "contradictory", "both Content-Length and Transfer-Encoding")
    if codings and codings[-1] == b"chunked":
        return _dechunk(tail, ended=ended)
    if codings or not lengths:  # rule 4 and 8: the content ends with the connection
        return Body(tail, "whole" if ended else "open")
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,18}", min(lengths)):
        return Body(tail, "bad-length", "Content-Length is not one number")
    return _measure(tail, int(min(lengths)), ended=ended)


def _measure(tail: bytes, length: int, *, ended: bool) -> Body:
    if len(tail) >= length:
        return Body(tail[:length], "whole", size=length)
    if ended:
        return Body(tail, "short", f"{len(tail)} of {length} octets came before the connection ended")
    return Body(tail, "open")


# RFC 9112 §7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_CHUNK_BEGUN = re.compile(rb"(?:[0-9A-Fa-f]{1,15}[ \t]*(?:;[^\r\n]*)?\r?)?")


def _dechunk(tail: bytes, *, ended: bool) -> Body:
    data, pos = bytearray(), 0
    while True:
        match = _CHUNK.match(tail, pos)
        if not match:
            begun = _CHUNK_BEGUN.fullmatch(tail, pos) is not None
            return _unfinished(data, ended) if begun else Body(bytes(data), "bad-chunk", "a chunk size cannot be read")
        size = int(match[1], 16)
        start = match.end()
        if size == 0:
            # The trailer section and its empty line (§7.1.2); its fields do not matter here.
            end = start + 2 if tail.startswith(b"\r\n", start) else tail.find(b"\r\n\r\n", start) + 4
            return Body(bytes(data), "whole", size=end) if end > 3 else _unfinished(data, ended)
        data += tail[start : start + size]
        pos = start + size + 2
        if len(tail) < pos:
            return _unfinished(data, ended)
        if tail[pos - 2 : pos] != b"\r\n":
            return Body(bytes(data), "bad-chunk", "a chunk does not end where its size says")


def _unfinished(data: bytearray, ended: bool) -> Body:
    return Body(bytes(data), "short", "the last chunk did not come") if ended else Body(bytes(data), "open")
