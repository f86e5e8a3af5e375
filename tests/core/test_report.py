"""The verdict, the exit code, the counts, and what is printed as JSON."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from wscheck.core.contract import scan_json
from wscheck.core.diagnosis import Diagnosis, due
from wscheck.core.exchange import Attempt, Ending, Exchange, Failure, Timings, Tls, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.report import (
    CaseLevel,
    CaseResult,
    Finding,
    Level,
    Problem,
    Repeats,
    Report,
    Spread,
    Status,
    TargetView,
    Verdict,
    Waited,
    status_of,
    worst_exit_code,
    worst_first,
)


def problem(code: str, level: Level) -> Problem:
    return Problem(code, level, f"{code} is wrong", "R-1", "RFC 0 §1", "why", "fix", 3, 2)


def finding(status: Status, check_id: str = "upgrade") -> Finding:
    return Finding(check_id, "Title", status, "RFC 0 §1", ("R-1", "R-2"), "this", "that")


EXCHANGE = Exchange(
    purpose="handshake",
    request=b"GET / HTTP/1.1\r\n\r\n",
    response=b"HTTP/1.1 101 \xff\x00\r\n\r\n",
    address="127.0.0.1:9001",
    attempts=(),
    tls=None,
    timings=Timings(),
    failure=None,
)
SILENT = EXCHANGE._replace(response=b"", failure=Failure("read", "timeout", "silence"))


def report(
    *statuses: Status, exchanges: tuple[Exchange, ...] = (EXCHANGE,), fail_on: Level = "error", url: str = "ws://a/"
) -> Report:
    return Report(
        version="9.8.7",
        kind="probe",
        target=TargetView(url, "ws", "a", 80, "/"),
        notes=("no scheme was given: ws:// was assumed",),
        started="2026-03-02T10:00:00Z",
        duration_ms=12.3456,
        checks=tuple(finding(status) for status in statuses),
        exchanges=exchanges,
        fail_on=fail_on,
    )


@pytest.mark.parametrize(
    ("levels", "status"),
    [
        ((), "pass"),
        (("info",), "info"),
        (("info", "warning"), "warn"),
        (("warning", "info"), "warn"),
        (("info", "error", "warning"), "fail"),
    ],
)
def test_the_worst_problem_makes_the_status(levels: tuple[Level, ...], status: Status) -> None:
    assert status_of([problem("a", level) for level in levels]) == status


def test_problems_are_ordered_by_level_and_then_as_they_came() -> None:
    problems = [problem("a", "info"), problem("b", "error"), problem("c", "warning"), problem("d", "error")]
    assert [found.code for found in worst_first(problems)] == ["b", "d", "c", "a"]


@pytest.mark.parametrize(
    ("statuses", "exchanges", "fail_on", "verdict", "exit_code"),
    [
        (("pass", "skip", "info"), (EXCHANGE,), "error", "pass", 0),
        (("pass", "warn"), (EXCHANGE,), "error", "pass", 0),
        (("pass", "warn"), (EXCHANGE,), "warning", "fail", 1),
        (("pass", "info"), (EXCHANGE,), "warning", "pass", 0),
        (("warn", "fail"), (EXCHANGE,), "error", "fail", 1),
        (("skip",), (SILENT,), "error", "unreachable", 3),
        (("skip",), (), "error", "unreachable", 3),
        (("fail",), (SILENT,), "error", "unreachable", 3),
        (("pass",), (SILENT, EXCHANGE), "error", "pass", 0),
        (("error", "fail"), (EXCHANGE,), "error", "error", 3),
        (("error", "pass"), (EXCHANGE,), "error", "error", 3),
        (("error",), (SILENT,), "error", "error", 3),
    ],
)
def test_verdict_and_exit_code(
    statuses: tuple[Status, ...], exchanges: tuple[Exchange, ...], fail_on: Level, verdict: Verdict, exit_code: int
) -> None:
    made = report(*statuses, exchanges=exchanges, fail_on=fail_on)
    assert (made.verdict, made.exit_code) == (verdict, exit_code)


def test_counts_are_of_every_status_but_errors_of_our_own() -> None:
    made = report("pass", "pass", "fail", "warn", "skip", "skip", "skip", "error")
    assert made.counts == {"pass": 2, "fail": 1, "warn": 1, "info": 0, "skip": 3}


def test_the_failure_is_that_of_the_last_exchange() -> None:
    assert report(exchanges=(EXCHANGE, SILENT)).failure == Failure("read", "timeout", "silence")
    assert report(exchanges=(SILENT, EXCHANGE)).failure is None
    assert report(exchanges=()).failure is None


@pytest.mark.parametrize(
    ("reports", "exit_code"),
    [
        ([], 0),
        ([report("pass"), report("pass")], 0),
        ([report("pass"), report("skip", exchanges=())], 3),
        ([report("skip", exchanges=()), report("fail"), report("pass")], 1),
        ([report("error"), report("pass")], 3),
        ([report("error"), report("fail")], 1),
    ],
)
def test_several_targets_end_with_the_worst(reports: list[Report], exit_code: int) -> None:
    assert worst_exit_code(reports) == exit_code


def case(status: Status, level: CaseLevel = "must", *, policy: bool = False) -> CaseResult:
    return CaseResult(
        id="key-missing",
        title="No key",
        section="key",
        status=status,
        level=level,
        requirements=("R-1",),
        clause="RFC 0 §1",
        sent="no Sec-WebSocket-Key",
        expected="refused",
        observed="accepted",
        outcome="accepted",
        why="why",
        fix="fix",
        policy=policy,
        exchanges=(1, 2),
        duration_ms=1.23456,
    )


@pytest.mark.parametrize(
    ("cases", "complete", "fail_on", "verdict"),
    [
        ((case("pass"), case("skip"), case("info")), True, "error", "pass"),
        ((case("pass"), case("fail")), True, "error", "fail"),
        ((case("warn", "should"),), True, "error", "pass"),
        ((case("warn", "should"),), True, "warning", "fail"),
        ((case("fail", policy=True), case("warn", policy=True)), True, "warning", "pass"),
        ((case("pass"),), False, "error", "error"),
        ((case("pass"), case("fail")), False, "error", "fail"),
        ((case("error"),), True, "error", "error"),
        ((case("error"), case("fail")), True, "error", "fail"),
    ],
)
def test_the_verdict_of_an_audit(
    cases: tuple[CaseResult, ...], complete: bool, fail_on: Level, verdict: Verdict
) -> None:
    made = report("pass", fail_on=fail_on)._replace(kind="audit", cases=cases, complete=complete)
    assert made.verdict == verdict


def test_the_scorecard_counts_policy_apart() -> None:
    cases = (case("pass"), case("fail"), case("warn", "should"), case("info", "may"), case("fail", policy=True))
    assert report("pass")._replace(cases=cases).scorecard == {
        "must": {"pass": 1, "fail": 1, "warn": 0, "info": 0, "skip": 0},
        "should": {"pass": 0, "fail": 0, "warn": 1, "info": 0, "skip": 0},
        "may": {"pass": 0, "fail": 0, "warn": 0, "info": 1, "skip": 0},
        "policy": {"pass": 0, "fail": 1, "warn": 0, "info": 0, "skip": 0},
    }


def test_a_case_as_json() -> None:
    made = report("pass")._replace(cases=(case("fail"),)).to_json()
    assert made["cases"] == [
        {
            "id": "key-missing",
            "title": "No key",
            "section": "key",
            "policy": False,
            "status": "fail",
            "level": "must",
            "requirements": ["R-1"],
            "clause": "RFC 0 §1",
            "sent": "no Sec-WebSocket-Key",
            "expected": "refused",
            "observed": "accepted",
            "outcome": "accepted",
            "why": "why",
            "fix": "fix",
            "skip_reason": None,
            "exchanges": [1, 2],
            "duration_ms": 1.235,
            "died": False,
        }
    ]


def test_there_is_nothing_to_explain_in_an_error_of_our_own() -> None:
    assert not due(report("error", "fail"))
    assert not due(report("skip", exchanges=()))
    assert not due(report("pass"))
    assert due(report("fail"))
    assert due(report("pass", "warn"))
    assert due(report("skip", exchanges=(SILENT,)))


@pytest.mark.parametrize(
    ("response", "held_s", "by", "explained"),
    [
        (b"HTTP/1.1 101 X\r\n\r\n", None, "wscheck", False),
        (b"HTTP/1.1 101 X\r\n\r\n", None, "server", True),
        (b"HTTP/1.1 101 X\r\nvia: 1.1 squid\r\n\r\n", None, "wscheck", True),
        (b"HTTP/1.1 101 X\r\nVia: 1.1 squid\r\n\r\n", 2.0, "wscheck", False),
        (b"HTTP/1.1 101 X\r\nX-Via: 1.1 squid\r\n\r\n", None, "wscheck", False),
    ],
)
def test_a_pass_that_is_explained(
    response: bytes, held_s: float | None, by: Literal["server", "wscheck"], explained: bool
) -> None:
    tunnel = Tunnel(b"", b"", (), (), Ending(by, "close", 0.1, 1000), held_s)
    assert due(report("pass", exchanges=(EXCHANGE._replace(response=response, tunnel=tunnel),))) is explained


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (1.0, "almost certain"),
        (0.9, "almost certain"),
        (0.89, "likely"),
        (0.7, "likely"),
        (0.45, "possible"),
        (0.44, "a guess"),
        (0.0, "a guess"),
    ],
)
def test_confidence_in_words(confidence: float, said: str) -> None:
    assert Diagnosis("cause", confidence, "", (), ()).said == said


def test_a_diagnosis_as_json() -> None:
    found = Diagnosis("upgrade-stripped", 0.95, "A hop drops it.", ("it lacks",), ("add",), ("--hold",), ("Error",))
    assert report("fail")._replace(diagnosis=(found,)).to_json()["diagnosis"] == [
        {
            "cause": "upgrade-stripped",
            "confidence": 0.95,
            "summary": "A hop drops it.",
            "evidence": ["it lacks"],
            "fix": ["add"],
            "would_tell": ["--hold"],
            "console": ["Error"],
        }
    ]


def test_a_scan() -> None:
    scan = scan_json([report("pass", url="ws://a/"), report("fail", url="ws://b/"), report("skip", exchanges=())])
    assert (scan["schema"], scan["exit_code"]) == ("wscheck/scan/1", 1)
    assert scan["counts"] == {"pass": 1, "fail": 1, "unreachable": 1, "error": 0}
    assert [(one["target"]["url"], one["verdict"]) for one in scan["reports"]] == [
        ("ws://a/", "pass"),
        ("ws://b/", "fail"),
        ("ws://a/", "unreachable"),
    ]


def holds(got: dict[str, Any], **wanted: object) -> None:
    """Asserts the members named; others may be added without a new number."""
    assert {name: got[name] for name in wanted} == wanted


def test_a_report_as_json() -> None:
    made = report("pass")._replace(
        checks=(
            Finding(
                "upgrade",
                "Upgrade is websocket",
                "fail",
                "RFC 6455 §4.1",
                ("R-1", "R-2"),
                "websocket",
                "h2c",
                (problem("other-protocol", "error"),),
                "why",
                "fix",
            ),
            finding("skip", "refusal")._replace(skip_reason="not a refusal"),
        ),
        exchanges=(
            EXCHANGE,
            EXCHANGE._replace(timings=Timings(1.23456, 2.0, None, 3.0009, 7.5), truncated=True, hop=1),
        ),
    )
    got = made.to_json()
    holds(
        got,
        schema="wscheck/report/1",
        tool={"name": "wscheck", "version": "9.8.7"},
        kind="probe",
        target={"url": "ws://a/", "scheme": "ws", "host": "a", "port": 80, "resource": "/"},
        verdict="fail",
        exit_code=1,
        notes=["no scheme was given: ws:// was assumed"],
        started="2026-03-02T10:00:00Z",
        duration_ms=12.346,
        counts={"pass": 0, "fail": 1, "warn": 0, "info": 0, "skip": 1},
        timings_ms={
            "dns": 1.235,
            "tcp": 2.0,
            "proxy": None,
            "tls": None,
            "handshake": 3.001,
            "ping": None,
            "close": None,
            "total": 7.5,
        },
        waited=None,
        repeats=None,
    )
    first, second = got["checks"]
    holds(
        first,
        id="upgrade",
        title="Upgrade is websocket",
        status="fail",
        clause="RFC 6455 §4.1",
        requirements=["R-1", "R-2"],
        expected="websocket",
        observed="h2c",
        why="why",
        fix="fix",
        skip_reason=None,
        problems=[
            {
                "code": "other-protocol",
                "level": "error",
                "message": "other-protocol is wrong",
                "requirement": "R-1",
                "clause": "RFC 0 §1",
                "why": "why",
                "fix": "fix",
                "offset": 3,
                "length": 2,
            }
        ],
    )
    holds(second, id="refusal", status="skip", problems=[], why=None, fix=None, skip_reason="not a refusal")
    holds(
        got["exchanges"][0],
        purpose="handshake",
        hop=0,
        protocol="http/1.1",
        address="127.0.0.1:9001",
        route="direct",
        attempts=[],
        tls=None,
        request="GET / HTTP/1.1\r\n\r\n",
        response="HTTP/1.1 101 \xff\x00\r\n\r\n",
        masked=True,
        truncated=False,
        tunnel=None,
        failure=None,
    )
    holds(got["exchanges"][1], hop=1, truncated=True)


def test_a_report_without_an_exchange_as_json() -> None:
    got = report("skip", exchanges=()).to_json()
    assert got["exchanges"] == []
    assert set(got["timings_ms"].values()) == {None}


def test_attempts_tls_and_failure_as_json() -> None:
    tls = Tls("TLSv1.3", "X", "http/1.1", "CN=a", ("a", "b"), "CN=c", "2026-03-02T10:00:00Z", 1.23456, True, "system")
    exchange = SILENT._replace(attempts=(Attempt("127.0.0.1:1", 1.23456, "refused"),), tls=tls)
    (got,) = report(exchanges=(exchange,)).to_json()["exchanges"]
    holds(
        got,
        attempts=[{"address": "127.0.0.1:1", "ms": 1.235, "failure": "refused"}],
        failure={"stage": "read", "kind": "timeout", "detail": "silence"},
    )
    holds(
        got["tls"],
        version="TLSv1.3",
        cipher="X",
        alpn="http/1.1",
        subject="CN=a",
        names=["a", "b"],
        issuer="CN=c",
        not_after="2026-03-02T10:00:00Z",
        days_left=1.235,
        verified=True,
        trust="system",
    )


def test_a_tunnel_as_json() -> None:
    tunnel = Tunnel(
        sent=b"\x88\x80abcd",
        received=b"\x81\x02h\xff",
        sent_frames=(Frame(True, 0, 8, True, 0, b"", 0),),
        received_frames=(Frame(True, 4, 1, False, 2, b"h\xff", 0),),
        ending=Ending("server", "close", 1.23456, 1001, b"bye\x1b"),
        held_s=2.0,
    )
    (got,) = report(exchanges=(EXCHANGE._replace(tunnel=tunnel),)).to_json()["exchanges"]
    holds(
        got["tunnel"],
        sent="\x88\x80abcd",
        received="\x81\x02h\xff",
        frames=[
            {"from": "client", "opcode": 8, "fin": True, "rsv": 0, "masked": True, "length": 0},
            {"from": "server", "opcode": 1, "fin": True, "rsv": 4, "masked": False, "length": 2},
        ],
        close={"by": "server", "code": 1001, "reason": "bye\\x1b"},
        ended={"by": "server", "how": "close", "after_s": 1.235},
        held_s=2.0,
    )
    cut = tunnel._replace(ending=Ending("server", "reset", 0.5))
    (got,) = report(exchanges=(EXCHANGE._replace(tunnel=cut),)).to_json()["exchanges"]
    holds(got["tunnel"], close=None, ended={"by": "server", "how": "reset", "after_s": 0.5})


def test_waiting_and_repeats_as_json() -> None:
    made = report("pass")._replace(
        waited=Waited(3, 1.23456, 30.0),
        repeats=Repeats(("pass", "fail", "unreachable"), {"tcp": Spread(1.0, 2.00049, 3.0, 4.0)}, (1.23456, None)),
    )
    got = made.to_json()
    assert got["waited"] == {"attempts": 3, "seconds": 1.235, "limit_s": 30.0}
    holds(
        got["repeats"],
        count=3,
        failed=2,
        verdicts=["pass", "fail", "unreachable"],
        phases_ms={"tcp": {"min": 1.0, "median": 2.0, "p95": 3.0, "max": 4.0}},
        handshakes_ms=[1.235, None],
    )
