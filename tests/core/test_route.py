"""Routes: curl's syntax for proxies and overrides, and who is excepted."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.route import (
    NO_ROUTE,
    Override,
    Proxy,
    Route,
    parse_connect_to,
    parse_proxy,
    parse_resolve,
)
from wscheck.core.target import Target, parse_target
from wscheck.errors import UsageError

TARGET = Target("ws://shop.example:81/", "ws", "shop.example", 81, "/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.example", Proxy("http", "a.example", 1080, None, "-x")),
        ("a.example:8", Proxy("http", "a.example", 8, None, "-x")),
        ("HTTP://a.example:8/", Proxy("http", "a.example", 8, None, "-x")),
        ("https://a.example", Proxy("https", "a.example", 443, None, "-x")),
        ("socks5h://[::1]:9", Proxy("socks5h", "::1", 9, None, "-x")),
        ("http://joe@a.example", Proxy("http", "a.example", 1080, ("joe", ""), "-x")),
        ("http://j%40e:p%3Aq@a.example", Proxy("http", "a.example", 1080, ("j@e", "p:q"), "-x")),
        ("joe:a@b/c@a.example:8", Proxy("http", "a.example", 8, ("joe", "a@b/c"), "-x")),
    ],
)
def test_a_proxy(text: str, expected: Proxy) -> None:
    assert parse_proxy(text, "-x") == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://", "cannot be read"),
        ("a b", "cannot be read"),
        ("[::1", "cannot be read"),
        ("a.example:0", "has no valid port"),
        ("a.example:65536", "has no valid port"),
        ("sock5://a.example", "did you mean 'socks5'?"),
    ],
)
def test_no_proxy(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        parse_proxy(text, "-x")


def test_what_is_said_of_a_proxy_is_without_credentials() -> None:
    assert parse_proxy("https://joe:secret@[::1]:8", "-x").said == "https://[::1]:8"
    assert parse_proxy("joe:secret@a.example", "-x").said == "http://a.example:1080"


@given(st.text(max_size=40))
def test_any_text_is_a_proxy_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert 1 <= parse_proxy(text, "-x").port <= 65535


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.example:80:127.0.0.1", Override("a.example", 80, ("127.0.0.1",), 80)),
        ("+A.example:80:127.0.0.1", Override("a.example", 80, ("127.0.0.1",), 80)),
        ("*:443:[::1], 127.0.0.1", Override("*", 443, ("::1", "127.0.0.1"), 443)),
        ("[::1]:80:127.0.0.1", Override("::1", 80, ("127.0.0.1",), 80)),
    ],
)
def test_resolve(text: str, expected: Override) -> None:
    assert parse_resolve(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.example:80:b.example:81", Override("a.example", 80, ("b.example",), 81)),
        ("::b.example:", Override("", 0, ("b.example",), 0)),
        ("a.example:::81", Override("a.example", 0, ("",), 81)),
        ("[::1]:80:[::2]:81", Override("::1", 80, ("::2",), 81)),
    ],
)
def test_connect_to(text: str, expected: Override) -> None:
    assert parse_connect_to(text) == expected


@pytest.mark.parametrize("text", ["", "a", "a:b", "a:80", "a:80:"])
def test_overrides_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="--resolve"):
        parse_resolve(text)
    with pytest.raises(UsageError, match="--connect-to"):
        parse_connect_to(text)


def test_where_is_dialled() -> None:
    assert NO_ROUTE.hop_for(TARGET) == ("shop.example", 81)
    route = Route(
        connect_to=(
            Override("a.example", 0, ("b.example",), 1),
            Override("", 81, ("",), 82),
            Override("", 0, ("c",), 0),
        ),
    )
    assert route.hop_for(TARGET) == ("shop.example", 82)
    assert route.hop_for(TARGET._replace(port=1)) == ("c", 1)


def test_pins() -> None:
    route = Route(resolve=(Override("shop.example", 81, ("1.1.1.1",), 81), Override("*", 82, ("2.2.2.2",), 82)))
    assert route.pinned("shop.example", 81) == ("1.1.1.1",)
    assert route.pinned("other.example", 82) == ("2.2.2.2",)
    assert route.pinned("other.example", 81) == ()
    assert route.at(TARGET, "3.3.3.3").pinned("shop.example", 81) == ("3.3.3.3",)


@pytest.mark.parametrize(
    ("no_proxy", "host", "excepted"),
    [
        ("", "a.example", False),
        ("*", "a.example", True),
        ("a.example", "a.example", True),
        ("a.example", "b.a.example", True),
        (".a.example", "b.a.example", True),
        (".a.example", "a.example", True),
        ("a.example", "ba.example", False),
        ("A.Example other", "a.example", True),
        ("b.example,a.example", "a.example", True),
        ("a.example:81", "a.example", True),
        ("a.example:82", "a.example", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/99", "10.1.2.3", False),
        ("10.0.0.0/8", "a.example", False),
        ("[::1]", "::1", True),
        ("fd00::/8", "fd00::1", True),
        (" , ,", "a.example", False),
    ],
)
def test_exceptions(no_proxy: str, host: str, excepted: bool) -> None:
    proxy = parse_proxy("p.example", "-x")
    route = Route(proxy=proxy, no_proxy=no_proxy)
    assert route.proxy_for(TARGET._replace(host=host)) == (None if excepted else proxy)


def test_a_lab_is_behind_no_proxy() -> None:
    route = Route(proxy=parse_proxy("p.example", "-x"))
    assert route.proxy_for(parse_target("lab:")) is None
    assert NO_ROUTE.proxy_for(TARGET) is None


def test_a_route_in_words() -> None:
    route = Route(proxy=parse_proxy("joe:secret@p.example", "http_proxy"))
    assert route.said(TARGET) == "http://p.example:1080 (http_proxy)"
    assert NO_ROUTE.said(TARGET) == "direct"
    assert Route(unix_socket="/s").said(TARGET) == "unix /s"
