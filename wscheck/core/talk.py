"""What is said behind a 101, as data: the tunnel's counterpart of a plan.

May never enter: sockets and clocks (`wire.tunnel` plays it), randomness (payloads come from outside).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# Whether the Close that ends a talk is sent and its answer waited for, sent without waiting, or among the octets
# already, so that only its answer is waited for.
Farewell = Literal["wait", "send", "await"]


class Talk(NamedTuple):
    """Octets that go out as they are, and how long what comes back is waited for.

    With `ping`, the payload of a Ping among the octets, the wait ends with its Pong, but not before so many `messages`
    have come; in any case with a Close, the end of the connection, or after `wait_s` seconds. Then the connection is
    held for `hold_s` seconds, and said farewell.
    """

    octets: bytes = b""
    ping: bytes | None = None
    messages: int = 0
    wait_s: float = 0.0
    hold_s: float | None = None
    farewell: Farewell = "send"
    close_s: float = 2.0  # for the answer to our Close, and as long again for the end of TCP
    kept: bool = False  # a holding that is cancelled ends as if its time were over, so that what it showed is kept


FAREWELL = Talk()
