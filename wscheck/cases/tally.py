"""What shows only over all cases together: how refusals are made (RFC 6455 §4.2.1, §10.7; RFC 9110 §15).

May never enter: requests of its own. A tally looks at what the cases of conformance brought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from wscheck.cases import Case, Row, Said, Seen
from wscheck.core.answer import Answer, read_body
from wscheck.core.fields import members
from wscheck.core.grammar import same

Brought = Sequence[tuple[Case, Seen]]

# The fields of replies that tallies look at.
LOOKED_AT = (b"Allow", b"Upgrade", b"Connection")


class Tally(NamedTuple):
    """A case without a request. `judge` sees what all others brought."""

    id: str
    title: str
    row: Row
    expected: str
    judge: Callable[[Brought], Said]


CLIENT_ERROR = Row(
    ("R-6455-4.2.1-25",),
    "should",
    "RFC 6455 §4.2.1; RFC 9110 §15.6",
    "A client's mistake gets a 4xx; a 5xx says that the server is broken, and wakes somebody up at night.",
    "Answer bad handshakes with 400; 501 for a method and 505 for a version are proper exceptions.",
)
STATUS = Row(
    ("R-6455-10.7-10",),
    "should",
    "RFC 6455 §10.7, §4.2.1",
    "A dropped connection is allowed, and tells a client nothing; at least sometimes a status has to come.",
    "Answer bad handshakes with a status before the connection is closed.",
)
ALLOW = Row(
    ("R-9110-15.5.6-01",),
    "must",
    "RFC 9110 §15.5.6",
    "A 405 says in Allow which methods there are.",
    "Add 'Allow: GET' to the 405.",
)
NAMES_UPGRADE = Row(
    ("R-9110-15.5.22-01",),
    "must",
    "RFC 9110 §15.5.22",
    "A 426 says in Upgrade which protocol is wanted.",
    "Add 'Upgrade: websocket' and 'Connection: Upgrade' to the 426.",
)
HOP = Row(
    ("R-9110-7.8-03",),
    "must",
    "RFC 9110 §7.8",
    "A reply with Upgrade lists it in Connection, so that the next hop drops it.",
    "Add 'Connection: Upgrade' wherever Upgrade is sent.",
)
FRAMED = Row(
    ("R-9112-6-01",),
    "must",
    "RFC 9112 §6, §6.3",
    "A refusal is a whole HTTP message: a client has to know where it ends.",
    "Send a right Content-Length, or whole chunks, or close the connection.",
)
SAYS_WHY = Row(
    ("R-6455-7.1.7-01",),
    "should",
    "RFC 6455 §7.1.7",
    "A connection that fails is best ended by a Close with a code: without one the client sees 1006.",
    "Send Close 1002 before the connection is closed for a bad frame.",
)


def _answers(brought: Brought) -> Iterator[tuple[str, Answer]]:
    """Every answer of every case but those that look for a limit: there 503 is a fitting answer (RFC 6455 §4.1)."""
    for case, seen in brought:
        for answer in seen.answers:
            if answer is not None and answer.status is not None and not case.id.startswith("connections-"):
                yield case.id, answer


def _listed(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - 5} more" if len(distinct) > 5 else ""
    return ", ".join(distinct[:5]) + more


def _found(names: Sequence[str], status: str, none: str) -> Said:
    if not names:
        return Said("pass", none)
    count = len(set(names))
    return Said("fail" if status == "fail" else "warn", f"{count} case{'' if count == 1 else 's'}: {_listed(names)}")


def _client_error(brought: Brought) -> Said:
    names = [f"{name} ({one.status})" for name, one in _answers(brought) if _server_error(one.status)]
    return _found(names, "warn", "no 5xx but 501 and 505")


def _server_error(status: int | None) -> bool:
    return status is not None and status >= 500 and status not in (501, 505)


def _status(brought: Brought) -> Said:
    # The second request of a connection that was used again may find it closed, which is no answer to that request.
    closed = [case.id for case, seen in brought if "closed" in seen.outcomes[: 1 if case.way == "reused" else None]]
    told = any(outcome in ("refused", "ignored") for _, seen in brought for outcome in seen.outcomes)
    if closed and not told:
        return Said("warn", f"no case got a status; closed without one: {_listed(closed)}")
    return Said("info" if closed else "pass", f"closed without a status: {_listed(closed) or 'none'}")


def _allow(brought: Brought) -> Said:
    return _found(
        [name for name, one in _answers(brought) if one.status == 405 and not one.all(b"Allow")], "fail", "none"
    )


def _names_upgrade(brought: Brought) -> Said:
    names = [name for name, one in _answers(brought) if one.status == 426 and not one.all(b"Upgrade")]
    return _found(names, "fail", "none")


def _hop(brought: Brought) -> Said:
    names = [
        name
        for name, one in _answers(brought)
        if one.status != 101
        and one.all(b"Upgrade")
        and not any(same(option, b"upgrade") for option in members(one.all(b"Connection")))
    ]
    return _found(names, "fail", "none")


def _framed(brought: Brought) -> Said:
    bad = ("short", "bad-chunk", "bad-length", "contradictory")
    names = [name for name, one in _answers(brought) if not one.truncated and read_body(one).state in bad]
    return _found(names, "fail", "all refusals are whole")


def _says_why(brought: Brought) -> Said:
    names = [
        case.id
        for case, seen in brought
        if case.id.startswith("frame-") and any(_cut(answer) for answer in seen.answers if answer)
    ]
    return _found(names, "warn", "none was cut without a Close")


def _cut(answer: Answer) -> bool:
    return answer.tunnel is not None and answer.tunnel.ending.by == "server" and answer.tunnel.ending.how != "close"


TALLIES = (
    Tally("refusals-4xx", "refusals with 5xx", CLIENT_ERROR, "4xx for a client's mistake", _client_error),
    Tally("refusals-status", "connections closed without a status", STATUS, "a status before the close", _status),
    Tally("refusals-allow", "405 without Allow", ALLOW, "Allow in each 405", _allow),
    Tally("refusals-upgrade", "426 without Upgrade", NAMES_UPGRADE, "Upgrade in each 426", _names_upgrade),
    Tally("refusals-hop", "Upgrade that Connection does not list", HOP, "Connection: Upgrade beside it", _hop),
    Tally("refusals-framed", "refusals that are no whole message", FRAMED, "right framing", _framed),
    Tally("frames-close", "bad frames cut off without a Close", SAYS_WHY, "a Close before TCP ends", _says_why),
)
