"""What a case sends, told as its difference from the good handshake.

May never enter: a verdict, and anything that is not printable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from wscheck.cases import Good, Shot
from wscheck.core.frame import Frame, read_frames
from wscheck.core.plan import craft
from wscheck.core.visible import visible

_LONGEST = 100
_MOST_LINES = 8
_SAME_LINES = "the same lines in another order or with other line ends"
_NAMES = {0: "continuation", 1: "text", 2: "binary", 8: "Close", 9: "Ping", 10: "Pong"}


Hide = Callable[[bytes], bytes]


def sent_text(good: Good, shots: tuple[Shot, ...], hide: Hide = bytes) -> str:
    """Each request's difference from the good one, a line each; requests are numbered where there are several.

    `hide` masks what is secret in the octets of a request, which stay as many.
    """
    told = [_shot(good, shot, hide) for shot in shots[:3]]
    if len(shots) == 1:
        return "\n".join(told[0])
    lines = [f"{number}: {line}" for number, one in enumerate(told, 1) for line in one]
    return "\n".join([*lines, *([f"… {len(shots)} requests in all"] if len(shots) > 3 else [])])


def _shot(good: Good, shot: Shot, hide: Hide) -> list[str]:
    lines = _request(good, shot, hide)
    if shot.delivery.cuts or shot.delivery.gap_s:
        lines.append(f"in {len(shot.delivery.pieces(craft(shot.plan)))} pieces")
    if shot.talk.octets:
        lines.append(f"behind the 101: {_frames(shot.talk.octets)}")
    return lines or ["the good handshake"]


def _request(good: Good, shot: Shot, hide: Hide) -> list[str]:
    octets, right = hide(craft(shot.plan)), hide(craft(good.plan))
    if octets == right:
        return []
    if octets.replace(b"\r\n", b"\n") == right.replace(b"\r\n", b"\n"):
        return [_SAME_LINES]
    head, _, content = octets.partition(b"\r\n\r\n")
    before, after = (text.partition(b"\r\n\r\n")[0].split(b"\r\n") for text in (right, head))
    added, dropped = _less(after, before), _less(before, after)
    names = {_name(line) for line in added if b":" in line}
    # All lines of a field of which one is new: two equal ones are told as two.
    lines = [visible(line, _LONGEST) or "an empty line" for line in after if line in added or _name(line) in names]
    lines += [
        f"no {visible(line.partition(b':')[0], 40)}" for line in dropped if b":" in line and _name(line) not in names
    ]
    if content:
        lines.append(f"content: {visible(content, _LONGEST)}")
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… {len(lines) - _MOST_LINES} more lines"]
    if not lines:
        lines = [_SAME_LINES]
    return lines


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _less(lines: list[bytes], others: list[bytes]) -> list[bytes]:
    left = Counter(others)
    kept = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            kept.append(line)
    return kept


def _frames(octets: bytes) -> str:
    frames, end = read_frames(octets)
    told = [_frame(frame) for frame in frames]
    if end < len(octets):
        told.append(visible(octets[end:], 60))
    return ", then ".join(told)


def _frame(frame: Frame) -> str:
    name = _NAMES.get(frame.opcode, f"opcode {frame.opcode}")
    marks = [
        "" if frame.masked else "unmasked",
        f"RSV {frame.rsv}" if frame.rsv else "",
        "" if frame.fin else "FIN clear",
    ]
    said = " ".join([name, *filter(None, marks)])
    return f"{said} of {frame.length} octets"
