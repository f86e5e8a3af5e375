"""`--dry-run`: the exact request, and the curl command that comes nearest, without sending anything."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from wscheck import probing
from wscheck.core import secrets
from wscheck.core.plan import AT_ONCE, Plan, craft
from wscheck.core.target import Target
from wscheck.core.visible import visible
from wscheck.probing.asking import plan_for


def dry_run(jobs: Sequence[probing.Job], format_name: str) -> int:
    """Prints what would be sent to each target, secrets masked unless they are to be shown."""
    for target, options in [(job.target, job.options) for job in jobs]:
        plan, notes = _first_plan(target, options)
        request = craft(plan)
        masked = not options.judging.show_secrets
        spans = secrets.request_secrets(request, options.asked.hidden_names) if masked else ()
        words = secrets.words(request, spans) | options.judging.words if masked else frozenset()
        shown = secrets.masked(request, spans, words)
        curl = curl_command(_as_shown(plan, shown), target, options)
        if format_name == "text":
            said = (*target.notes, *notes, *_delivery_notes(options, request))
            _print_text(target, said, shown, curl, hidden=shown != request)
        else:
            _print_json(target, shown, curl, masked=masked)
    return 0


def _first_plan(target: Target, options: probing.Options) -> tuple[Plan, tuple[str, ...]]:
    if options.following is None and target.userinfo is None:
        return plan_for(target, options.asked)
    from wscheck.probing.following import first_plan

    return first_plan(target, options.asked, options.following)


def _as_shown(plan: Plan, shown: bytes) -> Plan:
    """The plan with the values that its masked octets have: masking keeps every offset."""
    at = len(plan.method) + 1
    target = shown[at : at + len(plan.target)]
    at += len(plan.target) + 1 + len(plan.version) + 2
    fields = []
    for name, value in plan.fields:
        at += len(name) + (2 if value else 1)
        fields.append((name, shown[at : at + len(value)]))
        at += len(value) + 2
    return plan._replace(target=target, fields=tuple(fields))


def _delivery_notes(options: probing.Options, request: bytes) -> Iterator[str]:
    """How the request is sent when not at once; offsets outside of it cut nothing."""
    delivery = options.asked.delivery
    if delivery == AT_ONCE:
        return
    pieces = delivery.pieces(request)
    pause = f", {delivery.gap_s * 1000:g} ms between them" if delivery.gap_s else ""
    said = f"its {len(request)} octets in {len(pieces)} pieces{pause}"
    ends = [sum(map(len, pieces[:number])) for number in range(1, len(pieces))]
    yield said + (f", cut at {', '.join(map(str, ends))}" if delivery.cuts and ends else "")


def _print_text(target: Target, notes: Sequence[str], request: bytes, curl: str | None, *, hidden: bool) -> None:
    click.echo(f"# {secrets.masked_url(target.url)}: nothing was sent")
    for note in notes:
        click.echo(f"# {note}")
    if target.lab is not None:
        click.echo("# the lab's port is chosen when it starts; 0 stands for it here")
    for line in re.findall(rb"[^\n]*\n|[^\n]+", request):
        click.echo(f"> {visible(line)}")
    if hidden:
        click.echo("# secrets are masked by *: --show-secrets shows them")
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
    """The curl command that sends the same fields by the same way, or None when curl cannot.

    curl's own WebSocket support would make another handshake, so the request is written as ordinary HTTP.
    """
    names = [name.lower() for name, _ in plan.fields]
    if _beyond_curl(plan, options) or names.count(b"host") > 1:
        return None
    scheme = "https" if target.secure else "http"
    version = "--http1.0" if plan.version == b"HTTP/1.0" else "--http1.1"
    words = ["curl", version, "--include", "--no-buffer", "--max-time", f"{options.limits.total_s:g}"]
    if plan.method != b"GET":
        words += ["--request", plan.method.decode("latin-1")]
    words += [*_trusting(options), *_routed(target, options)]
    for own in (b"user-agent", b"accept", b"host"):
        if own not in names:
            words += ["-H", f"{own.decode().title()}:"]
    for name, value in plan.fields:
        if name.lower() == b"host" and value == target.authority.encode():
            continue
        shown = name.decode("ascii") + (f": {value.decode('utf-8', 'surrogateescape')}" if value else ";")
        words += ["-H", shown]
    path = plan.target.decode("utf-8", "surrogateescape")
    if options.asked.target is not None:
        words += ["--request-target", path]
        path = "/"
    words.append(f"{scheme}://{target.authority}{path}")
    glob = ["--globoff"] if re.search(r"[\[\]{}]", words[-1]) else []
    return " ".join(_quoted(word) for word in [words[0], *glob, *words[1:]])


def _beyond_curl(plan: Plan, options: probing.Options) -> bool:
    """Lines and requests sent as they are, octets behind the head (curl adds a length), versions, pieces, SNI."""
    crafted = plan.raw_lines or plan.body or plan.whole is not None
    known = plan.version in (b"HTTP/1.1", b"HTTP/1.0")
    return bool(crafted) or not known or options.asked.delivery != AT_ONCE or options.route.sni is not None


def _trusting(options: probing.Options) -> Iterator[str]:
    if options.insecure:
        yield "--insecure"
    if options.cacert:
        yield from ("--capath" if Path(options.cacert).is_dir() else "--cacert", options.cacert)
    if options.certificate:
        yield from ("--cert", options.certificate.file)
        if options.certificate.key:
            yield from ("--key", options.certificate.key)


def _routed(target: Target, options: probing.Options) -> Iterator[str]:
    """The way, as curl's options; a proxy's password is left to curl, which asks for it."""
    route, proxy = options.route, options.route.proxy_for(target)
    if proxy and not route.unix_socket:
        # --proxytunnel: for a ws URL as well, as a WebSocket client does it.
        yield from ("--proxy", proxy.said, *([] if proxy.scheme.startswith("socks") else ["--proxytunnel"]))
        if proxy.userinfo:
            yield from ("--proxy-user", proxy.userinfo[0])
    if route.unix_socket:
        yield from ("--unix-socket", route.unix_socket)
    for one in route.resolve:
        hosts = ",".join(f"[{host}]" if ":" in host else host for host in one.to_hosts)
        yield from ("--resolve", f"{_bracketed(one.host)}:{one.port}:{hosts}")
    for one in route.connect_to:
        yield from (
            "--connect-to",
            f"{_bracketed(one.host)}:{one.port or ''}:{_bracketed(one.to_hosts[0])}:{one.to_port or ''}",
        )
    if route.family:
        yield f"-{route.family}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _quoted(word: str) -> str:
    """A word for the shell; what does not print goes into $'…', which every shell of today takes."""
    if word.isprintable():
        return shlex.quote(word)
    octets = word.encode("utf-8", "surrogateescape")
    return "$'" + "".join(f"\\x{n:02x}" if n in b"\\'" or not 0x20 <= n < 0x7F else chr(n) for n in octets) + "'"
