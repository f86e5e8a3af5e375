"""Handshakes of dead drafts that are still taken (hixie-75, hixie-76, hybi-04 to -08)."""

from __future__ import annotations

from wscheck.core.key import accept_for
from wscheck.lab.leniencies import Leniency, ruled, told, unless
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import RULES


def _hixie(request: Request) -> bool:
    """No key and no version, and Upgrade as those drafts spell it."""
    bare = not request.all(b"Sec-WebSocket-Key") and not request.all(b"Sec-WebSocket-Version")
    return bare and any(field.value == b"WebSocket" for field in request.all(b"Upgrade"))


def spoken(*versions: bytes, server: Server = STRICT) -> Server:
    """The server that speaks these versions as well."""

    def right(request: Request) -> bool:
        return tuple(field.value for field in request.all(b"Sec-WebSocket-Version")) in [(one,) for one in versions]

    return ruled("version", unless(right, RULES["version"]), server)


LENIENCIES = (
    Leniency(
        "lenient-hixie",
        "speaks the drafts of 2010, which have no key and no version",
        told(warn="draft-hixie-75 draft-hixie-76"),
        ruled("key", unless(_hixie, RULES["key"]), ruled("version", unless(_hixie, RULES["version"])))._replace(
            accept=lambda request: accept_for(request.key).encode()
        ),
    ),
    Leniency(
        "lenient-hybi-04", "speaks the drafts 4 and 6", told(warn="draft-hybi-04 draft-hybi-06"), spoken(b"4", b"6")
    ),
    Leniency(
        "lenient-hybi-08",
        "speaks the drafts 7 and 8",
        told(info="version-7 version-8 draft-hybi-07"),
        spoken(b"7", b"8"),
    ),
)
