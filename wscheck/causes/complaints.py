"""What servers say of the request that reached them, where that is not the request which was sent.

May never enter: what follows from it; the causes decide that. Texts are matched by what a family of servers says, never
by one server's whole page.
"""

from __future__ import annotations

from wscheck.core.evidence import Evidence
from wscheck.core.key import key_faults
from wscheck.core.reply import Reply

# What WebSocket servers say to a request that has no Upgrade, or whose Connection does not hold it. Each is said by a
# family of servers: Tornado, aiohttp and Spring; websockets; gorilla and nhooyr; gobwas; ws; Jetty; .NET.
_UNSEEN = (
    r"can \"upgrade\" only to \"websocket\"",
    r"no websocket upgrade hdr",
    r"(?:missing|invalid|bad|no|not found|expected)[^.<]{0,30}\b(?:upgrade|connection)['\"]? header[^.<]{0,60}",
    r"'?\"?upgrade\"?'? token not found in '?\"?connection",
    r"connection\"? header [^<]{0,60}does not contain upgrade",
    r"upgrade\"? header [^<]{0,60}does not contain websocket",
    r"upgrade != websocket",
    r"expected? (?:a )?websocket (?:upgrade|request|connection)[^<]{0,30}",
    r"websocket (?:upgrade|request|connection|handshake) (?:is )?(?:required|expected)",
    r"not a (?:valid )?websocket (?:upgrade |handshake |connection )?(?:request|handshake)",
    r"this (?:service|endpoint|server|path) (?:requires|only (?:supports|accepts)) (?:the )?websockets?[^<]{0,30}",
    r"upgrade required",
)


def unseen(evidence: Evidence) -> str | None:
    """What a server says to whom it looks as if there were no Upgrade; None when it says nothing of the kind."""
    reply = evidence.reply
    if reply is None or evidence.status not in (400, 404, 405, 426, 500, 501) or evidence.sent.faults:
        return None
    # Engine.IO answers code 3 to transport=websocket in a request without Upgrade.
    return _of_no_upgrade(reply) or reply.says(r"\{\"code\":3,[^}]*\}")


def _of_no_upgrade(reply: Reply) -> str | None:
    return next((said for pattern in _UNSEEN if (said := reply.says(pattern))), None)


def half_seen(evidence: Evidence) -> str | None:
    """What the server says to a plain GET where it misses another part of the upgrade there than in the handshake: one
    of the two fields got through, and not the other. None where the replies do not differ so."""
    plain, said = evidence.replies.get("plain-get"), unseen(evidence)
    if plain is None or plain.status != evidence.status or not said or evidence.alike or garbled(evidence):
        return None
    told = _of_no_upgrade(plain)
    return told if told != said else None


def garbled(evidence: Evidence) -> str | None:
    """The words by which a server finds fault with the value of Upgrade or Connection, though a good one was sent. It
    sees an Upgrade then, so it may well answer a plain GET in another way."""
    reply = evidence.reply
    if reply is None or evidence.status not in (400, 426) or evidence.sent.faults:
        return None
    return reply.says(r"(?:invalid|bad|wrong|unexpected) ['\"]?(?:upgrade|connection)['\"]? header[^.<]{0,40}")


# What servers say of a field that they do not find; the name is filled in.
_LACKS = (
    r"(?:missing|no|without|lacks?|requires?|expected)\b[^.<]{0,30}\b%s\b[^.<]{0,30}",
    r"\b%s\b['\"]? (?:header|field)?[^.<]{0,20}(?:missing|required|not (?:found|present|set)|is (?:null|empty|blank))",
)
_NAMES = {"Sec-WebSocket-Key": "sec-?websocket-?key", "Sec-WebSocket-Version": "sec-?websocket-?version"}
# "No supported subprotocol" is said of an offer that was read.
_NO_OFFER = r"missing (?:sub-?protocol|sec-?websocket-?protocol)[^.<]{0,30}"


def lacking(evidence: Evidence) -> tuple[str, str] | None:
    """A field that was sent and that the server says is missing, with its words."""
    reply = evidence.reply
    if reply is None or evidence.status not in (400, 403, 406, 426) or evidence.sent.faults:
        return None
    if any(key_faults(key) for key in evidence.sent.keys):
        return None  # a bad key is a reason by itself
    for name, pattern in _NAMES.items():
        for words in _LACKS if evidence.asked(name) else ():
            said = reply.says(words % pattern)
            if said:
                return name, said
    said = reply.says(_NO_OFFER) if evidence.offered else None
    return ("Sec-WebSocket-Protocol", said) if said else None


def consumer_refused(reply: Reply) -> bool:
    """Whether this is daphne's refusal by a consumer or by the validator of Origin, known by its reason phrase: it
    leaves no other mark, and answers 500 where a route is missing."""
    return reply.reason == "Access denied"


def contradicted(evidence: Evidence) -> bool:
    """Whether the server speaks of another request than the one that was sent."""
    return bool(unseen(evidence) or garbled(evidence) or lacking(evidence) or old_version(evidence))


_OLD_VERSION = (
    r"[^.<]{0,40}(?:HTTP/1\.0|HTTP version not supported|unsupported HTTP version|unsupported "
    r"protocol version: HTTP)[^.<]{0,30}"
)


def old_version(evidence: Evidence) -> str | None:
    """The words by which a server refuses HTTP/1.0."""
    if evidence.reply is None or evidence.status not in (400, 426, 500, 505):
        return None
    return evidence.reply.says(_OLD_VERSION)
