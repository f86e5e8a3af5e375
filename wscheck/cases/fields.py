"""Fields: order, case, unknown ones, and syntax that may be refused or forgiven (RFC 9112 §2.2, §5; RFC 9110 §5)."""

from __future__ import annotations

from wscheck.cases import Case, Edit, Good, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import (
    HOST,
    KEY,
    PROTOCOL,
    UPGRADE,
    accepted,
    bad_request,
    drop,
    first,
    more,
    open_case,
    raw,
    whole,
)
from wscheck.cases.sizes import CASES
from wscheck.cases.verdicts import accepted_rightly, chosen, either, offered, said, silence
from wscheck.core.key import accept_for
from wscheck.core.plan import Plan
from wscheck.core.visible import visible

ORDER = 60

ORDERLESS = Row(
    ("R-6455-4.2.1-20", "R-9110-5.1-01"),
    "must",
    "RFC 6455 §4.2.1; RFC 9110 §5.1, §5.3",
    "The order of fields and the case of their names mean nothing.",
    "Look fields up by name, without case, wherever they stand.",
)
UNKNOWN = Row(
    ("R-6455-4.2.1-21",),
    "should",
    "RFC 6455 §4.2.1 item 10; RFC 9110 §5.1",
    "Unknown fields are ignored: browsers and proxies add new ones all the time.",
    "Ignore fields that are not known.",
)
BEFORE_COLON = Row(
    ("R-9112-5.1-10",),
    "must",
    "RFC 9112 §5.1",
    "Blanks between name and colon are read in different ways, so a server has to refuse them with 400.",
    "Answer 400 to a request with whitespace between a field's name and its colon.",
)
FOLD = Row(
    ("R-9112-5.2-10",),
    "must",
    "RFC 9112 §5.2",
    "A folded field is refused with 400, or its fold is read as a space; a continuation is never a field of its own.",
    "Refuse folds, or join the lines before fields are parsed.",
)
LF = Row(("R-9112-2.2-10",), "may", "RFC 9112 §2.2", "A lone LF may be taken as the end of a line.", "")
CONTROLS = Row(
    ("R-9112-2.2-11",),
    "must",
    "RFC 9112 §2.2; RFC 9110 §5.5",
    "A bare CR or NUL is refused or replaced; sent back as it is, it splits a reply in two for someone.",
    "Refuse control characters in values with 400.",
)
LEADING_BLANK = Row(
    ("R-9112-2.2-12",),
    "must",
    "RFC 9112 §2.2",
    "A line with a blank in front, right behind the request line, is refused or skipped; it is no field.",
    "Refuse the request, or skip such lines without reading them.",
)
EMPTY_LINE = Row(
    ("R-9112-2.2-13",),
    "should",
    "RFC 9112 §2.2",
    "An empty line in front of the request line is skipped: old clients send one behind a body.",
    "Skip at least one CRLF before the request line.",
)


def _lower(plan: Plan) -> Plan:
    return plan._replace(fields=tuple((name.lower(), value) for name, value in plan.fields))


def _upper(plan: Plan) -> Plan:
    return plan._replace(fields=tuple((name.upper(), value) for name, value in plan.fields))


def _mixed(plan: Plan) -> Plan:
    return plan._replace(fields=tuple((name.swapcase(), value) for name, value in plan.fields))


def _reversed(plan: Plan) -> Plan:
    return plan._replace(fields=plan.fields[::-1])


def _host_last(plan: Plan) -> Plan:
    return more(HOST, offered(plan.fields, HOST))(drop(HOST)(plan))


def _spaced(name: bytes) -> Edit:
    def edit(plan: Plan) -> Plan:
        return raw(name + b" : " + offered(plan.fields, name), without=name)(plan)

    return edit


def _folded(good: Good) -> tuple[Shot, ...]:
    """The offer over two lines; the known subprotocol stands on the continuation."""
    known = good.subprotocols[0]
    return (Shot(raw(PROTOCOL + b": x-none.invalid,\r\n " + known, without=PROTOCOL)(good.plan)),)


def _unfolded(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    names = chosen(seen.answer)
    if names == seen.good.subprotocols[:1]:
        return accepted_rightly(seen) or Said("pass", f"{said(seen)}, chose {visible(names[0], 40)}")
    shown = ", ".join(visible(name, 40) for name in names) or "none"
    return Said("fail", f"{said(seen)}, chose {shown}: the continuation was not read as part of the offer")


def _reflected(mark: bytes) -> Case:
    """The octet in an offered subprotocol: it may not come back as it is."""
    name = {b"\r": "cr", b"\0": "nul"}[mark]

    def judge(seen: Seen) -> Said:
        head = seen.answer.head.raw if seen.answer and seen.answer.head else b""
        if b"wsch" + mark + b"eck" in head:
            return Said("fail", f"{said(seen)}; the raw octet came back in a field")
        return either()(seen)

    return Case(
        f"subprotocol-{name}",
        f"a bare {name.upper()} in an offered subprotocol",
        CONTROLS,
        "a refusal, or a 101 in which the octet does not come back",
        one(raw(PROTOCOL + b": wsch" + mark + b"eck", without=PROTOCOL)),
        judge,
    )


def _behind_line(good: Good) -> tuple[Shot, ...]:
    """The only key stands on a line with a blank in front, right behind the request line."""
    return (Shot(first(b" " + KEY, good.another_key)(drop(KEY)(good.plan))),)


def _honoured(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    value = seen.answer.all(b"Sec-WebSocket-Accept")
    honoured = bool(value) and value[0].value == accept_for(seen.good.another_key).encode()
    return Said("fail", f"{said(seen)}: {'the line was read as a field' if honoured else 'there was no key'}")


SECTION = Section(
    "fields",
    "Fields: names, order, syntax, size",
    (
        accepted(ORDERLESS, "fields-reversed", "all fields in reverse order", _reversed),
        accepted(ORDERLESS, "fields-lower-case", "field names in lower case", _lower),
        accepted(ORDERLESS, "fields-upper-case", "field names in upper case", _upper),
        accepted(ORDERLESS, "fields-swapped-case", "field names in swapped case", _mixed),
        accepted(ORDERLESS, "fields-host-last", "Host behind all others", _host_last),
        accepted(UNKNOWN, "unknown-field", "X-Unknown", more(b"X-Unknown", b"1"), "warn"),
        accepted(UNKNOWN, "unknown-sec-field", "Sec-WebSocket-Foo", more(b"Sec-WebSocket-Foo", b"bar"), "warn"),
        accepted(UNKNOWN, "unknown-fetch-field", "Sec-Fetch-Mode", more(b"Sec-Fetch-Mode", b"websocket"), "warn"),
        accepted(
            UNKNOWN,
            "unknown-accept",
            "Sec-WebSocket-Accept in the request",
            more(b"Sec-WebSocket-Accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            "warn",
        ),
        bad_request(BEFORE_COLON, "blank-before-colon-upgrade", "'Upgrade : websocket'", _spaced(UPGRADE)),
        bad_request(BEFORE_COLON, "blank-before-colon-key", "a blank between Key and its colon", _spaced(KEY)),
        bad_request(
            BEFORE_COLON, "blank-before-colon-other", "a blank before the colon of another field", raw(b"X-Other : 1")
        ),
        Case(
            "fold-protocol",
            "the offer of subprotocols folded over two lines",
            FOLD,
            "400, or the known subprotocol chosen from the unfolded list",
            _folded,
            _unfolded,
            needs=("subprotocol",),
        ),
        open_case(FOLD._replace(level="may"), "fold-other", "another field folded", raw(b"X-Other: a\r\n b")),
        open_case(LF, "lf-only", "LF instead of CRLF everywhere", whole(lambda octets: octets.replace(b"\r\n", b"\n"))),
        open_case(CONTROLS._replace(level="may"), "bare-cr", "a bare CR in a value", raw(b"X-Other: a\rb")),
        open_case(CONTROLS._replace(level="may"), "nul", "a NUL in a value", raw(b"X-Other: a\0b")),
        _reflected(b"\r"),
        _reflected(b"\0"),
        Case(
            "blank-led-line",
            "the key on a line with a blank in front, behind the request line",
            LEADING_BLANK,
            "a refusal: the line is no field, so there is no key",
            _behind_line,
            _honoured,
        ),
        accepted(
            EMPTY_LINE,
            "empty-line-first",
            "an empty line in front of the request line",
            whole(lambda octets: b"\r\n" + octets),
            "warn",
        ),
        *CASES,
    ),
)
