"""Frames. The octets are those of RFC 6455 §5.7, or written out from the drawing in §5.2.

Beside them two other readers and writers, wsproto and websockets, have to say the same as ours.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ProtocolError
from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode
from websockets.streams import StreamReader
from wsproto.frame_protocol import FrameProtocol

from wscheck.core.frame import (
    Frame,
    client_frame,
    close_code,
    close_fault,
    close_payload,
    is_utf8,
    may_be_frames,
    read_frames,
    read_partial,
    write_frame,
)

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
    ("256 octets", b"\x82\x7e\x01\x00" + b"\x5a" * 256, Frame(True, 0, 2, False, 256, b"\x5a" * 256, 0, 2)),
    (
        "64 KiB",
        b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + b"\x5a" * 65536,
        Frame(True, 0, 2, False, 65536, b"\x5a" * 65536, 0, 8),
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
        (b"\x81\x7e\x00\x02hi", Frame(True, 0, 1, False, 2, b"hi", 0, 2)),
        (b"\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02hi", Frame(True, 0, 1, False, 2, b"hi", 0, 8)),
        (b"\x81\xfe\x00\x02\0\0\0\0hi", Frame(True, 0, 1, True, 2, b"hi", 0, 2)),
        (b"\x81\xff\x00\x00\x00\x00\x00\x00\x00\x02\0\0\0\0hi", Frame(True, 0, 1, True, 2, b"hi", 0, 8)),
        # The top bit of a length of 64 bits has to be 0 (§5.2); nothing is there to be read behind such a header.
        (b"\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x00", Frame(True, 0, 1, False, 0, b"", 0, 8)),
        (b"\x81\x7e\x00\x00", Frame(True, 0, 1, False, 0, b"", 0, 2)),
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
    assert read_partial(data, 0) == Frame(True, 0, 2, False, 0x7FFFFFFFFFFFFFFF, b"abc", 0, 8)


def test_a_length_of_64_bits_with_its_top_bit_set() -> None:
    data = b"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00abc"
    assert read_frames(data) == ((), 0)
    assert read_partial(data, 0) == Frame(True, 0, 2, False, 0x8000000000000000, b"abc", 0, 8)
    data = b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04\x60"
    assert read_frames(data) == ((), 0)
    assert read_partial(data, 0) == Frame(True, 0, 2, True, 0xFFFFFFFFFFFFFFFF, b"a", 0, 8)


def test_the_writer_of_a_client_masks_with_the_key_of_the_rfc() -> None:
    assert client_frame(0x1, b"Hello") == b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
    assert client_frame(0x1, b"Hello", key=b"\0\0\0\0") == b"\x81\x85\0\0\0\0Hello"


def test_what_may_begin_a_frame() -> None:
    """A known opcode; FIN in control frames; RSV1, since an extension may own it, and neither RSV2 nor RSV3."""
    allowed = {first for first in range(256) if may_be_frames(bytes([first]))}
    assert allowed == {
        *(0x80, 0x81, 0x82, 0x88, 0x89, 0x8A),
        *(0xC0, 0xC1, 0xC2, 0xC8, 0xC9, 0xCA),
        *(0x00, 0x01, 0x02),
        *(0x40, 0x41, 0x42),
    }
    assert may_be_frames(b"")
    # Only the first octet counts.
    assert may_be_frames(b"\x81\xff")
    assert not may_be_frames(b"<\x81\x00")


@pytest.mark.parametrize(
    ("octets", "right"),
    [
        (b"", True),
        (b"\xc3\xa9", True),
        (b"\xf4\x8f\xbf\xbf", True),
        (b"\xef\xbf\xbe", True),
        (b"\xe9", False),
        (b"\xc3", False),
        (b"\xc0\x80", False),
        (b"\xed\xa0\x80", False),
        (b"\xf4\x90\x80\x80", False),
    ],
)
def test_what_is_utf8(octets: bytes, right: bool) -> None:
    assert is_utf8(octets) is right


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", None),
        (b"\x03", "a body of one octet, which is no code"),
        (b"\x00\x00", "the code 0, which never stands on the wire"),
        (b"\x03\xe7", "the code 999, which never stands on the wire"),
        (b"\x03\xe8", None),
        (b"\x03\xeb", None),
        (b"\x03\xec", None),
        (b"\x03\xed", "the code 1005, which never stands on the wire"),
        (b"\x03\xee", "the code 1006, which never stands on the wire"),
        (b"\x03\xef", None),
        (b"\x03\xf2", None),  # a client may send 1010
        (b"\x03\xf6", None),
        (b"\x03\xf7", "the code 1015, which never stands on the wire"),
        (b"\x03\xf8", None),
        (b"\x0b\xb7", None),
        (b"\x0b\xb8", None),
        (b"\x13\x87", None),
        (b"\x13\x88", "the code 5000, which never stands on the wire"),
        (b"\xff\xff", "the code 65535, which never stands on the wire"),
        (b"\x03\xe8bye", None),
        (b"\x03\xe8\xc3\xa9", None),
        (b"\x03\xe8\xe9", "a reason that is not UTF-8"),
        (b"\x03\xe8\xc3", "a reason that is not UTF-8"),
    ],
)
def test_the_fault_of_a_close(body: bytes, fault: str | None) -> None:
    assert close_fault(Frame(True, 0, 8, False, len(body), body, 0)) == fault


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
    extended = 0 if len(payload) < 126 else 2  # 300 octets at most
    expected = Frame(True, 0, opcode, bool(key), len(payload), payload, 0, extended)
    assert read_frames(data) == ((expected,), len(data))


@given(st.lists(st.binary(max_size=150), max_size=6), st.lists(st.integers(0, 1000), max_size=6))
def test_split_anywhere_it_is_read_the_same(payloads: list[bytes], cuts: list[int]) -> None:
    """In pieces, each read with what was left of the piece before, as a connection brings them."""
    data = b"".join(write_frame(0x2, payload, KEY) for payload in payloads)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    found, pending = [], b""
    for start, end in itertools.pairwise(places):
        pending += data[start:end]
        frames, read = read_frames(pending)
        found += [frame.payload for frame in frames]
        pending = pending[read:]
    assert found == payloads
    assert pending == b""


@given(st.binary(max_size=300), st.integers(0, 320))
def test_reading_a_part_never_raises(data: bytes, pos: int) -> None:
    frame = read_partial(data, pos)
    assert frame is None or (frame.offset == pos and len(frame.payload) <= frame.length)


# -- beside others -----------------------------------------------------------------------------------------------------

PAYLOADS = st.one_of(st.binary(max_size=200), st.binary(min_size=125, max_size=127).map(lambda octets: octets * 520))


def _theirs(data: bytes) -> TheirFrame | None:
    """What websockets reads at the start of the octets; None while the frame is not whole."""
    reader = StreamReader()
    reader.feed_data(data)
    reading = TheirFrame.parse(reader.read_exact, mask=len(data) > 1 and data[1] >= 0x80)
    try:
        next(reading)
    except StopIteration as whole:
        found: TheirFrame = whole.value
        return found
    return None


@given(
    st.one_of(
        st.tuples(st.sampled_from([0x0, 0x1, 0x2]), PAYLOADS, st.booleans()),
        st.tuples(st.sampled_from([0x8, 0x9, 0xA]), st.binary(max_size=125), st.just(True)),
    ),
    st.booleans(),
)
def test_what_websockets_writes_is_read(written: tuple[int, bytes, bool], masked: bool) -> None:
    opcode, payload, fin = written
    data = TheirFrame(TheirOpcode(opcode), payload, fin).serialize(mask=masked)
    (frame,), end = read_frames(data)
    assert end == len(data)
    assert (frame.opcode, frame.payload, frame.fin, frame.rsv, frame.masked) == (opcode, payload, fin, 0, masked)
    assert frame.whole


@given(st.sampled_from([0x0, 0x1, 0x2]), PAYLOADS, st.one_of(st.just(b""), st.binary(min_size=4, max_size=4)))
def test_what_is_written_is_read_by_websockets(opcode: int, payload: bytes, key: bytes) -> None:
    found = _theirs(write_frame(opcode, payload, key))
    assert found is not None
    assert (found.opcode, bytes(found.data), found.fin) == (opcode, payload, True)


@given(st.sampled_from([0x8, 0x9, 0xA]), st.binary(max_size=125), st.binary(min_size=4, max_size=4))
def test_control_frames_are_read_by_websockets(opcode: int, payload: bytes, key: bytes) -> None:
    found = _theirs(write_frame(opcode, payload, key))
    assert found is not None
    assert (found.opcode, bytes(found.data), found.fin) == (opcode, payload, True)


@given(st.binary(min_size=2, max_size=300))
def test_of_any_octets_websockets_reads_the_same_frame(data: bytes) -> None:
    try:
        found = _theirs(data)
    except ProtocolError:
        return  # it refuses reserved opcodes and bad control frames, which are read here as they stand
    frames, _ = read_frames(data)
    if found is None:
        assert frames == ()
        return
    frame = frames[0]
    assert (frame.opcode, frame.payload, frame.fin) == (found.opcode, bytes(found.data), found.fin)
    assert frame.rsv == found.rsv1 << 2 | found.rsv2 << 1 | found.rsv3


@given(st.binary(max_size=125), st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.booleans())
def test_what_wsproto_writes_is_read(ping: bytes, fragments: list[bytes], client: bool) -> None:
    wsproto = FrameProtocol(client=client, extensions=[])
    data = wsproto.ping(ping) + wsproto.pong(ping)
    for number, fragment in enumerate(fragments, 1):
        data += wsproto.send_data(fragment, fin=number == len(fragments))
    data += wsproto.close(1000, "bye")
    frames, end = read_frames(bytes(data))
    assert end == len(data)
    opcodes = [0x9, 0xA, 0x2, *[0x0] * (len(fragments) - 1), 0x8]
    assert [frame.opcode for frame in frames] == opcodes
    assert [frame.payload for frame in frames] == [ping, ping, *fragments, b"\x03\xe8bye"]
    assert [frame.fin for frame in frames] == [True, True, *[False] * (len(fragments) - 1), True, True]
    assert {frame.masked for frame in frames} == {client}


@given(st.binary(max_size=125), st.binary(max_size=400), st.binary(min_size=4, max_size=4), st.integers(1, 50))
def test_what_is_written_is_read_by_wsproto(ping: bytes, payload: bytes, key: bytes, step: int) -> None:
    data = write_frame(0x9, ping, key) + write_frame(0x2, payload, key) + write_frame(0x8, b"\x03\xe8bye", key)
    server = FrameProtocol(client=False, extensions=[])
    found: dict[int, bytes] = {}
    for start in range(0, len(data), step):
        server.receive_bytes(data[start : start + step])
        for frame in server.received_frames():
            if int(frame.opcode) == 0x8:
                assert frame.payload == (1000, "bye")
            else:
                assert isinstance(frame.payload, bytes | bytearray)
                found[int(frame.opcode)] = found.get(int(frame.opcode), b"") + bytes(frame.payload)
    assert found == {0x9: ping, 0x2: payload}
