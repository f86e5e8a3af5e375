"""The strict server: a request in, a reply out. It switches only for the handshake of RFC 6455 §4.2.1.

May never enter: tolerance. A server is its parts; the defaults of each part are the strict one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from wscheck.core.deflate import NAME
from wscheck.core.fields import members
from wscheck.core.key import accept_for
from wscheck.lab.converse import Manners
from wscheck.lab.negotiate import negotiate
from wscheck.lab.request import Request, read_request, request_end
from wscheck.lab.rules import RULES, Rule
from wscheck.lab.script import Draft, Script

# What the lab's endpoint speaks (RFC 6455 §1.3 uses these names), in its order of preference.
SUBPROTOCOLS = (b"chat", b"superchat")


def right_accept(request: Request) -> bytes:
    """The Sec-WebSocket-Accept for this request's key (RFC 6455 §4.2.2 step 5.4)."""
    return accept_for(request.key).encode()


def choose_subprotocol(request: Request) -> bytes | None:
    """The lab's favourite among those offered (RFC 6455 §4.2.2 /subprotocol/)."""
    offered = members(request.all(b"Sec-WebSocket-Protocol"))
    return next((name for name in SUBPROTOCOLS if name in offered), None)


def right_extensions(request: Request) -> tuple[bytes, ...]:
    """The elements of Sec-WebSocket-Extensions, none when every offer is declined."""
    return negotiate(request.offers)


class Server(NamedTuple):
    """A server as its parts. The defaults are those of the strict one; a leniency replaces as few as it can."""

    rules: Mapping[str, Rule] = RULES
    read: Callable[[bytes, bytes], Request] = read_request
    head_end: Callable[[bytes], int | None] = request_end
    accept: Callable[[Request], bytes] = right_accept
    subprotocol: Callable[[Request], bytes | None] = choose_subprotocol
    extensions: Callable[[Request], tuple[bytes, ...]] = right_extensions
    opens: Callable[[Request, Draft], Draft] = lambda request, draft: draft
    refuses: Callable[[Request, Draft], Script] = lambda request, draft: draft.script()
    manners: Manners = Manners()
    limit_bytes: int = 256 * 1024  # of a head; a longer one gets 431 (RFC 6585 §5)
    patience_s: float = 30.0  # for a head


STRICT = Server()


def respond(request: Request, server: Server = STRICT) -> Script:
    """The reply: a 101 for a right handshake, else the refusal that the first broken rule asks for."""
    for rule in server.rules.values():
        refusal = rule(request)
        if refusal:
            return server.refuses(request, refusal)
    return server.opens(request, _opened(request, server)).script()


def _opened(request: Request, server: Server) -> Draft:
    """The 101, with the extensions that are accepted (RFC 6455 §4.2.2 step 5)."""
    draft = switching(request, server)
    accepted = server.extensions(request)
    if not accepted:
        return draft
    line = b"Sec-WebSocket-Extensions: " + b", ".join(accepted)
    compressed = any(element.startswith(NAME) for element in accepted)
    return draft._replace(lines=(*draft.lines, line), manners=server.manners._replace(compressed=compressed))


def switching(request: Request, server: Server = STRICT) -> Draft:
    """The 101 for this request's key and offer of subprotocols. Without an extension, which is legal."""
    lines = [b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Accept: " + server.accept(request)]
    chosen = server.subprotocol(request)
    if chosen is not None:
        lines.append(b"Sec-WebSocket-Protocol: " + chosen)
    return Draft(b"HTTP/1.1 101 Switching Protocols", tuple(lines), manners=server.manners)
