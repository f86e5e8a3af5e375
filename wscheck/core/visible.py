"""Hostile bytes made printable: the one way from the wire to a terminal or a file.

May never enter: a decision about meaning. What comes out is plain ASCII without control characters, or (for prose)
printable characters only: no escape sequence, no bidi mark, no line separator survives.
"""

from __future__ import annotations

import re

_ESCAPES = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r", 0x5C: "\\\\"}
_TABLE = [_ESCAPES.get(n) or (chr(n) if 0x20 <= n < 0x7F else f"\\x{n:02x}") for n in range(256)]


def visible(data: bytes, limit: int | None = None) -> str:
    """`data` as printable ASCII, reversible: `\\` is doubled and every other octet outside 20..7E becomes an escape.

    `limit` is the number of octets shown; what is left out is counted in words.
    """
    if limit is not None and len(data) > limit:
        return visible(data[:limit]) + f"... ({len(data) - limit} more octets)"
    return "".join([_TABLE[octet] for octet in data])


def prose(data: bytes) -> str:
    """A refusal's text for reading: valid UTF-8 keeps its printable characters, all else is escaped as in `visible`.

    `str.isprintable` is false for controls, formats (bidi marks among them), surrogates, separators but the space.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return visible(data)
    return "".join(c if c.isprintable() and c != "\\" else _escape(c) for c in text)


# GitHub takes a line that begins with "::", behind any blanks, for a command of the workflow, and the old form "##["
# anywhere; Azure has "##vso[", TeamCity "##teamcity[". Styles of a terminal may stand between the blanks.
_COMMAND = re.compile(r"(?m)^((?:[ \t]|\x1b\[[0-9;]*m)*):(?=:)|#(?=#(?:vso|teamcity)?\[)")


def not_a_command(text: str) -> str:
    """A text of several lines for a CI log, in which no line of a server's reads as a command to the CI system."""
    return _COMMAND.sub(lambda match: "\\x23" if match[1] is None else match[1] + "\\x3a", text)


def printable(text: str) -> str:
    """A text of ours or the user's that may hold anything, for a terminal: characters that do not print are escaped."""
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(char: str) -> str:
    try:
        octets = char.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no octet
        octets = char.encode("utf-8", "surrogatepass")
    return "".join(_TABLE[octet] for octet in octets)
