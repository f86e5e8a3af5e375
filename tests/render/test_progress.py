"""The progress of an audit: a line on a terminal, nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from wscheck.render._progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")


def test_a_line_on_a_terminal() -> None:
    stream = Terminal()
    progress = Progress(4, stream)
    progress.advance("method-post", "pass")
    progress.advance("method-head", "fail")
    progress.close()
    progress.advance("later", "pass")
    assert stream.getvalue().split("\r") == [
        "",
        "[######..................] 1/4  method-post\x1b[K",
        "[############............] 2/4, 1 failed  method-head\x1b[K",
        "\x1b[K",
    ]


def test_nothing_in_a_pipe_or_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setenv("TERM", "dumb")
    dumb = Terminal()
    for stream in (pipe, dumb):
        progress = Progress(1, stream)
        progress.advance("a", "pass")
        progress.close()
        assert stream.getvalue() == ""


def test_nothing_was_drawn_so_nothing_is_taken_away() -> None:
    stream = Terminal()
    Progress(4, stream).close()
    assert stream.getvalue() == ""


def test_a_line_is_never_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    Progress(0, stream).advance("a" * 100, "error")
    assert len(stream.getvalue().removeprefix("\r").removesuffix("\x1b[K")) == 29


def test_a_stream_that_is_gone_ends_no_audit() -> None:
    gone = Terminal()
    gone.close()
    Progress(1, gone).advance("a", "pass")
    stream = Terminal()
    progress = Progress(2, stream)
    stream.close()
    progress.advance("a", "pass")
    progress.advance("b", "pass")
    progress.close()
