"""`text`: the report for a person. Symbol and word carry the meaning, colour only helps; 80 columns do.

Text that a server sent stands behind `<`, curl's mark for what was received, and is escaped.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from wscheck.core.exchange import Exchange
from wscheck.core.report import Finding, Repeats, Report
from wscheck.core.visible import not_a_command, printable
from wscheck.render import View
from wscheck.render._beside import beside_lines, content_lines, failure_lines
from wscheck.render._checks import check_lines
from wscheck.render._lines import INDENT, LABEL, Line, labelled, wrapped
from wscheck.render._sentence import VERDICTS, failure_sentence, sentence, waited_sentence
from wscheck.render._timing import one_line, spread, waterfall
from wscheck.render._wire import octets

STREAMS = True

# status: (symbol, plain symbol, word, style). Styles are of the 16 colours, so that the terminal's own theme decides.
_MARKS = {
    "pass": ("✓", "+", "pass", "green"),
    "fail": ("✗", "x", "FAIL", "bold red"),
    "warn": ("!", "!", "warn", "bold yellow"),
    "info": ("·", ".", "info", "cyan"),
    "skip": ("–", "-", "skip", "dim"),
    "error": ("✗", "x", "ERR ", "bold magenta"),
}
_STYLES = {"pass": "bold green", "fail": "bold red", "unreachable": "bold magenta", "error": "bold magenta"}


def render(reports: Sequence[Report], view: View) -> str:
    """Each report in turn, parted by empty lines; with `quiet` the verdicts that are no pass, and nothing else."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        no_color=not view.color,
        width=view.width,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for report in reports:
        _Page(report, view, console).show()
    text = not_a_command(out.getvalue())
    return text if view.unicode else _ascii(text)


def _ascii(text: str) -> str:
    for char, plain in (("✓", "+"), ("✗", "x"), ("–", "-"), ("·", "|"), ("…", "...")):
        text = text.replace(char, plain)
    return text.encode("ascii", "backslashreplace").decode("ascii")


class _Page:
    def __init__(self, report: Report, view: View, console: Console) -> None:
        self.report, self.view, self.console = report, view, console
        self.width = view.width
        self.exchange = report.main or report.exchanges[-1]
        self.blank = False

    def show(self) -> None:
        if self.view.quiet:
            if self.report.verdict != "pass":
                self._verdict(with_url=True)
                self._worst()
            return
        checks, exchanges = self._shown()
        self._title()
        self._notes()
        if self.view.verbose:
            for number, exchange in enumerate(exchanges):
                hop = f", hop {exchange.hop}" if exchange.hop else ""
                if len(exchanges) > 1:
                    self._line(f"{number + 1}. {printable(exchange.purpose)}{hop}", "bold")
                self._heads(exchange)
        if self.report.verdict == "unreachable":
            self._all(failure_lines(self.report, self.exchange, self.view, _MARKS))
        else:
            self._all(check_lines(checks, self.exchange.response, self.view, _MARKS))
            self._all(content_lines(self.exchange, self.view))
        if self.report.kind == "audit":
            self._audit()
        else:
            self._all(beside_lines(self.report, self.view))
            self._diagnosis()
        if self.view.verbose:
            self._waterfall()
        if self.report.repeats:
            self._repeats(self.report.repeats)
        self._line("")
        self._verdict()
        self._line("")

    # An audit and a diagnosis load what they are made of: most reports are those of a probe that passes.

    def _shown(self) -> tuple[tuple[Finding, ...], tuple[Exchange, ...]]:
        """The checks and the exchanges to show: of an audit only what belongs to no case."""
        if self.report.kind != "audit":
            return self.report.checks, self.report.exchanges
        from wscheck.render._cases import beside_cases, control_checks

        return control_checks(self.report, self.view), beside_cases(self.report)

    def _audit(self) -> None:
        from wscheck.render._cases import audit_lines

        self._all(audit_lines(self.report, self.view, _MARKS))

    # -- title, notes, verdict -----------------------------------------------------------------------------------------

    def _title(self) -> None:
        url = printable(self.report.target.url)
        if self.report.name:
            url = f"{printable(self.report.name)}  {url}"
        route = self.exchange.route if self.exchange.route != "direct" else None
        facts = [
            part for part in (route, self.exchange.address, self.exchange.protocol, *_tls_words(self.exchange)) if part
        ]
        right = " · ".join(facts) if self.exchange.route != "saved" else "no network"
        line = Text(url, style="bold")
        if len(url) + len(right) + 2 <= self.width:
            line.append(" " * (self.width - len(url) - len(right)))
            line.append(right, style="dim")
            self._out(line)
        else:
            self._out(line)
            self._line(f"  {right}", "dim")
        self._line("")

    def _notes(self) -> None:
        waited = waited_sentence(self.report)
        for note in (*self.report.notes, *([waited] if waited else [])):
            self._wrapped("note", printable(note), "dim", indent=2, column=6)
        self._line("")

    def _worst(self) -> None:
        """With `quiet`, why: one line for each check that fails, or what kept a reply from coming."""
        if self.report.verdict == "unreachable":
            self._line(f"  {failure_sentence(self.report)}")
        for finding in self.report.checks:
            if self.report.fails(finding):
                said = finding.problems[0].message
                # What the user demanded stands in the command; what came instead does not.
                came = f": {finding.observed}" if finding.id == "expectation" and finding.observed not in said else ""
                self._line(f"  {finding.id}: {said}{came}")
        for case in self.report.cases:
            if self.report.fails(case) or case.status == "error":
                self._line(f"  {case.id}: {printable(case.observed)}")
        for one in self.report.diagnosis[:1]:
            self._line(f"  {one.said}: {one.cause}: {one.summary}")

    def _verdict(self, *, with_url: bool = False) -> None:
        word, style = VERDICTS[self.report.verdict], _STYLES[self.report.verdict]
        if with_url:  # one line for each target, however long it is
            self._out(Text.assemble((word, style), f"  {sentence(self.report)}  {printable(self.report.target.url)}"))
            return
        column = len(word) + 4
        first, *others = textwrap.wrap(sentence(self.report), max(self.width - column, 20))
        lines = [Text.assemble("  ", (word, style), f"  {first}"), *(Text(" " * column + more) for more in others)]
        audit = self.report.kind == "audit"
        times = f"{self.report.duration_ms / 1000:.1f} s" if audit else one_line(self.exchange.timings)
        if times and lines[-1].cell_len + len(times) + 2 > self.width:
            lines.append(Text(" " * column + times, style="dim"))
        elif times:
            lines[-1].append(" " * (self.width - lines[-1].cell_len - len(times)))
            lines[-1].append(times, style="dim")
        for line in lines:
            self._out(line)

    # -- what came beside the checks -----------------------------------------------------------------------------------

    def _diagnosis(self) -> None:
        if not self.report.diagnosis:
            return
        from wscheck.render._diagnosis import diagnosis_lines

        for line in diagnosis_lines(self.report, verbose=bool(self.view.verbose)):
            if line.wrapped:
                self._wrapped(line.label, line.text, line.style, indent=line.indent)
            elif line.label:
                self._labelled(line.label, line.text, line.style, indent=line.indent)
            else:
                self._line(" " * line.indent + line.text, line.style)

    def _heads(self, exchange: Exchange) -> None:
        styles = {"*": "cyan", ">": "green", "<": "yellow"}
        for line in octets(exchange, whole=self.view.verbose > 1):
            self._line(line, styles[line[0]])
        self._line("")

    def _waterfall(self) -> None:
        self._line("")
        for line in waterfall(self.exchange.timings, self.width - 4, "█" if self.view.unicode else "#"):
            self._line(f"  {line}", "dim")

    def _repeats(self, repeats: Repeats) -> None:
        self._line("")
        count = len(repeats.verdicts)
        self._line(f"  {count} probes, {repeats.failed} failed; shown above is {_which(repeats)}")
        for line in spread(repeats, self.width - 4, self.view.unicode):
            self._line(f"    {line}", "dim")

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _wrapped(self, label: str, text: str, style: str = "", *, indent: int = INDENT, column: int = LABEL) -> None:
        self._all(wrapped(label, text, self.width, style, indent=indent, column=column))

    def _labelled(self, label: str, text: str, style: str = "", *, indent: int = INDENT) -> None:
        self._out(Text.assemble(*labelled(label, text, style, indent=indent)))

    def _all(self, lines: Iterable[Line]) -> None:
        for parts in lines:
            self._out(Text.assemble(*parts))

    def _line(self, text: str, style: str = "") -> None:
        self._out(Text(text, style=style))

    def _out(self, line: Text) -> None:
        line.rstrip()
        empty = not line.plain
        if empty and self.blank:
            return  # never two empty lines in a row
        self.blank = empty
        self.console.print(line, soft_wrap=True)


def _tls_words(exchange: Exchange) -> Iterator[str]:
    if exchange.tls:
        yield exchange.tls.version
        if not exchange.tls.verified:
            yield "NOT VERIFIED"


def _which(repeats: Repeats) -> str:
    """Which of several probes a report shows: `repeating.repeat` takes the first of the worst."""
    return "the last" if not repeats.failed else "the first of the worst"
