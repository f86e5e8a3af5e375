"""Upgrade and Connection: substrings, case, lines (RFC 6455 §4.2.1 items 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.core.fields import members
from wscheck.lab.leniencies import Leniency, named_lines, read_as, ruled, told, without
from wscheck.lab.request import Request
from wscheck.lab.rules import Rule, bad, upgrade_required
from wscheck.lab.script import Draft


def _values(name: bytes, right: Callable[[tuple[bytes, ...]], bool]) -> Rule:
    """A rule over the values of a field, line by line."""

    def rule(request: Request) -> Draft | None:
        values = tuple(field.value for field in request.all(name))
        return None if right(values) else upgrade_required(request, f"{name.decode()} does not say so.")

    return rule


def _members(name: bytes, wanted: bytes) -> Rule:
    """A rule that compares members of a list with their case."""

    def rule(request: Request) -> Draft | None:
        right = wanted in members(request.all(name))
        return None if right else upgrade_required(request, f"{name.decode()} does not say so.")

    return rule


def _obeying(request: Request) -> Draft | None:
    """A proxy that drops what Connection names (RFC 9110 §7.6.1): the key never arrives."""
    named = any(member.lower() == b"sec-websocket-key" for member in members(request.all(b"Connection")))
    return bad(request, "There is no Sec-WebSocket-Key.") if named else None


_U, _C = b"Upgrade", b"Connection"

LENIENCIES = (
    Leniency(
        "lenient-upgrade-any",
        "does not look at Upgrade",
        told(
            fail="upgrade-missing upgrade-plural upgrade-prefixed upgrade-two-words upgrade-h2c upgrade-empty",
            warn="h2c",
        ),
        without("upgrade"),
    ),
    Leniency(
        "lenient-upgrade-substring",
        "looks for the letters of websocket in Upgrade",
        told(fail="upgrade-plural upgrade-prefixed"),
        ruled("upgrade", _values(_U, lambda values: b"websocket" in b", ".join(values).lower())),
    ),
    Leniency(
        "lenient-upgrade-case",
        "compares Upgrade with its case",
        told(fail="upgrade-mixed-case upgrade-upper-case"),
        ruled("upgrade", _members(_U, b"websocket")),
    ),
    Leniency(
        "lenient-upgrade-whole",
        "compares the whole value of Upgrade, and reads no list",
        told(warn="upgrade-list upgrade-two-lines"),
        ruled("upgrade", _values(_U, lambda values: b", ".join(values).lower() == b"websocket")),
    ),
    Leniency(
        "lenient-upgrade-first-line",
        "reads the first line of Upgrade",
        told(warn="upgrade-two-lines"),
        read_as(named_lines(_U, 0)),
    ),
    Leniency(
        "lenient-connection-any",
        "does not look at Connection",
        told(
            fail="connection-missing connection-keep-alive connection-close connection-not-upgrade connection-upgraded "
            "connection-insecure"
        ),
        without("connection"),
    ),
    Leniency(
        "lenient-connection-substring",
        "looks for the letters of upgrade in Connection",
        told(fail="connection-not-upgrade connection-upgraded connection-insecure"),
        ruled("connection", _values(_C, lambda values: b"upgrade" in b", ".join(values).lower())),
    ),
    Leniency(
        "lenient-connection-whole",
        "compares the whole value of Connection, and reads no list",
        told(fail="connection-list connection-two-lines connection-empty-member"),
        ruled("connection", _values(_C, lambda values: b", ".join(values).lower() == b"upgrade")),
    ),
    Leniency(
        "lenient-connection-first-line",
        "reads the first line of Connection",
        told(fail="connection-two-lines"),
        read_as(named_lines(_C, 0)),
    ),
    Leniency(
        "lenient-connection-case",
        "compares Connection with its case",
        told(fail="connection-lower-case connection-upper-case"),
        ruled("connection", _members(_C, b"Upgrade")),
    ),
    Leniency(
        "lenient-connection-obeyed",
        "drops the fields that Connection names, like a proxy in front",
        told(),
        ruled("obeyed", _obeying),
    ),
)
