"""Groups of options, and what their values mean as `probing.Options`.

May never enter: an action. Each option that takes one value can also come from the environment: `--max-time` from
WSCHECK_MAX_TIME, a value with blanks staying one value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wscheck import probing, render
from wscheck.asking import Asked
from wscheck.cli.params import complete_checks, count, duration, names, offsets
from wscheck.core.demand import NO_DEMANDS, Demands, parse_header_demand
from wscheck.core.plan import Delivery
from wscheck.core.route import Route, parse_connect_to, parse_proxy, parse_resolve
from wscheck.core.secrets import SHORTEST_WORD
from wscheck.errors import UsageError
from wscheck.reporting import Judging, select
from wscheck.wire.limits import Limits
from wscheck.wire.surroundings import no_proxy_from_environment, proxy_from_environment

if TYPE_CHECKING:
    from wscheck.following import Following
    from wscheck.wire.trust import ClientCertificate

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
    _option("--max-redirs", type=count, metavar="N", default="10", show_default=True, help="How many are followed."),
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
    click.option("--each-address", is_flag=True, help="Probe every address of the name."),
    _option("--sni", metavar="NAME", help="Server name for TLS, instead of the URL's host."),
    click.option("--control", is_flag=True, help="Also ask for the URL with a plain GET, for comparison."),
)

connecting = _group(
    click.option("-k", "--insecure", is_flag=True, help="Do not verify the certificate."),
    _option("--cacert", metavar="FILE", help="Trust these authorities (PEM file or folder) instead of the system's."),
    _option("--cert", metavar="FILE", help="Client certificate (PEM)."),
    _option("--cert-key", metavar="FILE", help="Its key (curl's --key), when not in the same file."),
    _option("--pass", "passphrase", metavar="TEXT", help="The key's passphrase."),
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


def probe_options(flags: dict[str, Any], scheme: str) -> probing.Options:
    """The options of one probe of a URL with this scheme. UsageError for values that cannot be."""
    route = _route(flags, scheme)
    judging = judging_options(flags)
    if route.proxy and route.proxy.userinfo:
        judging = judging._replace(words=judging.words | _long([route.proxy.userinfo[1]]))
    return probing.Options(
        asked=_asked(flags),
        limits=Limits(connect_s=flags["connect_timeout"], head_s=flags["head_timeout"], total_s=flags["max_time"]),
        judging=judging,
        route=route,
        following=_following(flags),
        insecure=flags["insecure"],
        cacert=flags["cacert"],
        certificate=_certificate(flags),
        hold_s=flags["hold"],
        control=flags["control"],
    )


def _asked(flags: dict[str, Any]) -> Asked:
    return Asked(
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
        method=flags["method"],
        http_version=flags["http_version"],
        target=flags["target"],
        body=flags["body"],
        request_file=_read_octets(flags["request_file"]),
        delivery=Delivery(flags["cut"] or (), flags["drip"] or 0.0),
    )


def judging_options(flags: dict[str, Any]) -> Judging:
    """How a reply is judged and shown."""
    only = [name for group in flags["only"] for name in group]
    skip = [name for group in flags["skip"] for name in group]
    return Judging(
        selected=select(only, skip),
        demands=_demands(flags) if "expect" in flags else NO_DEMANDS,
        fail_on=flags["fail_on"],
        show_secrets=flags["show_secrets"],
        words=_secret_words(flags),
    )


def _secret_words(flags: dict[str, Any]) -> frozenset[bytes]:
    """The secrets among the values: they are masked wherever they turn up, in a reply as well."""
    password = (flags.get("user") or "").partition(":")[2]
    return _long([password, flags.get("oauth2_bearer") or "", flags.get("passphrase") or ""])


def _long(texts: Iterable[str]) -> frozenset[bytes]:
    return frozenset(text.encode("utf-8", "surrogateescape") for text in texts if len(text) >= SHORTEST_WORD)


def _following(flags: dict[str, Any]) -> Following | None:
    """None where one exchange is all there can be: then httpx is not loaded."""
    netrc = flags["netrc_file"] if flags["netrc_file"] is not None else ("" if flags["netrc"] else None)
    given = [flags["user"] is not None, netrc is not None, flags["oauth2_bearer"] is not None]
    if sum(given) > 1:
        raise UsageError("--user, --netrc and --oauth2-bearer contradict each other: give one")
    if flags["digest"] and flags["basic"]:
        raise UsageError("--basic and --digest contradict each other: give one")
    if flags["digest"] and flags["user"] is None:
        raise UsageError("--digest needs credentials: add -u USER:PASSWORD")
    if not any(given) and flags["cookie"] is None and not flags["location"]:
        return None
    from wscheck.following import Following
    from wscheck.wire.session import Credentials

    user = None
    if flags["user"] is not None:
        name, _, password = flags["user"].partition(":")
        user = (name, password)
    credentials = Credentials(user, flags["digest"], netrc, flags["oauth2_bearer"])
    return Following(credentials, flags["cookie"], flags["location"], flags["max_redirs"], flags["allow_downgrade"])


def _route(flags: dict[str, Any], scheme: str) -> Route:
    if flags["ipv4"] and flags["ipv6"]:
        raise UsageError("-4 and -6 contradict each other: give one")
    if flags["unix_socket"] and flags["proxy"]:
        raise UsageError("--unix-socket and -x contradict each other: give one")
    # An empty -x is no proxy at all, whatever the environment says, as with curl.
    given = flags["proxy"]
    proxy = proxy_from_environment(scheme) if given is None else parse_proxy(given, "-x") if given else None
    return Route(
        proxy=None if flags["unix_socket"] else proxy,
        unix_socket=flags["unix_socket"],
        resolve=tuple(parse_resolve(text) for text in flags["resolve"]),
        connect_to=tuple(parse_connect_to(text) for text in flags["connect_to"]),
        family=4 if flags["ipv4"] else 6 if flags["ipv6"] else None,
        sni=flags["sni"],
        no_proxy=flags["noproxy"] if flags["noproxy"] is not None else no_proxy_from_environment(),
    )


def _certificate(flags: dict[str, Any]) -> ClientCertificate | None:
    if flags["cert"] is None:
        if flags["cert_key"] or flags["passphrase"]:
            raise UsageError("--cert-key and --pass belong to a client certificate: add --cert FILE")
        return None
    from wscheck.wire.trust import ClientCertificate

    return ClientCertificate(flags["cert"], flags["cert_key"], flags["passphrase"])


def _read_octets(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"the request in {path!r} cannot be read: {error.strerror}") from None


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
