"""Where reports go: standard output or a file, each file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from pathlib import Path
from typing import IO

import click

from wscheck import render
from wscheck.core.report import Report
from wscheck.errors import UsageError
from wscheck.render import View


class Output:
    """Takes reports as they come and writes them in one format.

    A file is written beside its place and moved there at the end; a device or a pipe is no file and is written to as it
    is. That it can be written is tried before anything is sent: UsageError when not.
    """

    def __init__(self, format_name: str, path: str | None, view: View) -> None:
        self.format = render.load(format_name)
        self.view = view
        self.path = _place(path) if path is not None and path != "-" else None
        self.reports: list[Report] = []
        self._closed = False
        self._file = _open(self.path) if self.path else None

    def add(self, report: Report) -> None:
        """Takes the next report, and shows it at once where the format allows it."""
        self.reports.append(report)
        if self.format.STREAMS:
            self._write(self.format.render([report], self.view))

    def finish(self) -> None:
        """Writes what is still to be written, and puts the file in its place. Raises OSError when that fails."""
        if not self.format.STREAMS and self.reports:
            self._write(self.format.render(self.reports, self.view))
        if self._file is not None and self.path:
            self._file.close()
            if Path(self._file.name) != self.path:
                Path(self._file.name).replace(self.path)

    def discard(self) -> None:
        """Leaves no half-written file behind; does nothing after `finish`."""
        if self._file is not None:
            # What could not be written may be tried once more by `close`; the first error is the one to tell.
            with contextlib.suppress(OSError):
                self._file.close()
            if Path(self._file.name) != self.path:
                Path(self._file.name).unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        if self._file is not None:
            self._file.write(text)
            return
        if self._closed:
            return
        try:
            click.echo(text, nl=False, color=self.view.color or None)
            sys.stdout.flush()
        except BrokenPipeError:
            # Quietly: the verdict's exit code is still wanted (design, section 2).
            self._closed = True
            drop_stdout()


def drop_stdout() -> None:
    """Lets standard output lead nowhere, so that the flush at the end of the program does not fail once more."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


def _place(path: str) -> Path:
    """The file that is meant: where a link leads, so that the link stays one."""
    if not path:
        raise UsageError("the report cannot be written: -o names no file")
    return Path(os.path.realpath(path))


def _open(path: Path) -> IO[str]:
    """A new file beside the place of the report; the thing itself where something other than a file is there."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if path.exists() and not path.is_file():
            return path.open("w", encoding="utf-8", newline="\n")
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "permission denied")
        return _beside(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the report cannot be written to {str(path)!r}: {reason}") from None


def _beside(path: Path) -> IO[str]:
    # Not `tempfile`: its files are for their owner alone, and a report is as readable as any other new file.
    file = path.with_name(f".wscheck-{os.urandom(6).hex()}").open("x", encoding="utf-8", newline="\n")
    if path.exists():
        shutil.copymode(path, file.name)
    return file


def make_view(*, verbose: int, quiet: bool, color: str, output: str | None) -> View:
    """How to show: colour on a terminal unless NO_COLOR is set, symbols where the encoding has them."""
    to_file = output not in (None, "-")
    terminal = sys.stdout.isatty() and not to_file
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return View(
        verbose=verbose,
        quiet=quiet,
        color=color == "always" or (color == "auto" and wanted),
        unicode=to_file or _has_symbols(sys.stdout.encoding),
        width=_columns() if terminal else 80,
    )


def _columns() -> int:
    # Wider than 100 columns prose is hard to read, narrower than 40 nothing fits.
    return min(max(shutil.get_terminal_size((80, 24)).columns, 40), 100)


def _has_symbols(encoding: str | None) -> bool:
    try:
        "✓✗–·…".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
