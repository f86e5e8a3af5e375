"""The subprotocol: wanted, ignored, or another than was offered."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import lacking
from wscheck.causes.products import intermediary, who
from wscheck.causes.sentences import answered, brings, compared
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,60}")  # of a subprotocol that may stand in a line to copy
_GRAPHQL = (
    "graphql-transport-ws is the name of the library graphql-ws, graphql-ws that of the older "
    "subscriptions-transport-ws."
)


def chosen(evidence: Evidence) -> str:
    """The subprotocol of a probe that offered well-known ones, empty when it chose none that may be copied."""
    reply = evidence.replies.get("with-subprotocol")
    name = reply.field("Sec-WebSocket-Protocol") if reply is not None and reply.status == 101 else ""
    return name if _TOKEN.fullmatch(name) else ""


def required(evidence: Evidence) -> Found | None:
    """No 101 without a subprotocol."""
    reply = evidence.reply
    opens = evidence.opens("with-subprotocol")
    said = (
        reply.says(r"[^.<]{0,60}sub-?protocol[^.<]{0,60}")
        if reply and evidence.status in (400, 403, 406, 426)
        else None
    )
    silence = evidence.failed("read", "timeout", "closed", "reset")
    if evidence.switching or not (opens or said) or not (silence or evidence.status):
        return None
    name = chosen(evidence)
    offered = ", ".join(evidence.offered)
    wanted = name or "NAME"
    return Found(
        0.97 if opens else 0.7 if lacking(evidence) else 0.93,
        "The server insists on a subprotocol: it wants one in Sec-WebSocket-Protocol"
        + (f", and does not know the one offered ({offered})." if offered else ", and none was offered."),
        (
            answered(evidence) or "Without a subprotocol no reply comes.",
            f'It says "{said.strip()}".' if said else "",
            (brings(evidence, "with-subprotocol") + (f" It chose {name}." if name else "")) if opens else "",
            compared(evidence),
            who(evidence),
        ),
        (
            f"Request the subprotocol {name}:"
            if name
            else "Request the subprotocol that the server knows, for example graphql-transport-ws, mqtt, ocpp1.6, "
            "v12.stomp:",
            f"    wscheck probe --subprotocol {wanted} …",
            f"    new WebSocket(url, '{wanted}')",
            "Or let the server accept connections without one.",
            _GRAPHQL if "graphql" in (name + evidence.path).lower() else "",
        ),
        () if name else ("The server's documentation names it; --subprotocol NAME tries it.",),
    )


def _ended(evidence: Evidence) -> int | None:
    tunnel = evidence.main.tunnel
    return tunnel.ending.code if tunnel and tunnel.ending.by == "server" and tunnel.ending.how == "close" else None


def mismatch(evidence: Evidence) -> Found | None:
    """Both ends know subprotocols, and not the same."""
    tunnel = evidence.main.tunnel
    reason = visible(tunnel.ending.reason, 120) if tunnel else ""
    code = _ended(evidence)
    closed = code == 4406 or (code is not None and re.search(r"(?i)sub-?protocol", reason) is not None)
    reply = evidence.reply
    answer = reply.field("Sec-WebSocket-Protocol") if reply and evidence.switching else ""
    graphql = "graphql" in answer and evidence.problem("subprotocol", "not-offered") is not None
    if not (closed or graphql):
        return _refused(evidence)
    offered = ", ".join(evidence.offered) or "none"
    return Found(
        0.96 if closed else 0.75,
        f"The subprotocols do not match: {offered} offered, and the server accepts another.",
        (
            f'The server answered 101 and closed at once with {code}, "{reason}".' if closed else f"It chose {answer}.",
            "It chose no subprotocol in the 101." if closed and not answer else "",
            "4406 is the code of GraphQL over WebSocket for a subprotocol that it does not accept."
            if code == 4406
            else "",
            who(evidence),
        ),
        (
            "Use matching libraries and names on both ends. GraphQL: " + _GRAPHQL,
            "    wscheck probe --subprotocol graphql-transport-ws …",
            "    createClient({ url })          // graphql-ws, in place of SubscriptionClient",
        ),
        ("Another name settles it: --subprotocol graphql-transport-ws, or --subprotocol graphql-ws.",),
    )


def _refused(evidence: Evidence) -> Found | None:
    """A refusal though a subprotocol was offered, by a server that insists on one."""
    insists = required(evidence)
    if insists is None or not evidence.offered:
        return None
    name, offered = chosen(evidence), ", ".join(evidence.offered)
    return Found(
        0.8,
        f"The subprotocols do not match: {offered} offered, and the server accepts "
        + (f"{name}." if name else "others only."),
        insists.evidence,
        ("Use matching libraries and names on both ends.", *insists.fix),
        insists.would_tell,
    )


def not_selected(evidence: Evidence) -> Found | None:
    """A 101 that chooses none of the offered ones."""
    if not evidence.switching or evidence.problem("subprotocol", "none-chosen") is None:
        return None
    offered = ", ".join(evidence.offered)
    return Found(
        0.92,
        f"The server ignores the offered subprotocol ({offered}): browsers (Chromium) and Node refuse such a 101.",
        (
            f"Offered: {offered}. The 101 has no Sec-WebSocket-Protocol.",
            "Firefox and many libraries open it, so it fails for some only.",
            who(evidence),
        ),
        (
            "Let the server choose one of the offered names and send it back. ws, FastAPI, Django Channels:",
            "    new WebSocketServer({ handleProtocols: (offered) => offered.has('chat') ? 'chat' : false })",
            "    await websocket.accept(subprotocol='chat')",
            "    await self.accept('chat')",
            "Where the subprotocol only carries a token, the server still has to answer with one of the names; "
            "or drop it "
            "from the client.",
        ),
        (
            "Without --subprotocol the same handshake shows whether anything else is wrong.",
            "The server itself, without the proxy, shows whether a proxy drops Sec-WebSocket-Protocol: --resolve "
            "HOST:PORT:ADDRESS."
            if intermediary(evidence)
            else "",
        ),
    )


def not_offered(evidence: Evidence) -> Found | None:
    """A 101 that chooses what was not offered."""
    problem = evidence.problem("subprotocol", "unasked", "not-offered", "case-changed", "list", "not-a-token", "empty")
    if not evidence.switching or problem is None or evidence.reply is None:
        return None
    answer = evidence.reply.field("Sec-WebSocket-Protocol") or "(empty)"
    return Found(
        0.93,
        f"The server names a subprotocol that was not offered: {answer}.",
        (
            f"Offered: {', '.join(evidence.offered) or 'none'}. The 101 says Sec-WebSocket-Protocol: {answer}.",
            problem.message[0].upper() + problem.message[1:] + ".",
            who(evidence),
        ),
        (
            "Let the server choose from the offer, spelt as it was offered, and leave Sec-WebSocket-Protocol out when "
            "nothing was offered; or offer that name in the client:",
            f"    new WebSocket(url, '{answer}')" if _TOKEN.fullmatch(answer) else "",
        ),
    )


CAUSES = (
    Cause(
        "subprotocol-required",
        "The server insists on a subprotocol",
        "protocol",
        "Some servers take only connections that offer a subprotocol they know: GraphQL, MQTT, OCPP, STOMP, "
        "hot reload.",
        ("400 with a text on the subprotocol", "silence (Vite's hot reload)"),
        ("Request it:", "    new WebSocket(url, 'graphql-transport-ws')"),
        ("With --subprotocol NAME it opens.",),
        required,
    ),
    Cause(
        "subprotocol-mismatch",
        "Client and server speak different subprotocols",
        "protocol",
        "Both ends negotiate, and not for the same: most often the two GraphQL libraries with their confusing names.",
        ("101, then Close 4406 Subprotocol not acceptable",),
        (_GRAPHQL,),
        ("With the other name it stays open.",),
        mismatch,
    ),
    Cause(
        "subprotocol-not-selected",
        "The server ignores the offered subprotocol",
        "protocol",
        "RFC 6455 lets a server choose none; browsers (Chromium) and Node refuse such a 101 all the same.",
        (
            "101 without Sec-WebSocket-Protocol",
            "Chromium: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
        ),
        ("Choose one of the offered names, or do not offer any.",),
        ("Without an offer it opens in browsers too.",),
        not_selected,
    ),
    Cause(
        "subprotocol-not-offered",
        "The server names a subprotocol that was not offered",
        "protocol",
        "The server answers with a fixed name, another spelling, or the whole list.",
        ("101 with a foreign Sec-WebSocket-Protocol",),
        ("Choose from the offer.",),
        ("Compare the offer with the answer.",),
        not_offered,
    ),
)
