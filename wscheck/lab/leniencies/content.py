"""Content in the handshake and contradictory framing (RFC 9112 §6, RFC 9110 §9.3.1, §10.1.1); noise."""

from __future__ import annotations

from wscheck.core.fields import members
from wscheck.core.head import head_end
from wscheck.lab.leniencies import Leniency, ruled, told, unless, without
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import RULES, content_but, content_fault
from wscheck.lab.script import Draft


def _taken(octets: bytes, request: Request) -> bytes:
    """What is left of the octets behind a head when its content is read: the last length wins over a coding."""
    lengths = [value for value in members(request.all(b"Content-Length")) if value.isdigit()]
    if lengths:
        return octets[int(lengths[-1]) :]
    chunked = bool(request.all(b"Transfer-Encoding"))
    return octets.partition(b"0\r\n\r\n")[2] if chunked else octets


def _read_away(request: Request, draft: Draft) -> Draft:
    if content_fault(request) is None:
        return draft
    return draft._replace(manners=draft.manners._replace(early=lambda octets: (b"", _taken(octets, request))))


def _tolerating(*faults: str) -> Server:
    """The server that does not refuse these, and reads the content away."""
    return ruled("content", content_but(*faults))._replace(opens=_read_away)


def _http_only(data: bytes) -> int | None:
    """Where the head ends; octets whose first line names no HTTP/1 are waited behind."""
    line = data.lstrip(b"\r\n").partition(b"\n")[0]
    return head_end(data) if b" HTTP/1." in line else None


LENIENCIES = (
    Leniency(
        "lenient-content-framed",
        "takes content for frames",
        told(fail="content-length content-chunked"),
        ruled("content", content_but("content")),
    ),
    Leniency("lenient-content-read", "reads content away, which is right", told(), _tolerating("content")),
    Leniency(
        "lenient-expect",
        "does not read Expect, and waits for no content",
        told(fail="expect-100"),
        ruled("content", unless(lambda request: bool(request.all(b"Expect")), RULES["content"]), without("expect")),
    ),
    Leniency(
        "lenient-framing-both",
        "takes Content-Length where Transfer-Encoding stands as well",
        told(fail="framing-both"),
        _tolerating("both"),
    ),
    Leniency(
        "lenient-framing-lengths",
        "takes the last of two Content-Lengths",
        told(fail="framing-two-lengths"),
        _tolerating("lengths"),
    ),
    Leniency(
        "lenient-framing-number",
        "takes a Content-Length that is no number for 0",
        told(fail="framing-bad-length"),
        _tolerating("number"),
    ),
    Leniency(
        "lenient-framing-coding",
        "looks for the letters of chunked in Transfer-Encoding",
        told(fail="framing-not-chunked"),
        _tolerating("coding"),
    ),
    Leniency(
        "lenient-noise",
        "waits for more behind octets that are no HTTP/1",
        told(
            warn="octets-noise octets-tls octets-http2 octets-frame http-lowercase http-other-name http-0.9 http-2.0 "
            "http-9.9 line-tabs"
        ),
        STRICT._replace(head_end=_http_only),
    ),
)
