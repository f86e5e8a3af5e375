"""What an audit shows of each case, as values for the report. FLOOR 3.

May never enter: a verdict; `cases` says it, and `blaming` what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wscheck.auditing.blaming import Tried
from wscheck.auditing.choosing import TALLY_SECTION, Chosen
from wscheck.cases import Case, Said, Section
from wscheck.cases.sent import sent_text
from wscheck.cases.tally import Tally
from wscheck.core.report import CaseResult, SectionView
from wscheck.core.secrets import masked, request_secrets
from wscheck.probing.jobs import Options


def hiding(options: Options) -> Callable[[bytes], bytes]:
    """What masks the secrets of a request, unless they are to be shown."""
    if options.judging.show_secrets:
        return bytes
    hidden = options.asked.hidden_names
    return lambda request: masked(request, request_secrets(request, hidden), options.judging.words)


def result_of(found: Tried, section: Section, hide: Callable[[bytes], bytes]) -> CaseResult:
    """A case that was played; `hide` masks the secrets of a request."""
    if found.lost:
        return skipped(found.case, section, "no connection could be made any more")
    said, row = found.said, found.case.row
    return CaseResult(
        id=found.case.id,
        title=found.case.title,
        section=section.name,
        status=said.status,
        level=row.level,
        requirements=row.requirements,
        clause=row.clause,
        sent=sent_text(found.seen.good, found.shots, hide),
        expected=found.case.expected,
        observed=said.observed,
        outcome=found.seen.outcome,
        why=row.why,
        fix=row.fix,
        policy=section.policy,
        skip_reason=said.observed if said.status == "skip" else None,
        exchanges=found.exchanges,
        duration_ms=(found.ended - found.started) * 1000,
        died=found.died,
    )


def skipped(case: Case, section: Section, why: str) -> CaseResult:
    """A case that was not made, or shows nothing, and why."""
    row = case.row
    return CaseResult(
        case.id, case.title, section.name, "skip", row.level, row.requirements, row.clause, "", case.expected, "", None,
        row.why, row.fix, section.policy, why,
    )  # fmt: skip


def tallied(tally: Tally, said: Said) -> CaseResult:
    """What all cases together showed."""
    row = tally.row
    return CaseResult(
        tally.id, tally.title, TALLY_SECTION, said.status, row.level, row.requirements, row.clause, "", tally.expected,
        said.observed, None, row.why, row.fix, skip_reason=said.observed if said.status == "skip" else None,
    )  # fmt: skip


def views(chosen: Chosen) -> Iterator[SectionView]:
    """The sections that are shown; what all cases show together stands behind those of conformance."""
    conformance = [section for section in chosen.sections if not section.policy]
    policy = [section for section in chosen.sections if section.policy]
    yield from (SectionView(section.name, section.title, False) for section in conformance)
    if chosen.tallies:
        yield SectionView(TALLY_SECTION, "Refusals, over all cases", False)
    yield from (SectionView(section.name, section.title, True) for section in policy)
