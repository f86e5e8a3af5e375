"""Connections that stand and bring no reply in time."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import application
from wscheck.causes.recipes import UPGRADE
from wscheck.causes.sentences import brings, detail
from wscheck.core.evidence import Evidence


def dead(evidence: Evidence, *kinds: str) -> bool:
    if evidence.failed("tls", *kinds):
        # Where plain HTTP is answered, the port is a plain one; where TLS stands without h1, it is h2's.
        return "other-scheme" not in evidence.replies and not _greets_h2(evidence)
    return evidence.failed("read", *kinds) or evidence.failed("send", *kinds)


def _greets_h2(evidence: Evidence) -> bool:
    hello = evidence.made.get("h2-hello")
    return hello is not None and hello.tls is not None


def still_sending(evidence: Evidence) -> Found | None:
    """The request itself took all the time there was."""
    if not evidence.failed("send", "timeout"):
        return None
    return Found(
        0.97,
        "The request was not out when the time was over: nothing is known of the server.",
        (detail(evidence),),
        ("Allow more time (-m, --max-time), a shorter --drip, or fewer pieces with --cut.",),
    )


_WAITS = (
    "Look at what the application does before it accepts: it waits for something (a database, a token service, a lock, "
    "a task that never ends). Accept or refuse first, or bound that wait; its log shows where it stands."
)
_IGNORES = (
    "Let the server's upgrade handler refuse what it does not know (a Node upgrade listener that ignores a request "
    "leaves it open for ever), and check path and subprotocol: hot reload servers ignore foreign ones (Vite wants "
    "vite-hmr)."
)
_OTHER_PORT = (
    "A port that speaks another protocol waits too: check the port, and wss:// in place of ws://.",
    "    ss -ltnp",
)


def _hands_on(evidence: Evidence) -> bool:
    """Whether the server hands each upgrade to the application, so that silence is the application's."""
    app = application(evidence)
    return app is not None and app.id in ("uvicorn", "daphne", "hypercorn", "websockets", "aiohttp", "tornado")


def no_reply(evidence: Evidence) -> Found | None:
    """Taken, and never answered."""
    if not dead(evidence, "timeout") or evidence.failed("send"):
        return None
    plain = evidence.replies.get("plain-get")
    if plain is not None:
        summary = (
            "The server did not answer the upgrade, though it answers a plain GET: nobody takes upgrades at this path."
        )
    else:
        summary = (
            "The server took the connection and did not answer the TLS hello: no reply until the time-out."
            if evidence.failed("tls")
            else "The server took the request and did not answer: no reply until the time-out."
        )
    return Found(
        0.85,
        summary,
        (
            detail(evidence),
            brings(evidence, "plain-get"),
            brings(evidence, "other-scheme"),
            brings(evidence, "socketio"),
        ),
        (
            "Look at the process behind the port: a hung worker, a blocked event loop, all workers busy; its log "
            "for this moment."
            if plain is None
            else _WAITS
            if _hands_on(evidence)
            else _IGNORES,
            *(() if plain is None or _hands_on(evidence) else UPGRADE["node-proxy"]),
            *(_OTHER_PORT if plain is None else ()),
        ),
        (
            "--head-timeout 60s shows whether it is only slow."
            if plain is None
            else "--subprotocol NAME, if the server wants one.",
        ),
    )


CAUSES = (
    Cause(
        "still-sending",
        "The request was not sent in time",
        "client",
        "A request that is sent in pieces with pauses can take longer than the probe has.",
        ("stage send, kind timeout",),
        ("Allow more time, or send faster.",),
        ("--dry-run shows the pieces and the pauses.",),
        still_sending,
    ),
    Cause(
        "no-reply",
        "The server does not answer",
        "network",
        "The request was taken, and no reply came in time.",
        ("a time-out after the connection stood",),
        ("Read the server's log; look for a hung worker.",),
        ("A plain GET hangs as well, or is answered: then nobody takes upgrades.",),
        no_reply,
    ),
)
