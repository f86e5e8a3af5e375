"""Fields as they were sent, in order, and the grammar of lists and parameters inside their values.

May never enter: knowledge of what a given field means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from wscheck.core.grammar import OWS, TOKEN, is_token, same


class Field(NamedTuple):
    """One field line. `name` and `value` are trimmed and unfolded; `raw` is the line as sent, without its end."""

    name: bytes
    value: bytes
    raw: bytes
    offset: int  # of the line, in octets from the start of the message it was parsed from

    @property
    def value_span(self) -> tuple[int, int]:
        """(offset, length) of the value in the message; of the whole rest of the line where a fold is in it."""
        start = self.raw.find(b":") + 1
        inner = self.raw[start:]
        lead = len(inner) - len(inner.lstrip(OWS))
        length = len(inner.strip(OWS))
        if not length:
            return self.offset, len(self.raw)
        return self.offset + start + lead, length


def named(fields: Iterable[Field], name: bytes) -> tuple[Field, ...]:
    """The fields of that name, in order; names compare without case (RFC 9110 §5.1)."""
    return tuple(field for field in fields if same(field.name, name))


def members(fields: Iterable[Field]) -> tuple[bytes, ...]:
    """The members of a list over all its lines, empty ones included (RFC 9110 §5.6.1: recipients skip those).

    Splits at every comma: right for lists of tokens, which cannot hold a quoted comma.
    """
    return tuple(member.strip(OWS) for field in fields for member in field.value.split(b","))


# RFC 9110 §5.6.4: quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
_QUOTED = re.compile(rb'"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"')
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_BLANKS = re.compile(rb"[ \t]*")


class Param(NamedTuple):
    """One parameter of an extension. `value` is None for a bare one, and unquoted."""

    name: bytes
    value: bytes | None
    quoted: bool
    blanks: bool  # blanks stand at its "="


class Extension(NamedTuple):
    """One element of Sec-WebSocket-Extensions."""

    name: bytes
    params: tuple[Param, ...]


class ExtensionList(NamedTuple):
    """What a value of Sec-WebSocket-Extensions says: its elements, and where it leaves the grammar."""

    extensions: tuple[Extension, ...]
    empty_members: int
    error: str | None  # what was met in place of the grammar, or None
    error_at: int  # offset in the value


def parse_extensions(value: bytes) -> ExtensionList:
    """Reads one field value. Never raises; what comes before an error is kept.

    RFC 6455 §9.1:
        extension-list  = 1#extension
        extension       = extension-token *( ";" extension-param )
        extension-param = token [ "=" ( token | quoted-string ) ]   ; a quoted value must be a token once unquoted
    Departures, each noted: empty members, which RFC 9110 §5.6.1 tells recipients to skip, and blanks at "=", which
    the implied white space of RFC 2616 allowed and RFC 9110 §5.6.6 does not.
    """
    return _ExtensionReader(value).read()


class _OffGrammarError(Exception):
    """The value left the grammar; only ever raised and caught in this file."""

    def __init__(self, said: str, at: int) -> None:
        super().__init__(said)
        self.said, self.at = said, at


class _ExtensionReader:
    def __init__(self, value: bytes) -> None:
        self.value, self.pos, self.empty = value, 0, 0
        self.found: list[Extension] = []

    def read(self) -> ExtensionList:
        try:
            while True:
                self._blanks()
                if self._at_end() or self._peek(b","):
                    self.empty += 1
                else:
                    self.found.append(self._extension())
                if self._at_end():
                    return ExtensionList(tuple(self.found), self.empty, None, 0)
                self.pos += 1  # the comma
        except _OffGrammarError as off:
            return ExtensionList(tuple(self.found), self.empty, off.said, off.at)

    def _extension(self) -> Extension:
        name = self._token("an extension name")
        params = []
        while self._blanks() and self._peek(b";"):
            self.pos += 1
            self._blanks()
            params.append(self._param())
        if not (self._at_end() or self._peek(b",")):
            raise _OffGrammarError("expected ';' or ','", self.pos)
        return Extension(name, tuple(params))

    def _param(self) -> Param:
        name = self._token("a parameter name")
        before = self._blanks_taken()
        if not self._peek(b"="):
            return Param(name, None, quoted=False, blanks=False)
        self.pos += 1
        after = self._blanks_taken()
        if not self._peek(b'"'):
            return Param(name, self._token("a parameter value"), quoted=False, blanks=before or after)
        match = _QUOTED.match(self.value, self.pos)
        if not match:
            raise _OffGrammarError("the quoted string does not end", self.pos)
        value = _QUOTED_PAIR.sub(rb"\1", match[1])
        if not is_token(value):
            raise _OffGrammarError("the quoted value is not a token", self.pos)
        self.pos = match.end()
        return Param(name, value, quoted=True, blanks=before or after)

    def _token(self, what: str) -> bytes:
        match = TOKEN.match(self.value, self.pos)
        if not match:
            raise _OffGrammarError(f"expected {what}", self.pos)
        self.pos = match.end()
        return match[0]

    def _blanks_taken(self) -> bool:
        start = self.pos
        self._blanks()
        return self.pos > start

    def _blanks(self) -> bool:
        match = _BLANKS.match(self.value, self.pos)
        self.pos = match.end() if match else self.pos
        return True

    def _peek(self, octet: bytes) -> bool:
        return self.value.startswith(octet, self.pos)

    def _at_end(self) -> bool:
        return self.pos >= len(self.value)
