"""`replay`: a second handshake with another key gets its own answer.

Accepts were made with `printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' KEY | openssl sha1 -binary | base64`:
dGhlIHNhbXBsZSBub25jZQ== (of the RFC) has s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, x3JJHMbDL1EzLkh9GBhXDw== has
HSmrc0sMlYUkAGmm5OPpG2HaGWk=, and dGVzdCBrZXkgMDEyMzQ1Ng== has CStRei2mBi8bPtOkKM3qYp3gVgI=.
"""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold
from wscheck.core.exchange import Exchange, Failure, Kind, Timings

FIRST = b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n"
RIGHT = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n"
    b"\r\n"
)
WRONG = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
    b"\r\n"
)


def second(reply: bytes, failure: Kind | None = None, detail: str = "") -> Exchange:
    """The handshake with the second key, and what came for it."""
    return Exchange(
        purpose="replay",
        request=(
            b"GET /chat HTTP/1.1\r\n"
            b"Host: 127.0.0.1:9001\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGVzdCBrZXkgMDEyMzQ1Ng==\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"\r\n"
        ),
        response=reply,
        address="127.0.0.1:9001",
        attempts=(),
        tls=None,
        timings=Timings(),
        failure=Failure("read", failure, detail) if failure else None,
    )


ROWS = (
    Row(
        "each key has its own answer",
        reply=RIGHT,
        asked=FIRST,
        status="pass",
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: CStRei2mBi8bPtOkKM3qYp3gVgI=\r\n"
            b"\r\n"
        ),
        observed="a second key got its own answer",
    ),
    Row(
        "the second answer has its Age and is right all the same",
        reply=RIGHT,
        asked=FIRST,
        status="pass",
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"upgrade: WebSocket\r\n"
            b"connection: upgrade\r\n"
            b"sec-websocket-accept:   CStRei2mBi8bPtOkKM3qYp3gVgI=  \r\n"
            b"Age: 7\r\n"
            b"\r\n"
        ),
    ),
    Row(
        "the first answer was wrong and the second is right",
        reply=WRONG,
        asked=FIRST,
        status="pass",
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: CStRei2mBi8bPtOkKM3qYp3gVgI=\r\n"
            b"\r\n"
        ),
    ),
    Row(
        "the Accept of the RFC's sample both times",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        asked=FIRST,
        status="fail",
        problems={"constant": "error"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        observed="the first answer again",
        says="it is that of the RFC's own sample: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ),
    Row(
        "the Accept of the RFC's sample where that was the first key",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"constant": "error"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
    ),
    Row(
        "a constant of its own",
        reply=WRONG,
        asked=FIRST,
        status="fail",
        problems={"constant": "error"},
        second=second(WRONG),
        says="the same Accept for two keys, a constant: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ),
    Row(
        "the first answer again",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"replayed": "error"},
        second=second(RIGHT),
        observed="the first answer again",
        says="right for the first key and replayed: HSmrc0sMlYUkAGmm5OPpG2HaGWk=",
    ),
    Row(
        "the first answer again, with its age",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"replayed": "error"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n"
            b"Age: 7\r\n"
            b"\r\n"
        ),
        says="out of a cache (Age: 7)",
    ),
    Row(
        "both from a cache that was there before",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
            b"X-Cache: HIT\r\n"
            b"\r\n"
        ),
        asked=FIRST,
        status="fail",
        problems={"replayed": "error"},
        second=second(WRONG),
        says="out of a cache (X-Cache: HIT)",
    ),
    Row(
        "another key's answer the second time",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"second-wrong": "error"},
        second=second(WRONG),
        observed="another answer for another key",
        says="the second Accept answers another key: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ),
    Row(
        "no Accept the second time",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"second-wrong": "error"},
        second=second(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        observed="the second 101 has no Accept",
        says="the second 101 has no Accept",
    ),
    Row(
        "an empty Accept the second time",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"second-wrong": "error"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept:\r\n\r\n"
        ),
    ),
    Row(
        "wrong twice in two ways is told once, by accept",
        reply=WRONG,
        asked=FIRST,
        status="pass",
        second=second(RIGHT),
        observed="another answer for another key",
    ),
    Row(
        "no Accept both times is told once, by accept",
        reply=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        asked=FIRST,
        status="pass",
        second=second(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        observed="the second 101 has no Accept",
    ),
    Row(
        "refused the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-refused": "warning"},
        second=second(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
        observed="the second handshake brought 503",
    ),
    Row(
        "a limit the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-refused": "warning"},
        second=second(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"),
        says="the second handshake brought 429",
    ),
    Row(
        "no reply the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-lost": "warning"},
        second=second(b"", "reset", "the peer reset the connection without an octet of a reply"),
        observed="the peer reset the connection without an octet of a reply",
        says="the second handshake was lost: the peer reset the connection",
    ),
    Row(
        "a status line that is cut the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-lost": "warning"},
        second=second(b"HTTP/1.1 101 Switch", "closed", "the peer closed the connection after 19 octets"),
        observed="the peer closed the connection after 19 octets",
    ),
    Row(
        "a head that is cut before its Accept the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-lost": "warning"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n",
            "timeout",
            "54 octets, but no end of a head until the head limit of 10 s",
        ),
    ),
    Row(
        "a banner the second time",
        reply=RIGHT,
        asked=FIRST,
        status="warn",
        problems={"second-lost": "warning"},
        second=second(b"SSH-2.0-OpenSSH_9.6\r\n", "timeout", "21 octets, then silence behind what is not HTTP"),
        says="then silence behind what is not HTTP",
    ),
    Row(
        "octets that would move a cursor are no part of the words",
        reply=RIGHT,
        asked=FIRST,
        status="fail",
        problems={"second-wrong": "error"},
        second=second(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: \x1b[2J\r\n\r\n"
        ),
        says="\\x1b[2J",
    ),
    Row(
        "no second handshake",
        reply=RIGHT,
        asked=FIRST,
        status="skip",
        skip_reason="no second handshake was made",
    ),
    Row(
        "a refusal",
        reply=b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
        asked=FIRST,
        status="skip",
        second=second(RIGHT),
        skip_reason="only a 101 has an Accept to repeat",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_replay(row: Row) -> None:
    hold("replay", row)
