"""Connections on which not one octet of a reply comes."""

from __future__ import annotations

from wscheck.lab.faults import Answer, Fault
from wscheck.lab.script import End, Script


def _nothing(end: End) -> Answer:
    return lambda request: Script((), end)


FAULTS = (
    Fault("silence", "the request is read, and nothing comes back", {}, _nothing("open")),
    Fault("close", "the connection is closed without a reply", {}, _nothing("close")),
    Fault("reset", "the connection is reset without a reply", {}, _nothing("reset")),
)
