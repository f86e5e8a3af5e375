"""Hostile octets made printable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.visible import not_a_command, printable, prose, visible


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"", ""),
        (b"Upgrade: websocket", "Upgrade: websocket"),
        (b"\t\n\r\\", "\\t\\n\\r\\\\"),
        (b"\x00\x1b[31m\x7f", "\\x00\\x1b[31m\\x7f"),
        (b"\xc3\xa4\xff", "\\xc3\\xa4\\xff"),
        (b"~ ", "~ "),
    ],
)
def test_octets(data: bytes, shown: str) -> None:
    assert visible(data) == shown


def test_a_limit_counts_what_is_left_out() -> None:
    assert visible(b"abcdef", 6) == "abcdef"
    assert visible(b"abcdef", 4) == "abcd... (2 more octets)"
    assert visible(b"\x00\x00", 1) == "\\x00... (1 more octets)"
    assert visible(b"ab", 0) == "... (2 more octets)"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("Zugriff verweigert: Schlüssel".encode(), "Zugriff verweigert: Schlüssel"),
        (b"a\\b\n\x1b[0m", "a\\\\b\\n\\x1b[0m"),
        ("a\u202eb".encode(), "a\\xe2\\x80\\xaeb"),  # a bidi mark
        ("a\u2028b".encode(), "a\\xe2\\x80\\xa8b"),  # a line separator
        ("a\u00a0b".encode(), "a\\xc2\\xa0b"),
        (b"caf\xe9", "caf\\xe9"),  # not UTF-8
    ],
)
def test_prose(data: bytes, shown: str) -> None:
    assert prose(data) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \\ text", "plain \\ text"),
        ("a\x1b[0m\n", "a\\x1b[0m\\n"),
        ("a\u202eb", "a\\xe2\\x80\\xaeb"),
        ("\udcff", "\\xff"),  # an octet of the command line that is not UTF-8
        ("\ud800", "\\xed\\xa0\\x80"),  # a surrogate that stands for no octet
    ],
)
def test_a_text_of_ours(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.binary())
def test_what_is_visible_is_plain_ascii_and_reversible(data: bytes) -> None:
    shown = visible(data)
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.encode("ascii").decode("unicode_escape").encode("latin-1") == data


@given(st.binary(), st.text(st.characters()))
def test_nothing_that_does_not_print_survives(data: bytes, text: str) -> None:
    assert prose(data).isprintable()
    assert printable(text).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("a\n  ::set-output name=x::y\nb::c", "a\n  \\x3a:set-output name=x::y\nb::c"),
        ("\t\x1b[31m ::error::", "\t\x1b[31m \\x3a:error::"),
        ("a ##[error]b", "a \\x23#[error]b"),
        ("##vso[task]", "\\x23#vso[task]"),
        ("##teamcity[x]", "\\x23#teamcity[x]"),
        (": a\n## b\nws://[::1]/ #[x]", ": a\n## b\nws://[::1]/ #[x]"),
    ],
)
def test_no_line_is_a_command_to_a_ci_system(text: str, shown: str) -> None:
    assert not_a_command(text) == shown
