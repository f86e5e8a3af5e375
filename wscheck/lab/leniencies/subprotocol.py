"""Sec-WebSocket-Protocol: what is read of an offer, and what is sent back (RFC 6455 §4.2.2 /subprotocol/)."""

from __future__ import annotations

from wscheck.core.fields import members
from wscheck.core.grammar import is_token
from wscheck.lab.leniencies import Leniency, named_lines, ruled, told, unless, without
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, SUBPROTOCOLS, choose_subprotocol
from wscheck.lab.rules import RULES, bad
from wscheck.lab.script import Draft

_P = b"Sec-WebSocket-Protocol"
_RULE = RULES["subprotocols"]
_OFF_GRAMMAR = "subprotocol-space subprotocol-slash subprotocol-quoted subprotocol-parameter subprotocol-non-ascii"


def _offered(request: Request) -> tuple[bytes, ...]:
    return members(request.all(_P))


def _first_echoed(request: Request) -> bytes | None:
    """The first name offered, known or not, unless a known one is there."""
    names = [name for name in _offered(request) if is_token(name)]
    return choose_subprotocol(request) or (names[0] if names else None)


def _echoed(request: Request) -> bytes | None:
    """The first name offered, whatever it is, unless a known one is there."""
    names = [name for name in _offered(request) if name]
    return choose_subprotocol(request) or (names[0] if names else None)


def _without_case(request: Request) -> bytes | None:
    offered = [name.lower() for name in _offered(request)]
    return next((name for name in SUBPROTOCOLS if name in offered), None)


def _empty(request: Request) -> bytes | None:
    """The chosen name, or an empty value where the field is there and nothing fits."""
    return choose_subprotocol(request) or (b"" if request.all(_P) and not any(_offered(request)) else None)


def _listed(request: Request) -> bytes | None:
    """A known name alone; two lines of offers come back as one list."""
    lines = request.all(_P)
    return b", ".join(field.value for field in lines) if len(lines) > 1 else choose_subprotocol(request)


def _default(request: Request) -> bytes | None:
    return (choose_subprotocol(request) or SUBPROTOCOLS[0]) if request.all(_P) else None


def _first_known(request: Request) -> bytes | None:
    names = _offered(request)
    return names[0] if names and names[0] in SUBPROTOCOLS else None


def _client_order(request: Request) -> bytes | None:
    return next((name for name in _offered(request) if name in SUBPROTOCOLS), None)


def _pedantic(request: Request) -> Draft | None:
    """Wants known names, each once, and no empty member."""
    names = _offered(request)
    right = all(names) and len(set(names)) == len(names) and (not names or choose_subprotocol(request))
    return None if right else bad(request, "The offer of subprotocols is not to my taste.")


LENIENCIES = (
    Leniency(
        "lenient-subprotocol-grammar",
        "passes over offers that are no tokens",
        told(warn=_OFF_GRAMMAR),
        ruled("subprotocols", unless(lambda request: any(_offered(request)), _RULE)),
    ),
    Leniency(
        "lenient-subprotocol-raw",
        "sends the first offer back, token or not",
        told(fail=f"{_OFF_GRAMMAR} subprotocol-unknown subprotocol-other-case", info="token-echo"),
        without("subprotocols")._replace(subprotocol=_echoed),
    ),
    Leniency(
        "lenient-subprotocol-echo",
        "sends the first name back, known or not",
        told(fail="subprotocol-unknown subprotocol-other-case", info="token-echo"),
        STRICT._replace(subprotocol=_first_echoed),
    ),
    Leniency(
        "lenient-subprotocol-case",
        "compares names without case",
        told(fail="subprotocol-other-case"),
        STRICT._replace(subprotocol=_without_case),
    ),
    Leniency(
        "lenient-subprotocol-first-line",
        "reads the first line of offers",
        told(fail="subprotocol-lines-known-last"),
        STRICT._replace(subprotocol=lambda request: choose_subprotocol(named_lines(_P, 0)(request))),
    ),
    Leniency(
        "lenient-subprotocol-last-line",
        "reads the last line of offers",
        told(fail="subprotocol-lines-known-first"),
        STRICT._replace(subprotocol=lambda request: choose_subprotocol(named_lines(_P, -1)(request))),
    ),
    Leniency(
        "lenient-subprotocol-empty",
        "answers an offer of nothing with an empty name",
        told(warn="subprotocol-empty subprotocol-comma"),
        ruled("subprotocols", unless(lambda request: not any(_offered(request)), _RULE))._replace(subprotocol=_empty),
    ),
    Leniency(
        "lenient-subprotocol-default",
        "names its favourite where nothing was offered that could be chosen",
        told(fail=f"{_OFF_GRAMMAR} subprotocol-empty subprotocol-comma subprotocol-unknown subprotocol-other-case"),
        without("subprotocols")._replace(subprotocol=_default),
    ),
    Leniency(
        "lenient-subprotocol-head",
        "looks at the first name of an offer and at no other, which is as right",
        told(skip="subprotocol-lines-known-last"),
        STRICT._replace(subprotocol=_first_known),
    ),
    Leniency(
        "lenient-subprotocol-list",
        "sends the lines of an offer back as a list",
        told(fail="subprotocol-lines-known-first subprotocol-lines-known-last"),
        STRICT._replace(subprotocol=_listed),
    ),
    Leniency(
        "lenient-subprotocol-order",
        "takes the client's favourite, which is as right as its own",
        told(),
        STRICT._replace(subprotocol=_client_order),
    ),
    Leniency(
        "lenient-subprotocol-refused",
        "refuses an offer that it cannot take, and lists with empty members or with a name twice",
        told(),
        ruled("odd", _pedantic),
    ),
)
