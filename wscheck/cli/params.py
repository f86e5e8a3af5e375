"""Values of the command line: what a text means, and what completes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(ms|s|m|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST_S = 86400.0


def duration(text: str) -> float:
    """Seconds of `500ms`, `2s`, `1m`; a bare number is seconds. More than none, a day at most."""
    match = _DURATION.fullmatch(text.strip())
    seconds = float(match[1]) * _SECONDS[match[2] or "s"] if match else 0.0
    if not match:
        raise click.BadParameter(f"{text!r} is no duration: write 500ms, 2s or 1m")
    if not 0 < seconds <= _LONGEST_S:
        raise click.BadParameter(f"{text!r} cannot be: a duration is more than 0, at most 24h")
    return seconds


def count(text: str, least: int = 1) -> int:
    """A whole number of `least` or more."""
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()):
        raise click.BadParameter(f"{text!r} is no number: write one from {least} on")
    if int(text) < least:
        raise click.BadParameter(f"{text!r} is too little: write a number from {least} on")
    return int(text)


def count_or_none(text: str) -> int:
    """A whole number, or 0 for none at all."""
    return count(text, least=0)


def offsets(text: str) -> tuple[int, ...]:
    """Octet offsets, comma-separated; a negative one counts from the end."""
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"-?[0-9]{1,7}", part) for part in parts):
        raise click.BadParameter(f"{text!r} is no list of offsets: write for example 10,-4")
    return tuple(int(part) for part in parts)


def names(text: str) -> tuple[str, ...]:
    """The names of a comma-separated list, without blanks around them."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise click.BadParameter("it names nothing")
    return found


def complete_checks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Check ids that go on from the last comma."""
    from click.shell_completion import CompletionItem

    from wscheck.checks import reply_checks

    before, comma, begun = incomplete.rpartition(",")
    return [CompletionItem(before + comma + check.id) for check in reply_checks() if check.id.startswith(begun)]


def complete_faults(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of faults and leniencies."""
    from click.shell_completion import CompletionItem

    from wscheck.lab.faults import faults
    from wscheck.lab.leniencies import leniencies

    return [CompletionItem(name) for name in (*faults(), *leniencies()) if name.startswith(incomplete)]


def complete_url(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Schemes, and after `lab:` the faults."""
    from click.shell_completion import CompletionItem

    if not incomplete.startswith(("lab:", "labs:")):
        return [CompletionItem(url) for url in ("ws://", "wss://", "lab:") if url.startswith(incomplete)]
    scheme, _, begun = incomplete.partition(":")
    return [CompletionItem(f"{scheme}:{item.value}") for item in complete_faults(ctx, param, begun)]
