"""One row is one test of one check: a request's fields and a reply, both written out, and exactly what the check says.

`points` names, for a problem's code, the offset in the reply and the octets that the problem has to point at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wscheck.checks import Rule, reply_checks
from wscheck.core.answer import Answer, read_answer
from wscheck.core.demand import NO_DEMANDS, Demands
from wscheck.core.exchange import Exchange, Failure, Kind, Stopped, Timings, Tls, Tunnel
from wscheck.core.preset import Preset
from wscheck.core.report import Finding, Level, Status

UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
SAMPLE = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"


@dataclass(frozen=True)
class Row:
    """A reply to a request with the fields `upgrade` and `asked`, and what one check has to say of it."""

    name: str
    reply: bytes
    status: Status
    problems: Mapping[str, Level] = field(default_factory=dict)
    points: Mapping[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: bytes = SAMPLE
    upgrade: bytes = UPGRADE
    line: bytes = b"GET /chat HTTP/1.1\r\n"
    demands: Demands = NO_DEMANDS
    tunnel: Tunnel | None = None
    tls: Tls | None = None
    handshake_ms: float | None = None
    failure: Kind | None = None
    closed: bool = False
    truncated: bool = False
    stopped: Stopped | None = None
    second: Exchange | None = None
    skip_reason: str | None = None
    observed: str | None = None  # compared where it is given
    says: str = ""  # stands in the message of a problem


def answer_of(row: Row) -> Answer:
    """The row as the answer that checks judge."""
    return read_answer(
        Exchange(
            purpose="handshake",
            request=row.line + b"Host: 127.0.0.1:9001\r\n" + row.upgrade + row.asked + b"\r\n",
            response=row.reply,
            address="127.0.0.1:9001",
            attempts=(),
            tls=row.tls,
            timings=Timings(handshake=row.handshake_ms),
            failure=Failure("read", row.failure, "as the row says") if row.failure else None,
            closed=row.closed,
            truncated=row.truncated,
            tunnel=row.tunnel,
            stopped=row.stopped,
        ),
        row.demands,
        row.second,
    )


def finding_of(check_id: str, row: Row) -> Finding:
    """What the check says of the row."""
    from wscheck.checks import judge

    return next(finding for finding in judge(answer_of(row), {check_id}) if finding.id == check_id)


def hold(check_id: str, row: Row) -> None:
    """Asserts that the check says exactly what the row says."""
    finding = finding_of(check_id, row)
    assert finding.status == row.status, finding
    assert {(problem.code, problem.level) for problem in finding.problems} == set(row.problems.items())
    assert finding.skip_reason == row.skip_reason
    if row.observed is not None:
        assert finding.observed == row.observed
    assert any(row.says in problem.message for problem in finding.problems) or not row.says, finding.problems
    pointed = {
        problem.code: (problem.offset, row.reply[problem.offset : problem.offset + problem.length])
        for problem in reversed(finding.problems)
        if problem.offset is not None
    }
    for code, place in row.points.items():
        assert pointed[code] == place
    rules = {check.id: {rule.code: rule for rule in check.rules} for check in reply_checks()}[check_id]
    for problem in finding.problems:
        rule = rules[problem.code]
        source: Rule | Preset = rule
        if problem.code.startswith("convention-") and row.demands.convention:
            source = row.demands.convention  # whose requirement it is
        assert (problem.requirement, problem.clause) == (source.requirement, source.clause)
        # What a refusal lacks that was demanded fails nothing.
        assert problem.level == rule.level or (row.demands.refusal and check_id == "refusal")
        assert problem.offset is None or 0 <= problem.offset < problem.offset + problem.length <= len(row.reply)
