"""What came before a reset is read, even where a write meets the reset first."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

import pytest

from wscheck.wire.draining import DrainingSocket
from wscheck.wire.inbox import Inbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows throws away what came when a reset comes")


def reset_behind(data: bytes) -> DrainingSocket:
    """A connection whose peer sent these octets and then a reset, both of which have arrived."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = DrainingSocket(socket.AF_INET, socket.SOCK_STREAM)
        ours.connect(listening.getsockname())
        theirs, _ = listening.accept()
    theirs.sendall(data)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()
    return ours


@pytest.mark.parametrize("buffers", [False, True])
def test_the_reset_is_told_behind_the_octets(buffers: bool) -> None:
    with reset_behind(b"HTTP/1.1 400 Bad Request\r\n\r\n") as ours:
        for _ in range(2):
            assert (ours.sendmsg([b"ab", b"c"]) if buffers else ours.send(b"abc")) == 3
        assert ours.recv(9) == b"HTTP/1.1 "
        room = bytearray(100)
        assert ours.recv_into(room) == 19
        assert room.startswith(b"400 Bad Request\r\n\r\n\0")
        with pytest.raises(ConnectionError):
            ours.recv(9)
        with pytest.raises(ConnectionError):
            ours.recv_into(room)


def test_an_orderly_end_stays_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = DrainingSocket(socket.AF_INET, socket.SOCK_STREAM)
        ours.connect(listening.getsockname())
        theirs, _ = listening.accept()
    with ours, theirs:
        assert ours.send(b"abc") == 3
        assert theirs.recv(9) == b"abc"
        theirs.sendall(b"hi")
        theirs.shutdown(socket.SHUT_WR)
        assert (ours.recv(9), ours.recv(9), ours.recv_into(bytearray(9))) == (b"hi", b"", 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the reset may take the end before it away")
@pytest.mark.parametrize("written", [1, 3])
def test_an_orderly_end_stays_one_though_what_we_write_brings_a_reset(written: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ours = DrainingSocket(socket.AF_INET, socket.SOCK_STREAM)
        ours.connect(listening.getsockname())
        theirs, _ = listening.accept()
    theirs.sendall(b"hi")
    theirs.close()
    with ours:
        for _ in range(written):
            assert ours.send(b"abc") == 3
        assert (ours.recv(9), ours.recv(9), ours.recv_into(bytearray(9))) == (b"hi", b"", 0)


def test_an_inbox_that_writes_into_a_reset_keeps_the_answer() -> None:
    async def kept() -> Inbox:
        ours = reset_behind(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        ours.setblocking(False)
        transport, inbox = await asyncio.get_running_loop().create_connection(Inbox, sock=ours)
        transport.write(b"more of the request")
        while not inbox.ended:
            assert await inbox.more(len(inbox.data), 10.0)
        return inbox

    inbox = asyncio.run(kept())
    assert bytes(inbox.data) == b"HTTP/1.1 400 Bad Request\r\n\r\n"
    assert isinstance(inbox.error, ConnectionError)
