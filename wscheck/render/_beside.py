"""What stands beside the checks, as lines: why no reply came, a refusal's content, a control request, a proxy's answer.

May never enter: a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.core.exchange import Exchange
from wscheck.core.report import Report
from wscheck.core.visible import printable, visible
from wscheck.render import View
from wscheck.render._lines import Line, Marks, wrapped
from wscheck.render._wire import certificate, content

_CONTENT_LINES = 6  # of a refusal's content, without -v
_INDENT = 6


def failure_lines(report: Report, made: Exchange, view: View, marks: Marks) -> Iterator[Line]:
    """The stage and the kind of what ended the exchange, and what is known of the way there."""
    failure = report.failure
    if failure is None:
        return
    symbol, _, _, style = marks["error"]
    yield [("  ", ""), (f"{symbol} {failure.stage}: {failure.kind}", style)]
    yield from wrapped("what", printable(failure.detail), view.width, indent=_INDENT)
    if failure.kind == "certificate" and made.tls:
        for fact in certificate(made.tls):
            yield from wrapped("seen", printable(fact), view.width, indent=_INDENT)
    several = len(made.attempts) > 1  # the one there is stands in the failure already
    for attempt in made.attempts if several else ():
        said = f"{attempt.address}  {attempt.failure or 'connected'}  {attempt.ms:.1f} ms"
        yield from wrapped("tried", said, view.width, indent=_INDENT)


def content_lines(made: Exchange, view: View) -> Iterator[Line]:
    """A refusal's content: the server's own words often name the cause."""
    size, lines = content(made)
    if not lines:
        return
    limit = len(lines) if view.verbose else _CONTENT_LINES
    yield []
    yield [(f"  the server's words, {size} octets", "dim")]
    room = view.width - 4
    for line in lines[:limit]:
        yield [("  < " + (line if len(line) <= room or view.verbose else line[: room - 4] + " ..."), "")]
    if len(lines) > limit:
        yield [(f"    ... {len(lines) - limit} more lines (-v shows them)", "dim")]


def beside_lines(report: Report, view: View) -> Iterator[Line]:
    """What was asked beside the handshake: a control request, a proxy that refused."""
    for made in report.exchanges:
        status_line = visible(made.response.partition(b"\r\n")[0], 60) or "no reply"
        if made.purpose == "control":
            yield []
            yield [(f"  control: a plain GET over the same way brings  < {status_line}", "")]
        elif made.purpose == "connect" and made.failure and made.response:
            yield []
            yield [(f"  the proxy's answer to CONNECT  < {status_line}", "")]
            for line in content(made)[1][:_CONTENT_LINES]:
                yield [("  < " + line[: view.width - 4], "")]
