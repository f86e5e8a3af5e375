"""Times as plain lines: the phases of one probe, their waterfall, and the spread of several probes."""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.core.exchange import Timings
from wscheck.core.report import Repeats

PHASES = ("dns", "tcp", "proxy", "tls", "handshake", "total")
_BARS = "▁▂▃▄▅▆▇█"
_NARROW = 60  # below this a waterfall has no room


def one_line(timings: Timings) -> str:
    """`dns 0.1 · tcp 0.2 · handshake 1.9 · total 2.3 ms`, or nothing."""
    values = [(phase, getattr(timings, phase)) for phase in PHASES]
    shown = [f"{phase} {value:.1f}" for phase, value in values if value is not None]
    return " · ".join(shown) + " ms" if shown else ""


def waterfall(timings: Timings, width: int, bar: str) -> Iterator[str]:
    """One bar per phase, each where the one before it ends; columns of figures where the terminal is narrow."""
    steps = [(phase, value) for phase in PHASES[:-1] if (value := getattr(timings, phase)) is not None]
    # Not the total: it holds what came behind the handshake as well, a connection held for a minute for example.
    total = sum(value for _, value in steps)
    if not steps or total <= 0:
        return
    room = width - 26
    start = 0.0
    for phase, value in steps:
        figures = f"{phase:<10} {value:>8.1f} ms"
        if width < _NARROW:
            yield figures
        else:
            lead = round(start / total * room)
            yield f"{figures}  {' ' * lead}{bar * max(1, round(value / total * room))}"
        start += value


def spread(repeats: Repeats, width: int, unicode: bool) -> Iterator[str]:
    """A table of min, median, p95 and max of each phase, and a plot of the handshakes in order."""
    yield f"{'ms':<10} {'min':>9} {'median':>9} {'p95':>9} {'max':>9}"
    for phase in PHASES:
        found = repeats.phases.get(phase)
        if found:
            yield f"{phase:<10} {found.min:>9.1f} {found.median:>9.1f} {found.p95:>9.1f} {found.max:>9.1f}"
    values = [value for value in repeats.handshakes_ms if value is not None]
    if len(repeats.handshakes_ms) > 1 and values:
        yield f"{'plot':<10} {_plot(repeats.handshakes_ms, width - 12, max(values), unicode)}"


def _plot(values: tuple[float | None, ...], width: int, largest: float, unicode: bool) -> str:
    """One mark per handshake, or per the slowest of a few where there are more than fit; x where none came."""
    bars = _BARS if unicode else "_.-=+*%#"
    group = -(-len(values) // max(width, 1))
    marks = []
    for start in range(0, len(values), group):
        some = [value for value in values[start : start + group] if value is not None]
        missing = len(some) < len(values[start : start + group])
        marks.append("x" if missing else bars[min(int(max(some) / (largest or 1.0) * len(bars)), len(bars) - 1)])
    return "".join(marks)
