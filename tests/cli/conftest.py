"""The command line in this process: quick, and with the very octets that went to each stream."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from wscheck.cli import main


@dataclass(frozen=True)
class Result:
    """How a run ended and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.stdout.decode("utf-8")

    @property
    def err(self) -> str:
        """Standard error as text."""
        return self.stderr.decode("utf-8")

    def usage(self) -> str:
        """The one sentence of a usage error, which has nothing beside it."""
        assert (self.code, self.stdout) == (2, b""), self
        lines = self.err.splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("wscheck: ")
        return lines[0].removeprefix("wscheck: ")


class Cli(Protocol):
    """Runs `wscheck` with these arguments."""

    def __call__(self, *arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result: ...


@pytest.fixture
def wscheck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """The command line, run in this process without a terminal."""
    for name in ("NO_COLOR", "COLUMNS", "WSCHECK_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    before: Any = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result:
        out, err = io.BytesIO(), io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["wscheck", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, newline="\n", write_through=True))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True))
            with pytest.raises(SystemExit) as ended:
                main()
            return Result(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    yield run
    signal.signal(signal.SIGTERM, before)
