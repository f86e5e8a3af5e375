"""Policy: what a server gives away, and what it lets through (RFC 9110 §17). It never lowers a conformance result."""

from __future__ import annotations

import re

from wscheck.cases import Case, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import CONNECTION, EXTENSIONS, UPGRADE, VERSION, drop, put
from wscheck.cases.let_through import CASES
from wscheck.cases.verdicts import chosen, said, silence
from wscheck.core.answer import Answer
from wscheck.core.deflate import NAME
from wscheck.core.fields import Field
from wscheck.core.target import is_near
from wscheck.core.visible import visible

ORDER = 210

CORS = Row(
    ("P-CORS-01",),
    "may",
    "RFC 6455 §10.2",
    "CORS does not hold for WebSockets: Access-Control-Allow-Origin in a 101 does nothing.",
    "",
)
COOKIE = Row(
    ("P-COOKIE-01",),
    "should",
    "RFC 6265 §4.1.2",
    "A session cookie without Secure, HttpOnly and SameSite is read by scripts or sent along with foreign requests.",
    "Set Secure (behind wss), HttpOnly and SameSite on cookies of a session.",
)
LEAK = Row(
    ("P-LEAK-01",),
    "should",
    "RFC 9110 §10.2.4, §17",
    "Version numbers, stack traces and paths help nobody but those who look for a hole.",
    "Turn version banners and debug pages off.",
)
TOKEN_ECHO = Row(
    ("P-LEAK-02",),
    "may",
    "RFC 9110 §9.3.1, §17.9",
    "A token sent as a subprotocol and echoed stands in logs and in the reply once more.",
    "",
)
COMPRESSION = Row(
    ("P-COMP-01",),
    "may",
    "RFC 7692 §8",
    "Compressing secrets beside a stranger's text over TLS can give them away.",
    "",
)
TLS = Row(
    ("P-TLS-01",),
    "should",
    "RFC 6455 §10.6",
    "Without TLS anybody on the way reads along, and proxies break connections.",
    "Serve wss with a certificate that verifies.",
)

_VERSION_DETAIL = re.compile(rb"[0-9]+\.[0-9]+")
_TRACE = re.compile(rb"Traceback \(most recent|\n\s+at [\w.$<>]+ ?\(|Exception in thread|panic:|goroutine [0-9]+ \[")
_TOKEN = b"wscheck-0123456789abcdef0123456789abcdef"


def _nothing(seen: Seen) -> Said | None:
    """What to say when no reply came in which something could be looked for, None when one did."""
    if any(answer is not None for answer in seen.answers):
        return None
    return silence(seen) or Said("skip", "no reply came in which it could be looked for")


def _cors(seen: Seen) -> Said:
    fields = seen.answer.all(b"Access-Control-Allow-Origin") if seen.answer else ()
    shown = f"Access-Control-Allow-Origin: {visible(fields[0].value, 60)}" if fields else "no CORS field"
    return _nothing(seen) or Said("info" if fields else "pass", shown)


def _cookies(seen: Seen) -> Said:
    lacking = []
    for field in seen.answer.all(b"Set-Cookie") if seen.answer else ():
        name, *attributes = [part.strip().lower() for part in field.value.split(b";")]
        wanted = [b"httponly", b"samesite"] + ([b"secure"] if seen.good.target.secure else [])
        missing = [text for text in wanted if not any(part.startswith(text) for part in attributes)]
        if missing:
            lacking.append(f"{visible(name.partition(b'=')[0], 40)} lacks {', '.join(map(visible, missing))}")
    return _nothing(seen) or Said(
        "warn" if lacking else "pass", "; ".join(lacking) or "no cookie that lacks an attribute"
    )


def _leaks(seen: Seen) -> Said:
    answers = [answer for answer in seen.answers if answer]
    if any(_TRACE.search(answer.response) for answer in answers):
        return Said("warn", "a stack trace stands in a reply")
    nothing = _nothing(seen)
    if nothing:
        return nothing
    banners = {visible(field.value, 60) for answer in answers for field in _banners(answer)}
    return Said("info", f"version detail: {', '.join(sorted(banners))}") if banners else Said("pass", "none seen")


def _banners(answer: Answer) -> list[Field]:
    names = (b"Server", b"X-Powered-By", b"Via", b"X-AspNet-Version")
    return [field for name in names for field in answer.all(name) if _VERSION_DETAIL.search(field.value)]


def _echoed(seen: Seen) -> Said:
    back = seen.answer is not None and _TOKEN in chosen(seen.answer)
    return silence(seen) or Said(
        "info" if back else "pass", "the token came back as the subprotocol" if back else said(seen)
    )


def _compressed(seen: Seen) -> Said:
    taken = seen.answer.accepted_extensions if seen.answer else ()
    if not any(extension.name == NAME for extension in taken):
        return Said("pass", "no compression")
    fresh = any(param.name == b"server_no_context_takeover" for extension in taken for param in extension.params)
    return Said("info", f"compression {'without' if fresh else 'with'} context takeover")


def _tls(seen: Seen) -> Said:
    facts = seen.answer.tls if seen.answer else None
    if facts is None:
        near = is_near(seen.good.target.host)
        return Said("pass" if near else "warn", "no TLS" + (", on a private network" if near else ""))
    days = f", {facts.days_left:.0f} days left" if facts.days_left is not None else ""
    return Said(
        "pass" if facts.verified else "warn",
        f"{facts.version}, {'verified' if facts.verified else 'not verified'}{days}",
    )


_SAME = put(b"X-Wscheck", b"1")

SECTION = Section(
    "exposure",
    "Policy: what is given away or let through",
    (
        Case("tls", "TLS, and a certificate that verifies", TLS, "TLS outside of loopback", one(_SAME), _tls),
        Case(
            "cors",
            "CORS fields in the 101",
            CORS,
            "none: they do nothing there",
            one(put(b"Origin", b"https://a.invalid")),
            _cors,
        ),
        Case(
            "cookie-flags",
            "attributes of cookies that the 101 sets",
            COOKIE,
            "HttpOnly, SameSite, and Secure behind wss",
            one(_SAME),
            _cookies,
        ),
        Case(
            "leaks",
            "version detail and traces in replies",
            LEAK,
            "neither",
            lambda good: (Shot(put(VERSION, b"25")(good.plan)), Shot(drop(UPGRADE, CONNECTION)(good.plan))),
            _leaks,
        ),
        Case(
            "token-echo",
            "a token as the offered subprotocol",
            TOKEN_ECHO,
            "it does not come back",
            one(put(b"Sec-WebSocket-Protocol", _TOKEN)),
            _echoed,
        ),
        Case(
            "compression",
            "permessage-deflate behind TLS",
            COMPRESSION,
            "known to whoever sends secrets",
            one(put(EXTENSIONS, NAME)),
            _compressed,
            needs=("tls",),
        ),
        *CASES,
    ),
    policy=True,
)
