"""URLs as users type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.target import Target, at_lab, is_near, parse_target
from wscheck.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "url", "scheme", "host", "port", "resource"),
    [
        ("ws://a.example", "ws://a.example/", "ws", "a.example", 80, "/"),
        ("ws://a.example/", "ws://a.example/", "ws", "a.example", 80, "/"),
        ("wss://a.example/chat?x=1", "wss://a.example/chat?x=1", "wss", "a.example", 443, "/chat?x=1"),
        ("WS://A.Example:80/Chat", "ws://a.example/Chat", "ws", "a.example", 80, "/Chat"),
        ("ws://a.example:443/", "ws://a.example:443/", "ws", "a.example", 443, "/"),
        ("wss://a.example:443/", "wss://a.example/", "wss", "a.example", 443, "/"),
        ("wss://a.example:0443/", "wss://a.example/", "wss", "a.example", 443, "/"),
        ("ws://a.example:/", "ws://a.example/", "ws", "a.example", 80, "/"),
        ("ws://a.example?x", "ws://a.example/?x", "ws", "a.example", 80, "/?x"),
        ("ws://a.example/?", "ws://a.example/?", "ws", "a.example", 80, "/?"),
        ("ws://a.example/a?b?c/d", "ws://a.example/a?b?c/d", "ws", "a.example", 80, "/a?b?c/d"),
        ("  ws://a.example/ \n", "ws://a.example/", "ws", "a.example", 80, "/"),
        ("ws://127.0.0.1:9001/", "ws://127.0.0.1:9001/", "ws", "127.0.0.1", 9001, "/"),
        ("ws://255.255.255.255:1/", "ws://255.255.255.255:1/", "ws", "255.255.255.255", 1, "/"),
        ("ws://0.0.0.0:65535/", "ws://0.0.0.0:65535/", "ws", "0.0.0.0", 65535, "/"),
        ("ws://[::1]:9001/", "ws://[::1]:9001/", "ws", "::1", 9001, "/"),
        ("wss://[2001:DB8::1]/", "wss://[2001:DB8::1]/", "wss", "2001:DB8::1", 443, "/"),
        ("ws://a_b.example/", "ws://a_b.example/", "ws", "a_b.example", 80, "/"),
        ("ws://a.example./", "ws://a.example./", "ws", "a.example.", 80, "/"),
        (
            "ws://a.example/%41%zz/;,@:!$&'()*+=~",
            "ws://a.example/%41%zz/;,@:!$&'()*+=~",
            "ws",
            "a.example",
            80,
            "/%41%zz/;,@:!$&'()*+=~",
        ),
        ("ws://a.example/@b", "ws://a.example/@b", "ws", "a.example", 80, "/@b"),
        ("ws://1a.example/", "ws://1a.example/", "ws", "1a.example", 80, "/"),
    ],
)
def test_urls(typed: str, url: str, scheme: str, host: str, port: int, resource: str) -> None:
    target = parse_target(typed)
    assert target == Target(url, scheme, host, port, resource)
    assert target.secure is (scheme == "wss")


@pytest.mark.parametrize(
    ("typed", "url", "note"),
    [
        ("localhost:9001/a", "ws://localhost:9001/a", "no scheme was given: ws:// was assumed"),
        ("LOCALHOST", "ws://localhost/", "no scheme was given: ws:// was assumed"),
        ("a.localhost.", "ws://a.localhost./", "no scheme was given: ws:// was assumed"),
        ("127.9.9.9?x", "ws://127.9.9.9/?x", "no scheme was given: ws:// was assumed"),
        ("[::1]:9001", "ws://[::1]:9001/", "no scheme was given: ws:// was assumed"),
        ("a.example/chat", "wss://a.example/chat", "no scheme was given: wss:// was assumed"),
        ("a.example:80", "wss://a.example:80/", "no scheme was given: wss:// was assumed"),
        ("notlocalhost", "wss://notlocalhost/", "no scheme was given: wss:// was assumed"),
        ("localhost.example", "wss://localhost.example/", "no scheme was given: wss:// was assumed"),
        ("128.0.0.1", "wss://128.0.0.1/", "no scheme was given: wss:// was assumed"),
        ("ws:8080/x", "wss://ws:8080/x", "no scheme was given: wss:// was assumed"),
        ("http://a.example/", "ws://a.example/", "http:// was read as ws://"),
        ("HTTPS://a.example:443/", "wss://a.example/", "https:// was read as wss://"),
        ("ws://a.example/a#b?c", "ws://a.example/a", "the fragment (#…) is never sent and was dropped (RFC 6455 §3)"),
        ("ws://a.example#", "ws://a.example/", "the fragment (#…) is never sent and was dropped (RFC 6455 §3)"),
        (
            "ws://a.example/ä b|<>",
            "ws://a.example/%C3%A4%20b%7C%3C%3E",
            "characters that a URL cannot hold were percent-encoded: /%C3%A4%20b%7C%3C%3E",
        ),
        (
            "ws://a.example/\udcff",
            "ws://a.example/%FF",
            "characters that a URL cannot hold were percent-encoded: /%FF",
        ),
        (
            "ws://Bücher.example/",
            "ws://xn--bcher-kva.example/",
            "the host name Bücher.example is sent as xn--bcher-kva.example",
        ),
    ],
)
def test_what_was_assumed_is_said(typed: str, url: str, note: str) -> None:
    target = parse_target(typed)
    assert (target.url, target.notes) == (url, (note,))


@pytest.mark.parametrize(
    ("typed", "userinfo", "url"),
    [
        ("ws://anna:geheim@a.example/", ("anna", "geheim"), "ws://a.example/"),
        ("ws://anna@a.example/", ("anna", ""), "ws://a.example/"),
        ("ws://:@a.example/", ("", ""), "ws://a.example/"),
        ("ws://an%40na:ge%3Aheim:x@a.example:9001/", ("an@na", "ge:heim:x"), "ws://a.example:9001/"),
        ("ws://a@b:c@a.example/", ("a@b", "c"), "ws://a.example/"),
        ("anna:geheim@localhost:9001", ("anna", "geheim"), "ws://localhost:9001/"),
    ],
)
def test_userinfo_is_kept_apart(typed: str, userinfo: tuple[str, str], url: str) -> None:
    target = parse_target(typed)
    assert (target.userinfo, target.url) == (userinfo, url)
    assert "the userinfo of the URL is sent as Basic credentials and never shown" in target.notes


@pytest.mark.parametrize(
    ("typed", "authority", "origin"),
    [
        ("ws://a.example/", "a.example", "http://a.example"),
        ("ws://a.example:9001/", "a.example:9001", "http://a.example:9001"),
        ("wss://a.example:80/", "a.example:80", "https://a.example:80"),
        ("wss://[2001:db8::1]/", "[2001:db8::1]", "https://[2001:db8::1]"),
        ("ws://[fe80::1%25eth0]:9001/", "[fe80::1]:9001", "http://[fe80::1]:9001"),
    ],
)
def test_authority_and_origin(typed: str, authority: str, origin: str) -> None:
    target = parse_target(typed)
    assert (target.authority, target.origin) == (authority, origin)


def test_a_zone_stays_in_what_is_dialled() -> None:
    assert parse_target("ws://[fe80::1%25eth0]/").host == "fe80::1%eth0"
    assert parse_target("ws://[fe80::1%eth0]/").host == "fe80::1%eth0"


@pytest.mark.parametrize(
    ("typed", "url", "lab", "scheme"),
    [
        ("lab:", "lab:", "", "ws"),
        ("LAB:", "lab:", "", "ws"),
        ("lab:accept-missing", "lab:accept-missing", "accept-missing", "ws"),
        ("labs:", "labs:", "", "wss"),
        ("labs:Accept-Missing", "labs:accept-missing", "accept-missing", "wss"),
    ],
)
def test_the_lab(typed: str, url: str, lab: str, scheme: str) -> None:
    target = parse_target(typed)
    assert target == Target(url, scheme, "127.0.0.1", 0, f"/{lab}", lab=lab)


@pytest.mark.parametrize(("typed", "url"), [("lab:8080", "wss://lab:8080/"), ("lab:8080/x", "wss://lab:8080/x")])
def test_a_host_named_lab(typed: str, url: str) -> None:
    target = parse_target(typed)
    assert (target.url, target.lab) == (url, None)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("[::1]", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("192.168.0.1", True),
        ("172.16.0.1", True),
        ("[fe80::1%eth0]", True),
        ("fd00::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("notlocalhost", False),
        ("localhost.example", False),
        ("8.8.8.8", False),
        ("172.32.0.1", False),
        ("2606:4700::1", False),
        ("a.example", False),
    ],
)
def test_which_host_is_near(host: str, near: bool) -> None:
    assert is_near(host) is near


def test_the_lab_once_it_listens() -> None:
    plain = at_lab(parse_target("lab:accept-missing"), 40123)
    assert (plain.url, plain.host, plain.port, plain.resource) == (
        "lab:accept-missing",
        "127.0.0.1",
        40123,
        "/accept-missing",
    )
    assert plain.notes == ("the embedded server, at ws://127.0.0.1:40123/accept-missing",)
    secure = at_lab(parse_target("labs:"), 40123)
    assert (secure.url, secure.host, secure.secure) == ("labs:", "localhost", True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "the URL is empty"),
        (" \t", "the URL is empty"),
        ("ws://", "'ws://' has no host"),
        ("ws:///chat", "'ws:///chat' has no host"),
        ("ws://:9001/", "'ws://:9001/' has no host"),
        ("ws://[]/", "'ws://[]/' has no host"),
        ("/chat", "'/chat' has no host"),
        ("ftp://a.example/", "unknown scheme 'ftp'"),
        ("wsx://a.example/", "unknown scheme 'wsx': did you mean 'ws"),
        ("ws:a.example", "'ws:a.example' lacks the two slashes: write ws://…"),
        ("WSS:/a.example", "'WSS:/a.example' lacks the two slashes: write wss://…"),
        ("https:a.example", "'https:a.example' lacks the two slashes: write https://…"),
        ("ws://a.example\x00/", "holds a control character"),
        ("ws://a.example/a\nb", "holds a control character"),
        ("ws://a.example/\ud800", "holds half a character"),
        ("ws://a.example:x/", "'x' in 'ws://a.example:x/' is no port"),
        ("ws://a.example:0/", "'0' in 'ws://a.example:0/' is no port"),
        ("ws://a.example:65536/", "'65536' in 'ws://a.example:65536/' is no port"),
        ("ws://a.example:٣/", "is no port"),
        ("ws://a.example:" + "9" * 5000, "is no port"),
        ("::1", "an IPv6 address stands in brackets"),
        ("ws://2001:db8::1/", "an IPv6 address stands in brackets: write ws://[2001:db8::1]/…"),
        ("ws://[::1/", "the host in 'ws://[::1/' cannot be read"),
        ("ws://a[::1]/", "cannot be read"),
        ("ws://[::1]9001/", "cannot be read"),
        ("ws://[a.example]/", "'a.example' in 'ws://[a.example]/' is no IPv6 address"),
        ("ws://[1.2.3.4]/", "is no IPv6 address"),
        ("ws://a b.example/", "holds a blank"),
        ("ws://a..example/", "'a..example' is no host name"),
        ("ws://-a.example/", "is no host name"),
        ("ws://a-.example/", "is no host name"),
        ("ws://" + "a" * 64 + ".example/", "is no host name"),
        ("ws://" + "a." * 130 + "example/", "is no host name"),
        ("ws://a%41.example/", "is no host name"),
        ("ws://256.0.0.1/", "'256.0.0.1' is no IPv4 address"),
        ("ws://127.1/", "is no IPv4 address"),
        ("ws://1.2.3.4.5/", "is no IPv4 address"),
        ("ws://\u200d.example/", "is no host name"),
        ("ws://\udcff.example/", "is no host name"),
        ("lab:a/b", "'lab:a/b' is no lab URL: write lab: or lab:FAULT, no more"),
        ("lab:/chat", "is no lab URL"),
        ("labs://x", "is no lab URL: write labs: or labs:FAULT"),
    ],
)
def test_wrong_urls_get_one_sentence(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(typed)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "ws://anna:geheim@a.example:x/",
        "anna:geheim@a.example:x",
        "ws:anna:geheim@a.example",
        "wss:/anna:geheim@a.example",
        "//anna:geheim@a.example",
        "ws://anna:geheim@[::1/",
        "ws://anna:geheim@[x]/",
        "ws://anna:geheim@/",
        "ws://anna:geheim@a b/",
        "ws://anna:geheim@::1/",
        "ws://anna:geheim@a..b/",
        "ws://anna:geheim@256.1.1.1/",
        "ws://anna:geheim@a.example/\x01",
        "ws://anna:geheim@a.example/\ud800",
        "ftp://anna:geheim@a.example/",
    ],
)
def test_no_sentence_shows_userinfo(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(typed)
    assert "geheim" not in str(caught.value)
    assert "anna" not in str(caught.value)


@given(st.one_of(st.text(st.characters()), st.text("ws:/@[]?#.%a1\u00e4 \ud800\udcff")).map(str))
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    for typed in (text, "ws://" + text, "ws://a.example/" + text, "ws://" + text + "@a.example"):
        target = _target_or_none(typed)
        if target is not None:
            assert target.url.isascii()
            assert target.resource.startswith("/")
            assert not any(octet <= " " or octet == "\x7f" for octet in target.resource + target.host)


def _target_or_none(typed: str) -> Target | None:
    try:
        return parse_target(typed)
    except UsageError:
        return None
