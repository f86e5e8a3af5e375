"""SOCKS: who resolves the name, with and without credentials, and what is said without python-socks."""

from __future__ import annotations

import socket
import sys
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening, report_of
from tests.peer import Link, free_port, peer
from tests.routes.parts import failure_of, purposes, socks

HERE = b"\x7f\x00\x00\x01"
real_getaddrinfo = socket.getaddrinfo


def _known_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name shop.example is known on this side as 127.0.0.1."""

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        known = name == "shop.example" and not more.get("flags")  # no flags: not asked as a number
        return real_getaddrinfo("127.0.0.1" if known else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    ("scheme", "user", "expected"),
    [
        ("socks4", "", b"\x04\x01PP" + HERE + b"\x00"),
        ("socks4", "joe@", b"\x04\x01PP" + HERE + b"joe\x00"),
        ("socks4a", "", b"\x04\x01PP\x00\x00\x00\x01\x00shop.example\x00"),
        ("socks5", "", b"\x05\x01\x00" + b"\x05\x01\x00\x01" + HERE + b"PP"),
        ("socks5h", "", b"\x05\x01\x00" + b"\x05\x01\x00\x03\x0cshop.examplePP"),
        (
            "socks5h",
            "joe:sec%40ret@",
            b"\x05\x02\x00\x02" + b"\x01\x03joe\x07sec@ret" + b"\x05\x01\x00\x03\x0cshop.examplePP",
        ),
    ],
)
def test_what_a_socks_server_is_asked(
    wscheck: Cli, monkeypatch: pytest.MonkeyPatch, scheme: str, user: str, expected: bytes
) -> None:
    _known_here(monkeypatch)
    with peer(opening()) as server, peer(socks) as proxy:
        flags = ("-x", f"{scheme}://{user}127.0.0.1:{proxy.port}", "--format", "json")
        result = wscheck("probe", *flags, f"ws://shop.example:{server.port}/")
    report = report_of(result)
    assert (report["verdict"], purposes(report)) == ("pass", ["handshake", "replay"])
    assert proxy.requests == [expected.replace(b"PP", server.port.to_bytes(2))] * 2
    assert report["exchanges"][0]["route"] == f"{scheme}://127.0.0.1:{proxy.port} (-x)"
    far = scheme in ("socks4a", "socks5h")
    assert (report["timings_ms"]["dns"] is None) is far
    assert b"sec@ret" not in result.stdout


def test_resolve_holds_where_the_name_is_resolved_here(wscheck: Cli) -> None:
    with peer(opening()) as server, peer(socks) as proxy:
        flags = ("-x", f"socks5://127.0.0.1:{proxy.port}", "--resolve", f"a.example:{server.port}:127.0.0.9")
        assert wscheck("probe", *flags, f"ws://a.example:{server.port}/").code == 0
    assert proxy.requests[0] == b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x09" + server.port.to_bytes(2)


def _refusing(link: Link) -> None:
    link.sock.recv(3)
    link.send(b"\x05\x00")
    link.sock.recv(1024)
    link.send(b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")  # 2: not allowed by the ruleset


def test_a_socks_server_that_refuses(wscheck: Cli) -> None:
    with peer(_refusing) as proxy:
        result = wscheck("probe", "-x", f"socks5h://127.0.0.1:{proxy.port}", "--format", "json", "ws://a.example/")
    assert (result.code, failure_of(report_of(result))) == (3, ("proxy", "denied"))


def _no_socks(link: Link) -> None:
    link.sock.recv(1024)
    link.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    link.until_gone()


def test_a_socks_server_that_is_none(wscheck: Cli) -> None:
    with peer(_no_socks) as proxy:
        flags = ("--connect-timeout", "1s", "--format", "json")
        result = wscheck("probe", "-x", f"socks5h://127.0.0.1:{proxy.port}", *flags, "ws://a.example/")
    assert result.code == 3, result.err
    assert failure_of(report_of(result)) == ("proxy", "protocol")


def test_a_socks_server_that_is_silent(wscheck: Cli) -> None:
    with peer(Link.until_gone) as proxy:
        flags = ("--connect-timeout", "300ms", "--format", "json")
        result = wscheck("probe", "-x", f"socks5h://127.0.0.1:{proxy.port}", *flags, "ws://a.example/")
    assert failure_of(report_of(result)) == ("proxy", "timeout")


def test_a_socks_server_that_is_not_there(wscheck: Cli) -> None:
    flags = ("-x", f"socks5h://127.0.0.1:{free_port()}", "--format", "json")
    result = wscheck("probe", *flags, "ws://a.example/")
    assert (result.code, failure_of(report_of(result))) == (3, ("proxy", "refused"))


def test_without_python_socks_one_sentence(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "python_socks"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "python_socks", None)
    said = wscheck("probe", "-x", "socks5://127.0.0.1:1", "ws://a.example/").usage()
    assert said == "a socks5 proxy needs the optional part 'socks': pip install 'wscheck-handshake[socks]'"
