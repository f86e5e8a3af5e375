"""`wscheck report A.json B.json …`"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wscheck.errors import UsageError

if TYPE_CHECKING:
    from wscheck.matrix.saved import Saved

_SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


@click.command("report")
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--name", "names", multiple=True, metavar="LABEL=FILE", help="A file, and what its server is called.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["html", "markdown"]),
    help="Default: by the name of the file of -o; markdown on standard output.",
)
@click.option("-o", "--output", metavar="FILE", help="Write the matrix here.")
@click.option("--public", is_flag=True, help="Do not show cells in which a server died or fell silent.")
def command(
    files: tuple[str, ...], names: tuple[str, ...], format_name: str | None, output: str | None, public: bool
) -> int:
    """Lay saved audits side by side: cases in rows, servers in columns.

    FILE is what wscheck audit --format json -o FILE has written. A server is called what --name says, or the name in
    its report, or its URL.
    """
    from wscheck.cli.output import write_whole
    from wscheck.matrix.layout import lay_out

    chosen = _format(format_name, output)
    matrix = lay_out(_read_all(files, names), public=public)
    if chosen == "html":
        from wscheck.matrix.page import render
    else:
        from wscheck.matrix.table import render
    text = render(matrix)
    if output is None or output == "-":
        click.echo(text, nl=False)
    else:
        write_whole(output, text)
    return 0


def _format(name: str | None, output: str | None) -> str:
    if name or output is None or output == "-":
        return name or "markdown"
    found = _SUFFIXES.get(Path(output).suffix.lower())
    if found is None:
        raise UsageError(f"{output!r} does not say what to write: call it .html or .md, or add --format")
    return found


def _read_all(files: Sequence[str], names: Sequence[str]) -> list[Saved]:
    """The audits in the order given, those that only --name gives behind them."""
    labels: dict[str, str] = {}
    for text in names:
        label, equals, file = text.partition("=")
        if not (label and equals and file):
            raise UsageError(f"--name {text}: write LABEL=FILE, for example --name nginx=nginx.json")
        labels[file] = label
    wanted = [*files, *(file for file in labels if file not in files)]
    if not wanted:
        raise UsageError("no report was given: wscheck report A.json B.json -o matrix.html")
    return [_read(file, labels.get(file)) for file in wanted]


def _read(file: str, label: str | None) -> Saved:
    from wscheck.matrix.saved import SIZE_LIMIT_BYTES, read_saved

    try:
        with Path(file).open("rb") as stream:
            data = stream.read(SIZE_LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"the report {file!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return read_saved(data, file, label)
