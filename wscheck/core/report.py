"""Findings and reports; the verdict and the exit code are decided here and nowhere else.

May never enter: rendering. `to_json` is the contract of `--format json`, written by hand; its schema is shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from wscheck.core.exchange import Attempt, Exchange, Failure, Timings, Tls, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.visible import visible

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
        if any(self.fails(finding) for finding in self.checks):
            return "fail"
        return "error" if statuses == {"skip"} else "pass"

    def fails(self, finding: Finding) -> bool:
        """Whether this finding makes the verdict a fail, given what is to fail."""
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
    def failure(self) -> Failure | None:
        """What ended the last exchange early, if anything."""
        return self.main.failure if self.main else None

    @property
    def main(self) -> Exchange | None:
        """The exchange that was judged: the last handshake, whatever was done beside it."""
        return next((made for made in reversed(self.exchanges) if made.purpose == "handshake"), None)

    def to_json(self) -> dict[str, Any]:
        """The report as `wscheck/report/1`."""
        return {
            "schema": "wscheck/report/1",
            "tool": {"name": "wscheck", "version": self.version},
            "kind": self.kind,
            "name": self.name,
            "target": {
                "url": self.target.url,
                "scheme": self.target.scheme,
                "host": self.target.host,
                "port": self.target.port,
                "resource": self.target.resource,
            },
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "notes": list(self.notes),
            "started": self.started,
            "duration_ms": round(self.duration_ms, 3),
            "counts": self.counts,
            "checks": [_finding_json(finding) for finding in self.checks],
            "diagnosis": [],
            "clients": [],
            "timings_ms": _timings_json(self.main.timings if self.main else Timings()),
            "exchanges": [_exchange_json(exchange, self.masked) for exchange in self.exchanges],
            "waited": None if self.waited is None else _waited_json(self.waited),
            "repeats": None if self.repeats is None else _repeats_json(self.repeats),
        }


def _waited_json(waited: Waited) -> dict[str, Any]:
    return {"attempts": waited.attempts, "seconds": round(waited.seconds, 3), "limit_s": waited.limit_s}


def _repeats_json(repeats: Repeats) -> dict[str, Any]:
    return {
        "count": len(repeats.verdicts),
        "failed": repeats.failed,
        "verdicts": list(repeats.verdicts),
        "phases_ms": {
            phase: {
                "min": _round(spread.min),
                "median": _round(spread.median),
                "p95": _round(spread.p95),
                "max": _round(spread.max),
            }
            for phase, spread in repeats.phases.items()
        },
        "handshakes_ms": [_round(value) for value in repeats.handshakes_ms],
    }


def scan_json(reports: Sequence[Report]) -> dict[str, Any]:
    """Several reports as one `wscheck/scan/1` object."""
    verdicts = [report.verdict for report in reports]
    return {
        "schema": "wscheck/scan/1",
        "exit_code": worst_exit_code(reports),
        "reports": [report.to_json() for report in reports],
        "counts": {verdict: verdicts.count(verdict) for verdict in EXIT_CODES},
    }


def worst_exit_code(reports: Iterable[Report]) -> int:
    """The exit code for several targets: 1 before 3 before 0."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (1, 3) if code in codes), 0)


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "title": finding.title,
        "status": finding.status,
        "clause": finding.clause,
        "requirements": list(finding.requirements),
        "expected": finding.expected,
        "observed": finding.observed,
        "problems": [
            {
                "code": problem.code,
                "level": problem.level,
                "message": problem.message,
                "requirement": problem.requirement,
                "clause": problem.clause,
                "why": problem.why,
                "fix": problem.fix,
                "offset": problem.offset,
                "length": problem.length,
            }
            for problem in finding.problems
        ],
        "why": finding.why,
        "fix": finding.fix,
        "skip_reason": finding.skip_reason,
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _timings_json(timings: Timings) -> dict[str, float | None]:
    return {
        "dns": _round(timings.dns),
        "tcp": _round(timings.tcp),
        "proxy": _round(timings.proxy),
        "tls": _round(timings.tls),
        "handshake": _round(timings.handshake),
        "ping": None,
        "close": None,
        "total": _round(timings.total),
    }


def _exchange_json(exchange: Exchange, masked: bool) -> dict[str, Any]:
    failure = exchange.failure
    return {
        "purpose": exchange.purpose,
        "hop": exchange.hop,
        "protocol": exchange.protocol,
        "address": exchange.address,
        "route": exchange.route,
        "attempts": [_attempt_json(attempt) for attempt in exchange.attempts],
        "tls": _tls_json(exchange.tls),
        "request": exchange.request.decode("latin-1"),
        "response": exchange.response.decode("latin-1"),
        "masked": masked,
        "truncated": exchange.truncated,
        "tunnel": None if exchange.tunnel is None else _tunnel_json(exchange.tunnel),
        "failure": None
        if failure is None
        else {"stage": failure.stage, "kind": failure.kind, "detail": failure.detail},
    }


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    return {"address": attempt.address, "ms": _round(attempt.ms), "failure": attempt.failure}


def _tunnel_json(tunnel: Tunnel) -> dict[str, Any]:
    ending = tunnel.ending
    sides = (("client", tunnel.sent_frames), ("server", tunnel.received_frames))
    closed = ending.how == "close"
    return {
        "sent": tunnel.sent.decode("latin-1"),
        "received": tunnel.received.decode("latin-1"),
        "frames": [_frame_json(side, frame) for side, frames in sides for frame in frames],
        "close": {"by": ending.by, "code": ending.code, "reason": visible(ending.reason)} if closed else None,
        "ended": {"by": ending.by, "how": ending.how, "after_s": round(ending.after_s, 3)},
        "held_s": tunnel.held_s,
    }


def _frame_json(side: str, frame: Frame) -> dict[str, Any]:
    return {
        "from": side,
        "opcode": frame.opcode,
        "fin": frame.fin,
        "rsv": frame.rsv,
        "masked": frame.masked,
        "length": frame.length,
    }


def _tls_json(tls: Tls | None) -> dict[str, Any] | None:
    if tls is None:
        return None
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "alpn": tls.alpn,
        "subject": tls.subject,
        "names": list(tls.names),
        "chain_length": tls.chain_length,
        "issuer": tls.issuer,
        "not_before": tls.not_before,
        "not_after": tls.not_after,
        "days_left": _round(tls.days_left),
        "verified": tls.verified,
        "trust": tls.trust,
    }
