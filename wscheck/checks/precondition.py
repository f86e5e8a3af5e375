"""When a check has nothing to judge. Shared by the checks, so that the same absence is always said in the same words.

May never enter: judgement of what is there.
"""

from __future__ import annotations

from wscheck.checks import Skip
from wscheck.core.answer import Answer


def needs_switching(answer: Answer) -> Skip | None:
    """A Skip when the reply is no 101: what only a 101 can show is not there to judge."""
    if answer.switching:
        return Skip("a refusal was demanded") if answer.demands.refusal else None
    if answer.head is None:
        return Skip("no final reply came")
    if answer.status is None:
        return Skip("the status line cannot be read")
    return Skip(f"only a 101 shows this; the status is {answer.status}")


def needs_whole_head(answer: Answer, what: str) -> Skip | None:
    """A Skip when the head was cut: what has not come by then is not missing."""
    if answer.head is None or answer.head.complete:
        return None
    return Skip(f"the head ended before {what} came")
