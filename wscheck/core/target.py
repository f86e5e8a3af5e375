"""A URL as a target: scheme, host, port, resource name; userinfo kept apart.

May never enter: resolution of names. The one import beside the standard library is `idna`, when a host is not ASCII.

RFC 6455 §3:
    ws-URI  = "ws:" "//" host [ ":" port ] path [ "?" query ]
    wss-URI = "wss:" "//" host [ ":" port ] path [ "?" query ]
Departures, each said in `notes`: a URL without a scheme, http and https for ws and wss (as WHATWG URL users write
them), a fragment (dropped), userinfo (kept apart), characters that have to be percent-encoded.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.errors import UsageError, unknown

DEFAULT_PORTS = {"ws": 80, "wss": 443}  # RFC 6455 §3
_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SLASHLESS = re.compile(r"(wss?|https?):/?(?=[^/\d])", re.IGNORECASE)
# Only `lab:` and `lab:NAME` mean the lab; `lab:8080` and `lab:8080/x` are a host.
_LAB = re.compile(r"(labs?):([a-z][a-z0-9.-]*)?", re.IGNORECASE)
_NO_LAB = re.compile(r"(labs?):(?![0-9]|[^/?#]*@)", re.IGNORECASE)
# RFC 3986 §3.3, §3.4: pchar / "/" / "?", and "%" of what is already encoded. The rest has to be percent-encoded.
_ENCODE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LOOPBACK = re.compile(r"127(?:\.[0-9]{1,3}){3}|\[::1\]|(?:[A-Za-z0-9-]+\.)*localhost\.?", re.IGNORECASE)


class Target(NamedTuple):
    """Where a handshake goes. `host` is what is dialled: ASCII, without brackets; `resource` is path and query."""

    url: str  # as typed, without userinfo and fragment
    scheme: str  # "ws" or "wss"
    host: str
    port: int
    resource: str
    userinfo: tuple[str, str] | None = None
    lab: str | None = None  # the fault of the embedded server, "" for the strict one; None when this is no lab URL
    notes: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.scheme == "wss"

    @property
    def authority(self) -> str:
        """The value of Host: the port only when it is not the scheme's own (RFC 6455 §4.1 request step 4)."""
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The page origin that belongs to this server: http or https, host and port (RFC 6454 §6.2)."""
        return ("https://" if self.secure else "http://") + self.authority


def parse_target(url: str) -> Target:
    """Reads a URL as a user types it; UsageError, one sentence, for what is none."""
    url = url.strip()
    if not url:
        raise UsageError("the URL is empty: write for example ws://127.0.0.1:9001/chat")
    lab = _LAB.fullmatch(url)
    if lab:
        return _lab_target(url, lab[1].lower(), (lab[2] or "").lower())
    no_lab = _NO_LAB.match(url)
    if no_lab:
        lab_or_labs = no_lab[1].lower()
        raise UsageError(f"{_shown(url)} is no lab URL: write {lab_or_labs}: or {lab_or_labs}:FAULT, no more")
    if re.search(r"[\x00-\x1f\x7f]", url):
        raise UsageError(f"the URL {_shown(url)} holds a control character: percent-encode it")
    if re.search(r"[\ud800-\udc7f\udd00-\udfff]", url):
        raise UsageError(f"the URL {_shown(url)} holds half a character (a lone surrogate)")
    notes: list[str] = []
    scheme, rest = _split_scheme(url, notes)
    rest, hash_sign, _ = rest.partition("#")
    if hash_sign:
        notes.append("the fragment (#…) is never sent and was dropped (RFC 6455 §3)")
    match = re.fullmatch(r"([^/?]*)(.*)", rest)
    authority, tail = (match[1], match[2]) if match else (rest, "")
    userinfo, authority = _split_userinfo(authority, url, notes)
    host, port = _split_port(authority, scheme, url)
    host = _host(host, url, notes)
    resource = _resource(tail, notes)
    shown_host = f"[{host}]" if ":" in host else host
    shown = shown_host if port == DEFAULT_PORTS[scheme] else f"{shown_host}:{port}"
    return Target(f"{scheme}://{shown}{resource}", scheme, host, port, resource, userinfo, None, tuple(notes))


def is_near(host: str) -> bool:
    """Whether a host is this machine or an address of a private network; a name is near when it can be nothing else."""
    import ipaddress

    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_private or address.is_loopback or address.is_link_local


def at_lab(target: Target, port: int) -> Target:
    """The lab target once its server listens on a loopback port; `url` stays what was typed."""
    host = "localhost" if target.secure else "127.0.0.1"
    note = f"the embedded server, at {target.scheme}://127.0.0.1:{port}/{target.lab}"
    return Target(target.url, target.scheme, host, port, f"/{target.lab}", None, target.lab, (*target.notes, note))


def _lab_target(url: str, scheme: str, fault: str) -> Target:
    return Target(
        url=f"{scheme}:{fault}",
        scheme="wss" if scheme == "labs" else "ws",
        host="127.0.0.1",
        port=0,
        resource=f"/{fault}",
        lab=fault,
    )


def _split_scheme(url: str, notes: list[str]) -> tuple[str, str]:
    match = _SCHEME.match(url)
    if match:
        scheme = match[1].lower()
        if scheme not in _SCHEMES:
            raise unknown("scheme", scheme, _SCHEMES)
        if scheme in ("http", "https"):
            notes.append(f"{scheme}:// was read as {_SCHEMES[scheme]}://")
        return _SCHEMES[scheme], url[match.end() :]
    slashless = _SLASHLESS.match(url)
    if slashless:
        raise UsageError(f"{_shown(url)} lacks the two slashes: write {slashless[1].lower()}://…")
    if url.startswith("/"):
        raise UsageError(f"{_shown(url)} has no host: write for example ws://127.0.0.1:9001/chat")
    authority = re.split(r"[/?#]", url, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":[0-9]*$", "", authority)
    scheme = "ws" if _LOOPBACK.fullmatch(host) else "wss"
    notes.append(f"no scheme was given: {scheme}:// was assumed")
    return scheme, url


def _split_userinfo(authority: str, url: str, notes: list[str]) -> tuple[tuple[str, str] | None, str]:
    before, at, rest = authority.rpartition("@")
    if not at:
        return None, authority
    from urllib.parse import unquote

    user, _, password = before.partition(":")
    notes.append("the userinfo of the URL is sent as Basic credentials and never shown")
    return (unquote(user), unquote(password)), rest


def _split_port(authority: str, scheme: str, url: str) -> tuple[str, int]:
    if authority.count(":") > 1 and "[" not in authority:
        raise UsageError(f"an IPv6 address stands in brackets: write {scheme}://[{authority}]/…")
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(.*))?", authority)
    if not match:
        raise UsageError(f"the host in {_shown(url)} cannot be read")
    host, port = match[1], match[2]
    if re.search(r"\s", host):
        raise UsageError(f"the host {host!r} holds a blank: a host name has none")
    if not host or host == "[]":
        raise UsageError(f"{_shown(url)} has no host")
    if not port:
        return host, DEFAULT_PORTS[scheme]
    if not re.fullmatch(r"[0-9]{1,10}", port) or not 1 <= int(port) <= 65535:
        raise UsageError(f"{port!r} in {_shown(url)} is no port: a port is a number from 1 to 65535")
    return host, int(port)


def _host(host: str, url: str, notes: list[str]) -> str:
    if host.startswith("["):
        return _ipv6(host[1:-1], url)
    if not host.isascii():
        host = _to_ascii(host, url, notes)
    labels = host.removesuffix(".").split(".")
    if len(host) > 254 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UsageError(f"{host!r} is no host name: letters, digits, '-' and '.' make one")
    if all(label.isdigit() for label in labels) and (len(labels) != 4 or any(int(label) > 255 for label in labels)):
        raise UsageError(f"{host!r} is no IPv4 address: that is four numbers from 0 to 255")
    return host.lower()


def _ipv6(text: str, url: str) -> str:
    import ipaddress

    address, percent, zone = text.replace("%25", "%").partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        raise UsageError(f"{text!r} in {_shown(url)} is no IPv6 address") from None
    return f"{address}%{zone}" if percent else address


def _to_ascii(host: str, url: str, notes: list[str]) -> str:
    import idna

    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise UsageError(f"{host!r} is no host name: {error}") from None
    notes.append(f"the host name {host} is sent as {ascii_host}")
    return ascii_host


def _resource(tail: str, notes: list[str]) -> str:
    """RFC 6455 §3: the path, "/" when it is empty, and "?" with the query when there is one."""
    resource = tail if tail.startswith("/") else "/" + tail
    encoded = _ENCODE.sub(_percent, resource)
    if encoded != resource:
        notes.append(f"characters that a URL cannot hold were percent-encoded: {encoded}")
    return encoded


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8", "surrogateescape"))


def _shown(url: str) -> str:
    """The URL for a message, without any userinfo, and with its tokens masked."""
    from wscheck.core.secrets import masked_url

    bare = re.sub(r"^((?:(?:wss?|https?):/?|(?:[a-z][a-z0-9+.-]*:)?//)?)[^/?#]*@", r"\1", url, flags=re.IGNORECASE)
    return repr(masked_url(bare))
