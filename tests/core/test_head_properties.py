"""`parse_head` and `parse_reply` under any octets: no exception, nothing lost, every deviation inside the data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.deviation import KINDS
from wscheck.core.head import Head, head_end, may_become_http, parse_fields, parse_head, parse_reply

PIECES = st.sampled_from(
    [
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1",
        b"http/1.0",
        b"101",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b":",
        b": ",
        b",",
        b"Upgrade: websocket\r\n",
        b"Connection",
        b"A",
        b"\x00",
        b"\x0b",
        b"\x7f",
        b"\xff",
        b"\x81\x02hi",
        b"220 mail",
        b"<html>",
        b"\x16\x03\x01\x00\x02",
    ]
)
REPLIES = st.one_of(st.lists(PIECES, max_size=25).map(b"".join), st.binary(max_size=200))


def _within(head: Head, data: bytes) -> None:
    for deviation in head.deviations:
        assert deviation.kind in KINDS
        assert deviation.length >= 1
        assert head.offset <= deviation.offset
        assert deviation.offset + deviation.length <= head.end <= len(data)
    for field in head.fields:
        assert data[field.offset : field.offset + len(field.raw)] == field.raw
        offset, length = field.value_span
        assert field.offset <= offset
        assert offset + length <= field.offset + len(field.raw)
        assert field.name == field.name.strip(b" \t\r")
        assert field.name
        assert field.value == field.value.strip(b" \t")


@given(REPLIES)
def test_nothing_is_lost(data: bytes) -> None:
    head = parse_head(data)
    assert head.raw + data[head.end :] == data
    assert head.complete == (head_end(data) is not None)
    assert head.complete or head.raw == data
    assert head.start_line in head.raw
    _within(head, data)


@given(REPLIES)
def test_the_heads_of_a_reply_and_its_tail_are_the_data(data: bytes) -> None:
    interim, final = parse_reply(data)
    heads = [*interim, final] if final else [*interim]
    end = heads[-1].end if heads else 0
    assert b"".join(head.raw for head in heads) + data[end:] == data
    assert [head.offset for head in heads] == [sum(len(head.raw) for head in heads[:n]) for n in range(len(heads))]
    assert all(head.complete for head in interim)
    for head in heads:
        _within(head, data)


@given(REPLIES, st.data())
def test_any_prefix_is_read(data: bytes, draw: st.DataObject) -> None:
    whole = parse_head(data)
    prefix = data[: draw.draw(st.integers(0, len(data)))]
    head = parse_head(prefix)
    assert head.raw == prefix[: head.end]
    _within(head, prefix)
    # What was read out of a prefix stays: more octets never take a field away, unless the line goes on as a fold.
    for field in head.fields[:-1]:
        assert field in whole.fields


@given(REPLIES, st.binary(max_size=50))
def test_a_complete_head_does_not_depend_on_what_follows(data: bytes, tail: bytes) -> None:
    head = parse_head(data)
    if head.complete:
        assert parse_head(data[: head.end] + tail) == head


@given(REPLIES, st.binary(max_size=20))
def test_a_head_is_the_same_wherever_it_stands(data: bytes, before: bytes) -> None:
    here, there = parse_head(data), parse_head(before + data, len(before))
    shift = len(before)
    assert there.raw == here.raw
    assert there.offset == shift
    assert there.fields == tuple(field._replace(offset=field.offset + shift) for field in here.fields)
    assert there.deviations == tuple(found._replace(offset=found.offset + shift) for found in here.deviations)
    assert there._replace(offset=0, fields=(), deviations=()) == here._replace(fields=(), deviations=())


@given(REPLIES)
def test_a_request_is_never_refused(data: bytes) -> None:
    for field in parse_fields(data):
        assert data[field.offset : field.offset + len(field.raw)] == field.raw


@given(REPLIES)
def test_what_cannot_become_http_never_does(data: bytes) -> None:
    if not may_become_http(data):
        assert not may_become_http(data + b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


@given(
    st.lists(
        st.tuples(
            st.from_regex(rb"[A-Za-z0-9-]{1,12}", fullmatch=True),
            st.from_regex(rb"([!-~\x80-\xff]([ -~\x80-\xff\t]{0,20}[!-~\x80-\xff])?)?", fullmatch=True),
        ),
        max_size=8,
    ),
    st.binary(max_size=20),
)
def test_a_well_formed_head_is_read_back(fields: list[tuple[bytes, bytes]], tail: bytes) -> None:
    lines = b"".join(b"%b: %b\r\n" % field for field in fields)
    head = parse_head(b"HTTP/1.1 101 Switching Protocols\r\n" + lines + b"\r\n" + tail)
    assert [(field.name, field.value) for field in head.fields] == fields
    assert (head.deviations, head.complete, head.status) == ((), True, 101)
