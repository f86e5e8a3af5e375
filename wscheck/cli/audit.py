"""`wscheck audit URL`"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from wscheck import probing
from wscheck.cli import terminating
from wscheck.cli.options import auditing, authenticating, crafting, failing, routing, securing, showing
from wscheck.cli.output import Outputs, make_outputs
from wscheck.cli.params import complete_url
from wscheck.cli.values import aimed, probe_options
from wscheck.core.target import Target, is_near, parse_target
from wscheck.errors import UsageError

if TYPE_CHECKING:
    from wscheck.auditing import Audit
    from wscheck.auditing.choosing import Chosen

# What belongs to a probe alone, as `probe_options` wants it.
_NO_PROBE: dict[str, Any] = {
    "method": None,
    "http_version": None,
    "target": None,
    "body": None,
    "request_file": None,
    "cut": None,
    "drip": None,
    "hold": None,
    "no_frames": False,
    "no_replay": False,
    "only": (),
    "skip": (),
}


@click.command("audit", epilog="Durations are 500ms, 2s, 1m; a bare number is seconds. Globs: 'host-*', 'R-7692-*'.")
@click.argument("url", metavar="URL", required=False, shell_complete=complete_url)
@auditing
@crafting
@authenticating
@routing
@securing
@failing
@showing
@click.pass_context
def command(context: click.Context, /, url: str | None, **flags: Any) -> int:
    """The conformance suite: crafted handshakes, one mutation at a time, judged by the standards.

    \b
      wscheck audit ws://127.0.0.1:9001/chat
      wscheck audit --subprotocol mqtt wss://broker.example/mqtt
      wscheck audit --only 'key-*' --only version ws://127.0.0.1:9001/
      wscheck audit --format html -o audit.html ws://127.0.0.1:9001/
      wscheck audit --list                                what would be sent
      wscheck audit lab:                                  the strict embedded server

    Many connections are opened and closed on the server, and sessions with them.
    """
    from wscheck.auditing.choosing import choose

    only, skip = ([glob for group in flags[name] for glob in group] for name in ("only", "skip"))
    chosen = choose(only, skip, intrusive=flags["intrusive"])
    if flags["listing"] and not flags["check"]:
        from wscheck.cli.listing import show

        show(chosen, flags["format_name"])
        return 0
    if flags["check"] and (url or flags["listing"]):
        _job(aimed(parse_target(url or "lab:"), flags), flags)
        click.echo("nothing wrong")
        return 0
    if url is None:
        raise click.UsageError("no URL was given: wscheck audit ws://127.0.0.1:9001/chat", context)
    audit = _audit(aimed(parse_target(url), flags), chosen, flags)
    outputs = make_outputs(flags)
    try:
        _run(audit, outputs)
    finally:
        outputs.close()
    return outputs.reports[-1].exit_code


def _audit(target: Target, chosen: Chosen, flags: dict[str, Any]) -> Audit:
    from wscheck.auditing import Audit, Pace
    from wscheck.render._progress import Progress

    job = _job(target, flags)
    pace = Pace(flags["jobs"], flags["delay"] or 0.0, flags["case_timeout"], flags["max_time"])
    progress = Progress(len(chosen.cases) + len(chosen.tallies), sys.stderr)
    audit = Audit(job, chosen, pace, lambda result: progress.advance(result.id, result.status))
    audit.ending = progress.close
    if not _near(target, flags):
        _announce(target, audit, chosen)
    return audit


def _near(target: Target, flags: dict[str, Any]) -> bool:
    """Whether what is asked is on this network: a unix socket is, whatever the URL names."""
    return target.lab is not None or bool(flags["unix_socket"]) or is_near(target.host)


def _job(target: Target, flags: dict[str, Any]) -> probing.Job:
    """The good handshake as a job. UsageError for what cannot be."""
    if flags["intrusive"] and not _near(target, flags) and not flags["yes"]:
        raise UsageError(
            f"--intrusive sends huge heads, contradictory framing and stalled requests to {target.host}, which is not "
            "on this network: add --yes when it is yours to try"
        )
    if flags["jobs"] < 1:
        raise UsageError("--jobs 0 makes no case: give at least 1")
    if flags["digest"]:
        raise UsageError("--digest cannot be audited: each case would need an answer of its own to a challenge")
    options = probe_options({**flags, **_NO_PROBE}, target.scheme)
    if flags["strict"]:
        options = options._replace(judging=options.judging._replace(fail_on="warning"))
    options = options._replace(limits=options.limits._replace(total_s=min(options.limits.total_s, 30.0)))
    job = probing.Job(target, options)
    probing.prepare([job])
    return job


def _announce(target: Target, audit: Audit, chosen: Chosen) -> None:
    """Says what a stranger's server is about to get."""
    count, intrusive = len(chosen.cases), sum(case.intrusive for case in chosen.cases)
    cases = f"{count} {'intrusive ' if intrusive == count else ''}case{'' if count == 1 else 's'}"
    also = f", {intrusive} of them intrusive" if 0 < intrusive < count else ""
    click.echo(
        f"wscheck audit: {cases}{also} for {target.host}:{target.port}, crafted handshakes with one fault each, "
        f"{audit.pace.jobs} at the same time, at most {audit.bound_s():.0f} s. Ctrl-C ends it.",
        err=True,
    )


def _run(audit: Audit, outputs: Outputs) -> None:
    """Runs the audit; what was found is reported, whatever ended it."""
    done = False
    try:
        terminating.run(_quietly(audit))
        done = True
    finally:
        audit.ending()
        report = audit.report(interrupted=not done)
        if report is not None:
            outputs.add(report)


async def _quietly(audit: Audit) -> None:
    # What goes wrong on a socket stands in the report; asyncio would print it once more, with a traceback.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    await audit.run()
