"""Whether an accepted permessage-deflate is usable: compressed messages go out and have to come back (RFC 7692 §7)."""

from __future__ import annotations

import zlib

from wscheck.cases import Case, Good, Row, Said, Seen, Shot
from wscheck.cases.build import EXTENSIONS, put
from wscheck.cases.verdicts import said
from wscheck.core.answer import Answer
from wscheck.core.deflate import NAME
from wscheck.core.frame import PING, client_frame
from wscheck.core.talk import Talk
from wscheck.core.visible import visible

_READ = Row(
    ("R-7692-7.2-01", "R-7692-6-01"),
    "must",
    "RFC 7692 §7.2.1, §7.2.2, §6",
    "An extension that was accepted is usable: a compressed message is read, also one that refers to the one before.",
    "Inflate messages with RSV1, and keep the window between messages unless no_context_takeover was agreed.",
)

_PAYLOAD = b"wscheck2"
_LONGEST_TEXT = 1 << 16
# RFC 7692 §7.2.3.1 and §7.2.3.2: "Hello", and once more with a reference into the window of the first.
_HELLO, _HELLO_AGAIN = b"\xf2\x48\xcd\xc9\xc9\x07\x00", b"\xf2\x00\x11\x00\x00"


def _usable(seen: Seen) -> Said:
    """Both compressed messages come back: inflated again, they are what was sent."""
    answer = seen.answer
    if seen.outcome != "accepted" or answer is None or answer.tunnel is None:
        return Said("fail", said(seen))
    if not answer.accepted_extensions:
        return Said("skip", "declined this time")
    texts = _echoed(answer)
    right = texts[-2:] == [b"Hello", b"Hello"]  # a greeting may stand in front of them
    shown = " and ".join(visible(text, 20) for text in texts) or "nothing"
    ending = answer.tunnel.ending
    closed = f"; closed by the server with {ending.code}" if ending.by == "server" and ending.code else ""
    return Said("pass" if right else "fail", f"two compressed messages 'Hello' brought back {shown}{closed}")


def _echoed(answer: Answer) -> list[bytes]:
    inflate = zlib.decompressobj(-15)
    texts, compressed, message = [], False, b""
    for frame in answer.tunnel.received_frames if answer.tunnel else ():
        if frame.control:
            continue
        if frame.opcode:  # the first of its message; the others continue it (RFC 6455 §5.4)
            compressed, message = bool(frame.rsv & 4), b""
        message += frame.payload
        if not frame.fin:
            continue
        try:
            texts.append(inflate.decompress(message + b"\0\0\xff\xff", _LONGEST_TEXT) if compressed else message)
        except zlib.error:
            texts.append(message)
    return texts


def _compressed(good: Good) -> tuple[Shot, ...]:
    # The second message refers to the first, unless client_no_context_takeover is in force (RFC 7692 §7.1.1.2).
    second = _HELLO if "no-client-takeover" in good.has else _HELLO_AGAIN
    octets = b"".join(_rsv1(client_frame(1, payload)) for payload in (_HELLO, second))
    talk = Talk(octets + client_frame(PING, _PAYLOAD), ping=_PAYLOAD, messages=2 + good.greeting, wait_s=2.0)
    return (Shot(put(EXTENSIONS, NAME)(good.plan), talk=talk),)


def _rsv1(frame: bytes) -> bytes:
    return bytes([frame[0] | 0x40]) + frame[1:]


USABLE = Case(
    "deflate-usable",
    "two compressed messages, the second refers to the first",
    _READ,
    "both messages come back",
    _compressed,
    _usable,
    needs=("deflate", "echo"),
)
