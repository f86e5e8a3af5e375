"""`wscheck accept KEY`: quick to start, so nothing is loaded here beside click and `core.key`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from wscheck.core.key import accept_for, accept_mistake, key_faults
from wscheck.core.visible import printable
from wscheck.errors import UsageError


@click.command("accept")
@click.argument("key", required=False)
@click.option("--verify", metavar="VALUE", help="Say whether VALUE answers the key, and if not, which mistake made it.")
@click.option("--new", is_flag=True, help="Draw a key; prints the key and its Accept.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
def command(key: str | None, verify: str | None, new: bool, format_name: str) -> int:
    """Print the Sec-WebSocket-Accept for KEY, and nothing else.

    KEY is - to read keys from standard input, one per line. A key that is not 16 octets in canonical base64 gets a
    warning on standard error; its Accept is computed all the same, as servers do.

    With --verify the exit code is 0 for a match and 1 for none.
    """
    if new == (key is not None):
        raise UsageError(
            "give either a KEY or --new, not both" if new else "no key was given: wscheck accept KEY, or - or --new"
        )
    show = _show_json if format_name == "json" else _show_text
    code = 0
    for one in [_drawn()] if new else _keys(key or ""):
        code = max(code, show(one, None if verify is None else verify.strip(" \t"), new))
    return code


def _drawn() -> str:
    from wscheck.wire.nonce import new_key

    return new_key().decode("ascii")


def _keys(key: str) -> Iterator[str]:
    if key != "-":
        yield key
        return
    empty = True
    for line in sys.stdin.buffer:  # not as text: a key may be any octets
        if line.strip():
            empty = False
            yield line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    if empty:
        raise UsageError("standard input holds no key")


def _octets(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")


def _text(value: str) -> str:
    """A value for JSON, which has no octets outside UTF-8: those are escaped."""
    return _octets(value).decode("utf-8", "backslashreplace")


def _show_text(key: str, verify: str | None, new: bool) -> int:
    octets = _octets(key)
    for _, said in key_faults(octets):
        click.echo(f"wscheck: warning: {printable(said)}", err=True)
    trimmed = octets.strip(b" \t")
    accept = accept_for(trimmed)
    if verify is None:
        click.echo(f"{key} {accept}" if new else accept)
        return 0
    if verify == accept:
        click.echo("match")
        return 0
    mistake = accept_mistake(trimmed, _octets(verify))
    click.echo("no match: " + (mistake[1] if mistake else "no known mistake makes this value from this key"))
    click.echo(f"  expected  {accept}\n  observed  {printable(verify)}")
    return 1


def _show_json(key: str, verify: str | None, new: bool) -> int:
    import json

    octets = _octets(key)
    trimmed = octets.strip(b" \t")
    accept = accept_for(trimmed)
    verified = None
    if verify is not None:
        mistake = accept_mistake(trimmed, _octets(verify))
        verified = {
            "value": _text(verify),
            "match": verify == accept,
            "mistake": None if mistake is None else {"id": mistake[0], "message": mistake[1]},
        }
    shown = {
        "schema": "wscheck/accept/1",
        "key": _text(key),
        "accept": accept,
        "key_problems": [{"code": code, "message": said} for code, said in key_faults(octets)],
        "verify": verified,
    }
    click.echo(json.dumps(shown))
    return 0 if verified is None or verified["match"] else 1
