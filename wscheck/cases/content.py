"""Content in the handshake, contradictory framing, and expectations (RFC 9112 §6, RFC 9110 §9.3.1, §10.1.1)."""

from __future__ import annotations

from wscheck.cases import Case, Edit, Row, Said, Section, Seen, one
from wscheck.cases.build import body, more, then
from wscheck.cases.verdicts import accepted_rightly, said, silence
from wscheck.core.frame import PING, client_frame
from wscheck.core.plan import Delivery
from wscheck.core.talk import Talk

ORDER = 70

CONTENT = Row(
    ("R-9110-9.3.1-10",),
    "must",
    "RFC 9110 §9.3.1; RFC 9112 §9.3, §6.3",
    "Content of the handshake is refused or read away; taken for frames it breaks the connection.",
    "Refuse a handshake with content with 400, or read the content away before frames are read.",
)
CONTRADICTION = Row(
    ("R-9112-6.3-10",),
    "must",
    "RFC 9112 §6.1, §6.3",
    "Where a request ends is read in two ways, which is how requests are smuggled.",
    "Refuse contradictory framing with 400 and close the connection.",
)
CONTINUE = Row(
    ("R-9110-10.1.1-10",),
    "must",
    "RFC 9110 §7.8, §10.1.1",
    "With Upgrade and Expect: 100-continue a 100 precedes the 101; the client holds its content back until then.",
    "Send 100 Continue before the 101, or refuse with 417.",
)

_PAYLOAD = b"wscheck1"
_PING = Talk(client_frame(PING, _PAYLOAD), ping=_PAYLOAD, wait_s=2.0)


def _undisturbed(seen: Seen) -> Said:
    """A refusal, or a 101 behind which a Ping is answered: the content was read away."""
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    tunnel = seen.answer.tunnel
    if tunnel is None or not tunnel.pong:
        code = tunnel.ending.code if tunnel and tunnel.ending.by == "server" else None
        then = f"the server closed with {code}" if code else "the Ping behind it got no Pong"
        return Said("fail", f"{said(seen)}; the content was not read away, so it stood where frames begin: {then}")
    return accepted_rightly(seen) or Said("pass", f"{said(seen)}; the content was read away")


def _not_kept(seen: Seen) -> Said:
    """A 101 whose connection goes on is the fault; one that ends at once is none."""
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    tunnel = seen.answer.tunnel
    if tunnel is not None and tunnel.ending.by == "server" and not tunnel.pong:
        return Said("pass", f"{said(seen)}, and the connection ended")
    return Said("fail", f"{said(seen)}, and the connection goes on")


def _continued(seen: Seen) -> Said:
    """A 100 before the 101; a refusal is right as well, with a 100 before it or without one."""
    asked = seen.answer is not None and any(head.status == 100 for head in seen.answer.interim)
    shown = f"100 Continue, then {said(seen)}" if asked else said(seen)
    if seen.outcome == "silent":
        return Said("warn", f"{shown}: neither an answer nor a close")
    if seen.outcome != "accepted":
        return Said("pass", shown)
    if not asked:
        return Said("fail", f"{shown}, and no 100 Continue before it")
    return accepted_rightly(seen) or Said("pass", shown)


# The content goes out when the server asks for it: one that waits for it has nothing else to wait for.
_HELD = Delivery(awaits=b"ok")


def _smuggled(name: str, title: str, *fields: tuple[bytes, bytes], octets: bytes = b"") -> Case:
    edit: Edit = then(*(more(field, value) for field, value in fields), body(octets))
    expected = "a refusal, or a connection that ends"
    return Case(name, title, CONTRADICTION, expected, one(edit, _PING), _not_kept, intrusive=True)


SECTION = Section(
    "content",
    "Content and framing of the request",
    (
        Case(
            "content-length",
            "five octets of content",
            CONTENT,
            "a 4xx, or a 101 with the content read away",
            one(then(more(b"Content-Length", b"5"), body(b"hello")), _PING),
            _undisturbed,
            needs=("ping",),
        ),
        Case(
            "content-chunked",
            "content in chunks",
            CONTENT,
            "a 4xx, or a 101 with the content read away",
            one(then(more(b"Transfer-Encoding", b"chunked"), body(b"5\r\nhello\r\n0\r\n\r\n")), _PING),
            _undisturbed,
            needs=("ping",),
        ),
        Case(
            "expect-100",
            "Expect: 100-continue with two octets that are held back until they are asked for",
            CONTINUE,
            "100 and then 101, or 417, or another 4xx",
            one(then(more(b"Expect", b"100-continue"), more(b"Content-Length", b"2")), delivery=_HELD),
            _continued,
        ),
        _smuggled(
            "framing-both",
            "Content-Length and Transfer-Encoding",
            (b"Content-Length", b"6"),
            (b"Transfer-Encoding", b"chunked"),
            octets=b"0\r\n\r\nX",
        ),
        _smuggled(
            "framing-two-lengths",
            "two different Content-Lengths",
            (b"Content-Length", b"0"),
            (b"Content-Length", b"5"),
            octets=b"hello",
        ),
        _smuggled("framing-bad-length", "a Content-Length that is no number", (b"Content-Length", b"x")),
        _smuggled(
            "framing-not-chunked",
            "a Transfer-Encoding that does not end in chunked",
            (b"Transfer-Encoding", b"chunked, identity"),
            octets=b"0\r\n\r\n",
        ),
    ),
)
