"""What is demanded has to be judged: a check that judges it cannot be left out."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("left_out", "demanded", "named"),
    [
        ("--only=status", "--expect-header=Upgrade: websocket", "expectation"),
        ("--skip=expectation", "--max-handshake-time=1s", "expectation"),
        ("--only=accept", "--hold=1s", "close"),
        ("--skip=close", "--expect-close=1000", "close"),
        ("--skip=status", "--expect=401", "status"),
    ],
)
def test_what_judges_a_demand_cannot_be_left_out(wscheck: Cli, left_out: str, demanded: str, named: str) -> None:
    run = wscheck("probe", "lab:", left_out, demanded)
    assert run.code == 2
    assert run.err == f"wscheck: --only or --skip leaves {named} out, which is to judge what was demanded\n"


def test_others_can_be_left_out(wscheck: Cli) -> None:
    assert wscheck("probe", "lab:", "--skip=framing", "--expect-header=Upgrade: websocket").code == 0
