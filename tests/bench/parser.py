"""How the time of reading a hostile reply grows with its size: 1 is linear, 2 is quadratic.

    python -m tests.bench.parser

Each row doubles a reply three times and prints the milliseconds of the largest and the growth per doubling. Nothing is
asserted: a test that depends on time fails for no reason.
"""

from __future__ import annotations

import math
import time

from tests.core.test_head import HOSTILE
from wscheck.core.head import parse_reply

_SMALLEST, _DOUBLINGS = 64 * 1024, 3


def _ms(data: bytes) -> float:
    start = time.perf_counter()
    parse_reply(data)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Prints a row for each kind of hostile octets, behind a status line."""
    for name, atom in HOSTILE.items():
        times = [
            min(_ms(b"HTTP/1.1 101 X\r\n" + atom * (_SMALLEST * 2**step // len(atom))) for _ in range(3))
            for step in range(_DOUBLINGS + 1)
        ]
        growth = math.log2(max(times[-1], 0.001) / max(times[0], 0.001)) / _DOUBLINGS
        print(f"{name:<16} {times[-1]:9.1f} ms   growth {growth:4.2f}", flush=True)


if __name__ == "__main__":
    main()
