"""What the cases of a batch are worth when the good handshake behind them failed. FLOOR 3.

May never enter: requests, and verdicts of a case on its own (`cases`). A case shows something only between two good
handshakes that were accepted: what a server said that was dying or shutting us out shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from wscheck.cases import Case, Said, Seen, Shot
from wscheck.core.answer import read_answer
from wscheck.core.exchange import Exchange


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


# So long a server may take to die of a request that it has answered.
JUST_S = 0.1

# What a front says when the server behind it is gone: 502 and 504 (RFC 9110 §15.6.3, §15.6.5). A 503 may be a limit.
_OF_A_FRONT = (502, 504)

_DEAD = "the server stopped answering the good handshake"
_REFUSES = "the server no longer accepted the good handshake"


def status_of(made: Exchange) -> int | None:
    """The status of an exchange, None when none came."""
    return read_answer(made).status if made.response else None


def limited(made: Sequence[Exchange]) -> str | None:
    """Who wants no more requests, None when nobody said so: a 429 is obeyed, whoever sends it."""
    who = next((one.purpose for one in made if status_of(one) == 429), None)
    said = f"the {'proxy' if who == 'connect' else 'server'} answered 429: it wants no more requests"
    return who and f"{said} (--jobs 1 and --delay ask more slowly)"


def ending(status: int | None) -> str:
    """Why no case is made any more when the good handshake brought this status, None for no answer."""
    if status in _OF_A_FRONT:
        return f"{_DEAD}: what stands in front of it answered {status}"
    return f"{_REFUSES}: it answered {status}" if status else _DEAD


def barred(made: Sequence[Exchange]) -> str | None:
    """Why the server was not to blame for a good handshake that failed, None when it may be: its name was not found
    any more, or the proxy did not let us through. A proxy that answers 5xx did not reach the server."""
    failure = made[-1].failure
    if failure is None or failure.stage not in ("dns", "proxy"):
        return None
    statuses = [status_of(one) for one in made if one.purpose == "connect"]
    if any(status is not None and status >= 500 for status in statuses):
        return None
    return f"no way led to the server any more: {failure.detail}"


def unreached(batch: Sequence[Tried]) -> tuple[Tried, ...]:
    """The batch behind which no way led to the server any more: what got no reply shows nothing of it."""
    return tuple(_beyond(found) if _mute(found, None) else found for found in batch)


def spoiled(batch: Sequence[Tried], status: int | None) -> tuple[Tried, ...]:
    """The batch behind which the good handshake brought this status, None for no answer."""
    if status is not None and status not in _OF_A_FRONT:
        return tuple(_shut_out(found) for found in batch)
    mute = frozenset(found.case.id for found in batch if _mute(found, status))
    blamed = _blamed(batch, mute)
    beside = _just_answered(batch, blamed, mute)
    return tuple(_dead(found, blamed, beside, mute) for found in batch)


def met_nobody(batch: Sequence[Tried], first: Exchange) -> str | None:
    """Which cases got no reply, where nobody listened behind them for a moment and then somebody did again."""
    mute = [found.case.id for found in batch if _mute(found, None) and not found.lost]
    if first.failure is None or first.failure.kind != "refused" or not mute:
        return None
    more = f" and {len(mute) - 8} more" if len(mute) > 8 else ""
    return f"{', '.join(mute[:8])}{more} got no reply, and ended it or met its end"


def cut_off(found: Tried) -> bool:
    """Whether a connection of a case was closed without an octet: behind a refusal that may be."""
    made = 1 if found.case.way == "reused" else found.seen.made
    ends = zip(found.seen.answers[:made], found.seen.outcomes[:made], strict=True)
    return not found.lost and any(answer is None and outcome == "closed" for answer, outcome in ends)


def _shut_out(found: Tried) -> Tried:
    """Who no longer takes the good handshake may have refused the case for the same reason; a 101 stays what it is."""
    if found.said.status == "error" or all(outcome == "accepted" for outcome in found.seen.outcomes):
        return found
    why = f"{found.said.observed}; the good handshake was no longer accepted behind it, so this shows nothing"
    return found._replace(said=Said("skip", why))


def _beyond(found: Tried) -> Tried:
    return found._replace(said=Said("skip", "no way led to the server any more, so this shows nothing"))


def _dead(found: Tried, blamed: Sequence[str], beside: Sequence[str], mute: Set[str]) -> Tried:
    if found.case.id in blamed:
        others = [name for name in (*blamed, *beside) if name != found.case.id]
        which = f" (or behind one of: {', '.join(others)}; --jobs 1 tells which)" if others else ""
        told = f"{found.said.observed}; the server stopped answering behind this request{which}"
        return found._replace(said=Said("fail", told), died=True)
    if found.case.id in mute:
        return found._replace(said=Said("skip", "the server had stopped answering, so this shows nothing"))
    return found


def _blamed(batch: Sequence[Tried], mute: Set[str]) -> tuple[str, ...]:
    """The cases behind which a server may have died: those that got nothing and were under way when it last answered,
    or else the last ones that it answered."""
    answered = [found for found in batch if found.case.id not in mute]
    last = max((found.ended for found in answered), default=0.0)
    silent = [found for found in batch if found.case.id in mute and not found.lost]
    first = min((found.started for found in silent), default=0.0)
    suspects = [found for found in silent if found.started <= max(last, first)]
    suspects = suspects or [found for found in answered if found.ended == last]
    return tuple(found.case.id for found in suspects)


def _just_answered(batch: Sequence[Tried], blamed: Sequence[str], mute: Set[str]) -> tuple[str, ...]:
    """The cases that ended beside those, when the first of them was cut off: a server may die of what it answered."""
    cut = [found for found in batch if found.case.id in blamed and found.case.id in mute]
    if not cut:
        return ()
    begun, end = min(found.started for found in cut), min(found.ended for found in cut)
    answered = [found for found in batch if found.case.id not in {*mute, *blamed}]
    return tuple(found.case.id for found in answered if max(begun, end - JUST_S) <= found.ended <= end)


def _mute(found: Tried, status: int | None) -> bool:
    """Whether nothing came, or a front alone spoke."""
    return all(answer is None or (status and answer.status == status) for answer in found.seen.answers)
