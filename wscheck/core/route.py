"""By which way a target is reached: proxy, unix socket, overrides of names. Values and their curl syntax, nothing else.

May never enter: the environment (`wire.surroundings` reads it) and sockets.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.target import Target
from wscheck.errors import UsageError, unknown

# curl's names. The "a" of socks4a and the "h" of socks5h: the proxy resolves the name.
PROXY_PORTS = {"http": 1080, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}


class Proxy(NamedTuple):
    """A proxy; `origin` says where it was named (an option or a variable)."""

    scheme: str
    host: str
    port: int
    userinfo: tuple[str, str] | None
    origin: str

    @property
    def said(self) -> str:
        """The proxy as a report shows it, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class Override(NamedTuple):
    """`--resolve` and `--connect-to`: for this host and port (empty, 0: any), go to these hosts and this port."""

    host: str
    port: int
    to_hosts: tuple[str, ...]
    to_port: int


class Route(NamedTuple):
    """The way to a target. Without anything it is direct."""

    proxy: Proxy | None = None
    unix_socket: str | None = None
    resolve: tuple[Override, ...] = ()
    connect_to: tuple[Override, ...] = ()
    family: int | None = None  # 4 or 6
    sni: str | None = None
    no_proxy: str = ""

    def proxy_for(self, target: Target) -> Proxy | None:
        """The proxy that is used for this target, None where `no_proxy` excepts it; a lab is never behind one."""
        if self.proxy is None or target.lab is not None or _excepted(target.host, target.port, self.no_proxy):
            return None
        return self.proxy

    def hop_for(self, target: Target) -> tuple[str, int]:
        """Host and port that are dialled for this target (`--connect-to`)."""
        for override in self.connect_to:
            if override.host in ("", target.host) and override.port in (0, target.port):
                return override.to_hosts[0] or target.host, override.to_port or target.port
        return target.host, target.port

    def pinned(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses given for this host and port (`--resolve`), or none."""
        for override in self.resolve:
            if override.host in ("*", host) and override.port == port:
                return override.to_hosts
        return ()

    def at(self, target: Target, address: str) -> Route:
        """The same route, the target's name pinned to one of its addresses."""
        host, port = self.hop_for(target)
        return self._replace(resolve=(Override(host, port, (address,), port), *self.resolve))

    def said(self, target: Target) -> str:
        """The route in words, for the report."""
        proxy = self.proxy_for(target)
        if self.unix_socket:
            return f"unix {self.unix_socket}"
        return f"{proxy.said} ({proxy.origin})" if proxy else "direct"


NO_ROUTE = Route()


def parse_proxy(text: str, origin: str) -> Proxy:
    """`[scheme://][user:password@]host[:port]`; the scheme is http when there is none, the port 1080 (https: 443)."""
    from urllib.parse import unquote

    match = re.fullmatch(
        r"(?:([A-Za-z0-9+.-]+)://)?(?:(.*)@)?(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+)(?::([0-9]{1,5}))?/?", text
    )
    shown = re.sub(r"^([^:/@]+://)?.*@", r"\1", text)  # a password may hold anything
    if not match:
        raise UsageError(f"the proxy {shown!r} ({origin}) cannot be read: write [scheme://][user:password@]host[:port]")
    scheme = (match[1] or "http").lower()
    if scheme not in PROXY_PORTS:
        raise unknown(f"proxy scheme in {origin}:", scheme, PROXY_PORTS)
    port = int(match[4]) if match[4] else PROXY_PORTS[scheme]
    if not 1 <= port <= 65535:
        raise UsageError(f"the proxy {shown!r} ({origin}) has no valid port")
    user, _, password = (match[2] or "").partition(":")
    userinfo = (unquote(user), unquote(password)) if match[2] else None
    return Proxy(scheme, match[3].strip("[]"), port, userinfo, origin)


def parse_resolve(text: str) -> Override:
    """curl's `host:port:address[,address]…`."""
    match = re.fullmatch(r"\+?(\*|\[[^\]]+\]|[^:]+):([0-9]{1,5}):(.+)", text)
    if not match:
        raise UsageError(f"--resolve {text!r} cannot be read: write HOST:PORT:ADDRESS[,ADDRESS]")
    addresses = tuple(address.strip().strip("[]") for address in match[3].split(","))
    return Override(match[1].strip("[]").lower(), int(match[2]), addresses, int(match[2]))


def parse_connect_to(text: str) -> Override:
    """curl's `host:port:to-host:to-port`; each may be empty."""
    match = re.fullmatch(r"(\[[^\]]+\]|[^:]*):([0-9]{0,5}):(\[[^\]]+\]|[^:]*):([0-9]{0,5})", text)
    if not match:
        raise UsageError(f"--connect-to {text!r} cannot be read: write HOST1:PORT1:HOST2:PORT2, each may be empty")
    to_host = match[3].strip("[]").lower()
    return Override(match[1].strip("[]").lower(), int(match[2] or 0), (to_host,), int(match[4] or 0))


def _excepted(host: str, port: int, no_proxy: str) -> bool:
    """Whether a host is excepted: `*`, names and their subdomains, addresses and networks (curl's rules)."""
    for part in re.split(r"[,\s]+", no_proxy.strip().lower()):
        entry, colon, entry_port = part.rpartition(":") if re.search(r"^[^:]+:[0-9]+$", part) else (part, "", "")
        if colon and int(entry_port) != port:
            continue
        entry = entry.strip("[]")
        if entry == "*" or (entry and (host == entry.lstrip(".") or host.endswith("." + entry.lstrip(".")))):
            return True
        if "/" in entry and _in_network(host, entry):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
