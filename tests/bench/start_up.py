"""How long wscheck takes as a whole process, beside what it cannot be quicker than, and beside its peers.

    python -m tests.bench.start_up [--runs 15]

The two commands of a row are run in turn, A B A B …, so that a machine whose speed drifts slows both; the ratio is the
median of the ratios pair by pair. No figure is asserted anywhere: a test that depends on time fails for no reason.

`imports` is a Python that loads the third-party and standard modules that `wscheck probe lab:` ends up with, and
nothing of wscheck: it is read off a real run, so it follows the code.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_LOADED = """
import sys
from wscheck.cli import group
group.main(["probe", "lab:", "-q"], standalone_mode=False)
print(",".join(name for name in sys.modules if name.split(".")[0] not in ("wscheck", "__main__", "__mp_main__")))
"""


def modules_of_a_probe() -> list[str]:
    """The modules that a probe of the lab loads, without those of wscheck, in the order of loading."""
    run = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    names = run.stdout.strip().split(",")
    # Only what can be imported by its own name: not the private halves of packages that set themselves up.
    return [name for name in names if _importable(name)]


def _importable(name: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def lab() -> Iterator[str]:
    """The embedded server in a process of its own; its URL."""
    command = [sys.executable, "-m", "wscheck", "lab", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[2]
        finally:
            process.terminate()


def seconds(command: Sequence[str]) -> float:
    """Wall time of one run, output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def compare(name: str, ours: Sequence[str], other_name: str, other: Sequence[str], runs: int) -> None:
    """Prints one row: medians of both in milliseconds, and the median ratio."""
    seconds(ours), seconds(other)  # caches are warm afterwards
    pairs = [(seconds(ours), seconds(other)) for _ in range(runs)]
    mine, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<24} {mine:8.1f} ms   {other_name:<34} {theirs:8.1f} ms   ratio {ratio:5.2f}", flush=True)


def main() -> None:
    """Prints all rows that this machine can run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    # Byte code is kept, as it is for whoever has installed wscheck; the entry point is what an installed script does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    wscheck = [sys.executable, "-c", "from wscheck.cli import run; run()"]
    compare("accept", [*wscheck, "accept", _KEY], "import click", [sys.executable, "-c", "import click"], runs)
    imports = [sys.executable, "-c", f"import {', '.join(modules_of_a_probe())}"]
    compare("probe lab:", [*wscheck, "probe", "lab:"], "the modules it loads, imported", imports, runs)
    with lab() as url:
        for name, command in peers(url):
            compare("probe (lab elsewhere)", [*wscheck, "probe", url], name, command, runs)


def peers(url: str) -> Iterator[tuple[str, list[str]]]:
    """What else on this machine can open a WebSocket, each as a command that ends by itself."""
    curl = shutil.which("curl")
    if curl:
        fields = [
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {_KEY}",
            "Sec-WebSocket-Version: 13",
        ]
        flags = [part for field in fields for part in ("-H", field)]
        # curl waits for what follows a 101, so it gets a moment and is timed with it.
        yield "curl (with --max-time 0.2)", [curl, "-sN", "--max-time", "0.2", *flags, url.replace("ws://", "http://")]
    wscat = shutil.which("wscat")
    if wscat:
        yield "wscat -x ''", [wscat, "-c", url, "-w", "0", "-x", ""]
    with contextlib.suppress(ImportError):
        importlib.import_module("websockets")
        code = f"from websockets.sync.client import connect; connect({url!r}, close_timeout=0.1).close()"
        yield "websockets (Python)", [sys.executable, "-c", code]


if __name__ == "__main__":
    main()
