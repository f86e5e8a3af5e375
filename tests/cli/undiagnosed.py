"""The command line whose probes name no cause, for tests that count what a peer is sent: the handshakes alone."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli, Result
from tests.cli.conftest import wscheck as whole

__all__ = ["whole", "wscheck"]  # both are fixtures


@pytest.fixture
def wscheck(whole: Cli) -> Cli:
    """Runs `wscheck`, and `wscheck probe` as `wscheck probe --no-diagnose`."""

    def run(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result:
        if arguments[:1] == ("probe",):
            arguments = ("probe", "--no-diagnose", *arguments[1:])
        return whole(*arguments, stdin=stdin, encoding=encoding)

    return run
