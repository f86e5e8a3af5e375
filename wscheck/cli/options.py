"""Groups of options, and what their values mean as `probing.Options`.

May never enter: an action. Each option that takes one value can also come from the environment: `--max-time` from
WSCHECK_MAX_TIME, a value with blanks staying one value.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from wscheck import probing, render
from wscheck.cli.params import complete_checks, count, duration, names
from wscheck.core.demand import Demands, parse_header_demand
from wscheck.errors import UsageError
from wscheck.wire.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]


def _option(*flags: str, **more: Any) -> Decorator[Any]:
    """An option that also comes from the environment when it takes one value."""
    switch = more.get("is_flag") or more.get("count")
    if not switch and not more.get("multiple"):
        long = next(flag for flag in flags if flag.startswith("--"))
        more["envvar"] = "WSCHECK_" + long.removeprefix("--").replace("-", "_").upper()
    return click.option(*flags, **more)


def _group(*options: Decorator[Any]) -> Decorator[Any]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _duration(*flags: str, **more: Any) -> Decorator[Any]:
    return _option(*flags, type=duration, metavar="DURATION", **more)


def _checks(name: str, text: str) -> Decorator[Any]:
    return click.option(name, type=names, multiple=True, metavar="ID,ID", shell_complete=complete_checks, help=text)


offering = _group(
    click.option("--subprotocol", multiple=True, metavar="NAME", help="Offer a subprotocol (repeatable)."),
    click.option(
        "--extension", multiple=True, metavar="OFFER", help="Offer an extension with its parameters (repeatable)."
    ),
)

crafting = _group(
    click.option(
        "-H",
        "--header",
        multiple=True,
        metavar="LINE",
        help="'Name: value' replaces, 'Name:' leaves out, 'Name;' sends it empty; @FILE reads such lines.",
    ),
    click.option("--add", multiple=True, metavar="LINE", help="One more 'Name: value', whatever is there."),
    click.option("--raw-field", multiple=True, metavar="LINE", help=r"A line sent as it is, with escapes \r \n \x00."),
    _option("-A", "--user-agent", metavar="TEXT", help="User-Agent; '' leaves it out."),
    _option("--origin", metavar="ORIGIN", help="Origin, as a browser sends it."),
    offering,
    _option("--ws-key", metavar="KEY", help="Sec-WebSocket-Key, instead of a random one."),
    _option("--ws-version", metavar="N", help="Sec-WebSocket-Version, instead of 13."),
)

connecting = _group(
    click.option("-k", "--insecure", is_flag=True, help="Do not verify the certificate."),
    _option("--cacert", metavar="FILE", help="Trust these authorities (PEM) instead of the system's."),
    _duration("--connect-timeout", default="5s", show_default=True, help="DNS, TCP and TLS together."),
    _duration("--head-timeout", default="10s", show_default=True, help="From the request to the end of the head."),
    _duration("-m", "--max-time", default="30s", show_default=True, help="All of one probe, but for --hold."),
)

demanding = _group(
    _option("--expect", type=count, metavar="STATUS", help="Pass for this status: 401 tests that a door is shut."),
    _option("--expect-subprotocol", metavar="NAME", help="Pass only when this subprotocol is chosen."),
    click.option("--expect-no-subprotocol", is_flag=True, help="Pass only when none is chosen."),
    _option("--expect-extension", metavar="NAME", help="Pass only when this extension is accepted."),
    click.option(
        "--expect-header", multiple=True, metavar="LINE", help="Pass only with 'Name: value', or 'Name: ~regex'."
    ),
    _option("--expect-close", type=count, metavar="CODE", help="Pass only when the server closes with this code."),
    _duration("--max-handshake-time", help="Pass only when the reply came this soon."),
    _option("--min-cert-days", type=count, metavar="DAYS", help="Pass only when the certificate holds this long."),
    _duration("--hold", help="Stay connected this long, and report who ends it, when and how."),
)

judging = _group(
    _checks("--only", "Judge only these checks."),
    _checks("--skip", "Leave these checks out."),
    _option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes it fail."),
    click.option("--show-secrets", is_flag=True, help="Do not mask credentials, cookies and tokens."),
)

showing = _group(
    _option("--format", "format_name", type=click.Choice(render.formats()), default="text", help="Default: text."),
    _option("-o", "--output", metavar="FILE", help="Write the report here (curl's -o is the body)."),
    click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write another report (repeatable)."),
    click.option("-v", "--verbose", count=True, help="Show the heads and a waterfall of the times; -vv every octet."),
    click.option("-q", "--quiet", is_flag=True, help="Print a verdict only when it is no pass."),
    _option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="NO_COLOR is honoured."),
)


# -- what the values mean ----------------------------------------------------------------------------------------------


def probe_options(flags: dict[str, Any]) -> probing.Options:
    """The options of one probe. UsageError for values that cannot be."""
    return probing.Options(
        asked=probing.Asked(
            headers=(*_from_environment(), *_from_files(flags["header"])),
            hidden=_from_environment(),
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
        demands=_demands(flags),
        hold_s=flags["hold"],
        **judging_options(flags),
    )


def judging_options(flags: dict[str, Any]) -> dict[str, Any]:
    """How a reply is judged, as fields of `probing.Options`."""
    only = [name for group in flags["only"] for name in group]
    skip = [name for group in flags["skip"] for name in group]
    return {
        "selected": probing.select(only, skip),
        "fail_on": flags["fail_on"],
        "show_secrets": flags["show_secrets"],
    }


def _demands(flags: dict[str, Any]) -> Demands:
    return Demands(
        status=flags["expect"],
        subprotocol=flags["expect_subprotocol"],
        no_subprotocol=flags["expect_no_subprotocol"],
        extension=flags["expect_extension"],
        headers=tuple(parse_header_demand(text) for text in flags["expect_header"]),
        close=flags["expect_close"],
        handshake_s=flags["max_handshake_time"],
        cert_days=flags["min_cert_days"],
    )


def _from_environment() -> tuple[str, ...]:
    """The lines of WSCHECK_HEADERS: fields that are to stand in no command line."""
    return _field_lines(os.environ.get("WSCHECK_HEADERS", ""))


def _from_files(headers: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of `-H`, with the lines of the file in place of each `@FILE`."""
    found: list[str] = []
    for text in headers:
        found += _read_fields(text[1:]) if text.startswith("@") else [text]
    return tuple(found)


def _read_fields(path: str) -> tuple[str, ...]:
    try:
        return _field_lines(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"the fields in {path!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the fields in {path!r} cannot be read: the file is not UTF-8") from None


def _field_lines(text: str) -> tuple[str, ...]:
    # Not `splitlines`: it also parts at characters, such as U+2028, that may stand in a value.
    lines = text.replace("\r\n", "\n").split("\n")
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))
