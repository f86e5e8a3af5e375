"""`http-version`: the reply is labelled HTTP/1.1. A label off the grammar is a fault of `syntax`."""

from __future__ import annotations

from wscheck.checks import Check, Rule, Ruling, Skip
from wscheck.core.answer import Answer
from wscheck.core.head import Head

CONTRADICTION = Rule(
    "switching-without-1.1",
    "error",
    "R-9112-2.3-01",
    "RFC 9110 §15.2; RFC 6455 §4.2.2 step 5",
    "Only HTTP/1.1 has a 101 and an Upgrade field. A 101 under another version is no valid HTTP reply; Firefox, Node "
    "and others refuse it.",
    "Answer with HTTP/1.1. Python's http.server needs protocol_version = 'HTTP/1.1'; nginx needs proxy_http_version "
    "1.1 towards the upstream.",
)
HIGHER = Rule(
    "higher-minor",
    "warning",
    "R-9112-2.3-01",
    "RFC 9110 §6.2",
    "A higher minor version should be read as 1.1, yet 11 of 23 measured clients refuse it.",
    "Answer with HTTP/1.1.",
)
OTHER_MAJOR = Rule(
    "other-major",
    "warning",
    "R-9112-2.3-01",
    "RFC 9110 §6.2",
    "The version should have the major number of the request. In an HTTP/1.1 message this label is a mistake.",
    "Answer with HTTP/1.1.",
)
LOWER = Rule(
    "lower",
    "info",
    "R-9112-2.3-01",
    "RFC 9112 §2.3",
    "A refusal may be HTTP/1.0: it may be all the server conforms to. But HTTP/1.0 has no Upgrade, so such a server "
    "(or a proxy that speaks 1.0 to it) cannot switch.",
    "",
)


def judge(answer: Answer) -> Ruling | Skip:
    """The version of the final head."""
    head = answer.head
    if head is None:
        return Skip("no final reply came")
    if head.version is None:
        return Skip("no version can be read")
    observed = f"HTTP/{head.version.decode()}"
    rule = _rule(head.version, switching=answer.switching)
    if rule is None:
        return Ruling(observed, verbatim=True)
    return Ruling(observed, (rule.broken(f"the reply is labelled {observed}", *_version_span(head)),), verbatim=True)


def _rule(version: bytes, *, switching: bool) -> Rule | None:
    if version == b"1.1":
        return None
    if version[:1] == b"1" and version != b"1.0":
        return HIGHER
    if switching:
        return CONTRADICTION
    return LOWER if version == b"1.0" else OTHER_MAJOR


def _version_span(head: Head) -> tuple[int, int]:
    return head.offset + head.raw.find(b"HTTP/"), 8


CHECK = Check(
    id="http-version",
    title="The reply is HTTP/1.1",
    order=20,
    clause="RFC 9112 §2.3",
    expected="HTTP/1.1",
    why="101 and Upgrade exist in HTTP/1.1 only.",
    rules=(CONTRADICTION, HIGHER, OTHER_MAJOR, LOWER),
    judge=judge,
    also=("R-9112-2.3-02",),
)
