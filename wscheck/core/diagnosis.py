"""A diagnosis as a value: one likely cause of what a report shows, what speaks for it, and what to change.

May never enter: how a cause is found; that is in `causes`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wscheck.core.report import Report

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


def blocks(lines: Sequence[str]) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Sentences one by one, and lines to copy that stand together as one block: whether it is one, and its lines."""
    for verbatim, group in itertools.groupby(lines, lambda line: line.startswith(VERBATIM)):
        if verbatim:
            yield True, tuple(line.removeprefix(VERBATIM) for line in group)
        else:
            yield from ((False, (line,)) for line in group)


def labelled(one: Diagnosis) -> list[str]:
    """What speaks for a cause, what to change and what would tell more, each under a label on a line of its own."""
    parts = (("because:", one.evidence), ("fix:", one.fix), ("unsure:", one.would_tell))
    return [line for label, lines in parts if lines for line in (label, *lines)]


def due(report: Report) -> bool:
    """Whether there is anything to explain: no pass, a warning, an end that the server brought about, or a pass behind
    an intermediary, which may be one for us and none for browsers."""
    if report.verdict == "error" or report.main is None:
        return False
    if report.verdict != "pass" or any(finding.status == "warn" for finding in report.checks):
        return True
    tunnel = report.main.tunnel
    return tunnel is not None and (
        tunnel.ending.by == "server" or _behind_somebody(report.main.response, tunnel.held_s)
    )


def _behind_somebody(response: bytes, held_s: float | None) -> bool:
    # What browsers offer is offered once more only where somebody shows who may change it on the way.
    return held_s is None and re.search(rb"(?im)^Via:", response[:65536]) is not None
