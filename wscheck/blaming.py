"""What the cases of a batch are worth when the good handshake behind them failed. FLOOR 3.

May never enter: requests, and verdicts of a case on its own (`cases`). A case shows something only between two good
handshakes that were accepted: what a server said that was dying or shutting us out shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wscheck.cases import Case, Said, Seen, Shot


class Tried(NamedTuple):
    """A case that was played: what it brought, when, and where its exchanges stand in the report."""

    case: Case
    shots: tuple[Shot, ...]
    seen: Seen
    said: Said
    started: float
    ended: float
    exchanges: tuple[int, ...]
    lost: bool  # no connection could be made
    died: bool = False  # the server stopped answering behind it


def spoiled(batch: Sequence[Tried], *, answers: bool) -> tuple[Tried, ...]:
    """The batch behind which the good handshake failed; `answers` says that it got an answer, and no 101."""
    if answers:
        return tuple(_shut_out(found) for found in batch)
    blamed = _blamed(batch)
    return tuple(_dead(found, blamed) for found in batch)


def _shut_out(found: Tried) -> Tried:
    """Who no longer takes the good handshake may have refused the case for the same reason; a 101 stays what it is."""
    if found.said.status == "error" or all(outcome == "accepted" for outcome in found.seen.outcomes):
        return found
    why = f"{found.said.observed}; the good handshake was no longer accepted behind it, so this shows nothing"
    return found._replace(said=Said("skip", why))


def _dead(found: Tried, blamed: Mapping[str, Tried]) -> Tried:
    if found.case.id in blamed:
        others = [name for name in blamed if name != found.case.id]
        which = f" (or behind one of: {', '.join(others)})" if others else ""
        told = f"{found.said.observed}; the server stopped answering behind this request{which}"
        return found._replace(said=Said("fail", told), died=True)
    if _mute(found):
        return found._replace(said=Said("skip", "the server had stopped answering, so this shows nothing"))
    return found


def _blamed(batch: Sequence[Tried]) -> Mapping[str, Tried]:
    """The cases behind which a server may have died: those that got nothing and were under way when it last answered,
    or else the last ones that it answered."""
    answered = [found for found in batch if not _mute(found)]
    last = max((found.ended for found in answered), default=0.0)
    mute = [found for found in batch if _mute(found) and not found.lost]
    first = min((found.started for found in mute), default=0.0)
    suspects = [found for found in mute if found.started <= max(last, first)]
    suspects = suspects or [found for found in answered if found.ended == last]
    return {found.case.id: found for found in suspects}


def _mute(found: Tried) -> bool:
    return all(answer is None for answer in found.seen.answers)
