"""Policy: how origins are compared (RFC 6455 §10.2, RFC 6454). The strict server takes all, as a public one may."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.lab.leniencies import Leniency, ruled, told
from wscheck.lab.leniencies.drafts import spoken
from wscheck.lab.request import Request
from wscheck.lab.respond import Server
from wscheck.lab.rules import refuse
from wscheck.lab.script import Draft

# Whether an Origin may come in, given the server's own.
Passes = Callable[[bytes, bytes], bool]


def own_origin(request: Request) -> bytes:
    """The origin of a page of this server (RFC 6454 §6.2)."""
    hosts = request.all(b"Host")
    return (b"https://" if request.secure else b"http://") + (hosts[0].value if hosts else b"")


def _guarded(passes: Passes = lambda origin, own: False, lets_in: Callable[[Request], bool] | None = None) -> Server:
    """The server that wants its own host names, and its own origin where there is one; `passes` lets others in."""

    def rule(request: Request) -> Draft | None:
        own, origins = own_origin(request), [field.value for field in request.all(b"Origin")]
        right = not origins or (len(origins) == 1 and (origins[0] == own or passes(origins[0], own)))
        if right or (lets_in and lets_in(request)):
            return None
        return refuse(request, b"403 Forbidden", "This origin is not mine.")

    return ruled("origin", rule)


def _host_of(origin: bytes) -> bytes:
    """Scheme and port taken off."""
    rest = origin.partition(b"://")[2]
    host, colon, port = rest.rpartition(b":")
    return host if colon and port.isdigit() else rest


def _first_is_own(request: Request) -> bool:
    return request.all(b"Origin")[0].value == own_origin(request)


def _no_cookie(request: Request) -> Draft | None:
    return None if request.all(b"Cookie") else refuse(request, b"403 Forbidden", "There is no session.")


def _old(request: Request) -> bool:
    return any(field.value == b"8" for field in request.all(b"Sec-WebSocket-Version"))


_ALIKE = "origin-suffix origin-prefix origin-path origin-scheme origin-port origin-subdomain origin-dot origin-userinfo"
_GUARD = "lenient-nothing-guarded"


def _hole(name: str, title: str, warn: str, passes: Passes) -> Leniency:
    return Leniency(f"lenient-origin-{name}", title, told(warn=warn), _guarded(passes), base=_GUARD)


LENIENCIES = (
    Leniency(
        _GUARD,
        "takes its own origin alone, and is lenient in nothing: what the leniencies of origin start from",
        told(ok=f"origin-foreign {_ALIKE} origin-null origin-two hijacking hijacking-potential"),
        _guarded(),
    ),
    _hole("null", "takes the origin 'null'", "origin-null", lambda origin, own: origin == b"null"),
    _hole(
        "prefix",
        "compares the start of an origin",
        "origin-suffix origin-port origin-dot origin-userinfo",
        lambda origin, own: origin.startswith(own.rpartition(b":")[0]),
    ),
    _hole(
        "suffix",
        "compares the end of an origin",
        "origin-prefix origin-scheme origin-subdomain",
        lambda origin, own: origin.endswith(own[7:]),
    ),
    _hole(
        "inside",
        "looks for its host anywhere in an origin",
        _ALIKE,
        lambda origin, own: _host_of(own) in origin,
    ),
    _hole(
        "host",
        "compares the host alone, and neither scheme nor port",
        "origin-scheme origin-port",
        lambda origin, own: _host_of(origin) == _host_of(own),
    ),
    _hole(
        "subdomain",
        "takes every subdomain of its host",
        "origin-subdomain",
        lambda origin, own: _host_of(origin).endswith(b"." + _host_of(own)),
    ),
    _hole(
        "dot",
        "drops a dot behind the host",
        "origin-dot",
        lambda origin, own: origin.replace(b".:", b":") == own,
    ),
    _hole(
        "odd",
        "takes other ways to write its own origin, which is a matter of taste",
        "",
        lambda origin, own: origin.lower().rstrip(b"/") == own or not origin or origin.startswith(own + b" "),
    ),
    Leniency(
        "lenient-origin-first",
        "reads the first of two origins",
        told(warn="origin-two"),
        _guarded(lets_in=_first_is_own),
        base=_GUARD,
    ),
    Leniency(
        "lenient-origin-old",
        "compares origins for version 13, and not for version 8, which it speaks as well",
        told(warn="draft-hybi-08-origin", info="version-8"),
        spoken(b"8", server=_guarded(lets_in=_old)),
        base=_GUARD,
    ),
    Leniency(
        "lenient-origin-cookie",
        "wants a session cookie, and no origin",
        told(warn="hijacking"),
        ruled("cookie", _no_cookie),
    ),
)
