"""wscheck as a process of its own: for signals, pipes and start-up, which need a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

LONGEST_S = 30.0

WSCHECK = (sys.executable, "-m", "wscheck")

# Warnings are errors in the child as well; a test adds what it is about.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "PYTHONIOENCODING")},
    "PYTHONWARNINGS": "error",
}


def start(arguments: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
    """A running wscheck with pipes at all three streams; the caller ends it."""
    return subprocess.Popen(
        [*WSCHECK, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | environment,
    )


def run(arguments: Sequence[str], stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A finished wscheck."""
    return subprocess.run(
        [*WSCHECK, *arguments],
        input=stdin,
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
        env=ENVIRONMENT | environment,
    )
