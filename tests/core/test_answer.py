"""A reply read against its request, and the content of a refusal in each state."""

from __future__ import annotations

import pytest

from wscheck.core.answer import Answer, Body, has_no_content, read_answer, read_body, read_sent
from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.fields import Extension, Param


def _answer(response: bytes, *, closed: bool = False, truncated: bool = False, request: bytes = b"") -> Answer:
    return read_answer(
        Exchange(
            purpose="handshake",
            request=request,
            response=response,
            address=None,
            attempts=(),
            tls=None,
            timings=Timings(),
            failure=Failure("read", "timeout", "silence"),
            closed=closed,
            truncated=truncated,
        )
    )


def test_what_a_request_says() -> None:
    sent = read_sent(
        b"GET /chat HTTP/1.1\r\n"
        b"Host: 127.0.0.1\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: chat, ,superchat\r\n"
        b"Sec-WebSocket-Protocol: v1\r\n"
        b"Sec-WebSocket-Extensions: x-turbo; level=3\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate, @\r\n"
        b"\r\n"
    )
    assert sent.key == b"dGhlIHNhbXBsZSBub25jZQ=="
    assert sent.versions == (b"13",)
    assert sent.subprotocols == (b"chat", b"superchat", b"v1")
    assert sent.extensions == (
        Extension(b"x-turbo", (Param(b"level", b"3", quoted=False, blanks=False),)),
        Extension(b"permessage-deflate", ()),
    )


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        (b"", ()),
        (b"Sec-WebSocket-Key:\r\n", (b"",)),
        (b"Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: a\r\n", (b"a", b"a")),
    ],
)
def test_without_one_key_no_accept_is_right(lines: bytes, keys: tuple[bytes, ...]) -> None:
    sent = read_sent(b"GET / HTTP/1.1\r\n" + lines + b"\r\n")
    assert sent.keys == keys
    assert sent.key is None


def test_any_octets_are_a_request() -> None:
    assert read_sent(b"\x00\xff").fields == ()


def test_an_answer_with_a_tail() -> None:
    answer = _answer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nA: b\r\na: c\r\n\r\n\x81\x00")
    assert answer.status == 101
    assert answer.switching
    assert answer.tail == b"\x81\x00"
    assert [head.status for head in answer.heads] == [100, 101]
    assert [field.value for field in answer.all(b"A")] == [b"b", b"c"]
    assert answer.failure == Failure("read", "timeout", "silence")


def test_an_answer_of_interim_replies_alone() -> None:
    answer = _answer(b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n")
    assert (answer.head, answer.status, answer.switching, answer.tail) == (None, None, False, b"")
    assert [head.status for head in answer.heads] == [100]
    assert answer.all(b"A") == ()
    assert read_body(answer) == Body(b"", "none")


@pytest.mark.parametrize(
    ("response", "switching"),
    [
        (b"HTTP/1.1 101 X\r\n\r\n", True),
        (b"HTTP/1.1 101 X\r\n", True),
        (b"HTTP/1.1 200 X\r\nUpgrade: websocket\r\n\r\n", False),
        (b"HTTP/1.1 1x1 X\r\nUpgrade: websocket\r\n\r\n", True),
        (b"HTTP/1.1 1x1 X\r\nSec-WebSocket-Accept: a\r\n\r\n", True),
        (b"HTTP/1.1 1x1 X\r\nConnection: Upgrade\r\n\r\n", False),
        (b"HTTP/1.1 101 Switching Proto", False),
        (b"nonsense", False),
    ],
)
def test_what_switches(response: bytes, switching: bool) -> None:
    assert _answer(response).switching is switching


def test_a_cut_head_has_no_tail() -> None:
    assert _answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n").tail == b""


@pytest.mark.parametrize(
    ("status", "none"),
    [(None, False), (100, True), (101, True), (199, True), (200, False), (204, True), (205, False), (304, True)],
)
def test_which_status_has_no_content(status: int | None, none: bool) -> None:
    assert has_no_content(status) is none


@pytest.mark.parametrize(
    ("method", "status", "none"),
    [
        (b"HEAD", 200, True),
        (b"HEAD", 404, True),
        (b"CONNECT", 200, True),
        (b"CONNECT", 299, True),
        (b"CONNECT", 404, False),
        (b"CONNECT", None, False),
        (b"POST", 200, False),
        (b"head", 200, False),
    ],
)
def test_which_method_is_answered_without_content(method: bytes, status: int | None, none: bool) -> None:
    assert has_no_content(status, method) is none


CHUNKED = b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
TWO_OF_FIVE = "2 of 5 octets came before the connection ended"
NO_NUMBER = "Content-Length is not one number"
BAD_SIZE = "a chunk size cannot be read"
BAD_END = "a chunk does not end where its size says"
NO_LAST = "the last chunk did not come"


@pytest.mark.parametrize(
    ("response", "open_", "ended"),
    [
        # (what came, the body while the connection stands, the body once it ended)
        (b"HTTP/1.1 403 Forbidden\r\nContent-Len", Body(b"", "none"), Body(b"", "none")),
        (b"HTTP/1.1 204 None\r\n\r\nno", Body(b"", "none"), Body(b"", "none")),
        (b"HTTP/1.1 304 None\r\nContent-Length: 5\r\n\r\n", Body(b"", "none"), Body(b"", "none")),
        (b"HTTP/1.1 403 F\r\nContent-Length: 0\r\n\r\n", Body(b"", "whole"), Body(b"", "whole")),
        (b"HTTP/1.1 403 F\r\nContent-Length: 2\r\n\r\nnomore", Body(b"no", "whole"), Body(b"no", "whole")),
        (b"HTTP/1.1 403 F\r\nContent-Length: 5\r\n\r\nno", Body(b"no", "open"), Body(b"no", "short", TWO_OF_FIVE)),
        (b"HTTP/1.1 403 F\r\nContent-Length: 2, 2\r\n\r\nno", Body(b"no", "whole"), Body(b"no", "whole")),
        (
            b"HTTP/1.1 403 F\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nno",
            Body(b"no", "bad-length", NO_NUMBER),
            Body(b"no", "bad-length", NO_NUMBER),
        ),
        (
            b"HTTP/1.1 403 F\r\nContent-Length:\r\n\r\nno",
            Body(b"no", "bad-length", NO_NUMBER),
            Body(b"no", "bad-length", NO_NUMBER),
        ),
        (
            b"HTTP/1.1 403 F\r\nContent-Length: -1\r\n\r\n",
            Body(b"", "bad-length", NO_NUMBER),
            Body(b"", "bad-length", NO_NUMBER),
        ),
        (
            b"HTTP/1.1 403 F\r\nContent-Length: 9999999999999999999\r\n\r\n",
            Body(b"", "bad-length", NO_NUMBER),
            Body(b"", "bad-length", NO_NUMBER),
        ),
        (
            b"HTTP/1.1 403 F\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nno",
            Body(b"no", "contradictory", "both Content-Length and Transfer-Encoding"),
            Body(b"no", "contradictory", "both Content-Length and Transfer-Encoding"),
        ),
        (b"HTTP/1.1 403 F\r\n\r\nno", Body(b"no", "open"), Body(b"no", "whole")),
        (b"HTTP/1.1 403 F\r\nTransfer-Encoding: gzip\r\n\r\nno", Body(b"no", "open"), Body(b"no", "whole")),
        (b"HTTP/1.1 403 F\r\nTransfer-Encoding:\r\n\r\nno", Body(b"no", "open"), Body(b"no", "whole")),
        (
            b"HTTP/1.1 403 F\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: ,Chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
            Body(b"no", "whole"),
            Body(b"no", "whole"),
        ),
        (CHUNKED + b"2\r\nno\r\n1 ;x=y\r\n!\r\n0\r\n\r\nmore", Body(b"no!", "whole"), Body(b"no!", "whole")),
        (
            CHUNKED + b"A\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n",
            Body(b"0123456789", "whole"),
            Body(b"0123456789", "whole"),
        ),
        (CHUNKED, Body(b"", "open"), Body(b"", "short", NO_LAST)),
        (CHUNKED + b"2", Body(b"", "open"), Body(b"", "short", NO_LAST)),
        (CHUNKED + b"2;x\r", Body(b"", "open"), Body(b"", "short", NO_LAST)),
        (CHUNKED + b"2\r\nn", Body(b"n", "open"), Body(b"n", "short", NO_LAST)),
        (CHUNKED + b"2\r\nno\r", Body(b"no", "open"), Body(b"no", "short", NO_LAST)),
        (CHUNKED + b"2\r\nno\r\n", Body(b"no", "open"), Body(b"no", "short", NO_LAST)),
        (CHUNKED + b"2\r\nno\r\n0\r\n", Body(b"no", "open"), Body(b"no", "short", NO_LAST)),
        (CHUNKED + b"0\r\nTrailer: x\r\n", Body(b"", "open"), Body(b"", "short", NO_LAST)),
        (CHUNKED + b"2\r\nnono\r\n", Body(b"no", "bad-chunk", BAD_END), Body(b"no", "bad-chunk", BAD_END)),
        (CHUNKED + b"-2\r\n", Body(b"", "bad-chunk", BAD_SIZE), Body(b"", "bad-chunk", BAD_SIZE)),
        (CHUNKED + b"0x2\r\n", Body(b"", "bad-chunk", BAD_SIZE), Body(b"", "bad-chunk", BAD_SIZE)),
        (CHUNKED + b"2\nno", Body(b"", "bad-chunk", BAD_SIZE), Body(b"", "bad-chunk", BAD_SIZE)),
        (CHUNKED + b"1234567890123456\r\n", Body(b"", "bad-chunk", BAD_SIZE), Body(b"", "bad-chunk", BAD_SIZE)),
        (CHUNKED + b"fffffffffffffff\r\nno", Body(b"no", "open"), Body(b"no", "short", NO_LAST)),
        (CHUNKED + b"<html>", Body(b"", "bad-chunk", BAD_SIZE), Body(b"", "bad-chunk", BAD_SIZE)),
    ],
)
def test_the_content_of_a_refusal(response: bytes, open_: Body, ended: Body) -> None:
    assert read_body(_answer(response))._replace(size=0) == open_
    assert read_body(_answer(response, closed=True))._replace(size=0) == ended
    # Content that our own limit cut is never short.
    assert read_body(_answer(response, closed=True, truncated=True))._replace(size=0) == open_


@pytest.mark.parametrize(
    ("behind", "size"),
    [
        (b"Content-Length: 2\r\n\r\nnomore", 2),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\nmore", 12),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\nmore", 17),
        (b"Content-Length: 9\r\n\r\nshort", 0),
    ],
)
def test_where_a_refusal_ends(behind: bytes, size: int) -> None:
    assert read_body(_answer(b"HTTP/1.1 403 Forbidden\r\n" + behind)).size == size
