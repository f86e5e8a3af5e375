"""Findings and reports; the verdict and the exit code are decided here and nowhere else.

May never enter: rendering. `to_json` is the contract of `--format json`, written by hand; its schema is shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from wscheck.core.diagnosis import Diagnosis
from wscheck.core.exchange import Exchange, Failure

Level = Literal["error", "warning", "info"]
Status = Literal["pass", "fail", "warn", "info", "skip", "error"]
Verdict = Literal["pass", "fail", "unreachable", "error"]

_STATUS_OF: dict[str, Status] = {"error": "fail", "warning": "warn", "info": "info"}
_WEIGHT = {"error": 0, "warning": 1, "info": 2}
COUNTED: tuple[Status, ...] = ("pass", "fail", "warn", "info", "skip")

EXIT_CODES: dict[Verdict, int] = {"pass": 0, "fail": 1, "unreachable": 3, "error": 3}


class Problem(NamedTuple):
    """One thing that is wrong, or worth knowing. `offset` and `length` are octets in the response, or None."""

    code: str
    level: Level
    message: str
    requirement: str
    clause: str
    why: str
    fix: str
    offset: int | None = None
    length: int = 0


class Finding(NamedTuple):
    """What one check says of an answer."""

    id: str
    title: str
    status: Status
    clause: str
    requirements: tuple[str, ...]
    expected: str
    observed: str
    problems: tuple[Problem, ...] = ()
    why: str | None = None
    fix: str | None = None
    skip_reason: str | None = None
    verbatim: bool = False  # `observed` is the server's own text


def status_of(problems: Sequence[Problem]) -> Status:
    """The status that the worst of some problems makes; `pass` when there is none."""
    if not problems:
        return "pass"
    return _STATUS_OF[min(problems, key=lambda problem: _WEIGHT[problem.level]).level]


def worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by level, the order within a level kept."""
    return tuple(sorted(problems, key=lambda problem: _WEIGHT[problem.level]))


class TargetView(NamedTuple):
    """A target as a report shows it: no userinfo, no fragment, secrets masked."""

    url: str
    scheme: str
    host: str
    port: int
    resource: str


# What became of a crafted request: an error status, an ordinary reply as if Upgrade were absent (2xx, 3xx, 404), the
# end of the connection without a reply, a 101, or nothing within the limit.
Outcome = Literal["refused", "ignored", "closed", "accepted", "silent"]
# How a requirement binds: RFC 2119, the inventory's verdicts error, warning and info.
CaseLevel = Literal["must", "should", "may"]


class CaseResult(NamedTuple):
    """What one case of the conformance suite brought. `exchanges` are indices into the report's exchanges."""

    id: str
    title: str
    section: str
    status: Status
    level: CaseLevel
    requirements: tuple[str, ...]
    clause: str
    sent: str
    expected: str
    observed: str
    outcome: Outcome | None
    why: str
    fix: str
    policy: bool = False  # never lowers the result
    skip_reason: str | None = None
    exchanges: tuple[int, ...] = ()
    duration_ms: float = 0.0
    died: bool = False  # the server stopped answering behind this case, or one of those under way beside it


class SectionView(NamedTuple):
    """A clause family as a report shows it."""

    name: str
    title: str
    policy: bool


class Waited(NamedTuple):
    """How often a target was tried until it passed, or until the time was over."""

    attempts: int
    seconds: float
    limit_s: float


class Spread(NamedTuple):
    """Milliseconds of one phase over several probes."""

    min: float
    median: float
    p95: float
    max: float


class Repeats(NamedTuple):
    """Several probes of one target: their verdicts, each phase's spread, and the handshakes in order (None: none)."""

    verdicts: tuple[Verdict, ...]
    phases: Mapping[str, Spread]
    handshakes_ms: tuple[float | None, ...]

    @property
    def failed(self) -> int:
        """How many were no pass."""
        return len(self.verdicts) - self.verdicts.count("pass")


class Report(NamedTuple):
    """Everything one probe found. Whoever shows it repeats `verdict` and `exit_code` and derives nothing anew."""

    version: str
    kind: str
    target: TargetView
    notes: tuple[str, ...]
    started: str  # RFC 3339
    duration_ms: float
    checks: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...]
    masked: bool = True
    fail_on: Level = "error"
    name: str | None = None  # what the user calls the target
    waited: Waited | None = None
    repeats: Repeats | None = None
    cases: tuple[CaseResult, ...] = ()
    sections: tuple[SectionView, ...] = ()
    complete: bool = True  # an audit that ended before all its cases were made is no pass
    diagnosis: tuple[Diagnosis, ...] = ()  # the likeliest causes, likeliest first

    @property
    def verdict(self) -> Verdict:
        """One word for the whole.

        Unreachable when not one octet of a reply came; an error when a check broke, or when every check was skipped:
        what nobody judged is no pass.
        """
        statuses = {finding.status for finding in self.checks}
        if "error" in statuses:
            return "error"
        if not (self.main and self.main.response):
            return "unreachable"
        if any(self.fails(finding) for finding in self.checks) or any(self.fails(case) for case in self.cases):
            return "fail"
        if any(case.status == "error" for case in self.cases) or not self.complete:
            return "error"
        return "error" if statuses == {"skip"} else "pass"

    def fails(self, finding: Finding | CaseResult) -> bool:
        """Whether this finding makes the verdict a fail, given what is to fail. Policy never does."""
        if isinstance(finding, CaseResult) and finding.policy:
            return False
        return finding.status == "fail" or (finding.status == "warn" and self.fail_on == "warning")

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 unreachable or an error of our own."""
        return EXIT_CODES[self.verdict]

    @property
    def counts(self) -> dict[str, int]:
        """How many checks have each status."""
        found = [finding.status for finding in self.checks]
        return {status: found.count(status) for status in COUNTED}

    @property
    def scorecard(self) -> dict[str, dict[str, int]]:
        """How many cases of each level have each status; policy stands apart, as a level of its own."""
        found = [("policy" if case.policy else case.level, case.status) for case in self.cases]
        return {
            level: {status: found.count((level, status)) for status in COUNTED}
            for level in ("must", "should", "may", "policy")
        }

    @property
    def failure(self) -> Failure | None:
        """What ended the last exchange early, if anything."""
        return self.main.failure if self.main else None

    @property
    def main(self) -> Exchange | None:
        """The exchange that was judged: the last handshake, whatever was done beside it."""
        return next((made for made in reversed(self.exchanges) if made.purpose == "handshake"), None)

    def to_json(self) -> dict[str, Any]:
        """The report as `wscheck/report/1`."""
        from wscheck.core.contract import report_json  # which needs this file

        return report_json(self)


def worst_exit_code(reports: Iterable[Report]) -> int:
    """The exit code for several targets: 1 before 3 before 0."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (1, 3) if code in codes), 0)
