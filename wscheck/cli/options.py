"""The options of the command line, in groups; what their values mean is in `values`.

May never enter: an action. Each option that takes one value can also come from the environment: `--max-time` from
WSCHECK_MAX_TIME, a value with blanks staying one value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from wscheck import render
from wscheck.cli.params import complete_checks, count, count_or_none, duration, names, offsets
from wscheck.core.preset import NAMES

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


def _cases(name: str, text: str) -> Decorator[Any]:
    return click.option(name, type=names, multiple=True, metavar="GLOB,GLOB", help=text)


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
    _option(
        "--preset",
        type=click.Choice(NAMES),
        metavar="NAME",
        help="An application's path, subprotocols and good answer (wscheck explain presets).",
    ),
    _option("--ws-key", metavar="KEY", help="Sec-WebSocket-Key, instead of a random one."),
    _option("--ws-version", metavar="N", help="Sec-WebSocket-Version, instead of 13."),
)

sending = _group(
    _option("--method", metavar="WORD", help="Method, instead of GET."),
    _option("--http-version", metavar="TEXT", help="Version in the request line, instead of 1.1."),
    _option("--target", metavar="TEXT", help="Request target as it is, with escapes, instead of the URL's."),
    _option("--body", metavar="TEXT", help="Octets behind the head, with escapes; no length is added."),
    _option("--request-file", metavar="FILE", help="Send FILE as it is, {key}, {host} and {target} filled in."),
    _option("--cut", type=offsets, metavar="N,N", help="Send in pieces cut at these octets; negative from the end."),
    _duration("--drip", help="Pause between the pieces; without --cut after each octet."),
)

authenticating = _group(
    _option("-u", "--user", metavar="USER:PASSWORD", help="Credentials."),
    click.option("--basic", is_flag=True, help="Basic, the default."),
    click.option("--digest", is_flag=True, help="Digest: the challenge is answered on a second connection."),
    click.option("-n", "--netrc", is_flag=True, help="Credentials from ~/.netrc."),
    _option("--netrc-file", metavar="FILE", help="Credentials from this netrc file."),
    _option("--oauth2-bearer", metavar="TOKEN", help="A bearer token."),
    _option("-b", "--cookie", metavar="DATA|FILE", help="'name=value; …', or a Netscape cookie file."),
    click.option("-L", "--location", is_flag=True, help="Follow redirects; secrets stay with their origin."),
    _option(
        "--max-redirs", type=count_or_none, metavar="N", default="10", show_default=True, help="How many are followed."
    ),
    click.option("--allow-downgrade", is_flag=True, help="Follow a redirect from wss to ws as well."),
)

routing = _group(
    _option("-x", "--proxy", metavar="[SCHEME://]HOST:PORT", help="http, https, socks4, socks4a, socks5 or socks5h."),
    _option("--noproxy", metavar="HOSTS", help="No proxy for these hosts; * for none at all."),
    _option("--unix-socket", metavar="PATH", help="Connect to this socket instead of host and port."),
    click.option("--resolve", multiple=True, metavar="HOST:PORT:ADDR", help="Use this address for the name."),
    click.option("--connect-to", multiple=True, metavar="H1:P1:H2:P2", help="Dial H2:P2 instead of H1:P1."),
    click.option("-4", "--ipv4", is_flag=True, help="IPv4 addresses only."),
    click.option("-6", "--ipv6", is_flag=True, help="IPv6 addresses only."),
    _option("--sni", metavar="NAME", help="Server name for TLS, instead of the URL's host."),
    click.option("--control", is_flag=True, help="Also ask for the URL with a plain GET, for comparison."),
)

spreading = _group(
    click.option("--each-address", is_flag=True, help="Probe every address of the name."),
)

securing = _group(
    click.option("-k", "--insecure", is_flag=True, help="Do not verify the certificate."),
    _option("--cacert", metavar="FILE", help="Trust these authorities (PEM file or folder) instead of the system's."),
    _option("--cert", metavar="FILE", help="Client certificate (PEM)."),
    _option("--cert-key", metavar="FILE", help="Its key (curl's --key), when not in the same file."),
    _option("--pass", "passphrase", metavar="TEXT", help="The key's passphrase."),
)

_dialling = _group(
    _duration("--connect-timeout", default="5s", show_default=True, help="DNS, TCP and TLS together."),
    _duration("--head-timeout", default="10s", show_default=True, help="From the request to the end of the head."),
    _duration("--ping-timeout", default="2s", show_default=True, help="For the Pong that answers our Ping."),
    _duration("--close-timeout", default="2s", show_default=True, help="For the answer to our Close, and TCP's end."),
)

limiting = _group(
    _dialling,
    _duration("-m", "--max-time", default="30s", show_default=True, help="All of one probe, but for --hold."),
)

connecting = _group(securing, limiting)

auditing = _group(
    _dialling,
    _option("--jobs", type=count, metavar="N", default="4", show_default=True, help="Cases at the same time."),
    _duration("--delay", help="Between the starts of two cases."),
    _duration("--case-timeout", default="2s", show_default=True, help="For each request of a case."),
    _duration("-m", "--max-time", default="5m", show_default=True, help="All of the audit."),
    _cases("--only", "Only cases, sections or requirements that match."),
    _cases("--skip", "Leave out what matches."),
    click.option("--intrusive", is_flag=True, help="Also huge heads, contradictory framing, stalled requests."),
    click.option("--yes", is_flag=True, help="Yes, intrusive cases on a host that is not on this network."),
    click.option("--list", "listing", is_flag=True, help="List the cases; send nothing."),
    click.option("--check", is_flag=True, help="Say whether everything given can be; send nothing."),
    click.option("--strict", is_flag=True, help="Warnings fail, as with --fail-on warning."),
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
    click.option("--no-frames", is_flag=True, help="Send no Ping behind the 101, and do not wait for a Close."),
    click.option("--no-replay", is_flag=True, help="Make no second handshake with another key."),
    _duration("--hold", help="Stay connected this long, and report who ends it, when and how."),
)

failing = _group(
    _option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes it fail."),
    click.option("--show-secrets", is_flag=True, help="Do not mask credentials, cookies and tokens."),
)

judging = _group(
    _checks("--only", "Judge only these checks."),
    _checks("--skip", "Leave these checks out."),
    failing,
)

_output = _option("-o", "--output", metavar="FILE", help="Write the report here (curl's -o is the body).")
_color = _option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="NO_COLOR is honoured."
)

showing = _group(
    _option("--format", "format_name", type=click.Choice(render.formats()), default="text", help="Default: text."),
    _output,
    click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write another report (repeatable)."),
    click.option("-v", "--verbose", count=True, help="Show the heads and a waterfall of the times; -vv every octet."),
    click.option("-q", "--quiet", is_flag=True, help="Print a verdict only when it is no pass."),
    _color,
)

comparing = _group(
    _option("--format", "format_name", type=click.Choice(["json", "text"]), default="text", help="Default: text."),
    _output,
    _color,
    click.option("--check", is_flag=True, help="Say whether everything given can be; send nothing."),
)
