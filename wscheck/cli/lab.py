"""`wscheck lab`"""

from __future__ import annotations

import asyncio

import click

from wscheck.cli import terminating
from wscheck.cli.params import complete_faults
from wscheck.errors import UsageError


@click.command("lab")
@click.option(
    "--listen", metavar="HOST:PORT", default="127.0.0.1:9001", show_default=True, help="Port 0 takes a free one."
)
@click.option(
    "--fault",
    metavar="NAME",
    default="",
    shell_complete=complete_faults,
    help="Be wrong or lenient in this way (wscheck explain faults, leniencies).",
)
@click.option("--tls", is_flag=True, help="Serve wss with a throw-away certificate (extra lab).")
def command(listen: str, fault: str, tls: bool) -> int:
    """Run the embedded server until it is interrupted.

    It is strict: / opens for a right handshake and nothing else. With --fault it is wrong in one way, and each fault
    also has a path of its own, for example ws://127.0.0.1:9001/accept-no-guid
    """
    host, port = _address(listen)
    terminating.run(_serve(host, port, fault, tls))
    return 0


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    host = host.strip("[]") if colon else ""
    if not colon or not port.isdigit() or int(port) > 65535 or not host:
        raise UsageError(f"{listen!r} is no address to listen on: write HOST:PORT, for example 127.0.0.1:9001")
    return host, int(port)


async def _serve(host: str, port: int, fault: str, tls: bool) -> None:
    from wscheck.lab.serve import Lab

    async with Lab(host=host, port=port, fault=fault, tls=tls, log=click.echo) as lab:
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"listening on {'wss' if tls else 'ws'}://{shown}:{lab.port}/  (Ctrl-C ends it)")
        if tls:
            click.echo("its certificate was made for this run, and nobody knows the authority: probe it with -k")
        await asyncio.Event().wait()
