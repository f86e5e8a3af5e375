"""State between exchanges, and requests in pieces (RFC 6455 §1.3, RFC 9112 §9, RFC 9110 §5.3)."""

from __future__ import annotations

import re

from wscheck.core.head import head_end
from wscheck.core.key import accept_for
from wscheck.lab.converse import Manners
from wscheck.lab.leniencies import Leniency, ruled, told
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, right_accept
from wscheck.lab.rules import refuse
from wscheck.lab.script import Draft, Script

_NEEDED = (b"sec-websocket-key:", b"sec-websocket-version:")


def _shared(request: Request) -> bytes:
    """The answer to the key that came last, on whatever connection, while this head was coming in."""
    return accept_for(request.latest_key or request.key).encode()


def _cached(request: Request) -> bytes:
    """The second of equal requests in a row gets the answer of the first."""
    return right_accept(request.before if request.before and request.alike == 1 else request)


def _salted(request: Request) -> bytes:
    """A key that comes again gets another answer."""
    again = request.before is not None and request.before.key == request.key
    return accept_for(request.key + b"once more" if again else request.key).encode()


def _before_end(data: bytes) -> int | None:
    """Where the head ends, or where the fields are there that an answer needs."""
    end = head_end(data)
    if end is None and all(re.search(rb"\n%b[^\r\n]+\r" % name, data.lower()) for name in _NEEDED):
        return len(data)
    return end


def _early_http(octets: bytes) -> tuple[bytes, bytes]:
    return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", b""


def _without_close(draft: Draft) -> Draft:
    lines = tuple(line for line in draft.lines if not line.startswith(b"Connection:"))
    upgrade = (b"Connection: Upgrade",) if any(line.startswith(b"Upgrade:") for line in lines) else ()
    return draft._replace(lines=(*lines, *upgrade))


def _keeps_silent(request: Request, draft: Draft) -> Script:
    """A refusal that does not say close, and behind it nothing is read."""
    return _without_close(draft)._replace(end="deaf").script()


def _goes_on(request: Request, draft: Draft) -> Script:
    """A refusal behind which the next request is read, which is right."""
    return _without_close(draft)._replace(end="next").script()


def _second(request: Request) -> Draft | None:
    return refuse(request, b"400 Bad Request", "Not on this connection.") if request.nth > 1 else None


def _login(request: Request) -> Draft | None:
    allowed = bool(request.all(b"Authorization"))
    text = "Say who you are."
    return None if allowed else refuse(request, b"401 Unauthorized", text, b'WWW-Authenticate: Basic realm="lab"')


def _page(request: Request) -> Draft | None:
    """A page for a plain GET; behind a handshake it is another one."""
    if request.all(b"Upgrade") or request.method != b"GET":
        return None
    moved = request.before is not None and bool(request.before.all(b"Upgrade"))
    return refuse(request, b"404 Not Found" if moved else b"200 OK", "A page.", *([b"Age: 7"] if moved else []))


LENIENCIES = (
    Leniency(
        "lenient-key-shared",
        "keeps the key in one variable for all connections",
        told(fail="keys-interleaved"),
        STRICT._replace(accept=_shared),
        alone=True,
    ),
    Leniency(
        "lenient-accept-cached",
        "answers the second of equal requests in a row out of a cache",
        told(fail="keys-two key-trailing-space"),
        STRICT._replace(accept=_cached),
        alone=True,
    ),
    Leniency(
        "lenient-accept-salted",
        "answers a key that comes again in another way",
        told(fail="keys-same"),
        STRICT._replace(accept=_salted),
        alone=True,
    ),
    Leniency(
        "lenient-head-early",
        "answers before the head is whole",
        told(fail="head-dripped head-last-octet", warn="head-1m"),
        STRICT._replace(head_end=_before_end),
    ),
    Leniency(
        "lenient-head-patience",
        "waits for the rest of a head for a moment only",
        told(info="refusals-status"),
        STRICT._replace(patience_s=1.5),
    ),
    Leniency(
        "lenient-early-lost",
        "loses what came with the request",
        told(fail="early-ping"),
        STRICT._replace(manners=Manners(early=lambda octets: (b"", b""))),
    ),
    Leniency(
        "lenient-early-http",
        "takes what came with the request for another request",
        told(fail="early-ping"),
        STRICT._replace(manners=Manners(early=_early_http)),
    ),
    Leniency(
        "lenient-refusal-stuck",
        "keeps the connection of a refusal, and answers nothing on it",
        told(fail="refusal-reused", skip="refusal-closes"),
        STRICT._replace(refuses=_keeps_silent),
    ),
    Leniency(
        "lenient-refusal-kept",
        "keeps the connection of a refusal for the next request, which is right",
        told(skip="refusal-closes"),
        STRICT._replace(refuses=_goes_on),
    ),
    Leniency(
        "lenient-refusal-once",
        "keeps the connection of a refusal, and takes no handshake on it",
        told(fail="refusal-reused", skip="refusal-closes"),
        ruled("once", _second)._replace(refuses=_goes_on),
    ),
    Leniency(
        "lenient-refusal-not-closed",
        "says close, and does not close",
        told(warn="refusal-closes"),
        STRICT._replace(refuses=lambda request, draft: draft._replace(end="deaf").script()),
    ),
    Leniency(
        "lenient-login",
        "asks for credentials, which is right",
        told(),
        ruled("login", _login),
    ),
    Leniency(
        "lenient-page",
        "serves a page at the same path, and disturbs it by a handshake",
        told(info="refusal-cached get-between"),
        ruled("page", _page),
        alone=True,
    ),
)
