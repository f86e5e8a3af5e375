"""Unix sockets, overrides of names, address families, and every address of a name."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening, report_of, right_101
from tests.peer import PATIENCE_S, Link, free_port, peer, politely
from tests.routes.parts import connecting, failure_of, purposes

real_getaddrinfo = socket.getaddrinfo


@contextlib.contextmanager
def listening(path: Path) -> Iterator[list[bytes]]:
    """A server at a unix socket that opens rightly; what it got."""
    got: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(PATIENCE_S)
        ending = threading.Event()

        def serve() -> None:
            while not ending.is_set():
                sock, _ = listener.accept()
                with sock:
                    sock.settimeout(PATIENCE_S)
                    link = Link(sock)
                    if link.head():
                        got.append(bytes(link.received))
                        upgrade = b"Upgrade: websocket" in link.received
                        link.send(right_101(bytes(link.received)) if upgrade else b"HTTP/1.1 204 N\r\n\r\n")
                        with contextlib.suppress(OSError):  # of the second handshake no answer is waited for
                            if upgrade:
                                politely(link)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield got
        ending.set()
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(str(path))
        thread.join(PATIENCE_S)


@pytest.mark.skipif(sys.platform == "win32", reason="asyncio has no unix sockets there")
def test_a_unix_socket(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    path = tmp_path / "s"
    with listening(path) as got:
        flags = ("--unix-socket", str(path), "--control", "--format", "json")
        report = report_of(wscheck("probe", *flags, "ws://shop.example/chat"))
    assert (report["verdict"], purposes(report)) == ("pass", ["control", "handshake", "replay"])
    assert report["exchanges"][1]["route"] == f"unix {path}"
    assert got[0].startswith(b"GET /chat HTTP/1.1\r\nHost: shop.example\r\n")
    assert got[1].startswith(b"GET /chat HTTP/1.1\r\nHost: shop.example\r\n")
    assert report["exchanges"][2]["route"] == f"unix {path}"


@pytest.mark.skipif(sys.platform == "win32", reason="asyncio has no unix sockets there")
def test_a_unix_socket_that_is_not_there(wscheck: Cli, tmp_path: Path) -> None:
    result = wscheck("probe", "--unix-socket", str(tmp_path / "s"), "--format", "json", "ws://shop.example/")
    assert (result.code, failure_of(report_of(result))) == (3, ("tcp", "not-found"))
    contradiction = wscheck("probe", "--unix-socket", "/s", "-x", "a:1", "ws://shop.example/").usage()
    assert contradiction == "--unix-socket and -x contradict each other: give one"


@pytest.mark.parametrize(
    "override",
    [
        ("--resolve", "shop.example:PORT:127.0.0.1"),
        ("--resolve", "SHOP.example:PORT:127.0.0.1"),
        ("--resolve", "*:PORT:127.0.0.1"),
        ("--resolve", "shop.example:PORT:[::1],127.0.0.1"),
        ("--connect-to", "shop.example:PORT:127.0.0.1:PORT"),
        ("--connect-to", "::127.0.0.1:"),
    ],
)
def test_overrides_of_names(wscheck: Cli, override: tuple[str, str]) -> None:
    with peer(opening()) as server:
        flags = (override[0], override[1].replace("PORT", str(server.port)), "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://shop.example:{server.port}/"))
    assert (report["verdict"], report["timings_ms"]["dns"]) == ("pass", None)
    assert report["exchanges"][0]["address"] == f"127.0.0.1:{server.port}"
    assert server.requests[0].split(b"\r\n")[1] == b"Host: shop.example:%d" % server.port


def test_connect_to_another_port(wscheck: Cli) -> None:
    with peer(opening()) as server:
        flags = ("--connect-to", f"shop.example:80:127.0.0.1:{server.port}")
        assert wscheck("probe", *flags, "ws://shop.example/").code == 0
    assert server.requests[0].split(b"\r\n")[1] == b"Host: shop.example"


def test_a_pin_to_what_is_no_address(wscheck: Cli) -> None:
    result = wscheck("probe", "--resolve", "a.example:80:b.example", "--format", "json", "ws://a.example/")
    assert failure_of(report_of(result)) == ("dns", "other")


@pytest.mark.parametrize(
    ("flag", "text"),
    [("--resolve", "a"), ("--resolve", "a:b:c"), ("--connect-to", "a:1:b"), ("--connect-to", "a:x:b:2")],
)
def test_overrides_that_cannot_be_read(wscheck: Cli, flag: str, text: str) -> None:
    assert "cannot be read" in wscheck("probe", flag, text, "ws://a.example/").usage()


def _both(monkeypatch: pytest.MonkeyPatch, port: int, bad: int) -> None:
    """The name two.example has the addresses ::1 and 127.0.0.1, then 127.0.0.2 with a port where nobody listens."""

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name != "two.example" or more.get("flags"):
            return real_getaddrinfo(host, *rest, **more)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", bad)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_each_address_shows_which_one_is_bad(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(opening()) as server:
        _both(monkeypatch, server.port, server.port)
        url = f"ws://two.example:{server.port}/"
        one = wscheck("probe", "--format", "json", url)
        result = wscheck("probe", "--each-address", "--format", "json", url)
    assert (one.code, result.code) == (0, 3)
    scan = json.loads(result.stdout)
    assert [report["name"] for report in scan["reports"]] == [f"{url} at 127.0.0.1", f"{url} at 127.0.0.2"]
    assert [report["verdict"] for report in scan["reports"]] == ["pass", "unreachable"]
    assert failure_of(scan["reports"][1]) == ("tcp", "refused")


def test_each_address_of_an_address_is_one_probe(wscheck: Cli) -> None:
    with peer(opening()) as server:
        report = report_of(wscheck("probe", "--each-address", "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["name"]) == ("pass", None)


def test_families(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(opening()) as server:
        _both(monkeypatch, server.port, server.port)
        url = f"ws://two.example:{server.port}/"
        four = report_of(wscheck("probe", "-4", "--format", "json", url))
        six = report_of(wscheck("probe", "-6", "--format", "json", url))
    assert four["verdict"] == "pass"
    assert failure_of(six) == ("dns", "not-found")
    assert "contradict" in wscheck("probe", "-4", "-6", url).usage()


def test_a_control_request_and_a_proxy_are_in_the_schema(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        if b"Upgrade: websocket" in link.head():
            opening()(link)
        else:
            link.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    schema = json.loads(wscheck("schema", "report").out)
    with peer(act) as target, peer(connecting()) as proxy:
        flags = ("-x", f"127.0.0.1:{proxy.port}", "--control", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{target.port}/"))
    assert {made["purpose"] for made in report["exchanges"]} == {"connect", "control", "handshake", "replay"}
    jsonschema.Draft202012Validator(schema).validate(report)
