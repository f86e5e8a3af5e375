"""permessage-deflate for a server that sends messages back as they came (RFC 7692 §5, §7).

May never enter: compression. The echo keeps the octets of a compressed message, so what the server sends was made by
the client's compressor: an offer is accepted only where that keeps the promises of the server's own direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wscheck.core.deflate import CLIENT_BITS, CLIENT_TAKEOVER, NAME, SERVER_BITS, SERVER_TAKEOVER, offer_is_valid
from wscheck.core.fields import Extension

Valid = Callable[[Extension], bool]
# The parameters of the acceptance, each with its semicolon in front; None declines the offer.
Accept = Callable[[Extension], bytes | None]


def acceptance(offer: Extension) -> bytes | None:
    """The parameters that answer a valid offer, or None where an echo could not keep them."""
    asked = {param.name: param.value for param in offer.params}
    parameters = b""
    if SERVER_TAKEOVER in asked:
        # §7.1.1.1: the server confirms it. What it sends is the client's, so the client gives its takeover up as well,
        # which it has to support unasked (§7.1.1.2).
        parameters += b"; " + SERVER_TAKEOVER + b"; " + CLIENT_TAKEOVER
    bits = asked.get(SERVER_BITS)
    if bits is not None:
        if CLIENT_BITS not in asked:
            return None  # §7.1.2.2: a client that did not offer its own parameter cannot be bound to a window
        least = b"%d" % min(int(bits), int(asked[CLIENT_BITS] or b"15"))
        parameters += b"; " + SERVER_BITS + b"=" + least + b"; " + CLIENT_BITS + b"=" + least
    return parameters


def negotiate(
    offers: Iterable[Extension], valid: Valid = offer_is_valid, accept: Accept = acceptance
) -> tuple[bytes, ...]:
    """The acceptance of the first offer that can be taken; invalid ones and other extensions are passed over (§7)."""
    for offer in offers:
        parameters = accept(offer) if offer.name == NAME and valid(offer) else None
        if parameters is not None:
            return (NAME + parameters,)
    return ()
