"""Refusals that lack what belongs to them."""

from __future__ import annotations

from wscheck.lab.faults import Answer, Fault
from wscheck.lab.request import Request
from wscheck.lab.script import Draft, Script


def _reply(status: bytes, *lines: bytes, body: bytes = b"", length: bool = True, dated: bool = True) -> Answer:
    def answer(request: Request) -> Script:
        framing = (b"Content-Length: %d" % len(body),) if length else ()
        date = (b"Date: " + request.date,) if dated else ()
        return Draft(b"HTTP/1.1 " + status, (*lines, *date, *framing), body, "close").script()

    return answer


def _refusal(suffix: str, title: str, *codes: str, answer: Answer, version: str = "13") -> Fault:
    return Fault(f"refusal-{suffix}", title, {"status": ("not-101",), "refusal": codes}, answer, version=version)


FAULTS = (
    _refusal("no-challenge", "a 401 without a challenge", "no-challenge", answer=_reply(b"401 Unauthorized")),
    _refusal("no-allow", "a 405 without Allow", "no-allow", answer=_reply(b"405 Method Not Allowed")),
    _refusal("no-upgrade", "a 426 without Upgrade", "no-upgrade", answer=_reply(b"426 Upgrade Required")),
    _refusal(
        "other-upgrade",
        "a 426 that wants another protocol",
        "other-upgrade",
        answer=_reply(b"426 Upgrade Required", b"Upgrade: TLS/1.2", b"Connection: Upgrade"),
    ),
    _refusal(
        "connection-close",
        "a 426 with Upgrade and Connection: close alone",
        "upgrade-not-in-connection",
        answer=_reply(b"426 Upgrade Required", b"Upgrade: websocket", b"Connection: close"),
    ),
    _refusal("no-location", "a redirect without Location", "no-location", answer=_reply(b"302 Found")),
    _refusal(
        "redirect",
        "a redirect",
        "redirect",
        answer=_reply(b"301 Moved Permanently", b"Location: /elsewhere/"),
    ),
    _refusal(
        "other-version",
        "a 426 that takes other versions",
        "other-version",
        answer=_reply(
            b"426 Upgrade Required", b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 8, 7"
        ),
    ),
    _refusal(
        "no-version-list",
        "a version refused without a list of others",
        "no-version-list",
        answer=_reply(b"400 Bad Request"),
        version="99",
    ),
    _refusal("no-date", "a 403 without Date", "no-date", answer=_reply(b"403 Forbidden", dated=False)),
    _refusal(
        "two-framings",
        "Content-Length beside Transfer-Encoding",
        "bad-framing",
        answer=_reply(b"400 Bad Request", b"Transfer-Encoding: chunked", body=b"3\r\nno\n\r\n0\r\n\r\n"),
    ),
    _refusal(
        "bad-chunk",
        "a chunk size that is no number",
        "bad-framing",
        answer=_reply(b"400 Bad Request", b"Transfer-Encoding: chunked", body=b"xyz\r\nno\r\n", length=False),
    ),
    _refusal(
        "short",
        "less content than announced",
        "short-content",
        answer=_reply(b"400 Bad Request", b"Content-Length: 100", body=b"no\n", length=False),
    ),
)
