"""Forward proxies between the client and the network."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.products import recognised
from wscheck.causes.sentences import brings
from wscheck.core.evidence import Evidence
from wscheck.core.visible import printable


def _proxy(evidence: Evidence) -> str:
    return printable(f"{evidence.proxy or 'the proxy'}{f' ({evidence.proxy_origin})' if evidence.proxy_origin else ''}")


def _said(evidence: Evidence) -> str:
    reply = evidence.connect
    if reply is None:
        return printable(f"{evidence.failure.detail}.") if evidence.failure else ""
    named = next((f" It is {product.name}." for product in recognised(reply)), "")
    error = f" X-Squid-Error: {reply.field('X-Squid-Error')}." if reply.has("X-Squid-Error") else ""
    return f"The proxy answered CONNECT with {reply.line}.{error}{named}"


def _status(evidence: Evidence) -> int | None:
    return evidence.connect.status if evidence.connect else None


# How a web server answers CONNECT, which it does not know: as it answers any request that is not for it.
_NO_PROXY = (301, 302, 303, 307, 308, 400, 404, 405, 421, 426, 501)


def _signs_as_proxy(evidence: Evidence) -> bool:
    """Whether what answered CONNECT says itself that it is a proxy; a web server may repeat the method."""
    page = evidence.connect
    marks = ("Via", "Proxy-Agent", "Proxy-Connection", "Proxy-Authenticate", "X-Squid-Error")
    if page is None:
        return False
    return any(page.has(name) for name in marks) or page.says(r"\bprox(?:y|ies)\b|squid") is not None


def no_proxy_there(evidence: Evidence) -> Found | None:
    """What listens at the proxy's address answers, and is no proxy of that kind."""
    status = _status(evidence)
    other = evidence.failed("proxy", "protocol")
    if not other and not (evidence.failed("proxy", "denied") and status in _NO_PROXY):
        return None
    if _signs_as_proxy(evidence):
        return None
    return Found(
        0.9 if other else 0.75,
        f"What listens at {_proxy(evidence)} is hardly a proxy of that kind: its answer is "
        + ("of another protocol." if other else f"a web server's, {status} to CONNECT."),
        (_said(evidence), "The handshake was never sent.", brings(evidence, "without-proxy")),
        (
            "Correct host, port and scheme of the proxy (http, https, socks4, socks5 …), or leave it out:",
            "    wscheck probe -x '' …",
        ),
        ("The configuration of the proxy names its ports: 3128 and 8080 are usual, 1080 for SOCKS.",),
    )


def denied(evidence: Evidence) -> Found | None:
    """CONNECT is refused."""
    if not evidence.failed("proxy", "denied") or _status(evidence) == 407:
        return None
    status = _status(evidence)
    port = evidence.target.port
    gone = status in (500, 502, 503, 504)
    if status in _NO_PROXY and evidence.connect is not None and not _signs_as_proxy(evidence):
        return None  # `no_proxy_there`
    unnamed = evidence.connect is not None and evidence.connect.says(
        r"ERR_DNS_FAIL|unable to determine ip address|name error|domain name does not exist|could ?n[o']t resolve"
    )
    return Found(
        0.95 if not gone else 0.7,
        f"The forward proxy {_proxy(evidence)} denied CONNECT"
        + (f" with {status}" if status else "")
        + (
            ": it cannot reach the target itself (its name, its port, or the network)."
            if gone
            else f" to {evidence.target.host}:{port}: a rule of its own forbids it."
        ),
        (
            _said(evidence),
            "The reply is the proxy's and not the target's: the handshake was never sent.",
            f"Many proxies allow CONNECT to port 443 only, and this is {port}." if port != 443 and not gone else "",
            "It cannot resolve the name of the target." if unnamed else "",
            brings(evidence, "without-proxy"),
        ),
        (
            *(_from_there(evidence.target.host, port) if gone else _allowed(port)),
            "Or go round it where it is not needed: --noproxy HOST, or no_proxy in the environment.",
        ),
    )


def _from_there(host: str, port: int) -> tuple[str, ...]:
    return (
        f"Check, seen from the proxy, that {host} resolves (DNS), and port {port} listens:",
        f"    curl -v telnet://{host}:{port}      # on the proxy's machine",
    )


def _allowed(port: int) -> tuple[str, ...]:
    return (
        "Use port 443 and wss://, which proxies let through, or have the proxy allow this port and host. squid:",
        f"    acl SSL_ports port {port}",
        f"    acl Safe_ports port {port}",
        "    http_access allow CONNECT SSL_ports",
        "    http_access deny all      # these lines stand before it",
    )


def login(evidence: Evidence) -> Found | None:
    """The proxy wants credentials."""
    theirs = evidence.status == 407
    if not theirs and not (evidence.failed("proxy", "denied") and _status(evidence) == 407):
        return None
    reply = evidence.reply if theirs else evidence.connect
    challenge = reply.field("Proxy-Authenticate") if reply else ""
    return Found(
        0.97,
        f"407: the forward proxy{'' if theirs else ' ' + _proxy(evidence)} asks for a login (proxy authentication).",
        (
            _said(evidence)
            if not theirs
            else "The target itself answers 407, so it is a forward proxy and no WebSocket server.",
            f"Proxy-Authenticate: {challenge}" if challenge else "",
            "The handshake was never sent." if not theirs else "",
        ),
        (
            "Give the proxy's credentials (user and password):",
            "    wscheck probe -x http://USER:PASSWORD@PROXY:PORT …",
            "    export https_proxy=http://USER:PASSWORD@PROXY:PORT",
            "Or go round it where it is not needed: --noproxy HOST.",
        ),
    )


def out_of_reach(evidence: Evidence) -> Found | None:
    """The proxy itself fails."""
    if not evidence.failed("proxy") or evidence.failed("proxy", "denied", "protocol"):
        return None
    return Found(
        0.85,
        f"The forward proxy {_proxy(evidence)} itself is out of reach, or is no such proxy.",
        (_said(evidence), brings(evidence, "without-proxy")),
        (
            "Check the proxy's address, port and scheme (http, https, socks5h):",
            "    wscheck probe -x '' …      # without any proxy",
        ),
    )


def in_the_way(evidence: Evidence) -> Found | None:
    """A variable of the environment sends the handshake to a proxy that does not let it through."""
    opens = evidence.replies.get("without-proxy") is not None
    if (
        evidence.proxy is None
        or evidence.proxy_origin in ("", "-x")
        or evidence.switching
        or not (opens or evidence.failed("proxy"))
    ):
        return None
    return Found(
        0.98 if opens else 0.45,
        f"The environment sends this to a proxy: the variable {printable(evidence.proxy_origin)} names "
        f"{printable(evidence.proxy)}, which stands in the way.",
        (_said(evidence), brings(evidence, "without-proxy") + (" The target is reached directly." if opens else "")),
        (
            "Except this host from the proxy, or leave the proxy out:",
            f"    export no_proxy={evidence.target.host}",
            "    wscheck probe -x '' …",
        ),
    )


CAUSES = (
    Cause(
        "forward-proxy-is-none",
        "What listens at the proxy's address is no proxy",
        "network",
        "A web server, or a proxy of another kind: it answers, and knows no CONNECT (or no SOCKS).",
        ("CONNECT answered with 404, 405 or 400", "octets that are no SOCKS"),
        ("Correct host, port and scheme of the proxy.",),
        ("A request of another kind (curl -v http://PROXY/) shows who listens there.",),
        no_proxy_there,
    ),
    Cause(
        "forward-proxy-denied",
        "A forward proxy denies CONNECT",
        "network",
        "WebSockets go through an HTTP proxy by CONNECT, and many proxies allow it to port 443 only.",
        ("CONNECT answered with 403", "ERR_TUNNEL_CONNECTION_FAILED"),
        ("Use wss:// on port 443, or allow the port:", "    acl SSL_ports port 8080"),
        ("Without the proxy (-x '') it connects.",),
        denied,
    ),
    Cause(
        "forward-proxy-auth",
        "A forward proxy wants a login",
        "network",
        "The proxy answers 407 to CONNECT: it wants credentials of its own.",
        ("CONNECT answered with 407", "ERR_UNEXPECTED_PROXY_AUTH"),
        ("    wscheck probe -x http://USER:PASSWORD@PROXY:PORT …",),
        ("With credentials it connects.",),
        login,
    ),
    Cause(
        "forward-proxy-unreachable",
        "The forward proxy itself is out of reach",
        "network",
        "Address, port or scheme of the proxy are wrong, or it is down.",
        ("ERR_PROXY_CONNECTION_FAILED",),
        ("Check the proxy; -x '' goes without.",),
        ("Without the proxy it connects.",),
        out_of_reach,
    ),
    Cause(
        "proxy-environment",
        "A variable of the environment sends it to a proxy",
        "client",
        "http_proxy, https_proxy, all_proxy and their like hold for wscheck and for many libraries, not for browsers.",
        ("it works in a browser and not on the command line",),
        ("    export no_proxy=HOST",),
        ("With -x '' it opens.",),
        in_the_way,
    ),
)
