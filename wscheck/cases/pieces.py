"""Requests that come in pieces, too early or not at all: a part of the section `several` (RFC 9110 §5.3)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Seen, Shot
from wscheck.cases.verdicts import accepted_rightly, must_accept, said, silence
from wscheck.core import plan as plans
from wscheck.core.frame import PING, PONG, client_frame, read_frames, until_close
from wscheck.core.plan import Delivery
from wscheck.core.talk import Talk
from wscheck.core.visible import visible

EARLY = Row(
    ("R-6455-4.1-40", "R-9112-4-01"),
    "must",
    "RFC 6455 §4.1, §4.2.2 step 5; RFC 9112 §4, §6.3",
    "Octets that came with the handshake belong to the new protocol: a refusal is fine, losing them, parsing them as "
    "HTTP, or answering them before the 101 is not.",
    "Send the 101, and then hand what was read behind the request's head to the frame reader.",
)
SLICED = Row(
    ("R-9110-5.3-20",),
    "must",
    "RFC 9110 §5.3; RFC 9112 §2.2",
    "Nothing is done before the whole head is in, however it is sliced on the way.",
    "Collect octets until the empty line is there, then parse.",
)
STALLED = Row(
    ("R-9112-9.5-20", "P-DOS-01"), "may", "RFC 9112 §9.5; RFC 9110 §15.5.9", "A stalled request may be timed out.", ""
)

_EARLY = b"early-08"


def _early_ping(good: Good) -> tuple[Shot, ...]:
    """A Ping with the handshake in one segment. No other follows: a server may answer only the last one (§5.5.3). An
    unasked Pong does, which gets no answer: a server that kept the early octets reads on, and one that lost them is
    told from one that only waits. Then a Close: frames are read in order, so behind its answer no Pong comes any more.
    """
    talk = Talk(client_frame(PONG, b""), ping=_EARLY, wait_s=0.5, farewell="wait", close_s=1.0)
    return (Shot(good.plan._replace(body=client_frame(PING, _EARLY)), talk=talk),)


def _begins_with_a_pong(octets: bytes) -> bool:
    frames, _ = read_frames(octets)
    return bool(frames) and frames[0].opcode == PONG and frames[0].fin


def _not_lost(seen: Seen) -> Said:
    answer = seen.answer
    if answer is not None and _begins_with_a_pong(answer.response):
        return Said("fail", f"the early frame was answered before the 101: {visible(answer.response, 40)}")
    if seen.outcome != "accepted" or answer is None or answer.tunnel is None:
        return silence(seen) or Said("pass", said(seen))
    received = until_close(answer.tunnel.received)
    if b"HTTP/1." in received:
        return Said("fail", f"{said(seen)}; HTTP came for the early frame: {visible(received, 40)}")
    if answer.tunnel.pong:
        return accepted_rightly(seen) or Said("pass", f"{said(seen)}; the early Ping was answered")
    closed = ", and the Close behind it was" if answer.tunnel.farewell else ""
    return Said("fail", f"{said(seen)}; the early Ping was not answered{closed}: it was lost")


# Octet by octet where a parser begins and ends, some at a time between: with a pause behind each octet a request of
# ordinary length would outlast its own limit wherever the clock of the system is coarse.
_DRIP = (*range(1, 17), *range(24, 1000, 24), *range(-16, 0))


def _dripped(good: Good) -> tuple[Shot, ...]:
    return (Shot(good.plan, Delivery(_DRIP, 0.0005)),)


def _withheld(good: Good) -> tuple[Shot, ...]:
    """All but the last octet of the empty line, then a pause, then that octet."""
    return (Shot(good.plan, Delivery((-3, -2, -1), 0.03)),)


def _only_then(seen: Seen) -> Said:
    if seen.answer is not None and seen.answer.early:
        return Said("fail", f"{said(seen)}, before the whole head was sent")
    return must_accept()(seen)


def _half(good: Good) -> tuple[Shot, ...]:
    return (Shot(good.plan._replace(whole=plans.craft(good.plan)[:60])),)


def _timed_out(seen: Seen) -> Said:
    return Said("info", said(seen))


_EARLY_OR_REFUSED = "a refusal, or a 101 and the Pong for the early Ping"


CASES = (
    Case(
        "head-dripped",
        "the handshake in very small pieces",
        SLICED,
        "101 behind the last octet",
        _dripped,
        _only_then,
    ),
    Case(
        "head-last-octet",
        "the last octets of the empty line late",
        SLICED,
        "101 behind the last octet",
        _withheld,
        _only_then,
    ),
    Case(
        "early-ping",
        "a Ping in the same segment as the handshake",
        EARLY,
        _EARLY_OR_REFUSED,
        _early_ping,
        _not_lost,
        needs=("ping",),
    ),
    Case(
        "head-stalled",
        "half a handshake, then silence",
        STALLED,
        "any end; it is shown",
        _half,
        _timed_out,
        intrusive=True,
    ),
)
