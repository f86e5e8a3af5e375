"""Redirects: no browser and hardly any library follows one during the opening handshake."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from wscheck.causes import Cause, Found, Judge
from wscheck.causes.products import who
from wscheck.causes.sentences import answered, brings
from wscheck.core.answer import REDIRECTS
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible

_LONGEST = 2000  # octets of a Location that is looked at
_LOGIN = re.compile(
    r"(?i)(?:^|[/.?&=_-])(?:log-?in|sign-?in|sso|oauth2?|oidc|openid[\w-]*|saml2?|cas|auth|authorize|authenticate|accounts?|session/new|idp)"
    r"(?:$|[/.?&=_:-])"
)


class _Location(NamedTuple):
    """Where a redirect leads, joined with the URL that it came for; `text` is the field as it came."""

    text: str
    scheme: str
    authority: str
    host: str
    port: int
    path: str
    query: str


def _location(evidence: Evidence) -> _Location | None:
    if evidence.status not in REDIRECTS or evidence.reply is None:
        return None
    fields = evidence.reply.answer.all(b"Location")
    if not fields or not fields[0].value or len(fields[0].value) > _LONGEST:
        return None
    target = evidence.target
    try:
        found = urlsplit(urljoin(target.origin + target.resource, visible(fields[0].value, _LONGEST)))
        authority, path = found.netloc.rpartition("@")[2].lower(), found.path or "/"
        port = found.port or (443 if found.scheme in ("https", "wss") else 80)
        host = found.hostname or ""
    except ValueError:  # an authority that is none
        return None
    query = f"?{found.query}" if found.query else ""
    return _Location(visible(fields[0].value, 200), found.scheme, authority, host, port, path, query)


def _here(evidence: Evidence, location: _Location) -> bool:
    """Whether it stays on this host; on its port as well, unless the scheme is another one."""
    target = evidence.target
    same_port = location.port == target.port or _secure(location) is not target.secure
    return location.host == target.host.strip("[]").lower() and same_port


def _line(evidence: Evidence, location: _Location) -> str:
    return f"The reply is {evidence.status}, a redirect with Location: {location.text}"


def _secure(location: _Location) -> bool:
    return location.scheme in ("https", "wss")


def slash(evidence: Evidence) -> Found | None:
    """To the same URL with a slash more or less at its end."""
    location = _location(evidence)
    if location is None or not _here(evidence, location):
        return None
    path = evidence.target.resource.partition("?")[0]
    if location.path == path or location.path.rstrip("/") != path.rstrip("/"):
        return None
    opens = evidence.opens("slash")
    word = "with" if location.path.endswith("/") else "without"
    url = f"{'wss' if _secure(location) else 'ws'}://{location.authority}{location.path}{location.query}"
    return Found(
        0.97 if opens else 0.9,
        f"The path lacks its trailing slash: the server redirects to {location.path}, and clients do not follow."
        if word == "with"
        else f"The path has a trailing slash too many: the server redirects to {location.path}, and clients do "
        f"not follow.",
        (_line(evidence, location), brings(evidence, "slash"), who(evidence)),
        (
            f"Use the URL {word} the slash:",
            f"    {url}",
            "Or let both work. nginx: the prefix without the slash at the end (location /ws, not location /ws/); "
            "Django: "
            "APPEND_SLASH; FastAPI: redirect_slashes=False.",
        ),
    )


def https(evidence: Evidence) -> Found | None:
    """From the plain port to https."""
    location = _location(evidence)
    if location is None or evidence.target.secure or not _secure(location) or _login(evidence, location):
        return None
    url = f"wss://{location.authority}{location.path}{location.query}"
    return Found(
        0.95,
        "The plain port redirects to https: this site wants wss://, and clients follow no redirect in a handshake.",
        (_line(evidence, location), who(evidence)),
        (
            "Use wss:// in the client:",
            f"    {url}",
            "In a page take the scheme from the page itself:",
            "    new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/chat')",
        ),
    )


def _login(evidence: Evidence, location: _Location) -> bool:
    before = evidence.target.host + evidence.target.resource.partition("?")[0]
    after = location.host + location.path + location.query
    return bool(_LOGIN.search(after)) and not _LOGIN.search(before)


def login(evidence: Evidence) -> Found | None:
    """To a page that asks who you are."""
    location = _location(evidence)
    if location is None or not _login(evidence, location):
        return None
    came = evidence.asked("Cookie") or evidence.asked("Authorization")
    return Found(
        0.93,
        "The server redirects to a login page: the handshake carries no valid session.",
        (
            _line(evidence, location),
            "A cookie or a token was sent, and it is not accepted." if came else "Neither cookie nor token was sent.",
        ),
        (
            "Send what the page has: the session cookie (-b 'session=…'), or a token (--oauth2-bearer).",
            "A browser sends the cookies of this host by itself, but not those of another site, nor with "
            "SameSite in the way.",
            "Or take the path of the socket out of the login of the proxy (oauth2-proxy: --skip-auth-route), and "
            "let the "
            "application check it.",
        ),
    )


def elsewhere(evidence: Evidence) -> Found | None:
    """Any other redirect."""
    location = _location(evidence)
    if location is None or slash(evidence) or https(evidence) or login(evidence):
        return None
    url = f"{'wss' if _secure(location) else 'ws'}://{location.authority}{location.path}{location.query}"
    return Found(
        0.85,
        f"The server redirects to {location.text}, and clients follow no redirect in a handshake.",
        (_line(evidence, location), answered(evidence), who(evidence)),
        ("Use the URL that it leads to, if the socket lives there:", f"    {url}", "wscheck follows it with -L."),
    )


def _cause(id_: str, title: str, what: str, symptom: str, fix: tuple[str, ...], judge: Judge) -> Cause:
    confirm = ("The URL behind Location, as ws:// or wss://, opens (-L follows it).",)
    return Cause(id_, title, "app", what, (symptom,), fix, confirm, judge)


CAUSES = (
    _cause(
        "redirect-trailing-slash",
        "A redirect that adds or removes the trailing slash",
        "Frameworks and nginx redirect /ws to /ws/. Browsers and libraries do not follow redirects in a handshake.",
        "301, 307 or 308 with a Location that differs by a slash",
        ("Use the URL with the slash.",),
        slash,
    ),
    _cause(
        "redirect-to-https",
        "The plain port redirects to https",
        "The site wants TLS and redirects everything, handshakes as well, which no client follows.",
        "301 or 308 with a Location of https",
        ("Use wss:// in the client.",),
        https,
    ),
    _cause(
        "redirect-to-login",
        "A redirect to a login page",
        "A single sign-on or a framework sends everyone without a session to a page.",
        "302 with a Location that names login, auth, sso …",
        ("Send the session's cookie or a token, or take the path out of the login.",),
        login,
    ),
    _cause(
        "redirected",
        "A redirect to another URL",
        "The endpoint has moved, or a proxy has a canonical host. No client follows redirects in a handshake.",
        "301, 302, 307 or 308",
        ("Use the URL that Location names.",),
        elsewhere,
    ),
)
