"""Lines of a report for a person: (text, style) pairs, in columns under labels.

May never enter: a terminal; `text` prints them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

Line = list[tuple[str, str]]
Marks = Mapping[str, tuple[str, str, str, str]]  # status: (symbol, plain symbol, word, style)

INDENT = 10  # of what a check or a case opens into
LABEL = 10  # its labels: expected, observed, …


def labelled(label: str, text: str, style: str = "", *, indent: int = INDENT, column: int = LABEL) -> Line:
    """A text in the column beside its label."""
    return [(" " * indent, ""), (f"{label:<{column}}", "dim"), (text, style)]


def wrapped(
    label: str, text: str, width: int, style: str = "", *, indent: int = INDENT, column: int = LABEL
) -> Iterator[Line]:
    """A text under a label, wrapped into a column of its own."""
    room = max(width - indent - column, 20)
    for number, line in enumerate(textwrap.wrap(text, room, break_on_hyphens=False) or [""]):
        yield labelled(label if number == 0 else "", line, style, indent=indent, column=column)
