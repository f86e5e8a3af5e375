"""A diagnosis as lines of the text report: the likeliest cause in full, the others in short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wscheck.core.diagnosis import VERBATIM, Diagnosis
from wscheck.core.report import Report
from wscheck.core.visible import printable

_INDENT = 5


class Line(NamedTuple):
    """One line: wrapped under its label, or as it is, so that a line of a configuration can be copied."""

    text: str
    label: str = ""
    style: str = ""
    indent: int = _INDENT
    wrapped: bool = False


def diagnosis_lines(report: Report, *, verbose: bool) -> Iterator[Line]:
    """The causes, likeliest first; what browsers say is said once, since it is the failure's and not a cause's."""
    found = report.diagnosis
    if not found:
        return
    yield Line("")
    yield Line("Diagnosis" if len(found) == 1 else "Diagnosis, likeliest first", style="bold", indent=2)
    for number, one in enumerate(found, 1):
        yield from _cause(number, one, whole=verbose or number == 1)
    yield Line("")
    for text in found[0].console:
        yield Line(printable(text), "console", "dim", wrapped=True)
    probes = sum(made.purpose.startswith("diagnosis: ") for made in report.exchanges)
    if probes:
        said = f"{probes} more request{'s were' if probes > 1 else ' was'} sent to find this out (--no-diagnose: none)"
        yield Line(said, "sent", "dim", wrapped=True)


def _cause(number: int, one: Diagnosis, *, whole: bool) -> Iterator[Line]:
    yield Line("")
    yield Line(f"{number}. {one.cause}  {one.said}", style="bold", indent=2)
    yield Line(one.summary, "what", wrapped=True)
    yield from _listed("because", one.evidence)
    # The likeliest cause is the one to try; the others are told in short, with the way to their pages.
    yield from _listed("fix", one.fix if whole else _shortened(one))
    yield from _listed("unsure", one.would_tell)


def _shortened(one: Diagnosis) -> tuple[str, ...]:
    """The first sentence of the fix, and where the rest is; what its colon announces is not shown."""
    first = tuple(f"{text.removesuffix(':')}." if text.endswith(":") else text for text in one.fix[:1])
    return (*first, f"More: wscheck explain {one.cause}, or -v")


def _listed(label: str, lines: tuple[str, ...]) -> Iterator[Line]:
    for position, text in enumerate(lines):
        shown = label if position == 0 else " "
        if text.startswith(VERBATIM):
            yield Line(text[2:], shown, "bold")
        else:
            yield Line(text, shown, wrapped=True)
