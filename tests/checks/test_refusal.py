"""`refusal`: a reply other than 101 is itself well made."""

from __future__ import annotations

import pytest

from tests.checks.rows import Row, hold
from wscheck.core.demand import Demands

ROWS = (
    Row(
        "right",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
        observed="a 404 with what belongs to it",
    ),
    Row(
        "401 without challenge",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"no-challenge": "error"},
    ),
    Row(
        "401 with an empty challenge",
        reply=(
            b"HTTP/1.1 401 Unauthorized\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"WWW-Authenticate:\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-challenge": "error"},
    ),
    Row(
        "401 with a challenge",
        reply=(
            b"HTTP/1.1 401 Unauthorized\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b'WWW-Authenticate: Basic realm="a"\r\n'
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "405 without Allow",
        reply=(b"HTTP/1.1 405 Method Not Allowed\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"no-allow": "error"},
    ),
    Row(
        "405 with an empty Allow",
        reply=(
            b"HTTP/1.1 405 Method Not Allowed\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Allow:\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "426 without Upgrade",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Connection: Upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-upgrade": "error"},
    ),
    Row(
        "426 with an empty Upgrade",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade:\r\n"
            b"Connection: Upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-upgrade": "error"},
    ),
    Row(
        "426 with all",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade: WebSocket\r\n"
            b"Connection: close, upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "426 with a version of the protocol",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade: h2c, websocket/13\r\n"
            b"Connection: Upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "426 wants another protocol",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade: h2c\r\n"
            b"Connection: Upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"other-upgrade": "info"},
        points={"other-upgrade": (77, b"h2c")},
        observed="the 426 wants h2c",
    ),
    Row(
        "Upgrade not in Connection",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: close\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"upgrade-not-in-connection": "error"},
        points={"upgrade-not-in-connection": (77, b"websocket")},
    ),
    Row(
        "200 with Upgrade and without Connection",
        reply=(
            b"HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n"
        ),
        status="fail",
        problems={"upgrade-not-in-connection": "error"},
    ),
    Row(
        "302 without Location",
        reply=(b"HTTP/1.1 302 Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"no-location": "warning"},
    ),
    Row(
        "302 with an empty Location",
        reply=(b"HTTP/1.1 302 Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nLocation:\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"no-location": "warning"},
    ),
    Row(
        "308 with Location",
        reply=(
            b"HTTP/1.1 308 Permanent Redirect\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Location: wss://a.example/\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"redirect": "info"},
        points={"redirect": (80, b"wss://a.example/")},
        observed="redirects to wss://a.example/",
    ),
    Row(
        "304 is no redirect",
        reply=(b"HTTP/1.1 304 Not Modified\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\n\r\n"),
        status="pass",
    ),
    Row(
        "no date",
        reply=(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        status="info",
        problems={"no-date": "info"},
    ),
    Row(
        "no date in a 503",
        reply=(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
    ),
    Row(
        "problems of weight come first in what was observed",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"no-challenge": "error", "no-date": "info"},
        observed="the 401 has no WWW-Authenticate",
    ),
    Row(
        "other versions",
        reply=(
            b"HTTP/1.1 400 Bad Request\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Sec-WebSocket-Version: 8, 7\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="info",
        problems={"other-version": "info"},
        points={"other-version": (86, b"8, 7")},
    ),
    Row(
        "13 on a second line",
        reply=(
            b"HTTP/1.1 400 Bad Request\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Sec-WebSocket-Version: 8\r\n"
            b"Sec-WebSocket-Version: 7, 13\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
    ),
    Row(
        "version refused without a list",
        reply=(
            b"HTTP/1.1 426 Upgrade Required\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"no-version-list": "error"},
        asked=b"Sec-WebSocket-Version: 99\r\n",
    ),
    Row(
        "version refused with a list",
        reply=(
            b"HTTP/1.1 400 Bad Request\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="pass",
        asked=b"Sec-WebSocket-Version: 99\r\n",
    ),
    Row(
        "version 13 refused without a list",
        reply=(b"HTTP/1.1 400 Bad Request\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
    ),
    Row(
        "another version, not found",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
        asked=b"Sec-WebSocket-Version: 99\r\n",
    ),
    Row(
        "two versions asked",
        reply=(b"HTTP/1.1 400 Bad Request\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="pass",
        asked=(b"Sec-WebSocket-Version: 99\r\nSec-WebSocket-Version: 13\r\n"),
    ),
    Row(
        "length and coding at once",
        reply=(
            b"HTTP/1.1 403 Forbidden\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Content-Length: 2\r\n"
            b"Transfer-Encoding: chunked\r\n"
            b"\r\n"
            b"0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"bad-framing": "error"},
        says="both Content-Length and Transfer-Encoding",
    ),
    Row(
        "length of letters",
        reply=(b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: two\r\n\r\nno"),
        status="fail",
        problems={"bad-framing": "error"},
        says="Content-Length is not one number",
    ),
    Row(
        "bad chunk",
        reply=(
            b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        ),
        status="fail",
        problems={"bad-framing": "error"},
        says="a chunk size cannot be read",
    ),
    Row(
        "content cut",
        reply=(b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 9\r\n\r\nno"),
        status="fail",
        problems={"short-content": "error"},
        closed=True,
        says="2 of 9 octets came before the connection ended",
    ),
    Row(
        "content not whole yet",
        reply=(b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 9\r\n\r\nno"),
        status="pass",
    ),
    Row(
        "chunk cut",
        reply=(
            b"HTTP/1.1 403 Forbidden\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Transfer-Encoding: chunked\r\n"
            b"\r\n"
            b"9\r\n"
            b"no"
        ),
        status="fail",
        problems={"short-content": "error"},
        closed=True,
    ),
    Row(
        "chunk cut by our limit",
        reply=(
            b"HTTP/1.1 403 Forbidden\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Transfer-Encoding: chunked\r\n"
            b"\r\n"
            b"9\r\n"
            b"no"
        ),
        status="pass",
        closed=True,
        truncated=True,
    ),
    Row(
        "head cut",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nServer"),
        status="skip",
        failure="closed",
        skip_reason="the head ended before all fields came",
    ),
    Row(
        "101",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="not a refusal",
    ),
    Row(
        "a redirect in a circle",
        reply=(
            b"HTTP/1.1 302 Found\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Location: http://a.example/\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"redirect-loop": "error", "redirect": "info"},
        points={"redirect-loop": (67, b"http://a.example/")},
        stopped="loop",
        says="asked before",
    ),
    Row(
        "a redirect too many",
        reply=(
            b"HTTP/1.1 302 Found\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Location: http://a.example/\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"too-many-redirects": "error", "redirect": "info"},
        points={"too-many-redirects": (67, b"http://a.example/")},
        stopped="too-many",
        says="one more than are followed",
    ),
    Row(
        "a redirect out of TLS",
        reply=(
            b"HTTP/1.1 302 Found\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Location: http://a.example/\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"redirect-downgrade": "error", "redirect": "info"},
        points={"redirect-downgrade": (67, b"http://a.example/")},
        stopped="downgrade",
        says="from wss to ws",
    ),
    Row(
        "a redirect to no URL",
        reply=(
            b"HTTP/1.1 302 Found\r\n"
            b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"
            b"Location: http://a.example/\r\n"
            b"Content-Length: 0\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"redirect-unusable": "error", "redirect": "info"},
        points={"redirect-unusable": (67, b"http://a.example/")},
        stopped="unusable",
        says="leads nowhere",
    ),
    Row(
        "interim reply alone",
        reply=(b"HTTP/1.1 100 Continue\r\n\r\n"),
        status="skip",
        skip_reason="no final reply came",
    ),
    Row(
        "status that cannot be read",
        reply=(b"HTTP/1.1 1x1 Switching Protocols\r\nServer: a\r\n\r\n"),
        status="skip",
        skip_reason="the status line cannot be read",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_refusal(row: Row) -> None:
    hold("refusal", row)


DEMANDED = (
    Row(
        "demanded, and it came",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="warn",
        problems={"no-challenge": "warning"},
        demands=Demands(status=401),
    ),
    Row(
        "demanded, and another came",
        reply=(b"HTTP/1.1 401 Unauthorized\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="fail",
        problems={"no-challenge": "error"},
        demands=Demands(status=403),
    ),
    Row(
        "demanded, with no more than a word to say",
        reply=(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        status="info",
        problems={"no-date": "info"},
        demands=Demands(status=403),
    ),
)


@pytest.mark.parametrize("row", DEMANDED, ids=lambda row: row.name)
def test_what_a_demanded_refusal_lacks_fails_nothing(row: Row) -> None:
    hold("refusal", row)
