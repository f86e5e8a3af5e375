"""permessage-deflate: what is declined, what has to be confirmed, and that it works (RFC 7692)."""

from __future__ import annotations

from wscheck.cases import Case, Judge, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import EXTENSIONS, put
from wscheck.cases.inflating import USABLE
from wscheck.cases.negotiation import accepted_extensions, negotiated, shown_only
from wscheck.cases.verdicts import said, silence
from wscheck.core.deflate import NAME
from wscheck.core.fields import Extension
from wscheck.core.frame import PING, client_frame
from wscheck.core.talk import Talk

ORDER = 100

PREFERENCE = Row(("R-6455-9.1-23",), "may", "RFC 6455 §9.1", "The order of an offer is the client's preference.", "")
ACCEPTANCE = Row(
    ("R-7692-5-01", "R-7692-7-05", "R-7692-7.1.1.1-02", "R-7692-7.1.2.1-02", "R-7692-7.1.2.2-01", "R-7692-6-01"),
    "must",
    "RFC 7692 §5, §7",
    "An acceptance has only the four parameters, valid, once each, and none that the offer does not allow: no "
    "client_max_window_bits above all, when it was not offered.",
    "Build the reply's parameters from the offer that was taken.",
)
ONCE = Row(
    ("R-7692-5-03",),
    "must",
    "RFC 7692 §5",
    "Two accepted extensions never both use RSV1, so permessage-deflate is accepted once.",
    "Take the first acceptable offer and stop.",
)
UNDEFINED = Row(
    ("R-7692-7-01", "R-7692-5-02"),
    "must",
    "RFC 7692 §7",
    "An offer with a parameter that is not defined has to be declined.",
    "Decline the offer (leave it out of the reply) when a parameter is unknown; do not refuse the handshake.",
)
INVALID = Row(
    ("R-7692-7-02", "R-7692-5-02"),
    "must",
    "RFC 7692 §7",
    "An offer with an invalid value has to be declined.",
    "Check values: window bits are 8 to 15 without leading zero, the takeover parameters have no value.",
)
REPEATED = Row(
    ("R-7692-7-03", "R-7692-5-02"),
    "must",
    "RFC 7692 §7",
    "An offer that repeats a parameter has to be declined.",
    "Decline offers with repeated parameters.",
)
FALLBACK = Row(
    ("R-7692-7-04",),
    "should",
    "RFC 7692 §7, §5",
    "Offers are looked at one by one: the next one is the fallback of the one that cannot be taken.",
    "Go on to the next offer when one has to be declined.",
)
CONFIRMED = Row(
    ("R-7692-7.1.1.1-01", "R-7692-7.1.1.2-01", "R-7692-7.1.2.1-01", "R-7692-7.1.2.2-02", "R-7692-7.1.2.2-03"),
    "must",
    "RFC 7692 §7.1",
    "What the offer asks of the server has to be confirmed, within the bounds of the offer; or the offer is declined.",
    "Echo server_no_context_takeover and server_max_window_bits (with a value) when you accept them; give "
    "client_max_window_bits a value.",
)
QUOTED = Row(
    ("R-7692-5.2-01",),
    "should",
    "RFC 7692 §5.2; RFC 6455 §9.1",
    "A quoted value equals the bare one.",
    "Unquote values before they are read.",
)
_PAYLOAD = b"wscheck2"
_PING = Talk(client_frame(PING, _PAYLOAD), ping=_PAYLOAD, wait_s=2.0)


def _plain(seen: Seen) -> Said:
    """The clean offer: accepted rightly, and a Ping is answered while it is in force."""
    found = negotiated(declined="info")(seen)
    tunnel = seen.answer.tunnel if seen.answer else None
    if found.status == "pass" and tunnel and "ping" in seen.good.has and not tunnel.pong:
        return Said("fail", f"{found.observed}; then no Ping was answered any more")
    # RFC 7692 §6.1: RSV1 stands on the first frame of a message, and on no control frame.
    marked = [
        frame for frame in (tunnel.received_frames if tunnel else ()) if frame.rsv & 4 and frame.opcode not in (1, 2)
    ]
    if found.status == "pass" and marked:
        return Said("fail", f"{found.observed}; then RSV1 stood on a frame with opcode {marked[0].opcode}")
    return found


def _quoted(seen: Seen) -> Said:
    bare, quoted = (answer.accepted_extensions if answer else () for answer in seen.answers)
    shown = [accepted_extensions(answer) for answer in seen.answers]
    if not bare:
        return Said("skip", "the bare value was declined as well")
    if seen.outcome != "accepted":
        return silence(seen) or Said("warn", f"{said(seen)}; the bare value was accepted")
    found = negotiated()(seen)
    if found.status != "pass":
        return found
    alike = _parameters(bare) == _parameters(quoted)
    return Said("pass" if alike else "warn", f"bare: accepted {shown[0]}; quoted: {shown[1] or 'declined'}")


def _parameters(extensions: tuple[Extension, ...]) -> list[tuple[bytes, list[tuple[bytes, bytes | None]]]]:
    return [(one.name, [(param.name, param.value) for param in one.params]) for one in extensions]


def _deflate(
    name: str, row: Row, parameters: bytes, judge: Judge, expected: str, *, needs: tuple[str, ...] = ()
) -> Case:
    return Case(
        f"deflate-{name}",
        f"permessage-deflate; {parameters.decode()}",
        row,
        expected,
        one(put(EXTENSIONS, b"permessage-deflate; " + parameters)),
        judge,
        needs=needs,
    )


_DECLINED = "101 without the extension"
_INVALID = (
    ("server-bits-7", b"server_max_window_bits=7"),
    ("server-bits-16", b"server_max_window_bits=16"),
    ("server-bits-0", b"server_max_window_bits=0"),
    ("server-bits-08", b"server_max_window_bits=08"),
    ("server-bits-fraction", b"server_max_window_bits=15.0"),
    ("server-bits-letter", b"server_max_window_bits=x"),
    ("server-bits-empty", b'server_max_window_bits=""'),
    ("server-bits-bare", b"server_max_window_bits"),
    ("client-bits-7", b"client_max_window_bits=7"),
    ("client-bits-16", b"client_max_window_bits=16"),
    ("client-bits-08", b"client_max_window_bits=08"),
    ("server-takeover-value", b"server_no_context_takeover=1"),
    ("client-takeover-value", b"client_no_context_takeover=true"),
)

SECTION = Section(
    "deflate",
    "permessage-deflate",
    (
        Case(
            "deflate-plain",
            "permessage-deflate",
            ACCEPTANCE,
            "101 with the extension, or without it",
            one(put(EXTENSIONS, NAME), _PING),
            _plain,
        ),
        USABLE,
        Case(
            "deflate-twice",
            "permessage-deflate twice with different parameters",
            ONCE,
            "101 with the extension once, or without it",
            one(put(EXTENSIONS, b"permessage-deflate; client_no_context_takeover, permessage-deflate")),
            negotiated(),
        ),
        Case(
            "deflate-order",
            "two offers, the one with server_no_context_takeover first",
            PREFERENCE,
            "any choice; it is shown",
            one(put(EXTENSIONS, b"permessage-deflate; server_no_context_takeover, permessage-deflate")),
            shown_only(negotiated(declined="info", accepted="info")),
        ),
        _deflate("undefined", UNDEFINED, b"foo", negotiated("warn"), _DECLINED),
        *(_deflate(name, INVALID, value, negotiated("pass"), _DECLINED) for name, value in _INVALID),
        _deflate(
            "repeated",
            REPEATED,
            b"client_max_window_bits; client_max_window_bits=10",
            negotiated("pass"),
            _DECLINED,
        ),
        Case(
            "deflate-fallback",
            "an offer that has to be declined, then a plain one",
            FALLBACK,
            "101 with the second offer",
            one(put(EXTENSIONS, b"permessage-deflate; foo, permessage-deflate")),
            negotiated("warn", declined="warn"),
            needs=("deflate",),
        ),
        _deflate(
            "server-takeover",
            CONFIRMED,
            b"server_no_context_takeover",
            negotiated(declined="info"),
            "101 with server_no_context_takeover, or without the extension",
        ),
        _deflate(
            "client-takeover",
            CONFIRMED,
            b"client_no_context_takeover",
            negotiated(declined="info"),
            "101 with the extension, or without it",
        ),
        *(
            _deflate(
                f"server-bits-{bits}",
                CONFIRMED,
                b"server_max_window_bits=%d" % bits,
                negotiated(declined="info"),
                f"101 with server_max_window_bits of 8 to {bits}, or without the extension",
            )
            for bits in (15, 12, 10, 9, 8)
        ),
        _deflate(
            "client-bits-offered",
            CONFIRMED,
            b"client_max_window_bits",
            negotiated(declined="info"),
            "101 in which client_max_window_bits has a value or is absent, or without the extension",
        ),
        _deflate(
            "client-bits-10",
            CONFIRMED,
            b"client_max_window_bits=10",
            negotiated(declined="info"),
            "101 with client_max_window_bits of 8 to 10 or without it, or without the extension",
        ),
        Case(
            "deflate-quoted",
            "server_max_window_bits=10, then the same in quotes",
            QUOTED,
            "the same answer to both",
            lambda good: tuple(
                Shot(put(EXTENSIONS, b"permessage-deflate; server_max_window_bits=" + value)(good.plan))
                for value in (b"10", b'"10"')
            ),
            _quoted,
            needs=("deflate",),
        ),
    ),
)
