"""A field that is missing, and one with nearly its name that is there: `Sec-WebSockets-Accept` for `…Socket-Accept`."""

from __future__ import annotations

from wscheck.core.answer import Answer
from wscheck.core.visible import visible


def near_miss(answer: Answer, name: bytes) -> str:
    """A clause to put behind "is missing" that names a misspelt field, or an empty text."""
    import difflib

    names = {visible(field.name): None for field in answer.head.fields} if answer.head else {}
    near = difflib.get_close_matches(name.decode().lower(), [text.lower() for text in names], n=1, cutoff=0.87)
    spelt = [text for text in names if near and text.lower() == near[0]]
    return f' (but there is "{spelt[0]}")' if spelt else ""
