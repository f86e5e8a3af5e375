"""How a handshake went, so that what is sent after it goes the same way.

May never enter: sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wscheck.core.plan import Plan
from wscheck.core.route import Route
from wscheck.core.target import Target
from wscheck.wire.clock import Deadline

if TYPE_CHECKING:
    from wscheck.wire.trust import Trust


class Way(NamedTuple):
    """The last hop of a handshake: `target`, the `plan` as it was sent, and by which route, trust and time limit."""

    target: Target
    plan: Plan
    route: Route
    trust: Trust | None
    proxy_trust: Trust | None
    total: Deadline
    ca_given: bool = False
    probing: bool = True  # whether anything more may be sent at all
