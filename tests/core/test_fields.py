"""Fields, lists, and the grammar of Sec-WebSocket-Extensions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.fields import Extension, ExtensionList, Field, Param, members, named, parse_extensions


def _field(raw: bytes, value: bytes, offset: int = 0) -> Field:
    return Field(raw.partition(b":")[0], value, raw, offset)


@pytest.mark.parametrize(
    ("raw", "value", "span"),
    [
        (b"Upgrade: websocket", b"websocket", (109, 9)),
        (b"Upgrade:websocket", b"websocket", (108, 9)),
        (b"Upgrade: \t websocket \t", b"websocket", (111, 9)),
        (b"Upgrade:", b"", (100, 8)),
        (b"Upgrade:  ", b"", (100, 10)),
        (b"A: b: c", b"b: c", (103, 4)),
        (b"A: b\r\n c", b"b c", (103, 5)),
        (b"A:\r\n c", b"c", (102, 4)),
    ],
)
def test_where_a_value_stands(raw: bytes, value: bytes, span: tuple[int, int]) -> None:
    assert _field(raw, value, 100).value_span == span


def test_fields_by_name() -> None:
    fields = (_field(b"A: 1", b"1"), _field(b"B: 2", b"2"), _field(b"a: 3", b"3"))
    assert [field.value for field in named(fields, b"a")] == [b"1", b"3"]
    assert named(fields, b"C") == ()
    assert named((), b"A") == ()


def test_members_of_a_list_over_all_lines() -> None:
    fields = (_field(b"A: 1,\t2 ,", b"1,\t2 ,"), _field(b"A:", b""), _field(b"A: 3", b"3"))
    assert members(fields) == (b"1", b"2", b"", b"", b"3")
    assert members(()) == ()


def _param(name: bytes, value: bytes | None = None, *, quoted: bool = False, blanks: bool = False) -> Param:
    return Param(name, value, quoted, blanks)


@pytest.mark.parametrize(
    ("value", "extensions", "empty_members"),
    [
        (b"a", (Extension(b"a", ()),), 0),
        (b"a, b", (Extension(b"a", ()), Extension(b"b", ())), 0),
        (b" a\t,\tb ", (Extension(b"a", ()), Extension(b"b", ())), 0),
        (b"a;x", (Extension(b"a", (_param(b"x"),)),), 0),
        (b"a ; x ; y=1", (Extension(b"a", (_param(b"x"), _param(b"y", b"1"))),), 0),
        (b"a; x=1, b; x=2", (Extension(b"a", (_param(b"x", b"1"),)), Extension(b"b", (_param(b"x", b"2"),))), 0),
        (b'a; x="1"', (Extension(b"a", (_param(b"x", b"1", quoted=True),)),), 0),
        (b'a; x="\\1\\0"', (Extension(b"a", (_param(b"x", b"10", quoted=True),)),), 0),
        (b"a; x =1", (Extension(b"a", (_param(b"x", b"1", blanks=True),)),), 0),
        (b"a; x= 1", (Extension(b"a", (_param(b"x", b"1", blanks=True),)),), 0),
        (b'a; x\t= "1"', (Extension(b"a", (_param(b"x", b"1", quoted=True, blanks=True),)),), 0),
        (b"a; x ;y", (Extension(b"a", (_param(b"x"), _param(b"y"))),), 0),
        (b"", (), 1),
        (b"  ", (), 1),
        (b",", (), 2),
        (b"a,", (Extension(b"a", ()),), 1),
        (b",,a , ,b", (Extension(b"a", ()), Extension(b"b", ())), 3),
    ],
)
def test_lists_of_extensions(value: bytes, extensions: tuple[Extension, ...], empty_members: int) -> None:
    assert parse_extensions(value) == ExtensionList(extensions, empty_members, None, 0)


@pytest.mark.parametrize(
    ("value", "names", "error", "at"),
    [
        (b";", (), "expected an extension name", 0),
        (b"=1", (), "expected an extension name", 0),
        (b'"a"', (), "expected an extension name", 0),
        (b"a, ;x", (b"a",), "expected an extension name", 3),
        (b"a;", (), "expected a parameter name", 2),
        (b"a;;x", (), "expected a parameter name", 2),
        (b"a; =1", (), "expected a parameter name", 3),
        (b"a; ,b", (), "expected a parameter name", 3),
        (b"a; x=", (), "expected a parameter value", 5),
        (b"a; x=,b", (), "expected a parameter value", 5),
        (b"a; x==1", (), "expected a parameter value", 5),
        (b"a b", (), "expected ';' or ','", 2),
        (b"a=1", (), "expected ';' or ','", 1),
        (b"a; x=1 y", (), "expected ';' or ','", 7),
        (b"b, a\x00", (b"b",), "expected ';' or ','", 4),
        (b'a; x="1', (), "the quoted string does not end", 5),
        (b'a; x="1\\"', (), "the quoted string does not end", 5),
        (b'a; x="1\x00"', (), "the quoted string does not end", 5),
        (b'a; x="1 0"', (), "the quoted value is not a token", 5),
        (b'a; x=""', (), "the quoted value is not a token", 5),
        (b'a; x="\xff"', (), "the quoted value is not a token", 5),
    ],
)
def test_values_off_the_grammar(value: bytes, names: tuple[bytes, ...], error: str, at: int) -> None:
    parsed = parse_extensions(value)
    assert tuple(extension.name for extension in parsed.extensions) == names
    assert (parsed.error, parsed.error_at) == (error, at)


@given(st.lists(st.sampled_from([b"a", b"b1", b";", b",", b"=", b'"', b"\\", b" ", b"\t", b"\x00", b"\xff"])))
def test_any_octets_are_read_without_an_exception(pieces: list[bytes]) -> None:
    value = b"".join(pieces)
    parsed = parse_extensions(value)
    assert 0 <= parsed.error_at <= len(value)
    assert bool(parsed.error) or len(parsed.extensions) + parsed.empty_members >= 1
    assert all(extension.name in value for extension in parsed.extensions)
