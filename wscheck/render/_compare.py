"""Two reports side by side, for a person: A left and B right, or one above the other where the lines are short.

Text that a server sent stands behind `<`, what was sent behind `>`, escaped both.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from wscheck.core.comparison import Comparison, Difference
from wscheck.core.difference import compare
from wscheck.core.report import Report
from wscheck.core.visible import not_a_command, printable
from wscheck.render import View
from wscheck.render._sentence import VERDICTS, failure_sentence, sentence
from wscheck.render._timing import one_line

STREAMS = False

# Two columns with less than this would hold a word or two in each line.
_NARROWEST = 70
_BETWEEN = " | "
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_SENT = ("request",)
_OURS = ("failure", "tls", "certificate", "frames", "end", "check")  # words of ours, not the server's
_SAME = "nothing differs but what is bound to: key, Accept, Host, dates, addresses, times"


def render(reports: Sequence[Report], view: View) -> str:
    """Who was asked and how it went, each difference with what it means, and how many there are."""
    a, b = reports
    lines = _Page(compare(a, b), view).lines()
    text = not_a_command("".join(f"{line.rstrip()}\n" for line in lines))
    return text if view.unicode else text.replace("·", "|").encode("ascii", "backslashreplace").decode("ascii")


class _Page:
    def __init__(self, comparison: Comparison, view: View) -> None:
        self.comparison, self.view = comparison, view
        self.column = (view.width - 2 - len(_BETWEEN)) // 2
        self.stacked = view.width < _NARROWEST

    def lines(self) -> Iterator[str]:
        yield from self._title()
        for one in self.comparison.differences:
            yield ""
            yield from self._difference(one)
        yield ""
        yield from self._wrapped(self._result(), "  ", hanging=6)
        worse = next((one for one in (self.comparison.b, self.comparison.a) if one.verdict != "pass"), None)
        if worse is not None:
            url = printable(worse.target.url)
            yield from self._wrapped(f"wscheck probe {url} names the cause and the lines to change.", "  ", hanging=0)
        yield ""

    def _result(self) -> str:
        if all(one.verdict == "unreachable" for one in (self.comparison.a, self.comparison.b)):
            return "NO REPLY  from either: there is nothing to compare"
        count = len(self.comparison.differences)
        places = "1 place" if count == 1 else f"{count} places"
        return f"SAME  {_SAME}" if self.comparison.same else f"DIFFERENT  in {places}"

    def _title(self) -> Iterator[str]:
        facts = (self._facts("A", self.comparison.a), self._facts("B", self.comparison.b))
        if self.stacked:
            for line in chain(*facts):
                yield from self._wrapped(line, "", hanging=3)
            return
        for pair in zip_longest(*facts, fillvalue=""):
            left, right = (_folded(text, self.column, "   ") for text in pair)
            for one, other in zip_longest(left, right, fillvalue=""):
                yield f"{one:<{self.column + 2}}{_BETWEEN}{other}"

    def _facts(self, letter: str, report: Report) -> Iterator[str]:
        made = report.main or report.exchanges[-1]
        route = made.route if made.route != "direct" else None
        tls = made.tls.version if made.tls else None
        yield f"{letter}  {printable(report.target.url)}"
        yield "   " + " · ".join(part for part in (route, made.address or "not reached", made.protocol, tls) if part)
        failed = ", ".join(finding.id for finding in report.checks if report.fails(finding))
        named = f"; failed: {failed}" if failed and report.verdict == "fail" else ""
        yield f"   {VERDICTS[report.verdict]}  {sentence(report)}{named}"
        yield f"   {failure_sentence(report)}" if report.verdict == "unreachable" else f"   {one_line(made.timings)}"

    def _difference(self, one: Difference) -> Iterator[str]:
        for line in _folded(one.where, self.view.width - 2, "  "):
            yield "  " + (f"{_BOLD}{line}{_PLAIN}" if self.view.color else line)
        mark = ">" if one.where.startswith(_SENT) else "" if one.where.startswith(_OURS) else "<"
        if self.stacked:
            for letter, text in (("A", one.a), ("B", one.b)):
                yield from self._wrapped(_marked(mark, text), f"    {letter} ", hanging=2)
        else:
            left, right = (_folded(_marked(mark, text), self.column - 2, "  ") for text in (one.a, one.b))
            for ours, theirs in zip_longest(left, right, fillvalue=""):
                yield f"    {ours:<{self.column - 2}}{_BETWEEN}{theirs}"
        yield from self._wrapped(one.meaning, "    ", hanging=0)

    def _wrapped(self, text: str, indent: str, *, hanging: int) -> Iterator[str]:
        for number, line in enumerate(_folded(text, max(self.view.width - len(indent), 20), " " * hanging)):
            yield (indent if number == 0 else " " * len(indent)) + line


def _marked(mark: str, text: str | None) -> str:
    if text is None:
        return "(nothing)"
    return f"{mark} {text}" if mark else text


def _folded(text: str, width: int, hanging: str) -> list[str]:
    # Escaped before it is folded, so that an escape makes no line too long.
    return textwrap.wrap(not_a_command(text), width, subsequent_indent=hanging, break_on_hyphens=False) or [""]
