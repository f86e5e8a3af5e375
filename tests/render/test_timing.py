"""Times: one line, a waterfall with a narrow form, the spread of several probes and its plot."""

from __future__ import annotations

import pytest

from wscheck.core.exchange import Timings
from wscheck.core.report import Repeats, Spread
from wscheck.render._timing import one_line, spread, waterfall


def test_one_line() -> None:
    assert one_line(Timings(0.12, 0.25, None, 1.94, 2.31)) == "dns 0.1 · tcp 0.2 · handshake 1.9 · total 2.3 ms"
    assert one_line(Timings()) == ""


def test_a_waterfall_begins_each_phase_where_the_last_ended() -> None:
    lines = list(waterfall(Timings(10.0, 10.0, 20.0, 40.0, 80.0), 66, "#"))
    assert lines == [
        "dns            10.0 ms  #####",
        "tcp            10.0 ms       #####",
        "tls            20.0 ms            ##########",
        "handshake      40.0 ms                      ####################",
    ]


def test_a_connection_that_was_held_does_not_flatten_the_waterfall() -> None:
    """The total holds the holding as well."""
    lines = list(waterfall(Timings(None, 10.0, None, 30.0, 60_000.0), 66, "#"))
    assert lines == [
        "tcp            10.0 ms  ##########",
        "handshake      30.0 ms            ##############################",
    ]


def test_narrow_terminals_get_columns() -> None:
    lines = list(waterfall(Timings(None, 0.25, None, 1000.0, 1000.3), 59, "#"))
    assert lines == ["tcp             0.2 ms", "handshake    1000.0 ms"]


@pytest.mark.parametrize("timings", [Timings(), Timings(total=3.0), Timings(tcp=0.0, total=0.0)])
def test_no_waterfall_of_nothing(timings: Timings) -> None:
    assert list(waterfall(timings, 80, "#")) == []


@pytest.mark.parametrize("width", [60, 61, 76, 80, 96])
@pytest.mark.parametrize(
    "timings",
    [
        Timings(0.01, 0.01, 0.01, 5000.0, 5000.0),
        Timings(5000.0, 0.01, 0.01, 0.01, 5000.0),
        Timings(1.0, 1.0, 1.0, 1.0, 4.0),
        Timings(300_000.0, None, None, 300_000.0, None),
    ],
)
def test_a_waterfall_fits_and_every_phase_has_a_bar(timings: Timings, width: int) -> None:
    for line in waterfall(timings, width, "#"):
        assert "#" in line
        assert len(line) <= width


def repeats(*handshakes: float | None) -> Repeats:
    """Probes with these handshakes."""
    found = [value for value in handshakes if value is not None]
    phases = {"handshake": Spread(min(found), found[0], max(found), max(found))} if found else {}
    return Repeats(tuple("pass" if value else "unreachable" for value in handshakes), phases, handshakes)


def test_a_spread_written_out() -> None:
    assert list(spread(repeats(1.0, 8.0, None, 4.0), 76, True)) == [
        "ms               min    median       p95       max",
        "handshake        1.0       1.0       8.0       8.0",
        "plot       ▂█x▅",
    ]


def test_a_plot_without_unicode() -> None:
    assert list(spread(repeats(1.0, 8.0, None, 4.0), 76, False))[-1] == "plot       .#x+"


def test_one_probe_and_none_that_replied_have_no_plot() -> None:
    assert len(list(spread(repeats(1.0), 76, True))) == 2
    assert len(list(spread(repeats(None, None), 76, True))) == 1


@pytest.mark.parametrize("count", [2, 63, 64, 65, 128, 1000])
def test_a_plot_fits(count: int) -> None:
    values = [1.0] * (count - 1) + [100.0]
    line = list(spread(repeats(*values), 76, True))[-1]
    assert len(line) <= 76
    assert line.endswith("█")


def test_a_plot_of_zeros_is_no_division_by_zero() -> None:
    assert list(spread(repeats(0.0, 0.0), 76, True))[-1] == "plot       ▁▁"
