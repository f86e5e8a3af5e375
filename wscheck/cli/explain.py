"""`wscheck explain [ID]`: the pages behind the ids of a report.

May never enter: what a page says (`cli.pages`).
"""

from __future__ import annotations

import click

from wscheck.cli.pages import KINDS
from wscheck.errors import unknown


def _complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    names = [name for kind in KINDS for name in (kind.name, *kind.rows())]
    return [name for name in dict.fromkeys(names) if name.startswith(begun)]


@click.command("explain")
@click.argument("name", metavar="[ID]", required=False, shell_complete=_complete)
def command(name: str | None) -> int:
    """Explain an id of a report; without ID, list the kinds there are.

    \b
      wscheck explain checks      all checks of a probe
      wscheck explain cases       all cases of an audit
      wscheck explain causes      all causes that a diagnosis may name
      wscheck explain faults      all faults of the lab; leniencies, presets as well
      wscheck explain accept      one page for every kind that bears the id
      wscheck explain accept/wrong    one problem code of a check
      wscheck explain R-6455-4.1-22   what judges this requirement
    """
    if name is None:
        for kind in KINDS:
            click.echo(f"{kind.name:<13}{len(kind.rows()):>4}  {kind.does:<31} wscheck explain {kind.name}")
        return 0
    for kind in KINDS:
        if name == kind.name:
            rows = kind.rows()
            width = max(len(row) for row in rows)
            click.echo("\n".join(f"{row:<{width}} {title}" for row, title in rows.items()))
            return 0
    pages = [page for kind in KINDS if (page := list(kind.page(name)))]
    if not pages:
        known = [name for kind in KINDS for name in (kind.name, *kind.rows())]
        raise unknown("id", name, known, where="wscheck explain")
    click.echo("\n\n".join("\n".join(page) for page in pages))
    return 0
