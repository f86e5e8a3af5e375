"""How refusals are made, over all of them (RFC 6455 §4.2.1, §10.7; RFC 9110 §15)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.lab.leniencies import Leniency, lacking, told
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import refuse
from wscheck.lab.script import Draft, Script


def _refusing(edit: Callable[[Request, Draft], Draft]) -> Server:
    """The server whose refusals are made in another way."""
    return STRICT._replace(refuses=lambda request, draft: edit(request, draft).script())


def _crash(request: Request, draft: Draft) -> Draft:
    return refuse(request, b"500 Internal Server Error", "Something broke.")


def _without_upgrade(request: Request, draft: Draft) -> Draft:
    return lacking(draft, b"Upgrade") if b" 426 " in draft.start else draft


def _without_option(request: Request, draft: Draft) -> Draft:
    lines = tuple(b"Connection: close" if line.startswith(b"Connection:") else line for line in draft.lines)
    return draft._replace(lines=lines)


def _too_short(request: Request, draft: Draft) -> Draft:
    kept = lacking(draft, b"Content-Length")
    return kept._replace(lines=(*kept.lines, b"Content-Length: %d" % (len(draft.tail) + 10)))


_MANDATED = (
    "host-missing host-twice-equal host-twice-different host-space host-bad-port host-userinfo host-open-bracket "
    "blank-before-colon-upgrade blank-before-colon-key blank-before-colon-other"
)
_UNKNOWN_VERSIONS = "version-14 version-25 version-99 version-255"
# What the strict server refuses, besides those above.
_REFUSED = (
    "plain-get method-post method-put method-head method-options method-connect method-unknown method-lowercase "
    "http-1.0 http-lowercase http-other-name http-0.9 http-2.0 http-9.9 target-space line-tabs target-missing "
    "absolute-form-ws target-fragment path-unknown path-dots upgrade-missing upgrade-plural upgrade-prefixed "
    "upgrade-two-words upgrade-h2c upgrade-empty connection-missing connection-keep-alive connection-close "
    "connection-not-upgrade connection-upgraded connection-insecure key-missing key-empty key-1-octets "
    "key-15-octets key-17-octets key-20-octets key-24-octets key-not-base64 key-url-safe key-unpadded "
    "key-inner-space key-only-padding key-twice-equal key-twice-different version-missing version-missing-list "
    "version-list version-leading-zero version-plus version-minus version-fraction version-hex version-letters "
    "version-space version-256 version-1300 version-empty version-twice-equal version-twice-different "
    "version-list-13-8 version-list-8-13 version-0 version-7 version-8 version-9 version-12 fold-protocol "
    "fold-other lf-only bare-cr nul subprotocol-cr subprotocol-nul blank-led-line octets-subprotocol "
    "content-length content-chunked expect-100 framing-both framing-two-lengths framing-bad-length "
    "framing-not-chunked octets-noise octets-tls octets-http2 octets-frame subprotocol-space subprotocol-slash "
    "subprotocol-quoted subprotocol-parameter subprotocol-non-ascii subprotocol-empty subprotocol-comma "
    "extension-double-semicolon extension-no-name extension-only-value extension-quoted-blank extension-no-value "
    "extension-open-quote deflate-server-bits-empty draft-hixie-75 draft-hixie-76 draft-hybi-04 draft-hybi-06 "
    "draft-hybi-07 draft-hybi-08-origin injection-path injection-subprotocol h2c"
)

LENIENCIES = (
    Leniency(
        "lenient-refusal-500",
        "answers every mistake of a client with 500",
        told(
            fail=_UNKNOWN_VERSIONS,
            warn=f"{_MANDATED} octets-subprotocol refusals-4xx",
            skip="version-list version-retry",
        ),
        _refusing(_crash),
    ),
    Leniency(
        "lenient-refusal-closed",
        "closes in place of every refusal",
        told(
            warn=f"{_MANDATED} {_UNKNOWN_VERSIONS} refusals-status",
            info="get-between",
            skip="version-list version-retry refusal-reused refusal-closes leaks",
        ),
        STRICT._replace(refuses=lambda request, draft: Script((), "close")),
    ),
    Leniency(
        "lenient-refusal-silent",
        "keeps silent in place of every refusal",
        told(
            warn=f"{_MANDATED} {_UNKNOWN_VERSIONS} {_REFUSED} refusal-cached leaks false-tunnel",
            info="get-between",
            skip="version-retry refusal-reused refusal-closes",
        ),
        STRICT._replace(refuses=lambda request, draft: Script((), "deaf")),
    ),
    Leniency(
        "lenient-405-allow",
        "leaves Allow out of a 405",
        told(fail="refusals-allow"),
        _refusing(lambda request, draft: lacking(draft, b"Allow")),
    ),
    Leniency(
        "lenient-426-upgrade",
        "leaves Upgrade out of a 426",
        told(fail="refusals-upgrade"),
        _refusing(_without_upgrade),
    ),
    Leniency(
        "lenient-refusal-hop",
        "does not list Upgrade in Connection when it refuses",
        told(fail="refusals-hop"),
        _refusing(_without_option),
    ),
    Leniency(
        "lenient-refusal-length",
        "says a longer Content-Length than it sends",
        told(fail="refusals-framed", skip="refusal-reused"),
        _refusing(_too_short),
    ),
)
