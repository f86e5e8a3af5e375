"""`wscheck probe URL…`"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from wscheck import probing, render
from wscheck.cli.output import Output, make_view
from wscheck.cli.params import complete_checks, complete_url, duration, names
from wscheck.core.report import worst_exit_code
from wscheck.core.target import Target, parse_target
from wscheck.wire.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])


def _checks(name: str, text: str) -> Callable[[F], F]:
    return click.option(name, type=names, multiple=True, metavar="ID,ID", shell_complete=complete_checks, help=text)


def reporting(function: F) -> F:
    """The options of every command that prints reports."""
    for option in reversed(
        (
            _checks("--only", "Judge only these checks."),
            _checks("--skip", "Leave these checks out."),
            click.option(
                "--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes it fail."
            ),
            click.option("--show-secrets", is_flag=True, help="Do not mask credentials, cookies and tokens."),
            click.option("--format", "format_name", type=click.Choice(render.formats()), default="text"),
            click.option("-o", "--output", metavar="FILE", help="Write the report here (curl's -o is the body)."),
            click.option("-v", "--verbose", count=True, help="Show the heads; -vv every octet."),
            click.option("-q", "--quiet", is_flag=True, help="Print a verdict only when it is no pass."),
            click.option(
                "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="NO_COLOR is honoured."
            ),
        )
    ):
        function = option(function)
    return function


def offering(function: F) -> F:
    """The options for what a request offers."""
    for option in reversed(
        (
            click.option("--subprotocol", multiple=True, metavar="NAME", help="Offer a subprotocol (repeatable)."),
            click.option(
                "--extension",
                multiple=True,
                metavar="OFFER",
                help="Offer an extension with its parameters (repeatable).",
            ),
        )
    ):
        function = option(function)
    return function


@click.command("probe", epilog="Durations are 500ms, 2s, 1m; a bare number is seconds.")
@click.argument("urls", metavar="URL...", nargs=-1, shell_complete=complete_url)
@click.option(
    "-H",
    "--header",
    multiple=True,
    metavar="LINE",
    help="'Name: value' replaces, 'Name:' leaves out, 'Name;' sends it empty.",
)
@click.option("--add", multiple=True, metavar="LINE", help="One more 'Name: value', whatever is there.")
@click.option("--raw-field", multiple=True, metavar="LINE", help=r"A line sent as it is, with escapes \r \n \x00.")
@click.option("-A", "--user-agent", metavar="TEXT", help="User-Agent; '' leaves it out.")
@click.option("--origin", metavar="ORIGIN", help="Origin, as a browser sends it.")
@offering
@click.option("--ws-key", metavar="KEY", help="Sec-WebSocket-Key, instead of a random one.")
@click.option("--ws-version", metavar="N", help="Sec-WebSocket-Version, instead of 13.")
@click.option("-k", "--insecure", is_flag=True, help="Do not verify the certificate.")
@click.option("--cacert", metavar="FILE", help="Trust these authorities (PEM) instead of the system's.")
@click.option(
    "--connect-timeout",
    type=duration,
    metavar="DURATION",
    default="5s",
    show_default=True,
    help="DNS, TCP and TLS together.",
)
@click.option(
    "--head-timeout",
    type=duration,
    metavar="DURATION",
    default="10s",
    show_default=True,
    help="From the request to the end of the head.",
)
@click.option(
    "-m", "--max-time", type=duration, metavar="DURATION", default="30s", show_default=True, help="All of one probe."
)
@reporting
@click.option("--dry-run", is_flag=True, help="Print the request and the curl command; send nothing.")
@click.option("-i", "--include", is_flag=True, hidden=True)
@click.option("--compressed", is_flag=True, hidden=True)
@click.option("--http1.1", "http1", is_flag=True, hidden=True)
@click.option("-X", "--request", type=click.Choice(["GET"]), hidden=True)
def command(urls: tuple[str, ...], **flags: Any) -> int:
    """Send one handshake to each URL and judge every part of the reply.

    \b
      wscheck probe wss://example.com/chat
      wscheck probe --origin https://example.com --subprotocol mqtt wss://example.com/
      wscheck probe lab:                    the embedded server
      wscheck probe lab:accept-no-guid      the embedded server with a fault
    """
    if not urls:
        raise click.UsageError("no URL was given: wscheck probe ws://127.0.0.1:9001/chat")
    targets = [parse_target(url) for url in urls]
    options = _options(flags)
    probing.prepare(targets, options)
    view = make_view(verbose=flags["verbose"], quiet=flags["quiet"], color=flags["color"], output=flags["output"])
    if flags["dry_run"]:
        from wscheck.cli.dry_run import dry_run

        return dry_run(targets, options, flags["format_name"])
    output = Output(flags["format_name"], flags["output"], view)
    try:
        asyncio.run(_probe_all(targets, options, output))
        output.finish()
    except KeyboardInterrupt:
        output.finish()  # what was found until then is kept
        raise
    finally:
        output.discard()
    return worst_exit_code(output.reports)


async def _probe_all(targets: Sequence[Target], options: probing.Options, output: Output) -> None:
    async for report in probing.probe_many(targets, options):
        output.add(report)


def _options(flags: dict[str, Any]) -> probing.Options:
    return probing.Options(
        asked=probing.Asked(
            headers=flags["header"],
            adds=flags["add"],
            raw_fields=flags["raw_field"],
            origin=flags["origin"],
            subprotocols=flags["subprotocol"],
            extensions=flags["extension"],
            key=flags["ws_key"],
            version=flags["ws_version"],
            user_agent=flags["user_agent"],
        ),
        limits=Limits(connect_s=flags["connect_timeout"], head_s=flags["head_timeout"], total_s=flags["max_time"]),
        insecure=flags["insecure"],
        cacert=flags["cacert"],
        **judging(flags),
    )


def judging(flags: dict[str, Any]) -> dict[str, Any]:
    """The options of judging and showing, as fields of `probing.Options`."""
    only = [name for group in flags["only"] for name in group]
    skip = [name for group in flags["skip"] for name in group]
    return {
        "selected": probing.select(only, skip),
        "fail_on": flags["fail_on"],
        "show_secrets": flags["show_secrets"],
    }
