"""The request as data, its octets, and what a user writes to change it."""

from __future__ import annotations

import pytest

from wscheck.core import plan
from wscheck.core.plan import (
    Plan,
    added,
    craft,
    edit_header,
    good_plan,
    raw_added,
    replaced,
    split_header,
    unescape,
    without,
)
from wscheck.core.target import parse_target
from wscheck.errors import UsageError

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
PLAN = Plan(b"GET", b"/chat", b"HTTP/1.1", ((b"Host", b"a.example"), (b"X-A", b"1"), (b"x-a", b"2"), (b"X-B", b"3")))


def test_a_good_request() -> None:
    assert craft(good_plan(parse_target("ws://a.example:9001/chat?x=1"), KEY)) == (
        b"GET /chat?x=1 HTTP/1.1\r\n"
        b"Host: a.example:9001\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"\r\n"
    )


def test_a_user_agent_stands_behind_host() -> None:
    plan = good_plan(parse_target("wss://a.example"), KEY, user_agent=b"wscheck/0.1")
    assert plan.fields[:2] == ((b"Host", b"a.example"), (b"User-Agent", b"wscheck/0.1"))
    assert len(plan.fields) == 6


def test_octets_are_sent_as_they_are() -> None:
    plan = Plan(
        b"g\xe9t", b"/a b", b"HTTP/9", ((b"A ", b"b\r\nc"), (b"B", b"")), (b"raw\x00", b" folded"), b"body\r\n\r\n"
    )
    assert craft(plan) == b"g\xe9t /a b HTTP/9\r\nA : b\r\nc\r\nB:\r\nraw\x00\r\n folded\r\n\r\nbody\r\n\r\n"


def test_a_field_is_replaced_at_the_place_of_the_first() -> None:
    assert replaced(PLAN, b"X-a", b"new").fields == ((b"Host", b"a.example"), (b"X-a", b"new"), (b"X-B", b"3"))
    assert replaced(PLAN, b"X-C", b"new").fields == (*PLAN.fields, (b"X-C", b"new"))


def test_fields_are_left_out_and_added() -> None:
    assert without(PLAN, b"X-A").fields == ((b"Host", b"a.example"), (b"X-B", b"3"))
    assert without(PLAN, b"X-C") == PLAN
    assert added(PLAN, b"X-A", b"").fields == (*PLAN.fields, (b"X-A", b""))
    assert raw_added(raw_added(PLAN, b"one"), b"two").raw_lines == (b"one", b"two")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("X-A: new", ((b"Host", b"a.example"), (b"X-A", b"new"), (b"X-B", b"3"))),
        ("X-A:", ((b"Host", b"a.example"), (b"X-B", b"3"))),
        ("X-A: ", ((b"Host", b"a.example"), (b"X-B", b"3"))),
        ("X-A;", ((b"Host", b"a.example"), (b"X-A", b""), (b"X-B", b"3"))),
        ("X-C: new", (*PLAN.fields, (b"X-C", b"new"))),
    ],
)
def test_a_header_as_in_curl(text: str, fields: tuple[tuple[bytes, bytes], ...]) -> None:
    assert edit_header(PLAN, text).fields == fields


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("A: b", b"A", b"b"),
        ("A:b", b"A", b"b"),
        ("A: \tb: c; \t", b"A", b"b: c;"),
        ("A: ä", b"A", b"\xc3\xa4"),
        ("A: \udcff", b"A", b"\xff"),
        ("A: a\tb", b"A", b"a\tb"),
        ("A:", b"A", None),
        ("A: \t", b"A", None),
        ("A;", b"A", b""),
        ("A; ", b"A", b""),
        ("A: ;", b"A", b";"),
    ],
)
def test_a_header_in_two_parts(text: str, name: bytes, value: bytes | None) -> None:
    assert split_header(text) == (name, value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A: b\r\nC: d", "holds CR, LF or NUL: use --raw-field"),
        ("A: b\0", "holds CR, LF or NUL"),
        ("A: b\x01", "holds a control character: use --raw-field"),
        ("A: b\x7f", "holds a control character"),
        ("A", "'A' is no field: write 'Name: value'"),
        ("", "'' is no field"),
        (": b", "has no name"),
        (";", "has no name"),
        ("A B: c", "'A B' is no field name because of ' '"),
        ("A : c", "'A ' is no field name because of ' '"),
        (" A: c", "' A' is no field name because of ' '"),
        ("Ä: c", "'Ä' is no field name because of 'Ä'"),
        ("(A): c", "because of '('"),
        ("A B;", "'A B' is no field name"),
    ],
)
def test_a_header_that_is_none(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_header(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", b""),
        ("plain", b"plain"),
        ("A: b\\r\\n", b"A: b\r\n"),
        ("\\t\\0\\\\", b"\t\x00\\"),
        ("\\x00\\xfF\\x41", b"\x00\xffA"),
        ("\\\\x41", b"\\x41"),
        ("ä\\x80", b"\xc3\xa4\x80"),
        ("\udcff", b"\xff"),
    ],
)
def test_escapes(text: str, octets: bytes) -> None:
    assert unescape(text) == octets


@pytest.mark.parametrize("text", ["\\q", "\\", "a\\x4", "\\xZZ", "\\\\\\", "\\u0041"])
def test_unknown_escapes(text: str) -> None:
    with pytest.raises(UsageError, match="has an unknown escape"):
        unescape(text)


# -- pieces, and requests from a file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (plan.Delivery(), (b"abcdef",)),
        (plan.Delivery((2, 4)), (b"ab", b"cd", b"ef")),
        (plan.Delivery((-1, 2, 2)), (b"ab", b"cde", b"f")),
        (plan.Delivery((0, 6, 7, -6, -9)), (b"abcdef",)),
        (plan.Delivery((2,), 0.5), (b"ab", b"cdef")),
        (plan.Delivery((), 0.5), (b"a", b"b", b"c", b"d", b"e", b"f")),
    ],
)
def test_pieces(delivery: plan.Delivery, expected: tuple[bytes, ...]) -> None:
    assert delivery.pieces(b"abcdef") == expected


def test_another_key_stands_wherever_the_first_stood() -> None:
    good = plan.Plan(b"GET", b"/a", b"HTTP/1.1", ((b"Host", b"a.example"), (b"Sec-WebSocket-Key", b"k==")))
    assert plan.rekeyed(good, b"l==").fields == ((b"Host", b"a.example"), (b"Sec-WebSocket-Key", b"l=="))
    whole = good._replace(whole=b"GET / HTTP/1.1\r\nSec-WebSocket-Key: k==\r\n\r\n")
    assert plan.craft(plan.rekeyed(whole, b"l==")) == b"GET / HTTP/1.1\r\nSec-WebSocket-Key: l==\r\n\r\n"
    unkeyed = whole._replace(fields=((b"Host", b"a.example"),))
    assert plan.rekeyed(unkeyed, b"l==") == unkeyed


def test_a_request_from_a_file_is_filled_in_and_else_as_it_is() -> None:
    good = plan.Plan(b"GET", b"/a", b"HTTP/1.1", ((b"Host", b"a.example"), (b"Sec-WebSocket-Key", b"k==")))
    made = plan.filled(b"X {target}\n{host} {key} {key} {other}", good)
    assert plan.craft(made) == b"X /a\na.example k== k== {other}"
    assert plan.craft(plan.filled(b"{host}|{key}", good._replace(fields=()))) == b"|"
