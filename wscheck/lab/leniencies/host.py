"""Host: missing, repeated, no host at all (RFC 9112 §3.2)."""

from __future__ import annotations

from wscheck.lab.leniencies import Leniency, named_lines, read_as, ruled, told, unless
from wscheck.lab.request import Request
from wscheck.lab.rules import RULES, refuse
from wscheck.lab.script import Draft


def _not_found(request: Request) -> Draft | None:
    broken = RULES["host"](request)
    return refuse(request, b"404 Not Found", "No such host.") if broken else None


def _own(request: Request) -> Draft | None:
    hosts = request.all(b"Host")
    right = RULES["host"](request) is None
    foreign = right and bool(hosts) and hosts[0].value.partition(b":")[0] not in (b"127.0.0.1", b"localhost")
    return refuse(request, b"421 Misdirected Request", "This is another host.") if foreign else None


LENIENCIES = (
    Leniency(
        "lenient-host-missing",
        "needs no Host",
        told(fail="host-missing"),
        ruled("host", unless(lambda request: not request.all(b"Host"), RULES["host"])),
    ),
    Leniency(
        "lenient-host-first",
        "reads the first Host and passes over another one",
        told(fail="host-twice-equal host-twice-different"),
        read_as(named_lines(b"Host", 0)),
    ),
    Leniency(
        "lenient-host-any",
        "does not look at what Host says",
        told(fail="host-space host-bad-port host-userinfo host-open-bracket"),
        ruled("host", unless(lambda request: len(request.all(b"Host")) == 1, RULES["host"])),
    ),
    Leniency(
        "lenient-host-404",
        "answers 404 for a bad Host",
        told(
            warn="host-missing host-twice-equal host-twice-different host-space host-bad-port host-userinfo "
            "host-open-bracket"
        ),
        ruled("host", _not_found),
    ),
    Leniency(
        "lenient-host-own",
        "serves its own host names only",
        told(ok="host-rebinding"),
        ruled("own", _own),
    ),
)
