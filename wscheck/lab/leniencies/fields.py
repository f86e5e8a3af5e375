"""Fields: order, case, unknown ones, and octets off the grammar (RFC 9112 §2.2, §5; RFC 9110 §5)."""

from __future__ import annotations

import re
from collections.abc import Callable

from wscheck.lab.leniencies import Leniency, read_as, ruled, told, unless
from wscheck.lab.request import Request, read_request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import RULES, Rule, bad, refuse, syntax_but
from wscheck.lab.script import Draft

# Fields that browsers, tools and this tester send; what is not here is unknown.
_KNOWN = frozenset(
    b"host user-agent upgrade connection origin cookie authorization sec-websocket-key sec-websocket-version "
    b"sec-websocket-protocol sec-websocket-extensions content-length transfer-encoding expect".split()
)


def _status(status: bytes, text: str, when: Callable[[Request], bool]) -> Rule:
    """A rule that answers with this status where `when` holds."""

    def rule(request: Request) -> Draft | None:
        return refuse(request, status, text) if when(request) else None

    return rule


def _host_first(request: Request) -> bool:
    return bool(request.all(b"Host")) and request.fields[0].name.lower() != b"host"


def _unknown(request: Request) -> bool:
    return any(field.name.lower() not in _KNOWN for field in request.fields)


def _spelt(request: Request) -> Request:
    """Names as RFC 6455 writes them; others are not seen."""
    right = (b"Host", b"Upgrade", b"Connection", b"Sec-WebSocket-Key", b"Sec-WebSocket-Version")
    names = {name.lower(): name for name in right}
    kept = tuple(field for field in request.fields if names.get(field.name.lower(), field.name) == field.name)
    return request._replace(fields=kept)


def _folds_dropped(request: Request) -> Request:
    """Each fold taken as a line of its own, which is no field."""
    first = (field._replace(value=field.raw.partition(b":")[2].partition(b"\n")[0].strip()) for field in request.fields)
    return request._replace(fields=tuple(first))


def _blank_led(octets: bytes, date: bytes) -> Request:
    """Lines with a blank in front, right behind the request line, taken as fields like all others."""
    return read_request(re.sub(rb"^([^\r\n]*\r\n)[ \t]+", rb"\1", octets), date)


def _tolerating(*kinds: str, server: Server = STRICT) -> Server:
    return ruled("syntax", syntax_but(*kinds), server)


def _raw_protocol(request: Request) -> bytes | None:
    """The offer sent back with whatever control characters are in it, else the right choice."""
    offers = [field.value for field in request.all(b"Sec-WebSocket-Protocol")]
    return offers[0] if offers and _controls(request) else STRICT.subprotocol(request)


def _controls(request: Request) -> bool:
    return any(octet in field.value for field in request.all(b"Sec-WebSocket-Protocol") for octet in (b"\r", b"\0"))


def _no_text(request: Request) -> bool:
    octets = b"\n".join((request.line, *(field.value for field in request.fields)))
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _spaced(request: Request) -> bool:
    return any(deviation.kind == "space-before-colon" for deviation in request.deviations)


_CRASH = b"500 Internal Server Error"
_BEFORE_COLON = "blank-before-colon-upgrade blank-before-colon-key blank-before-colon-other"

LENIENCIES = (
    Leniency(
        "lenient-fields-order",
        "wants Host as the first field",
        told(fail="fields-reversed fields-host-last"),
        ruled("order", _status(b"400 Bad Request", "Host comes first.", _host_first)),
    ),
    Leniency(
        "lenient-fields-case",
        "compares the names of fields with their case",
        told(fail="fields-lower-case fields-upper-case fields-swapped-case"),
        read_as(_spelt),
    ),
    Leniency(
        "lenient-fields-known",
        "refuses fields that it does not know",
        told(warn="unknown-field unknown-sec-field unknown-fetch-field unknown-accept"),
        ruled("known", _status(b"400 Bad Request", "There is an unknown field.", _unknown)),
    ),
    Leniency(
        "lenient-blank-before-colon",
        "takes blanks in front of the colon",
        told(fail=_BEFORE_COLON),
        _tolerating("space-before-colon"),
    ),
    Leniency(
        "lenient-blank-403",
        "refuses blanks in front of the colon with 403",
        told(warn=_BEFORE_COLON),
        ruled("blank", _status(b"403 Forbidden", "A wall in front says no.", _spaced)),
    ),
    Leniency(
        "lenient-fold-read",
        "reads a fold as a space, which is right",
        told(),
        _tolerating("fold"),
    ),
    Leniency(
        "lenient-fold-dropped",
        "takes a fold for a line of its own",
        told(fail="fold-protocol"),
        read_as(_folds_dropped, _tolerating("fold")),
    ),
    Leniency("lenient-line-feed", "takes a lone LF for the end of a line", told(), _tolerating("bare-lf")),
    Leniency(
        "lenient-controls-kept",
        "takes CR and NUL for parts of a value, and sends them back",
        told(fail="subprotocol-cr subprotocol-nul"),
        ruled(
            "subprotocols",
            unless(_controls, RULES["subprotocols"]),
            _tolerating("bare-cr", "control-in-value"),
        )._replace(subprotocol=_raw_protocol),
    ),
    Leniency(
        "lenient-blank-led",
        "takes a line with a blank in front for a field",
        told(fail="blank-led-line"),
        STRICT._replace(read=_blank_led),
    ),
    Leniency(
        "lenient-empty-line",
        "does not skip an empty line in front of the request line",
        told(warn="empty-line-first"),
        ruled(
            "empty",
            lambda request: (
                bad(request, "The request line is empty.")
                if any(deviation.kind == "status-line-prefix" for deviation in request.deviations)
                else None
            ),
        ),
    ),
    Leniency(
        "lenient-head-4k",
        "breaks with 500 on a head of more than 4 KiB",
        told(
            fail="cookie-4k cookie-16k cookie-128k fields-2000 target-70000",
            warn="target-7900 refusals-4xx",
        ),
        ruled("size", _status(_CRASH, "A buffer is full.", lambda request: request.size > 4096)),
    ),
    Leniency(
        "lenient-fields-100",
        "breaks with 500 on more than 100 fields",
        told(fail="fields-200 fields-2000", warn="refusals-4xx"),
        ruled("count", _status(_CRASH, "A table is full.", lambda request: len(request.fields) > 100)),
    ),
    Leniency(
        "lenient-fields-dropped",
        "reads 100 fields and drops the rest",
        told(fail="fields-200 fields-2000"),
        read_as(lambda request: request._replace(fields=request.fields[:100])),
    ),
    Leniency(
        "lenient-utf-8",
        "breaks with 500 on octets that are no UTF-8",
        told(warn="octets-query octets-field octets-subprotocol refusals-4xx"),
        ruled("text", _status(_CRASH, "A decoder broke.", _no_text)),
    ),
)
