"""The errors wscheck raises.

    Exception
    └── WscheckError
        └── UsageError                wrong use: one sentence for the user, exit code 2
            └── MissingExtraError     an optional library is not installed

Nothing that a server does is here: what a server does is a value (`Exchange.failure`, `Finding`), never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable


class WscheckError(Exception):
    """Base of everything wscheck raises on purpose."""


class UsageError(WscheckError):
    """The caller asked for something that cannot be done; the text is one sentence that says what to change."""


class MissingExtraError(UsageError):
    """An optional library is needed and not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the optional part '{extra}': pip install 'wscheck-handshake[{extra}]'")


_LISTED = 20  # more names than this are no help in a sentence


def unknown(what: str, name: str, known: Iterable[str], *, where: str = "") -> UsageError:
    """A UsageError for a name that is not known, with the nearest known one where one is near.

    `where` says what lists the names when they are too many for a sentence.
    """
    import difflib

    choices = sorted(set(known))
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    if near:
        return UsageError(f"unknown {what} {name!r}: did you mean {near[0]!r}?")
    if len(choices) > _LISTED and where:
        return UsageError(f"unknown {what} {name!r}: {where} lists what there is")
    return UsageError(f"unknown {what} {name!r}: known are {', '.join(choices)}")
