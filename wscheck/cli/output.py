"""Where reports go: standard output or a file, each file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import click

from wscheck import render
from wscheck.core.report import Report
from wscheck.errors import UsageError, unknown
from wscheck.render import View


class Output:
    """Takes reports as they come and writes them in one format.

    A file is written beside its place and moved there at the end; a device or a pipe is no file and is written to as it
    is. That it can be written is tried before anything is sent: UsageError when not.
    """

    def __init__(self, format_name: str, path: str | None, view: View) -> None:
        self.format = render.load(format_name)
        self.view = view
        self.reports: list[Report] = []
        self._closed = False
        self.path: Path | None = None
        self._file: IO[str] | None = None
        if path is not None and path != "-":
            self.path, self._file = _open(path)

    def add(self, report: Report) -> None:
        """Takes the next report, and shows it at once where the format allows it."""
        self.reports.append(report)
        if self.format.STREAMS:
            self._write(self.format.render([report], self.view))

    def finish(self) -> None:
        """Writes what is still to be written, and puts the file in its place. Raises OSError when that fails.

        Without any report (a run that was interrupted) there is nothing to write, and a file of before stays.
        """
        if not self.reports:
            return
        if not self.format.STREAMS:
            self._write(self.format.render(self.reports, self.view))
        if self._file is not None and self.path:
            self._file.close()
            if Path(self._file.name) != self.path:
                Path(self._file.name).replace(self.path)

    @property
    def replaces(self) -> Path | None:
        """The file that is there only when it is whole; None for standard output, a device and a pipe."""
        return self.path if self._file is not None and Path(self._file.name) != self.path else None

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
            # Quietly: the verdict's exit code is still wanted.
            self._closed = True
            drop_stdout()


class Outputs:
    """Standard output (or `-o`) and the files of `--report`, all fed with the same reports."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self._outputs = outputs
        self.reports: list[Report] = []

    def add(self, report: Report) -> None:
        """Gives the next report to all; an error of one is told when all have it."""
        self.reports.append(report)
        self._each(lambda output: output.add(report))

    def close(self) -> None:
        """Ends all of them: each file is whole or not there. Raises the first OSError."""
        try:
            self._each(lambda output: output.finish())
            if any(output.format is render.load("github") for output in self._outputs):
                append_step_summary(self.reports)
        finally:
            for output in self._outputs:
                output.discard()

    def _each(self, action: Callable[[Output], None]) -> None:
        errors = []
        for output in self._outputs:
            try:
                action(output)
            except OSError as error:
                errors.append(error)
        if errors:
            raise errors[0]


def make_outputs(flags: dict[str, Any]) -> Outputs:
    """The outputs that the flags ask for. UsageError, before anything is sent, for one that cannot be written."""
    view = make_view(verbose=flags["verbose"], quiet=flags["quiet"], color=flags["color"], output=flags["output"])
    outputs: list[Output] = []
    try:
        outputs.append(Output(flags["format_name"], flags["output"], view))
        for text in flags["report"]:
            outputs.append(_report_file(text, View(verbose=flags["verbose"])))
        _refuse_one_file_twice(outputs)
    except BaseException:
        for output in outputs:
            output.discard()
        raise
    return Outputs(outputs)


def _refuse_one_file_twice(outputs: Sequence[Output]) -> None:
    paths = [output.replaces for output in outputs if output.replaces]
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"two reports would go into {str(path)!r}: give each a file of its own")


def _report_file(text: str, view: View) -> Output:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(f"--report {text}: write FORMAT=FILE, for example junit=report.xml")
    if name not in render.formats():
        raise unknown("format", name, render.formats())
    return Output(name, path, view)


def append_step_summary(reports: Sequence[Report]) -> None:
    """Adds the reports as Markdown to the step summary of GitHub Actions, when its variable is set."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path and reports:
        with Path(path).open("a", encoding="utf-8", newline="\n") as summary:
            summary.write(render.load("markdown").render(reports, View()))


def write_whole(path: str, text: str) -> None:
    """Writes a text to a file, which is whole or not there. UsageError when it cannot be written."""
    place, file = _open(path)
    try:
        with file:
            file.write(text)
        if Path(file.name) != place:
            Path(file.name).replace(place)
    except BaseException:
        if Path(file.name) != place:
            Path(file.name).unlink(missing_ok=True)
        raise


def drop_stdout() -> None:
    """Lets standard output lead nowhere, so that the flush at the end of the program does not fail once more."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


def _open(path: str) -> tuple[Path, IO[str]]:
    """The place of the report and what to write to: a new file beside it, or the place itself where it is no file."""
    try:
        if not path:
            raise FileNotFoundError(errno.ENOENT, "-o names no file")
        place = Path(path)
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if place.exists() and not place.is_file():
            return place, place.open("w", encoding="utf-8", newline="\n")
        if place.exists() and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, "permission denied")
        place = Path(os.path.realpath(place))  # where a link leads, so that the link stays one
        return place, _beside(place)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the report cannot be written to {path!r}: {reason}") from None


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
