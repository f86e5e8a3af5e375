"""What the values of the options mean, as `probing.Options`. UsageError for those that cannot be.

May never enter: an action, and the options themselves (`options`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wscheck import probing
from wscheck.core.demand import Demands, parse_header_demand
from wscheck.core.plan import Delivery
from wscheck.core.preset import Preset, preset_named
from wscheck.core.route import Route, parse_connect_to, parse_proxy, parse_resolve
from wscheck.core.secrets import SHORTEST_WORD
from wscheck.core.target import Target
from wscheck.errors import UsageError
from wscheck.probing.asking import Asked
from wscheck.probing.reporting import Judging, select
from wscheck.wire.limits import Limits
from wscheck.wire.surroundings import no_proxy_from_environment, proxy_from_environment

if TYPE_CHECKING:
    from wscheck.probing.following import Following
    from wscheck.wire.trust import ClientCertificate


def probe_options(flags: dict[str, Any], scheme: str) -> probing.Options:
    """The options of one probe of a URL with this scheme. UsageError for values that cannot be."""
    route = _route(flags, scheme)
    judging = judging_options(flags)
    if route.proxy and route.proxy.userinfo:
        judging = judging._replace(words=judging.words | _long([route.proxy.userinfo[1]]))
    return probing.Options(
        asked=_asked(flags),
        limits=Limits(
            connect_s=flags["connect_timeout"],
            head_s=flags["head_timeout"],
            total_s=flags["max_time"],
            ping_s=flags["ping_timeout"],
            close_s=flags["close_timeout"],
        ),
        judging=judging,
        route=route,
        following=_following(flags),
        insecure=flags["insecure"],
        cacert=flags["cacert"],
        certificate=_certificate(flags),
        hold_s=flags["hold"],
        control=flags["control"],
        frames=not flags["no_frames"],
        replay=not flags["no_replay"] and not flags.get("times"),  # --count makes handshakes with keys of their own
        diagnose=not flags.get("no_diagnose", True),  # only a probe has the option
    )


def _asked(flags: dict[str, Any]) -> Asked:
    return Asked(
        headers=(*_from_environment(), *_from_files(flags["header"])),
        hidden=_from_environment(),
        adds=flags["add"],
        raw_fields=flags["raw_field"],
        origin=flags["origin"],
        subprotocols=_offered(flags),
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


def _offered(flags: dict[str, Any]) -> tuple[str, ...]:
    """The offered subprotocols: those that were given, or the preset's."""
    preset = flags.get("preset")
    return flags["subprotocol"] or (preset_named(preset).subprotocols if preset else ())


def aimed(target: Target, flags: dict[str, Any]) -> Target:
    """The target, with the preset's path where the URL has none."""
    return preset_named(flags["preset"]).aim(target) if flags.get("preset") else target


def judging_options(flags: dict[str, Any]) -> Judging:
    """How a reply is judged and shown."""
    only = [name for group in flags["only"] for name in group]
    skip = [name for group in flags["skip"] for name in group]
    return Judging(
        selected=select(only, skip),
        demands=_demands(flags) if "expect" in flags else Demands(convention=_convention(flags)),
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
    from wscheck.probing.following import Following
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
        convention=_convention(flags),
    )


def _convention(flags: dict[str, Any]) -> Preset | None:
    return preset_named(flags["preset"]) if flags.get("preset") else None


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
