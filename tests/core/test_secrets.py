"""What is masked, by equal length and in place, and what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.secrets import masked, masked_text, masked_url, request_secrets, response_secrets, words


def _mask_request(request: bytes) -> bytes:
    spans = request_secrets(request)
    return masked(request, spans, words(request, spans))


def _mask_response(response: bytes) -> bytes:
    spans = response_secrets(response)
    return masked(response, spans, words(response, spans))


def test_a_request_keeps_its_length_its_key_and_its_names() -> None:
    request = (
        b"GET /chat?room=1&access_token=abc123&x=2 HTTP/1.1\r\n"
        b"Host: a.example\r\n"
        b"Authorization: Basic YW5uYTpnZWhlaW0=\r\n"
        b"Proxy-Authorization:  Bearer  tok en \r\n"
        b"Cookie: sid=12345678; theme=dark\r\n"
        b"X-Api-Key: k1\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"\r\n"
    )
    assert _mask_request(request) == (
        b"GET /chat?room=1&access_token=******&x=2 HTTP/1.1\r\n"
        b"Host: a.example\r\n"
        b"Authorization: Basic ****************\r\n"
        b"Proxy-Authorization:  Bearer ******* \r\n"
        b"Cookie: sid=********; theme=****\r\n"
        b"X-Api-Key: **\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"\r\n"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"Authorization: secret", b"Authorization: ******"),
        (b"Authorization: Basic\tsecret", b"Authorization: ************"),
        (b"AUTHORIZATION:Basic secret", b"AUTHORIZATION:Basic ******"),
        (b"Authorization:", b"Authorization:"),
        (b"Authorization: Basic ", b"Authorization: ***** "),
        (b"X-Auth-Token: Bearer secret", b"X-Auth-Token: *************"),
        (b"X-Access-Token:", b"X-Access-Token:"),
        (b"Cookie: secret", b"Cookie: ******"),
        (b"Cookie: secret; a=b", b"Cookie: ******; a=*"),
        (b"Cookie: a=b; secret", b"Cookie: a=*; ******"),
        (b"Cookie: a=b=c;d=;e", b"Cookie: a=***;d=;*"),
        (b"Cookie: =secret", b"Cookie: =******"),
        (b"Cookie:", b"Cookie:"),
        (b"Cookie: ;;", b"Cookie: ;;"),
        (b"X-Other: secret", b"X-Other: secret"),
    ],
)
def test_fields_of_a_request(line: bytes, shown: bytes) -> None:
    request = b"GET / HTTP/1.1\r\n" + line + b"\r\nHost: a\r\n\r\n"
    assert _mask_request(request) == b"GET / HTTP/1.1\r\n" + shown + b"\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"GET /?token=abc HTTP/1.1", b"GET /?token=*** HTTP/1.1"),
        (b"GET /?a=b&API_KEY=abc&sig=x HTTP/1.1", b"GET /?a=b&API_KEY=***&sig=* HTTP/1.1"),
        (b"GET /?a;session-id=abc HTTP/1.1", b"GET /?a;session-id=*** HTTP/1.1"),
        (b"GET /?X-Amz-Signature=ab&x=1 HTTP/1.1", b"GET /?X-Amz-Signature=**&x=1 HTTP/1.1"),
        (b"GET /?negotiateToken=abc&hmac=d HTTP/1.1", b"GET /?negotiateToken=***&hmac=* HTTP/1.1"),
        (b"GET /?tokens=abc&keyboard=d HTTP/1.1", b"GET /?tokens=abc&keyboard=d HTTP/1.1"),
        (b"GET /?a;sid=abc HTTP/1.1", b"GET /?a;sid=*** HTTP/1.1"),
        (b"GET /?password=a%20b#x HTTP/1.1", b"GET /?password=*****#x HTTP/1.1"),
        (b"GET /?tokens=abc HTTP/1.1", b"GET /?tokens=abc HTTP/1.1"),
        (b"GET /token=abc HTTP/1.1", b"GET /token=abc HTTP/1.1"),
        (b"GET /?token= HTTP/1.1", b"GET /?token= HTTP/1.1"),
        (b"\r\nGET /?token=abc HTTP/1.1", b"\r\nGET /?token=*** HTTP/1.1"),
    ],
)
def test_the_query(line: bytes, shown: bytes) -> None:
    assert _mask_request(line + b"\r\nX: ?token=abc\r\n\r\n") == shown + b"\r\nX: ?token=abc\r\n\r\n"
    assert _mask_request(line) == shown


def test_a_secret_that_is_long_enough_is_masked_wherever_it_stands() -> None:
    request = b"GET /a123456b?x=12345 HTTP/1.1\r\nCookie: a=123456; b=12345\r\nReferer: 123456123456\r\n\r\n"
    assert _mask_request(request) == (
        b"GET /a******b?x=12345 HTTP/1.1\r\nCookie: a=******; b=*****\r\nReferer: ************\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"Set-Cookie: sid=12345678; Path=/; HttpOnly", b"Set-Cookie: sid=********; Path=/; HttpOnly"),
        (b"set-cookie:a=b", b"set-cookie:a=*"),
        (b"Set-Cookie: secret; Path=/secrets", b"Set-Cookie: ******; Path=/******s"),
        (b"Set-Cookie: sid=; Path=/", b"Set-Cookie: sid=; Path=/"),
        (b"Set-Cookie:", b"Set-Cookie:"),
        (b"Set-Cookie: ", b"Set-Cookie: "),
        (b"Set-Cookie: a=b\r\n c; x", b"Set-Cookie: a=*****; x"),
        (b"X-A: a=b", b"X-A: a=b"),
    ],
)
def test_cookies_that_a_reply_sets(line: bytes, shown: bytes) -> None:
    reply = b"HTTP/1.1 101 Switching Protocols\r\n" + line + b"\r\nUpgrade: websocket\r\n\r\n"
    assert _mask_response(reply) == b"HTTP/1.1 101 Switching Protocols\r\n" + shown + b"\r\nUpgrade: websocket\r\n\r\n"


def test_cookies_of_every_head() -> None:
    reply = b"HTTP/1.1 103 Early\r\nSet-Cookie: a=1\r\n\r\nHTTP/1.1 101 X\r\nSet-Cookie: b=2\r\n\r\n"
    assert _mask_response(reply) == (
        b"HTTP/1.1 103 Early\r\nSet-Cookie: a=*\r\n\r\nHTTP/1.1 101 X\r\nSet-Cookie: b=*\r\n\r\n"
    )
    assert response_secrets(b"HTTP/1.1 100 Continue\r\n\r\n") == ()
    assert response_secrets(b"") == ()


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (b"HTTP/1.1 400 x\r\nSet-Cookie: sid=geheim", b"HTTP/1.1 400 x\r\nSet-Cookie: sid=******"),
        (b"HTTP/1.1 400 x\r\nSet-Cookie: sid=geheim\r", b"HTTP/1.1 400 x\r\nSet-Cookie: sid=******\r"),
        (b"HTTP/1.1 302 x\r\nLocation: /?token=geheim", b"HTTP/1.1 302 x\r\nLocation: /?token=******"),
        (b"HTTP/1.1 400 x\r\n\r\nSet-Cookie: sid=geheim", b"HTTP/1.1 400 x\r\n\r\nSet-Cookie: sid=geheim"),
    ],
)
def test_a_reply_that_is_cut_in_a_field(reply: bytes, shown: bytes) -> None:
    assert _mask_response(reply) == shown


def test_a_request_that_is_cut_in_a_field() -> None:
    request = b"GET / HTTP/1.1\r\nAuthorization: Basic geheim"
    assert _mask_request(request) == b"GET / HTTP/1.1\r\nAuthorization: Basic ******"


def test_words_are_those_of_six_octets_and_more() -> None:
    assert words(b"12345 123456", ((0, 5), (6, 12))) == {b"123456"}


def test_a_longer_word_is_masked_before_its_part() -> None:
    assert masked(b"abcdefgh abcdef", (), frozenset({b"abcdef", b"abcdefgh"})) == b"******** ******"


def test_a_text_of_a_report() -> None:
    everywhere = frozenset({b"secret1", b"se\x00cret"})
    assert masked_text("X: secret1, se\\x00cret", everywhere) == "X: *******, **********"
    assert masked_text("nothing", frozenset()) == "nothing"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://a.example/?token=abc&b=c", "ws://a.example/?token=***&b=c"),
        ("ws://a.example/token", "ws://a.example/token"),
        ("ws://a.example/?jwt=\udcff", "ws://a.example/?jwt=*"),
    ],
)
def test_a_url(url: str, shown: str) -> None:
    assert masked_url(url) == shown


def test_ten_thousand_cookies_take_no_minutes() -> None:
    reply = b"HTTP/1.1 101 X\r\n" + b"".join(b"Set-Cookie: a=%06d\r\n" % n for n in range(10_000)) + b"\r\n"
    begun = time.process_time()
    shown = _mask_response(reply)
    assert time.process_time() - begun < 2
    assert shown == b"HTTP/1.1 101 X\r\n" + b"Set-Cookie: a=******\r\n" * 10_000 + b"\r\n"


@given(
    st.lists(st.sampled_from([b"Cookie: ", b"Set-Cookie:", b"a", b"=", b";", b" ", b"\r\n", b"HTTP/1.1 101 X", b"?"]))
)
def test_masking_keeps_every_length(pieces: list[bytes]) -> None:
    message = b"".join(pieces)
    for shown in (_mask_request(message), _mask_response(message)):
        assert len(shown) == len(message)
        assert all(was == now or now == ord("*") for was, now in zip(message, shown, strict=True))
