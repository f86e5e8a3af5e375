"""Two reports of one service side by side: where request and reply differ, and what each difference means.

May never enter: I/O, and what is bound to differ: the key and what it makes of Accept, Host, dates, numbers that are
drawn for each request, times, addresses. They are aligned out, so that two ways to one server compare as the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from wscheck.core.alignment import (
    LEFT_OUT,
    SHOWN,
    accept_outcome,
    came_value,
    ending,
    frame_kinds,
    sent_value,
    without_host,
)
from wscheck.core.answer import Answer, has_no_content, read_answer, read_body
from wscheck.core.comparison import Comparison, Difference
from wscheck.core.exchange import Tls, Tunnel
from wscheck.core.fields import Field, named
from wscheck.core.head import Head
from wscheck.core.key import accept_mistake
from wscheck.core.meaning import meaning
from wscheck.core.report import Finding, Report
from wscheck.core.sides import Seen, Side
from wscheck.core.visible import printable, visible

# The checks whose subject is compared itself; of the others (syntax, frames, replay, …) the outcomes are.
_COMPARED = {
    *("status", "http-version", "upgrade", "connection", "accept", "subprotocol", "extensions"),
    *("framing", "leftovers", "refusal", "close"),
}
_WORST_LAST = ("pass", "info", "warn", "fail", "error")


# What is compared, and the text that is shown (None: nothing is there).
_Fact = tuple[object, str | None]


class _Met(NamedTuple):
    """What one place has on each side."""

    where: str
    a: _Fact
    b: _Fact
    said: str | None = None  # a meaning that stands in the reports already


def compare(a: Report, b: Report) -> Comparison:
    """Where two reports differ, in the order of an exchange."""
    side_a, side_b = _side("A", a), _side("B", b)
    met = [one for step in _STEPS for one in step(side_a, side_b)]
    met += _checks(a, b)
    differences = [_difference(one, side_a, side_b) for one in met if one.a[0] != one.b[0]]
    return Comparison(a, b, tuple(differences))


def _side(letter: str, report: Report) -> Side:
    made = report.main or report.exchanges[-1]
    return Side(letter, made, read_answer(made))


def _difference(met: _Met, a: Side, b: Side) -> Difference:
    return Difference(met.where, met.a[1], met.b[1], met.said or meaning(Seen(met.where, a, b, met.a[1], met.b[1])))


# -- the request -------------------------------------------------------------------------------------------------------


def _request(a: Side, b: Side) -> Iterator[_Met]:
    yield _pair("request line", a, b, lambda side: _shown(side.exchange.request.partition(b"\r\n")[0]))
    yield from _all_fields("request field", a.answer.sent.fields, b.answer.sent.fields, sent_value, a, b)


# -- the way there -----------------------------------------------------------------------------------------------------


def _failure(a: Side, b: Side) -> Iterator[_Met]:
    ended = [side.exchange.failure for side in (a, b)]
    facts = [(one and one[:2], one and printable(f"{one.stage}: {one.kind}: {one.detail}")) for one in ended]
    yield _Met("failure", facts[0], facts[1])


def _tls(a: Side, b: Side) -> Iterator[_Met]:
    one, other = a.exchange.tls, b.exchange.tls
    if one is None or other is None:
        reached = all(side.exchange.address for side in (a, b))
        facts = [(tls is not None, tls and _tls_text(tls)) for tls in (one, other)]
        if reached:
            yield _Met("tls", facts[0], facts[1])
        return
    texts = [_tls_text(tls) for tls in (one, other)]
    yield _Met("tls", (texts[0], texts[0]), (texts[1], texts[1]))
    papers = [(tls.subject, tls.issuer, tls.not_after, tls.verified) for tls in (one, other)]
    yield _Met("certificate", (papers[0], _certificate_text(one)), (papers[1], _certificate_text(other)))


def _tls_text(tls: Tls) -> str:
    return printable(f"{tls.version}, {tls.cipher}, ALPN {tls.alpn or 'none'}")


def _certificate_text(tls: Tls) -> str:
    verified = "verified" if tls.verified else "not verified"
    names = f"{tls.subject or 'no name'}, issued by {tls.issuer or 'no name'}"
    return printable(f"{names}, until {tls.not_after}, {verified}")


# -- the reply's head --------------------------------------------------------------------------------------------------


def _heads(a: Side, b: Side) -> Iterator[_Met]:
    one, other = a.answer.head, b.answer.head
    if one is None or other is None:
        # All of one side is missing, which its failure says; the other's fields would say it once more each.
        yield _pair("status line", a, b, lambda side: _shown(side.answer.head.start_line if side.answer.head else b""))
        return
    yield _pair("interim replies", a, b, lambda side: _shown(_lines(side.answer.interim)))
    yield _Met("status line", _shown(one.start_line), _shown(other.start_line))
    yield from _all_fields("field", one.fields, other.fields, came_value, a, b)
    yield _pair("field Sec-WebSocket-Accept", a, b, _accept)._replace(said=_mistake(a, b))
    pairs = list(_spelt(one.fields, other.fields))
    names = [b", ".join(pair[number] for pair in pairs) for number in (0, 1)]
    yield _Met("field names", _shown(names[0]), _shown(names[1]))
    orders = [list(dict.fromkeys(field.name.lower() for field in head.fields)) for head in (one, other)]
    common = [b", ".join(name for name in order if all(name in names for names in orders)) for order in orders]
    yield _Met("field order", _shown(common[0]), _shown(common[1]))


def _lines(heads: tuple[Head, ...]) -> bytes:
    return b", ".join(head.start_line for head in heads)


def _accept(side: Side) -> _Fact:
    key = side.answer.sent.key
    values = [field.value for field in side.answer.all(b"Sec-WebSocket-Accept")]
    return [accept_outcome(key, value) for value in values], _joined(values)


def _mistake(a: Side, b: Side) -> str | None:
    """What the side did that computed its Accept wrongly, where it is known."""
    for side in (a, b):
        key, lines = side.answer.sent.key, side.answer.all(b"Sec-WebSocket-Accept")
        mistake = accept_mistake(key, lines[0].value) if key and lines else None
        if mistake:
            return f"At {side.letter}: {mistake[1]}."
    return None


def _spelt(one: tuple[Field, ...], other: tuple[Field, ...]) -> Iterator[tuple[bytes, bytes]]:
    """The names that both have, each in its own case."""
    theirs = {field.name.lower(): field.name for field in other}
    for field in one:
        name = theirs.get(field.name.lower())
        if name is not None and name != field.name:
            yield field.name, name


def _all_fields(
    where: str,
    one: tuple[Field, ...],
    other: tuple[Field, ...],
    value: Callable[[Answer, Field], object],
    a: Side,
    b: Side,
) -> Iterator[_Met]:
    """Every name that one of the two has, with all its lines."""
    names: dict[bytes, bytes] = {}
    for field in (*one, *other):
        names.setdefault(field.name.lower(), field.name)
    for name in names.values():
        lines = [(side, named(fields, name)) for side, fields in ((a, one), (b, other))]
        facts = [
            ([value(side.answer, field) for field in found], _joined([field.value for field in found]))
            for side, found in lines
        ]
        if name.lower() not in LEFT_OUT:
            yield _Met(f"{where} {visible(name, 60)}", facts[0], facts[1])


# -- what follows the head ---------------------------------------------------------------------------------------------


def _content(a: Side, b: Side) -> Iterator[_Met]:
    if not (a.answer.head and b.answer.head):
        return
    yield _pair("content", a, b, _body)


def _body(side: Side) -> _Fact:
    answer = side.answer
    data = b"" if answer.switching or has_no_content(answer.status) else read_body(answer).data
    words = b" ".join(data.split())
    size = "1 octet" if len(data) == 1 else f"{len(data)} octets"
    return without_host(answer, data), f"{size}: {visible(words, SHOWN)}" if data else None


def _tunnel(a: Side, b: Side) -> Iterator[_Met]:
    one, other = a.exchange.tunnel, b.exchange.tunnel
    if one is None or other is None:
        return  # only one switched, which the status line says
    kinds, ends = [frame_kinds(tunnel) for tunnel in (one, other)], [ending(tunnel) for tunnel in (one, other)]
    yield _Met("frames", (kinds[0], kinds[0] or None), (kinds[1], kinds[1] or None))
    yield _Met("end", (ends[0], _after(ends[0], one)), (ends[1], _after(ends[1], other)))


def _after(text: str, tunnel: Tunnel) -> str:
    return f"{text}, after {tunnel.ending.after_s:.1f} s"


def _checks(a: Report, b: Report) -> Iterator[_Met]:
    theirs = {finding.id: finding for finding in b.checks}
    for one in a.checks:
        other = theirs.get(one.id)
        if other is None or one.id in _COMPARED or "skip" in (one.status, other.status):
            continue
        letter, odd = max(("A", one), ("B", other), key=lambda side: _WORST_LAST.index(side[1].status))
        said = f"At {letter}: {odd.problems[0].message}." if odd.problems else None
        yield _Met(f"check {one.id}", (one.status, _finding(one)), (other.status, _finding(other)), said)


def _finding(finding: Finding) -> str:
    return f"{finding.status}: {finding.observed}"


# -- texts -------------------------------------------------------------------------------------------------------------

_STEPS = (_request, _failure, _tls, _heads, _content, _tunnel)


def _pair(where: str, a: Side, b: Side, fact: Callable[[Side], _Fact]) -> _Met:
    return _Met(where, fact(a), fact(b))


def _shown(data: bytes) -> _Fact:
    return data, visible(data, SHOWN) if data else None


def _joined(values: list[bytes]) -> str | None:
    return " + ".join(visible(value, SHOWN) for value in values) if values else None
