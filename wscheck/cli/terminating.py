"""SIGTERM: it ends a run as Ctrl-C does, so that what was found is kept, with an exit code of its own.

May never enter: what is run. asyncio is loaded only where something is run.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# What ends the run that is under way; None while there is none. And whether SIGTERM has come.
_cancel: Callable[[], object] | None = None
_came = False


class Terminated(SystemExit):
    """SIGTERM came."""


def on_sigterm() -> None:
    """From now on SIGTERM raises Terminated; within `run`, once the run has been cancelled and has cleaned up."""
    global _came
    _came = False
    # Not in the main thread, or no such signal here: the system's own handling stays.
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGTERM, _stop)


def _stop(signum: int, frame: object) -> None:
    # Raised into a running loop, an exception can take the place of another task's wake-up, and the loop would wait for
    # that task for ever. A second SIGTERM does not wait.
    global _cancel, _came
    _came = True
    if _cancel is None:
        raise Terminated
    _cancel()
    _cancel = None


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`; raises Terminated when SIGTERM came."""
    import asyncio

    async def cancellable() -> T:
        global _cancel
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task  # noqa: S101  # a coroutine under asyncio.run is a task
        _cancel = lambda: loop.call_soon_threadsafe(task.cancel)  # noqa: E731  # wakes the loop as well
        try:
            return await work
        finally:
            _cancel = None

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        if _came:
            raise Terminated from None
        raise
