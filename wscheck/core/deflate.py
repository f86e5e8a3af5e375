"""permessage-deflate: whether an acceptance answers an offer (RFC 7692 §5, §7).

May never enter: compression itself, and other extensions. The offers are those of one request; the acceptance has to
fit one of them, and which one is the server's choice, so the one that fits best is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wscheck.core.fields import Extension, Param
from wscheck.core.grammar import WINDOW_BITS

NAME = b"permessage-deflate"
SERVER_TAKEOVER = b"server_no_context_takeover"
CLIENT_TAKEOVER = b"client_no_context_takeover"
SERVER_BITS = b"server_max_window_bits"
CLIENT_BITS = b"client_max_window_bits"

Fault = tuple[str, str]  # (problem code, sentence)


def offer_is_valid(offer: Extension) -> bool:
    """Whether a server may accept this offer: RFC 7692 §7 declines undefined, invalid or repeated parameters."""
    names = [param.name for param in offer.params]
    return len(set(names)) == len(names) and all(_valid_in_offer(param) for param in offer.params)


def _valid_in_offer(param: Param) -> bool:
    if param.name in (SERVER_TAKEOVER, CLIENT_TAKEOVER):
        return param.value is None
    if param.name == SERVER_BITS:
        return _is_bits(param.value)
    # client_max_window_bits may stand bare in an offer, and only there (§7.1.2.2)
    return param.name == CLIENT_BITS and (param.value is None or _is_bits(param.value))


def judge_acceptance(answer: Extension, offers: Iterable[Extension]) -> tuple[Fault, ...]:
    """What is wrong with `answer` as an acceptance of one of `offers`; empty when it is right for at least one."""
    own = tuple(_parameter_faults(answer))
    candidates = [tuple(_mismatches(answer, offer)) for offer in offers if offer_is_valid(offer)]
    if not candidates:
        return (
            *own,
            (
                "invalid-offer-accepted",
                "the offer has an undefined, invalid or repeated parameter: it had to be declined",
            ),
        )
    return (*own, *min(candidates, key=len))


def _parameter_faults(answer: Extension) -> Iterator[Fault]:
    """§7: only the four defined parameters, each valid, none repeated."""
    seen: set[bytes] = set()
    for param in answer.params:
        shown = param.name.decode("ascii")
        if param.name in seen:
            yield "repeated-parameter", f"{shown} stands twice"
        seen.add(param.name)
        if param.name in (SERVER_TAKEOVER, CLIENT_TAKEOVER):
            if param.value is not None:
                yield "unexpected-value", f"{shown} takes no value"
        elif param.name in (SERVER_BITS, CLIENT_BITS):
            if param.value is None:
                yield "missing-value", f"{shown} has no value"
            elif not _is_bits(param.value):
                yield "bad-window-bits", f"{shown}={param.value.decode('ascii')} is not a number from 8 to 15"
        else:
            yield "unknown-parameter", f"{shown} is not a parameter of permessage-deflate"


def _mismatches(answer: Extension, offer: Extension) -> Iterator[Fault]:
    """What in the acceptance does not follow from this offer."""
    asked = {param.name: param.value for param in offer.params}
    given = {param.name: param.value for param in answer.params}
    if SERVER_TAKEOVER in asked and SERVER_TAKEOVER not in given:
        yield "takeover-not-confirmed", "server_no_context_takeover was asked for and is not confirmed"
    if SERVER_BITS in asked and SERVER_BITS not in given:
        yield "bits-not-confirmed", "server_max_window_bits was asked for and is not confirmed"
    if CLIENT_BITS in given and CLIENT_BITS not in asked:
        yield "client-bits-unasked", "client_max_window_bits was not offered, so the client cannot honour it"
    for name in (SERVER_BITS, CLIENT_BITS):
        wanted, got = asked.get(name), given.get(name)
        if _is_bits(wanted) and _is_bits(got) and int(got or b"") > int(wanted or b""):
            yield (
                "window-too-large",
                f"{name.decode()}={int(got or b'')} is larger than the {int(wanted or b'')} offered",
            )


def _is_bits(value: bytes | None) -> bool:
    return value is not None and WINDOW_BITS.fullmatch(value) is not None
