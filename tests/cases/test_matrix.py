"""The leniency × case matrix: a server that is lenient in one way fails exactly the cases that it declares."""

from __future__ import annotations

import asyncio

import pytest

from tests.cases.playing import ALL, ASKED, NEVER_ANSWERED, affected, audited, chosen, runs
from wscheck.auditing import Pace
from wscheck.auditing.choosing import choose
from wscheck.cases import cases, sections
from wscheck.cases.tally import TALLIES
from wscheck.core.report import Status
from wscheck.lab.faults import faults
from wscheck.lab.leniencies import Leniency, leniencies
from wscheck.probing.asking import Asked

LENIENCIES = tuple(leniencies().values())
IDS = (*ALL, *(tally.id for tally in TALLIES))

# -- the strict server -------------------------------------------------------------------------------------------------

# It takes every origin and every host name, as a public server may; policy says so.
OPEN_TO_ALL = {"origin-foreign": "warn", "origin-null": "warn", "origin-two": "warn", "host-rebinding": "warn"}
ALIKE = {f"origin-{name}" for name in ("suffix", "prefix", "path", "scheme", "port", "subdomain", "dot", "userinfo")}
OPTIONS = {
    "plain": (Asked(), {*ALIKE, "origin-default-port", "fold-protocol",
                        "subprotocol-lines-known-first", "subprotocol-lines-known-last",
                        "subprotocol-other-case", "subprotocol-order", "deflate-quoted", "without-credentials",
                        "hijacking"}),
    "everything": (ASKED, {*ALIKE, "origin-default-port", "deflate-quoted"}),
}  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("url", ["lab:", "labs:"])
@pytest.mark.parametrize("intrusive", [False, True], ids=["quiet", "intrusive"])
def test_the_strict_server_passes_every_case(url: str, options: str, intrusive: bool) -> None:
    asked, skipped = OPTIONS[options]
    picked = choose((), (() if not intrusive else (NEVER_ANSWERED,)), intrusive=intrusive)
    run = asyncio.run(audited(url, picked, asked))
    assert run.stopped is None
    wrong = {name: result.status for name, result in run.results.items() if result.status in ("fail", "warn", "error")}
    assert wrong == OPEN_TO_ALL
    # Without TLS there is nothing to say about compression behind it.
    expected = skipped | ({"compression"} if url == "lab:" else set())
    assert {name for name, result in run.results.items() if result.status == "skip"} == expected


def test_half_a_handshake_is_told_as_silence() -> None:
    run = asyncio.run(audited("lab:", chosen([NEVER_ANSWERED]), pace=Pace(1, 0.0, 0.3)))
    assert run.results[NEVER_ANSWERED].status == "info"
    assert run.results[NEVER_ANSWERED].observed == "silence for 0.3 s"


# -- the matrix --------------------------------------------------------------------------------------------------------


def statuses(name: str) -> dict[str, Status]:
    """The status of each case with a leniency, or with the strict server for an empty name."""
    return {case: result.status for case, result in runs()[name].results.items()}


@pytest.mark.parametrize("leniency", LENIENCIES, ids=lambda leniency: leniency.id)
def test_a_leniency_changes_exactly_the_cases_that_it_declares(leniency: Leniency) -> None:
    run = runs()[leniency.id]
    assert run.stopped is None
    before: dict[str, Status] = {**statuses(""), **(leniencies()[leniency.base].fails if leniency.base else {})}
    after = statuses(leniency.id)
    changed = {case: after[case] for case in IDS if after[case] != before[case]}
    assert changed == dict(leniency.fails)


@pytest.mark.parametrize("leniency", LENIENCIES, ids=lambda leniency: leniency.id)
def test_a_leniency_shows(leniency: Leniency) -> None:
    """One that changes no status is another right server: then at least what was observed differs."""
    assert affected(leniency.id)
    strict, run = runs()[""].results, runs()[leniency.id].results
    assert any(run[case].observed != strict[case].observed for case in IDS)


# A leniency that changes so many cases says little about each of them.
BROAD = 60

# Cases that no leniency of the lab can change, and why.
UNTRIPPED = {
    "connections-20": "only informs: a limit would refuse the good handshake as well, and end the audit",
    "connections-20-at-once": "only informs: as above",
    "tls": "wants a certificate that does not verify; tests/cases/test_verdicts.py has one",
    "compression": "only informs, and wants TLS: the strict server shows it at labs:",
    "origin-missing": "only informs: the good handshake has no Origin either",
    "origin-default-port": "only informs, and wants the default port; tests/cases/test_verdicts.py has one",
}


def tripped() -> set[str]:
    """The cases that some leniency brings to another status, or, where both outcomes are legal, to another outcome."""
    strict = runs()[""].results
    found = set()
    for leniency in LENIENCIES:
        for case, result in runs()[leniency.id].results.items():
            legal = strict[case].level == "may"
            if result.status != strict[case].status:
                found |= {case} if legal or len(leniency.fails) < BROAD else set()
            elif legal and result.observed != strict[case].observed:
                found.add(case)
    return found


def test_every_case_is_tripped() -> None:
    assert set(IDS) - tripped() == set(UNTRIPPED)


def test_every_fail_and_warning_of_a_leniency_is_of_a_case_that_there_is() -> None:
    assert {case for leniency in LENIENCIES for case in leniency.fails} <= set(IDS)


def test_broken_musts_fail_and_are_no_mere_warnings() -> None:
    """Each case of level must fails with some leniency, but for those whose rows say that a 101 only warns."""
    musts = {
        case.id for section in sections() if not section.policy for case in section.cases if case.row.level == "must"
    }
    failing = {case for leniency in LENIENCIES for case, status in leniency.fails.items() if status == "fail"}
    assert musts - failing == set()


# -- names -------------------------------------------------------------------------------------------------------------


def test_names_are_unique_and_fit_a_path() -> None:
    assert set(leniencies()) & set(faults()) == set()
    for leniency in LENIENCIES:
        assert leniency.id.startswith("lenient-")
        assert set(leniency.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"), leniency.id
        assert leniency.title
        assert not leniency.base or leniency.base in leniencies()


def test_no_two_leniencies_are_the_same() -> None:
    titles = [leniency.title for leniency in LENIENCIES]
    assert len(set(titles)) == len(titles)


def test_ids_of_cases_are_unique_and_fit_a_glob() -> None:
    assert len(set(IDS)) == len(IDS)
    assert set(cases()) == set(ALL)
    for name in IDS:
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"), name
