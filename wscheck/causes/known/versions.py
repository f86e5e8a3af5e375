"""Versions of the protocol: another one than was sent, or a draft that is long dead."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import who
from wscheck.causes.sentences import answered
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible


def version(evidence: Evidence) -> Found | None:
    """The server lists other versions than the one that was sent."""
    reply, status = evidence.reply, evidence.status
    if evidence.switching:
        return _dead_draft(evidence)
    if reply is None or status is None or not 400 <= status < 500 or not reply.versions:
        return None
    sent = [visible(value, 20) for value in evidence.sent.versions]
    if any(value in reply.versions for value in sent):
        return None
    listed = ", ".join(reply.versions)
    return Found(
        0.95 if status in (400, 426) else 0.6,
        f"The server speaks other versions of the protocol: it lists {listed}, and version "
        f"{', '.join(sent) or 'none'} was sent.",
        (answered(evidence), f"Sec-WebSocket-Version: {listed} in the refusal.", who(evidence)),
        (
            "Update the server or its library: 13 is the version of RFC 6455 and the only one that browsers "
            "send; 7 and 8 "
            "are drafts of 2011."
            if sent == ["13"]
            else "Send one of the versions that it lists (--ws-version); the standard's is 13 (RFC 6455).",
        ),
    )


def _dead_draft(evidence: Evidence) -> Found | None:
    """A 101 of the drafts before RFC 6455: fields of theirs, and no Accept."""
    if evidence.problem("leftovers", "dead-draft-field") is None or evidence.problem("accept", "missing") is None:
        return None
    names = ("Sec-WebSocket-Origin", "Sec-WebSocket-Location", "WebSocket-Origin", "WebSocket-Location")
    fields = [name for name in names if evidence.reply is not None and evidence.reply.has(name)]
    return Found(
        0.97,
        "The server speaks a draft of the protocol from 2010 (hixie-75 or hixie-76), and not version 13 of RFC 6455.",
        (f"The 101 has {', '.join(fields)} and no Sec-WebSocket-Accept.", who(evidence)),
        ("Update the server or its library to one that speaks RFC 6455, version 13: no browser speaks the drafts.",),
    )


CAUSES = (
    Cause(
        "version-mismatch",
        "The server speaks another version of the protocol",
        "protocol",
        "A refusal with Sec-WebSocket-Version lists what the server speaks. 13 is RFC 6455; others are drafts of 2011.",
        ("426 or 400 with Sec-WebSocket-Version that does not list 13",),
        ("Update the server or its library.",),
        ("With --ws-version and a listed version it opens.",),
        version,
    ),
)
