"""Small servers for the gate: they open rightly and then do what a test says."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from tests.cli.conftest import Result
from tests.peer import Act, Link, politely


def right_101(request: bytes, *fields: bytes) -> bytes:
    """The 101 to this request by RFC 6455 §4.2.2, with more fields; computed here and not by wscheck."""
    key = re.search(rb"(?i)\r\nSec-WebSocket-Key: *([^\r]*)\r\n", request)
    assert key
    digest = hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest()
    lines = (
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest),
        *fields,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"


def opening(*fields: bytes, then: Act = politely) -> Act:
    """Opens rightly with these fields, then goes on with `then`: by default it speaks WebSocket."""

    def act(link: Link) -> None:
        link.send(right_101(link.head(), *fields))
        then(link)

    return act


def refusing(status: bytes = b"503 Service Unavailable") -> Act:
    """Refuses with a status and what belongs to it."""

    def act(link: Link) -> None:
        link.head()
        link.send(
            b"HTTP/1.1 %b\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b'WWW-Authenticate: Basic realm="a"\r\nContent-Length: 0\r\n\r\n' % status
        )
        link.until_gone()

    return act


def in_turn(*acts: Act) -> Act:
    """The first connection gets the first act, and so on; the last one serves all that follow."""
    left = list(acts)

    def act(link: Link) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(link)

    return act


def report_of(result: Result) -> dict[str, Any]:
    """The one report of `--format json`."""
    report: dict[str, Any] = json.loads(result.stdout)
    assert (report["exit_code"], result.stderr) == (result.code, b"")
    return report


def check_of(report: dict[str, Any], name: str) -> dict[str, Any]:
    """One check of a report."""
    return next(check for check in report["checks"] if check["id"] == name)


def codes_of(report: dict[str, Any], name: str) -> list[str]:
    """The problem codes of one check."""
    return [problem["code"] for problem in check_of(report, name)["problems"]]
