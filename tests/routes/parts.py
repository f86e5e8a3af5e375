"""Small real parts: a CONNECT proxy and a SOCKS server that record what they are asked, and what both pass on."""

from __future__ import annotations

import re
import select
import socket
import ssl
from typing import Any

from tests.peer import PATIENCE_S, Act, Link

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n"


def between(one: socket.socket, other: socket.socket) -> None:
    """Passes octets on both ways until either side ends."""
    pair = {one: other, other: one}
    while True:
        held = [side for side in pair if isinstance(side, ssl.SSLSocket) and side.pending()]
        ready = held or select.select(list(pair), [], [], PATIENCE_S)[0]
        if not ready:
            return
        for side in ready:
            chunk = side.recv(65536)
            if not chunk:
                return
            pair[side].sendall(chunk)


def connecting(answer: bytes = ESTABLISHED) -> Act:
    """A proxy that takes CONNECT and goes to the port it is asked for, on loopback, whatever the name."""

    def act(link: Link) -> None:
        asked = re.match(rb"CONNECT [^ ]*:([0-9]+) HTTP/1\.1\r\n", link.head())
        assert asked
        with socket.create_connection(("127.0.0.1", int(asked[1])), PATIENCE_S) as upstream:
            link.send(answer)
            between(link.sock, upstream)

    return act


def take(link: Link, size: int) -> bytes:
    """So many octets, kept in `received` as well."""
    data = b""
    while len(data) < size:
        chunk = link.sock.recv(size - len(data))
        assert chunk
        data += chunk
    link.received += data
    return data


def take_text(link: Link) -> bytes:
    """Octets up to a NUL."""
    text = b""
    while (octet := take(link, 1)) != b"\0":
        text += octet
    return text


def socks(link: Link) -> None:
    """SOCKS 4, 4a, 5 and 5h: asks for credentials where they are offered, and goes to the port on loopback."""
    port = _socks5(link) if take(link, 1) == b"\x05" else _socks4(link)
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as upstream:
        between(link.sock, upstream)


def _socks5(link: Link) -> int:
    methods = take(link, take(link, 1)[0])
    link.send(b"\x05\x02" if 2 in methods else b"\x05\x00")
    if 2 in methods:
        take(link, 1)
        take(link, take(link, 1)[0])
        take(link, take(link, 1)[0])
        link.send(b"\x01\x00")
    kind = take(link, 4)[3]
    take(link, {1: 4, 4: 16}.get(kind) or take(link, 1)[0])
    port = int.from_bytes(take(link, 2))
    link.send(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    return port


def _socks4(link: Link) -> int:
    take(link, 1)
    port = int.from_bytes(take(link, 2))
    address = take(link, 4)
    take_text(link)
    if address[:3] == b"\0\0\0":
        take_text(link)
    link.send(b"\x00\x5a\x00\x00\x00\x00\x00\x00")
    return port


def purposes(report: dict[str, Any]) -> list[str]:
    """What each exchange of a report was for."""
    return [made["purpose"] for made in report["exchanges"]]


def failure_of(report: dict[str, Any]) -> tuple[str, str]:
    """Stage and kind of what ended the last exchange."""
    failure = report["exchanges"][-1]["failure"]
    return failure["stage"], failure["kind"]


def fields_of(request: bytes) -> dict[bytes, bytes]:
    """The fields of a recorded request by their lower-case names."""
    lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
