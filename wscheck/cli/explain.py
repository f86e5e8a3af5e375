"""`wscheck explain [ID]`: the pages behind the ids of a report."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator

import click

from wscheck.causes import Cause, causes
from wscheck.checks import Check, Rule, reply_checks
from wscheck.core.diagnosis import VERBATIM
from wscheck.errors import unknown
from wscheck.lab.faults import Fault, faults


@click.command("explain")
@click.argument("name", metavar="[ID]", required=False)
def command(name: str | None) -> int:
    """Explain a check, a cause or a fault; without ID, list what there is.

    \b
      wscheck explain checks      all checks
      wscheck explain causes      all causes that a diagnosis may name
      wscheck explain faults      all faults of the lab
      wscheck explain accept      one page for every kind that bears the id
      wscheck explain accept/wrong    one problem code of a check
    """
    if name is None:
        click.echo("\n".join(_overview()))
        return 0
    lists = {"checks": _list_checks, "causes": _list_causes, "faults": _list_faults}
    if name in lists:
        click.echo("\n".join(lists[name]()))
        return 0
    pages = list(_pages(name))
    if not pages:
        known = [*lists, *(check.id for check in reply_checks()), *causes(), *faults()]
        raise unknown("id", name, known, where="wscheck explain")
    click.echo("\n\n".join("\n".join(page) for page in pages))
    return 0


def _overview() -> Iterator[str]:
    yield f"checks   {len(reply_checks()):>4}  judge a reply        wscheck explain checks"
    yield f"causes   {len(causes()):>4}  explain a failure     wscheck explain causes"
    yield f"faults   {len(faults()):>4}  imitate a wrong one  wscheck explain faults"


def _list_checks() -> Iterator[str]:
    for check in reply_checks():
        yield f"{check.id:<14} {check.title}"


def _list_causes() -> Iterator[str]:
    for cause in causes().values():
        yield f"{cause.id:<26} {cause.title}"


def _list_faults() -> Iterator[str]:
    for fault in faults().values():
        yield f"{fault.id:<32} {fault.title}"


def _pages(name: str) -> Iterator[list[str]]:
    check_id, _, code = name.partition("/")
    for check in reply_checks():
        if check.id == check_id:
            page = list(_check_page(check, code))
            if page:
                yield page
    if name in causes():
        yield list(_cause_page(causes()[name]))
    if name in faults():
        yield list(_fault_page(faults()[name]))


def _check_page(check: Check, code: str) -> Iterator[str]:
    rules = [rule for rule in check.rules if not code or rule.code == code]
    if not rules:
        return
    yield f"check {check.id}: {check.title}"
    if not code:
        yield from _said("expected", check.expected)
        yield from _said("why", check.why)
        yield from _said("clause", check.clause)
        yield from _said("covers", ", ".join(check.requirements))
    for rule in rules:
        yield ""
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  {rule.code} ({rule.level})"
    yield from _said("why", rule.why, 4)
    if rule.fix:
        yield from _said("fix", rule.fix, 4)
    yield from _said("clause", f"{rule.clause}  [{rule.requirement}]", 4)


def _cause_page(cause: Cause) -> Iterator[str]:
    yield from textwrap.wrap(f"cause {cause.id}: {cause.title}", 80, subsequent_indent="  ", break_on_hyphens=False)
    yield from _said("what", cause.what)
    for label, lines in (("seen as", cause.symptoms), ("confirm", cause.confirm), ("fix", cause.fix)):
        for number, line in enumerate(lines):
            shown = label if number == 0 else ""
            # A line of a configuration is taken over as it is, whatever its length.
            yield from [f"  {shown:<10}{line[2:]}"] if line.startswith(VERBATIM) else _said(shown, line)


def _fault_page(fault: Fault) -> Iterator[str]:
    yield from textwrap.wrap(f"fault {fault.id}: {fault.title}", 80, subsequent_indent="  ", break_on_hyphens=False)
    for check, codes in fault.trips.items():
        yield from _said("trips", f"{check}: {', '.join(dict.fromkeys(codes))}")
    if fault.silent:
        yield from _said("trips", "nothing: no reply comes, the verdict is unreachable")
    flags = [flag for name in fault.subprotocols for flag in ("--subprotocol", name)]
    flags += [flag for offer in fault.extensions for flag in ("--extension", offer)]
    flags += ["--ws-version", fault.version] if fault.version != "13" else []
    flags += ["--hold", "1s"] if fault.held else []
    yield from _said("try", shlex.join(["wscheck", "probe", f"lab:{fault.id}", *flags]))


def _said(label: str, text: str, indent: int = 2) -> Iterator[str]:
    lead = " " * indent + f"{label:<10}"
    yield from textwrap.wrap(
        text, 80, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False, break_long_words=False
    )
