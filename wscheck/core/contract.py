"""The JSON contract, written by hand: what `--format json` prints. Its schema is shipped beside the package.

May never enter: a decision. Fields are added and never renamed; adding one does not change the number of the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wscheck.core.diagnosis import Diagnosis
from wscheck.core.exchange import Attempt, Exchange, Timings, Tls, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.report import EXIT_CODES, CaseResult, Finding, Repeats, Report, Waited, worst_exit_code
from wscheck.core.visible import visible

if TYPE_CHECKING:
    from wscheck.core.comparison import Comparison


def report_json(report: Report) -> dict[str, Any]:
    """One report as `wscheck/report/1`."""
    return {
        "schema": "wscheck/report/1",
        "tool": {"name": "wscheck", "version": report.version},
        "kind": report.kind,
        "name": report.name,
        "target": {
            "url": report.target.url,
            "scheme": report.target.scheme,
            "host": report.target.host,
            "port": report.target.port,
            "resource": report.target.resource,
        },
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "notes": list(report.notes),
        "started": report.started,
        "duration_ms": round(report.duration_ms, 3),
        "counts": report.counts,
        "checks": [_finding_json(finding) for finding in report.checks],
        "diagnosis": [_diagnosis_json(one) for one in report.diagnosis],
        "clients": [],
        "timings_ms": _timings_json(report.main.timings if report.main else Timings()),
        "exchanges": [_exchange_json(exchange, report.masked) for exchange in report.exchanges],
        "cases": [_case_json(case) for case in report.cases],
        "sections": [{"name": view.name, "title": view.title, "policy": view.policy} for view in report.sections],
        "complete": report.complete,
        "scorecard": report.scorecard if report.cases else None,
        "waited": None if report.waited is None else _waited_json(report.waited),
        "repeats": None if report.repeats is None else _repeats_json(report.repeats),
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


def compare_json(comparison: Comparison) -> dict[str, Any]:
    """Two reports and their differences as one `wscheck/compare/1` object."""
    return {
        "schema": "wscheck/compare/1",
        "exit_code": comparison.exit_code,
        "same": comparison.same,
        "differences": [
            {"where": one.where, "a": one.a, "b": one.b, "meaning": one.meaning} for one in comparison.differences
        ],
        "reports": [comparison.a.to_json(), comparison.b.to_json()],
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


def _diagnosis_json(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "cause": diagnosis.cause,
        "confidence": diagnosis.confidence,
        "summary": diagnosis.summary,
        "evidence": list(diagnosis.evidence),
        "fix": list(diagnosis.fix),
        "would_tell": list(diagnosis.would_tell),
        "console": list(diagnosis.console),
    }


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


def _case_json(case: CaseResult) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "section": case.section,
        "policy": case.policy,
        "status": case.status,
        "level": case.level,
        "requirements": list(case.requirements),
        "clause": case.clause,
        "sent": case.sent,
        "expected": case.expected,
        "observed": case.observed,
        "outcome": case.outcome,
        "why": case.why,
        "fix": case.fix,
        "skip_reason": case.skip_reason,
        "exchanges": list(case.exchanges),
        "duration_ms": round(case.duration_ms, 3),
        "died": case.died,
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
        "ping": _round(timings.ping),
        "close": _round(timings.close),
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
