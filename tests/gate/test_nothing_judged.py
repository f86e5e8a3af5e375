"""What nobody judged is no pass."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    "arguments",
    [
        ("--only", "accept", "lab:status-404"),
        ("--only", "subprotocol,extensions", "lab:status-500"),
        ("--only", "close", "--no-frames", "lab:"),
        ("--only", "frames", "--no-frames", "lab:"),
        ("--only", "replay", "--no-replay", "lab:"),
    ],
)
def test_only_skipped_checks_are_no_pass(wscheck: Cli, arguments: tuple[str, ...]) -> None:
    run = wscheck("probe", "-q", *arguments)
    assert run.code == 3
    assert run.out == (f"ERROR  nothing was judged: every check that was selected was skipped  {arguments[-1]}\n")


def test_one_check_that_is_judged_is_enough(wscheck: Cli) -> None:
    assert wscheck("probe", "-q", "--only", "accept", "lab:").code == 0


def test_an_empty_selection_is_wrong_use(wscheck: Cli) -> None:
    said = wscheck("probe", "--only", "status", "--skip", "status", "lab:").usage()
    assert said == "--only and --skip leave no check to judge with"


def test_a_request_that_has_to_be_refused_is_told_so(wscheck: Cli) -> None:
    run = wscheck("probe", "-H", "Sec-WebSocket-Key:", "lab:")
    assert run.code == 1
    assert "the status is 400, not 101; but there is no" in run.out
    assert "To test for this refusal, demand it: --expect 400." in run.out
    assert wscheck("probe", "-H", "Sec-WebSocket-Key:", "--expect", "400", "lab:").code == 0
