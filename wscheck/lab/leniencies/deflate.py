"""permessage-deflate: offers that are taken, and how it is said (RFC 7692 §5, §7)."""

from __future__ import annotations

import re
from collections.abc import Callable

from wscheck.core.deflate import CLIENT_BITS, NAME, SERVER_BITS, SERVER_TAKEOVER, offer_is_valid
from wscheck.core.fields import Extension, Param
from wscheck.lab.leniencies import Leniency, read_as, told
from wscheck.lab.negotiate import Accept, Valid, acceptance, negotiate
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.script import Draft

_EMPTY = re.compile(rb'; *[a-z_]+=""')
_BITS = (SERVER_BITS, CLIENT_BITS)


def _taking(valid: Valid = offer_is_valid, accept: Accept = acceptance) -> Server:
    """The server that takes other offers, or answers them in another way."""
    return STRICT._replace(extensions=lambda request: negotiate(request.offers, valid, accept))


def _but(passed: Callable[[Param], bool]) -> Valid:
    """Offers in which nothing is wrong when these parameters are not looked at."""

    def valid(offer: Extension) -> bool:
        return offer_is_valid(offer._replace(params=tuple(param for param in offer.params if not passed(param))))

    return valid


def _without(name: bytes) -> Accept:
    """The acceptance that does not see one parameter of the offer."""
    return lambda offer: acceptance(offer._replace(params=tuple(param for param in offer.params if param.name != name)))


def _sent_back(offer: Extension) -> bytes:
    """The parameters of the offer as they stand."""
    shown = (param.name + (b"=" + param.value if param.value is not None else b"") for param in offer.params)
    return b"".join(b"; " + text for text in shown)


def _client_bits(value: bytes) -> Accept:
    """The right acceptance, and client_max_window_bits with this value where it was offered."""

    def accept(offer: Extension) -> bytes | None:
        right = acceptance(offer)
        asked = any(param.name == CLIENT_BITS for param in offer.params)
        return right if right is None or not asked else right + b"; " + CLIENT_BITS + value

    return accept


def _bits(offer: Extension) -> bytes:
    """The right acceptance for a server that compresses itself: both directions are its own choice."""
    asked = {param.name: param.value for param in offer.params}
    confirmed = [SERVER_TAKEOVER] if SERVER_TAKEOVER in asked else []
    confirmed += [SERVER_BITS + b"=" + (asked[SERVER_BITS] or b"")] if SERVER_BITS in asked else []
    return b"".join(b"; " + text for text in confirmed)


def _all_accepted(request: Request) -> tuple[bytes, ...]:
    return tuple(element for offer in request.offers for element in negotiate((offer,)))


def _first_or_none(request: Request) -> tuple[bytes, ...]:
    """The first offer of permessage-deflate is the only one that counts."""
    return negotiate([offer for offer in request.offers if offer.name == NAME][:1])


def _empty_dropped(request: Request) -> Request:
    """Parameters whose value is an empty string are taken for not given."""
    fields = (field._replace(value=_EMPTY.sub(b"", field.value)) for field in request.fields)
    return request._replace(fields=tuple(fields))


def _unusable(request: Request, draft: Draft) -> Draft:
    return draft._replace(manners=draft.manners._replace(compressed=False))


def _quotes(param: Param) -> bool:
    return param.quoted


_SERVER_BITS_8_TO_15 = (
    "deflate-server-bits-15 deflate-server-bits-12 deflate-server-bits-10 deflate-server-bits-9 deflate-server-bits-8"
)
_SERVER_BITS_WRONG = (
    "deflate-server-bits-7 deflate-server-bits-16 deflate-server-bits-0 deflate-server-bits-08 "
    "deflate-server-bits-fraction deflate-server-bits-letter deflate-server-bits-bare"
)
_CLIENT_BITS_WRONG = "deflate-client-bits-7 deflate-client-bits-16 deflate-client-bits-08"

LENIENCIES = (
    Leniency(
        "lenient-deflate-none",
        "declines every extension, which is right",
        told(
            info="deflate-plain deflate-server-takeover deflate-client-takeover deflate-client-bits-offered "
            "deflate-client-bits-10",
            skip="deflate-second-line deflate-usable deflate-fallback",
        ),
        STRICT._replace(extensions=lambda request: ()),
    ),
    Leniency(
        "lenient-deflate-client-bits-unasked",
        "sets the client's window though it was not offered, and confirms nothing",
        told(
            fail=f"deflate-plain deflate-twice deflate-server-takeover deflate-client-takeover deflate-client-bits-10 "
            f"{_SERVER_BITS_8_TO_15}",
            skip="deflate-second-line deflate-usable deflate-fallback",
        ),
        _taking(accept=lambda offer: b"; client_max_window_bits=15"),
    ),
    Leniency(
        "lenient-deflate-twice",
        "accepts every offer of permessage-deflate",
        told(fail="deflate-twice"),
        STRICT._replace(extensions=_all_accepted),
    ),
    Leniency(
        "lenient-deflate-unusable",
        "accepts permessage-deflate, and fails at the first compressed message",
        told(fail="deflate-usable"),
        STRICT._replace(opens=_unusable),
    ),
    Leniency(
        "lenient-deflate-undefined",
        "passes over parameters that it does not know",
        told(fail="deflate-undefined"),
        _taking(_but(lambda param: param.name == b"foo"), _without(b"foo")),
    ),
    Leniency(
        "lenient-deflate-server-bits",
        "does not look at the value of server_max_window_bits, and does not confirm it",
        told(fail=f"{_SERVER_BITS_WRONG} {_SERVER_BITS_8_TO_15} deflate-quoted"),
        _taking(_but(lambda param: param.name == SERVER_BITS), _without(SERVER_BITS)),
    ),
    Leniency(
        "lenient-deflate-empty",
        "takes a parameter with an empty value for one that is not there",
        told(fail="deflate-server-bits-empty"),
        read_as(_empty_dropped),
    ),
    Leniency(
        "lenient-deflate-client-bits",
        "does not look at the value of client_max_window_bits",
        told(fail=f"{_CLIENT_BITS_WRONG} deflate-repeated"),
        _taking(_but(lambda param: param.name == CLIENT_BITS)),
    ),
    Leniency(
        "lenient-deflate-takeover-value",
        "does not look whether a takeover parameter has a value",
        told(fail="deflate-server-takeover-value deflate-client-takeover-value"),
        _taking(_but(lambda param: param.name not in _BITS and param.value is not None)),
    ),
    Leniency(
        "lenient-deflate-repeated",
        "takes the last of two equal parameters",
        told(fail="deflate-repeated"),
        _taking(lambda offer: offer_is_valid(offer._replace(params=offer.params[-1:]))),
    ),
    Leniency(
        "lenient-deflate-first-only",
        "declines all offers when the first cannot be taken",
        told(warn="deflate-fallback"),
        STRICT._replace(extensions=_first_or_none),
    ),
    Leniency(
        "lenient-deflate-unconfirmed",
        "accepts server_no_context_takeover without a word",
        told(fail="deflate-server-takeover"),
        _taking(accept=_without(SERVER_TAKEOVER)),
    ),
    Leniency(
        "lenient-deflate-sent-back",
        "sends a valid offer back as it is",
        told(fail="deflate-client-bits-offered", ok=f"{_SERVER_BITS_8_TO_15} deflate-quoted"),
        _taking(accept=_sent_back),
    ),
    Leniency(
        "lenient-deflate-client-bits-larger",
        "answers with a larger window for the client than was offered",
        told(fail="deflate-client-bits-10"),
        _taking(accept=_client_bits(b"=15")),
    ),
    Leniency(
        "lenient-deflate-quoted",
        "takes a bare value, and declines the same in quotes",
        told(warn="deflate-quoted", ok=_SERVER_BITS_8_TO_15),
        _taking(lambda offer: offer_is_valid(offer) and not any(map(_quotes, offer.params)), _bits),
    ),
)
