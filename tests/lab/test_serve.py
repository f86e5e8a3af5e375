"""`wscheck lab` as a process: it says where it listens, serves / and each fault's path, and ends on Ctrl-C."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.peer import PATIENCE_S
from tests.process import LONGEST_S, start

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")

HANDSHAKE = (
    b"GET %b HTTP/1.1\r\n"
    b"Host: 127.0.0.1\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)
OPENED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


@contextlib.contextmanager
def lab(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A running lab and its port, read from its first line."""
    process = start(["lab", "--listen", "127.0.0.1:0", *arguments], PYTHONUNBUFFERED="1")
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        found = re.fullmatch(r"listening on wss?://127\.0\.0\.1:([0-9]+)/  \(Ctrl-C ends it\)\r?\n", line)
        assert found, line
        yield process, int(found[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=LONGEST_S)


def reply(port: int, request: bytes) -> bytes:
    """What comes back for a request, up to the end of a head."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as sock:
        sock.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got and (chunk := sock.recv(65536)):
            got += chunk
        return got


@POSIX
def test_it_serves_until_it_is_interrupted() -> None:
    with lab() as (process, port):
        assert reply(port, HANDSHAKE % b"/") == OPENED
        assert reply(port, HANDSHAKE % b"/accept-missing") == OPENED.replace(
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", b""
        )
        assert reply(port, HANDSHAKE % b"/nonsense").startswith(b"HTTP/1.1 404 Not Found\r\n")
        assert reply(port, b"POST / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
        assert reply(port, HANDSHAKE % b"/close") == b""
        # A connection that stays open does not hold it at its end.
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as sock:
            sock.sendall(HANDSHAKE % b"/")
            assert sock.recv(65536)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 130
    assert err.strip() == b"wscheck: interrupted"
    assert out.decode().splitlines() == [
        "GET / HTTP/1.1  ->  HTTP/1.1 101 Switching Protocols",
        "GET /accept-missing HTTP/1.1  ->  HTTP/1.1 101 Switching Protocols",
        "GET /nonsense HTTP/1.1  ->  HTTP/1.1 404 Not Found",
        "POST / HTTP/1.1  ->  HTTP/1.1 405 Method Not Allowed",
        "GET /close HTTP/1.1  ->  nothing",
        "GET / HTTP/1.1  ->  HTTP/1.1 101 Switching Protocols",
    ]


@POSIX
def test_with_a_fault_every_path_has_it() -> None:
    with lab("--fault", "status-403") as (process, port):
        assert reply(port, HANDSHAKE % b"/").startswith(b"HTTP/1.1 403 Forbidden\r\n")
        assert reply(port, HANDSHAKE % b"/any/path").startswith(b"HTTP/1.1 403 Forbidden\r\n")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONGEST_S)
    assert process.returncode == 143


@POSIX
def test_hostile_requests_do_not_reach_the_terminal_raw_nor_stop_it() -> None:
    with lab() as (process, port):
        assert reply(port, b"\x1b]0;owned\x07 / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert reply(port, b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 100000)).startswith(b"HTTP/1.1 404 ")
        # It hangs up behind 256 KiB.
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as sock, contextlib.suppress(OSError):
            for _ in range(64):
                sock.sendall(b"x" * 65536)
        assert reply(port, HANDSHAKE % b"/") == OPENED
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONGEST_S)
    assert b"\x1b" not in out
    assert b"\x07" not in out
    assert max(len(line) for line in out.splitlines()) < 200
    assert err.strip() == b"wscheck: interrupted"


@POSIX
def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(["lab", "--listen", f"127.0.0.1:{taken.getsockname()[1]}"])
        out, err = process.communicate(timeout=LONGEST_S)
    assert (process.returncode, out) == (2, b"")
    assert err.startswith(b"wscheck: the lab cannot listen on 127.0.0.1:")
    assert err.count(b"\n") == 1


def test_a_tls_hello_at_a_plain_port_is_answered_at_once() -> None:
    with lab() as (_, port):
        got = reply(port, b"\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03")
    assert got.startswith(b"HTTP/1.1 400 Bad Request\r\n")
