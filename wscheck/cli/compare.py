"""`wscheck compare URL_A URL_B`"""

from __future__ import annotations

import asyncio
from typing import Any

import click

from wscheck import probing
from wscheck.cli import terminating
from wscheck.cli.options import (
    authenticating,
    comparing,
    connecting,
    crafting,
    demanding,
    judging,
    routing,
    sending,
)
from wscheck.cli.output import Output, Outputs, make_view
from wscheck.cli.params import complete_url
from wscheck.cli.values import aimed, probe_options
from wscheck.core.report import worst_exit_code
from wscheck.core.target import parse_target

# A format of a comparison is a format like the others, for two reports and no other number of them.
_FORMATS = {"text": "_compare", "json": "_compare_json"}


@click.command("compare", epilog="Durations are 500ms, 2s, 1m; a bare number is seconds.")
@click.argument("url_a", metavar="URL_A", shell_complete=complete_url)
@click.argument("url_b", metavar="URL_B", shell_complete=complete_url)
@crafting
@sending
@authenticating
@routing
@connecting
@demanding
@judging
@comparing
def command(url_a: str, url_b: str, **flags: Any) -> int:
    """Probe two ways to one service alike, and show where they differ and what that means.

    \b
      wscheck compare ws://127.0.0.1:8000/ws wss://example.com/ws    works direct, fails behind the proxy
      wscheck compare lab: lab:connection-keep-alive
    """
    jobs = [_job(url, flags) for url in (url_a, url_b)]
    probing.prepare(jobs)
    if flags["check"]:
        click.echo("nothing wrong")
        return 0
    view = make_view(verbose=0, quiet=False, color=flags["color"], output=flags["output"])
    outputs = Outputs([Output(_FORMATS[flags["format_name"]], flags["output"], view)])
    try:
        terminating.run(_compare(jobs, outputs))
    finally:
        outputs.close()
    return worst_exit_code(outputs.reports)


def _job(url: str, flags: dict[str, Any]) -> probing.Job:
    target = aimed(parse_target(url), flags)
    return probing.Job(target, probe_options(flags, target.scheme))


async def _compare(jobs: list[probing.Job], outputs: Outputs) -> None:
    # What goes wrong on a socket stands in the report; asyncio would print it once more, with a traceback.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    # One alone is no comparison: nothing is shown before both are there.
    for report in [report async for report in probing.in_order(jobs, probing.probe_one)]:
        outputs.add(report)
