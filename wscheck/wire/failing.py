"""Why the reading of a reply failed: silence, or the end of the connection.

May never enter: sockets, and a judgement of what came.
"""

from __future__ import annotations

from wscheck.core.exchange import Failure
from wscheck.wire.clock import Deadline
from wscheck.wire.inbox import Inbox


def silence(known: int, deadline: Deadline, *, banner: bool) -> Failure:
    """Nothing more came within the deadline, or soon behind octets that are no HTTP."""
    if not known:
        return Failure("read", "timeout", f"no reply: silence until the {deadline.said}")
    if banner and deadline.left_s() > 0:
        return Failure("read", "timeout", f"{known} octets, then silence behind what is not HTTP")
    return Failure("read", "timeout", f"{known} octets, but no end of a head until the {deadline.said}")


def ended(inbox: Inbox) -> Failure:
    """The peer ended the connection, in order or not."""
    came = f"after {len(inbox.data)} octets" if inbox.data else "without an octet of a reply"
    error = inbox.error
    if error is None or isinstance(error, EOFError):
        return Failure("read", "closed", f"the peer closed the connection {came}")
    if isinstance(error, ConnectionError):
        return Failure("read", "reset", f"the peer reset the connection {came}")
    if hasattr(error, "reason"):  # ssl.SSLError, without loading ssl for it
        from wscheck.wire.tls import tls_failure

        kind, said = tls_failure(error)
        return Failure("tls", kind, f"{said} ({came})")
    return Failure("read", "other", f"the connection failed {came}: {error}")
