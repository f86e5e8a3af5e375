"""Which distinguishing probe is worth being made next, given what is known.

May never enter: sending. Every probe costs the server a connection, and one whose question is
settled is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wscheck.causes.complaints import garbled, lacking, unseen
from wscheck.causes.products import application, intermediary, own_page
from wscheck.core.answer import REDIRECTS
from wscheck.core.evidence import Evidence
from wscheck.core.reply import same_reply

MOST = 8  # probes for one report


# What in a reply, a page or a path hints at which subprotocol; the first that fits is offered alone.
_HINTS = (
    (rb"/@vite/client", b"vite-hmr"),
    (rb"graphql-transport-ws", b"graphql-transport-ws"),
    (rb"(?i)graphql", b"graphql-transport-ws, graphql-ws"),
    (rb"(?i)ocpp ?2", b"ocpp2.0.1"),
    (rb"(?i)ocpp", b"ocpp1.6, ocpp2.0.1"),
    (rb"(?i)mqtt", b"mqtt"),
    (rb"(?i)stomp", b"v12.stomp, v11.stomp, v10.stomp"),
    (rb"(?i)wamp", b"wamp.2.json"),
    (rb"(?i)/cable\b|actioncable", b"actioncable-v1-json"),
)
# Without a hint, names that are offered together to learn which of them a server takes.
_USUAL = (
    b"graphql-transport-ws, graphql-ws, mqtt, ocpp2.0.1, ocpp1.6, v12.stomp, wamp.2.json, xmpp, sip, soap, vite-hmr, "
    b"actioncable-v1-json, echo-protocol, chat"
)


def subprotocols(evidence: Evidence) -> bytes:
    """The offer for the probe with subprotocols: the server's hint, or usual names."""
    replies = (evidence.reply, evidence.replies.get("plain-get"))
    texts = [reply.body[:16384] for reply in replies if reply] + [evidence.target.resource.encode("ascii", "replace")]
    return next((offer for hint, offer in _HINTS for text in texts if re.search(hint, text)), _USUAL)


def wanted(evidence: Evidence) -> tuple[str, ...]:
    """The names of the probes that are still to be made, the most telling first; none once the server says 429."""
    if evidence.status == 429 or evidence.limited:
        return ()
    if evidence.sent.faults:
        return ()  # a crafted request explains its refusal by itself
    if evidence.sent.illegal and not evidence.switching:
        # Every other probe would leave the illegal value out, and seem to open by what it changes.
        return tuple(name for name in ("plain-get", "other-key") if name not in evidence.made)
    return tuple(dict.fromkeys(name for name in _wanted(evidence) if name not in evidence.made))


def _wanted(evidence: Evidence) -> Iterator[str]:
    if evidence.switching:
        yield from _behind_101(evidence)
    elif evidence.reply is None:
        yield from _without_reply(evidence)
    elif evidence.status is None:
        yield from () if evidence.target.secure else ("other-scheme",)
    else:
        yield from _refused(evidence, evidence.status)


def _behind_101(evidence: Evidence) -> Iterator[str]:
    if evidence.problem("accept", "wrong", "malformed") and not evidence.problem("replay"):
        yield "other-key"
    tunnel = evidence.main.tunnel
    if tunnel is not None and tunnel.ping is not None and evidence.problem("close", "cut"):
        yield "without-ping"
    offered = bool(evidence.asked("Sec-WebSocket-Extensions"))
    if offered and evidence.problem("frames"):
        yield "without-extensions"
    # What browsers offer was not offered here: behind an intermediary that shows itself, it may fail for them alone.
    if not offered and evidence.passed and evidence.reply is not None and evidence.reply.has("Via"):
        yield "with-extensions"


def _without_reply(evidence: Evidence) -> Iterator[str]:
    failure = evidence.failure
    if failure is None or failure.stage == "dns":
        return
    if (
        evidence.proxy is not None
        and evidence.proxy_origin not in ("", "-x")
        and failure.stage in ("proxy", "read", "tls")
    ):
        yield "without-proxy"
    if failure.stage == "tcp" and failure.kind == "refused":
        yield "other-family"
    if failure.stage == "tls":
        yield from _tls_failed(failure.kind)
    if failure.stage == "read" or (failure.stage == "send" and failure.kind != "timeout"):
        yield from _nothing_read(evidence)


def _tls_failed(kind: str) -> Iterator[str]:
    if kind in ("protocol", "timeout", "closed", "other"):
        yield "other-scheme"
    if kind in ("alert", "closed"):
        yield "h2-hello"


def _nothing_read(evidence: Evidence) -> Iterator[str]:
    tls = evidence.main.tls
    yield "plain-get"
    if not evidence.target.secure:
        yield "other-scheme"
    elif tls is not None and tls.alpn != "http/1.1":
        yield "h2-hello"
    if _other_speaks_tls(evidence):
        return
    yield "socketio"
    if evidence.failed("read", "closed") and evidence.silent("plain-get"):
        yield from ("without-host", "beside")
    engine = evidence.replies.get("socketio")
    if engine is not None and engine.says(r"^0\{\"sid\":"):
        return  # that explains it
    if "plain-get" in evidence.replies and "socketio" in evidence.made:
        yield from ("version-99", "with-subprotocol")
    yield "other-address"


def _other_speaks_tls(evidence: Evidence) -> bool:
    other = evidence.made.get("other-scheme")
    return other is not None and other.tls is not None


def _refused(evidence: Evidence, status: int) -> Iterator[str]:
    reply = evidence.reply
    if reply is None or status == 407:
        return
    if status in REDIRECTS:
        path = evidence.target.resource.partition("?")[0]
        if reply.field("Location").partition("?")[0].rstrip("/").endswith(path.rstrip("/")):
            yield "slash"
        return
    if status in (413, 414, 431, 494) or reply.says("too large|too long|too big"):
        yield from ["without-cookie"] if evidence.asked("Cookie") else []
        return
    if reply.says("HTTPS port|HTTPS server|SSL-enabled"):
        yield "other-scheme"
        return
    yield "plain-get"
    if garbled(evidence) or lacking(evidence):
        yield from _hidden(evidence)
        return
    if own_page(reply) is None or status not in (401, 502, 503, 504):
        yield "version-99"
    if "/socket.io" in evidence.path or reply.says(r'^\s*\{"code":[0-5],"message":"|cannot get /'):
        yield "socketio"
    if status == 502 and evidence.alike is False:
        yield "socketio"  # which closes what is not for its path
    if reply.says("sub-?protocol") and not evidence.opens("with-subprotocol"):
        yield "with-subprotocol"
    yield from _by_status(evidence, status)


def _hidden(evidence: Evidence) -> Iterator[str]:
    """A broken request, where nothing shows yet who stands in front."""
    if intermediary(evidence) is None:
        yield "without-host"


def _by_status(evidence: Evidence, status: int) -> Iterator[str]:
    if evidence.alike and (status in (400, 404, 426) or 200 <= status < 300):
        yield from _hidden(evidence)
    if status in (400, 401, 403, 404):
        yield from _origins(evidence)
    if status == 403:
        yield "browser-agent"
    if evidence.asked("Cookie") and status in (400, 500, 502, 520):
        yield "without-cookie"
    plain = evidence.replies.get("plain-get")
    if plain is None:
        return
    told = unseen(evidence) is not None
    bare = application(evidence) is not None and intermediary(evidence) is None
    if evidence.alike and (status in (400, 404, 426) or 200 <= status < 300) and not bare:
        # A cache that stored this URL's reply looks like a proxy that drops the upgrade; it leaves a mark of its own.
        yield "fresh-query"
    if told or status == 426:
        return
    if status in (404, 500) or (status == 403 and plain.status == 404):
        yield "slash"
    if 200 <= status < 300 or status in (403, 404, 500) or evidence.opens("slash"):
        yield "beside"
    elsewhere = evidence.seen and "/socket.io" not in evidence.path  # Socket.IO says itself what it misses
    if status in (400, 501) and elsewhere:
        yield "with-subprotocol"
    if status in (403, 404, 500) and own_page(evidence.reply) is None:
        yield "socketio"
    nothing = 200 <= status < 300 and evidence.reply is not None and not evidence.reply.body.strip()
    unrouted = status in (404, 403) and plain.status == 404 and not _everywhere(evidence)
    if nothing or unrouted or (status == 400 and elsewhere and not evidence.opened):
        yield "usual-path"


def _origins(evidence: Evidence) -> Iterator[str]:
    """Another Origin, unless the reply is plainly an intermediary's own."""
    if evidence.status in (400, 404) and (own_page(evidence.reply) or unseen(evidence)):
        return
    if evidence.status == 404 and intermediary(evidence) and evidence.alike and not _rails(evidence):
        return
    own = evidence.target.origin
    if evidence.asked("Origin") != own:
        yield "own-origin"
    if evidence.asked("Origin"):
        yield "without-origin"


def _rails(evidence: Evidence) -> bool:
    """Whether the 404 may be Action Cable's, which is what it says to a foreign Origin."""
    return evidence.reply is not None and re.fullmatch(rb"\s*(?:Page not found)?\s*", evidence.reply.body) is not None


def _everywhere(evidence: Evidence) -> bool:
    """Whether a nonsense path is a proxy's own page as well: then no usual path will do better."""
    beside = evidence.replies.get("beside")
    return (
        beside is not None
        and evidence.reply is not None
        and same_reply(beside, evidence.reply)
        and bool(own_page(beside))
    )
