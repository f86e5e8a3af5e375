"""Reads a reply: its heads until the final one is whole, and a refusal's content.

May never enter: sending (but for content that a 100 asks for), and a judgement of what came; only where it ends is
read here.
"""

from __future__ import annotations

from wscheck.core.answer import read_answer, read_body
from wscheck.core.exchange import Exchange, Failure, Timings, Tunnel
from wscheck.core.head import head_end, is_interim, may_become_http, parse_head
from wscheck.wire.clock import Deadline
from wscheck.wire.failing import ended, silence
from wscheck.wire.inbox import Inbox
from wscheck.wire.limits import BANNER_QUIET_S, BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES


class Reply:
    """What came in, and how it ended; filled in as it goes."""

    def __init__(self, awaits: bytes = b"") -> None:
        self.data = b""
        self.awaits = awaits  # content that a 100 Continue has to ask for
        self.continued = b""  # what of it was sent
        self.failure: Failure | None = None
        self.closed = False
        self.truncated = False
        self.handshake_ms: float | None = None
        self.tunnel: Tunnel | None = None
        self.ping_ms: float | None = None
        self.close_ms: float | None = None
        self.early = False


def final_start(data: bytearray) -> int:
    """Where the final head begins: behind all interim ones that are whole (RFC 9110 §15.2)."""
    start = 0
    while (end := head_end(data, start)) is not None and is_interim(parse_head(bytes(data[start:end])).status):
        start = end
    return start


async def read_heads(inbox: Inbox, deadline: Deadline, reply: Reply) -> int | None:
    """Reads until the final head is whole and returns where it ends; None with a failure when it never is."""
    known, start = 0, 0
    while True:
        while (end := head_end(inbox.data, start)) is not None:
            status = parse_head(bytes(inbox.data[start:end])).status
            if not is_interim(status):
                return end
            start = end
            if status == 100:
                _continue(inbox, reply)
        known = len(inbox.data)
        if known >= HEAD_LIMIT_BYTES:
            reply.failure = Failure("read", "limit", f"the head has no end within {HEAD_LIMIT_BYTES // 1024} KiB")
            return None
        if inbox.ended:
            reply.failure = ended(inbox)
            return None
        banner = not may_become_http(bytes(inbox.data[start : start + 64]))
        wait_s = min(deadline.left_s(), BANNER_QUIET_S) if banner else deadline.left_s()
        if not await inbox.more(known, wait_s):
            reply.failure = silence(known, deadline, banner=banner)
            return None


def _continue(inbox: Inbox, reply: Reply) -> None:
    """Sends the content that was held back until it is asked for."""
    if reply.awaits and inbox.transport and not inbox.ended:
        inbox.transport.write(reply.awaits)
        reply.continued, reply.awaits = reply.awaits, b""


async def read_content(inbox: Inbox, end: int, request: bytes, deadline: Deadline, reply: Reply) -> None:
    """Reads a refusal's content until it is whole, too long, or takes too long: it helps and decides nothing."""
    while True:
        known = len(inbox.data)
        if known - end >= BODY_LIMIT_BYTES:
            reply.truncated = True
            return
        so_far = Exchange("", request, bytes(inbox.data), None, (), None, Timings(), None, closed=inbox.ended)
        if inbox.ended or read_body(read_answer(so_far)).state != "open":
            return
        if not await inbox.more(known, deadline.left_s()):
            return
