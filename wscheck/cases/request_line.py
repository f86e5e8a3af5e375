"""The request line: method, target, version (RFC 9112 §3, RFC 6455 §4.2.1 item 1)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.cases import Case, Edit, Good, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import (
    CONNECTION,
    EXTENSIONS,
    KEY,
    PROTOCOL,
    UPGRADE,
    VERSION,
    accepted,
    drop,
    http,
    method,
    open_case,
    put,
    query,
    refused,
    shown,
    target,
    then,
    whole,
)
from wscheck.cases.verdicts import either, must_accept, offered, said, silence
from wscheck.core import plan as plans
from wscheck.core.plan import Plan

ORDER = 10

UNASKED = Row(
    ("R-9110-7.8-10",),
    "must",
    "RFC 9110 §7.8; RFC 6455 §4.2.1 items 3, 4",
    "A request that asks for no upgrade is ordinary HTTP; a 101 leaves its client without a reply.",
    "Switch only for requests that carry Upgrade: websocket, Connection: Upgrade, a key and version 13.",
)
METHOD = Row(
    ("R-6455-4.2.1-01",),
    "must",
    "RFC 6455 §4.2.1 item 1",
    "Only GET opens a WebSocket; forms and scripts can send the other methods by accident.",
    "Answer other methods with 405 and Allow: GET.",
)
METHOD_CASE = Row(
    ("R-9112-3.1-01",),
    "must",
    "RFC 9112 §3.1; RFC 9110 §9.1",
    "Methods are case-sensitive: 'get' is another method, and nobody knows it.",
    "Compare the method as it stands.",
)
HTTP_10 = Row(
    ("R-9110-7.8-11",),
    "must",
    "RFC 9110 §7.8, §15.2",
    "Upgrade in an HTTP/1.0 request is ignored, and an HTTP/1.0 client never gets a 1xx reply.",
    "Look at the version of the request before the upgrade; refuse 1.0 with 400 or 426.",
)
MALFORMED_VERSION = Row(
    ("R-9112-2.3-10",),
    "must",
    "RFC 9112 §2.3",
    "HTTP-version is 'HTTP/' and two digits, in capitals; anything else is not HTTP/1.1.",
    "Parse the version by its grammar; answer 400, or 505 for one that is not spoken.",
)
OTHER_MAJOR = MALFORMED_VERSION._replace(
    level="should", why="A higher major version is another protocol; answering it as 1.1 promises what is not there."
)
HIGHER_MINOR = Row(
    ("R-9110-6.2-10",),
    "should",
    "RFC 9110 §6.2; RFC 6455 §4.2.1 item 1",
    "A higher minor version is processed as the highest known one: the handshake asks for 1.1 or higher.",
    "Compare the version as 'at least 1.1' instead of as equal to 1.1.",
)
BAD_LINE = Row(
    ("R-9112-3-10",),
    "should",
    "RFC 9112 §3, §2.2",
    "A request line off the grammar can be read in two ways by two programs in the path.",
    "Answer a request line that is not 'method SP target SP version' with 400 and close.",
)
LENIENT_LINE = BAD_LINE._replace(level="may")
ABSOLUTE = Row(
    ("R-9112-3.2.2-10",),
    "must",
    "RFC 9112 §3.2.2",
    "A server accepts the absolute form of a target, as proxies send it.",
    "Take path and query out of 'http://host/path'; its host beats the Host field.",
)
ABSOLUTE_WS = Row(("R-6455-4.1-30",), "may", "RFC 6455 §4.1 request step 3", "Absolute targets use http or https.", "")
FRAGMENT = Row(("R-6455-3-10",), "may", "RFC 6455 §3", "A fragment is never sent; 400 is right, tolerance is too.", "")
LONG = Row(
    ("R-9112-3-11",),
    "should",
    "RFC 9112 §3",
    "Request lines of 8000 octets should work: tokens in a query make them long.",
    "Raise the limit of the request line (nginx large_client_header_buffers, Apache LimitRequestLine).",
)
TOO_LONG = Row(
    ("R-9112-3-11",),
    "must",
    "RFC 9112 §3; RFC 9110 §15.5.15",
    "A target longer than the server takes gets 414, so that the client learns why.",
    "Answer 414 URI Too Long and close.",
)
NO_SUCH_SERVICE = Row(
    ("R-6455-4.2.2-30",),
    "may",
    "RFC 6455 §4.2.2 /resource name/",
    "A service that does not exist gets an HTTP error; a server with a single service may ignore the path.",
    "",
)
RESOURCE = Row(
    ("R-6455-3-11",), "may", "RFC 6455 §3, §4.1 request step 3", "The query is part of the resource name.", ""
)


def _long(octets: int) -> Edit:
    """A query that makes the request line this long, so that a long path of the URL does not pass the limit."""

    def edit(plan: Plan) -> Plan:
        line = len(plan.method) + len(query(b"x=")(plan).target) + len(plan.version) + 2
        return query(b"x=" + b"a" * max(octets - line, 0))(plan)

    return edit


def _bare(plan: Plan) -> Plan:
    return drop(UPGRADE, CONNECTION, KEY, VERSION, PROTOCOL, EXTENSIONS)(plan)


def _targetless(plan: Plan) -> Plan:
    octets = plans.craft(plan)
    return plan._replace(whole=octets.replace(b" " + plan.target + b" ", b" ", 1))


def _elsewhere(old: bytes) -> bytes:
    path, mark, query_text = old.partition(b"?")
    return path.rstrip(b"/") + b"/wscheck-no-such-path" + mark + query_text


def _absolute(scheme: bytes) -> Callable[[Good], tuple[Shot, ...]]:
    """The target in absolute form; `http` becomes `https` where the URL is wss."""

    def shots(good: Good) -> tuple[Shot, ...]:
        plan = good.plan
        host = offered(plan.fields, b"Host")
        secure = b"s" if good.target.secure else b""
        return (Shot(plan._replace(target=scheme + secure + b"://" + host + plan.target)),)

    return shots


def _limit(seen: Seen) -> Said:
    """A 101, or a refusal with 4xx: the limit is the server's."""
    status = seen.answer.status if seen.answer else None
    if status is not None and status != 101 and not 400 <= status < 500:
        return Said("fail", said(seen))
    if seen.outcome == "closed":
        return Said("warn", said(seen))
    return silence(seen) or Said("pass", said(seen))


SECTION = Section(
    "request-line",
    "The request line",
    (
        refused(UNASKED, "plain-get", "a plain GET without Upgrade, Connection and Sec-WebSocket fields", _bare),
        refused(METHOD, "method-post", "POST", then(method(b"POST"), put(b"Content-Length", b"0"))),
        refused(METHOD, "method-put", "PUT", then(method(b"PUT"), put(b"Content-Length", b"0"))),
        refused(METHOD, "method-head", "HEAD", method(b"HEAD")),
        refused(METHOD, "method-options", "OPTIONS", method(b"OPTIONS")),
        refused(METHOD, "method-connect", "CONNECT", method(b"CONNECT")),
        refused(METHOD, "method-unknown", "a method that nobody knows", method(b"FOO")),
        refused(METHOD_CASE, "method-lowercase", "'get' instead of GET", method(b"get")),
        refused(HTTP_10, "http-1.0", "HTTP/1.0", http(b"HTTP/1.0")),
        refused(MALFORMED_VERSION, "http-lowercase", "'http/1.1' in lower case", http(b"http/1.1")),
        refused(MALFORMED_VERSION, "http-other-name", "HTCPCP/1.0", http(b"HTCPCP/1.0")),
        refused(
            MALFORMED_VERSION,
            "http-0.9",
            "no version at all",
            whole(lambda octets: octets.replace(b" HTTP/1.1\r\n", b"\r\n", 1)),
        ),
        refused(OTHER_MAJOR, "http-2.0", "HTTP/2.0 in a request line", http(b"HTTP/2.0"), "warn"),
        refused(OTHER_MAJOR, "http-9.9", "HTTP/9.9", http(b"HTTP/9.9"), "warn"),
        accepted(HIGHER_MINOR, "http-1.2", "HTTP/1.2", http(b"HTTP/1.2"), "warn"),
        refused(BAD_LINE, "target-space", "a raw space inside the target", target(lambda old: old + b"?a b"), "warn"),
        open_case(
            LENIENT_LINE,
            "line-tabs",
            "tabs instead of spaces in the request line",
            whole(lambda octets: octets.replace(b" ", b"\t", 2)),
            "info",
        ),
        open_case(LENIENT_LINE, "target-missing", "no target in the request line", _targetless, "info"),
        Case(
            "absolute-form",
            "the target in absolute form",
            ABSOLUTE,
            "101 with the right Accept",
            _absolute(b"http"),
            must_accept(),
        ),
        Case(
            "absolute-form-ws",
            "the target as a ws URL",
            ABSOLUTE_WS,
            "a 101 or a refusal, both are legal",
            _absolute(b"ws"),
            either(),
        ),
        open_case(FRAGMENT, "target-fragment", "a fragment in the target", target(lambda old: old + b"#frag")),
        accepted(LONG, "target-2000", "a request line of 2000 octets", _long(2000), "warn"),
        accepted(LONG, "target-7900", "a request line of 7900 octets", _long(7900), "warn"),
        Case(
            "target-70000",
            "a request line of 70000 octets",
            TOO_LONG,
            "414 or another 4xx, or a 101",
            one(_long(70000)),
            _limit,
            intrusive=True,
        ),
        shown(NO_SUCH_SERVICE, "path-unknown", "a path that does not exist", target(_elsewhere)),
        shown(RESOURCE, "query-added", "a query", query(b"wscheck=1")),
        shown(RESOURCE, "query-empty", "an empty query", target(lambda old: old if b"?" in old else old + b"?")),
        shown(RESOURCE, "query-encoded", "a percent-encoded octet in the query", query(b"%77scheck=%31")),
        shown(RESOURCE, "path-double-slash", "two slashes at the start of the path", target(lambda old: b"/" + old)),
        shown(RESOURCE, "path-dots", "'/..' in front of the path", target(lambda old: b"/.." + old)),
    ),
)
