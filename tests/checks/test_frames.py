"""`frames`: what follows the 101 is WebSocket, frame by frame, and our Ping is answered.

The Ping of these rows is masked with zeros, so that its payload stands in it as it is.
"""

from __future__ import annotations

from typing import Literal

import pytest

from tests.checks.rows import SAMPLE, Row, hold
from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import Frame

OPENED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)
DEFLATED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
    b"\r\n"
)
OFFERED = SAMPLE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n"

PING = b"\x89\x88\0\0\0\0wscheck!"
PONG = b"\x8a\x08wscheck!"


def heard(
    received: bytes,
    *,
    pong: bool = False,
    by: Literal["server", "wscheck"] = "wscheck",
    how: Literal["close", "eof", "reset"] = "close",
    farewell: Frame | None = None,
) -> Tunnel:
    """What came behind our Ping, which was waited for two seconds. `pong` says that its answer is in it."""
    return Tunnel(
        sent=PING,
        received=received,
        sent_frames=(),
        received_frames=(),
        ending=Ending(by, how, 0.25),
        held_s=None,
        ping=b"wscheck!",
        pong=pong,
        waited_s=2.0,
        farewell=farewell,
    )


def quiet(received: bytes) -> Tunnel:
    """What came where no Ping was sent."""
    return Tunnel(b"", received, (), (), Ending("wscheck", "close", 0.0, 1000), None)


def fine(name: str, received: bytes, observed: str = "Ping answered", *, deflate: bool = False) -> Row:
    """Nothing is wrong with these octets, among which our Pong is."""
    return Row(
        name,
        reply=DEFLATED if deflate else OPENED,
        asked=OFFERED if deflate else SAMPLE,
        status="pass",
        tunnel=heard(received, pong=True),
        observed=observed,
    )


def wrong(name: str, code: str, received: bytes, says: str = "", *, pong: bool = False, deflate: bool = False) -> Row:
    """These octets have this fault and no other."""
    return Row(
        name,
        reply=DEFLATED if deflate else OPENED,
        asked=OFFERED if deflate else SAMPLE,
        status="fail",
        problems={code: "error"},
        tunnel=heard(received, pong=pong),
        says=says,
    )


ROWS = (
    # -- what a server may do ------------------------------------------------------------------------------------------
    fine("a Pong for our Ping", b"\x8a\x08wscheck!"),
    fine("an unasked Pong before ours", b"\x8a\x00\x8a\x08wscheck!"),
    fine("an unasked Pong behind ours", b"\x8a\x08wscheck!\x8a\x04news"),
    fine("a text before the Pong", b"\x81\x02hi\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("a Close behind the Pong", b"\x8a\x08wscheck!\x88\x02\x03\xe8"),
    fine("a Ping of its own", b"\x89\x00\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("a Ping of 125 octets", b"\x89\x7d" + b"a" * 125 + b"\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("fragments", b"\x01\x01a\x00\x01b\x80\x01c\x8a\x08wscheck!", "Ping answered, and 3 other frames"),
    fine("the Pong between fragments", b"\x01\x01a\x8a\x08wscheck!\x80\x01c", "Ping answered, and 2 other frames"),
    fine("fragments that are not at their end", b"\x8a\x08wscheck!\x02\x01a", "Ping answered, and 1 other frame"),
    fine("a letter in two fragments", b"\x01\x01\xc3\x80\x01\xa9\x8a\x08wscheck!", "Ping answered, and 2 other frames"),
    fine("binary that is no UTF-8", b"\x82\x01\xe9\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("126 octets", b"\x82\x7e\x00\x7e" + b"a" * 126 + b"\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("65535 octets", b"\x82\x7e\xff\xff" + b"a" * 65535 + b"\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine(
        "65536 octets",
        b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"a" * 65536 + b"\x8a\x08wscheck!",
        "Ping answered, and 1 other frame",
    ),
    fine("half a frame at the end", b"\x8a\x08wscheck!\x81\x05he"),
    fine("half a header at the end", b"\x8a\x08wscheck!\x81"),
    fine(
        "a compressed text",
        b"\xc1\x04\xca\xc8\x04\x00\x8a\x08wscheck!",
        "Ping answered, and 1 other frame",
        deflate=True,
    ),
    fine(
        "a compressed binary message in fragments",
        b"\x42\x02\xca\xc8\x80\x02\x04\x00\x8a\x08wscheck!",
        "Ping answered, and 2 other frames",
        deflate=True,
    ),
    fine(
        "deflate accepted and not used",
        b"\x81\x02hi\x8a\x08wscheck!",
        "Ping answered, and 1 other frame",
        deflate=True,
    ),
    Row(
        "frames that came with the head",
        reply=OPENED + b"\x81\x02hi",
        status="pass",
        tunnel=heard(b"\x81\x02hi\x8a\x08wscheck!", pong=True),
        observed="Ping answered, and 1 other frame",
    ),
    Row("frames where no Ping was sent", reply=OPENED, status="pass", tunnel=quiet(b"\x81\x02hi")),
    Row(
        "frames in a saved reply",
        reply=OPENED + b"\x81\x02hi",
        status="pass",
        observed="4 octets came, 1 frames; no Ping was sent",
    ),
    # -- no WebSocket at all -------------------------------------------------------------------------------------------
    wrong("a page", "not-frames", b"<!doctype html><title>Chat</title>\n", "a page came instead of frames"),
    wrong("a page behind blanks", "not-frames", b"\r\n  <html lang=en>", "a page came"),
    wrong("XML", "not-frames", b'<?xml version="1.0"?><a/>', "a page came"),
    wrong("an HTTP reply", "not-frames", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "an HTTP reply came"),
    wrong(
        "an HTTP reply behind the Pong",
        "not-frames",
        b"\x8a\x08wscheck!HTTP/1.1 200 OK\r\nServer: toy\r\n\r\n",
        "an HTTP reply came behind 1 frame: HTTP/1.1 200 OK",
        pong=True,
    ),
    wrong("a page behind a text", "not-frames", b"\x81\x02hi<!doctype html>", "a page came behind 1 frame: "),
    fine("text that says HTTP", b"\x81\x08HTTP/1.1\x8a\x08wscheck!", "Ping answered, and 1 other frame"),
    fine("HTTP behind the Close", b"\x8a\x08wscheck!\x88\x02\x03\xe8HTTP/1.1 200 OK\r\n\r\n"),
    wrong("JSON", "not-frames", b'{"type":"hello"}', "JSON came"),
    wrong("a list of JSON", "not-frames", b'["hello"]', "JSON came"),
    wrong("text", "not-frames", b"error: backend gone\n", "text came"),
    wrong("one end of a line", "not-frames", b"\r\n", "text came"),
    wrong("a TLS alert", "not-frames", b"\x15\x03\x03\x00\x02\x02\x46", "a TLS record came"),
    wrong("a TLS hello", "not-frames", b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", "a TLS record came"),
    wrong("a TLS record of data", "not-frames", b"\x17\x03\x03\x00\x02\xff\xff", "a TLS record came"),
    Row(
        "a page in a saved reply",
        reply=OPENED + b"<!doctype html>",
        status="fail",
        problems={"not-frames": "error"},
    ),
    wrong("chunks around frames", "chunked", b"a\r\n\x8a\x08wscheck!\r\n", "a chunk size stands where"),
    wrong("a chunk of more octets", "chunked", b"1F4\r\n" + b"a" * 500, "a chunk size stands where"),
    fine(
        "a compressed fragment that begins like a chunk size",
        b"\x41\x0d\x0a" + b"a" * 12 + b"\x80\x00\x8a\x08wscheck!",
        "Ping answered, and 2 other frames",
        deflate=True,
    ),
    wrong("a number of nine digits is no chunk size", "not-frames", b"123456789\r\nhello", "text came"),
    wrong("an empty line is no chunk size", "not-frames", b"\r\nhello", "text came"),
    wrong("the echo of our Ping", "echoed", b"\x89\x88\0\0\0\0wscheck!", "our own octets came back"),
    wrong("the echo of half our Ping", "echoed", b"\x89\x88\0\0\0\0wsc", "our own octets came back"),
    wrong("the echo of our Ping and more", "echoed", b"\x89\x88\0\0\0\0wscheck!\x88\x80\0\0\0\0", "our own octets"),
    # A text whose first octet could begin a frame: A and B are fragments with RSV1 set.
    wrong("text that begins like a frame", "reserved-bit", b"Application error: no backend is there", "RSV1"),
    wrong("text that begins like a binary frame", "reserved-bit", b"Bad gateway, no backend is there", "RSV1"),
    # -- frames that break a rule --------------------------------------------------------------------------------------
    wrong("a Pong that is masked", "masked", b"\x8a\x88\x01\x02\x03\x04\x76\x71\x60\x6c\x64\x61\x68\x25", pong=True),
    wrong("half a frame that is masked", "masked", b"\x8a\x08wscheck!\x81\x85\x01\x02\x03\x04\x69", pong=True),
    wrong("a mask of zeros", "masked", b"\x81\x82\0\0\0\0hi\x8a\x08wscheck!", pong=True),
    wrong("RSV1 without an extension", "reserved-bit", b"\xc1\x02hi\x8a\x08wscheck!", "RSV1 set", pong=True),
    wrong("RSV2", "reserved-bit", b"\xa1\x02hi\x8a\x08wscheck!", "RSV2 set", pong=True, deflate=True),
    wrong("RSV3", "reserved-bit", b"\x91\x02hi\x8a\x08wscheck!", "RSV3 set", pong=True, deflate=True),
    wrong("all three", "reserved-bit", b"\xf1\x02hi\x8a\x08wscheck!", "RSV1 and RSV2 and RSV3 set", pong=True),
    wrong("RSV1 beside RSV2", "reserved-bit", b"\xe1\x02hi\x8a\x08wscheck!", "has RSV2 set", pong=True, deflate=True),
    wrong("RSV1 in a Pong", "reserved-bit", b"\xca\x08wscheck!", "RSV1 set", pong=True, deflate=True),
    wrong(
        "RSV1 in a later fragment",
        "reserved-bit",
        b"\x41\x02\xca\xc8\xc0\x02\x04\x00\x8a\x08wscheck!",
        "(continuation, 2 octets) has RSV1 set",
        pong=True,
        deflate=True,
    ),
    wrong("opcode 3", "unknown-opcode", b"\x83\x02hi\x8a\x08wscheck!", "the frame at octet 0", pong=True),
    wrong("opcode 7", "unknown-opcode", b"\x8a\x08wscheck!\x87\x00", "the frame at octet 10", pong=True),
    wrong("opcode 11", "unknown-opcode", b"\x8a\x08wscheck!\x8b\x00", "opcode 11", pong=True),
    wrong("opcode 15", "unknown-opcode", b"\x8a\x08wscheck!\x8f\x00", "opcode 15", pong=True),
    wrong("the end of a line behind a frame", "unknown-opcode", b"\x8a\x08wscheck!\r\n", "opcode 13", pong=True),
    wrong("one octet behind a frame", "unknown-opcode", b"\x8a\x08wscheck!\r", "begin no frame: \\r", pong=True),
    wrong("2 octets in 16 bits", "bad-length", b"\x81\x7e\x00\x02hi\x8a\x08wscheck!", "2 in 2 more", pong=True),
    wrong("125 octets in 16 bits", "bad-length", b"\x82\x7e\x00\x7d" + b"a" * 125, "125 in 2 more", pong=True),
    wrong("2 octets in 64 bits", "bad-length", b"\x81\x7f\0\0\0\0\0\0\0\x02hi", "2 in 8 more", pong=True),
    wrong("65535 octets in 64 bits", "bad-length", b"\x82\x7f\0\0\0\0\0\0\xff\xff" + b"a" * 65535, pong=True),
    wrong("the top bit of 64", "bad-length", b"\x8a\x08wscheck!\x82\x7f\x80\0\0\0\0\0\0\0abc", pong=True),
    wrong("a Ping of 126 octets", "bad-control", b"\x89\x7e\x00\x7e" + b"a" * 126, "has 126 octets", pong=True),
    wrong("a Ping in fragments", "bad-control", b"\x8a\x08wscheck!\x09\x01a", "is fragmented", pong=True),
    wrong("a fragmented Ping first", "bad-control", b"\x09\x01\xff\x8a\x08wscheck!", "is fragmented", pong=True),
    wrong("a continuation of nothing", "bad-fragment", b"\x80\x02hi\x8a\x08wscheck!", pong=True),
    wrong("a continuation of what is whole", "bad-fragment", b"\x81\x01a\x80\x01b\x8a\x08wscheck!", pong=True),
    wrong("a message inside a message", "bad-fragment", b"\x01\x01a\x82\x01b\x8a\x08wscheck!", pong=True),
    wrong("Latin-1", "bad-text", b"\x81\x04caf\xe9\x8a\x08wscheck!", pong=True),
    wrong("Latin-1 in two fragments", "bad-text", b"\x01\x01\xff\x80\x01\xfe\x8a\x08wscheck!", pong=True),
    wrong("a surrogate", "bad-text", b"\x81\x03\xed\xa0\x80\x8a\x08wscheck!", pong=True),
    wrong("an overlong form", "bad-text", b"\x81\x02\xc0\x80\x8a\x08wscheck!", pong=True),
    wrong("Latin-1 beside accepted deflate", "bad-text", b"\x81\x04caf\xe9\x8a\x08wscheck!", pong=True, deflate=True),
    Row(
        "RSV1 in a saved reply",
        reply=OPENED + b"\xc1\x02hi",
        status="fail",
        problems={"reserved-bit": "error"},
        says="the frame at octet 0 behind the head (text, 2 octets) has RSV1 set",
    ),
    Row(
        "two faults",
        reply=OPENED,
        status="fail",
        problems={"masked": "error", "bad-text": "error"},
        tunnel=heard(b"\x81\x81\0\0\0\0\xff\x8a\x08wscheck!", pong=True),
    ),
    # -- whether anybody is there --------------------------------------------------------------------------------------
    Row(
        "silence",
        reply=OPENED,
        status="fail",
        problems={"silent": "error"},
        tunnel=heard(b""),
        observed="silence",
        says="nothing came within 2 s",
    ),
    Row(
        "texts and no Pong",
        reply=OPENED,
        status="warn",
        problems={"no-pong": "warning"},
        tunnel=heard(b"\x81\x02hi\x81\x02ho"),
        observed="no Pong, and 2 other frames",
        says="2 frames came, and no Pong within 2 s",
    ),
    Row(
        "half a text and no Pong",
        reply=OPENED,
        status="warn",
        problems={"no-pong": "warning"},
        tunnel=heard(b"\x81\x05hel"),
        observed="no Pong",
        says="5 octets came, no whole frame, and no Pong within 2 s",
    ),
    Row(
        "half our Pong",
        reply=OPENED,
        status="warn",
        problems={"no-pong": "warning"},
        tunnel=heard(b"\x8a\x08wsch"),
    ),
    Row(
        "text like a frame where deflate was accepted",
        reply=DEFLATED,
        asked=OFFERED,
        status="warn",
        problems={"no-pong": "warning"},
        tunnel=heard(b"Application error: no backend is there"),
    ),
    wrong("a Pong with another payload", "wrong-pong", b"\x8a\x02hi", "does not carry our 8 octets"),
    wrong("an empty Pong", "wrong-pong", b"\x8a\x00"),
    wrong("a Pong with our payload and more", "wrong-pong", b"\x8a\x09wscheck!!"),
    Row(
        "a Close before the Pong",
        reply=OPENED,
        status="info",
        problems={"closed-early": "info"},
        tunnel=heard(
            b"\x88\x08\x11\x31log in", by="server", farewell=Frame(True, 0, 8, False, 8, b"\x11\x31log in", 0)
        ),
        observed="closed before a Pong",
        says="closed by the server with 4401 before the Pong",
    ),
    Row(
        "a Close without a code before the Pong",
        reply=OPENED,
        status="info",
        problems={"closed-early": "info"},
        tunnel=heard(b"\x81\x02hi\x88\x00", by="server", farewell=Frame(True, 0, 8, False, 0, b"", 4)),
        observed="closed before a Pong, and 1 other frame",
        says="closed by the server with no code before the Pong",
    ),
    Row(
        "no Pong, and our Close is answered",
        reply=OPENED,
        status="warn",
        problems={"no-pong": "warning"},
        tunnel=heard(b"\x88\x02\x03\xe8", farewell=Frame(True, 0, 8, False, 2, b"\x03\xe8", 0)),
    ),
    Row(
        "cut behind a text",
        reply=OPENED,
        status="pass",
        tunnel=heard(b"\x81\x02hi", by="server", how="eof"),
        observed="no Pong, and 1 other frame",
    ),
    # -- nothing to judge ----------------------------------------------------------------------------------------------
    Row(
        "cut at once",
        reply=OPENED,
        status="skip",
        tunnel=heard(b"", by="server", how="eof"),
        skip_reason="the connection ended before a frame came",
    ),
    Row(
        "reset at once",
        reply=OPENED,
        status="skip",
        tunnel=heard(b"", by="server", how="reset"),
        skip_reason="the connection ended before a frame came",
    ),
    Row(
        "no Ping and no frame",
        reply=OPENED,
        status="skip",
        tunnel=quiet(b""),
        skip_reason="no frame was sent, and none came",
    ),
    Row(
        "the time of the probe was over before a Pong could come",
        reply=OPENED,
        status="skip",
        tunnel=heard(b"\x81\x02hi")._replace(cut_short=True),
        skip_reason="the time of the whole probe was over before a Pong could come",
    ),
    Row(
        "the Pong came before the time of the probe was over",
        reply=OPENED,
        status="pass",
        tunnel=heard(PONG, pong=True)._replace(cut_short=True),
        observed="Ping answered",
    ),
    Row("a saved reply without a frame", reply=OPENED, status="skip", skip_reason="no frame was sent, and none came"),
    Row(
        "a refusal",
        reply=b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\nhi",
        status="skip",
        skip_reason="only a 101 is followed by frames",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_frames(row: Row) -> None:
    hold("frames", row)
