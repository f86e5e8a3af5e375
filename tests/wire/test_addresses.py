"""Names and addresses: each address of a name is tried in turn, and each attempt is in the report."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import pytest

from tests.peer import PATIENCE_S, SAMPLE_101, SAMPLE_KEY, Link, free_port, peer, politely, talking
from wscheck import probing
from wscheck.wire.limits import Limits

Row = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


def row(host: str, port: int) -> Row:
    """A row of getaddrinfo's answer."""
    if ":" in host:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (host, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Names and what they resolve to: rows, an OSError to raise, or an Event to wait for. All else is unknown."""
    known: dict[str, Any] = {}
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        name = host.decode("ascii") if isinstance(host, bytes) else str(host)
        if more.get("flags", 0) & socket.AI_NUMERICHOST or name.startswith("127."):
            return real(host, port, *args, **more)
        found = known.get(name, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        if isinstance(found, threading.Event):
            found.wait(PATIENCE_S)
            return []
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.mark.usefixtures("names")
def test_a_name_that_is_not_there() -> None:
    report = probing.probe("ws://nowhere.example:9001/")
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.kind) == ("dns", "not-found")
    assert failure.detail == "the name nowhere.example cannot be resolved: Name or service not known"
    assert (report.verdict, report.exit_code) == ("unreachable", 3)
    assert report.exchanges[0].address is None
    assert report.exchanges[0].timings.dns is not None


def test_a_resolver_that_fails(names: dict[str, Any]) -> None:
    names["shop.example"] = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    failure = probing.probe("ws://shop.example/").failure
    assert failure is not None
    assert (failure.stage, failure.kind) == ("dns", "other")
    assert "Temporary failure in name resolution" in failure.detail


def test_a_resolver_that_hangs(names: dict[str, Any]) -> None:
    names["slow.example"] = hanging = threading.Event()
    try:
        report = probing.probe("ws://slow.example/", limits=Limits(connect_s=0.2))
    finally:
        hanging.set()
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.kind) == ("dns", "timeout")
    assert failure.detail == "no answer for the name slow.example within the connect limit of 0.2 s"
    assert report.exit_code == 3


def test_the_next_address_is_tried_and_both_are_recorded(names: dict[str, Any]) -> None:
    dead = free_port()
    with peer(talking(SAMPLE_101)) as server:
        names["two.example"] = [row("127.0.0.1", dead), row("127.0.0.1", server.port)]
        report = probing.probe(f"ws://two.example:{server.port}/", key=SAMPLE_KEY, replay=False)
    exchange = report.exchanges[0]
    assert report.verdict == "pass"
    assert exchange.address == f"127.0.0.1:{server.port}"
    assert [(attempt.address, attempt.failure) for attempt in exchange.attempts] == [
        (f"127.0.0.1:{dead}", "connection refused: nothing listens on this port"),
        (f"127.0.0.1:{server.port}", None),
    ]
    assert server.requests[0].split(b"\r\n")[1] == b"Host: two.example:%d" % server.port


def test_all_addresses_fail_and_refused_is_named_first(names: dict[str, Any]) -> None:
    one, two = free_port(), free_port()
    names["two.example"] = [row("127.0.0.1", one), row("127.0.0.1", two)]
    report = probing.probe("ws://two.example:81/")
    failure = report.failure
    assert failure is not None
    assert (failure.stage, failure.kind) == ("tcp", "refused")
    assert failure.detail == (
        f"no connection to two.example:81: 127.0.0.1:{one}: connection refused: nothing listens on this port; "
        f"127.0.0.1:{two}: connection refused: nothing listens on this port"
    )
    assert len(report.exchanges[0].attempts) == 2


def test_equal_addresses_are_tried_once(names: dict[str, Any]) -> None:
    dead = free_port()
    names["twice.example"] = [row("127.0.0.1", dead), row("127.0.0.1", dead)]
    assert len(probing.probe("ws://twice.example/").exchanges[0].attempts) == 1


def test_an_ipv6_address() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
        listener.listen()
        port = listener.getsockname()[1]
        got: list[bytes] = []

        def serve() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(PATIENCE_S)
                link = Link(sock)
                got.append(link.head())
                link.send(SAMPLE_101)
                with contextlib.suppress(OSError):
                    politely(link)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        report = probing.probe(f"ws://[::1]:{port}/", key=SAMPLE_KEY, replay=False)
        thread.join(PATIENCE_S)
    assert report.verdict == "pass"
    assert report.exchanges[0].address == f"[::1]:{port}"
    assert got[0].split(b"\r\n")[1] == b"Host: [::1]:%d" % port
