"""Challenges: the server says which credentials it wants."""

from __future__ import annotations

import re

from wscheck.causes import Cause, Found
from wscheck.causes.products import intermediary, who
from wscheck.causes.sentences import answered, brings, probe_line
from wscheck.core.evidence import Evidence

_BROWSERS = "Browsers cannot add the field Authorization to a handshake: a page needs another way."


def _challenge(evidence: Evidence, *schemes: str) -> str | None:
    """The challenge, when one of its schemes is among these."""
    if evidence.status != 401 or evidence.reply is None:
        return None
    text = evidence.reply.field("WWW-Authenticate")
    found = re.match(r"\s*([A-Za-z0-9-]+)", text)
    return text if found and found[1].lower() in schemes else None


def basic(evidence: Evidence) -> Found | None:
    """A password is wanted."""
    challenge = _challenge(evidence, "basic", "digest", "negotiate", "ntlm")
    if challenge is None:
        return None
    sent = evidence.asked("Authorization")
    scheme = challenge.split()[0].rstrip(",")
    flag = "--digest " if scheme.lower() == "digest" else ""
    target = evidence.target
    return Found(
        0.97,
        f"401: the server, or a proxy in front of it, asks for a password ({scheme})"
        + (", and does not accept the one that was sent." if sent else "."),
        (
            f"WWW-Authenticate: {challenge}",
            "Authorization was sent." if sent else "No Authorization was sent.",
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (
            "Give name and password:",
            probe_line(f"{flag}-u USER:PASSWORD", f"{target.scheme}://{target.authority}{evidence.path}"),
            _BROWSERS + " Serve page and socket from one host, so that the browser's remembered password goes along "
            "(Chromium, Firefox), or wss://USER:PASSWORD@host where the client takes it; or take the socket's "
            "path out of "
            "the password and check a cookie or a token in the application:",
            *_OPEN.get(_product(evidence), _OPEN["nginx"]),
        ),
    )


_OPEN = {
    "nginx": ("    location /chat { auth_basic off; }   # nginx",),
    "apache": (
        "    # Apache httpd",
        '    <Location "/chat">',
        "      AuthType None",
        "      Require all granted",
        "    </Location>",
    ),
    "haproxy": ("    http-request auth unless { path_beg /chat }   # HAProxy",),
    "caddy": (
        "    # Caddy (before 2.8: basicauth)",
        "    @closed not path /chat*",
        "    basic_auth @closed {",
        "      …",
        "    }",
    ),
    "lighttpd": ('    $HTTP["url"] =~ "^/chat" { auth.require = () }   # lighttpd',),
    "traefik": ("    # Traefik: a router of its own for /chat, without the middleware basicAuth",),
}


def _product(evidence: Evidence) -> str:
    proxy = intermediary(evidence)
    return proxy.id if proxy else ""


def bearer(evidence: Evidence) -> Found | None:
    """A token is wanted."""
    challenge = _challenge(evidence, "bearer", "token", "dpop", "jwt")
    if challenge is None:
        return None
    sent = evidence.asked("Authorization")
    invalid = "invalid_token" in challenge
    return Found(
        0.97,
        "401: the server wants a bearer token"
        + (", and the one that was sent is invalid or expired." if sent else ", and none was sent in Authorization."),
        (
            f"WWW-Authenticate: {challenge}",
            'error="invalid_token" says that the token is missing, expired or meant for another audience.'
            if invalid
            else "",
            answered(evidence),
            brings(evidence, "plain-get"),
            who(evidence),
        ),
        (
            "Give a valid token:",
            "    wscheck probe --oauth2-bearer TOKEN …",
            _BROWSERS + " Usual are a cookie, a token in the query (?access_token=…, which logs keep), or a "
            "subprotocol that carries it; the server has to look there too.",
        ),
    )


CAUSES = (
    Cause(
        "auth-basic",
        "A password is wanted",
        "app",
        "401 with a challenge for Basic, Digest, NTLM or Negotiate: often a proxy's, set for the whole site.",
        ("401 with WWW-Authenticate: Basic", "Chromium: HTTP Authentication failed; no valid credentials available"),
        ("Give -u USER:PASSWORD; for browsers take the socket's path out of the password.",),
        ("With the password it opens.",),
        basic,
    ),
    Cause(
        "auth-bearer",
        "A bearer token is wanted",
        "app",
        "401 with a challenge for Bearer: the token is missing, expired, or meant for another audience.",
        ('401 with WWW-Authenticate: Bearer, often with error="invalid_token"',),
        ("Give --oauth2-bearer TOKEN; for browsers a cookie, a query parameter, or a subprotocol.",),
        ("With a fresh token it opens.",),
        bearer,
    ),
)
