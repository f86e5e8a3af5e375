"""`--dry-run`: the exact request, and the curl command that comes nearest, without sending anything."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import click

from wscheck import probing
from wscheck.asking import plan_for
from wscheck.core import secrets
from wscheck.core.head import parse_fields
from wscheck.core.plan import Plan, craft
from wscheck.core.target import Target
from wscheck.core.visible import visible


def dry_run(jobs: Sequence[probing.Job], format_name: str) -> int:
    """Prints what would be sent to each target, secrets masked unless they are to be shown."""
    for target, options in [(job.target, job.options) for job in jobs]:
        plan, notes = plan_for(target, options.asked)
        request = craft(plan)
        hidden = options.asked.hidden_names
        spans = () if options.judging.show_secrets else secrets.request_secrets(request, hidden)
        words = secrets.words(request, spans)
        shown = secrets.masked(request, spans, words)
        curl = curl_command(_as_shown(plan, shown), target, options)
        if format_name == "text":
            _print_text(target, (*target.notes, *notes), shown, curl)
        else:
            _print_json(target, shown, curl, masked=not options.judging.show_secrets)
    return 0


def _as_shown(plan: Plan, request: bytes) -> Plan:
    """The plan with the values that its masked octets have."""
    fields = tuple((field.name, field.value) for field in parse_fields(request))
    return plan._replace(target=request.split(b" ", 2)[1], fields=fields[: len(plan.fields)])


def _print_text(target: Target, notes: Sequence[str], request: bytes, curl: str | None) -> None:
    click.echo(f"# {secrets.masked_url(target.url)}: nothing was sent")
    for note in notes:
        click.echo(f"# {note}")
    if target.lab is not None:
        click.echo("# the lab's port is chosen when it starts; 0 stands for it here")
    for line in request.split(b"\n")[:-1]:
        click.echo(f"> {visible(line + bytes([10]))}")
    click.echo(f"\n{curl}" if curl else "\n# curl cannot send this request")


def _print_json(target: Target, request: bytes, curl: str | None, *, masked: bool) -> None:
    import json

    shown = {
        "schema": "wscheck/dry-run/1",
        "url": secrets.masked_url(target.url),
        "request": request.decode("latin-1"),
        "masked": masked,
        "curl": curl,
    }
    click.echo(json.dumps(shown))


def curl_command(plan: Plan, target: Target, options: probing.Options) -> str | None:
    """The curl command that sends the same fields, or None when curl cannot: a raw line, or two Host lines.

    curl's own WebSocket support would make another handshake, so the request is written as ordinary HTTP.
    """
    names = [name.lower() for name, _ in plan.fields]
    if plan.raw_lines or names.count(b"host") > 1:
        return None
    scheme = "https" if target.secure else "http"
    words = ["curl", "--http1.1", "--include", "--no-buffer", "--max-time", f"{options.limits.total_s:g}"]
    words += ["--insecure"] if options.insecure else []
    words += ["--cacert", options.cacert] if options.cacert else []
    for own in (b"user-agent", b"accept", b"host"):
        if own not in names:
            words += ["-H", f"{own.decode().title()}:"]
    for name, value in plan.fields:
        if name.lower() == b"host" and value == target.authority.encode():
            continue
        shown = name.decode("ascii") + (f": {value.decode('utf-8', 'surrogateescape')}" if value else ";")
        words += ["-H", shown]
    path = plan.target.decode("latin-1")
    words.append(f"{scheme}://{target.authority}{path}")
    glob = ["--globoff"] if re.search(r"[\[\]{}]", words[-1]) else []
    return " ".join(_quoted(word) for word in [words[0], *glob, *words[1:]])


def _quoted(word: str) -> str:
    """A word for the shell; what does not print goes into $'…', which every shell of today takes."""
    if word.isprintable():
        return shlex.quote(word)
    octets = word.encode("utf-8", "surrogateescape")
    return "$'" + "".join(f"\\x{n:02x}" if n in b"\\'" or not 0x20 <= n < 0x7F else chr(n) for n in octets) + "'"
