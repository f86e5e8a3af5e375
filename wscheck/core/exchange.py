"""One exchange as a value: what went out, what came back, by which way, how long it took, and how it failed.

May never enter: sockets and clocks (they are in `wire`, which fills these in), and judgements.
Octets are `bytes`, durations are milliseconds as `float` with `_ms` or limits in seconds with `_s`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Stage = Literal["dns", "tcp", "proxy", "tls", "send", "read"]
Kind = Literal[
    "not-found",
    "refused",
    "unreachable",
    "timeout",
    "reset",
    "closed",
    "certificate",
    "alert",
    "denied",
    "limit",
    "protocol",
    "other",
]


class Failure(NamedTuple):
    """What ended an exchange before it was whole: the stage it was in, the kind of end, and a sentence."""

    stage: Stage
    kind: Kind
    detail: str


class Attempt(NamedTuple):
    """One address that was dialled; `failure` is None for the one that answered."""

    address: str
    ms: float
    failure: str | None


class Tls(NamedTuple):
    """What the TLS handshake agreed on, and the certificate as far as it was verified.

    `trust` says which store the certificate was checked against; without verification the names are not known.
    """

    version: str
    cipher: str
    alpn: str | None
    subject: str | None
    names: tuple[str, ...]
    issuer: str | None
    not_after: str | None  # RFC 3339
    verified: bool
    trust: str


class Timings(NamedTuple):
    """Milliseconds of each phase; None where it did not happen."""

    dns: float | None = None
    tcp: float | None = None
    tls: float | None = None
    handshake: float | None = None
    total: float | None = None


class Exchange(NamedTuple):
    """One request and everything that came back for it."""

    purpose: str
    request: bytes
    response: bytes
    address: str | None
    attempts: tuple[Attempt, ...]
    tls: Tls | None
    timings: Timings
    failure: Failure | None
    closed: bool = False  # the peer ended the connection behind the last octet of `response`
    truncated: bool = False  # a size limit left the rest unread
    hop: int = 0
    protocol: str = "http/1.1"
    route: str = "direct"
