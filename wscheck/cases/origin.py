"""Policy: which origins and hosts a server lets in (RFC 6455 §10.2). It never lowers a conformance result: a public
service is right to accept all."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import HOST, drop, put
from wscheck.cases.verdicts import informs, offered, said, silence
from wscheck.core import plan as plans
from wscheck.core.plan import Plan
from wscheck.core.target import is_near

ORDER = 200

FOREIGN_ORIGINS = Row(
    ("P-ORIGIN-01",),
    "should",
    "RFC 6455 §10.2, §4.2.2 /origin/",
    "Any page on the web can open this WebSocket from its visitors' browsers. For a public service that is right.",
    "Compare Origin with a list of your own sites, and answer 403 to others.",
)
WHOLE_ORIGIN = Row(
    ("P-ORIGIN-02",),
    "should",
    "RFC 6455 §10.2; RFC 6454 §5, §6.2",
    "An origin is compared as a whole: a prefix or a suffix of it belongs to somebody else.",
    "Parse Origin and compare scheme, host and port exactly.",
)
NULL = Row(
    ("P-ORIGIN-03",),
    "should",
    "RFC 6454 §7.1, §7.3",
    "Any sandboxed frame and any file sends 'null': it is no origin to trust.",
    "Leave 'null' out of the list of origins.",
)
ODD = Row(("P-ORIGIN-04",), "may", "RFC 6454 §6.2, §7.1", "Odd forms of the own origin; which are taken is shown.", "")
TWO = ODD._replace(
    level="should",
    why="A user agent sends one Origin; with two, a check may look at another one than is meant.",
    fix="Refuse requests with more than one Origin.",
)
NO_ORIGIN = Row(
    ("P-ORIGIN-05", "R-6455-4.2.1-23"),
    "may",
    "RFC 6455 §10.1, §4.2.1 item 7",
    "No Origin usually means no browser. Accepting it is normal, and no authentication.",
    "",
)
HIJACKING = Row(
    ("P-CSWSH-01",),
    "should",
    "RFC 6455 §10.2, §10.5",
    "A foreign page can use the visitor's cookie when the origin is not checked and no token is asked for.",
    "Check Origin, or ask for a token that only your own pages know.",
)
REBINDING = Row(
    ("P-HOST-01",),
    "should",
    "RFC 6455 §4.2.1 item 2; RFC 9110 §7.2",
    "A server on a private address that takes every Host together with its own origin is open to DNS rebinding.",
    "Accept only the host names that this server has.",
)

_EVIL = b"https://evil.invalid"


def own_origin(good: Good) -> bytes:
    """The Origin that the user named, or the one that a page of this server has (RFC 6454 §6.2)."""
    given = offered(good.plan.fields, b"Origin")
    return given or (b"https://" if good.target.secure else b"http://") + offered(good.plan.fields, HOST)


def _foreign(seen: Seen) -> Said:
    if seen.outcome != "accepted":
        return silence(seen) or Said("pass", said(seen))
    return Said("warn", f"{said(seen)}: open to pages of any site")


def _parts(origin: bytes) -> tuple[bytes, bytes, bytes]:
    """(scheme, host, port with its colon) of an origin."""
    scheme, _, rest = origin.partition(b"://")
    host, colon, port = rest.rpartition(b":")
    return (scheme, host, colon + port) if colon and port.isdigit() else (scheme, rest, b"")


def _lookalikes(origin: bytes) -> dict[str, tuple[str, bytes]]:
    scheme, host, port = _parts(origin)
    other_port = b":8444" if port == b":8443" else b":8443"
    other = b"http" if scheme == b"https" else b"https"
    return {
        "suffix": ("the own host as the start of another", b"%b://%b.evil.invalid%b" % (scheme, host, port)),
        "prefix": ("the own host as the end of another", b"%b://evil%b%b" % (scheme, host, port)),
        "path": ("the own host in a path", b"https://evil.invalid/" + host),
        "scheme": ("the own host with the other scheme", b"%b://%b%b" % (other, host, port)),
        "port": (
            "the own host with another port",
            b"%b://%b%b" % (scheme, host, other_port),
        ),
        "subdomain": ("a subdomain of the own host", b"%b://sub.%b%b" % (scheme, host, port)),
        "dot": ("the own host with a dot behind it", b"%b://%b.%b" % (scheme, host, port)),
        "userinfo": ("the own host as userinfo", b"%b://%b@evil.invalid" % (scheme, host)),
    }


def _bypass(name: str, title: str) -> Case:
    def shots(good: Good) -> tuple[Shot, ...]:
        lookalike = _lookalikes(own_origin(good))[name][1]
        return tuple(Shot(put(b"Origin", origin)(good.plan)) for origin in (_EVIL, lookalike))

    return Case(f"origin-{name}", title, WHOLE_ORIGIN, "refused like any foreign origin", shots, _like_foreign)


def _like_foreign(seen: Seen) -> Said:
    if seen.outcomes[0] == "accepted":
        return Said("skip", "every origin is accepted")
    if seen.outcome == "accepted":
        return Said("warn", f"{said(seen)}, where a foreign origin is not: {said(seen, 0)}")
    return silence(seen) or Said("pass", said(seen))


def _null(seen: Seen) -> Said:
    return Said("warn", said(seen)) if seen.outcome == "accepted" else silence(seen) or Said("pass", said(seen))


def _odd(name: str, title: str) -> Case:
    def shots(good: Good) -> tuple[Shot, ...]:
        origin = own_origin(good)
        scheme, host, port = _parts(origin)
        forms = {
            "upper": b"%b://%b%b" % (scheme.upper(), host.upper(), port),
            "default-port": origin if port else origin + (b":443" if scheme == b"https" else b":80"),
            "slash": origin + b"/",
            "list": origin + b" " + _EVIL,
            "empty": b"",
        }
        return (Shot(put(b"Origin", forms[name])(good.plan)),)

    judge = _default_port if name == "default-port" else informs
    return Case(f"origin-{name}", title, ODD, "any answer; it is shown", shots, judge)


def _default_port(seen: Seen) -> Said:
    if _parts(own_origin(seen.good))[2]:
        return Said("skip", "the port is not the default one, so there is no second way to write it")
    return informs(seen)


def _two(good: Good) -> tuple[Shot, ...]:
    return (Shot(plans.added(put(b"Origin", own_origin(good))(good.plan), b"Origin", _EVIL)),)


def _rebound(plan: Plan) -> Plan:
    return put(b"Origin", b"http://unrelated.invalid")(put(HOST, b"unrelated.invalid")(plan))


def _rebinding(seen: Seen) -> Said:
    if seen.outcome != "accepted":
        return silence(seen) or Said("pass", said(seen))
    near = is_near(seen.good.target.host)
    return Said("warn" if near else "info", f"{said(seen)}: any Host with its own Origin is let in")


def _hijacked(good: Good) -> tuple[Shot, ...]:
    foreign = put(b"Origin", _EVIL)(good.plan)
    return Shot(drop(b"Cookie")(foreign)), Shot(foreign)


def _hijacking(seen: Seen) -> Said:
    without, with_cookie = seen.outcomes
    if with_cookie != "accepted":
        return silence(seen) or Said("pass", said(seen))
    if without != "accepted":
        return Said("warn", "confirmed: a foreign origin is let in with the cookie, and not without it")
    return Said("info", "potential: a foreign origin is let in, with the cookie and without it")


def _potential(seen: Seen) -> Said:
    if seen.outcome != "accepted":
        return silence(seen) or Said("pass", said(seen))
    cookie = "cookie" in seen.good.has
    hint = (
        "the case hijacking shows whether the cookie counts"
        if cookie
        else "name a cookie (-b) to see whether it counts"
    )
    return Said("info", f"potential: a foreign origin is let in; {hint}")


SECTION = Section(
    "origin",
    "Policy: origins and hosts",
    (
        Case(
            "origin-foreign",
            "a foreign origin",
            FOREIGN_ORIGINS,
            "403, or a public service",
            one(put(b"Origin", _EVIL)),
            _foreign,
        ),
        *(_bypass(name, title) for name, (title, _) in _lookalikes(b"https://host.invalid").items()),
        Case("origin-null", "the origin 'null'", NULL, "a refusal", one(put(b"Origin", b"null")), _null),
        *(
            _odd(name, title)
            for name, title in (
                ("upper", "the own origin in capitals"),
                ("default-port", "the own origin with its default port"),
                ("slash", "the own origin with a slash behind it"),
                ("list", "the own origin and a foreign one in one field"),
                ("empty", "an empty Origin"),
            )
        ),
        Case("origin-two", "the own origin and a foreign one in two fields", TWO, "a refusal", _two, _null),
        Case("origin-missing", "no Origin", NO_ORIGIN, "any answer; it is shown", one(drop(b"Origin")), informs),
        Case(
            "hijacking",
            "a foreign origin with the cookie, and without it",
            HIJACKING,
            "a refusal",
            _hijacked,
            _hijacking,
            needs=("cookie",),
        ),
        Case(
            "hijacking-potential",
            "a foreign origin, whatever it may do",
            HIJACKING._replace(level="may"),
            "a refusal",
            one(put(b"Origin", _EVIL)),
            _potential,
        ),
        Case(
            "host-rebinding",
            "another Host with the Origin that belongs to it",
            REBINDING,
            "a refusal",
            one(_rebound),
            _rebinding,
        ),
    ),
    policy=True,
)
