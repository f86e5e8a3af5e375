"""What the cases cite: ids of the inventory, and each row of its groups by a case, by a check, or for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from wscheck.cases import cases
from wscheck.cases.tally import TALLIES
from wscheck.checks import reply_checks

# Groups B (crafted requests), C (several exchanges), D (frames), E (extensions), I (policy) and K (drafts).
INVENTORY = frozenset(
    line
    for line in Path(__file__).with_name("requirements.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
# Rows of group A, of replies, that a case or a tally shows better than a single handshake does.
OF_REPLIES = {
    "R-6455-9-01",
    "R-9110-5.1-01",
    "R-9110-7.8-03",
    "R-9110-15.5.6-01",
    "R-9110-15.5.22-01",
    "R-9112-4-01",
    "R-9112-6-01",
}
# Rows that neither a case nor a check cites, and why.
LEFT_OUT = {
    "R-6455-4.2.1-24": "silence in place of a refusal: every judge of a refusal warns of it (verdicts.silence)",
    "R-9112-9.8-01": "informs of the close alert of TLS, which the transport below does not show",
    "P-TLS-02": "needs TLS handshakes of old versions, which the system's library refuses to make",
    "P-TLS-03": "needs a second name in SNI: informs only",
    "P-TLS-04": "needs the plain port of the same host, which the user did not name",
    "P-SHA1-01": "binds the tester: no check and no case speaks of SHA-1",
    "P-WK-01": "only informs, and asks for a path that the user did not name",
    "R-HYBI13-01": "the good handshake itself",
}
EVERY = {**{name: case.row for name, case in cases().items()}, **{tally.id: tally.row for tally in TALLIES}}


def cited() -> set[str]:
    return {requirement for row in EVERY.values() for requirement in row.requirements}


@pytest.mark.parametrize("name", EVERY)
def test_a_case_cites_requirements_that_there_are(name: str) -> None:
    row = EVERY[name]
    assert row.requirements
    assert set(row.requirements) <= INVENTORY | OF_REPLIES


def test_the_inventory_was_copied_whole() -> None:
    assert len(INVENTORY) == 64 + 14 + 19 + 25 + 23 + 6


def test_rows_that_nothing_cites() -> None:
    checked = {requirement for check in reply_checks() for requirement in check.requirements}
    assert INVENTORY - cited() - checked == set(LEFT_OUT)


def test_rows_of_replies_are_cited() -> None:
    assert cited() - INVENTORY == OF_REPLIES


@pytest.mark.parametrize("name", EVERY)
def test_a_row_says_why_and_how_to_mend_it(name: str) -> None:
    row = EVERY[name]
    assert row.clause
    assert row.why.endswith((".", "?"))
    assert row.fix or row.level == "may"


@pytest.mark.parametrize("name", cases())
def test_a_case_says_what_it_does_and_expects(name: str) -> None:
    case = cases()[name]
    assert case.title
    assert case.expected
    assert not case.title.endswith(".")
