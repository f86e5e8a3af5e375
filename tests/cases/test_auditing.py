"""How an audit goes on and ends: servers that refuse, die, hang or have enough, limits, and Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from itertools import count

import pytest

from tests.cases.odd import HANGS, Odd, audit_of, auditing, is_good, refusing
from tests.peer import Link, closing, peer
from tests.routes.parts import connecting
from wscheck import probing
from wscheck.auditing import Audit, Pace
from wscheck.auditing.choosing import Chosen, choose
from wscheck.cases import Said, Seen, cases
from wscheck.cli import main
from wscheck.core.report import CaseResult
from wscheck.core.route import Proxy, Route
from wscheck.core.target import parse_target
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
    why = "the good handshake was not accepted, so no case would prove anything: wscheck probe says why"
    assert reasons(audit) == {why, f"not all cases were made: {why}"}
    assert len(audit.results) == len(EVERY.cases) + len(EVERY.tallies)
    report = audit.report()
    assert report is not None
    assert (report.verdict, report.exit_code) == ("fail", 1)
    assert report.notes == (f"the audit ended early: {why}",)
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


def test_a_server_that_dies_and_comes_back() -> None:
    labs: list[Odd] = []

    async def run() -> Audit:
        async with Odd(lambda number, octets: labs[0].leave(0.3) if octets.startswith(b"PUT ") else None) as lab:
            labs.append(lab)
            audit = auditing(lab, LINE_AND_HOST, Pace(1, 0.0, 2.0))
            await audit.run()
            return audit

    audit = asyncio.run(run())
    assert audit.stopped is None
    assert audit.results["host-missing"].status == "pass"
    report = audit.report()
    assert report is not None
    gone = (
        "behind the section 'The request line' the server was gone for a moment: method-put got no reply, and ended it"
    )
    assert [note for note in report.notes if "gone" in note] == [f"{gone} or met its end"]


def test_a_server_that_has_enough() -> None:
    audit, lab = audit_of(
        lambda number, octets: refusing(b"429 Too Many Requests") if number > 30 else None, EVERY, Pace(4, 0.0, 2.0)
    )
    assert audit.stopped == "the server answered 429: it wants no more requests (--jobs 1 and --delay ask more slowly)"
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
    assert audit.stopped == "the server no longer accepted the good handshake: it answered 403"
    assert audit.results["host-missing"].skip_reason == audit.stopped
    later = list(audit.results.values())[len(LINE_AND_HOST.of(LINE_AND_HOST.sections[0])) :]
    assert {result.status for result in later} == {"skip"}
    # Nothing of the section passes on a refusal, and nothing fails on one: nobody knows from which case on it was shut.
    section = [audit.results[case.id] for case in LINE_AND_HOST.of(LINE_AND_HOST.sections[0])]
    assert {result.status for result in section if result.outcome != "accepted"} == {"skip"}
    shut_out = "; the good handshake was no longer accepted behind it, so this shows nothing"
    assert audit.results["method-post"].skip_reason == f"refused: 405 Method Not Allowed{shut_out}"
    assert audit.results["absolute-form"].skip_reason == f"refused: 403 Forbidden{shut_out}"
    report = audit.report()
    assert report is not None
    assert (report.complete, report.verdict, report.exit_code) == (False, "error", 3)
    assert f"the audit ended early: {audit.stopped}" in report.notes


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


@pytest.mark.parametrize("name", ["close-at-once", "close-cut"])
def test_a_server_that_closes_by_itself_shows_nothing_of_frames(name: str) -> None:
    """RFC 6455 §7.3: it may, and no frame of ours is then to blame for the end."""
    audit = Audit(
        probing.Job(parse_target(f"lab:{name}"), probing.Options()), choose(("frames",), (), intrusive=False), Pace()
    )
    asyncio.run(audit.run())
    frames = {result.status for result in audit.results.values() if result.section == "frames"}
    assert frames == {"skip"}
    by_itself = "the server ends the connection by itself behind the 101, so what it makes of frames cannot be seen"
    assert audit.results["ping-empty"].skip_reason == audit.results["frame-unmasked"].skip_reason == by_itself


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
    assert audit.stopped == "the server no longer accepted the good handshake: it answered 403"
    assert audit.results["absolute-form"].status == "skip"
    assert audit.results["http-1.2"].status == "pass"


def proxied(shuts: bytes, behind: int) -> tuple[Audit, list[Link]]:
    """An audit of the strict lab through a proxy that answers so many CONNECTs, and then this to each."""
    passes, asked = connecting(), count(1)

    def act(link: Link) -> None:
        if next(asked) <= behind:
            passes(link)
        else:
            link.head()
            link.send(shuts)

    async def run(port: int) -> Audit:
        async with Odd(lambda number, octets: None) as lab:
            proxy = Proxy("http", "127.0.0.1", port, None, "-x")
            audit = auditing(lab, LINE_AND_HOST, Pace(1, 0.0, 2.0), route=Route(proxy=proxy))
            await audit.run()
            return audit

    with peer(act) as proxy:
        return asyncio.run(run(proxy.port)), proxy.links


@pytest.mark.parametrize(
    ("answer", "said", "most"),
    [
        (b"403 Forbidden", "no way led to the server any more: the proxy ", 100),
        (b"429 Too Many Requests", "the proxy answered 429: it wants no more requests", 21),
    ],
)
def test_a_proxy_that_lets_nobody_through_any_more(answer: bytes, said: str, most: int) -> None:
    audit, links = proxied(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % answer, 20)
    assert audit.stopped is not None
    assert audit.stopped.startswith(said)
    assert len(links) <= most
    # The server did nothing: nothing fails, and the audit is not whole.
    assert set(statuses(audit)) == {"pass", "skip"}
    report = audit.report()
    assert report is not None
    assert (report.verdict, report.exit_code) == ("error", 3)
    assert not any(result.died for result in audit.results.values())


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


def test_the_bound_counts_the_delay() -> None:
    picked = choose(("host",), (), intrusive=False)
    at_once, slowly = (audit_made(picked, Pace(4, delay, 2.0, 10_000.0)).bound_s() for delay in (0.0, 1.5))
    assert slowly - at_once == 1.5 * 8


def audit_made(picked: Chosen, pace: Pace) -> Audit:
    class Nowhere:
        port = 9

    return auditing(Nowhere(), picked, pace)  # type: ignore[arg-type]  # of a lab the port alone is looked at


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


def test_behind_a_unix_socket_nobody_is_a_stranger(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ("--unix-socket", "/nonexistent/socket", "ws://ws.example.com/")
    assert wscheck(capsys, monkeypatch, "--intrusive", "--only", "head-1m", *gone) == (3, "")


def test_a_stranger_is_announced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(closing(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as stranger:
        _, err = wscheck(capsys, monkeypatch, "--only", "host", *far(stranger.port))
    assert err.startswith("wscheck audit: 8 cases for ws.example.com:80, crafted handshakes with one fault each, 4 at ")


def test_an_intrusive_case_alone_is_announced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(closing(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as stranger:
        _, err = wscheck(capsys, monkeypatch, "--intrusive", "--yes", "--only", "head-1m", *far(stranger.port))
    assert err.startswith("wscheck audit: 1 intrusive case for ws.example.com:80, crafted handshakes")


@pytest.mark.parametrize(("preset", "code"), [("xmpp", 1), ("mqtt", 0), ("socketio", 0)])
def test_a_preset_says_what_a_good_answer_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, preset: str, code: int
) -> None:
    """The lab speaks none of these: a declared XMPP endpoint has to name its subprotocol, the others ought to."""
    monkeypatch.setattr("sys.argv", ["wscheck", "audit", "--preset", preset, "--only", "host-missing", "lab:"])
    with pytest.raises(SystemExit) as ended:
        main()
    out = capsys.readouterr().out
    assert ended.value.code == code
    assert ("FAIL  expectation" in out, "warn  expectation" in out) == (preset == "xmpp", preset != "xmpp")


def test_a_near_server_is_not_announced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert wscheck(capsys, monkeypatch, "--only", "host", "lab:") == (0, "")


def test_the_list_is_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sys.argv", ["wscheck", "audit", "--list", "--intrusive", "--only", "extensions", "--only", "exposure"]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "extensions: Sec-WebSocket-Extensions"
    assert lines[1] == "  must    extension-double-semicolon             'permessage-deflate;;'"
    assert (
        lines[8]
        == "  may     extension-dead-x-webkit-deflate-frame  x-webkit-deflate-frame, which was never registered"
    )
    assert lines[-1] == "  should  head-1m                a field of one MiB (intrusive)"


def listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """The exit code and standard output of `audit --list`."""
    monkeypatch.setattr("sys.argv", ["wscheck", "audit", "--list", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0), capsys.readouterr().out


def test_the_list_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = listed(capsys, monkeypatch, "--format", "json", "--only", "host-missing,refusals-allow")
    assert code == 0
    shown = json.loads(out)
    assert shown["schema"] == "wscheck/cases/1"
    assert [one["id"] for one in shown["cases"]] == ["host-missing", "refusals-allow"]
    assert shown["cases"][0] == {
        "id": "host-missing",
        "title": "no Host",
        "section": "host",
        "level": "must",
        "requirements": ["R-9112-3.2-10"],
        "clause": "RFC 9112 §3.2; RFC 6455 §4.2.1 item 2",
        "expected": "400 Bad Request",
        "policy": False,
        "intrusive": False,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "junit"), "--list has no format junit: give text or json"),
        (("--only", "refusals"), "refusals are counted over other cases: name those to count over as well"),
        (("--only", ","), "it names nothing"),
    ],
)
def test_a_list_that_cannot_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    code, err = wscheck(capsys, monkeypatch, "--list", *arguments)
    assert code == 2
    assert said in err
