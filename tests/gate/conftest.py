"""The command line of tests/cli, in an environment without any WSCHECK_ variable."""

from __future__ import annotations

import os

import pytest

from tests.cli.undiagnosed import whole as whole
from tests.cli.undiagnosed import wscheck as wscheck


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("WSCHECK_") and name != "WSCHECK_INTEROP":
            monkeypatch.delenv(name)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
