"""Applications that saw the handshake and refuse it before they accept."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.complaints import consumer_refused, contradicted
from wscheck.causes.known.paths import ordinary_route
from wscheck.causes.products import Product, bare_page, own_page, who
from wscheck.causes.sentences import answered, compared, unmoved
from wscheck.core.evidence import Evidence


def rejected(evidence: Evidence) -> Found | None:
    """A refusal by the application, before it accepted."""
    reply, status = evidence.reply, evidence.status
    if reply is None or status not in (400, 401, 403, 404, 406) or evidence.sent.faults:
        return None
    if status == 401 and reply.has("WWW-Authenticate"):
        return None
    page = own_page(reply)
    if status == 401 and page:
        return _asked_elsewhere(evidence, page)
    if (
        (page and not bare_page(evidence))
        or evidence.opened
        or contradicted(evidence)
        or (evidence.alike and status not in (401, 403))
    ):
        return None
    confidence, why = _by_application(evidence)
    if confidence is None:
        return None
    sent = evidence.credentials
    return Found(
        confidence,
        f"{status}: the application rejects the handshake before it accepts: credentials, session or a rule "
        f"of its own.",
        (
            answered(evidence),
            compared(evidence),
            unmoved(evidence),
            why,
            f"Sent along, and not accepted: {', '.join(sent)}."
            if sent
            else "No credentials were sent: no Authorization, no cookie, no query.",
            who(evidence),
        ),
        (
            "Send what the application wants: a token, a cookie of the session, the right Origin:",
            "    wscheck probe --oauth2-bearer TOKEN …",
            "    wscheck probe -b 'session=…' --origin https://app.example.com …",
            "Its log for this moment tells why it refused: ws calls verifyClient or the upgrade handler, Starlette and "
            "Channels close() before accept(), Spring an interceptor, Socket.IO a middleware.",
        ),
        ("The application's log decides between a refusal and a missing route: from outside they look alike.",)
        if why == _LOOKS_ALIKE
        else (),
    )


def _asked_elsewhere(evidence: Evidence, page: Product) -> Found:
    """401 by a proxy that wants no password: it asks another service who may come in."""
    sent = evidence.credentials
    return Found(
        0.8,
        f"401 by {page.name} itself, and no password is asked for: most likely another service checks the session or "
        "token.",
        (
            answered(evidence),
            compared(evidence),
            f"Sent along, and not accepted: {', '.join(sent)}." if sent else "Neither cookie nor token was sent.",
            who(evidence),
        ),
        (
            "Send what a signed-in client has: the session's cookie or a token:",
            "    wscheck probe -b 'session=…' …",
            "    wscheck probe --oauth2-bearer TOKEN …",
            "Or take the path of the socket out of the check (nginx auth_request, Traefik forwardAuth, Caddy "
            "forward_auth), and let the application check it:",
            "    location /chat { auth_request off; }",
        ),
        ("With valid credentials it opens; the log of the service that is asked tells why it refused.",),
    )


_LOOKS_ALIKE = "A route that is missing looks the same."


def _by_application(evidence: Evidence) -> tuple[float | None, str]:
    reply, status, plain = evidence.reply, evidence.status, evidence.replies.get("plain-get")
    if reply is None:
        return None, ""
    worded = reply.says(
        r"(?:un)?authori[sz]ed|token|credential|session|forbidden|permission|access denied|not allowed|login"
    )
    if status == 401:
        return (
            0.86 if evidence.seen else 0.7
        ), "There is no WWW-Authenticate: a refusal by code, and not by a password dialogue."
    if status == 403:
        if evidence.alike:
            return (0.5 if not evidence.seen else 0.6), ""
        if (plain is not None and plain.status == 404 and not reply.body) or ordinary_route(evidence):
            return (0.64 if evidence.credentials else 0.55), "" if consumer_refused(reply) else _LOOKS_ALIKE
        return 0.68, ""
    if status == 400 and evidence.seen:
        return (0.6 if worded else 0.4), ""
    return (0.35 if evidence.seen and worded else None), ""


CAUSES = (
    Cause(
        "app-rejected",
        "The application rejects the handshake",
        "app",
        "The WebSocket server saw the upgrade and refused: a token, a cookie, a session, or a rule of its own.",
        (
            "401 without WWW-Authenticate",
            "403 while a plain GET brings something else",
            "400 with a text of the application",
        ),
        ("Send what it wants (-b, --oauth2-bearer, --origin); its log tells why.",),
        ("The log of the application; with valid credentials it opens.",),
        rejected,
    ),
)
