"""A diagnosis as a value: one likely cause of what a report shows, what speaks for it, and what to change.

May never enter: how a cause is found; that is in `causes`.
"""

from __future__ import annotations

from typing import NamedTuple

# A line of `fix` that begins so is a line of a configuration or a command: it is shown as it is and never wrapped.
VERBATIM = "    "

_WORDS = ((0.9, "almost certain"), (0.7, "likely"), (0.45, "possible"), (0.0, "a guess"))


class Diagnosis(NamedTuple):
    """One cause. `evidence` are sentences, `fix` sentences and verbatim lines, `would_tell` what would decide the rest,
    `console` what browsers write into their consoles for this failure."""

    cause: str
    confidence: float
    summary: str
    evidence: tuple[str, ...]
    fix: tuple[str, ...]
    would_tell: tuple[str, ...] = ()
    console: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The confidence in words."""
        return next(word for least, word in _WORDS if self.confidence >= least)
