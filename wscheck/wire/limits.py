"""What bounds an exchange: every limit has a name, a unit and a reason.

May never enter: a limit without a bound. When one is hit, the report names it.
"""

from __future__ import annotations

from typing import NamedTuple

# A head longer than this is no head. Chromium stops between 64 and 300 KiB; the largest that any measured client
# still takes is 300 KiB.
HEAD_LIMIT_BYTES = 512 * 1024

# Enough of a refusal's content to recognise whose page it is.
BODY_LIMIT_BYTES = 64 * 1024

# After octets that cannot begin an HTTP reply nothing better will come; this long may the rest of a banner take.
BANNER_QUIET_S = 0.5


# Behind a refusal the peer may close; so long is looked whether it does before the connection is used once more.
CLOSE_QUIET_S = 0.1
# Behind a refusal that says so it has to: the end may take a moment longer than the reply.
CLOSE_SAID_S = 1.0


class Limits(NamedTuple):
    """Time limits in seconds. `total` bounds all of them together."""

    connect_s: float = 5.0  # DNS, TCP and TLS together, as curl's --connect-timeout
    head_s: float = 10.0  # from the last octet of the request to the end of the final head
    body_s: float = 2.0  # a refusal's content: it helps, it decides nothing
    total_s: float = 30.0  # all of these; a connection that is held is held beyond it
    ping_s: float = 2.0  # for the Pong that answers our Ping
    close_s: float = 2.0  # for the answer to a Close, and for the end of the connection behind it
    close_wait_s: float = 5.0  # for a Close that is demanded, unless --hold says otherwise
