"""Sec-WebSocket-Accept: wrongly computed, or the answer to another handshake."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.known.edge import cache_mark
from wscheck.causes.products import intermediary, who
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence
from wscheck.core.key import accept_for, accept_mistake
from wscheck.core.reply import Reply
from wscheck.core.report import Problem
from wscheck.core.visible import visible

# In each of the usual languages, the right computation.
_RIGHT = (
    "Compute it from the key as it was sent, with the GUID behind it, and base64-encode the 20 binary "
    "octets of the digest:",
    '    base64(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))',
    "    base64.b64encode(hashlib.sha1(key + GUID).digest())           # Python: digest(), not hexdigest()",
    "    crypto.createHash('sha1').update(key + GUID).digest('base64') // Node",
    "To check: wscheck accept KEY --verify VALUE.",
)


def _value(reply: Reply | None) -> bytes | None:
    fields = reply.answer.all(b"Sec-WebSocket-Accept") if reply and reply.answer.switching else ()
    return fields[0].value if len(fields) == 1 else None


def _again(evidence: Evidence) -> tuple[bytes | None, bool]:
    """The Accept that another key got, and whether that one is right."""
    reply = evidence.replies.get("other-key")
    value = _value(reply)
    key = reply.answer.sent.key if reply else None
    return value, value is not None and key is not None and value == accept_for(key).encode()


def _constant(evidence: Evidence) -> bool:
    """Whether two keys get one answer: two exchanges show it, or the check `replay` found it."""
    value, again = _value(evidence.reply), _again(evidence)[0]
    return (value is not None and value == again) or evidence.problem("replay", "constant", "replayed") is not None


def wrong(evidence: Evidence) -> Found | None:
    """A 101 whose Accept does not answer the key."""
    problem = evidence.problem("accept")
    if not evidence.switching or evidence.sent.key is None:
        return None
    if problem is None or problem.level != "error":
        return _second(evidence)
    value, key = _value(evidence.reply), evidence.sent.key
    mistake = accept_mistake(key, value) if value else None
    constant = _constant(evidence)
    hard_coded = mistake is not None and mistake[0] == "sample-constant"
    shown = visible(value, 60) if value is not None else "(none)"
    return Found(
        0.7 if hard_coded else 0.55 if constant else 0.95,
        _summary(problem, mistake),
        (
            f"Key {visible(key, 60)} has to be answered by {accept_for(key)}; the 101 says {shown}.",
            _another_key(evidence, known=mistake is not None),
            _between(evidence) if mistake is None else "",
            who(evidence),
        ),
        (
            *_RIGHT,
            *(
                ()
                if mistake or problem.code == "missing"
                else ("Where the server itself is right, let the proxy pass Sec-WebSocket-Key on as it came.",)
            ),
        ),
        ()
        if mistake
        else (
            "The server itself, without the proxy, tells whether the key is changed on the way: --resolve "
            "HOST:PORT:ADDRESS.",
        ),
    )


def _another_key(evidence: Evidence, *, known: bool) -> str:
    """What the answer to another key tells; `known` is whether the mistake is."""
    again, right = _again(evidence)
    if _constant(evidence):
        return "Another key gets the same value: it is not computed from the key."
    if right:
        return "Another key gets a right answer: this one was the answer to another handshake, or was cut on its way."
    if not again:
        return ""
    fault = "the computation is at fault" if known else "it is computed wrongly, or from another key"
    return f"Another key gets another value, which is wrong as well: {fault}."


def _between(evidence: Evidence) -> str:
    """Who stands between, and may have answered for the server."""
    via = evidence.reply.field("Via") if evidence.reply else ""
    proxy = intermediary(evidence)
    if not via and proxy is None:
        return ""
    return (
        f"{f'Via: {via}' if via else proxy.name if proxy else ''} shows an intermediary: one that opens a handshake of "
        "its own on the other side has to answer this key, and not with the server's answer."
    )


def _summary(problem: Problem, mistake: tuple[str, str] | None) -> str:
    if problem.code == "missing":
        return "The 101 has no Sec-WebSocket-Accept: the server does not answer the key, or a proxy drops the field."
    if mistake is None:
        return f"Sec-WebSocket-Accept is wrong: {problem.message}."
    return f"The server computes Sec-WebSocket-Accept wrongly: {mistake[1]}."


def _second(evidence: Evidence) -> Found | None:
    """The first answer is right, and a second key's is not."""
    problem = evidence.problem("replay", "second-wrong")
    if problem is None:
        return None
    return Found(
        0.8,
        "The server answers one key rightly and a second one wrongly: it keeps state between handshakes.",
        (problem.message[0].upper() + problem.message[1:] + ".", who(evidence)),
        ("Compute Sec-WebSocket-Accept anew for each handshake; share no buffer between connections.", *_RIGHT),
    )


_CONSTANT = "A server that answers with a constant has to compute the value from each key."
_NO_CACHE = (
    "Never store a 101: let handshakes pass the cache, and empty what is stored. nginx:",
    "    proxy_cache_bypass $http_upgrade;",
    "    proxy_no_cache $http_upgrade;",
)


def replayed(evidence: Evidence) -> Found | None:
    """A 101 that is the answer to an earlier handshake."""
    if not evidence.switching or not _constant(evidence):
        return None
    if evidence.problem("accept") is None and evidence.problem("replay", "constant", "replayed") is None:
        return None
    value, key = _value(evidence.reply), evidence.sent.key
    mistake = accept_mistake(key, value) if value and key else None
    sample = mistake is not None and mistake[0] == "sample-constant"
    mark = cache_mark(evidence.reply)
    return Found(
        0.8 if sample and not mark else 0.93,
        "The 101 is replayed: two keys get the same Sec-WebSocket-Accept, so a cache (or a constant in the "
        "server) answers.",
        (
            brings(evidence, "other-key"),
            f"Both 101 say Sec-WebSocket-Accept: {visible(value, 60)}." if value else "",
            "It is the answer to the sample key of RFC 6455 §1.3: a constant in the server, or a recorded reply."
            if sample
            else "",
            f"The reply has the mark of a cache: {mark}." if mark else "",
            who(evidence),
        ),
        (*((_CONSTANT, *_NO_CACHE) if sample and not mark else (*_NO_CACHE, _CONSTANT)),),
        ("The server itself, without the cache, decides between the two: --resolve HOST:PORT:ADDRESS.",),
    )


CAUSES = (
    Cause(
        "wrong-accept",
        "The server computes Sec-WebSocket-Accept wrongly",
        "protocol",
        "Accept is base64 of the SHA-1 over the key's text and the GUID. Servers written by hand hash the decoded key, "
        "leave the GUID out, write hex, or cut the text.",
        ("101, and every client refuses it", "Chromium: Incorrect 'Sec-WebSocket-Accept' header value"),
        _RIGHT,
        ("wscheck accept KEY --verify VALUE names the mistake.",),
        wrong,
    ),
    Cause(
        "cached-101",
        "The 101 is the answer to an earlier handshake",
        "proxy",
        "A cache stored a 101, or the server answers with a constant: what the key is there to find out.",
        ("101 with the same Accept for different keys",),
        ("Keep handshakes out of the cache; compute the value anew.",),
        ("Two probes get the same Accept.",),
        replayed,
    ),
)
