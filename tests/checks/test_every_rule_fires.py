"""Each rule of each check fires in at least one row of the tables and stays silent in at least one."""

from __future__ import annotations

import pytest

from tests.checks import (
    test_accept,
    test_close,
    test_connection,
    test_expectation,
    test_extensions,
    test_frames,
    test_framing,
    test_http_version,
    test_leftovers,
    test_refusal,
    test_replay,
    test_status,
    test_subprotocol,
    test_syntax,
    test_upgrade,
)
from tests.checks.rows import Row
from wscheck.checks import reply_checks
from wscheck.core.deviation import KINDS

TABLES: dict[str, tuple[Row, ...]] = {
    "status": test_status.ROWS,
    "http-version": test_http_version.ROWS,
    "syntax": test_syntax.ROWS,
    "upgrade": test_upgrade.ROWS,
    "connection": test_connection.ROWS,
    "accept": test_accept.ROWS,
    "subprotocol": test_subprotocol.ROWS,
    "extensions": test_extensions.ROWS,
    "framing": test_framing.ROWS,
    "leftovers": test_leftovers.ROWS,
    "refusal": test_refusal.ROWS,
    "frames": test_frames.ROWS,
    "close": test_close.ROWS,
    "replay": test_replay.ROWS,
    "expectation": test_expectation.ROWS,
}


def test_each_check_has_a_table() -> None:
    assert list(TABLES) == [check.id for check in reply_checks()]


@pytest.mark.parametrize("check_id", TABLES)
def test_the_codes_that_fire_are_those_declared(check_id: str) -> None:
    fired = {code_and_level for row in TABLES[check_id] for code_and_level in row.problems.items()}
    check = next(check for check in reply_checks() if check.id == check_id)
    assert fired == {(rule.code, rule.level) for rule in check.rules}


@pytest.mark.parametrize("check_id", TABLES)
def test_each_code_stays_silent_where_the_check_judges(check_id: str) -> None:
    judged = [row for row in TABLES[check_id] if row.status != "skip"]
    check = next(check for check in reply_checks() if check.id == check_id)
    never_silent = [rule.code for rule in check.rules if all(rule.code in row.problems for row in judged)]
    assert never_silent == []


@pytest.mark.parametrize("check_id", TABLES)
def test_the_names_of_rows_are_unique(check_id: str) -> None:
    names = [row.name for row in TABLES[check_id]]
    assert len(set(names)) == len(names)


def test_each_kind_of_deviation_is_a_rule_of_syntax() -> None:
    fired = {code for row in TABLES["syntax"] for code in row.problems}
    assert fired == {*KINDS, "incomplete-head", "large-head"}
