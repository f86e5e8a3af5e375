"""`wscheck probe URL…`"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from wscheck import probing
from wscheck.cli import terminating
from wscheck.cli.options import (
    authenticating,
    connecting,
    crafting,
    demanding,
    judging,
    routing,
    sending,
    showing,
    spreading,
)
from wscheck.cli.output import Outputs, make_outputs
from wscheck.cli.params import complete_url, count, duration
from wscheck.cli.values import aimed, probe_options
from wscheck.core.report import Report, worst_exit_code
from wscheck.core.target import parse_target
from wscheck.core.visible import printable
from wscheck.errors import UsageError

if TYPE_CHECKING:
    from wscheck.probing.repeating import Probe


@click.command("probe", epilog="Durations are 500ms, 2s, 1m; a bare number is seconds.")
@click.argument("urls", metavar="URL...", nargs=-1, shell_complete=complete_url)
@crafting
@sending
@authenticating
@routing
@spreading
@connecting
@demanding
@click.option("--wait", type=duration, metavar="DURATION", envvar="WSCHECK_WAIT", help="Try until it passes, so long.")
@click.option(
    "--wait-interval",
    type=duration,
    metavar="DURATION",
    envvar="WSCHECK_WAIT_INTERVAL",
    default="500ms",
    show_default=True,
    help="Between two tries.",
)
@click.option(
    "--count", "times", type=count, metavar="N", envvar="WSCHECK_COUNT", help="Probe N times and show the spread."
)
@click.option(
    "--interval", type=duration, metavar="DURATION", envvar="WSCHECK_INTERVAL", help="Between two probes of --count."
)
@click.option("--targets", metavar="FILE", envvar="WSCHECK_TARGETS", help="Probe the targets of a TOML file as well.")
@click.option("--check", is_flag=True, help="Say whether everything given can be; send nothing.")
@click.option("--no-diagnose", is_flag=True, help="Name no cause of a failure, and send nothing to find one.")
@judging
@showing
@click.option("--dry-run", is_flag=True, help="Print the request and the curl command; send nothing.")
@click.option("-i", "--include", is_flag=True, hidden=True)
@click.option("-s", "--silent", is_flag=True, hidden=True)
@click.option("-S", "--show-error", is_flag=True, hidden=True)
@click.option("-N", "--no-buffer", is_flag=True, hidden=True)
@click.option("-g", "--globoff", is_flag=True, hidden=True)
@click.option("-p", "--proxytunnel", is_flag=True, hidden=True)
@click.option("--compressed", is_flag=True, hidden=True)
@click.option("--http1.1", "http1", is_flag=True, hidden=True)
@click.option("-X", "--request", type=click.Choice(["GET"]), hidden=True)
@click.pass_context
def command(context: click.Context, /, urls: tuple[str, ...], **flags: Any) -> int:
    """Send one handshake to each URL and judge every part of the reply.

    \b
      wscheck probe wss://example.com/chat
      wscheck probe --origin https://a.example --subprotocol mqtt wss://a.example/
      wscheck probe --wait 60s ws://127.0.0.1:8000/ws    once the service is up
      wscheck probe --expect 401 wss://a.example/        the door is shut
      wscheck probe lab:                                 the embedded server
      wscheck probe lab:accept-no-guid                   the same with a fault
    """
    jobs = _jobs(context, urls, flags)
    probing.prepare(jobs)
    if flags["check"]:
        click.echo(f"{len(jobs)} targets, nothing wrong with them" if len(jobs) > 1 else "nothing wrong")
        return 0
    if flags["dry_run"]:
        from wscheck.cli.dry_run import dry_run

        return dry_run(jobs, flags["format_name"])
    outputs = make_outputs(flags)
    try:
        terminating.run(_probe_all(jobs, outputs, flags["each_address"]))
    finally:
        outputs.close()  # what was found until then is kept, whatever ended the run
    return worst_exit_code(outputs.reports)


def _jobs(context: click.Context, urls: tuple[str, ...], flags: dict[str, Any]) -> list[probing.Job]:
    jobs = [_job(url, None, flags) for url in urls]
    if flags["targets"]:
        from wscheck.cli.targets import read_targets

        jobs += [_job(found.url, found.name, found.flags) for found in read_targets(flags["targets"], context)]
    if not jobs:
        raise click.UsageError("no URL was given: wscheck probe ws://127.0.0.1:9001/chat", context)
    return jobs


def _job(url: str, name: str | None, flags: dict[str, Any]) -> probing.Job:
    if flags["wait"] and flags["times"]:
        raise UsageError("--wait and --count contradict each other: wait first, then count in a second call")
    target = aimed(parse_target(url), flags)
    options = probe_options(flags, target.scheme)
    once = not flags["wait"] and not flags["times"] and not flags["expect_close"]
    return probing.Job(
        target,
        options._replace(hold_kept=once and options.hold_s is not None),
        name,
        wait_s=flags["wait"],
        wait_interval_s=flags["wait_interval"],
        times=flags["times"],
        interval_s=flags["interval"] or 0.0,
    )


async def _probe_all(jobs: list[probing.Job], output: Outputs, each_address: bool) -> None:
    # What goes wrong on a socket stands in the report; asyncio would print it once more, with a traceback.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)

    async def run(job: probing.Job) -> Report:
        if not job.wait_s and not job.times:
            return await probing.probe_one(job)
        attempts: list[probing.Attempt] = []

        async def once(limit_s: float | None) -> Report:
            attempts.append(await probing.attempt(job.within(limit_s)))
            return attempts[-1].report

        try:
            shown = await _several(once, job)
        except asyncio.CancelledError:
            if attempts:
                output.add(_until_interrupted([made.report for made in attempts], counting=bool(job.times)))
            raise
        return await _explained(shown, attempts)

    if each_address:
        jobs = [one for job in jobs for one in await probing.each_address(job)]
    async for report in probing.in_order(jobs, run):
        output.add(report)
        if probing.interrupted(report):
            raise asyncio.CancelledError  # what was seen until then is shown; the run ends as it was told to


def _until_interrupted(reports: list[Report], *, counting: bool) -> Report:
    """What several probes of one target showed before the run was interrupted: nothing of it is lost."""
    from wscheck.probing.repeating import together

    shown = together(reports) if counting else reports[-1]
    times = f"{len(reports)} probe{'' if len(reports) == 1 else 's'}"
    return shown._replace(notes=(*shown.notes, f"it was interrupted behind {times}"))


async def _several(once: Probe, job: probing.Job) -> Report:
    from wscheck.probing.repeating import (  # statistics takes longer to load than a probe to run
        repeat,
        wait_until_passes,
    )

    if job.wait_s:
        live = _LiveLine()
        try:
            return await wait_until_passes(once, job.wait_s, job.wait_interval_s, live.show)
        finally:
            live.clear()
    return await repeat(once, job.times or 1, job.interval_s)


async def _explained(shown: Report, attempts: list[probing.Attempt]) -> Report:
    """The one report of several attempts that is shown, with its diagnosis: the others cost the server nothing more."""
    made = next(attempt for attempt in attempts if attempt.report.exchanges is shown.exchanges)
    report = await probing.explained(made)
    return report._replace(waited=shown.waited, repeats=shown.repeats)


class _LiveLine:
    """Tells a person at a terminal how the waiting goes, on one line of standard error; a pipe gets nothing."""

    # CR and "erase to the end of the line": each attempt replaces the one before.
    _ANEW = "\r\x1b[K"

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()

    def show(self, attempt: int, report: Report) -> None:
        failure = report.failure
        said = failure.detail if failure else f"{report.counts['fail']} checks failed"
        self._write(printable(f"waiting, attempt {attempt}: {report.verdict}, {said}")[:78])

    def clear(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if self._wanted:
            sys.stderr.write(self._ANEW + text)
            sys.stderr.flush()
