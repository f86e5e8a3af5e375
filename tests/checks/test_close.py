"""`close`: the connection stands as long as it was to be held, or ends as demanded, and is closed in order."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.checks.rows import Row, hold
from wscheck.core.demand import Demands
from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.report import Level, Status


def tunnel(
    by: Literal["server", "wscheck"],
    how: Literal["close", "eof", "reset"],
    after_s: float,
    code: int | None = None,
    reason: bytes = b"",
    *,
    held_s: float | None,
) -> Tunnel:
    """How a connection ended that was to be held."""
    return Tunnel(b"", b"", (), (), Ending(by, how, after_s, code, reason), held_s)


def parted(
    by: Literal["server", "wscheck"],
    how: Literal["close", "eof", "reset"] = "close",
    *,
    body: bytes | None = None,
    ended: bool | None = True,
    junk: bool = False,
    held_s: float | None = None,
) -> Tunnel:
    """How a connection ended, a quarter of a second behind the 101. `body` is that of the server's Close, None where
    there was none; `ended` says whether the server ended TCP behind both."""
    code = int.from_bytes(body[:2]) if by == "server" and body and len(body) > 1 else None
    return Tunnel(
        sent=b"",
        received=b"",
        sent_frames=(),
        received_frames=(),
        ending=Ending(by, how, 0.25, 1000 if by == "wscheck" else code, body[2:] if by == "server" and body else b""),
        held_s=held_s,
        farewell=None if body is None else Frame(True, 0, 8, False, len(body), body, 0),
        ended=ended,
        close_s=2.0,
        junk=junk,
    )


OPENED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


def bodies(name: str, body: bytes, code: str | None = None, says: str = "") -> tuple[Row, Row]:
    """A Close with this body, as the answer to ours and unasked."""
    level: Level = "warning" if code == "odd-code" else "error"
    status: Status = "pass" if code is None else "warn" if code == "odd-code" else "fail"
    problems: dict[str, Level] = {code: level} if code else {}
    return (
        Row(f"{name}, answering", OPENED, status, problems, tunnel=parted("wscheck", body=body), says=says),
        Row(f"{name}, first", OPENED, status, problems, tunnel=parted("server", body=body), says=says),
    )


ROWS = (
    Row(
        "held",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        tunnel=tunnel("wscheck", "close", 10.0, 1000, b"", held_s=10.0),
        observed="stood for 10 s",
    ),
    Row(
        "closed by the server",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-by-close": "error"},
        tunnel=tunnel("server", "close", 3.25, 1001, b"bye\x1b", held_s=10.0),
        observed='closed by the server after 3.2 s with code 1001 (going away) and the reason "bye\\x1b"',
    ),
    Row(
        "closed by the server without a code",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-by-close": "error"},
        tunnel=tunnel("server", "close", 0.5, None, b"", held_s=10.0),
        says="the connection was closed by the server after 0.5 s with no code",
    ),
    Row(
        "cut off",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "eof", 3.0, None, b"", held_s=10.0),
        observed="cut off after 3.0 s, no Close frame came",
    ),
    Row(
        "reset",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "reset", 3.0, None, b"", held_s=2.5),
        observed="reset after 3.0 s, no Close frame came",
    ),
    Row(
        "closed as demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="pass",
        tunnel=tunnel("server", "close", 1.0, 4001, b"", held_s=10.0),
        demands=Demands(close=4001),
        observed="closed by the server after 1.0 s with code 4001",
    ),
    Row(
        "closed with another code",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-code": "error"},
        tunnel=tunnel("server", "close", 1.0, 1000, b"", held_s=10.0),
        demands=Demands(close=4001),
        says="with code 1000 (normal), not with 4001",
    ),
    Row(
        "closed without a code where one was demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"other-code": "error"},
        tunnel=tunnel("server", "close", 1.0, None, b"", held_s=10.0),
        demands=Demands(close=4001),
    ),
    Row(
        "cut off where a close was demanded",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"ended-without-close": "error"},
        tunnel=tunnel("server", "eof", 1.0, None, b"", held_s=10.0),
        demands=Demands(close=4001),
    ),
    Row(
        "never closed",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="fail",
        problems={"not-closed": "error"},
        tunnel=tunnel("wscheck", "close", 5.0, 1000, b"", held_s=5.0),
        demands=Demands(close=4001),
        says="the connection stood for 5 s",
    ),
    Row(
        "not held",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        tunnel=tunnel("wscheck", "close", 0.0, 1000, b"", held_s=None),
        skip_reason="the answer to our Close was not waited for",
    ),
    Row(
        "the time of the probe was over before our Close was answered",
        OPENED,
        "skip",
        tunnel=parted("wscheck", ended=False)._replace(cut_short=True),
        skip_reason="the time of the whole probe was over before the connection was closed",
    ),
    Row(
        "the time of the probe was over behind the end",
        OPENED,
        "pass",
        tunnel=parted("wscheck", body=b"\x03\xe8")._replace(cut_short=True),
        observed="our Close was answered with 1000, then TCP ended",
    ),
    Row(
        "no tunnel",
        reply=(
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        ),
        status="skip",
        skip_reason="no connection stood to be closed",
    ),
    Row(
        "refusal",
        reply=(b"HTTP/1.1 404 Not Found\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"),
        status="skip",
        demands=Demands(close=4001),
        skip_reason="only a 101 has a connection to close",
    ),
    # -- who closed, and how ------------------------------------------------------------------------------------------
    Row(
        "our Close is answered and TCP ends",
        OPENED,
        "pass",
        tunnel=parted("wscheck", body=b"\x03\xe8"),
        observed="our Close was answered with 1000, then TCP ended",
    ),
    Row(
        "our Close is answered with another code",
        OPENED,
        "pass",
        tunnel=parted("wscheck", body=b"\x03\xe9bye"),
        observed="our Close was answered with 1001, then TCP ended",
    ),
    Row(
        "our Close is answered without a code",
        OPENED,
        "pass",
        tunnel=parted("wscheck", body=b""),
        observed="our Close was answered with no code, then TCP ended",
    ),
    Row(
        "our Close is not answered and TCP stands",
        OPENED,
        "fail",
        {"unanswered": "error"},
        tunnel=parted("wscheck", ended=False),
        observed="our Close was not answered",
        says="our Close was not answered: the server sent none within 2 s",
    ),
    Row(
        "our Close is not answered and TCP ends",
        OPENED,
        "fail",
        {"unanswered": "error"},
        tunnel=parted("wscheck", ended=True),
        says="our Close was not answered: the server ended TCP without it",
    ),
    Row(
        "TCP stands behind both",
        OPENED,
        "fail",
        {"not-ended": "error"},
        tunnel=parted("wscheck", body=b"\x03\xe8", ended=False),
        observed="our Close was answered with 1000, and TCP stands",
        says="both Closes passed, and TCP stood 2 s later",
    ),
    Row(
        "a wrong Close behind which TCP stands",
        OPENED,
        "fail",
        {"bad-close": "error", "not-ended": "error"},
        tunnel=parted("wscheck", body=b"\x03\xed", ended=False),
    ),
    Row(
        "the server closes first",
        OPENED,
        "pass",
        tunnel=parted("server", body=b"\x03\xf0not logged in"),
        observed='closed by the server after 0.2 s with code 1008 (policy) and the reason "not logged in"',
    ),
    Row(
        "the server closes first with a code of the application",
        OPENED,
        "pass",
        tunnel=parted("server", body=b"\x11\x31"),
        observed="closed by the server after 0.2 s with code 4401",
    ),
    Row(
        "the server closes first without a code",
        OPENED,
        "pass",
        tunnel=parted("server", body=b""),
        observed="closed by the server after 0.2 s with no code",
    ),
    Row(
        "the server closes first and leaves TCP to us",
        OPENED,
        "fail",
        {"not-ended": "error"},
        tunnel=parted("server", body=b"\x03\xe8", ended=False),
    ),
    Row(
        "the server closes first and the end is not waited for",
        OPENED,
        "pass",
        tunnel=parted("server", body=b"\x03\xe8", ended=None),
    ),
    Row(
        "cut off though it was not held",
        OPENED,
        "fail",
        {"cut": "error"},
        tunnel=parted("server", "eof", ended=None),
        observed="cut off after 0.2 s, no Close frame came",
        says="the connection was cut off after 0.2 s",
    ),
    Row(
        "reset though it was not held",
        OPENED,
        "fail",
        {"cut": "error"},
        tunnel=parted("server", "reset", ended=None),
        observed="reset after 0.2 s, no Close frame came",
        says="the connection was reset after 0.2 s",
    ),
    Row(
        "no frames, so no Close",
        OPENED,
        "skip",
        tunnel=parted("wscheck", ended=None, junk=True),
        skip_reason="what came is no frames, so no Close could be seen",
    ),
    Row(
        "no frames, and it was held",
        OPENED,
        "pass",
        tunnel=parted("wscheck", ended=None, junk=True, held_s=1.0),
        observed="stood for 1 s",
    ),
    Row(
        "no frames where a Close was demanded",
        OPENED,
        "fail",
        {"not-closed": "error"},
        demands=Demands(close=4001),
        tunnel=parted("wscheck", ended=None, junk=True, held_s=1.0),
    ),
    Row(
        "held, and our Close is not answered",
        OPENED,
        "fail",
        {"unanswered": "error"},
        tunnel=parted("wscheck", ended=False, held_s=1.0),
        observed="stood for 1 s",
    ),
    Row(
        "held, and closed with a code that never stands on the wire",
        OPENED,
        "fail",
        {"ended-by-close": "error", "bad-close": "error"},
        tunnel=parted("server", body=b"\x03\xee", held_s=1.0),
    ),
    Row(
        "closed as demanded, and TCP stands",
        OPENED,
        "fail",
        {"not-ended": "error"},
        demands=Demands(close=4001),
        tunnel=parted("server", body=b"\x0f\xa1", ended=False, held_s=1.0),
    ),
    # -- the body of a Close ------------------------------------------------------------------------------------------
    *bodies("no body", b""),
    *bodies("one octet", b"\x03", "bad-close", "the server's Close has a body of one octet, which is no code: \\x03"),
    *bodies("0", b"\x00\x00", "bad-close"),
    *bodies("999", b"\x03\xe7", "bad-close", "the code 999, which never stands on the wire"),
    *bodies("1000", b"\x03\xe8"),
    *bodies("1001", b"\x03\xe9"),
    *bodies("1002", b"\x03\xea"),
    *bodies("1003", b"\x03\xeb"),
    *bodies("1004", b"\x03\xec", "odd-code", "the server's Close has the code 1004, which has no meaning"),
    *bodies("1005", b"\x03\xed", "bad-close", "the code 1005, which never stands on the wire"),
    *bodies("1006", b"\x03\xee", "bad-close", "the code 1006, which never stands on the wire"),
    *bodies("1007", b"\x03\xef"),
    *bodies("1008", b"\x03\xf0"),
    *bodies("1009", b"\x03\xf1"),
    *bodies("1010", b"\x03\xf2", "bad-close", "the code 1010, which only a client sends"),
    *bodies("1011", b"\x03\xf3"),
    *bodies("1014", b"\x03\xf6"),
    *bodies("1015", b"\x03\xf7", "bad-close", "the code 1015, which never stands on the wire"),
    *bodies("1016", b"\x03\xf8", "odd-code", "the code 1016, which has no meaning"),
    *bodies("2999", b"\x0b\xb7", "odd-code", "the code 2999, which has no meaning"),
    *bodies("3000", b"\x0b\xb8"),
    *bodies("3999", b"\x0f\x9f"),
    *bodies("4000", b"\x0f\xa0"),
    *bodies("4999", b"\x13\x87"),
    *bodies("5000", b"\x13\x88", "bad-close", "the code 5000, which never stands on the wire"),
    *bodies("65535", b"\xff\xff", "bad-close"),
    *bodies("a reason", b"\x03\xe8bye"),
    *bodies("a reason in UTF-8", b"\x03\xe8\xc3\xa9t\xc3\xa9"),
    *bodies("a reason in Latin-1", b"\x03\xe8\xe9t\xe9", "bad-close", "a reason that is not UTF-8"),
    *bodies("a reason that is cut inside a letter", b"\x03\xe8\xc3\xa9t\xc3", "bad-close", "not UTF-8"),
    *bodies("1010 and a reason in Latin-1", b"\x03\xf2\xe9", "bad-close", "a reason that is not UTF-8"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_close(row: Row) -> None:
    hold("close", row)
