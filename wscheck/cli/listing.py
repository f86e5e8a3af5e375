"""`wscheck audit --list`: the cases that would be made, for a person or as JSON. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wscheck.auditing.choosing import TALLY_SECTION, Chosen
from wscheck.cases import Case
from wscheck.cases.tally import Tally
from wscheck.errors import UsageError

_OVER_ALL = "over all cases, without a request of their own"


def show(chosen: Chosen, format_name: str) -> None:
    """Prints the chosen cases section by section. UsageError for a format that is only for what was found."""
    if format_name == "json":
        _show_json(chosen)
    elif format_name == "text":
        _show_text(chosen)
    else:
        raise UsageError(f"--list has no format {format_name}: give text or json")


def _show_text(chosen: Chosen) -> None:
    for section in chosen.sections:
        cases = chosen.of(section)
        rows = [(case.id, case.row.level, case.title + (" (intrusive)" if case.intrusive else "")) for case in cases]
        _show_section(f"{section.name}: {section.title}", rows)
    if chosen.tallies:
        rows = [(tally.id, tally.row.level, tally.title) for tally in chosen.tallies]
        _show_section(f"{TALLY_SECTION}: {_OVER_ALL}", rows)


def _show_section(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    width = max(len(name) for name, _, _ in rows)
    click.echo(title)
    for name, level, said in rows:
        click.echo(f"  {level:<7} {name:<{width}}  {said}")


def _show_json(chosen: Chosen) -> None:
    import json

    units: list[tuple[str, bool, Case | Tally]] = [
        (section.name, section.policy, case) for section in chosen.sections for case in chosen.of(section)
    ]
    units += [(TALLY_SECTION, False, tally) for tally in chosen.tallies]
    rows = [
        {
            "id": unit.id,
            "title": unit.title,
            "section": section,
            "level": unit.row.level,
            "requirements": list(unit.row.requirements),
            "clause": unit.row.clause,
            "expected": unit.expected,
            "policy": policy,
            "intrusive": isinstance(unit, Case) and unit.intrusive,
        }
        for section, policy, unit in units
    ]
    click.echo(json.dumps({"schema": "wscheck/cases/1", "cases": rows}))
