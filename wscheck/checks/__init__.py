"""FLOOR 1. Checks judge an answer: one file each, found by listing the folder.

May never enter: I/O, options of a command, rendering. A check is a pure function from `Answer` to `Ruling` with its
metadata; `core.report` turns rulings into the verdict.

To add a check, add a file to `reply/` with a `CHECK`; its `order` places it in the report.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Collection
from functools import cache
from typing import NamedTuple

from wscheck.core.answer import Answer
from wscheck.core.fields import Field
from wscheck.core.report import Finding, Level, Problem, status_of, worst_first

NOT_SELECTED = "not selected"  # why a check was skipped that --only or --skip leaves out

# The requirement of a rule behind which no row of the inventory stands: the user's own demand.
USER = "user"


class Rule(NamedTuple):
    """One way for an answer to be wrong (or worth a word): its code is stable and never reused."""

    code: str
    level: Level
    requirement: str
    clause: str
    why: str
    fix: str

    def broken(self, message: str, offset: int | None = None, length: int = 0) -> Problem:
        """The problem that this rule is broken, with the octets that break it where there are any."""
        return Problem(
            self.code, self.level, message, self.requirement, self.clause, self.why, self.fix, offset, length
        )

    def broken_by(self, field: Field, message: str) -> Problem:
        """The same, pointing at a field's value."""
        offset, length = field.value_span
        return self.broken(message, offset, length)


class Ruling(NamedTuple):
    """What a check says: what it saw, what is wrong with it, and, where it depends on the request, what it expected.

    `verbatim` says that `observed` is the server's own text and not a sentence of ours.
    """

    observed: str
    problems: tuple[Problem, ...] = ()
    expected: str | None = None
    verbatim: bool = False


class Skip(NamedTuple):
    """A check that has nothing to judge, and why."""

    reason: str


class Check(NamedTuple):
    """A check. `requirements` are the inventory's ids it covers beyond those of its rules."""

    id: str
    title: str
    order: int
    clause: str
    expected: str
    why: str
    rules: tuple[Rule, ...]
    judge: Callable[[Answer], Ruling | Skip]
    also: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """Every requirement id the check covers, once each, in the order of its rules."""
        return tuple(dict.fromkeys([rule.requirement for rule in self.rules] + list(self.also)))


@cache
def reply_checks() -> tuple[Check, ...]:
    """All checks of a server's reply, in report order."""
    from wscheck.checks import reply

    names = [module.name for module in pkgutil.iter_modules(reply.__path__)]
    found = [importlib.import_module(f"wscheck.checks.reply.{name}").CHECK for name in names]
    return tuple(sorted(found, key=lambda check: check.order))


def judge(answer: Answer, selected: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Every check's finding, in report order; those not in `selected` (when given) are skipped as not selected."""
    return tuple(
        _finding(check, answer) if selected is None or check.id in selected else skipped(check, NOT_SELECTED)
        for check in reply_checks()
    )


def all_skipped(reason: str, selected: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Every check as skipped for one reason: nothing came that could be judged."""
    return tuple(
        skipped(check, reason if selected is None or check.id in selected else NOT_SELECTED) for check in reply_checks()
    )


def skipped(check: Check, reason: str) -> Finding:
    """The finding of a check that judged nothing."""
    return Finding(
        check.id, check.title, "skip", check.clause, check.requirements, check.expected, "", skip_reason=reason
    )


# A head of 512 KiB may break one rule 75,000 times. The first places show it; a report is no place for all of them.
MOST_OF_ONE_KIND = 10
LONGEST_OBSERVED = 2000


def _bounded(problems: tuple[Problem, ...]) -> list[Problem]:
    """At most `MOST_OF_ONE_KIND` problems of each code; the last of them says how many more there are."""
    counts = Counter(problem.code for problem in problems)
    seen: Counter[str] = Counter()
    kept = []
    for problem in problems:
        seen[problem.code] += 1
        more = counts[problem.code] - MOST_OF_ONE_KIND
        if seen[problem.code] == MOST_OF_ONE_KIND and more > 0:
            problem = problem._replace(message=f"{problem.message} (and {more} more of this kind)")
        if seen[problem.code] <= MOST_OF_ONE_KIND:
            kept.append(problem._replace(message=_cut(problem.message)))
    return kept


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_OBSERVED else f"{text[:LONGEST_OBSERVED]}... ({len(text)} characters)"


def _finding(check: Check, answer: Answer) -> Finding:
    try:
        ruling = check.judge(answer)
    except Exception as error:  # a check that breaks is reported, and never reads as a pass
        said = f"internal error in check {check.id}: {type(error).__name__}: {error}"
        return Finding(check.id, check.title, "error", check.clause, check.requirements, check.expected, said)
    if isinstance(ruling, Skip):
        return skipped(check, ruling.reason)
    problems = worst_first(_bounded(ruling.problems))
    worst = problems[0] if problems else None
    return Finding(
        id=check.id,
        title=check.title,
        status=status_of(problems),
        clause=worst.clause if worst else check.clause,
        requirements=check.requirements,
        expected=ruling.expected or check.expected,
        observed=_cut(ruling.observed),
        problems=problems,
        verbatim=ruling.verbatim,
        why=worst.why if worst else None,
        fix=worst.fix if worst and worst.fix else None,
    )
