"""The expressions of the grammar, each at its edges."""

from __future__ import annotations

import pytest

from wscheck.core.grammar import (
    ACCEPT_SHAPE,
    CONTROL,
    COOKIE_PAIR,
    EMPTY_LINES,
    HEAD_END,
    HTTP_VERSION,
    REQUEST_LINE,
    STATUS_CODE,
    WINDOW_BITS,
    is_token,
    same,
)


def test_a_token_holds_77_octets_and_no_others() -> None:
    tchars = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    assert len(tchars) == 77
    assert bytes(octet for octet in range(256) if is_token(bytes([octet]))) == bytes(sorted(tchars))
    assert not is_token(b"")
    assert is_token(b"permessage-deflate")
    assert not is_token(b"token\n")


def test_names_compare_by_ascii_case_alone() -> None:
    assert same(b"websocket", b"WebSOCKET")
    assert same(b"", b"")
    assert not same(b"websocket", b"websoc\xe2\x84\xaaet")
    assert not same(b"\xc4", b"\xe4")


def test_controls_are_all_but_tab_and_cr() -> None:
    found = bytes(octet for octet in range(256) if CONTROL.fullmatch(bytes([octet])))
    assert found == (
        b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\n\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"
    )


@pytest.mark.parametrize("text", [b"HTTP/1.1", b"HTTP/0.9", b"HTTP/9.9"])
def test_versions(text: bytes) -> None:
    assert HTTP_VERSION.fullmatch(text)


@pytest.mark.parametrize("text", [b"HTTP/11", b"HTTP/1", b"HTTP/1.10", b"http/1.1", b"HTTP/1.1 ", b"HTTP/1,1"])
def test_no_versions(text: bytes) -> None:
    assert not HTTP_VERSION.fullmatch(text)


def test_status_codes_and_request_lines() -> None:
    assert STATUS_CODE.fullmatch(b"101")
    assert not STATUS_CODE.fullmatch(b"1010")
    assert not STATUS_CODE.fullmatch(b"\xb2\xb3\xb9")
    assert REQUEST_LINE.fullmatch(b"GET /chat HTTP/1.1")
    assert not REQUEST_LINE.fullmatch(b"GET  /chat HTTP/1.1")
    assert not REQUEST_LINE.fullmatch(b"HTTP/1.1 101 Switching Protocols")


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"A: b\r\n\r\nrest", 8),
        (b"A: b\n\nrest", 6),
        (b"A: b\r\n\r\r\nrest", 9),
        (b"A: b\r\n\nrest", 7),
        (b"A: b\r\r", None),
        (b"A: b\n\r", None),
        (b"A: b\r\n \r\n", None),
    ],
)
def test_the_end_of_a_head(data: bytes, end: int | None) -> None:
    match = HEAD_END.search(data)
    assert (match.end() if match else None) == end


@pytest.mark.parametrize(
    ("data", "length"), [(b"", 0), (b"HTTP", 0), (b"\r\n\r\nHTTP", 4), (b"\n\r\r\nA", 4), (b"\r", 0), (b"\r\n\rA", 2)]
)
def test_empty_lines_in_front(data: bytes, length: int) -> None:
    match = EMPTY_LINES.match(data)
    assert match is not None
    assert match.end() == length


def test_the_shape_of_an_accept() -> None:
    assert ACCEPT_SHAPE.fullmatch(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    for off in (b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo", b"s3pPLMBiTxaQ9kYGzzhZRbK-xOo=", b"dGhlIHNhbXBsZSBub25jZQ=="):
        assert not ACCEPT_SHAPE.fullmatch(off)


def test_window_bits_are_8_to_15_without_leading_zero() -> None:
    values = [b"%d" % number for number in range(20)] + [b"08", b"8.0", b"+8", b" 8", b""]
    assert [value for value in values if WINDOW_BITS.fullmatch(value)] == [
        b"8",
        b"9",
        b"10",
        b"11",
        b"12",
        b"13",
        b"14",
        b"15",
    ]


@pytest.mark.parametrize("pair", [b"a=b", b"a=", b'a="b"', b'a=""', b"__Host-a=b/c:d"])
def test_cookie_pairs(pair: bytes) -> None:
    assert COOKIE_PAIR.fullmatch(pair)


@pytest.mark.parametrize("pair", [b"a", b"=b", b"a b=c", b"a=b c", b"a=b,c", b'a="b', b"a=b\\c", b"a=\xe4"])
def test_no_cookie_pairs(pair: bytes) -> None:
    assert not COOKIE_PAIR.fullmatch(pair)
