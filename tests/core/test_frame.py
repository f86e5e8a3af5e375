"""Frames. The octets are those of RFC 6455 §5.7, or written out from the drawing in §5.2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.frame import Frame, close_code, close_payload, read_frames, read_partial, write_frame

KEY = b"\x37\xfa\x21\x3d"

# RFC 6455 §5.7, in its order: the octets, and what they are.
EXAMPLES = (
    ("unmasked text", b"\x81\x05\x48\x65\x6c\x6c\x6f", Frame(True, 0, 1, False, 5, b"Hello", 0)),
    (
        "masked text",
        b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        Frame(True, 0, 1, True, 5, b"Hello", 0),
    ),
    ("first fragment", b"\x01\x03\x48\x65\x6c", Frame(False, 0, 1, False, 3, b"Hel", 0)),
    ("last fragment", b"\x80\x02\x6c\x6f", Frame(True, 0, 0, False, 2, b"lo", 0)),
    ("ping", b"\x89\x05\x48\x65\x6c\x6c\x6f", Frame(True, 0, 9, False, 5, b"Hello", 0)),
    (
        "masked pong",
        b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        Frame(True, 0, 10, True, 5, b"Hello", 0),
    ),
    ("256 octets", b"\x82\x7e\x01\x00" + b"\x5a" * 256, Frame(True, 0, 2, False, 256, b"\x5a" * 256, 0)),
    (
        "64 KiB",
        b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"\x5a" * 65536,
        Frame(True, 0, 2, False, 65536, b"\x5a" * 65536, 0),
    ),
)


@pytest.mark.parametrize(("name", "octets", "frame"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_the_examples_of_the_rfc_are_read(name: str, octets: bytes, frame: Frame) -> None:
    assert read_frames(octets) == ((frame,), len(octets))
    assert read_partial(octets, 0) == frame
    assert frame.whole


@pytest.mark.parametrize(
    ("opcode", "payload", "key", "octets"),
    [
        (0x1, b"Hello", b"", b"\x81\x05\x48\x65\x6c\x6c\x6f"),
        (0x1, b"Hello", KEY, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
        (0x9, b"Hello", b"", b"\x89\x05\x48\x65\x6c\x6c\x6f"),
        (0xA, b"Hello", KEY, b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
        (0x2, b"\x5a" * 256, b"", b"\x82\x7e\x01\x00" + b"\x5a" * 256),
        (0x2, b"\x5a" * 65536, b"", b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"\x5a" * 65536),
        # The borders of the three forms of a length (§5.2): the shortest is sent.
        (0xA, b"", b"", b"\x8a\x00"),
        (0xA, b"", KEY, b"\x8a\x80\x37\xfa\x21\x3d"),
        (0x9, b"a" * 125, b"", b"\x89\x7d" + b"a" * 125),
        (0x2, b"a" * 126, b"", b"\x82\x7e\x00\x7e" + b"a" * 126),
        (0x2, b"a" * 65535, b"", b"\x82\x7e\xff\xff" + b"a" * 65535),
        # A Close of 1000, as a client sends it: 03 E8 masked with 37 FA.
        (0x8, b"\x03\xe8", KEY, b"\x88\x82\x37\xfa\x21\x3d\x34\x12"),
        # The mask begins anew at its fifth octet (§5.3); zeros show the key itself.
        (0x2, b"\0" * 6, KEY, b"\x82\x86\x37\xfa\x21\x3d\x37\xfa\x21\x3d\x37\xfa"),
    ],
)
def test_frames_are_written_octet_for_octet(opcode: int, payload: bytes, key: bytes, octets: bytes) -> None:
    assert write_frame(opcode, payload, key) == octets


@pytest.mark.parametrize(
    ("octets", "frame"),
    [
        # A length in a form that is longer than it needs is read as it stands.
        (b"\x81\x7e\x00\x02hi", Frame(True, 0, 1, False, 2, b"hi", 0)),
        (b"\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02hi", Frame(True, 0, 1, False, 2, b"hi", 0)),
        (b"\x81\xfe\x00\x02\0\0\0\0hi", Frame(True, 0, 1, True, 2, b"hi", 0)),
        (b"\x81\xff\x00\x00\x00\x00\x00\x00\x00\x02\0\0\0\0hi", Frame(True, 0, 1, True, 2, b"hi", 0)),
        # Every bit of the first octet: reserved bits and unknown opcodes are told, not refused.
        (b"\xf1\x00", Frame(True, 7, 1, False, 0, b"", 0)),
        (b"\xc1\x00", Frame(True, 4, 1, False, 0, b"", 0)),
        (b"\xa1\x00", Frame(True, 2, 1, False, 0, b"", 0)),
        (b"\x91\x00", Frame(True, 1, 1, False, 0, b"", 0)),
        (b"\x0f\x00", Frame(False, 0, 15, False, 0, b"", 0)),
        (b"\x83\x80\1\2\3\4", Frame(True, 0, 3, True, 0, b"", 0)),
    ],
)
def test_odd_frames_are_read_as_they_stand(octets: bytes, frame: Frame) -> None:
    assert read_frames(octets) == ((frame,), len(octets))


def test_several_frames_with_their_offsets() -> None:
    data = b"\x89\x00\x81\x02hi\x88\x02\x03\xe8"
    assert read_frames(data) == (
        (
            Frame(True, 0, 9, False, 0, b"", 0),
            Frame(True, 0, 1, False, 2, b"hi", 2),
            Frame(True, 0, 8, False, 2, b"\x03\xe8", 6),
        ),
        10,
    )


@pytest.mark.parametrize(("name", "octets", "frame"), EXAMPLES[:7], ids=[row[0] for row in EXAMPLES[:7]])
def test_cut_at_every_octet(name: str, octets: bytes, frame: Frame) -> None:
    lead = b"\x8a\x00"
    for cut in range(len(octets)):
        found, end = read_frames(lead + octets[:cut])
        assert (len(found), end) == (1, 2)
        part = read_partial(lead + octets[:cut], 2)
        header = len(octets) - frame.length
        if cut < header:
            assert part is None
        else:
            assert part == frame._replace(payload=frame.payload[: cut - header], offset=2)
            assert not part.whole


def test_a_length_of_63_bits_takes_no_memory() -> None:
    data = b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xffabc"
    assert read_frames(data) == ((), 0)
    assert read_partial(data, 0) == Frame(True, 0, 2, False, 0x7FFFFFFFFFFFFFFF, b"abc", 0)


@pytest.mark.parametrize("data", [b"", b"\x81"])
def test_nothing_and_half_a_header(data: bytes) -> None:
    assert read_frames(data) == ((), 0)
    assert read_partial(data, 0) is None


def test_text_that_is_no_frame_is_read_as_one_all_the_same() -> None:
    """`<html>`: opcode C, with three reserved bits, a length of 104."""
    assert read_frames(b"<html>") == ((), 0)
    assert read_partial(b"<html>", 0) == Frame(False, 3, 12, False, 104, b"tml>", 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"\x03\xe8", 1000), (b"\x03\xf1going", 1009), (b"\xff\xff", 65535), (b"\0\0", 0), (b"", None), (b"\x03", None)],
)
def test_the_code_of_a_close(body: bytes, code: int | None) -> None:
    assert close_code(Frame(True, 0, 8, False, len(body), body, 0)) == code


def test_the_body_of_a_close() -> None:
    assert close_payload(1000) == b"\x03\xe8"
    assert close_payload(4999) == b"\x13\x87"


@given(st.binary(max_size=400))
def test_any_octets_are_read_without_loss(data: bytes) -> None:
    """Never raises; the frames lie one behind another from the first octet to `end`, and none is left out there."""
    frames, end = read_frames(data)
    assert 0 <= end <= len(data)
    pos = 0
    for frame in frames:
        assert frame.offset == pos
        assert frame.whole
        extended = {126: 2, 127: 8}.get(data[pos + 1] & 0x7F, 0)
        pos += 2 + extended + (4 if frame.masked else 0) + frame.length
    assert pos == end
    rest = read_partial(data, end)
    assert rest is None or not rest.whole


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_cut_changes_nothing_before_it(data: bytes, cut: int) -> None:
    whole, _ = read_frames(data)
    part, end = read_frames(data[:cut])
    assert part == whole[: len(part)]
    assert end <= cut


@given(st.integers(0, 15), st.binary(max_size=300), st.one_of(st.just(b""), st.binary(min_size=4, max_size=4)))
def test_what_is_written_is_read_again(opcode: int, payload: bytes, key: bytes) -> None:
    data = write_frame(opcode, payload, key)
    assert read_frames(data) == ((Frame(True, 0, opcode, bool(key), len(payload), payload, 0),), len(data))
