"""The pages of `wscheck explain`, one kind of id after another.

May never enter: rules; each page shows the metadata of a unit as it stands in its own file.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from wscheck.cases import Case, Section, sections
from wscheck.cases.tally import TALLIES, Tally
from wscheck.causes import causes
from wscheck.checks import USER, Rule, reply_checks
from wscheck.core.diagnosis import VERBATIM
from wscheck.core.preset import PRESETS
from wscheck.lab.faults import faults
from wscheck.lab.leniencies import leniencies


class Kind(NamedTuple):
    """One kind of id: its rows (id and title), and the page of an id, empty when it is none of this kind."""

    name: str
    does: str
    rows: Callable[[], Mapping[str, str]]
    page: Callable[[str], Iterator[str]]


# -- checks ------------------------------------------------------------------------------------------------------------


def _check_rows() -> Mapping[str, str]:
    return {check.id: check.title for check in reply_checks()}


def _check_page(name: str) -> Iterator[str]:
    check_id, _, code = name.partition("/")
    check = next((check for check in reply_checks() if check.id == check_id), None)
    rules = [rule for rule in check.rules if not code or rule.code == code] if check else []
    if check is None or not rules:
        return
    yield f"check {check.id}: {check.title}"
    if not code:
        yield from _said("expected", check.expected)
        yield from _said("why", check.why)
        yield from _said("clause", check.clause)
        yield from _said("covers", ", ".join(check.requirements))
    for rule in rules:
        yield ""
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  {rule.code} ({rule.level})"
    yield from _said("why", rule.why, 4)
    if rule.fix:
        yield from _said("fix", rule.fix, 4)
    yield from _said("clause", f"{rule.clause}  [{rule.requirement}]", 4)


# -- cases -------------------------------------------------------------------------------------------------------------


def _case_rows() -> Mapping[str, str]:
    found = {case.id: case.title for section in sections() for case in section.cases}
    return found | {tally.id: f"{tally.title}, over all cases" for tally in TALLIES}


def _case_page(name: str) -> Iterator[str]:
    for section in sections():
        for case in section.cases:
            if case.id == name:
                yield from _case(case, section)
    for tally in TALLIES:
        if tally.id == name:
            yield from _heading(f"case {tally.id}: {tally.title}, over all cases")
            yield from _row(tally)


def _case(case: Case, section: Section) -> Iterator[str]:
    yield from _heading(f"case {case.id}: {case.title}")
    yield from _said("section", section.title + (" (never lowers the result)" if section.policy else ""))
    yield from _row(case)
    if case.needs:
        yield from _said("needs", ", ".join(case.needs))
    flags = ["--intrusive"] if case.intrusive else []
    yield from _said("try", shlex.join(["wscheck", "audit", "--only", case.id, *flags, "-v", "lab:"]))


def _row(case: Case | Tally) -> Iterator[str]:
    row = case.row
    yield from _said("level", row.level)
    yield from _said("expected", case.expected)
    yield from _said("why", row.why)
    if row.fix:
        yield from _said("fix", row.fix)
    yield from _said("clause", f"{row.clause}  [{', '.join(row.requirements)}]")


# -- requirements ------------------------------------------------------------------------------------------------------


def _requirements() -> dict[str, list[tuple[str, str]]]:
    """For each requirement: its clause, and the problem code or case that cites it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for check in reply_checks():
        for rule in check.rules:
            found.setdefault(rule.requirement, []).append((rule.clause, f"check {check.id}/{rule.code} ({rule.level})"))
    units: list[Case | Tally] = [*(case for section in sections() for case in section.cases), *TALLIES]
    for unit in units:
        for name in unit.row.requirements:
            found.setdefault(name, []).append((unit.row.clause, f"case {unit.id} ({unit.row.level})"))
    found.pop(USER, None)
    return found


def _requirement_rows() -> Mapping[str, str]:
    return {
        name: "; ".join(dict.fromkeys(clause for clause, _ in cited)) for name, cited in sorted(_requirements().items())
    }


def _requirement_page(name: str) -> Iterator[str]:
    cited = _requirements().get(name, [])
    if cited:
        yield from _heading(f"requirement {name}: {_requirement_rows()[name]}")
        for number, (_, unit) in enumerate(cited):
            yield from _said("judged by" if number == 0 else "", unit)


# -- causes ------------------------------------------------------------------------------------------------------------


def _cause_rows() -> Mapping[str, str]:
    return {cause.id: cause.title for cause in causes().values()}


def _cause_page(name: str) -> Iterator[str]:
    cause = causes().get(name)
    if cause is None:
        return
    yield from _heading(f"cause {cause.id}: {cause.title}")
    yield from _said("what", cause.what)
    for label, lines in (("seen as", cause.symptoms), ("confirm", cause.confirm), ("fix", cause.fix)):
        for number, line in enumerate(lines):
            shown = label if number == 0 else ""
            # A line of a configuration is taken over as it is, whatever its length.
            verbatim = not line or line.startswith(VERBATIM)
            yield from [f"  {shown:<10}{line[2:]}".rstrip()] if verbatim else _said(shown, line)


# -- the lab -----------------------------------------------------------------------------------------------------------


def _fault_rows() -> Mapping[str, str]:
    return {fault.id: fault.title for fault in faults().values()}


def _fault_page(name: str) -> Iterator[str]:
    fault = faults().get(name)
    if fault is None:
        return
    yield from _heading(f"fault {fault.id}: {fault.title}")
    for check, codes in fault.trips.items():
        yield from _said("trips", f"{check}: {', '.join(dict.fromkeys(codes))}")
    if fault.silent:
        yield from _said("trips", "nothing: no reply comes, the verdict is unreachable")
    flags = [flag for name in fault.subprotocols for flag in ("--subprotocol", name)]
    flags += [flag for offer in fault.extensions for flag in ("--extension", offer)]
    flags += ["--ws-version", fault.version] if fault.version != "13" else []
    flags += ["--hold", "1s"] if fault.held else []
    yield from _said("try", shlex.join(["wscheck", "probe", f"lab:{fault.id}", *flags]))


def _leniency_rows() -> Mapping[str, str]:
    return {leniency.id: leniency.title for leniency in leniencies().values()}


def _leniency_page(name: str) -> Iterator[str]:
    leniency = leniencies().get(name)
    if leniency is None:
        return
    yield from _heading(f"leniency {leniency.id}: {leniency.title}")
    for status in dict.fromkeys(leniency.fails.values()):
        names = [case for case, found in leniency.fails.items() if found == status]
        yield from _said({"fail": "fails", "warn": "warns"}.get(status, status), ", ".join(names))
    yield from _said("try", f"wscheck audit{' --jobs 1' if leniency.alone else ''} lab:{leniency.id}")


# -- presets -----------------------------------------------------------------------------------------------------------


def _preset_rows() -> Mapping[str, str]:
    return {preset.name: preset.title for preset in PRESETS}


_CHOOSES = {
    "must": "the 101 has to name one of them",
    "should": "the 101 names one of them, or clients refuse it",
    "free": "the 101 may name one of them or none",
}


def _preset_page(name: str) -> Iterator[str]:
    for preset in PRESETS:
        if preset.name == name:
            yield from _heading(f"preset {preset.name}: {preset.title}")
            yield from _said("path", preset.path)
            offers = ", ".join(preset.subprotocols)
            yield from _said("offers", f"{offers}; {_CHOOSES[preset.chooses]}" if offers else "no subprotocol")
            yield from _said("note", preset.hint)
            yield from _said("source", f"{preset.clause}  [{preset.requirement}]")
            yield from _said("try", f"wscheck probe --preset {preset.name} wss://example.com")


KINDS = (
    Kind("checks", "judge a reply", _check_rows, _check_page),
    Kind("cases", "provoke one", _case_rows, _case_page),
    Kind("requirements", "what the standards ask", _requirement_rows, _requirement_page),
    Kind("causes", "explain a failure", _cause_rows, _cause_page),
    Kind("faults", "imitate a wrong reply", _fault_rows, _fault_page),
    Kind("leniencies", "imitate a lenient server", _leniency_rows, _leniency_page),
    Kind("presets", "know an application's habits", _preset_rows, _preset_page),
)


# -- lines -------------------------------------------------------------------------------------------------------------


def _heading(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, 80, subsequent_indent="  ", break_on_hyphens=False)


def _said(label: str, text: str, indent: int = 2) -> Iterator[str]:
    lead = " " * indent + f"{label:<10}"
    yield from textwrap.wrap(
        text, 80, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False, break_long_words=False
    )
