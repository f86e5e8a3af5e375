"""Peers on loopback that do exactly what a test says, each connection in a thread, and keep every octet they got."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

# Long enough for a loaded machine, short enough that a test which hangs ends.
PATIENCE_S = 10.0

# The answer of RFC 6455 §1.3 to the sample key.
SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
SAMPLE_101 = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


class Link:
    """One connection, from the peer's side."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.received = bytearray()

    def head(self) -> bytes:
        """Reads until an empty line came, or what begins a TLS hello, as servers do; returns everything so far."""
        while b"\r\n\r\n" not in self.received and self.received[:2] != b"\x16\x03":
            chunk = self.sock.recv(65536)
            if not chunk:
                break
            self.received += chunk
        return bytes(self.received)

    def send(self, data: bytes) -> None:
        """Sends all of it."""
        self.sock.sendall(data)

    def until_gone(self) -> None:
        """Reads until the other side ends the connection."""
        with contextlib.suppress(OSError):
            while chunk := self.sock.recv(65536):
                self.received += chunk

    def reset(self) -> None:
        """Ends the connection with a reset."""
        # Linger of zero makes the close a reset; the two shorts of Windows and the two ints elsewhere differ in size.
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.sock.close()


Act = Callable[[Link], None]


def client_frames(octets: bytes) -> list[tuple[int, bytes]]:
    """The first octet and the payload of each whole frame of a client: masked, and of at most 125 octets."""
    found = []
    while len(octets) >= 6 and len(octets) >= 6 + (size := octets[1] & 0x7F):
        assert octets[1] & 0x80, "a client masks its frames (RFC 6455 §5.1)"
        assert size <= 125
        key, payload = octets[2:6], octets[6 : 6 + size]
        found.append((octets[0], bytes(octet ^ key[index % 4] for index, octet in enumerate(payload))))
        octets = octets[6 + size :]
    return found


def behind(request: bytes) -> bytes:
    """What a connection sent behind its request head."""
    return request.partition(b"\r\n\r\n")[2]


def politely(link: Link) -> None:
    """Speaks WebSocket from here on: a Ping gets its Pong, a Close its Close, and behind both the connection ends."""
    start, answered = len(link.received), 0
    while chunk := link.sock.recv(65536):
        link.received += chunk
        frames = client_frames(bytes(link.received[start:]))
        for first, payload in frames[answered:]:
            if first == 0x89:
                link.send(bytes([0x8A, len(payload)]) + payload)
            elif first == 0x88:
                link.send(bytes([0x88, len(payload)]) + payload)
                return
        answered = len(frames)


class Peer:
    """A listening peer; what a connection sent is in `links`, in the order in which they came."""

    def __init__(self, act: Act, context: ssl.SSLContext | None = None) -> None:
        self.act, self.context = act, context
        self.links: list[Link] = []
        self.faults: list[Exception] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ending = False
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    @property
    def requests(self) -> list[bytes]:
        """What each connection sent."""
        return [bytes(link.received) for link in self.links]

    def _listen(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._ending:
                sock.close()
                return
            sock.settimeout(PATIENCE_S)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        link = Link(sock)
        self.links.append(link)
        try:
            if self.context:
                link.sock = self.context.wrap_socket(sock, server_side=True)
            self.act(link)
        except OSError:
            pass  # the other side went away, or refused our certificate
        except Exception as error:  # shown in the test's own thread by `peer`
            self.faults.append(error)
        finally:
            link.sock.close()

    def end(self) -> None:
        """Stops listening and waits for the connections to end."""
        self._ending = True
        # A connection of our own wakes `accept` on every system.
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        self._listener.close()


@contextlib.contextmanager
def peer(act: Act, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A peer for the length of a block."""
    made = Peer(act, context)
    try:
        yield made
    finally:
        made.end()
    assert not made.faults, made.faults


def saying(*pieces: bytes) -> Act:
    """Reads the request, sends the pieces, and waits until the other side ends."""

    def act(link: Link) -> None:
        link.head()
        for piece in pieces:
            link.send(piece)
        link.until_gone()

    return act


def talking(*pieces: bytes) -> Act:
    """Reads the request, sends the pieces, and then speaks WebSocket as `politely` does."""

    def act(link: Link) -> None:
        link.head()
        for piece in pieces:
            link.send(piece)
        politely(link)

    return act


def closing(*pieces: bytes) -> Act:
    """Reads the request, sends the pieces, and closes in order."""

    def act(link: Link) -> None:
        link.head()
        for piece in pieces:
            link.send(piece)

    return act


def free_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
