"""How far an audit is: one line on a terminal, nothing in a pipe.

May never enter: text from a server; a case is named by its id.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TextIO

_BAR = 24


class Progress:
    """One line that is drawn again for each case, and taken away at the end."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._done = self._bad = 0
        self._shown = _draws(stream)

    def advance(self, case_id: str, status: str) -> None:
        """One case more is done."""
        self._done += 1
        self._bad += status in ("fail", "error")
        if not self._shown:
            return
        filled = min(_BAR * self._done // max(self._total, 1), _BAR)
        failed = f", {self._bad} failed" if self._bad else ""
        bar = "#" * filled + "." * (_BAR - filled)
        self._draw(f"[{bar}] {self._done}/{self._total}{failed}  {case_id}")

    def close(self) -> None:
        """Leaves the line empty for what comes next."""
        if self._shown and self._done:
            self._write("\r\x1b[K")
        self._shown = False

    def _draw(self, line: str) -> None:
        room = max(shutil.get_terminal_size((80, 24)).columns - 1, 1)
        self._write(f"\r{line[:room]}\x1b[K")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody looks any more: the audit goes on
            self._shown = False


def _draws(stream: TextIO) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    return False
