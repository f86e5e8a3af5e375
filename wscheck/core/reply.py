"""A reply with its content decoded, ready to be quoted, and whether two replies say the same.

May never enter: a judgement. All text that leaves here is printable and has a bounded length.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.answer import Answer, read_answer, read_body
from wscheck.core.exchange import Exchange
from wscheck.core.fields import members
from wscheck.core.visible import prose, visible


class Reply(NamedTuple):
    """A reply with its content decoded. Texts are as `visible` and `prose` show them, so they may stand in a report."""

    answer: Answer
    body: bytes

    @property
    def status(self) -> int | None:
        """The final status, None when it cannot be read."""
        return self.answer.status

    @property
    def reason(self) -> str:
        """The reason phrase, printable."""
        return visible(self.answer.head.reason, 60) if self.answer.head else ""

    @property
    def line(self) -> str:
        """Status and reason as one text."""
        return f"{self.status} {self.reason}".strip() if self.status is not None else "no HTTP status"

    def field(self, name: str) -> str:
        """The values of a field, joined by commas, the first few of them; empty when there is none."""
        return ", ".join(visible(field.value, 200) for field in self.answer.all(name.encode("ascii"))[:_FIELDS])

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return bool(self.answer.all(name.encode("ascii")))

    def says(self, pattern: str) -> str | None:
        """The part of the content, or of the reason phrase, that a pattern finds without regard to case; its beginning
        where it is long."""
        for text in (self.body[:_LOOKED_AT], self.answer.head.reason if self.answer.head else b""):
            found = re.search(pattern.encode("ascii"), text, re.IGNORECASE | re.DOTALL)
            if found:
                return _cut(prose(found[0]), _SAID)
        return None

    @property
    def quoted(self) -> str:
        """The beginning of the content for a sentence; empty when there is none."""
        text = re.sub(r"\s+", " ", prose(re.sub(rb"\s+", b" ", re.sub(rb"<[^>]*>", b" ", self.body[:2000])))).strip()
        return _cut(text, _QUOTED)

    @property
    def html(self) -> bool:
        """Whether the content is a page."""
        kind = self.field("Content-Type").lower()
        return "html" in kind or bool(re.match(rb"(?i)\s*(?:<!doctype html|<html)", self.body))

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of Sec-WebSocket-Version in the reply."""
        fields = self.answer.all(b"Sec-WebSocket-Version")
        return tuple(visible(version, 20) for version in members(fields) if version)[:_FIELDS]


_LOOKED_AT = 16 * 1024  # of a content: what names a cause stands at its beginning
_QUOTED = 120
_SAID = 240  # characters of what a pattern found
_FIELDS = 8  # of one name, and members of one list: more make no sentence


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "..."


def read_reply(exchange: Exchange) -> Reply | None:
    """The reply of an exchange, None when not one octet came."""
    if not exchange.response:
        return None
    answer = read_answer(exchange)
    return Reply(answer, read_body(answer).data)


# Words with digits in them are times, numbers and marks of one request: they make no difference.
# (One class and a look at what it found: an expression that asks for the digit itself is quadratic in long words.)
_WORD = re.compile(rb"[0-9A-Za-z-]+")
_DIGIT = re.compile(rb"[0-9]")


def same_reply(one: Reply, other: Reply) -> bool:
    """Whether two replies say the same: status, where a redirect leads, and content but for numbers in it and for the
    path that was asked, which many error pages repeat."""
    if one.status != other.status or _steady(one, b"Location") != _steady(other, b"Location"):
        return False
    return _steady(one) == _steady(other)


def _steady(reply: Reply, field: bytes = b"") -> bytes:
    """The content, or a field, without what differs from request to request."""
    text = b", ".join(one.value for one in reply.answer.all(field)) if field else reply.body[:_LOOKED_AT]
    path = reply.answer.sent.path
    text = text.replace(path, b"/") if len(path) > 1 else text
    return _WORD.sub(lambda word: b"#" if _DIGIT.search(word[0]) else word[0], text)
