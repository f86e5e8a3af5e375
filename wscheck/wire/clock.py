"""Deadlines: a point in time by which something ends, and whose limit it is."""

from __future__ import annotations

import time


class Deadline:
    """The end of a wait. The nearer of two deadlines wins, and knows its name for the report."""

    def __init__(self, seconds: float, name: str) -> None:
        self.at = time.monotonic() + seconds
        self.said = f"{name} limit of {seconds:g} s"

    def left_s(self) -> float:
        """Seconds until then, 0 when it is past."""
        return max(self.at - time.monotonic(), 0.0)

    def nearer(self, other: Deadline) -> Deadline:
        """Whichever of the two ends first."""
        return self if self.at <= other.at else other


def since_ms(start: float) -> float:
    """Milliseconds since a `time.perf_counter()`."""
    return (time.perf_counter() - start) * 1000
