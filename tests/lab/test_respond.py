"""The strict server: it opens for a right handshake, and refuses each broken one as its clause asks."""

from __future__ import annotations

import pytest

from wscheck.lab.request import read_request
from wscheck.lab.respond import respond

DATE = b"Mon, 02 Mar 2026 10:00:00 GMT"

GOOD = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: server.example.com\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)

OPENED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


def reply(request: bytes) -> bytes:
    """What the strict server sends for a request."""
    return respond(read_request(request, DATE)).octets


def with_line(old: bytes, new: bytes) -> bytes:
    """The good request with a part of it replaced."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_a_right_handshake_opens() -> None:
    assert reply(GOOD) == OPENED


@pytest.mark.parametrize(
    "request_",
    [
        with_line(b"Upgrade: websocket", b"upgrade: WebSocket"),
        with_line(b"Upgrade: websocket", b"Upgrade: h2c, websocket"),
        with_line(b"Connection: Upgrade", b"Connection: keep-alive, upgrade"),
        with_line(b"Connection: Upgrade", b"Connection: keep-alive\r\nConnection: Upgrade"),
        with_line(b"Host: server.example.com", b"Host: [::1]:9001"),
        with_line(b"Host: server.example.com", b"Host: server.example.com:80"),
        with_line(b"GET /chat", b"GET http://server.example.com/chat"),
        with_line(b"Host: server", b"Origin: http://example.com\r\nCookie: a=b\r\nHost: server"),
        with_line(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version:13"),
        b"\r\n" + GOOD,
    ],
)
def test_every_form_of_a_right_handshake_opens(request_: bytes) -> None:
    assert reply(request_) == OPENED


@pytest.mark.parametrize(
    ("offer", "chosen"),
    [
        (b"Sec-WebSocket-Protocol: superchat, chat", b"chat"),
        (b"Sec-WebSocket-Protocol: superchat", b"superchat"),
        (b"Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Protocol: chat", b"chat"),
        (b"Sec-WebSocket-Protocol: mqtt", None),
        (b"Sec-WebSocket-Protocol: Chat", None),
        (b"Sec-WebSocket-Extensions: x-unknown.invalid", None),
    ],
)
def test_what_is_chosen_from_an_offer(offer: bytes, chosen: bytes | None) -> None:
    got = reply(with_line(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 13\r\n" + offer))
    line = b"" if chosen is None else b"Sec-WebSocket-Protocol: " + chosen + b"\r\n"
    assert got == OPENED.removesuffix(b"\r\n") + line + b"\r\n"


@pytest.mark.parametrize(
    ("offer", "accepted"),
    [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits=10", "permessage-deflate"),
        ("permessage-deflate; client_no_context_takeover", "permessage-deflate"),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        ),
        (
            "permessage-deflate; server_max_window_bits=10; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10",
        ),
        (
            "permessage-deflate; server_max_window_bits=12; client_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
        ),
        ("permessage-deflate; server_max_window_bits=10", None),  # the client could not be bound to it
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; foo", None),
        ("permessage-deflate; foo, permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; server_max_window_bits=7", None),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits=10", None),
        ("permessage-deflate; server_no_context_takeover=1", None),
        ("x-unknown.invalid\r\nSec-WebSocket-Extensions: permessage-deflate", "permessage-deflate"),
        ("permessage-deflate, permessage-deflate", "permessage-deflate"),
        ("x-webkit-deflate-frame", None),
    ],
)
def test_which_offer_of_compression_is_accepted(offer: str, accepted: str | None) -> None:
    asked = f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: {offer}".encode()
    script = respond(read_request(with_line(b"Sec-WebSocket-Version: 13", asked), DATE))
    line = f"Sec-WebSocket-Extensions: {accepted}\r\n".encode() if accepted else b""
    assert script.octets == OPENED.removesuffix(b"\r\n") + line + b"\r\n"
    assert script.manners.compressed == bool(accepted)


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 0, 0",
        "Content-Length: x",
        "Content-Length: -1",
        "Content-Length:",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding:",
    ],
)
def test_content_is_refused(lines: str) -> None:
    got = reply(with_line(b"Upgrade: websocket", f"Upgrade: websocket\r\n{lines}".encode()))
    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_length_of_0_is_no_content() -> None:
    assert reply(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nContent-Length: 0")) == OPENED


def test_an_expectation_is_not_met() -> None:
    got = reply(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nExpect: 100-continue\r\nContent-Length: 2"))
    assert got.startswith(b"HTTP/1.1 417 Expectation Failed\r\n")


def test_a_reply_to_head_has_no_content() -> None:
    got = reply(with_line(b"GET", b"HEAD"))
    assert got.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"\r\nContent-Length: 28\r\n" in got
    assert got.endswith(b"\r\n\r\n")


def test_a_refusal_in_full() -> None:
    assert reply(with_line(b"GET", b"POST")) == (
        b"HTTP/1.1 405 Method Not Allowed\r\n"
        b"Allow: GET\r\n"
        b"Connection: close\r\n"
        b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Length: 28\r\n"
        b"\r\n"
        b"Only GET opens a WebSocket.\n"
    )


UPGRADE_REQUIRED = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: close, Upgrade\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(with_line(b"Upgrade: websocket\r\n", b""), id="no Upgrade"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade:"), id="empty Upgrade"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: h2c"), id="other Upgrade"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websocket/13"), id="versioned Upgrade"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websoc\xe2\x84\xaaet"), id="Kelvin sign"),
        pytest.param(with_line(b"Connection: Upgrade\r\n", b""), id="no Connection"),
        pytest.param(with_line(b"Connection: Upgrade", b"Connection: keep-alive"), id="keep-alive"),
        pytest.param(with_line(b"Connection: Upgrade", b"Connection: Upgraded"), id="Upgraded"),
        pytest.param(with_line(b"Sec-WebSocket-Version: 13\r\n", b""), id="no version"),
        pytest.param(with_line(b"Version: 13", b"Version: 8"), id="version 8"),
        pytest.param(with_line(b"Version: 13", b"Version: 013"), id="version 013"),
        pytest.param(with_line(b"Version: 13", b"Version: 13, 8"), id="two versions"),
        pytest.param(
            with_line(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13"),
            id="version twice",
        ),
    ],
)
def test_426_with_all_that_belongs_to_it(request_: bytes) -> None:
    got = reply(request_)
    assert got.startswith(b"HTTP/1.1 426 Upgrade Required\r\n" + UPGRADE_REQUIRED)
    assert b"Sec-WebSocket-Accept" not in got


@pytest.mark.parametrize("method", [b"POST", b"HEAD", b"get", b"OPTIONS", b"CONNECT"])
def test_405_with_allow(method: bytes) -> None:
    got = reply(with_line(b"GET", method))
    assert got.startswith(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n")


@pytest.mark.parametrize("version", [b"2.0", b"3.0", b"0.9"])
def test_505_for_another_major_version(version: bytes) -> None:
    got = reply(with_line(b"HTTP/1.1", b"HTTP/" + version))
    assert got.startswith(b"HTTP/1.1 505 HTTP Version Not Supported\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(with_line(b"Host: server.example.com\r\n", b""), id="no Host"),
        pytest.param(with_line(b"Host: server.example.com", b"Host: a\r\nHost: a"), id="two Hosts"),
        pytest.param(with_line(b"Host: server.example.com", b"Host:"), id="empty Host"),
        pytest.param(with_line(b"Host: server.example.com", b"Host: a b"), id="blank in Host"),
        pytest.param(with_line(b"Host: server.example.com", b"Host: a/b"), id="slash in Host"),
        pytest.param(with_line(b"Host: server.example.com", b"Host: user@a"), id="userinfo in Host"),
        pytest.param(with_line(b"Host: server.example.com", b"Host: a:b"), id="port of letters"),
        pytest.param(with_line(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP/1.0"),
        pytest.param(with_line(b"GET /chat HTTP/1.1", b"GET /chat"), id="no version in the line"),
        pytest.param(with_line(b"GET /chat HTTP/1.1", b"GET  /chat HTTP/1.1"), id="two blanks"),
        pytest.param(with_line(b"GET /chat HTTP/1.1", b"GET /chat http/1.1"), id="http in lower case"),
        pytest.param(with_line(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""), id="no key"),
        pytest.param(with_line(b"Key: dGhlIHNhbXBsZSBub25jZQ==", b"Key:"), id="empty key"),
        pytest.param(with_line(b"dGhlIHNhbXBsZSBub25jZQ==", b"c2hvcnQ="), id="short key"),
        pytest.param(with_line(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZSBhbmQgbW9yZQ=="), id="long key"),
        pytest.param(with_line(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQ"), id="no padding"),
        pytest.param(with_line(b"dGhlIHNhbXBsZSBub25jZQ==", b"!!!"), id="no base64"),
        pytest.param(
            with_line(
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ),
            id="two keys",
        ),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade : websocket"), id="blank before the colon"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\n folded"), id="a fold"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nno colon"), id="no colon"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nX-Nul: a\0b"), id="NUL"),
        pytest.param(with_line(b"Upgrade: websocket\r\n", b"Upgrade: websocket\n"), id="bare LF"),
        pytest.param(with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nSec-WebSocket-Protocol:"), id="no name"),
        pytest.param(
            with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nSec-WebSocket-Protocol: a b"), id="no token"
        ),
        pytest.param(
            with_line(b"Upgrade: websocket", b"Upgrade: websocket\r\nSec-WebSocket-Extensions: a;;"), id="no extension"
        ),
    ],
)
def test_400_for_what_is_malformed(request_: bytes) -> None:
    got = reply(request_)
    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    head, _, body = got.partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: %d" % len(body) in head
    assert body.endswith(b".\n")


def test_a_key_with_pad_bits_opens() -> None:
    """RFC 4648 §3.5 leaves it open, and base64 in the wild has them."""
    got = reply(with_line(b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZR=="))
    assert got.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"Sec-WebSocket-Accept: Zgw8jYXtqX5qJr7MJ1Q/MqzeSRI=\r\n" in got


@pytest.mark.parametrize("octets", [b"", b"\r\n\r\n", b"\0" * 100, b"GET", b"\xff\xfe", b"a" * 10000, b"\r" * 100])
def test_any_octets_get_a_refusal(octets: bytes) -> None:
    assert reply(octets).startswith(b"HTTP/1.1 400 Bad Request\r\n")
