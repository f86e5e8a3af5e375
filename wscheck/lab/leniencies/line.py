"""The request line: method, target and version (RFC 9112 §3, RFC 6455 §4.2.1 item 1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from wscheck.core.grammar import same
from wscheck.lab.leniencies import Leniency, read_as, ruled, told, unless, without
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT
from wscheck.lab.rules import RULES, refuse
from wscheck.lab.script import Draft


def _line(pattern: bytes, version: bytes = b"") -> Callable[[Request], Request]:
    """A reader of request lines with another grammar; `version` is taken where the line names none it can read."""
    grammar = re.compile(pattern, re.DOTALL)

    def edit(request: Request) -> Request:
        match = grammar.fullmatch(request.line)
        if request.method or not match:
            return request
        found = match.groupdict(b"")
        return request._replace(
            method=found.get("method") or b"GET",
            target=found.get("target") or b"/",
            version=found.get("version") or version,
        )

    return edit


def _unasked(request: Request) -> bool:
    names = (b"Upgrade", b"Connection", b"Sec-WebSocket-Key", b"Sec-WebSocket-Version")
    return not any(request.all(name) for name in names)


_FOR_UNASKED = ("upgrade", "connection", "version", "key")


def _long(request: Request) -> Draft | None:
    return refuse(request, b"414 URI Too Long", "The request line is too long.") if len(request.line) > 1024 else None


def _too_long(request: Request) -> Draft | None:
    too_long = len(request.line) > 32768
    return refuse(request, b"500 Internal Server Error", "A buffer is full.") if too_long else None


def _not_absolute(request: Request) -> Draft | None:
    absolute = not request.target.startswith(b"/")
    return refuse(request, b"400 Bad Request", "The target does not begin with a slash.") if absolute else None


def _inexact(request: Request) -> Draft | None:
    """Wants its own path in one spelling."""
    inexact = b"?" in request.target or request.target.startswith(b"//")
    return refuse(request, b"404 Not Found", "There is no such page.") if inexact else None


def _only_1_1(request: Request) -> Draft | None:
    wrong = request.version != b"1.1"
    return refuse(request, b"505 HTTP Version Not Supported", "Only HTTP/1.1.") if wrong else None


LENIENCIES = (
    Leniency(
        "lenient-unasked",
        "switches for a request that asks for nothing",
        told(fail="plain-get"),
        STRICT._replace(
            rules={name: unless(_unasked, rule) if name in _FOR_UNASKED else rule for name, rule in RULES.items()}
        ),
    ),
    Leniency(
        "lenient-method",
        "takes any method",
        told(fail="method-post method-put method-head method-options method-connect method-unknown method-lowercase"),
        without("method"),
    ),
    Leniency(
        "lenient-method-case",
        "compares the method without case",
        told(fail="method-lowercase"),
        ruled("method", unless(lambda request: same(request.method, b"GET"), RULES["method"])),
    ),
    Leniency("lenient-http-1.0", "switches for HTTP/1.0", told(fail="http-1.0"), without("http-1.0")),
    Leniency(
        "lenient-http-version",
        "does not read the version of the request line",
        told(fail="http-lowercase http-other-name http-0.9"),
        read_as(_line(rb"(?P<method>[A-Z]+) (?P<target>/\S*)(?: [A-Za-z/0-9.]+)?", b"1.1")),
    ),
    Leniency(
        "lenient-http-major",
        "takes a higher major version for HTTP/1.1",
        told(warn="http-2.0 http-9.9"),
        without("major"),
    ),
    Leniency("lenient-http-minor", "wants exactly HTTP/1.1", told(warn="http-1.2"), ruled("minor", _only_1_1)),
    Leniency(
        "lenient-target-space",
        "takes what stands between the first and the last space for the target",
        told(warn="target-space"),
        read_as(_line(rb"(?P<method>[A-Z]+) (?P<target>/.*) HTTP/(?P<version>[0-9]\.[0-9])")),
    ),
    Leniency(
        "lenient-line-blanks",
        "splits the request line at any blanks",
        told(info="line-tabs"),
        read_as(_line(rb"(?P<method>[A-Z]+)[ \t]+(?P<target>\S+)[ \t]+HTTP/(?P<version>[0-9]\.[0-9])")),
    ),
    Leniency(
        "lenient-target-missing",
        "takes a request line without a target for one with a slash",
        told(info="target-missing"),
        read_as(_line(rb"(?P<method>[A-Z]+) HTTP/(?P<version>[0-9]\.[0-9])")),
    ),
    Leniency(
        "lenient-absolute-form",
        "does not know the absolute form of a target",
        told(fail="absolute-form"),
        ruled("absolute", _not_absolute),
    ),
    Leniency(
        "lenient-line-1k",
        "takes a request line of 1024 octets and no more",
        told(warn="target-2000 target-7900"),
        ruled("long", _long),
    ),
    Leniency(
        "lenient-line-500",
        "breaks with 500 on a request line of more than 32 KiB",
        told(fail="target-70000", warn="refusals-4xx"),
        ruled("long", _too_long),
    ),
    Leniency(
        "lenient-path-exact",
        "knows its path in one spelling and without a query, which is right",
        told(warn="target-2000 target-7900"),
        ruled("exact", _inexact),
    ),
)
