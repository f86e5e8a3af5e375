"""The strict server behind the 101: each rule with its octets written out, and each leniency lets that through alone.

A client's frames are masked with zeros here, so that their payload stands in them as it is.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.lab.converse import Conversation, Manners, Said

STRICT = Manners()
DEFLATE = Manners(compressed=True)


def lenient(*names: str) -> Manners:
    """A server that does not enforce these rules."""
    return Manners(lenient=frozenset(names))


def said(*pieces: bytes, manners: Manners = STRICT) -> Said:
    """All that is said to the pieces, and whether the connection ends behind it."""
    talk = Conversation(manners)
    answers = [talk.hear(piece) for piece in pieces]
    return Said(b"".join(one.octets for one in answers), any(one.end for one in answers))


def failing(code: bytes) -> Said:
    """The connection is failed with this code."""
    return Said(b"\x88\x02" + code, True)


PROTOCOL_ERROR, BAD_PAYLOAD, TOO_BIG = failing(b"\x03\xea"), failing(b"\x03\xef"), failing(b"\x03\xf1")


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", b""),
        (b"\x89\x80\0\0\0\0", b"\x8a\x00"),
        (b"\x89\x85\0\0\0\0Hello", b"\x8a\x05Hello"),
        (b"\x89\xfd\0\0\0\0" + b"z" * 125, b"\x8a\x7d" + b"z" * 125),
        (b"\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", b"\x8a\x05Hello"),  # with the mask of RFC 6455 §5.7
        (b"\x8a\x80\0\0\0\0", b""),
        (b"\x8a\x84\0\0\0\0news", b""),
        (b"\x81\x82\0\0\0\0hi", b"\x81\x02hi"),
        (b"\x81\x80\0\0\0\0", b"\x81\x00"),
        (b"\x81\x82\0\0\0\0\xc3\xa9", b"\x81\x02\xc3\xa9"),
        (b"\x82\x82\0\0\0\0\xff\xfe", b"\x82\x02\xff\xfe"),
        (b"\x82\xfe\x00\x7e\0\0\0\0" + b"a" * 126, b"\x82\x7e\x00\x7e" + b"a" * 126),
        (b"\x01\x81\0\0\0\0a\x00\x81\0\0\0\0b\x80\x81\0\0\0\0c", b"\x81\x03abc"),
        (b"\x02\x81\0\0\0\0\xff\x80\x81\0\0\0\0\xfe", b"\x82\x02\xff\xfe"),
        (b"\x01\x81\0\0\0\0\xc3\x80\x81\0\0\0\0\xa9", b"\x81\x02\xc3\xa9"),  # a letter in two fragments
        (b"\x01\x80\0\0\0\0\x80\x80\0\0\0\0", b"\x81\x00"),
        # A Ping between fragments is answered between them.
        (b"\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0c", b"\x8a\x01p\x81\x02ac"),
        # Two messages, one behind the other.
        (b"\x81\x81\0\0\0\0a\x82\x81\0\0\0\0b", b"\x81\x01a\x82\x01b"),
        # Of a message that is not whole nothing comes back.
        (b"\x01\x81\0\0\0\0a", b""),
    ],
)
def test_what_comes_back(octets: bytes, expected: bytes) -> None:
    assert said(octets) == Said(expected, False)


# The name of the leniency, what breaks its rule, what is said to it, and what is said by a server that is lenient.
RULES: tuple[tuple[str, bytes, Said, bytes], ...] = (
    ("mask", b"\x81\x02hi", PROTOCOL_ERROR, b"\x81\x02hi"),
    ("mask", b"\x89\x00", PROTOCOL_ERROR, b"\x8a\x00"),
    ("rsv", b"\xc1\x82\0\0\0\0hi", PROTOCOL_ERROR, b"\xc1\x02hi"),
    ("rsv", b"\xa1\x82\0\0\0\0hi", PROTOCOL_ERROR, b"\xa1\x02hi"),
    ("rsv", b"\x91\x82\0\0\0\0hi", PROTOCOL_ERROR, b"\x91\x02hi"),
    ("rsv", b"\xc9\x80\0\0\0\0", PROTOCOL_ERROR, b"\x8a\x00"),
    ("opcode", b"\x83\x80\0\0\0\0", PROTOCOL_ERROR, b""),
    ("opcode", b"\x87\x80\0\0\0\0", PROTOCOL_ERROR, b""),
    ("opcode", b"\x8b\x80\0\0\0\0", PROTOCOL_ERROR, b""),
    ("opcode", b"\x8f\x80\0\0\0\0", PROTOCOL_ERROR, b""),
    ("control", b"\x09\x80\0\0\0\0", PROTOCOL_ERROR, b"\x8a\x00"),
    ("control", b"\x89\xfe\x00\x7e\0\0\0\0" + b"a" * 126, PROTOCOL_ERROR, b"\x8a\x7e\x00\x7e" + b"a" * 126),
    ("form", b"\x81\xfe\x00\x02\0\0\0\0hi", PROTOCOL_ERROR, b"\x81\x02hi"),
    ("form", b"\x82\xff\0\0\0\0\0\0\0\x01\0\0\0\0a", PROTOCOL_ERROR, b"\x82\x01a"),
    ("fragments", b"\x80\x81\0\0\0\0a", PROTOCOL_ERROR, b"\x80\x01a"),
    ("fragments", b"\x01\x81\0\0\0\0a\x81\x81\0\0\0\0b", PROTOCOL_ERROR, b"\x81\x02ab"),
    ("text", b"\x81\x84\0\0\0\0caf\xe9", BAD_PAYLOAD, b"\x81\x04caf\xe9"),
    ("text", b"\x01\x81\0\0\0\0\xc3\x80\x81\0\0\0\0\x28", BAD_PAYLOAD, b"\x81\x02\xc3\x28"),
)


@pytest.mark.parametrize(("name", "octets", "expected", "_"), RULES)
def test_what_breaks_a_rule_fails_the_connection(name: str, octets: bytes, expected: Said, _: bytes) -> None:
    assert said(octets) == expected


@pytest.mark.parametrize(("name", "octets", "_", "expected"), RULES)
def test_a_leniency_lets_it_through(name: str, octets: bytes, _: Said, expected: bytes) -> None:
    assert said(octets, manners=lenient(name)) == Said(expected, False)


NAMES = ("mask", "rsv", "opcode", "control", "fragments", "form", "length", "text", "close-body")


@pytest.mark.parametrize(("name", "octets", "expected", "_"), RULES)
def test_every_other_leniency_lets_nothing_of_it_through(name: str, octets: bytes, expected: Said, _: bytes) -> None:
    assert said(octets, manners=lenient(*(other for other in NAMES if other != name))) == expected


# -- what is told by a header alone ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"\x81\x05", PROTOCOL_ERROR),  # no mask
        (b"\xc1\x85\0\0\0\0", PROTOCOL_ERROR),
        (b"\x83\x85\0\0\0\0", PROTOCOL_ERROR),
        (b"\x89\xfe\x00\x7e\0\0\0\0", PROTOCOL_ERROR),
        (b"\x80\x85\0\0\0\0", PROTOCOL_ERROR),
        (b"\x82\xff\x00\x00\x00\x00\x00\x04\x00\x01\0\0\0\0", TOO_BIG),  # 256 KiB and one
        (b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", TOO_BIG),
        (b"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00\0\0\0\0", TOO_BIG),
        (b"\x82\xff\x00\x00\x00\x00\x00\x04\x00\x00\0\0\0\0", Said(b"", False)),  # 256 KiB may come
        (b"\x81\x85\0\0\0\0hel", Said(b"", False)),
        (b"\x88\x82\0\0\0\0\x03", Said(b"", False)),  # half a code is no fault yet
        (b"\x81", Said(b"", False)),
        (b"\x81\xff\0\0\0", Said(b"", False)),
    ],
)
def test_a_frame_that_is_not_whole(octets: bytes, expected: Said) -> None:
    assert said(octets) == expected


def test_a_message_of_256_kib_comes_back_and_one_octet_more_does_not() -> None:
    payload = b"a" * 262144
    whole = b"\x82\xff\x00\x00\x00\x00\x00\x04\x00\x00\0\0\0\0" + payload
    assert said(whole) == Said(b"\x82\x7f\x00\x00\x00\x00\x00\x04\x00\x00" + payload, False)
    fragments = b"\x02\xff\x00\x00\x00\x00\x00\x04\x00\x00\0\0\0\0" + payload + b"\x80\x81\0\0\0\0a"
    assert said(fragments) == TOO_BIG


def test_a_length_that_is_let_through_is_still_no_message() -> None:
    header = b"\x82\xff\x00\x00\x00\x00\x00\x04\x00\x01\0\0\0\0"
    assert said(header, manners=lenient("length")) == Said(b"", False)
    assert said(header + b"a" * 262145, manners=lenient("length")) == TOO_BIG


# -- permessage-deflate ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"\xc1\x84\0\0\0\0\xca\xc8\x04\x00", Said(b"\xc1\x04\xca\xc8\x04\x00", False)),  # sent back as it came
        (b"\xc2\x81\0\0\0\0\xff", Said(b"\xc2\x01\xff", False)),
        (b"\x41\x82\0\0\0\0\xca\xc8\x80\x82\0\0\0\0\x04\x00", Said(b"\xc1\x04\xca\xc8\x04\x00", False)),
        (b"\x81\x82\0\0\0\0hi", Said(b"\x81\x02hi", False)),
        (b"\x81\x81\0\0\0\0\xff", BAD_PAYLOAD),
        (b"\xa1\x82\0\0\0\0hi", PROTOCOL_ERROR),
        (b"\x91\x82\0\0\0\0hi", PROTOCOL_ERROR),
        (b"\xe1\x82\0\0\0\0hi", PROTOCOL_ERROR),
        (b"\xc9\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\xc8\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x41\x81\0\0\0\0a\xc0\x81\0\0\0\0b", PROTOCOL_ERROR),  # RSV1 belongs to the first fragment
    ],
)
def test_with_permessage_deflate(octets: bytes, expected: Said) -> None:
    assert said(octets, manners=DEFLATE) == expected


# -- Close -------------------------------------------------------------------------------------------------------------

CLOSES: tuple[tuple[bytes, Said], ...] = (
    (b"\x88\x80\0\0\0\0", Said(b"\x88\x00", True)),
    (b"\x88\x82\0\0\0\0\x03\xe8", Said(b"\x88\x02\x03\xe8", True)),
    (b"\x88\x85\0\0\0\0\x03\xe8bye", Said(b"\x88\x02\x03\xe8", True)),
    (b"\x88\x84\0\0\0\0\x03\xe9\xc3\xa9", Said(b"\x88\x02\x03\xe9", True)),
    (b"\x88\x82\0\0\0\0\x03\xeb", Said(b"\x88\x02\x03\xeb", True)),  # 1003
    (b"\x88\x82\0\0\0\0\x03\xef", Said(b"\x88\x02\x03\xef", True)),  # 1007
    (b"\x88\x82\0\0\0\0\x03\xf2", Said(b"\x88\x02\x03\xf2", True)),  # 1010 is for clients
    (b"\x88\x82\0\0\0\0\x0b\xb8", Said(b"\x88\x02\x0b\xb8", True)),  # 3000
    (b"\x88\x82\0\0\0\0\x13\x87", Said(b"\x88\x02\x13\x87", True)),  # 4999
    (b"\x88\x81\0\0\0\0\x03", PROTOCOL_ERROR),
    (b"\x88\x82\0\0\0\0\x00\x00", PROTOCOL_ERROR),
    (b"\x88\x82\0\0\0\0\x03\xe7", PROTOCOL_ERROR),  # 999
    (b"\x88\x82\0\0\0\0\x03\xed", PROTOCOL_ERROR),  # 1005
    (b"\x88\x82\0\0\0\0\x03\xee", PROTOCOL_ERROR),  # 1006
    (b"\x88\x82\0\0\0\0\x03\xf7", PROTOCOL_ERROR),  # 1015
    (b"\x88\x82\0\0\0\0\x13\x88", PROTOCOL_ERROR),  # 5000
    (b"\x88\x83\0\0\0\0\x03\xe8\xff", PROTOCOL_ERROR),  # a reason that is not UTF-8
    (b"\x08\x80\0\0\0\0", PROTOCOL_ERROR),  # in fragments
    (b"\x88\x00", PROTOCOL_ERROR),  # no mask
)


@pytest.mark.parametrize(("octets", "expected"), CLOSES)
def test_a_close(octets: bytes, expected: Said) -> None:
    assert said(octets) == expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"\x88\x81\0\0\0\0\x03", b"\x88\x00"),
        (b"\x88\x82\0\0\0\0\x03\xe7", b"\x88\x02\x03\xe7"),
        (b"\x88\x82\0\0\0\0\x03\xed", b"\x88\x02\x03\xed"),
        (b"\x88\x83\0\0\0\0\x03\xe8\xff", b"\x88\x02\x03\xe8"),
    ],
)
def test_a_body_that_is_let_through(octets: bytes, expected: bytes) -> None:
    assert said(octets, manners=lenient("close-body")) == Said(expected, True)
    assert said(octets, manners=lenient(*(name for name in NAMES if name != "close-body"))) == PROTOCOL_ERROR


def test_a_close_inside_a_message() -> None:
    assert said(b"\x01\x81\0\0\0\0a\x88\x82\0\0\0\0\x03\xe8") == Said(b"\x88\x02\x03\xe8", True)


@pytest.mark.parametrize("end", [b"\x88\x80\0\0\0\0", b"\x83\x80\0\0\0\0", b"\x81\x02hi"])
def test_behind_the_end_nothing_is_said(end: bytes) -> None:
    talk = Conversation()
    first = talk.hear(end + b"\x89\x80\0\0\0\0")
    assert first.end
    assert first.octets[:1] == b"\x88"
    assert b"\x8a" not in first.octets
    assert talk.hear(b"\x89\x80\0\0\0\0") == Said(b"", False)
    assert talk.hear(b"\x88\x80\0\0\0\0") == Said(b"", False)


def test_what_came_before_the_fault_is_answered() -> None:
    assert said(b"\x89\x81\0\0\0\0p\x81\x82\0\0\0\0hi\x83\x80\0\0\0\0") == Said(
        b"\x8a\x01p\x81\x02hi\x88\x02\x03\xea", True
    )


# -- pieces ------------------------------------------------------------------------------------------------------------

TALK = (
    b"\x89\x84\0\0\0\0ping"
    b"\x01\x82\0\0\0\0he"
    b"\x89\x80\0\0\0\0"
    b"\x80\x83\0\0\0\0llo"
    b"\x82\xfe\x00\x80\0\0\0\0" + b"\xff" * 128 + b"\x88\x82\0\0\0\0\x03\xe8"
)
TOLD = b"\x8a\x04ping\x8a\x00\x81\x05hello\x82\x7e\x00\x80" + b"\xff" * 128 + b"\x88\x02\x03\xe8"


def test_octet_by_octet() -> None:
    assert said(*(TALK[at : at + 1] for at in range(len(TALK)))) == Said(TOLD, True)


@given(st.lists(st.integers(0, len(TALK)), max_size=8))
def test_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TALK)]
    assert said(*(TALK[a:b] for a, b in itertools.pairwise(places))) == Said(TOLD, True)


def test_a_frame_is_answered_when_it_is_whole_and_not_before() -> None:
    talk = Conversation()
    assert talk.hear(b"\x89\x84\0\0\0") == Said(b"", False)
    assert talk.hear(b"\0pin") == Said(b"", False)
    assert talk.hear(b"g\x81") == Said(b"\x8a\x04ping", False)
    assert talk.hear(b"\x80\0\0\0\0") == Said(b"\x81\x00", False)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_octets_are_heard(pieces: list[bytes]) -> None:
    """Never raises, and behind its end nothing is said."""
    talk = Conversation()
    over = False
    for piece in pieces:
        answer = talk.hear(piece)
        assert not over or answer == Said(b"", False)
        over = over or answer.end


# -- other manners -----------------------------------------------------------------------------------------------------


def test_one_that_does_not_answer_a_close() -> None:
    assert said(b"\x88\x80\0\0\0\0", manners=Manners(closes=False)) == Said(b"", True)
    assert said(b"\x83\x80\0\0\0\0", manners=Manners(closes=False)) == Said(b"", True)


def test_one_that_leaves_tcp_open() -> None:
    talk = Conversation(Manners(ends=False))
    assert talk.hear(b"\x88\x82\0\0\0\0\x03\xe8") == Said(b"\x88\x02\x03\xe8", False)
    assert talk.hear(b"\x89\x80\0\0\0\0") == Said(b"", False)


def test_one_that_writes_in_its_own_way() -> None:
    written: list[tuple[int, bytes, int]] = []

    def write(opcode: int, payload: bytes, rsv: int) -> bytes:
        written.append((opcode, payload, rsv))
        return b"<%d>" % opcode

    octets = b"\x89\x81\0\0\0\0p\xc1\x82\0\0\0\0hi\x88\x80\0\0\0\0"
    assert said(octets, manners=Manners(compressed=True, write=write)) == Said(b"<10><1><8>", True)
    assert written == [(0xA, b"p", 0), (0x1, b"hi", 4), (0x8, b"", 0)]
