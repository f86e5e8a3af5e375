"""Statuses other than a lone 101, and odd reasons."""

from __future__ import annotations

from wscheck.lab.faults import Answer, Fault, start
from wscheck.lab.request import Request
from wscheck.lab.respond import switching
from wscheck.lab.rules import refuse
from wscheck.lab.script import Draft, End, Script

_PAGE = b"<!doctype html><title>Shop</title><h1>Welcome</h1>\n"


def _before(*heads: bytes) -> Answer:
    return lambda request: Script((b"".join(heads) + switching(request).octets(),))


def _refusal(status: bytes, text: str, *lines: bytes) -> Answer:
    return lambda request: refuse(request, status, text, *lines).script()


def _page(status: bytes) -> Answer:
    def answer(request: Request) -> Script:
        lines = (b"Date: " + request.date, b"Content-Type: text/html", b"Content-Length: %d" % len(_PAGE))
        return Draft(b"HTTP/1.1 " + status, lines, _PAGE, "open").script()

    return answer


def _only(data: bytes, end: End) -> Answer:
    return lambda request: Script((data,), end)


def _as_200(request: Request) -> Script:
    lines = (*switching(request).lines, b"Date: " + request.date, b"Content-Length: 0")
    return Draft(b"HTTP/1.1 200 OK", lines).script()


_IGNORED = ("not-101", "upgrade-ignored")

FAULTS = (
    Fault("status-200-page", "a web page instead of a handshake", {"status": _IGNORED}, _page(b"200 OK")),
    Fault(
        "status-200-fields",
        "200 with all the fields of a 101",
        {"status": _IGNORED, "leftovers": ("accept-outside-101",)},
        _as_200,
    ),
    Fault("status-404", "no such path", {"status": _IGNORED}, _page(b"404 Not Found")),
    Fault("status-400", "bad request", {"status": ("not-101",)}, _refusal(b"400 Bad Request", "No.")),
    Fault("status-403", "forbidden", {"status": ("not-101",)}, _refusal(b"403 Forbidden", "Origin not allowed.")),
    Fault(
        "status-500", "a crash in the server", {"status": ("not-101",)}, _refusal(b"500 Internal Server Error", "Oops.")
    ),
    Fault(
        "status-502",
        "a proxy without its backend",
        {"status": ("not-101",)},
        _refusal(b"502 Bad Gateway", "Bad gateway."),
    ),
    Fault(
        "status-503",
        "a server that is not ready",
        {"status": ("not-101",)},
        _refusal(b"503 Service Unavailable", "Later.", b"Retry-After: 5"),
    ),
    Fault(
        "interim-100",
        "100 before the 101",
        {"status": ("interim-before-101",)},
        _before(b"HTTP/1.1 100 Continue\r\n\r\n"),
    ),
    Fault(
        "interim-103",
        "early hints before the 101",
        {"status": ("interim-before-101",)},
        _before(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"),
    ),
    Fault(
        "interim-before-refusal",
        "100 before a 403",
        {"status": ("not-101", "interim-before-refusal")},
        lambda request: Script(
            (b"HTTP/1.1 100 Continue\r\n\r\n" + refuse(request, b"403 Forbidden", "No.").octets(),), "close"
        ),
    ),
    Fault(
        "interim-only",
        "100 and nothing behind it",
        {"status": ("no-final-reply",)},
        _only(b"HTTP/1.1 100 Continue\r\n\r\n", "close"),
    ),
    Fault(
        "interim-only-hangs",
        "a 199 with the fields of a 101, then silence",
        {"status": ("no-final-reply",)},
        start(b"HTTP/1.1 199 Switching Soon"),
    ),
    Fault(
        "reason-other",
        "the reason phrase of an old draft",
        {"status": ("odd-reason",)},
        start(b"HTTP/1.1 101 WebSocket Protocol Handshake"),
    ),
    Fault("reason-empty", "no reason phrase", {"status": ("odd-reason",)}, start(b"HTTP/1.1 101 ")),
    Fault(
        "version-1.0",
        "a 101 labelled HTTP/1.0",
        {"http-version": ("switching-without-1.1",)},
        start(b"HTTP/1.0 101 Switching Protocols"),
    ),
    Fault(
        "version-2.0",
        "a 101 labelled HTTP/2.0",
        {"http-version": ("switching-without-1.1",)},
        start(b"HTTP/2.0 101 Switching Protocols"),
    ),
    Fault(
        "version-1.2",
        "a 101 labelled HTTP/1.2",
        {"http-version": ("higher-minor",)},
        start(b"HTTP/1.2 101 Switching Protocols"),
    ),
    Fault(
        "version-1.0-refusal",
        "a 404 labelled HTTP/1.0",
        {"status": _IGNORED, "http-version": ("lower",)},
        lambda request: Script((b"HTTP/1.0 404 Not Found\r\nDate: " + request.date + b"\r\n\r\nnot here\n",), "close"),
    ),
    Fault(
        "version-2.0-refusal",
        "a 400 labelled HTTP/2.0",
        {"status": ("not-101",), "http-version": ("other-major",)},
        lambda request: Script(
            (b"HTTP/2.0 400 Bad Request\r\nDate: " + request.date + b"\r\nContent-Length: 0\r\n\r\n",), "close"
        ),
    ),
)
