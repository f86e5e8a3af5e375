"""Extensions: accepted without an offer, or agreed on with one end only."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, who
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Tunnel
from wscheck.core.frame import BINARY, TEXT


def extension_not_offered(evidence: Evidence) -> Found | None:
    """A 101 with an extension that was not offered."""
    if not evidence.switching or evidence.reply is None:
        return None
    problem = evidence.problem("extensions")
    if problem is None or problem.level != "error":
        return None
    value = evidence.reply.field("Sec-WebSocket-Extensions")
    offered = evidence.asked("Sec-WebSocket-Extensions") or "none"
    unoffered = problem.code == "not-offered"
    return Found(
        0.93,
        f"The server accepts an extension that was not offered: {value}."
        if unoffered
        else f"The server's answer to the offered extensions is wrong: {value}.",
        (
            f"Offered: {offered}. The 101 says Sec-WebSocket-Extensions: {value}.",
            problem.message[0].upper() + problem.message[1:] + ".",
            who(evidence),
        ),
        (
            "Let the server answer only extensions that the request offers, and leave the field out otherwise. A "
            "proxy that "
            "drops the offer on its way to the server, or a handler that sets the field for every reply, does "
            "the same.",
            problem.fix,
        ),
    )


def mangled(evidence: Evidence) -> Found | None:
    """Compressed frames where no compression was agreed on."""
    asked = evidence.asked("Sec-WebSocket-Extensions")
    agreed = bool(evidence.reply and evidence.reply.field("Sec-WebSocket-Extensions"))
    reserved = evidence.problem("frames", "reserved-bit") is not None or _reserved(evidence.main.tunnel, agreed=agreed)
    offered = evidence.made.get("with-extensions")
    replied = evidence.replies.get("with-extensions")
    only_then = bool(
        offered
        and replied
        and not replied.field("Sec-WebSocket-Extensions")
        and _reserved(offered.tunnel, agreed=False)
    )
    if not evidence.switching or not (reserved or only_then) or readable(evidence.main.tunnel):
        return None
    proxy = intermediary(evidence)
    via = evidence.reply.field("Via") if evidence.reply else ""
    without = evidence.made.get("without-extensions")
    clean = without is not None and evidence.opens("without-extensions") and not _reserved(without.tunnel, agreed=False)
    return Found(
        0.95 if clean or only_then else 0.85,
        "Compressed frames come though no compression was negotiated: an intermediary lost Sec-WebSocket-Extensions, "
        "so permessage-deflate holds for one end only.",
        (
            "The 101 accepts no extension, and yet RSV1 is set in the first frames: the mark of permessage-deflate."
            if not agreed
            else "RSV bits are set that the negotiated extensions do not use.",
            f"permessage-deflate was offered: {asked}." if asked else "",
            "It shows only when permessage-deflate is offered, as every browser does; this probe offered nothing "
            "and passed."
            if only_then and not reserved
            else "",
            "Without an offer the frames are clean." if clean else "",
            f"Via: {via} shows an intermediary." if via else "",
            who(evidence) if proxy else "",
        ),
        (
            "Let the proxy pass Sec-WebSocket-Extensions on in both directions, or drop it in both; or disable "
            "compression "
            "at the server:",
            "    new WebSocketServer({ perMessageDeflate: false })      // ws",
            "    uvicorn --ws-per-message-deflate false …               # uvicorn",
            "    serve(…, compression=None)                             # websockets",
            "Two upgrade handlers on one socket (Next.js, hot reload beside your own) do the same: keep one.",
        ),
        ("--extension permessage-deflate offers it; the server itself, without the proxy, settles it.",),
    )


def readable(tunnel: Tunnel | None) -> bytes:
    """The text that stands where a frame has to begin: letters have bits where a frame has its reserved ones. Empty
    where none does."""
    offsets = (0, *(frame.offset for frame in tunnel.received_frames)) if tunnel else ()
    begins = (tunnel.received[offset : offset + 24] for offset in offsets if tunnel)
    return next((begin for begin in begins if begin and all(_text(octet) for octet in begin)), b"")


def _text(octet: int) -> bool:
    return 32 <= octet < 127 or octet in b"\t\r\n"


def _reserved(tunnel: Tunnel | None, *, agreed: bool) -> bool:
    """Whether a frame has the mark of compression: RSV1 on the first frame of a message (RFC 7692 §6), and no text."""
    if tunnel is None or agreed:
        return False
    return any(frame.rsv == 4 and frame.fin and frame.opcode in (TEXT, BINARY) for frame in tunnel.received_frames[:3])


CAUSES = (
    Cause(
        "extension-not-offered",
        "The server accepts an extension that was not offered",
        "protocol",
        "A 101 may accept only extensions of the offer, with the parameters that they allow.",
        ("101 with a foreign Sec-WebSocket-Extensions",),
        ("Answer only what is offered.",),
        ("Compare the offer with the answer.",),
        extension_not_offered,
    ),
    Cause(
        "extension-mangled",
        "An extension was negotiated with one end only",
        "proxy",
        "A proxy that drops Sec-WebSocket-Extensions in one direction lets the server compress for a client that knows "
        "nothing of it.",
        ("101, then Invalid frame header, or: RSV1 must be clear",),
        ("Pass the field on in both directions, or disable compression.",),
        ("Without an offer of permessage-deflate everything works.",),
        mangled,
    ),
)
