"""Every fault over a real socket, by its `lab:` URL: the same problems, the right verdict and exit code."""

from __future__ import annotations

import asyncio
import functools

import pytest

from tests.lab.test_matrix import FAULTS, declared, tripped
from tests.peer import PATIENCE_S
from wscheck import probing
from wscheck.checks import reply_checks
from wscheck.core.report import Report
from wscheck.core.target import parse_target
from wscheck.lab.faults import Fault
from wscheck.probing.asking import Asked
from wscheck.wire.limits import Limits

SHORT = Limits(connect_s=5.0, head_s=1.0, body_s=0.5, total_s=10.0, ping_s=0.5, close_s=0.5)


async def _probe_all() -> dict[str, Report]:
    async def one(fault: Fault) -> Report:
        asked = Asked(subprotocols=fault.subprotocols, extensions=fault.extensions, version=fault.version)
        options = probing.Options(asked=asked, limits=SHORT, hold_s=PATIENCE_S if fault.held else None)
        return await probing.probe_one(probing.Job(parse_target(f"lab:{fault.id}"), options))

    # A few at a time: with all at once the head limit would measure this machine.
    gate = asyncio.Semaphore(8)

    async def gated(fault: Fault) -> tuple[str, Report]:
        async with gate:
            return fault.id, await one(fault)

    return dict(await asyncio.gather(*(gated(fault) for fault in FAULTS)))


@functools.cache
def reports() -> dict[str, Report]:
    """The report on every fault, made once."""
    return asyncio.run(_probe_all())


def expected_exit(fault: Fault) -> int:
    """3 for silence, 1 for a problem of level error, 0 when warnings are the worst."""
    if fault.silent:
        return 3
    levels = {(check.id, rule.code): rule.level for check in reply_checks() for rule in check.rules}
    worst = {levels[check, code] for check, codes in fault.trips.items() for code in codes}
    return 1 if "error" in worst else 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_over_a_socket(fault: Fault) -> None:
    report = reports()[fault.id]
    assert tripped(report.checks) == declared(fault)
    assert report.exit_code == expected_exit(fault)
    assert report.verdict == {0: "pass", 1: "fail", 3: "unreachable"}[expected_exit(fault)]
    assert report.target.url == f"lab:{fault.id}"


@pytest.mark.parametrize(
    ("name", "kind"), [("silence", "timeout"), ("close", "closed"), ("reset", "reset")], ids=lambda value: value
)
def test_how_a_silent_fault_ends(name: str, kind: str) -> None:
    failure = reports()[name].failure
    assert failure is not None
    assert (failure.stage, failure.kind) == ("read", kind)
    assert reports()[name].exchanges[0].response == b""


@pytest.mark.parametrize(
    ("name", "exit_code"),
    [("accept-missing", 1), ("folded", 0), ("leftover-early-frame", 0), ("status-404", 1), ("connection-list", 0)],
)
def test_exit_codes_written_out(name: str, exit_code: int) -> None:
    """A few by hand, since the rest follow from the levels that the rules declare."""
    assert reports()[name].exit_code == exit_code


def test_the_strict_server_passes() -> None:
    report = probing.probe("lab:")
    assert (report.verdict, report.exit_code) == ("pass", 0)
    assert tripped(report.checks) == {}
