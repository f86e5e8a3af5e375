"""HTML built from elements: what is not markup of ours is escaped, always.

May never enter: text of a server or a user in the name or the value of an attribute. Values are words of our own, and
one that could be anything else is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from wscheck.core.visible import printable

_VALUE = re.compile(r"[A-Za-z0-9 _:;,.#/%=+()&-]*")
_VOID = frozenset({"br", "input", "link", "meta", "rect"})


class Safe(str):
    """Markup that is finished."""

    __slots__ = ()


Child = str | None  # a Safe is markup, any other text is escaped, None is nothing


def text(value: str) -> Safe:
    """A text without markup, in which every character is to be seen: controls and bidi marks are escapes."""
    escaped = html.escape(value if value.isprintable() else printable(value), quote=True)
    # A page may be printed into the log of a build, where "::" and "##[" give commands; a reference says the same.
    return Safe(escaped.replace("::", "&#58;:").replace("##", "&#35;#"))


def el(name: str, *children: Child, **attributes: str | int | float | bool | None) -> Safe:
    """An element. `class_` is the attribute class, `aria_label` is aria-label; None and False leave one out."""
    given = [(key, value) for key, value in attributes.items() if value is not None and value is not False]
    written = "".join(_attribute(key, value) for key, value in given)
    if name in _VOID:
        return Safe(f"<{name}{written}>")
    return Safe(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Safe:
    """Children one behind the other."""
    return Safe("".join(child if isinstance(child, Safe) else text(child) for child in children if child is not None))


def lines(value: str) -> Safe:
    """A text of several lines, each without markup."""
    return Safe("\n".join(text(line) for line in value.split("\n")))


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    said = str(value)
    if not _VALUE.fullmatch(said):
        raise ValueError(f"the attribute {name} may not hold {said!r}")
    return f' {name}="{html.escape(said)}"'
