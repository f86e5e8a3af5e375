"""Sec-WebSocket-Extensions: lists off the grammar, unknown and dead extensions, one line of several (RFC 6455 §9)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.core.deflate import NAME, offer_is_valid
from wscheck.lab.leniencies import Leniency, named_lines, ruled, told, without
from wscheck.lab.negotiate import negotiate
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, right_extensions
from wscheck.lab.rules import bad
from wscheck.lab.script import Draft


def _known(*names: bytes) -> Callable[[Request], tuple[bytes, ...]]:
    """The right acceptance, and extensions of these names as well, whatever their parameters."""

    def extensions(request: Request) -> tuple[bytes, ...]:
        return (*right_extensions(request), *(offer.name for offer in request.offers if offer.name in names))

    return extensions


def _refusing(request: Request) -> Draft | None:
    """400 for an offer that is to be declined."""
    wrong = any(offer.name != NAME or not offer_is_valid(offer) for offer in request.offers)
    return bad(request, "An extension is not to my taste.") if wrong else None


_GRAMMAR = (
    "extension-double-semicolon extension-no-name extension-only-value extension-quoted-blank extension-no-value "
    "extension-open-quote"
)
_DEAD = (
    "extension-dead-x-webkit-deflate-frame extension-dead-deflate-frame extension-dead-permessage-bzip2 "
    "extension-dead-mux"
)

LENIENCIES = (
    Leniency(
        "lenient-extension-grammar",
        "passes over a list of extensions that cannot be read",
        told(fail=_GRAMMAR),
        without("extensions"),
    ),
    Leniency(
        "lenient-extension-refused",
        "refuses a handshake in place of declining an extension",
        told(
            skip="deflate-second-line",
            warn=f"extension-unknown {_DEAD} deflate-undefined deflate-fallback",
        ),
        ruled("taste", _refusing),
    ),
    Leniency(
        "lenient-extension-unknown",
        "accepts an extension that it cannot know",
        told(fail="extension-unknown"),
        STRICT._replace(extensions=_known(b"x-unknown.invalid")),
    ),
    Leniency(
        "lenient-extension-dead",
        "accepts extensions that were never registered",
        told(info=_DEAD),
        STRICT._replace(extensions=_known(b"x-webkit-deflate-frame", b"deflate-frame", b"permessage-bzip2", b"mux")),
    ),
    Leniency(
        "lenient-extension-head",
        "looks at the first extension of an offer and at no other",
        told(skip="deflate-second-line", warn="deflate-fallback"),
        STRICT._replace(extensions=lambda request: negotiate(request.offers[:1])),
    ),
    Leniency(
        "lenient-extension-first-line",
        "reads the first line of extensions",
        told(fail="deflate-second-line"),
        STRICT._replace(
            extensions=lambda request: right_extensions(named_lines(b"Sec-WebSocket-Extensions", 0)(request))
        ),
    ),
)
