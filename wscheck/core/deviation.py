"""A departure from the grammar of a head, as a value.

May never enter: a judgement; `checks` says which departure is an error.
"""

from __future__ import annotations

from typing import NamedTuple


class Deviation(NamedTuple):
    """One departure from the grammar: its kind (a word of `KINDS`), where (octets), and what was met."""

    kind: str
    offset: int
    length: int
    detail: str = ""


# Every kind of deviation there is; `checks.reply.syntax` has a rule for each.
KINDS = (
    "not-http",
    "status-line-prefix",
    "status-line-version",
    "status-line-space",
    "status-line-code",
    "status-line-end",
    "status-line-control",
    "bare-lf",
    "bare-cr",
    "leading-whitespace",
    "fold",
    "no-colon",
    "empty-name",
    "bad-name",
    "space-before-colon",
    "control-in-value",
    "value-whitespace",
)
