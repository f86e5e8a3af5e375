"""What the user demands of an answer beyond the rules: expectations, as data.

May never enter: how they are judged (`checks.reply.expectation`, `status`, `close`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.plan import split_header
from wscheck.core.preset import Preset
from wscheck.errors import UsageError


class HeaderDemand(NamedTuple):
    """A field that has to be there: with exactly `value`, or matching `pattern` when there is one."""

    name: bytes
    value: bytes
    pattern: re.Pattern[bytes] | None


class Demands(NamedTuple):
    """Everything demanded; what is None or empty is not."""

    status: int | None = None
    subprotocol: str | None = None
    no_subprotocol: bool = False
    extension: str | None = None
    headers: tuple[HeaderDemand, ...] = ()
    close: int | None = None
    handshake_s: float | None = None
    cert_days: int | None = None
    convention: Preset | None = None  # what an application's convention asks

    @property
    def refusal(self) -> bool:
        """Whether a refusal is demanded: a door that has to be shut."""
        return self.status not in (None, 101)

    @property
    def any(self) -> bool:
        """Whether there is anything for the check `expectation` to judge; a status is judged by `status`."""
        return self._replace(status=None) != Demands()


NO_DEMANDS = Demands()


def octets(text: str) -> bytes:
    """A name as it goes over the wire; octets of the command line that are no UTF-8 stay what they were."""
    return text.encode("utf-8", "surrogateescape")


def parse_header_demand(text: str) -> HeaderDemand:
    """`Name: value` for an exact value, `Name: ~regex` for a match anywhere in it. UsageError for anything else."""
    name, value = split_header(text)
    if value is None:
        raise UsageError(f"{text!r} demands no value: write 'Name: value' or 'Name: ~regex'")
    if not value.startswith(b"~"):
        return HeaderDemand(name, value, None)
    try:
        return HeaderDemand(name, value, re.compile(value[1:]))
    except (re.error, OverflowError, RecursionError) as error:  # a repeat count or a nesting beyond all bounds
        raise UsageError(f"the expression in {text!r} cannot be read: {error}") from None


def refuse_contradictions(demands: Demands, *, offers: tuple[bytes, ...], extensions: tuple[bytes, ...]) -> None:
    """UsageError for demands that no answer can meet, given what the request offers."""
    if demands.status is not None and not 100 <= demands.status <= 599:
        raise UsageError(f"--expect {demands.status}: a status is a number from 100 to 599")
    opened = {
        "--expect-subprotocol": demands.subprotocol is not None,
        "--expect-no-subprotocol": demands.no_subprotocol,
        "--expect-extension": demands.extension is not None,
        "--expect-close": demands.close is not None,
    }
    for option, given in opened.items():
        if given and demands.refusal:
            raise UsageError(f"--expect {demands.status} and {option} contradict each other: only a 101 can have that")
    if demands.subprotocol is not None and demands.no_subprotocol:
        raise UsageError("--expect-subprotocol and --expect-no-subprotocol contradict each other")
    if demands.subprotocol is not None and octets(demands.subprotocol) not in offers:
        raise UsageError(
            f"{demands.subprotocol!r} is expected but not offered: add --subprotocol {demands.subprotocol}"
        )
    if demands.extension is not None and octets(demands.extension) not in extensions:
        raise UsageError(f"{demands.extension!r} is expected but not offered: add --extension {demands.extension}")
    if demands.close is not None and not 1000 <= demands.close <= 4999:
        raise UsageError(f"--expect-close {demands.close}: a close code is a number from 1000 to 4999")
