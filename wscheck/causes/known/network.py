"""Names, addresses, and connections that bring nothing."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.causes.sentences import brings, detail
from wscheck.core.evidence import Evidence
from wscheck.core.visible import printable


def _tried(evidence: Evidence) -> tuple[str, ...]:
    if len(evidence.main.attempts) < 2:
        return ()
    return tuple(
        printable(f"{attempt.address}: {attempt.failure or 'connected'}.") for attempt in evidence.main.attempts
    )


def dns(evidence: Evidence) -> Found | None:
    """The name has no address."""
    if not evidence.failed("dns"):
        return None
    host = evidence.target.host
    timed_out = evidence.failed("dns", "timeout")
    family = evidence.family
    return Found(
        0.97 if not family else 0.8,
        f"The name {host} cannot be resolved (DNS)" + (": the resolver does not answer." if timed_out else "."),
        (
            detail(evidence),
            f"Only IPv{family} was asked for: the name may have addresses of the other family." if family else "",
        ),
        (
            "Check the spelling of the host, and that the record exists where this machine asks (an inner name "
            "needs the "
            "inner DNS, a VPN, or a line in /etc/hosts):",
            f"    getent hosts {host}",
            f"    dig {host}",
            "To go on without DNS:",
            f"    wscheck probe --resolve {host}:{evidence.target.port}:ADDRESS …",
        ),
    )


def refused(evidence: Evidence) -> Found | None:
    """Nothing listens there."""
    if not evidence.failed("tcp", "refused", "not-found"):
        return None
    if evidence.failed("tcp", "not-found") or evidence.main.route.startswith("unix"):
        return _no_socket(evidence)
    place = (
        evidence.target.authority
        if ":" in evidence.target.authority
        else f"{evidence.target.authority}:{evidence.target.port}"
    )
    return Found(
        0.6 if _family_helps(evidence) else 0.96,
        f"The connection to {place} is refused: nothing listens on this port.",
        (detail(evidence), *_tried(evidence), brings(evidence, "other-family")),
        (
            "Start the server, or correct the port. On its machine, see what is running and on which address it "
            "listens:",
            "    ss -ltnp",
            "A server bound to 127.0.0.1 is out of reach from outside its machine or container: bind it to "
            "0.0.0.0 (and ::), "
            "and publish the port (docker run -p).",
        ),
    )


def _no_socket(evidence: Evidence) -> Found:
    """A unix socket that is not there, or behind which nobody listens any more."""
    gone = evidence.failed("tcp", "not-found")
    return Found(
        0.96,
        "There is no such unix socket." if gone else "Nobody listens at this unix socket.",
        (detail(evidence),),
        (
            "Start the server, or correct --unix-socket: its own configuration names the path.",
            "    ss -lxp      # the sockets at which somebody listens",
            "A socket file that a dead process left behind is there and refuses: it goes when the server starts anew.",
        ),
    )


def _family_helps(evidence: Evidence) -> bool:
    other = evidence.made.get("other-family")
    return other is not None and bool(other.response)


def family(evidence: Evidence) -> Found | None:
    """The server listens on the other address family."""
    if not evidence.failed("tcp") or not _family_helps(evidence):
        return None
    other = evidence.made["other-family"]
    return Found(
        0.95,
        f"The server listens on the other address family only: {other.address} answers, "
        f"{printable(evidence.main.attempts[0].address if evidence.main.attempts else evidence.target.host)} does not.",
        (
            detail(evidence),
            brings(evidence, "other-family"),
            "localhost may mean ::1 or 127.0.0.1 (Node 17 and newer take the resolver's order).",
        ),
        (
            "Use the address that answers, or bind the server to both:",
            f"    {evidence.target.scheme}://{printable(other.address or '')}{evidence.path}",
            "    uvicorn --host :: …        # or server.listen(port, '::') in Node",
        ),
    )


def filtered(evidence: Evidence) -> Found | None:
    """The packets get no answer."""
    if not evidence.failed("tcp", "timeout"):
        return None
    return Found(
        0.88,
        f"Nothing answers at {evidence.target.host}: a firewall drops the packets, or the machine is down.",
        (detail(evidence), *_tried(evidence), "A port that is merely closed would refuse at once."),
        (
            "Open the port in the firewall (security group, network policy), and check address and route:",
            f"    nc -vz {evidence.target.host} {evidence.target.port}",
            "A server that takes no more connections (its queue is full, it hangs) looks the same.",
        ),
    )


def unreachable(evidence: Evidence) -> Found | None:
    """No way to this network."""
    if not evidence.failed("tcp", "unreachable"):
        return None
    return Found(
        0.93,
        f"There is no way to {evidence.target.host} from here: the network or the host is unreachable.",
        (detail(evidence), *_tried(evidence)),
        (
            "Check route, VPN and interface. An IPv6 address without an IPv6 network is the usual reason: try -4.",
            "    ip route get ADDRESS",
        ),
    )


def one_address(evidence: Evidence) -> Found | None:
    """Another address of the same name opens."""
    if not evidence.opens("other-address") or evidence.switching:
        return None
    other = evidence.made["other-address"]
    return Found(
        0.9,
        f"One address of the name is at fault: {printable(evidence.main.address or 'this one')} fails, "
        f"{printable(other.address or '')} opens.",
        (brings(evidence, "other-address"),),
        (
            "Repair the machine behind this address, or take it out of DNS and the load balancer:",
            "    wscheck probe --each-address …",
        ),
    )


CAUSES = (
    Cause(
        "dns",
        "The name cannot be resolved",
        "network",
        "A typing error, a name of an inner network, or a resolver out of reach.",
        ("ENOTFOUND", "Name or service not known", "ERR_NAME_NOT_RESOLVED"),
        ("Check spelling and record; --resolve goes without DNS.",),
        ("getent hosts NAME",),
        dns,
    ),
    Cause(
        "refused",
        "Nothing listens on this port",
        "network",
        "The server does not run, or listens on another port or address.",
        ("ECONNREFUSED", "ERR_CONNECTION_REFUSED"),
        ("Start it; bind it to 0.0.0.0 in a container.",),
        ("ss -ltnp on its machine",),
        refused,
    ),
    Cause(
        "wrong-address-family",
        "The server listens on the other address family",
        "network",
        "It is bound to 127.0.0.1 and localhost means ::1, or the reverse.",
        ("ECONNREFUSED ::1",),
        ("Use the address that answers, or bind to both.",),
        ("-4 and -6 differ.",),
        family,
    ),
    Cause(
        "filtered",
        "A firewall drops the packets",
        "network",
        "The connection gets no answer at all, not even a refusal.",
        ("a time-out while connecting", "ERR_CONNECTION_TIMED_OUT"),
        ("Open the port; check address and route.",),
        ("From another network it connects.",),
        filtered,
    ),
    Cause(
        "unreachable-network",
        "There is no way to this network",
        "network",
        "No route, no VPN, or IPv6 without a network.",
        ("ENETUNREACH", "EHOSTUNREACH"),
        ("Check route and VPN; try -4.",),
        ("ip route get ADDRESS",),
        unreachable,
    ),
    Cause(
        "one-address-bad",
        "One of several addresses is at fault",
        "network",
        "The name has several addresses, and not all work.",
        ("it fails now and then",),
        ("Repair or remove that address.",),
        ("--each-address probes all.",),
        one_address,
    ),
)
