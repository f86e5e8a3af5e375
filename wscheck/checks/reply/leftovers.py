"""`leftovers`: fields and octets that do not belong: reflected, of dead drafts, out of a cache, doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.fields import Field
from wscheck.core.grammar import COOKIE_PAIR, OWS
from wscheck.core.report import Problem
from wscheck.core.visible import visible

REFLECTED_KEY = Rule(
    "reflected-key",
    "info",
    "R-6455-11.3.1-01",
    "RFC 6455 §11.3.1",
    "Sec-WebSocket-Key is a field of requests; in a reply it means that something sends the request's fields back.",
    "",
)
REFLECTED = Rule(
    "reflected-field",
    "info",
    "R-6455-11.3.1-01",
    "RFC 6455 §11.3.1",
    "A field that only a request has came back unchanged: some servers do that on purpose, an echo does it too.",
    "",
)
VERSION = Rule(
    "version-in-101",
    "info",
    "R-6455-11.3.5-01",
    "RFC 6455 §11.3.5, §4.4",
    "Sec-WebSocket-Version answers a version mismatch; in a 101 it says nothing.",
    "",
)
DEAD_DRAFT = Rule(
    "dead-draft-field",
    "info",
    "R-HIXIE-REPLY-01",
    "draft-hixie-thewebsocketprotocol-76; nothing in RFC 6455",
    "The field belongs to a draft from before RFC 6455 and means nothing with version 13.",
    "",
)
ACCEPT_OUTSIDE = Rule(
    "accept-outside-101",
    "info",
    "R-6455-1.3-01",
    "RFC 6455 §1.3",
    "Sec-WebSocket-Accept means something in a 101 only; here it may not be taken for acceptance.",
    "",
)
EARLY = Rule(
    "early-octets",
    "info",
    "R-6455-4.2.2-07",
    "RFC 6455 §4.2.2",
    "A server may send frames at once; these octets belong to the new protocol.",
    "",
)
CACHED = Rule(
    "cached",
    "warning",
    "R-9111-3-01",
    "RFC 9111 §3",
    "A cache may not store a 101. This is the sign of one in the path, which may replay another client's answer.",
    "Take this location out of the cache.",
)
COOKIE = Rule(
    "bad-cookie",
    "warning",
    "R-6265-4.1-01",
    "RFC 6265 §4.1.1",
    "A Set-Cookie off the grammar is read differently by different clients, or dropped.",
    "Write 'name=value', with a token as name and without blanks, commas or quotes inside the value.",
)
COOKIE_TWICE = Rule(
    "repeated-cookie",
    "warning",
    "R-6265-4.1-01",
    "RFC 6265 §4.1.1",
    "Two Set-Cookie lines with one name: which of them counts is left to the client.",
    "Set each cookie once.",
)
REPEATED = Rule(
    "repeated-field",
    "warning",
    "R-9110-5.3-01",
    "RFC 9110 §5.3",
    "A field that is no list is sent once. Two usually mean that a proxy and the server behind it both add it.",
    "Send the field once.",
)

_DEAD = (
    b"websocket-origin",
    b"websocket-location",
    b"websocket-protocol",
    b"sec-websocket-origin",
    b"sec-websocket-location",
)
_REQUEST_ONLY = (
    b"host",
    b"origin",
    b"user-agent",
    b"referer",
    b"cookie",
    b"authorization",
    b"accept-encoding",
    b"accept-language",
    b"sec-fetch-mode",
)
# Fields whose grammar is no list (RFC 9110, RFC 9111); the WebSocket fields and Set-Cookie have rules of their own.
_SINGLE = (
    b"age",
    b"content-length",
    b"content-type",
    b"content-location",
    b"content-range",
    b"date",
    b"etag",
    b"expires",
    b"last-modified",
    b"location",
    b"retry-after",
    b"server",
)
_CACHE_STATUS = (
    b"x-cache",
    b"x-cache-status",
    b"cf-cache-status",
    b"cache-status",
    b"x-proxy-cache",
    b"x-cache-lookup",
)


def judge(answer: Answer) -> Ruling | Skip:
    """Everything in the final head that does not belong there."""
    if answer.head is None:
        return Skip("no final reply came")
    if not answer.head.fields and not answer.head.complete:
        return Skip("no field came")
    problems = [
        *_reflected(answer),
        *_strangers(answer),
        *_cached(answer),
        *_cookies(answer.all(b"Set-Cookie")),
        *_doubled(answer),
        *_early(answer),
    ]
    observed = "; ".join(problem.message for problem in problems) or "none"
    return Ruling(observed, tuple(problems))


def _reflected(answer: Answer) -> Iterator[Problem]:
    for field in answer.all(b"Sec-WebSocket-Key"):
        yield REFLECTED_KEY.broken_by(field, "the reply carries Sec-WebSocket-Key")
    sent = {field.name.lower(): field.value for field in answer.sent.fields}
    for field in answer.head.fields if answer.head else ():
        name = field.name.lower()
        if name in _REQUEST_ONLY and sent.get(name) == field.value:
            yield REFLECTED.broken_by(field, f"{visible(field.name)} of the request came back")


def _strangers(answer: Answer) -> Iterator[Problem]:
    for field in answer.head.fields if answer.head else ():
        if field.name.lower() in _DEAD:
            yield DEAD_DRAFT.broken_by(field, f"{visible(field.name)} belongs to a dead draft")
    if answer.switching:
        for field in answer.all(b"Sec-WebSocket-Version"):
            yield VERSION.broken_by(field, f"the 101 carries Sec-WebSocket-Version: {visible(field.value, 40)}")
    else:
        for field in answer.all(b"Sec-WebSocket-Accept"):
            yield ACCEPT_OUTSIDE.broken_by(field, f"Sec-WebSocket-Accept in a {answer.status}")


def _cached(answer: Answer) -> Iterator[Problem]:
    if not answer.switching:
        return
    for field in answer.all(b"Age"):
        yield CACHED.broken_by(field, f"the 101 has an Age: {visible(field.value, 40)}")
    for field in answer.head.fields if answer.head else ():
        words = field.value.lower().replace(b",", b" ").replace(b";", b" ").split()
        if field.name.lower() in _CACHE_STATUS and any(word.startswith((b"hit", b"tcp_hit")) for word in words):
            yield CACHED.broken_by(
                field, f"the 101 comes from a cache: {visible(field.name)}: {visible(field.value, 40)}"
            )


def _cookies(fields: tuple[Field, ...]) -> Iterator[Problem]:
    names: Counter[bytes] = Counter()
    for field in fields:
        pair = field.value.partition(b";")[0].strip(OWS)
        match = COOKIE_PAIR.fullmatch(pair)
        if not match:
            # The value may be a secret, so only the name is shown.
            name = visible(pair.partition(b"=")[0], 40) if b"=" in pair else "(no name)"
            yield COOKIE.broken_by(field, f"the cookie {name} is off the grammar")
            continue
        names[match[1]] += 1
        if names[match[1]] == 2:
            yield COOKIE_TWICE.broken_by(field, f"the cookie {visible(match[1], 40)} is set twice")


def _doubled(answer: Answer) -> Iterator[Problem]:
    seen: Counter[bytes] = Counter()
    for field in answer.head.fields if answer.head else ():
        name = field.name.lower()
        seen[name] += 1
        if name in _SINGLE and seen[name] == 2:
            if name == b"content-length" and answer.switching:
                continue  # `framing` has said that it does not belong at all
            yield REPEATED.broken_by(field, f"{visible(field.name)} stands more than once")


def _early(answer: Answer) -> Iterator[Problem]:
    if answer.switching and answer.tail and answer.head:
        size = len(answer.tail)
        yield EARLY.broken(f"{size} octets came with the head", answer.head.end, min(size, 16))


CHECK = Check(
    id="leftovers",
    title="Nothing that does not belong",
    order=100,
    clause="RFC 6455 §11.3; RFC 9110 §5.3",
    expected="no reflected, outdated, cached or doubled fields",
    why="What does not belong shows who really answers: an echo, a cache, an old tutorial, two servers at once.",
    rules=(
        REFLECTED_KEY,
        REFLECTED,
        VERSION,
        DEAD_DRAFT,
        ACCEPT_OUTSIDE,
        EARLY,
        CACHED,
        COOKIE,
        COOKIE_TWICE,
        REPEATED,
    ),
    judge=judge,
)
