"""`wscheck judge FILE --key KEY`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from wscheck import probing
from wscheck.cli.options import judging, offering, showing
from wscheck.cli.output import make_outputs
from wscheck.cli.values import judging_options
from wscheck.core.report import worst_exit_code
from wscheck.errors import UsageError
from wscheck.probing.asking import Asked
from wscheck.wire.limits import BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES


@click.command("judge")
@click.argument("file")
@click.option("--key", metavar="KEY", help="The Sec-WebSocket-Key that was sent.")
@click.option("--text", is_flag=True, help="The file was saved as text: read its line ends as CRLF.")
@offering
@click.option("--ws-version", metavar="N", help="The Sec-WebSocket-Version that was sent, if not 13.")
@judging
@showing
def command(file: str, key: str | None, text: bool, **flags: Any) -> int:
    """Judge a saved reply (from a capture, a log, a browser's tools); FILE is - for standard input.

    The request is taken to be a good handshake with this key and these offers.
    """
    asked = Asked(subprotocols=flags["subprotocol"], extensions=flags["extension"], version=flags["ws_version"])
    options = probing.Options(asked=asked, judging=judging_options(flags), diagnose=True)
    reply = _read(file)
    if text:
        reply = reply.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    outputs = make_outputs(flags)
    try:
        outputs.add(probing.judge_saved(reply, key, options))
    finally:
        outputs.close()
    return worst_exit_code(outputs.reports)


def _read(file: str) -> bytes:
    limit = HEAD_LIMIT_BYTES + BODY_LIMIT_BYTES
    try:
        if file == "-":
            return sys.stdin.buffer.read(limit)
        with Path(file).open("rb") as stream:
            return stream.read(limit)
    except OSError as error:
        raise UsageError(f"the saved reply {file!r} cannot be read: {error.strerror}") from None
