"""Connections that end soon behind a right 101. They show only to a client that stays (`--hold`, `--expect-close`)."""

from __future__ import annotations

from wscheck.lab.faults import Answer, Fault
from wscheck.lab.respond import switching
from wscheck.lab.script import End, Script


def _then(octets: bytes, end: End) -> Answer:
    """The right 101, and a moment later these octets and the end of the connection."""
    return lambda request: Script((switching(request).octets(), octets), end, gap_s=0.2)


FAULTS = (
    Fault(
        "close-policy",
        "closed with 1008 a moment after the 101",
        {"close": ("ended-by-close",)},
        _then(b"\x88\x0f\x03\xf0not logged in", "close"),
        held=True,
    ),
    Fault(
        "cut-idle",
        "cut off without a Close a moment after the 101",
        {"close": ("ended-without-close",)},
        _then(b"", "close"),
        held=True,
    ),
)
