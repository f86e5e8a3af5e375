"""The failures of a route that no other test makes happen, each with its stage, kind and exit code."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import report_of
from tests.peer import Link, free_port, peer
from tests.routes.parts import failure_of
from wscheck.wire import tcp

real_getaddrinfo = socket.getaddrinfo


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "unreachable"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "refused"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "reset"),
        (TimeoutError(), "timeout"),
        (OSError(errno.EACCES, "Permission denied"), "other"),
    ],
    ids=["no network", "no host", "refused", "reset", "timeout", "other"],
)
@pytest.mark.parametrize("proxy", [False, True], ids=["direct", "proxy"])
def test_each_end_of_a_connect(
    wscheck: Cli, monkeypatch: pytest.MonkeyPatch, error: OSError, kind: str, proxy: bool
) -> None:
    async def failing(*_: object) -> OSError:
        return error

    monkeypatch.setattr(tcp, "_connect_one", failing)
    flags = ("-x", "127.0.0.1:1") if proxy else ()
    result = wscheck("probe", *flags, "--format", "json", "ws://127.0.0.1:1/")
    assert (result.code, failure_of(report_of(result))) == (3, ("proxy" if proxy else "tcp", kind))


@pytest.mark.parametrize(
    ("number", "kind"), [(socket.EAI_NONAME, "not-found"), (socket.EAI_AGAIN, "other")], ids=["not-found", "other"]
)
@pytest.mark.parametrize("flags", [(), ("-x", "http://p.example"), ("-x", "socks5://127.0.0.1:1")])
def test_each_end_of_a_look_up(
    wscheck: Cli, monkeypatch: pytest.MonkeyPatch, number: int, kind: str, flags: tuple[str, ...]
) -> None:
    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if b"example" in host and not more.get("flags"):
            raise socket.gaierror(number, "as the test says")
        return real_getaddrinfo(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    result = wscheck("probe", *flags, "--format", "json", "ws://a.example/")
    # The name of a proxy is the proxy's matter; the target's is not, when it is resolved here.
    stage = "proxy" if "http://p.example" in flags else "dns"
    assert (result.code, failure_of(report_of(result))) == (3, (stage, kind))


def test_a_socks_server_out_of_reach(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from python_socks.async_.asyncio import _proxy

    async def failing(*_: object, **__: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(_proxy, "connect_tcp", failing)
    result = wscheck("probe", "-x", f"socks5h://127.0.0.1:{free_port()}", "--format", "json", "ws://a.example/")
    assert failure_of(report_of(result)) == ("proxy", "unreachable")


@pytest.mark.parametrize(("reset", "kind"), [(False, "closed"), (True, "reset")], ids=["closed", "reset"])
def test_an_end_while_the_request_is_still_being_sent(wscheck: Cli, reset: bool, kind: str) -> None:
    def act(link: Link) -> None:
        link.sock.recv(64)  # the first piece, all of it: what is left unread would make the end a reset
        if reset:
            link.reset()

    with peer(act) as server:
        url = f"ws://127.0.0.1:{server.port}/"
        result = wscheck("probe", "--drip", "200ms", "--cut", "10,20", "--format", "json", url)
    assert (result.code, failure_of(report_of(result))) == (3, ("send", kind))


def test_the_time_is_over_while_the_request_is_still_being_sent(wscheck: Cli) -> None:
    with peer(Link.until_gone) as server:
        url = f"ws://127.0.0.1:{server.port}/"
        result = wscheck("probe", "-m", "500ms", "--drip", "50ms", "--format", "json", url)
        report = report_of(result)
    assert (result.code, failure_of(report)) == (3, ("send", "timeout"))
    size = len(report["exchanges"][0]["request"])
    assert (
        f" of {size} octets were sent when the total limit of 0.5 s was over"
        in (report["exchanges"][0]["failure"]["detail"])
    )
    assert 0 < len(server.requests[0]) < 30


def test_an_answer_before_the_request_was_all_sent_is_read(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        link.sock.recv(64)
        link.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")

    with peer(act) as server:
        url = f"ws://127.0.0.1:{server.port}/"
        result = wscheck("probe", "--drip", "200ms", "--cut", "10,20", "--format", "json", url)
    assert result.code == 1
