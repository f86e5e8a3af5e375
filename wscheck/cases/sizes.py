"""Fields that are large, many, or no text: refused in words or taken whole (RFC 9110 §5.4, §5.5; RFC 6585 §5)."""

from __future__ import annotations

from wscheck.cases import Case, Edit, Row, Said, Seen, one
from wscheck.cases.build import PROTOCOL, drop, more, query
from wscheck.cases.verdicts import accepted_rightly, chosen, said, silence
from wscheck.core import plan as plans
from wscheck.core.plan import Plan

LARGE = Row(
    ("R-9110-5.4-10",),
    "must",
    "RFC 9110 §5.4; RFC 6585 §5",
    "Fields larger than the server takes get a 4xx (431 fits); they are never dropped silently.",
    "Answer 431, or raise the limit: cookies and tokens get long.",
)
NOT_UTF8 = Row(
    ("R-6455-8.1-10",),
    "should",
    "RFC 6455 §8.1; RFC 9110 §5.5",
    "Values are opaque octets; a server that decodes them has to expect octets that are no UTF-8.",
    "Handle decoding errors of the request: refuse with 400 instead of failing.",
)


def _large(seen: Seen) -> Said:
    status = seen.answer.status if seen.answer else None
    if status is not None and status >= 500:
        return Said("fail", said(seen))
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    wrong = accepted_rightly(seen)
    if not wrong and seen.good.subprotocols and not chosen(seen.answer):
        return Said("fail", f"{said(seen)}, but without the subprotocol of the good handshake: fields were dropped")
    return wrong or Said("pass", said(seen))


def _robust(seen: Seen) -> Said:
    status = seen.answer.status if seen.answer else None
    if status is not None and status >= 500:
        return Said("warn", said(seen))
    return silence(seen) or Said("pass", said(seen))


def _sized(name: str, title: str, edit: Edit, *, intrusive: bool = False) -> Case:
    return Case(name, title, LARGE, "a 101, or a 4xx that says it is too large", one(edit), _large, intrusive=intrusive)


def _many(count: int) -> Edit:
    """So many fields, and the offer of subprotocols behind them: a server that drops some chooses none."""
    lines = tuple((b"X-Wscheck-%d" % number, b"1") for number in range(count))

    def edit(plan: Plan) -> Plan:
        offers = tuple(field for field in plan.fields if field[0] == PROTOCOL)
        return plan._replace(fields=(*drop(PROTOCOL)(plan).fields, *lines, *offers))

    return edit


def _opaque(name: str, title: str, edit: Edit) -> Case:
    expected = "a 4xx, a close, or a 101 as if nothing were special"
    return Case(name, title, NOT_UTF8, expected, one(edit), _robust)


CASES = (
    _sized("cookie-4k", "a cookie of 4 KiB", more(b"Cookie", b"wscheck=" + b"a" * 4088)),
    _sized("cookie-16k", "a cookie of 16 KiB", more(b"Cookie", b"wscheck=" + b"a" * 16376), intrusive=True),
    _sized("cookie-128k", "a cookie of 128 KiB", more(b"Cookie", b"wscheck=" + b"a" * 131064), intrusive=True),
    _sized("fields-200", "200 small fields more", _many(200), intrusive=True),
    _sized("fields-2000", "2000 small fields more", _many(2000), intrusive=True),
    _opaque("octets-query", "octets that are no UTF-8 in the query", query(b"x=\xc3\x28")),
    _opaque("octets-field", "octets that are no UTF-8 in an unknown field", more(b"X-Unknown", b"\xc3\x28")),
    _opaque(
        "octets-subprotocol",
        "octets that are no UTF-8 in an offered subprotocol",
        lambda plan: plans.replaced(plan, PROTOCOL, b"\xc3\x28"),
    ),
)
