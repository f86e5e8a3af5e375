"""The checks as a whole: their ids, order, requirements, and how a ruling becomes a finding."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, answer_of
from wscheck import checks
from wscheck.checks import Check, Rule, Ruling, Skip, all_skipped, judge, reply_checks
from wscheck.core.answer import Answer
from wscheck.core.report import Level

RIGHT = Row(
    "right",
    reply=(
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"\r\n"
    ),
    status="pass",
)

ORDER = [
    "status",
    "http-version",
    "syntax",
    "upgrade",
    "connection",
    "accept",
    "subprotocol",
    "extensions",
    "framing",
    "leftovers",
    "refusal",
    "frames",
    "close",
    "replay",
    "expectation",
]

# Group A of the requirement inventory: what every probe can check in the server's reply.
GROUP_A = {
    "R-9112-4-01",
    "R-9112-2.3-01",
    "R-9112-2.3-02",
    "R-6455-4.2.2-01",
    "R-9112-4-02",
    "R-9110-15.2-01",
    "R-9112-2.2-01",
    "R-9112-2.2-02",
    "R-9112-2.2-03",
    "R-9112-5-01",
    "R-9112-5.2-01",
    "R-9110-5.5-01",
    "R-9110-5.3-01",
    "R-9110-5.1-01",
    "R-9110-7.8-01",
    "R-6455-4.1-20",
    "R-9110-7.8-02",
    "R-6455-4.1-21",
    "R-6455-4.2.2-02",
    "R-9112-9.6-01",
    "R-9110-7.8-03",
    "R-6455-4.1-22",
    "R-6455-4.2.2-03",
    "R-6455-4.3-01",
    "R-6455-11.3.3-01",
    "R-6455-4.1-23",
    "R-6455-4.2.2-04",
    "R-6455-4.2.2-05",
    "R-6455-4.3-02",
    "R-6455-11.3.4-01",
    "R-6455-4.2.2-06",
    "R-6455-9-01",
    "R-6455-9.1-01",
    "R-6455-11.3.2-01",
    "R-9110-8.6-01",
    "R-9112-6.1-01",
    "R-9112-6.3-01",
    "R-6455-4.2.2-07",
    "R-6265-4.1-01",
    "R-6455-11.3.5-01",
    "R-6455-11.3.1-01",
    "R-6455-1.3-01",
    "R-HIXIE-REPLY-01",
    "R-9110-6.6.1-01",
    "R-6455-4.1-24",
    "R-9110-11.6.1-01",
    "R-9110-15.5.6-01",
    "R-9110-15.5.22-01",
    "R-9110-7.8-04",
    "R-9112-6-01",
    "R-9111-3-01",
}

# What the checks cover beyond group A: rows on the reply out of the other groups, and what the user demanded.
BEYOND_A = {
    "R-9110-7.8-10",
    "user",
    # What conventions ask, of which a problem names the one that was meant.
    "R-7395-3.1-01",
    "R-CONV-MISC-01",
    "R-6455-4.2.2-20",
    "R-6455-9.1-22",
    "R-6455-9.1-24",
    "R-7692-5-01",
    "R-7692-5-03",
    "R-7692-5.2-01",
    "R-7692-7-01",
    "R-7692-7-02",
    "R-7692-7-03",
    "R-7692-7-05",
    "R-7692-7.1.1.1-01",
    "R-7692-7.1.1.1-02",
    "R-7692-7.1.1.2-01",
    "R-7692-7.1.2.1-01",
    "R-7692-7.1.2.1-02",
    "R-7692-7.1.2.2-01",
    "R-7692-7.1.2.2-02",
    "R-7692-7.1.2.2-03",
    # What follows the 101: frames, Close, and a second handshake.
    "R-6455-1.3-20",
    "R-6455-1.3-22",
    "R-6455-4.1-41",
    "R-6455-5.1-01",
    "R-6455-5.2-01",
    "R-6455-5.2-02",
    "R-6455-5.2-03",
    "R-6455-5.5-01",
    "R-6455-5.5.1-01",
    "R-6455-5.5.1-02",
    "R-6455-5.5.1-03",
    "R-6455-5.5.2-01",
    "R-6455-5.5.3-01",
    "R-6455-5.5.3-02",
    "R-6455-6-01",
    "R-6455-7.3-01",
    "R-6455-7.4-01",
    "R-7692-6-01",
    "R-9110-7.8-21",
}


def test_the_order_of_checks() -> None:
    assert [check.id for check in reply_checks()] == ORDER


def test_orders_are_unique() -> None:
    orders = [check.order for check in reply_checks()]
    assert len(set(orders)) == len(orders)


def test_group_a_is_covered() -> None:
    assert len(GROUP_A) == 51
    assert {requirement for check in reply_checks() for requirement in check.requirements} == GROUP_A | BEYOND_A


@pytest.mark.parametrize("check", reply_checks(), ids=lambda check: check.id)
def test_rules_are_unique_and_whole(check: Check) -> None:
    codes = [rule.code for rule in check.rules]
    assert len(set(codes)) == len(codes)
    assert len(set(check.requirements)) == len(check.requirements)
    for text in (check.title, check.clause, check.expected, check.why):
        assert text
    for rule in check.rules:
        assert rule.clause
        assert rule.why
        # Only what is worth no more than a word may come without a fix.
        assert rule.fix or rule.level == "info", rule.code


def test_a_right_reply_passes_every_check_that_has_something_to_judge() -> None:
    assert {finding.id: finding.status for finding in judge(answer_of(RIGHT))} == {
        "status": "pass",
        "http-version": "pass",
        "syntax": "pass",
        "upgrade": "pass",
        "connection": "pass",
        "accept": "pass",
        "subprotocol": "pass",
        "extensions": "pass",
        "framing": "pass",
        "leftovers": "pass",
        "refusal": "skip",
        "frames": "skip",
        "close": "skip",
        "replay": "skip",
        "expectation": "skip",
    }


def test_what_is_not_selected_is_skipped() -> None:
    findings = judge(answer_of(RIGHT), {"accept", "refusal"})
    assert [(finding.id, finding.status, finding.skip_reason) for finding in findings] == [
        (check_id, "pass", None)
        if check_id == "accept"
        else (check_id, "skip", "not a refusal" if check_id == "refusal" else "not selected")
        for check_id in ORDER
    ]


def test_nothing_selected_skips_all() -> None:
    assert {finding.skip_reason for finding in judge(answer_of(RIGHT), ())} == {"not selected"}


def test_all_skipped_gives_the_reason_to_what_is_selected() -> None:
    assert [(finding.id, finding.status, finding.skip_reason) for finding in all_skipped("no reply came")] == [
        (check_id, "skip", "no reply came") for check_id in ORDER
    ]
    reasons = {finding.id: finding.skip_reason for finding in all_skipped("no reply came", ["accept"])}
    assert reasons == dict.fromkeys(ORDER, "not selected") | {"accept": "no reply came"}


def _rule(code: str, level: Level, fix: str = "") -> Rule:
    return Rule(code, level, f"R-{code}", f"clause of {code}", f"why {code}", fix)


def _only(monkeypatch: pytest.MonkeyPatch, judged: Ruling | Skip | Exception) -> None:
    def answer(_: Answer) -> Ruling | Skip:
        if isinstance(judged, Exception):
            raise judged
        return judged

    rules = (_rule("light", "info"), _rule("heavy", "error", "mend it"))
    check = Check("made-up", "Made up", 10, "clause", "expected", "why", rules, answer, also=("R-light", "R-more"))
    monkeypatch.setattr(checks, "reply_checks", lambda: (check,))


def test_an_exception_in_a_check_is_an_error_and_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, ZeroDivisionError("division by zero"))
    (finding,) = judge(answer_of(RIGHT))
    assert finding.status == "error"
    assert finding.observed == "internal error in check made-up: ZeroDivisionError: division by zero"
    assert finding.problems == ()
    assert finding.requirements == ("R-light", "R-heavy", "R-more")


def test_one_check_that_breaks_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: Answer) -> Ruling | Skip:
        raise RuntimeError("broken")

    broken = tuple(check._replace(judge=breaks) if check.id == "accept" else check for check in reply_checks())
    monkeypatch.setattr(checks, "reply_checks", lambda: broken)
    statuses = {finding.id: finding.status for finding in judge(answer_of(RIGHT))}
    assert statuses["accept"] == "error"
    assert [check_id for check_id, status in statuses.items() if status == "pass"] == [
        check_id
        for check_id in ORDER
        if check_id not in ("accept", "refusal", "frames", "close", "replay", "expectation")
    ]


def test_the_worst_problem_gives_the_finding_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    light = _rule("light", "info").broken("light is broken")
    heavy = _rule("heavy", "error", "mend it").broken("heavy is broken", 3, 2)
    _only(monkeypatch, Ruling("seen", (light, heavy), verbatim=True))
    (finding,) = judge(answer_of(RIGHT))
    assert finding.status == "fail"
    assert [problem.code for problem in finding.problems] == ["heavy", "light"]
    assert (finding.clause, finding.why, finding.fix) == ("clause of heavy", "why heavy", "mend it")
    assert (finding.expected, finding.observed, finding.verbatim) == ("expected", "seen", True)
    assert (heavy.offset, heavy.length) == (3, 2)


def test_information_alone_has_no_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, Ruling("seen", (_rule("light", "info").broken("light is broken"),), "something else"))
    (finding,) = judge(answer_of(RIGHT))
    assert (finding.status, finding.fix, finding.expected) == ("info", None, "something else")


def test_a_ruling_without_problems_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, Ruling("seen"))
    (finding,) = judge(answer_of(RIGHT))
    assert (finding.status, finding.clause, finding.why, finding.fix) == ("pass", "clause", None, None)


def test_a_skip_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, Skip("nothing to judge"))
    (finding,) = judge(answer_of(RIGHT))
    assert (finding.status, finding.skip_reason, finding.observed) == ("skip", "nothing to judge", "")
