"""The judges of version, key, several exchanges, frames and extensions, against what is written out."""

from __future__ import annotations

import pytest

from tests.cases.seeing import ACCEPT, ANOTHER_ACCEPT, CLOSED, GOOD, SILENT, Came, judged, reply, seen, switched, tunnel
from wscheck.cases import cases
from wscheck.core.exchange import Tunnel
from wscheck.core.report import Status

BAD = reply(b"400 Bad Request")
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate"
CHAT = b"Sec-WebSocket-Protocol: chat"


def refused(versions: bytes) -> bytes:
    return reply(b"426 Upgrade Required", b"Upgrade: websocket", b"Sec-WebSocket-Version: " + versions)


# -- version -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "came", "status", "says"),
    [
        ("version-25", refused(b"13"), "pass", "versions 13"),
        ("version-25", refused(b"13, 8"), "pass", "versions 13, 8"),
        ("version-25", BAD, "fail", "without Sec-WebSocket-Version"),
        ("version-25", reply(b"404 Not Found"), "fail", "without Sec-WebSocket-Version"),
        ("version-25", reply(b"200 OK"), "info", "200 OK"),
        ("version-25", reply(b"302 Found"), "info", "302 Found"),
        ("version-25", switched(), "fail", "switched"),
        ("version-25", CLOSED, "warn", "closed without a reply"),
        ("version-25", SILENT, "warn", "silence"),
        ("version-list", refused(b"13"), "pass", "advertised: 13"),
        ("version-list", refused(b"13, 8, 7, 0, 255"), "pass", "advertised: 13, 8, 7, 0, 255"),
        ("version-list", refused(b"8, 7"), "warn", "advertised: 8, 7"),
        ("version-list", refused(b"13, 25"), "fail", "it holds 25"),
        ("version-list", refused(b"013"), "fail", "off the grammar: 013"),
        ("version-list", refused(b"13.0"), "fail", "off the grammar"),
        ("version-list", refused(b"256, 13"), "fail", "off the grammar: 256"),
        ("version-list", BAD, "skip", "no version was advertised"),
        ("version-missing-list", BAD, "info", "no list"),
        ("version-missing-list", refused(b"13"), "info", "versions 13"),
        ("version-missing-list", switched(), "skip", "was accepted"),
    ],
)
def test_version(name: str, came: Came, status: Status, says: str) -> None:
    said = judged(name, came)
    assert (said.status, says in said.observed) == (status, True), said


@pytest.mark.parametrize(
    ("first", "then", "status"),
    [
        (refused(b"13"), switched(accept=ANOTHER_ACCEPT), "pass"),
        (refused(b"13"), switched(accept=ACCEPT), "fail"),
        (refused(b"13"), BAD, "fail"),
        (refused(b"8"), BAD, "skip"),
        (BAD, BAD, "skip"),
    ],
)
def test_an_advertised_version_works(first: bytes, then: bytes, status: Status) -> None:
    assert judged("version-retry", first, then).status == status


# -- key ---------------------------------------------------------------------------------------------------------------

# RFC 6455 §4.1 prints AQIDBAUGBwgJCgsMDQ4PEC==; the first is the hash of that text, the second that of …EA==.
# The hash of the sample key twice over, made with openssl.
TWICE = b"0mi0nArQh5igP1yImiQxBl21Yaw="
AS_SENT, RECODED = b"OfS0wDaT5NoxF2gqm7Zj2YtetzM=", b"C/0nmHhBztSRGR1CwL6Tf4ZjwpY="


@pytest.mark.parametrize(
    ("name", "came", "status", "says"),
    [
        ("key-misprint", switched(accept=AS_SENT), "pass", "switched"),
        ("key-misprint", switched(accept=RECODED), "fail", "decoded and encoded again"),
        ("key-misprint", switched(), "fail", "Accept is s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("key-misprint", BAD, "info", "refused"),
        ("key-15-octets", BAD, "pass", "refused"),
        ("key-15-octets", switched(), "fail", "the sample key of RFC 6455"),
        ("key-15-octets", SILENT, "warn", "silence"),
        ("key-empty", switched(), "fail", "switched"),
        ("key-twice-different", switched(accept=ACCEPT), "warn", "the first was hashed"),
        ("key-twice-different", switched(accept=ANOTHER_ACCEPT), "warn", "the last was hashed"),
        ("key-twice-different", switched(accept=AS_SENT), "fail", "answers neither key"),
        ("key-twice-different", BAD, "pass", "refused"),
        ("key-twice-equal", switched(accept=ACCEPT), "warn", "stands twice was hashed"),
        ("key-twice-equal", switched(accept=TWICE), "warn", "both, one behind the other, was hashed"),
    ],
)
def test_key(name: str, came: Came, status: Status, says: str) -> None:
    said = judged(name, came)
    assert (said.status, says in said.observed) == (status, True), said


# -- several exchanges -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "second", "status", "says"),
    [
        ("keys-two", switched(), switched(accept=ANOTHER_ACCEPT), "pass", "each key got its own answer"),
        ("keys-two", switched(), switched(), "fail", "the same Accept for two keys"),
        ("keys-two", switched(), switched(accept=AS_SENT), "fail", "it answers another key"),
        ("keys-two", switched(), reply(b"429 Too Many Requests"), "warn", "connection 2: refused"),
        ("keys-two", BAD, switched(), "warn", "connection 1: refused"),
        ("keys-interleaved", switched(accept=ANOTHER_ACCEPT), switched(), "fail", "it answers another key"),
        ("keys-same", switched(), switched(), "pass", "the same answer twice"),
        ("keys-same", switched(), switched(accept=AS_SENT), "fail", "two answers for one key"),
        ("keys-same", switched(accept=AS_SENT), switched(accept=AS_SENT), "fail", "Accept is"),
        ("keys-same", switched(), BAD, "warn", "then refused"),
        ("refusal-reused", refused(b"13"), switched(accept=ANOTHER_ACCEPT), "pass", "switched"),
        ("refusal-reused", refused(b"13"), switched(), "fail", "the sample key of RFC 6455"),
        ("refusal-reused", refused(b"13"), BAD, "fail", "versions 13; then version 13 on the same connection: refused"),
        ("refusal-reused", refused(b"8"), BAD, "pass", "same connection: refused: 400"),
        ("refusal-reused", BAD, BAD, "pass", "same connection: refused: 400"),
        ("subprotocol-lines-known-last", switched(CHAT), switched(CHAT, accept=ANOTHER_ACCEPT), "pass", "chose chat"),
        ("subprotocol-lines-known-last", switched(CHAT), switched(accept=ANOTHER_ACCEPT), "fail", "chose none"),
        ("subprotocol-lines-known-last", switched(CHAT), BAD, "fail", "refused"),
        ("subprotocol-lines-known-last", switched(CHAT), switched(CHAT), "fail", "the sample key of RFC 6455"),
        ("subprotocol-lines-known-last", switched(), switched(accept=ANOTHER_ACCEPT), "skip", "not chosen either"),
        ("subprotocol-lines-known-first", BAD, BAD, "skip", "not chosen either"),
        ("deflate-second-line", switched(DEFLATE), switched(DEFLATE, accept=ANOTHER_ACCEPT), "pass", "accepted"),
        ("deflate-second-line", switched(DEFLATE), switched(accept=ANOTHER_ACCEPT), "fail", "declined"),
        ("deflate-second-line", switched(DEFLATE), CLOSED, "fail", "closed without a reply"),
        ("deflate-second-line", switched(), switched(accept=ANOTHER_ACCEPT), "skip", "not accepted either"),
        ("refusal-reused", refused(b"13"), b"rest of a page", "fail", "rest of a page"),
        ("refusal-reused", refused(b"13"), SILENT, "fail", "got no reply"),
        ("refusal-reused", refused(b"13"), CLOSED, "info", "without 'Connection: close'"),
        ("refusal-reused", reply(b"400 Bad Request", b"Connection: close"), CLOSED, "pass", "said close"),
        ("refusal-reused", switched(), CLOSED, "skip", "no refusal"),
        ("refusal-closes", reply(b"400 Bad Request", b"Connection: close"), CLOSED, "warn", "stands"),
        ("refusal-closes", refused(b"13"), CLOSED, "skip", "did not say close"),
        ("refusal-cached", BAD, reply(b"404 Not Found", b"Age: 7"), "info", "out of a cache (Age: 7)"),
        ("refusal-cached", BAD, reply(b"404 Not Found"), "pass", "not out of a cache"),
        ("refusal-cached", BAD, SILENT, "warn", "silence"),
        ("leaks", CLOSED, CLOSED, "skip", "no reply came"),
        ("leaks", CLOSED, reply(b"400 Bad Request"), "pass", "none seen"),
        ("leaks", BAD, reply(b"500 X", body=b"Traceback (most recent call last):"), "warn", "a stack trace"),
        ("leaks", BAD, reply(b"404 Not Found", b"Server: toy/1.2.3"), "info", "toy/1.2.3"),
        ("false-tunnel", SILENT, SILENT, "warn", "silence"),
        ("subprotocol-order", switched(b"Sec-WebSocket-Protocol: chat"), switched(b"Sec-WebSocket-Protocol: chat"),
         "info", "the server's order wins"),
        ("subprotocol-order", switched(b"Sec-WebSocket-Protocol: chat"),
         switched(b"Sec-WebSocket-Protocol: superchat"), "info", "the client's order wins"),
        ("false-tunnel", reply(b"400 Bad Request", b"Server: a"), reply(b"200 OK", b"Server: b"), "warn", "a and b"),
        (
            "false-tunnel",
            reply(b"400 Bad Request", b"Server: a", b"Via: 1.1 x"),
            reply(b"200 OK", b"Server: b"),
            "fail",
            "a and b",
        ),
        ("false-tunnel", reply(b"400 Bad Request", b"Server: a"), reply(b"200 OK", b"Server: a"), "pass", "refused"),
        ("false-tunnel", BAD, CLOSED, "pass", "then the connection ended"),
    ],
)  # fmt: skip
def test_two_exchanges(name: str, first: Came, second: Came, status: Status, says: str) -> None:
    said = judged(name, first, second)
    assert (said.status, says in said.observed) == (status, True), said


def test_a_close_that_was_announced_comes() -> None:
    said = judged("refusal-closes", reply(b"400 Bad Request", b"Connection: close"), CLOSED, closed=True)
    assert said.status == "pass"


def test_nothing_is_sent_behind_a_refusal_that_says_close_and_stands() -> None:
    said_close = reply(b"400 Bad Request", b"Connection: close")
    for name, came, status, says in (
        ("refusal-reused", said_close, "pass", "the refusal said close, so nothing was sent behind it"),
        ("refusal-reused", BAD, "skip", "no end that could be told"),
        ("refusal-closes", said_close, "warn", "the connection stands"),
        ("false-tunnel", said_close, "pass", "nothing could be sent behind it"),
    ):
        case = cases()[name]
        found = case.judge(seen(case, came, CLOSED)._replace(made=1))
        assert (found.status, says in found.observed) == (status, True), found


def test_plain_gets_around_a_handshake() -> None:
    page = reply(b"200 OK", body=b"hello")
    assert judged("get-between", page, switched(), page).status == "pass"
    assert judged("get-between", page, switched(), reply(b"404 Not Found")).status == "info"
    between = judged("get-between", page, BAD, page)
    assert (between.status, between.observed) == ("info", "no 101 between two plain GETs: refused: 400 Bad Request")
    assert judged("get-between", SILENT, switched(), SILENT).status == "info"


def test_a_version_that_lets_foreign_origins_in() -> None:
    forbidden = reply(b"403 Forbidden")
    assert judged("draft-hybi-08-origin", forbidden, switched(), forbidden).status == "warn"
    assert judged("draft-hybi-08-origin", forbidden, BAD, switched()).status == "warn"
    assert judged("draft-hybi-08-origin", forbidden, BAD, BAD).status == "info"
    assert judged("draft-hybi-08-origin", switched(), switched(), switched()).status == "info"


# -- frames ------------------------------------------------------------------------------------------------------------

# A server that took the WebSocket for a request ends it with a reply; behind its Close a client discards that.
AT_AN_END = b"\x88\x02\x03\xeaHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LATER = b"\x8a\x08wscheck4"  # the Pong for the Ping behind a wrong frame


@pytest.mark.parametrize(
    ("name", "behind", "status", "says"),
    [
        ("ping-empty", tunnel(b"\x8a\x00" + LATER), "pass", "a Pong with the same 0 octets"),
        ("ping-empty", tunnel(LATER), "fail", "a Pong with other octets"),
        ("ping-125", tunnel(b"\x8a\x7d" + b"p" * 125), "pass", "the same 125 octets"),
        ("ping-125", tunnel(b"\x8a\x7c" + b"p" * 124), "fail", "other octets"),
        ("ping-125", tunnel(), "fail", "no Pong; the connection stands after 2 s"),
        ("ping-125", tunnel(by="server", code=1011), "fail", "closed with 1011"),
        ("ping-two", tunnel(LATER, pong=True), "pass", "1 Pong, the last Ping among them"),
        ("ping-two", tunnel(b"\x8a\x01a" + LATER, pong=True), "pass", "2 Pongs, the last Ping among them"),
        ("ping-two", tunnel(b"\x8a\x08wscheck0"), "fail", "no Pong for the last"),
        ("close-normal", tunnel(close=b"\x88\x02\x03\xe8", ended=True), "pass", "answered with 1000, then TCP ended"),
        ("close-normal", tunnel(close=b"\x88\x02\x03\xe8", ended=False), "fail", "TCP stands"),
        ("close-normal", tunnel(by="server", how="eof"), "fail", "our Close was not answered"),
        ("close-normal", tunnel(ended=True), "fail", "our Close was not answered; TCP ended without it"),
        ("close-normal", tunnel(ended=False), "fail", "not answered; the connection stands after 2 s"),
        ("close-empty", tunnel(close=b"\x88\x00", ended=True), "pass", "answered with no code"),
        ("frame-unmasked", tunnel(by="server", code=1002), "pass", "closed with 1002"),
        ("frame-unmasked", tunnel(by="server", how="eof"), "pass", "ended without a Close"),
        ("frame-unmasked", tunnel(b"\x8a\x08unmasked"), "fail", "a Pong came for it"),
        ("frame-opcode-3", tunnel(LATER, pong=True), "fail", "the Ping behind it was answered"),
        ("frame-opcode-3", tunnel(), "fail", "the connection stands"),
        ("frame-opcode-3", tunnel(PAGE, by="server", how="eof"), "pass", "ended without a Close"),
        ("frame-opcode-3", tunnel(PAGE)._replace(junk=True), "fail", "what came is no frame: HTTP/1.1 200 OK"),
        ("frame-rsv1", tunnel(b"\x8a\x08reserved"), "fail", "a Pong came for it"),
        ("http-behind-101", tunnel(b"HTTP/1.1 200 OK\r\n\r\n", by="server"), "fail", "HTTP came back"),
        ("http-behind-101", tunnel(by="server", code=1002), "pass", "closed with 1002"),
        ("http-behind-101", tunnel(AT_AN_END, by="server", code=1002), "pass", "closed with 1002"),
        ("early-ping", tunnel(b"\x8a\x08early-08", pong=True), "pass", "the early Ping was answered"),
        ("early-ping", tunnel(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "fail", "HTTP came for the early frame"),
        ("early-ping", tunnel(b"\x88\x02\x03\xe8HTTP/1.1 200 OK\r\n\r\n"), "fail", "it was lost"),
        ("early-ping", tunnel(), "fail", "the early Ping was not answered: it was lost"),
        (
            "early-ping",
            tunnel(close=b"\x88\x02\x03\xe8"),
            "fail",
            "not answered, and the Close behind it was: it was lost",
        ),
    ],
)
def test_frames(name: str, behind: Tunnel, status: Status, says: str) -> None:
    said = judged(name, switched(), behind=behind)
    assert (said.status, says in said.observed) == (status, True), said


@pytest.mark.parametrize("name", ["ping-125", "ping-two", "close-normal", "frame-unmasked"])
def test_frames_behind_a_handshake_that_was_refused(name: str) -> None:
    said = judged(name, BAD)
    assert (said.status, said.observed) == ("warn", "no 101, so no frame was sent: refused: 400 Bad Request")


def test_an_early_ping_that_is_answered_before_the_101() -> None:
    said = judged("early-ping", b"\x8a\x08early-08" + switched())
    assert said.status == "fail"
    assert said.observed.startswith(r"the early frame was answered before the 101: \x8a\x08early-08HTTP/1.1 101")
    assert judged("early-ping", BAD).status == "pass"
    assert judged("early-ping", CLOSED).status == "pass"


def test_behind_an_early_ping_comes_an_unasked_pong() -> None:
    """It wakes a server that kept the Ping and reads on with the next octets, and asks for no answer itself."""
    (shot,) = cases()["early-ping"].shots(GOOD)
    assert shot.plan.body.startswith(b"\x89\x88")
    assert shot.talk.octets.startswith(b"\x8a\x80")
    assert len(shot.talk.octets) == 6
    assert shot.talk.ping == b"early-08"


# -- extensions --------------------------------------------------------------------------------------------------------


def accepted(value: bytes) -> bytes:
    return switched(b"Sec-WebSocket-Extensions: " + value)


@pytest.mark.parametrize(
    ("name", "came", "status", "says"),
    [
        ("extension-double-semicolon", BAD, "pass", "refused"),
        ("extension-double-semicolon", switched(), "fail", "declined"),
        ("extension-unknown", switched(), "pass", "declined"),
        ("extension-unknown", BAD, "warn", "refused"),
        ("extension-unknown", accepted(b"x-unknown.invalid; p=1"), "fail", "accepted x-unknown.invalid"),
        ("extension-dead-mux", accepted(b"mux"), "info", "accepted mux"),
        ("deflate-plain", switched(), "info", "declined"),
        ("deflate-plain", accepted(b"permessage-deflate; client_max_window_bits=15"), "fail", "was not offered"),
        ("deflate-plain", accepted(b"permessage-deflate; server_max_window_bits=16"), "fail", "8 to 15"),
        ("deflate-twice", accepted(b"permessage-deflate, permessage-deflate"), "fail", "accepted twice"),
        ("deflate-twice", accepted(b"permessage-deflate"), "pass", "accepted"),
        ("deflate-undefined", switched(), "pass", "declined"),
        ("deflate-undefined", BAD, "warn", "refused"),
        ("deflate-undefined", accepted(b"permessage-deflate"), "fail", "had to be declined"),
        ("deflate-server-bits-7", BAD, "pass", "refused"),
        ("deflate-server-bits-7", accepted(b"permessage-deflate; server_max_window_bits=8"), "fail", "declined"),
        ("deflate-fallback", accepted(b"permessage-deflate"), "pass", "accepted"),
        ("deflate-fallback", switched(), "warn", "declined"),
        ("deflate-server-takeover", accepted(b"permessage-deflate"), "fail", "is not confirmed"),
        ("deflate-server-takeover", accepted(b"permessage-deflate; server_no_context_takeover"), "pass", "accepted"),
        ("deflate-server-bits-10", accepted(b"permessage-deflate; server_max_window_bits=9"), "pass", "accepted"),
        ("deflate-server-bits-10", accepted(b"permessage-deflate; server_max_window_bits=11"), "fail", "larger"),
        ("deflate-server-bits-10", switched(), "info", "declined"),
        ("deflate-client-bits-offered", accepted(b"permessage-deflate; client_max_window_bits"), "fail", "no value"),
        ("deflate-client-bits-10", accepted(b"permessage-deflate; client_max_window_bits=11"), "fail", "larger"),
        ("deflate-plain", switched(accept=ANOTHER_ACCEPT), "fail", "it answers another key"),
    ],
)
def test_extensions(name: str, came: bytes, status: Status, says: str) -> None:
    said = judged(name, came, behind=tunnel(pong=True) if came.startswith(b"HTTP/1.1 101") else None)
    assert (said.status, says in said.observed) == (status, True), said


def test_a_ping_while_compression_is_in_force() -> None:
    assert judged("deflate-plain", switched(DEFLATE), behind=tunnel(pong=True)).status == "pass"
    assert judged("deflate-plain", switched(DEFLATE), behind=tunnel()).status == "fail"


# RFC 7692 §7.2.3.2: "Hello" twice, the second with a reference to the first.
BOTH = b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00" + b"\xc1\x05\xf2\x00\x11\x00\x00"


@pytest.mark.parametrize(
    ("behind", "status"),
    [
        (tunnel(BOTH), "pass"),
        (tunnel(b"\x81\x05Hello\x81\x05Hello"), "pass"),
        (tunnel(BOTH[:9]), "fail"),
        (tunnel(b"\x81\x05hello\x81\x05hello"), "fail"),
        (tunnel(by="server", code=1002), "fail"),
    ],
)
def test_what_was_accepted_is_usable(behind: Tunnel, status: Status) -> None:
    assert judged("deflate-usable", switched(DEFLATE), behind=behind).status == status


def test_a_quoted_value_equals_the_bare_one() -> None:
    bits = accepted(b"permessage-deflate; server_max_window_bits=10")
    assert judged("deflate-quoted", bits, bits).status == "pass"
    assert judged("deflate-quoted", bits, switched()).status == "warn"
    assert judged("deflate-quoted", bits, BAD).status == "warn"
    assert judged("deflate-quoted", switched(), switched()).status == "skip"
