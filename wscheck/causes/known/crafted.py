"""Requests that we were told to send and that cannot succeed."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence


def illegal_request(evidence: Evidence) -> Found | None:
    """The request that was crafted has to be refused."""
    faults = evidence.sent.faults
    if not faults or evidence.status is None or evidence.main.route == "saved":
        return None
    return Found(
        0.95,
        "The request that was sent is no valid handshake, so a refusal is the right answer: "
        + " and ".join(faults)
        + ".",
        (
            *(f"{fault[0].upper()}{fault[1:]}." for fault in faults),
            f"The reply is {evidence.reply.line}." if evidence.reply else "",
        ),
        (
            "Leave the options out that changed the request (-H, --raw-field, --ws-version, --method, "
            "--request-file …).",
            f"To test for this refusal, demand it: --expect {evidence.status}.",
        ),
    )


# By a word of the sentence on the value: how a legal one is given.
_LEGAL = (
    ("the key: ", ("Leave --ws-key out: a fresh key is drawn. To have a legal one:", "    wscheck accept --new")),
    (
        "subprotocol",
        (
            "Give --subprotocol names without blanks, commas or colons, each once:",
            "    wscheck probe --subprotocol chat --subprotocol superchat …",
        ),
    ),
    (
        " times",
        (
            "A handshake has one key and one version. -H replaces a field, and --add stands beside what is there:",
            "    wscheck probe -H 'Sec-WebSocket-Version: 13' …",
        ),
    ),
)


def illegal_value(evidence: Evidence) -> Found | None:
    """A key or a subprotocol that breaks its grammar."""
    said = evidence.sent.illegal
    unchosen = evidence.problem("subprotocol") is not None
    refused = evidence.status in (400, 403, 426, 500) and (evidence.seen or not evidence.alike)
    if not said or not (unchosen if evidence.switching else refused):
        return None
    return Found(
        0.97 if evidence.opens("other-key") else 0.94,
        "A value that was given for the handshake is illegal, and strict servers refuse it: " + "; ".join(said) + ".",
        (
            *(f"{one[0].upper()}{one[1:]}." for one in said),
            f"The reply is {evidence.reply.line}." if evidence.reply else "",
            brings(evidence, "other-key") if evidence.opens("other-key") else "",
        ),
        tuple(line for word, lines in _LEGAL for line in lines if any(word in one for one in said)),
    )


CAUSES = (
    Cause(
        "illegal-request",
        "The request is no valid handshake",
        "client",
        "Options changed the request so that a server has to refuse it.",
        ("400, 405 or 426 to a crafted request",),
        ("Leave these options out, or demand the refusal with --expect.",),
        ("Without the options it opens.",),
        illegal_request,
    ),
    Cause(
        "illegal-value",
        "A key or a subprotocol that was given is illegal",
        "client",
        "A key is base64 of 16 octets; a subprotocol is a token, each once. Strict servers answer 400.",
        ("400 to a handshake with --ws-key or --subprotocol",),
        ("Leave --ws-key out; give subprotocols without blanks.",),
        ("Without them it opens.",),
        illegal_value,
    ),
)
