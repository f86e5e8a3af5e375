"""The line of a reply in which something is wrong, with the octets in question marked beneath."""

from __future__ import annotations

from wscheck.core.visible import visible


def excerpt(response: bytes, offset: int, length: int, width: int) -> tuple[str, str]:
    """(the line as it came, escaped, and carets under `length` octets at `offset`), neither wider than `width`."""
    offset = min(max(offset, 0), len(response))
    start = response.rfind(b"\n", 0, offset) + 1
    line_end = response.find(b"\n", offset)
    end = len(response) if line_end < 0 else line_end + 1
    marked_end = min(max(offset + max(length, 1), offset), end)
    # The line end is shown only when it is what is marked.
    content_end = start + len(response[start:end].rstrip(b"\r\n"))
    before = visible(response[start:offset])
    marked = visible(response[offset:marked_end])
    after = visible(response[marked_end : max(content_end, marked_end)])
    return _fit(before, marked or " ", after, width)


def _fit(before: str, marked: str, after: str, width: int) -> tuple[str, str]:
    if len(before) + len(marked) + len(after) <= width:
        return (before + marked + after).rstrip(), " " * len(before) + "^" * len(marked)
    marked = marked if len(marked) <= width - 6 else marked[: width - 9] + "..."
    room = width - len(marked) - 6
    lead = min(len(before), max(room - min(len(after), room // 2), 0))
    shown_before = before if lead == len(before) else "..." + before[len(before) - lead :]
    room_after = width - len(shown_before) - len(marked)
    shown_after = after if len(after) <= room_after else after[: max(room_after - 3, 0)] + "..."
    return (shown_before + marked + shown_after)[:width].rstrip(), " " * len(shown_before) + "^" * len(marked)
