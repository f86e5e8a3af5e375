"""One exchange as a value: what went out, what came back, by which way, how long it took, and how it failed.

May never enter: sockets and clocks (they are in `wire`, which fills these in), and judgements.
Octets are `bytes`, durations are milliseconds as `float` with `_ms` or limits in seconds with `_s`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from wscheck.core.frame import Frame

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
    days_left: float | None  # from the handshake until then
    verified: bool
    trust: str
    not_before: str | None = None
    chain_length: int | None = None  # certificates that the server sent


class Timings(NamedTuple):
    """Milliseconds of each phase; None where it did not happen."""

    dns: float | None = None
    tcp: float | None = None
    tls: float | None = None
    handshake: float | None = None
    total: float | None = None
    proxy: float | None = None
    ping: float | None = None  # until the Pong that answers ours
    close: float | None = None  # from our Close to the end of the connection


class Ending(NamedTuple):
    """How the tunnel behind a 101 ended: by whom, in which way, and when, in seconds from the end of the handshake."""

    by: Literal["server", "wscheck"]
    how: Literal["close", "eof", "reset"]
    after_s: float
    code: int | None = None  # of a Close frame
    reason: bytes = b""


class Tunnel(NamedTuple):
    """What went both ways behind the 101. `held_s` is how long it was to stand, None when it was not to be held.

    `received` holds the first octets only; what came behind them shows in the other fields.
    """

    sent: bytes
    received: bytes
    sent_frames: tuple[Frame, ...]
    received_frames: tuple[Frame, ...]
    ending: Ending  # the first end there was: ours, or the server's
    held_s: float | None
    ping: bytes | None = None  # the payload of the Ping that was sent, None when there was none
    pong: bool = False  # its Pong came
    waited_s: float = 0.0  # how long it was waited for
    farewell: Frame | None = None  # the server's Close, whoever closed first
    ended: bool | None = None  # the server ended TCP behind both Closes; None when that was not waited for
    close_s: float = 0.0  # how long that was waited for
    cut_short: bool = False  # the limit of the whole run was over before the waiting was
    junk: bool = False  # octets came that begin no frame, so where a frame would begin is not known
    interrupted: bool = False  # the user ended the holding, so `held_s` is how long it stood until then


# Why a redirect was not followed although redirects are: the same URL once more, too many hops, from wss to ws, or a
# Location that is no URL of a WebSocket.
Stopped = Literal["loop", "too-many", "downgrade", "unusable"]


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
    truncated: bool = False  # a size limit left the rest unread, or an audit kept no more of it
    hop: int = 0
    protocol: str = "http/1.1"
    route: str = "direct"
    tunnel: Tunnel | None = None
    stopped: Stopped | None = None
    early: bool = False  # the reply began before the whole request was sent
