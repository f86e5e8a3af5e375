"""Sentences that several causes say of the same evidence, so that it is always said in the same words.

May never enter: a judgement.
"""

from __future__ import annotations

import shlex

from wscheck.core.evidence import Evidence
from wscheck.core.visible import printable

# What each probe is, in a sentence "… brings …".
_PROBES = {
    "plain-get": "A plain GET of the same path",
    "version-99": "The same handshake with Sec-WebSocket-Version 99",
    "other-key": "The same handshake with another key",
    "without-ping": "The same handshake with nothing said behind it",
    "without-extensions": "The same handshake without extensions",
    "with-extensions": "The same handshake with permessage-deflate offered, as browsers do",
    "without-origin": "The same handshake without Origin",
    "own-origin": "The same handshake with the target's own Origin",
    "with-subprotocol": "The same handshake with well-known subprotocols offered",
    "slash": "The same handshake with the trailing slash toggled",
    "beside": "A handshake to a path that hardly exists",
    "usual-path": "A handshake to another usual path",
    "fresh-query": "The same handshake with a fresh query",
    "browser-agent": "The same handshake with a browser's User-Agent",
    "without-cookie": "The same handshake without Cookie",
    "without-host": "A request without Host and key",
    "other-scheme": "The other scheme on the same port",
    "h2-hello": "A TLS hello that offers h2",
    "socketio": "A GET of /socket.io/?EIO=4&transport=polling",
    "other-family": "The other address family",
    "other-address": "Another address of the name",
    "without-proxy": "The way without the proxy",
}


def probe_line(options: str, url: str) -> str:
    """A command to copy. A URL may have come in a redirect, so it is quoted for the shell."""
    return f"    wscheck probe {options} {shlex.quote(url)}"


def begun(words: str) -> str:
    """Words as the beginning of a sentence; a product's name keeps its spelling."""
    return words[0].upper() + words[1:] if words.startswith(("a ", "an ", "the ")) else words


def brings(evidence: Evidence, name: str) -> str:
    """What a probe brought, as a sentence; empty when it was not made."""
    if name not in evidence.made:
        return ""
    reply = evidence.replies.get(name)
    if reply is None:
        failure = evidence.made[name].failure
        return f"{_PROBES[name]} brings no reply ({failure.kind if failure else 'silence'})."
    return f"{_PROBES[name]} brings {reply.line}."


def compared(evidence: Evidence) -> str:
    """How the reply to the handshake compares with that to a plain GET; empty when that is not known."""
    plain = evidence.replies.get("plain-get")
    if plain is None or evidence.reply is None:
        return brings(evidence, "plain-get")
    if evidence.alike:
        return (
            f"A plain GET of the same path brings the same reply ({plain.line}): nothing shows that the Upgrade "
            f"was seen."
        )
    return f"A plain GET of the same path brings another reply ({plain.line}): the upgrade was seen."


def unmoved(evidence: Evidence) -> str:
    """That version 99 changes nothing, or that it does; empty when it was not tried."""
    odd = evidence.replies.get("version-99")
    if odd is None:
        return ""
    if evidence.seen and evidence.reply is not None and odd.line != evidence.reply.line:
        return (
            f"With Sec-WebSocket-Version 99 the reply turns into {odd.line}: a WebSocket server reads this handshake."
        )
    return "With Sec-WebSocket-Version 99 the reply is the same." if not evidence.seen else ""


def answered(evidence: Evidence) -> str:
    """The reply itself: status and the beginning of its content."""
    reply = evidence.reply
    if reply is None:
        return ""
    return f"The reply is {reply.line}" + (
        f', and says "{reply.quoted}".'
        if reply.quoted
        else ", a page without text."
        if reply.body.strip()
        else ", without content."
    )


def detail(evidence: Evidence) -> str:
    """What ended the handshake early, as a sentence."""
    failure = evidence.failure
    return printable(f"{failure.detail[0].upper()}{failure.detail[1:]}.") if failure and failure.detail else ""
