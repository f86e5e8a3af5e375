"""Leniencies as servers: each at its own path, and by its name; the parts that they replace, one by one."""

from __future__ import annotations

import asyncio

import pytest

from tests.peer import PATIENCE_S
from wscheck import probing
from wscheck.errors import UsageError
from wscheck.lab.converse import Conversation, Manners, Said
from wscheck.lab.leniencies import leniencies, ruled, told, without
from wscheck.lab.memory import Memory
from wscheck.lab.naming import fault_at, fault_named, leniency_at
from wscheck.lab.request import read_request
from wscheck.lab.respond import STRICT, respond
from wscheck.lab.rules import RULES
from wscheck.lab.serve import Lab

DATE = b"Mon, 02 Mar 2026 10:00:00 GMT"
GOOD = (
    b"%b %b HTTP/1.1\r\n"
    b"Host: 127.0.0.1\r\n"
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


def status(octets: bytes) -> bytes:
    return octets.partition(b"\r\n")[0].partition(b" ")[2][:3]


async def _ask(port: int, *requests: bytes) -> bytes:
    """All that comes back on one connection until the server ends it, or a head has come for each request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for request in requests:
            writer.write(request)
            before = got.count(b"HTTP/1.1 ")
            while got.count(b"HTTP/1.1 ") == before and (
                chunk := await asyncio.wait_for(reader.read(65536), PATIENCE_S)
            ):
                got += chunk
    finally:
        writer.close()
    return got


def asked(*requests: bytes, fault: str = "") -> bytes:
    """What a lab answers on one connection."""

    async def run() -> bytes:
        async with Lab(fault=fault) as lab:
            return await _ask(lab.port, *requests)

    return asyncio.run(run())


def test_a_leniency_is_at_its_own_path() -> None:
    assert status(asked(GOOD % (b"POST", b"/"))) == b"405"
    assert asked(GOOD % (b"POST", b"/lenient-method")) == OPENED
    assert status(asked(GOOD % (b"POST", b"/lenient-key-opaque"))) == b"405"
    assert status(asked(GOOD % (b"GET", b"/lenient-nonsense"))) == b"404"


def test_a_leniency_that_is_given_answers_everywhere() -> None:
    assert asked(GOOD % (b"POST", b"/"), fault="lenient-method") == OPENED
    assert asked(GOOD % (b"POST", b"/lenient-method"), fault="lenient-method") == OPENED
    assert status(asked(GOOD % (b"POST", b"/elsewhere"), fault="lenient-method")) == b"404"
    # Other names keep their own.
    assert status(asked(GOOD % (b"POST", b"/lenient-key-opaque"), fault="lenient-method")) == b"405"
    assert status(asked(GOOD % (b"GET", b"/status-403"), fault="lenient-method")) == b"403"


def test_a_probe_of_a_leniency() -> None:
    assert probing.probe("lab:lenient-method").verdict == "pass"
    with pytest.raises(UsageError, match=r"unknown fault 'lenient-methods': did you mean 'lenient-method'\?"):
        probing.probe("lab:lenient-methods")


def test_names() -> None:
    assert fault_named("accept-missing") is fault_at("accept-missing")
    assert fault_named("lenient-method") is leniency_at("lenient-method")
    assert fault_at("lenient-method") is None
    assert leniency_at("accept-missing") is None
    assert fault_at("") is None
    with pytest.raises(UsageError):
        fault_named("nonsense")


def test_a_head_that_is_too_long_gets_431() -> None:
    request = (GOOD % (b"GET", b"/")).removesuffix(b"\r\n") + b"X: " + b"a" * (1 << 20) + b"\r\n\r\n"
    got = asked(request)
    assert status(got) == b"431"
    assert got.endswith(b"The head is larger than this server takes.\n")


def test_a_refusal_behind_which_the_connection_is_kept() -> None:
    wrong = (GOOD % (b"GET", b"/")).replace(b": 13", b": 25")
    got = asked(wrong, GOOD % (b"GET", b"/"), fault="lenient-refusal-kept")
    assert status(got) == b"426"
    assert b"\r\nConnection: Upgrade" in got.partition(b"\r\n\r\n")[0]
    assert got.endswith(OPENED)


def test_a_compressed_message_comes_back_as_it_is() -> None:
    request = (GOOD % (b"GET", b"/")).removesuffix(b"\r\n") + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    manners = respond(read_request(request, DATE)).manners
    # RFC 7692 §7.2.3.1: "Hello", here masked with four zeros.
    compressed = b"\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00"
    assert Conversation(manners).hear(compressed) == Said(b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00")
    # Without the extension nobody owns RSV1; with it, not on control frames.
    assert Conversation(Manners()).hear(compressed) == Said(b"\x88\x02\x03\xea", end=True)
    assert Conversation(manners).hear(b"\xc9\x80\0\0\0\0") == Said(b"\x88\x02\x03\xea", end=True)


PING, PONG = b"\x89\x82\0\0\0\0hi", b"\x8a\x02hi"


@pytest.mark.parametrize(
    ("manners", "early", "later"),
    [
        (Manners(), PONG, PONG),
        (Manners(early=lambda octets: (b"", b"")), b"", PONG),
        (Manners(early=lambda octets: (b"!", octets)), b"!" + PONG, PONG),
        (Manners(early=lambda octets: (b"", octets[:-1])), b"", b"\x8a\x02h\x89\x88\x02\x03\xea"),
        (Manners(pongs=1), PONG, b""),
        (Manners(instead=lambda octets: b"HTTP"), b"HTTP", b"HTTP"),
    ],
)
def test_what_is_said_to_octets_that_came_early(manners: Manners, early: bytes, later: bytes) -> None:
    conversation = Conversation(manners)
    assert conversation.meet(PING).octets == early
    assert conversation.hear(PING).octets == later


def test_what_the_memory_tells() -> None:
    memory = Memory()
    first = memory.told(read_request(GOOD % (b"GET", b"/"), DATE))
    assert (first.first_key, first.before, first.alike) == (b"", None, 0)
    other_key = (GOOD % (b"GET", b"/")).replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"x3JJHMbDL1EzLkh9GBhXDw==")
    second = memory.told(read_request(other_key, DATE))
    assert second.first_key == b"dGhlIHNhbXBsZSBub25jZQ=="
    assert second.alike == 1
    assert second.before is not None
    assert second.before.key == b"dGhlIHNhbXBsZSBub25jZQ=="
    assert second.before.before is None  # no chain of requests is kept
    assert memory.told(read_request(GOOD % (b"POST", b"/"), DATE)).alike == 0


def test_the_memory_glances_at_a_head_that_is_not_whole() -> None:
    memory = Memory()
    assert not memory.glance(bytearray(b"GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhl"))
    assert memory.glance(bytearray(b"GET / HTTP/1.1\r\nsec-websocket-key:  dGhl \r\nHo"))
    assert memory.told(read_request(GOOD % (b"GET", b"/"), DATE)).latest_key == b"dGhl"


def test_a_rule_is_left_out_or_replaced() -> None:
    assert "method" not in without("method").rules
    assert list(without("method").rules) == [name for name in RULES if name != "method"]
    replaced = ruled("method", lambda request: None)
    assert list(replaced.rules) == list(RULES)
    assert next(iter(ruled("new", lambda request: None).rules)) == "new"
    assert STRICT.rules is RULES  # a leniency leaves the strict server as it is
    with pytest.raises(AssertionError):
        without("nonsense")


def test_what_a_leniency_declares() -> None:
    assert told(fail="a b", warn="c", info="d", ok="e", skip="f") == {
        "a": "fail",
        "b": "fail",
        "c": "warn",
        "d": "info",
        "e": "pass",
        "f": "skip",
    }
    assert len(leniencies()) >= 60
