"""The check of the Origin: which pages may open a connection."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import consumer_refused
from wscheck.causes.products import application, own_page, who
from wscheck.causes.recipes import ORIGIN, every
from wscheck.causes.sentences import answered, brings, compared, unmoved
from wscheck.core.evidence import Evidence
from wscheck.core.reply import Reply

# "origin server" is the server behind a cache, and no Origin.
_WORDS = r"[^.<]{0,60}\b(?:cross[- ]origin|origin)\b(?! server)[^.<]{0,60}"


def rejected(evidence: Evidence) -> Found | None:
    """Another Origin is answered in another way, or the reply speaks of it."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status is None or status not in (400, 401, 403, 404, 406) or evidence.sent.faults:
        return None
    origin = evidence.asked("Origin")
    opened = next((name for name in ("own-origin", "without-origin") if evidence.opens(name)), None)
    said = reply.says(_WORDS) if status in (400, 401, 403) else None
    confidence = 0.97 if opened else _suspected(evidence, reply, origin, said)
    if confidence is None:
        return None
    software = _software(evidence, reply)
    sent = f'the Origin "{origin}"' if origin else "a handshake without Origin"
    return Found(
        confidence,
        f"{status}: the server does not allow {sent}.",
        (
            answered(evidence),
            f'It says "{said.strip()}".' if said else "",
            brings(evidence, "own-origin"),
            brings(evidence, "without-origin"),
            compared(evidence) if not opened else "",
            unmoved(evidence) if not opened else "",
            _why(evidence, software, opened),
            who(evidence),
        ),
        (
            "Add the page's Origin (scheme, host and port) to the server's allowed origins"
            + (f": {origin}." if origin else "; a client that is no browser has to send one of them (--origin)."),
            *(ORIGIN[software] if software in ORIGIN else _all()),
            *(ORIGIN["proxy"] if software not in ("daphne", "cowboy", "rack", "socketio") else ()),
        ),
        ()
        if opened
        else (
            "With the Origin of the allowed page it opens: --origin https://APP. The allow-list cannot be "
            "guessed from outside.",
        ),
    )


def _suspected(evidence: Evidence, reply: Reply, origin: str, said: str | None) -> float | None:
    """The confidence where no other Origin opens."""
    if said and not own_page(reply):
        return 0.9
    if evidence.status == 401 and origin and evidence.seen and not reply.has("WWW-Authenticate"):
        return 0.4  # ws says 401 for whatever its verifyClient refuses
    if evidence.status != 403 or own_page(reply) or evidence.alike:
        return None
    if consumer_refused(reply):  # the validator refuses a missing one too
        return 0.75 if origin else 0.6
    # gorilla lists its version in each refusal; its 403 is the check of the Origin, which lets a missing one in.
    if "13" in reply.versions and origin:
        return 0.8
    if not origin:
        return 0.3 if evidence.seen else None
    plain = evidence.replies.get("plain-get")
    # An ASGI server says no more than this for a missing route.
    return 0.5 if plain is not None and plain.status == 404 and not reply.body else 0.66


def _software(evidence: Evidence, reply: Reply) -> str:
    if consumer_refused(reply):
        return "daphne"
    if reply.says("cross origin websockets not allowed"):
        return "tornado"
    if reply.body.strip() == b"Page not found" and evidence.status == 404:
        return "rack"
    if "13" in reply.versions:
        return "gorilla"
    if "/socket.io" in evidence.path:
        return "socketio"
    app = application(evidence)
    return app.id if app else ""


def _all() -> tuple[str, ...]:
    kept = ("daphne", "tornado", "cowboy", "rack", "spring")
    return tuple(line for name in kept for line in ORIGIN[name])


def _why(evidence: Evidence, software: str, opened: str | None) -> str:
    if software == "daphne":
        return "Django Channels refuses an Origin whose host is not in ALLOWED_HOSTS, and a missing Origin too."
    if opened == "without-origin" and evidence.asked("Origin") and "own-origin" in evidence.replies:
        return "A handshake without Origin is let in; neither this Origin nor the target's own is on the server's list."
    if opened == "own-origin" and evidence.asked("Origin"):
        return (
            "The target's own Origin is let in and this one is not: the server compares it with Host, which a proxy "
            "may have changed, or with a list."
        )
    return ""


CAUSES = (
    Cause(
        "origin-rejected",
        "The server does not allow the Origin",
        "app",
        "Browsers send the page's Origin, and servers check it against a list or against Host, so that foreign pages "
        "cannot use a visitor's cookies. Behind a proxy that changes Host even the right page is foreign.",
        ("403 (Rails Action Cable: 404), for a browser's page only", "403 Access denied from daphne"),
        every(ORIGIN),
        ("With another --origin, or without one, it opens.",),
        rejected,
    ),
)
