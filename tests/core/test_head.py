"""Heads: what is read, what deviates, and where. (Which deviation is an error is tested with the check `syntax`.)"""

from __future__ import annotations

import pytest

from wscheck.core.deviation import Deviation
from wscheck.core.fields import Field
from wscheck.core.head import (
    Head,
    head_end,
    is_interim,
    may_become_http,
    parse_fields,
    parse_head,
    parse_reply,
    request_head,
)


def test_a_head_without_deviation() -> None:
    data = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer:\r\n\r\n\x81\x02hi"
    assert parse_head(data) == Head(
        raw=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nServer:\r\n\r\n",
        offset=0,
        start_line=b"HTTP/1.1 101 Switching Protocols",
        version=b"1.1",
        status=101,
        reason=b"Switching Protocols",
        fields=(
            Field(b"Upgrade", b"websocket", b"Upgrade: websocket", 34),
            Field(b"Server", b"", b"Server:", 54),
        ),
        deviations=(),
        complete=True,
    )
    assert parse_head(data).end == 65


def test_a_head_that_begins_later() -> None:
    head = parse_head(b"0123456789HTTP/1.1 200 OK\r\nA:b\r\n\r\n", 10)
    assert (head.offset, head.end, head.status) == (10, 34, 200)
    assert head.fields == (Field(b"A", b"b", b"A:b", 27),)
    assert head.deviations == (Deviation("value-whitespace", 29, 1),)


@pytest.mark.parametrize(
    ("line", "version", "status", "reason", "kinds"),
    [
        (b"HTTP/1.1 101 Switching Protocols", b"1.1", 101, b"Switching Protocols", []),
        (b"HTTP/1.1 200 ", b"1.1", 200, b"", []),
        (b"HTTP/1.1 200  OK", b"1.1", 200, b" OK", []),
        (b"HTTP/1.0 200 OK", b"1.0", 200, b"OK", []),
        (b"HTTP/2.0 200 OK", b"2.0", 200, b"OK", []),
        (b"HTTP/1.1 200", b"1.1", 200, b"", ["status-line-end"]),
        (b"HTTP/1.1", b"1.1", None, b"", ["status-line-code"]),
        (b"HTTP/1.1 ", b"1.1", None, b"", ["status-line-code"]),
        (b"HTTP/1.1 OK", b"1.1", None, b"", ["status-line-code"]),
        (b"HTTP/1.1 1010 OK", b"1.1", None, b"OK", ["status-line-code"]),
        (b"HTTP/1.1 \xb2\xb2\xb2 OK", b"1.1", None, b"OK", ["status-line-code"]),
        (b"HTTP/1.1  200 OK", b"1.1", 200, b"OK", ["status-line-space"]),
        (b"HTTP/1.1\t200\tOK", b"1.1", 200, b"OK", ["status-line-space", "status-line-space"]),
        (b"HTTP/2 200 OK", None, 200, b"OK", ["status-line-version"]),
        (b"http/1.1 200 OK", None, 200, b"OK", ["status-line-version"]),
        (b"HTTP/1.1\x00 200 OK", None, 200, b"OK", ["status-line-version"]),
        (b"HTTP/1.1200 OK", None, None, b"", ["status-line-version", "status-line-code"]),
        (b"ICY 200 OK", None, 200, b"OK", ["status-line-version"]),
        (b"200 OK", None, 200, b"OK", ["status-line-version"]),
        (b"200", None, 200, b"", ["status-line-version", "status-line-end"]),
        (b"  HTTP/1.1 200 OK", b"1.1", 200, b"OK", ["status-line-prefix"]),
        (b"xHTTP/1.1 200 OK", b"1.1", 200, b"OK", ["status-line-prefix"]),
        (b"HTTP/1.1 200 O\x07K\x00", b"1.1", 200, b"O\x07K\x00", ["status-line-control"]),
        (b"HTTP/1.1 200 \xc3\xa4\t", b"1.1", 200, b"\xc3\xa4\t", []),
        (b"hello", None, None, b"", ["not-http"]),
        (b"2000 OK", None, None, b"", ["not-http"]),
        (b"GET / HTTP/1.1", None, None, b"", ["not-http"]),
        (b"<html>HTTP/1.1 200 OK", None, None, b"", ["not-http"]),
        (b"550 5.7.1 see HTTP/1.1", b"1.1", None, b"", ["status-line-prefix", "status-line-code"]),
    ],
)
def test_status_lines(line: bytes, version: bytes | None, status: int | None, reason: bytes, kinds: list[str]) -> None:
    head = parse_head(line + b"\r\n\r\n")
    assert head.start_line == line
    assert (head.version, head.status, head.reason) == (version, status, reason)
    assert [deviation.kind for deviation in head.deviations] == kinds


@pytest.mark.parametrize(
    ("lines", "fields", "deviations"),
    [
        (b"A: b\r\n c\r\n\td \r\n", [(b"A", b"b c d", b"A: b\r\n c\r\n\td ")], [("fold", 6, 2), ("fold", 10, 3)]),
        (b"A:\r\n b\r\n", [(b"A", b"b", b"A:\r\n b")], [("fold", 4, 2)]),
        (b"A: b\r\n \r\n", [(b"A", b"b", b"A: b\r\n ")], [("fold", 6, 1)]),
        (b"A: b\r\n c\r\nD: e\r\n", [(b"A", b"b c", b"A: b\r\n c"), (b"D", b"e", b"D: e")], [("fold", 6, 2)]),
        (
            b"A: b\r\n c\r\nno\r\n d\r\n",
            [(b"A", b"b c", b"A: b\r\n c")],
            [("fold", 6, 2), ("no-colon", 10, 2), ("fold", 14, 2)],
        ),
        (b" A: b\r\n", [], [("leading-whitespace", 0, 5)]),
        (b"A b: c\r\n", [(b"A b", b"c", b"A b: c")], [("bad-name", 0, 3)]),
        (b"A : b\r\n", [(b"A", b"b", b"A : b")], [("space-before-colon", 1, 1)]),
        (b"\rA\t: b\r\n", [(b"A", b"b", b"\rA\t: b")], [("bare-cr", 0, 1), ("space-before-colon", 2, 1)]),
        (b"A\r: b\r\n", [(b"A", b"b", b"A\r: b")], [("bare-cr", 1, 1)]),
        (b":\r\n", [], [("empty-name", 0, 1)]),
        (b"\r : b\r\n", [], [("bare-cr", 0, 1), ("empty-name", 0, 2)]),
        (b"A: b\nC: d\r\n", [(b"A", b"b", b"A: b"), (b"C", b"d", b"C: d")], [("bare-lf", 4, 1)]),
        (b"A: b\r\r\nC: d\r\n", [(b"A", b"b", b"A: b"), (b"C", b"d", b"C: d")], [("bare-cr", 4, 1)]),
        (b"A: b\rc\r\r\n", [(b"A", b"b\rc", b"A: b\rc")], [("bare-cr", 4, 1)]),
        (b"A: \x00b\x01\r\n", [(b"A", b"\x00b\x01", b"A: \x00b\x01")], [("control-in-value", 3, 1)]),
        (b"A:\x0bb\r\n", [(b"A", b"\x0bb", b"A:\x0bb")], [("control-in-value", 2, 1), ("value-whitespace", 2, 1)]),
        (b"A: b: c\r\n", [(b"A", b"b: c", b"A: b: c")], []),
    ],
)
def test_field_lines(
    lines: bytes, fields: list[tuple[bytes, bytes, bytes]], deviations: list[tuple[str, int, int]]
) -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n")
    assert head.complete
    assert [(field.name, field.value, field.raw) for field in head.fields] == fields
    assert [(found.kind, found.offset - 17, found.length) for found in head.deviations] == deviations


@pytest.mark.parametrize(
    ("data", "start_line", "kinds"),
    [
        (b"", b"", []),
        (b"\r", b"\r", []),
        (b"H", b"H", []),
        (b"htt", b"htt", []),
        (b"HTTP/1.1 101 Swi", b"HTTP/1.1 101 Swi", []),
        (b"HTTP/1.1 101\r", b"HTTP/1.1 101\r", []),
        (b"HTTP/1.1\r101 x", b"HTTP/1.1\r101 x", ["bare-cr"]),
        (b"\r\n", b"", ["status-line-prefix"]),
        (b"\n\nHT", b"HT", ["status-line-prefix"]),
        (b"SS", b"SS", ["not-http"]),
        (b" HTTP/1.1 101", b" HTTP/1.1 101", ["not-http"]),
        (b"\x16\x03\x01", b"\x16\x03\x01", ["not-http"]),
    ],
)
def test_a_start_line_that_was_cut(data: bytes, start_line: bytes, kinds: list[str]) -> None:
    head = parse_head(data)
    assert (head.raw, head.start_line, head.complete, head.status, head.fields) == (data, start_line, False, None, ())
    assert [deviation.kind for deviation in head.deviations] == kinds


def test_fields_of_a_head_that_was_cut() -> None:
    head = parse_head(b"HTTP/1.1 101 Switching Protocols\r\nA: b\r\nC\r: d\r")
    assert not head.complete
    assert head.status == 101
    assert [field.name for field in head.fields] == [b"A"]
    assert head.deviations == (Deviation("bare-cr", 41, 1),)


@pytest.mark.parametrize(
    ("data", "interim", "final"),
    [
        (b"HTTP/1.1 101 \r\n\r\n", [], 101),
        (b"HTTP/1.1 100 \r\n\r\n", [100], None),
        (b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 \r\n\r\nHTTP/1.1 101 \r\n\r\nHTTP/1.1 200 \r\n\r\n", [100, 103], 101),
        (b"HTTP/1.1 199 \r\n\r\nHTTP/1.1 404 \r\n\r\n", [199], 404),
        (b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 10", [100], None),
        (b"HTTP/1.1 100 \r\n", [], 100),
        (b"", [], None),
    ],
)
def test_interim_replies_and_the_final_one(data: bytes, interim: list[int], final: int | None) -> None:
    heads, head = parse_reply(data)
    assert [found.status for found in heads] == interim
    assert (head.status if head else None) == final


@pytest.mark.parametrize(
    ("status", "interim"),
    [(None, False), (99, False), (100, True), (101, False), (102, True), (199, True), (200, False)],
)
def test_which_status_is_interim(status: int | None, interim: bool) -> None:
    assert is_interim(status) is interim


@pytest.mark.parametrize(
    ("data", "start", "end"),
    [
        (b"A\r\n\r\nB", 0, 5),
        (b"\r\n\r\nA\r\n\r\nB", 0, 9),
        (b"\r\n\r\n", 0, None),
        (b"A\r\n", 0, None),
        (b"A\r\n\r\nB\n\nC", 5, 8),
        (bytearray(b"A\n\r\n"), 0, 4),
    ],
)
def test_where_a_head_ends(data: bytes | bytearray, start: int, end: int | None) -> None:
    assert head_end(data, start) == end


def test_a_request_is_read_as_tolerantly() -> None:
    request = b"\r\nGET /chat HTTP/1.1\r\nHost: a\r\nCookie : b\r\n c\r\n\r\nbody: x\r\n"
    line, fields, deviations = request_head(request)
    assert line == b"GET /chat HTTP/1.1"
    assert [(field.name, field.value) for field in fields] == [(b"Host", b"a"), (b"Cookie", b"b c")]
    assert [deviation.kind for deviation in deviations] == ["status-line-prefix", "space-before-colon", "fold"]
    assert parse_fields(request) == fields
    assert request_head(b"GET /chat") == (b"", (), ())
    assert parse_fields(b"GET / HTTP/1.1\r\nA: b\r\nC: d") == (Field(b"A", b"b", b"A: b", 16),)


@pytest.mark.parametrize(
    ("data", "may"),
    [
        (b"", True),
        (b"\r", True),
        (b"\r\n\r\n", True),
        (b"h", True),
        (b"\nHTTP", True),
        (b"HTTP/9", True),
        (b"HTTPS/", False),
        (b"x", False),
        (b" HTTP/1.1", False),
    ],
)
def test_what_may_become_http(data: bytes, may: bool) -> None:
    assert may_become_http(data) is may


HOSTILE = {
    "CR": b"\r",
    "LF": b"\n",
    "CRLF": b"\r\n",
    "LF CR": b"\n\r",
    "colon LF": b":\n",
    "blank LF": b" \n",
    "folds": b" x\r\n",
    "field and fold": b"a: b\n ",
    "comma": b",",
    "NUL": b"\0",
    "blank": b" ",
    "tab": b"\t",
    "three digits": b"101 ",
    "HTTP": b"HTTP/",
    "interim": b"HTTP/1.1 100 \r\n\r\n",
    "empty interim": b"\r\nHTTP/1.1 100 \r\n\n",
    "greeting": b"220 ",
    "bracket": b"[ ",
}


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 101 Switching Protocols\r\n", b"HTTP/1.1 101 X\r\nUpgrade: "])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_replies_lose_nothing(name: str, begin: bytes) -> None:
    # How long this takes is measured by tests/bench/parser.py.
    atom = HOSTILE[name]
    data = begin + atom * (64 * 1024 // len(atom))
    interim, head = parse_reply(data)
    heads = [*interim, *([head] if head else [])]
    assert b"".join(one.raw for one in heads) + data[heads[-1].end :] == data
