"""`wscheck schema`"""

from __future__ import annotations

from importlib import resources

import click


@click.command("schema")
@click.argument("name", type=click.Choice(["report", "scan", "compare", "accept"]))
def command(name: str) -> int:
    """Print the JSON Schema of a report, a scan (several reports), a compare (two and how they differ) or an accept."""
    click.echo(resources.files("wscheck").joinpath("schema", f"{name}-1.json").read_text("utf-8"), nl=False)
    return 0
