"""FLOOR 1. Causes explain an answer: rows of a table each, found by listing the folder `known`.

May never enter: I/O, and a rule that knows a server by its address. A cause is a pure function from `Evidence` to what
speaks for it, with its page; what it does not know it leaves out.

To add a cause, add a row to the `CAUSES` of a file in `known/`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from wscheck.causes.console import console_lines
from wscheck.core.diagnosis import Diagnosis
from wscheck.core.evidence import Evidence

MOST = 3  # causes that are named: more would be no diagnosis
UNDETERMINED = "undetermined"  # the row that says what is known where no other cause fits
LEAST = 0.25  # below this confidence a cause is not worth a word
CERTAIN, DOUBTFUL = 0.9, 0.5  # beside a cause that is almost certain, one that is less than even is none


class Found(NamedTuple):
    """What a cause says of some evidence. `fix` holds sentences and verbatim lines (`core.diagnosis.VERBATIM`)."""

    confidence: float
    summary: str
    evidence: tuple[str, ...]
    fix: tuple[str, ...]
    would_tell: tuple[str, ...] = ()


Judge = Callable[[Evidence], Found | None]


class Cause(NamedTuple):
    """A cause and its page: what it is, what a client sees, what to change, and how to make sure of it."""

    id: str
    title: str
    family: str
    what: str
    symptoms: tuple[str, ...]
    fix: tuple[str, ...]
    confirm: tuple[str, ...]
    judge: Judge


@cache
def causes() -> Mapping[str, Cause]:
    """All causes by id, in the order of their files and rows."""
    from wscheck.causes import known

    found: dict[str, Cause] = {}
    for module in pkgutil.iter_modules(known.__path__):
        for cause in importlib.import_module(f"wscheck.causes.known.{module.name}").CAUSES:
            assert cause.id not in found, cause.id  # noqa: S101  # two rows with one id would hide each other
            found[cause.id] = cause
    return found


def diagnose(evidence: Evidence) -> tuple[Diagnosis, ...]:
    """The likeliest causes, likeliest first, at most three; none where nothing fits."""
    found = [(cause.id, judged) for cause in causes().values() if (judged := cause.judge(evidence)) is not None]
    ranked = sorted(found, key=lambda one: -one[1].confidence)
    if len(ranked) > 1:
        ranked = [one for one in ranked if one[0] != UNDETERMINED]
    if ranked and ranked[0][1].confidence >= CERTAIN:
        ranked = [one for one in ranked if one[1].confidence >= DOUBTFUL]
    console = console_lines(evidence)
    return tuple(
        Diagnosis(
            cause,
            judged.confidence,
            judged.summary,
            _said(judged.evidence),
            _said(judged.fix),
            _said(judged.would_tell),
            console,
        )
        for cause, judged in ranked[:MOST]
        if judged.confidence >= LEAST
    )


def _said(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
