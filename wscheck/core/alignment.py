"""What is bound to differ between two good handshakes with one server, aligned out of their octets.

May never enter: I/O, and a judgement. Left out are the key and what it makes of Accept, Host, dates, and values that
are drawn for each request: two ways to one server compare as the same.
"""

from __future__ import annotations

import re

from wscheck.core.answer import Answer
from wscheck.core.exchange import Tunnel
from wscheck.core.fields import Field, named
from wscheck.core.frame import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT
from wscheck.core.key import accept_for, accept_mistake
from wscheck.core.visible import visible

SHOWN = 200  # octets of a value; the reports have all of it

# What a reply draws anew for each request: that it is there counts, its value does not.
_DRAWN = (
    *(b"age", b"cf-ray", b"x-varnish", b"x-request-id", b"request-id", b"x-correlation-id", b"x-trace-id"),
    *(b"expires", b"last-modified", b"server-timing", b"x-response-time", b"x-envoy-upstream-service-time"),
    *(b"x-kong-proxy-latency", b"x-kong-upstream-latency", b"x-kong-request-id"),
    *(b"traceparent", b"x-amzn-trace-id", b"x-amzn-requestid", b"x-amz-cf-id", b"x-timer", b"report-to", b"x-runtime"),
)
LEFT_OUT = (b"date", b"sec-websocket-accept")  # by their names; an Accept has a rule of its own
_OPCODES = {CONTINUATION: "continuation", TEXT: "text", BINARY: "binary", PING: "ping", PONG: "pong"}
_NONCE = re.compile(rb'(?i)\b((?:c?nonce|opaque)=)(?:"[^"]*"|[^\s,]*)')


def sent_value(answer: Answer, field: Field) -> object:
    """What a field of the request is compared by."""
    return None if field.name.lower() in (b"host", b"sec-websocket-key") else field.value


def came_value(answer: Answer, field: Field) -> object:
    """What a field of the reply is compared by."""
    name = field.name.lower()
    if name in _DRAWN:
        return b""
    if name == b"set-cookie":
        return field.value.partition(b"=")[0]
    return _NONCE.sub(rb"\1", without_host(answer, field.value))


def without_host(answer: Answer, text: bytes) -> bytes:
    """A text in which the server's own name, as it was sent, does not stand: a redirect names it."""
    for field in named(answer.sent.fields, b"Host"):
        text = re.sub(rb"(?:https?:|wss?:)?//" + re.escape(field.value), b"", text) if field.value else text
    return text


def accept_outcome(key: bytes | None, value: bytes) -> object:
    """What an Accept is compared by: right is like right, and wrong by one mistake like wrong by the same."""
    if key is None:
        return value
    if value == accept_for(key).encode():
        return True
    mistake = accept_mistake(key, value)
    return mistake[0] if mistake else value


def frame_kinds(tunnel: Tunnel) -> str:
    """The kinds of frames that came but for Close, in words: their order and number are a matter of time."""
    kinds = {
        _OPCODES.get(frame.opcode, f"opcode {frame.opcode}") + (f" with RSV {frame.rsv}" if frame.rsv else "")
        for frame in tunnel.received_frames
        if frame.opcode != CLOSE
    }
    if tunnel.junk:
        kinds.add("octets that begin no frame")
    return ", ".join(sorted(kinds))


def ending(tunnel: Tunnel) -> str:
    """By whom and how a connection ended, in words; when, is a matter of time."""
    ended = tunnel.ending
    code = "" if ended.code is None else f" {ended.code}"
    reason = f" {visible(ended.reason, SHOWN)}" if ended.reason else ""
    return f"by {ended.by}: {ended.how}{code}{reason}"
