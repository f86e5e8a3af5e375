"""Frames: what a server does with right and wrong ones behind the 101 (RFC 6455 §5, §7)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.cases import Case, Good, Judge, Row, Said, Section, Seen, Shot
from wscheck.cases.verdicts import said
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import CLOSE, PING, PONG, client_frame, close_code, until_close
from wscheck.core.talk import Talk
from wscheck.core.visible import visible

ORDER = 120

ANSWERED = Row(
    ("R-6455-5.5.2-01", "R-6455-5.5.3-01"),
    "must",
    "RFC 6455 §5.5.2, §5.5.3",
    "A Ping gets a Pong with exactly its payload, whatever the payload is.",
    "Copy the payload of each Ping into its Pong.",
)
LAST = Row(
    ("R-6455-5.5.3-02", "R-6455-5.5.2-01"),
    "must",
    "RFC 6455 §5.5.3",
    "With several Pings waiting, the last one at least is answered.",
    "Answer each Ping, or the newest of those that wait.",
)
CLOSE_ANSWERED = Row(
    ("R-6455-5.5.1-01", "R-6455-5.5.1-02"),
    "must",
    "RFC 6455 §5.5.1, §7.1.1",
    "A Close is answered with a Close, and the server ends TCP behind both.",
    "Answer a Close frame, with or without a body, and close the socket.",
)
UNMASKED = Row(
    ("R-6455-5.1-02",),
    "must",
    "RFC 6455 §5.1",
    "A client's frame that is not masked ends the connection: masking protects proxies on the way.",
    "Check the MASK bit of each frame; close with 1002 when it is clear.",
)
RESERVED = Row(
    ("R-6455-5.2-04",),
    "must",
    "RFC 6455 §5.2",
    "An unknown opcode, or an RSV bit that nobody negotiated, fails the connection.",
    "Check opcode and RSV bits before anything else; close with 1002.",
)
CONTROL = Row(
    ("R-6455-5.5-02",),
    "must",
    "RFC 6455 §5.5, §10.7",
    "A control frame has at most 125 octets and is never fragmented; another one is refused.",
    "Check FIN and the length of control frames; close with 1002.",
)
NOT_HTTP = Row(
    ("R-9110-7.8-21",),
    "must",
    "RFC 9110 §7.8",
    "Behind the 101 the connection is never HTTP again; a reply to a second request shows that nobody switched.",
    "Hand the connection over for good: no HTTP parser may see what follows the 101.",
)

_LATER = b"wscheck4"


def _talk(octets: bytes) -> Talk:
    """These octets, and a right Ping behind them: a server that goes on answers it."""
    return Talk(octets + client_frame(PING, _LATER), ping=_LATER, wait_s=2.0)


def _tunnel(seen: Seen) -> Tunnel | None:
    return seen.answer.tunnel if seen.answer and seen.outcome == "accepted" else None


def _ponged(payload: bytes) -> Judge:
    def judge(seen: Seen) -> Said:
        tunnel = _tunnel(seen)
        if tunnel is None:
            return Said("warn", f"no 101, so no frame was sent: {said(seen)}")
        pongs = [frame.payload for frame in tunnel.received_frames if frame.opcode == PONG]
        if payload in pongs:
            return Said("pass", f"a Pong with the same {len(payload)} octets")
        if pongs:
            return Said("fail", f"a Pong with other octets: {visible(pongs[0], 40)}")
        return Said("fail", f"no Pong; {_ending(tunnel)}")

    return judge


def _last_ponged(seen: Seen) -> Said:
    tunnel = _tunnel(seen)
    if tunnel is None:
        return Said("warn", f"no 101, so no frame was sent: {said(seen)}")
    count = sum(frame.opcode == PONG for frame in tunnel.received_frames)
    return (
        Said("pass", f"{count} Pong{'' if count == 1 else 's'}, the last Ping among them")
        if tunnel.pong
        else Said("fail", "no Pong for the last")
    )


def _fails(payload: bytes = b"") -> Judge:
    """The connection has to fail; `payload` is that of the wrong frame, whose Pong shows that it was processed."""

    def judge(seen: Seen) -> Said:
        tunnel = _tunnel(seen)
        if tunnel is None:
            return Said("warn", f"no 101, so no frame was sent: {said(seen)}")
        pongs = [frame.payload for frame in tunnel.received_frames if frame.opcode == PONG]
        if payload and payload in pongs:
            return Said("fail", "the frame was processed: a Pong came for it")
        if tunnel.pong:
            return Said("fail", "the frame was passed over: the Ping behind it was answered")
        return Said("pass" if tunnel.ending.by == "server" else "fail", _ending(tunnel))

    return judge


def _no_http(seen: Seen) -> Said:
    """An HTTP reply is the fault; a server that waits for the rest of what it takes for a frame is only slow."""
    found = _fails()(seen)
    tunnel = _tunnel(seen)
    if tunnel and b"HTTP/1." in until_close(tunnel.received):
        return Said("fail", f"HTTP came back: {visible(tunnel.received, 40)}")
    if found.status == "fail" and tunnel and not tunnel.pong:
        return Said("warn", found.observed)
    return found


def _ending(tunnel: Tunnel) -> str:
    if tunnel.ending.by == "wscheck" and tunnel.junk:  # behind which little is waited for
        return f"the connection stands, and what came is no frame: {visible(tunnel.received, 40)}"
    if tunnel.ending.by == "wscheck":
        return f"the connection stands after {tunnel.waited_s:g} s"
    if tunnel.ending.how != "close":
        return "the connection ended without a Close"
    return f"closed with {tunnel.ending.code if tunnel.ending.code is not None else 'no code'}"


def _parted(seen: Seen) -> Said:
    tunnel = _tunnel(seen)
    if tunnel is None:
        return Said("warn", f"no 101, so no frame was sent: {said(seen)}")
    close = tunnel.farewell
    if close is None:
        how = "TCP ended without it" if tunnel.ended else _ending(tunnel)
        return Said("fail", f"our Close was not answered; {how}")
    code = close_code(close)
    shown = f"answered with {code if code is not None else 'no code'}"
    if tunnel.ended:
        return Said("pass", f"{shown}, then TCP ended")
    return Said("fail", f"{shown}, and TCP stands")


def _behind(octets: bytes) -> Callable[[Good], tuple[Shot, ...]]:
    return lambda good: (Shot(good.plan, talk=_talk(octets)),)


def _ping(name: str, title: str, payload: bytes) -> Case:
    expected = "a Pong with the same octets"
    # One Ping alone: with another behind it a server may answer only the last (§5.5.3).
    talk = Talk(client_frame(PING, payload), ping=payload, wait_s=2.0)
    needs = "ping" if payload else "stands"  # one of them shows that no Ping is answered at all
    return Case(
        f"ping-{name}",
        title,
        ANSWERED,
        expected,
        lambda good: (Shot(good.plan, talk=talk),),
        _ponged(payload),
        needs=(needs,),
    )


def _farewell(name: str, title: str, body: bytes) -> Case:
    """Our own Close in place of the usual one; what is waited for is the server's."""

    def shots(good: Good) -> tuple[Shot, ...]:
        return (Shot(good.plan, talk=Talk(client_frame(CLOSE, body), wait_s=2.0, farewell="await")),)

    expected = "a Close, then the end of TCP"
    return Case(f"close-{name}", title, CLOSE_ANSWERED, expected, shots, _parted, needs=("stands",))


def _wrong(name: str, title: str, row: Row, octets: bytes, payload: bytes = b"") -> Case:
    return Case(f"frame-{name}", title, row, _FAILS, _behind(octets), _fails(payload), needs=("stands",))


_FAILS = "the end of the connection, best behind a Close with 1002"
# A request that is longer than the frame that its first octets announce (69 octets).
_REQUEST = b"GET / HTTP/1.1\r\nHost: wscheck.invalid\r\nUser-Agent: wscheck\r\nAccept: */*\r\nX-Wscheck: 1\r\n\r\n"

SECTION = Section(
    "frames",
    "Frames behind the 101",
    (
        _ping("empty", "a Ping without payload", b""),
        _ping("125", "a Ping with 125 octets", b"p" * 125),
        _ping("binary", "a Ping with octets that are no text", bytes(range(0xF0, 0x100))),
        Case(
            "ping-two",
            "two Pings in one segment",
            LAST,
            "a Pong for the last one at least",
            _behind(client_frame(PING, b"wscheck0")),
            _last_ponged,
            needs=("ping",),
        ),
        _farewell("normal", "a Close with 1000", b"\x03\xe8"),
        _farewell("empty", "a Close without a body", b""),
        _farewell("reason", "a Close with 1001 and a reason", b"\x03\xe9wscheck"),
        _wrong("unmasked", "a Ping that is not masked", UNMASKED, b"\x89\x08unmasked", b"unmasked"),
        _wrong("opcode-3", "the reserved opcode 3", RESERVED, client_frame(3, b"wscheck")),
        _wrong("opcode-11", "the reserved opcode 11", RESERVED, client_frame(11, b"wscheck")),
        _wrong("rsv1", "a Ping with RSV1", RESERVED, b"\xc9" + client_frame(PING, b"reserved")[1:], b"reserved"),
        _wrong("ping-126", "a Ping with 126 octets", CONTROL, client_frame(PING, b"q" * 126), b"q" * 126),
        _wrong(
            "ping-fragment",
            "a Ping with FIN clear",
            CONTROL,
            b"\x09" + client_frame(PING, b"fragment")[1:],
            b"fragment",
        ),
        Case(
            "http-behind-101",
            "an HTTP request behind the 101",
            NOT_HTTP,
            "the end of the connection, and no HTTP reply",
            _behind(_REQUEST),
            _no_http,
            needs=("stands",),
        ),
    ),
)
