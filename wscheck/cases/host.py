"""Host: one of the few places where the status itself is mandated (RFC 9112 §3.2)."""

from __future__ import annotations

from wscheck.cases import Row, Section
from wscheck.cases.build import HOST, bad_request, drop, more, put, shown
from wscheck.cases.verdicts import offered
from wscheck.core.plan import Plan

ORDER = 20

_FIX = "Answer 400 to a request whose Host is missing, stands twice, or is not a host and a port."
MISSING = Row(
    ("R-9112-3.2-10",),
    "must",
    "RFC 9112 §3.2; RFC 6455 §4.2.1 item 2",
    "Without Host nobody knows which service is meant; HTTP/1.1 asks for 400.",
    _FIX,
)
TWICE = Row(
    ("R-9112-3.2-11",),
    "must",
    "RFC 9112 §3.2",
    "With two Hosts a proxy and the server behind it may each take another one.",
    _FIX,
)
INVALID = Row(
    ("R-9112-3.2-12",),
    "must",
    "RFC 9112 §3.2; RFC 9110 §7.2",
    "A Host that is no host and port is read differently by different programs.",
    _FIX,
)
UNRELATED = Row(
    ("R-6455-4.2.1-02",),
    "may",
    "RFC 6455 §4.2.1 item 2",
    "Host names an authority that this server serves; a server may also serve every name.",
    "",
)


def _twice_equal(plan: Plan) -> Plan:
    return more(HOST, offered(plan.fields, HOST))(plan)


SECTION = Section(
    "host",
    "Host",
    (
        bad_request(MISSING, "host-missing", "no Host", drop(HOST)),
        bad_request(TWICE, "host-twice-equal", "the same Host twice", _twice_equal),
        bad_request(TWICE, "host-twice-different", "two Hosts", more(HOST, b"other.invalid")),
        bad_request(INVALID, "host-space", "a space in Host", put(HOST, b"a b")),
        bad_request(INVALID, "host-bad-port", "a port that is no number", put(HOST, b"exa_mple:99999x")),
        bad_request(INVALID, "host-userinfo", "userinfo in Host", put(HOST, b"user@host.invalid")),
        bad_request(INVALID, "host-open-bracket", "an open bracket in Host", put(HOST, b"[::1")),
        shown(UNRELATED, "host-unrelated", "a name that is not this server's", put(HOST, b"unrelated.invalid")),
    ),
)
