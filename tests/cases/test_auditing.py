"""How an audit goes on and ends: servers that refuse, die, hang or have enough, limits, and Ctrl-C."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import pytest

from tests.cases.odd import HANGS, Odd, audit_of, auditing, is_good, refusing
from tests.peer import closing, peer
from wscheck.auditing import Audit, Pace
from wscheck.cases import Said, Seen, cases
from wscheck.choosing import Chosen, choose
from wscheck.cli import main
from wscheck.core.report import CaseResult
from wscheck.lab.script import Script

EVERY = choose((), (), intrusive=False)
LINE_AND_HOST = choose(("request-line", "host"), (), intrusive=False)


def statuses(audit: Audit) -> Counter[str]:
    return Counter(result.status for result in audit.results.values())


def reasons(audit: Audit) -> set[str | None]:
    return {result.skip_reason for result in audit.results.values()}


# -- servers -----------------------------------------------------------------------------------------------------------


def test_a_server_that_refuses_the_good_handshake() -> None:
    audit, lab = audit_of(lambda number, octets: refusing(b"403 Forbidden"), EVERY)
    assert set(statuses(audit)) == {"skip"}
    why = "the good handshake was not accepted, so no case would prove anything"
    assert reasons(audit) == {why, f"not all cases were made: {why}"}
    assert len(audit.results) == len(EVERY.cases) + len(EVERY.tallies)
    report = audit.report()
    assert report is not None
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert report.notes == (
        "wscheck probe with the same options looks for the cause",
        f"the audit ended early: {why}",
    )
    assert len(lab.requests) <= 2


def test_a_server_that_dies_in_a_case() -> None:
    labs: list[Odd] = []

    def turn(number: int, octets: bytes) -> Script | None:
        return labs[0].die() if octets.startswith(b"PUT ") else None

    async def run() -> Audit:
        async with Odd(turn) as lab:
            labs.append(lab)
            audit = auditing(lab, LINE_AND_HOST, Pace(1, 0.0, 2.0))
            await audit.run()
            return audit

    audit = asyncio.run(run())
    assert audit.results["plain-get"].status == audit.results["method-post"].status == "pass"
    dead = audit.results["method-put"]
    assert dead.status == "fail"
    assert dead.observed.endswith("the server stopped answering behind this request")
    # What came later shows nothing, neither in this section nor in the next.
    assert {audit.results[name].status for name in ("method-head", "path-dots", "host-missing")} == {"skip"}
    assert audit.results["method-head"].skip_reason == "no connection could be made any more"
    assert audit.results["host-missing"].skip_reason == "the server stopped answering the good handshake"
    assert statuses(audit)["fail"] == 1
    report = audit.report()
    assert report is not None
    assert report.exit_code == 1
    assert "the audit ended early: the server stopped answering the good handshake" in report.notes


def test_a_server_that_has_enough() -> None:
    audit, lab = audit_of(
        lambda number, octets: refusing(b"429 Too Many Requests") if number > 30 else None, EVERY, Pace(4, 0.0, 2.0)
    )
    assert audit.stopped == "the server answered 429: it wants no more requests"
    assert 30 < len(lab.requests) <= 30 + 2 * 4
    assert audit.results["version-25"].skip_reason == audit.stopped
    assert audit.results["version-25"].status == "skip"
    assert audit.results["refusals-4xx"].status == "skip"
    report = audit.report()
    assert report is not None
    assert f"the audit ended early: {audit.stopped}" in report.notes


def test_a_server_that_refuses_the_good_handshake_from_the_middle_on() -> None:
    banned = []

    def turn(number: int, octets: bytes) -> Script | None:
        if octets.startswith(b"FOO "):
            banned.append(number)
        return refusing(b"403 Forbidden") if banned else None

    audit, _ = audit_of(turn, EVERY, Pace(1, 0.0, 2.0))
    assert audit.stopped == "the server stopped answering the good handshake"
    assert audit.results["host-missing"].skip_reason == audit.stopped
    later = list(audit.results.values())[len(LINE_AND_HOST.of(LINE_AND_HOST.sections[0])) :]
    assert {result.status for result in later} == {"skip"}


def test_a_server_that_hangs_on_every_crafted_request() -> None:
    pace = Pace(8, 0.0, 0.15)
    began = time.monotonic()
    audit, _ = audit_of(lambda number, octets: None if is_good(octets) else HANGS, EVERY, pace)
    took_s = time.monotonic() - began
    assert took_s < audit.bound_s()
    assert audit.stopped is None
    refused = [audit.results[name] for name in ("plain-get", "host-missing", "key-missing", "octets-noise")]
    assert {(result.status, result.outcome) for result in refused} == {("warn", "silent")}
    assert all(result.observed.startswith("silence for 0.15 s") for result in refused)
    # A handshake that has to be accepted fails, and none of them reads as a pass.
    assert audit.results["connection-list"].status == "fail"
    passed = {result.id for result in audit.results.values() if result.status == "pass" and result.outcome == "silent"}
    assert passed == {"tls"}  # the way to the server, which a reply does not change


ABSOLUTE = choose(("absolute-form", "http-1.2"), (), intrusive=False)


@pytest.mark.parametrize(("jobs", "status", "made"), [(1, "fail", 1), (2, "pass", 2)])
def test_what_is_closed_beside_other_cases_is_made_once_more_alone(jobs: int, status: str, made: int) -> None:
    closed: list[int] = []

    def turn(number: int, octets: bytes) -> Script | None:
        if not octets.startswith(b"GET http://"):
            return None
        closed.append(number)
        return Script((), "close") if len(closed) == 1 else None

    audit, _ = audit_of(turn, ABSOLUTE, Pace(jobs, 0.0, 2.0))
    assert audit.results["absolute-form"].status == status
    assert len(closed) == made
    assert audit.results["http-1.2"].status == "pass"
    assert audit.stopped is None


def test_a_server_that_dies_when_a_case_is_made_once_more() -> None:
    closed: list[int] = []

    def turn(number: int, octets: bytes) -> Script | None:
        if octets.startswith(b"GET http://"):
            closed.append(number)
            return Script((), "close")
        return refusing(b"403 Forbidden") if len(closed) > 1 else None

    audit, _ = audit_of(turn, ABSOLUTE, Pace(2, 0.0, 2.0))
    assert audit.stopped == "the server stopped answering the good handshake"
    assert audit.results["absolute-form"].died
    assert not audit.results["http-1.2"].died


# -- bounds and pace ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 4, 64])
@pytest.mark.parametrize("globs", [(), ("several",), ("host", "key")])
def test_the_bound_holds_for_the_slowest_order(jobs: int, globs: tuple[str, ...]) -> None:
    """Each section waits for its own longest case: a case of so many requests needs so many limits, whatever else is
    under way."""
    picked = choose(globs, (), intrusive=True)
    audit = audit_made(picked, Pace(jobs, 0.0, 2.0, 10_000.0))
    longest = {
        "each": {"keys-two": 2, "keys-same": 2, "get-between": 3, "refusal-cached": 2, "version-retry": 2,
                 "connections-20": 20, "without-credentials": 2, "hijacking": 2, "leaks": 2},
    }["each"]  # fmt: skip
    at_least = 0.0
    for section in picked.sections:
        requests = [longest.get(case.id, 1) for case in picked.of(section)]
        at_least += max(max(requests), sum(requests) / jobs) * 2.0
    assert audit.bound_s() >= at_least


def audit_made(picked: Chosen, pace: Pace) -> Audit:
    class Nowhere:
        port = 9

    return auditing(Nowhere(), picked, pace)  # type: ignore[arg-type]


def test_the_limit_of_the_whole_audit() -> None:
    began = time.monotonic()
    audit, _ = audit_of(lambda number, octets: None if is_good(octets) else HANGS, EVERY, Pace(4, 0.0, 2.0, 1.0))
    assert time.monotonic() - began < 10
    assert len(audit.results) == len(EVERY.cases) + len(EVERY.tallies)
    late = audit.results["draft-hixie-75"]
    assert late.status == "skip", late


def test_one_case_at_a_time() -> None:
    audit, lab = audit_of(lambda number, octets: None, LINE_AND_HOST, Pace(1, 0.0, 2.0))
    assert statuses(audit)["pass"] > 20
    assert lab.most <= 2  # the one that we have just left may still be closing


def test_a_delay_between_starts() -> None:
    picked = choose(("host-*",), (), intrusive=False)
    audit, lab = audit_of(lambda number, octets: None, picked, Pace(8, 0.05, 2.0))
    crafted = [when for when, octets in zip(lab.times, lab.requests, strict=True) if not is_good(octets)]
    assert len(crafted) >= len(picked.sections[0].cases)
    assert crafted[-1] - crafted[0] >= 0.05 * (len(picked.sections[0].cases) - 2)
    assert statuses(audit)["fail"] == 0


# -- Ctrl-C, and errors of our own -------------------------------------------------------------------------------------


def test_an_interrupt_keeps_what_is_done() -> None:
    async def run() -> Audit:
        async with Odd(lambda number, octets: None) as lab:
            found: list[CaseResult] = []

            def told(result: CaseResult) -> None:
                found.append(result)
                if result.id == "host-missing":
                    task.cancel()

            audit = auditing(lab, EVERY, Pace(4, 0.0, 2.0), told)
            task = asyncio.create_task(audit.run())
            with pytest.raises(asyncio.CancelledError):
                await task
            return audit

    audit = asyncio.run(run())
    report = audit.report(interrupted=True)
    assert report is not None
    kept = {case.id: case for case in report.cases}
    assert set(kept) == {case.id for case in EVERY.cases} | {tally.id for tally in EVERY.tallies}
    assert kept["method-post"].status == "pass"
    assert kept["version-25"].status == "skip"
    assert kept["version-25"].skip_reason == "interrupted before this case"
    assert [case.id for case in report.cases][:2] == ["plain-get", "method-post"]


def test_an_interrupt_before_anything_came() -> None:
    assert audit_made(EVERY, Pace()).report(interrupted=True) is None


def test_a_judge_that_breaks_is_no_pass() -> None:
    def broken(seen: Seen) -> Said:
        raise RuntimeError("on purpose")

    picked = choose(("host-missing",), (), intrusive=False)
    case = cases()["host-missing"]._replace(judge=broken)
    section = picked.sections[0]._replace(cases=(case,))
    audit, _ = audit_of(lambda number, octets: None, Chosen((case,), (section,), ()))
    result = audit.results["host-missing"]
    assert (result.status, result.observed) == (
        "error",
        "internal error in case host-missing: RuntimeError: on purpose",
    )
    report = audit.report()
    assert report is not None
    assert report.exit_code == 3


# -- the command line --------------------------------------------------------------------------------------------------


def wscheck(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """The exit code and standard error of an audit."""
    monkeypatch.setattr("sys.argv", ["wscheck", "audit", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0), capsys.readouterr().err


def test_an_unknown_glob(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, err = wscheck(capsys, monkeypatch, "--only", "kye-*", "lab:")
    assert code == 2
    assert err.startswith("wscheck: ")
    assert "kye-*" in err


def far(port: int) -> tuple[str, ...]:
    """A host that is not near, dialled on loopback."""
    return ("--connect-to", f"ws.example.com:80:127.0.0.1:{port}", "ws://ws.example.com/")


def test_intrusive_cases_for_a_stranger_need_a_yes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(closing(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as stranger:
        code, err = wscheck(capsys, monkeypatch, "--intrusive", *far(stranger.port))
        assert code == 2
        assert "add --yes" in err
        assert stranger.links == []
        code, err = wscheck(capsys, monkeypatch, "--intrusive", "--yes", *far(stranger.port))
        assert code == 1
        assert stranger.links != []
    assert " of them intrusive for ws.example.com:80, crafted handshakes" in err


def test_a_stranger_is_announced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(closing(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as stranger:
        _, err = wscheck(capsys, monkeypatch, "--only", "host", *far(stranger.port))
    assert err.startswith("wscheck audit: 8 cases for ws.example.com:80, crafted handshakes with one fault each, 4 at ")


def test_a_near_server_is_not_announced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert wscheck(capsys, monkeypatch, "--only", "host", "lab:") == (0, "")
