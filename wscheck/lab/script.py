"""What the lab does with a connection: octets in pieces, pauses, and what is behind them. Pure data."""

from __future__ import annotations

from typing import Literal, NamedTuple

from wscheck.lab.converse import Manners

# "open" speaks frames until the client ends, "deaf" reads and says nothing, "echo" sends back what comes, "close" ends
# the connection in order, "reset" tears it down, "next" reads another request.
End = Literal["open", "deaf", "echo", "close", "reset", "next"]


class Script(NamedTuple):
    """The pieces are sent one after another with `gap_s` seconds between them, then the end follows."""

    pieces: tuple[bytes, ...]
    end: End = "open"
    gap_s: float = 0.0
    manners: Manners = Manners()

    @property
    def octets(self) -> bytes:
        """All that is sent."""
        return b"".join(self.pieces)


class Draft(NamedTuple):
    """A reply before it is octets: what most faults edit. `lines` are whole field lines without their CRLF."""

    start: bytes
    lines: tuple[bytes, ...]
    tail: bytes = b""
    end: End = "open"
    manners: Manners = Manners()

    def octets(self) -> bytes:
        """The reply as it goes out."""
        return b"".join([line + b"\r\n" for line in (self.start, *self.lines)]) + b"\r\n" + self.tail

    def script(self) -> Script:
        """The reply in one piece."""
        return Script((self.octets(),), self.end, manners=self.manners)
