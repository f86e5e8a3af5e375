"""FLOOR 2. A report as text; the file name is the format name.

May never enter: a verdict. A renderer repeats what the report says. Nothing from the wire goes out unescaped: bytes
through `core.visible`, and the texts of a report are printable already.

A format is a file with `render(reports, view)`; `STREAMS` says whether reports may be rendered one by one as they come.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import NamedTuple, Protocol, cast

from wscheck.core.report import Report


class View(NamedTuple):
    """How much is shown, and on what."""

    verbose: int = 0
    quiet: bool = False
    color: bool = False
    unicode: bool = True
    width: int = 80


class Format(Protocol):
    """What each file of this folder offers."""

    STREAMS: bool

    def render(self, reports: Sequence[Report], view: View) -> str:
        """The reports as text that ends with a line end, or nothing."""


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def load(name: str) -> Format:
    """The format of that name."""
    return cast("Format", importlib.import_module(f"{__name__}.{name}"))
