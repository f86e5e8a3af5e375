"""From exchanges to a report: judged as they are, then masked. FLOOR 3.

May never enter: sending, and rules of RFC 6455; those are in `checks`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from wscheck import __version__, checks
from wscheck.core import secrets
from wscheck.core.answer import read_answer
from wscheck.core.demand import NO_DEMANDS, Demands
from wscheck.core.diagnosis import Diagnosis
from wscheck.core.exchange import Exchange, Tunnel
from wscheck.core.report import CaseResult, Finding, Level, Problem, Report, SectionView, TargetView
from wscheck.core.target import Target
from wscheck.errors import UsageError, unknown


class Judging(NamedTuple):
    """How exchanges are judged and shown. `words` are secrets that the user gave, wherever they may turn up."""

    selected: frozenset[str] | None = None
    demands: Demands = NO_DEMANDS
    fail_on: Level = "error"
    show_secrets: bool = False
    words: frozenset[bytes] = frozenset()
    hidden: frozenset[bytes] = frozenset()  # names of fields whose values are secret

    def selects(self, check: str) -> bool:
        """Whether that check is to judge."""
        return self.selected is None or check in self.selected


def select(only: Sequence[str], skip: Sequence[str]) -> frozenset[str] | None:
    """The ids of the checks to make, None for all. UsageError for an unknown id."""
    known = [check.id for check in checks.reply_checks()]
    for name in (*only, *skip):
        if name not in known:
            raise unknown("check", name, known)
    if not only and not skip:
        return None
    selected = frozenset(only or known) - frozenset(skip)
    if not selected:
        raise UsageError("--only and --skip leave no check to judge with")
    return selected


def build_report(
    kind: str,
    target: Target,
    made: Sequence[Exchange],
    judging: Judging,
    *,
    notes: tuple[str, ...],
    started: float,
    cases: tuple[CaseResult, ...] = (),
    sections: tuple[SectionView, ...] = (),
) -> Report:
    """The report of a run, masked: its last handshake decides, and the cases of an audit."""
    draft = draft_report(kind, target, made, judging, notes=notes, started=started)
    return finished(draft._replace(cases=cases, sections=sections), judging)


def draft_report(
    kind: str, target: Target, made: Sequence[Exchange], judging: Judging, *, notes: tuple[str, ...], started: float
) -> Report:
    """The same with its secrets, for what has to send them once more; nobody else may see it."""
    main = [exchange for exchange in made if exchange.purpose == "handshake"][-1]
    second = next((exchange for exchange in made if exchange.purpose == "replay"), None)
    return Report(
        version=__version__,
        kind=kind,
        target=TargetView(target.url, target.scheme, target.host, target.port, target.resource),
        notes=notes,
        started=_rfc3339(started),
        duration_ms=sum(exchange.timings.total or 0.0 for exchange in made if exchange.purpose == "handshake"),
        checks=_judged(main, judging, second),
        exchanges=tuple(made),
        masked=not judging.show_secrets,
        fail_on=judging.fail_on,
    )


def finished(report: Report, judging: Judging) -> Report:
    """A draft with its secrets masked, unless they are to be shown."""
    return report if judging.show_secrets else _masked(report, judging)


def _judged(made: Exchange, judging: Judging, second: Exchange | None) -> tuple[Finding, ...]:
    if made.response:
        return checks.judge(read_answer(made, judging.demands, second), judging.selected)
    reason = made.failure.detail if made.failure else "no reply came"
    return checks.all_skipped(f"no reply came: {reason}", judging.selected)


# -- masking -----------------------------------------------------------------------------------------------------------


def _masked(report: Report, judging: Judging) -> Report:
    places = [
        (secrets.request_secrets(made.request, judging.hidden), secrets.response_secrets(made.response))
        for made in report.exchanges
    ]
    words = judging.words.union(
        *(
            secrets.words(made.request, sent) | secrets.words(made.response, came)
            for made, (sent, came) in zip(report.exchanges, places, strict=True)
        )
    )
    exchanges = [
        _masked_exchange(made, sent, came, words) for made, (sent, came) in zip(report.exchanges, places, strict=True)
    ]
    view = report.target._replace(
        url=secrets.masked_text(secrets.masked_url(report.target.url), words),
        resource=secrets.masked_text(secrets.masked_url(report.target.resource), words),
    )
    return report._replace(
        target=view,
        notes=tuple(secrets.masked_text(secrets.masked_url(note), words) for note in report.notes),
        checks=tuple(_masked_finding(finding, words) for finding in report.checks),
        exchanges=tuple(exchanges),
        cases=tuple(_masked_case(case, words) for case in report.cases),
        diagnosis=tuple(_masked_diagnosis(one, words) for one in report.diagnosis),
    )


def _masked_diagnosis(diagnosis: Diagnosis, words: frozenset[bytes]) -> Diagnosis:
    def hide(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(secrets.masked_text(secrets.masked_url(line), words) for line in lines)

    return diagnosis._replace(
        summary=hide((diagnosis.summary,))[0],
        evidence=hide(diagnosis.evidence),
        fix=hide(diagnosis.fix),
        would_tell=hide(diagnosis.would_tell),
        console=hide(diagnosis.console),
    )


def _masked_case(case: CaseResult, words: frozenset[bytes]) -> CaseResult:
    return case._replace(sent=secrets.masked_text(case.sent, words), observed=secrets.masked_text(case.observed, words))


def _masked_exchange(
    made: Exchange, sent: tuple[secrets.Span, ...], came: tuple[secrets.Span, ...], words: frozenset[bytes]
) -> Exchange:
    failure = made.failure
    return made._replace(
        request=secrets.masked(made.request, sent, words),
        response=secrets.masked(made.response, came, words),
        failure=failure and failure._replace(detail=secrets.masked_text(failure.detail, words)),
        tunnel=_masked_tunnel(made.tunnel, words) if made.tunnel else None,
    )


def _masked_tunnel(tunnel: Tunnel, words: frozenset[bytes]) -> Tunnel:
    reason = secrets.masked(tunnel.ending.reason, (), words)
    return tunnel._replace(
        received=secrets.masked(tunnel.received, (), words), ending=tunnel.ending._replace(reason=reason)
    )


def _masked_finding(finding: Finding, words: frozenset[bytes]) -> Finding:
    return finding._replace(
        observed=secrets.masked_text(finding.observed, words),
        expected=secrets.masked_text(finding.expected, words),
        problems=tuple(_masked_problem(problem, words) for problem in finding.problems),
        skip_reason=finding.skip_reason and secrets.masked_text(finding.skip_reason, words),
    )


def _masked_problem(problem: Problem, words: frozenset[bytes]) -> Problem:
    return problem._replace(message=secrets.masked_text(problem.message, words))


def _rfc3339(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
