"""Upgrade and Connection: what asks for the switch (RFC 6455 §4.2.1 items 3 and 4, RFC 9110 §7.6.1, §7.8)."""

from __future__ import annotations

from wscheck.cases import Case, Row, Said, Section, Seen, one
from wscheck.cases.build import CONNECTION, UPGRADE, accepted, drop, lines, put, refused, shown
from wscheck.cases.verdicts import must_refuse, said
from wscheck.core.fields import members
from wscheck.core.grammar import same

ORDER = 30

PRESENT = Row(
    ("R-6455-4.2.1-03",),
    "must",
    "RFC 6455 §4.2.1 item 3",
    "A request without Upgrade asks for ordinary HTTP.",
    "Switch only when Upgrade is there and names websocket.",
)
MEMBER = Row(
    ("R-6455-4.2.1-04",),
    "must",
    "RFC 6455 §4.2.1 item 3; RFC 9110 §7.8",
    "Another protocol was asked for; a substring of a name is not the name.",
    "Split Upgrade at its commas and compare whole members with 'websocket'.",
)
ANY_CASE = Row(
    ("R-6455-4.2.1-05",),
    "must",
    "RFC 6455 §4.2.1 item 3; RFC 9110 §7.8",
    "The value compares without case; some clients send 'WebSocket'.",
    "Compare Upgrade without case.",
)
LIST = Row(
    ("R-9110-7.8-12",),
    "should",
    "RFC 9110 §7.8; RFC 6455 §4.1 request step 5",
    "A list that holds websocket is a right request; the 101 then answers websocket alone.",
    "Read Upgrade as a list, over all its lines, and answer 'Upgrade: websocket'.",
)
ASKED = Row(
    ("R-6455-4.2.1-06",),
    "must",
    "RFC 6455 §4.2.1 item 4; RFC 9110 §7.6.1",
    "Without the token in Connection the Upgrade was not meant for this hop, and has to be ignored.",
    "Switch only when Connection holds the token 'upgrade'.",
)
TOKEN = Row(
    ("R-6455-4.2.1-07",),
    "must",
    "RFC 6455 §4.2.1 item 4",
    "An option whose name only contains 'upgrade' is another option.",
    "Split Connection at its commas and compare whole members with 'upgrade', without case.",
)
OPTIONS = Row(
    ("R-6455-4.2.1-08",),
    "must",
    "RFC 6455 §4.2.1 item 4; RFC 9110 §7.6.1, §5.3, §5.6.1",
    "Connection is a list, in any case, over several lines, with stray empty members: Firefox sends "
    "'keep-alive, Upgrade'.",
    "Read Connection as a list over all its lines; skip empty members.",
)
NAMES_KEY = Row(
    ("R-9110-7.6.1-10",),
    "may",
    "RFC 9110 §7.6.1",
    "A proxy that obeys drops the key, which is named as a field of this hop; a refusal shows one.",
    "",
)


def _no_websocket(seen: Seen) -> Said:
    """A server that speaks HTTP/2 may switch to it when it is asked to: then no WebSocket was opened."""
    upgrades = members(seen.answer.all(b"Upgrade")) if seen.answer and seen.outcome == "accepted" else ()
    if len(upgrades) == 1 and same(upgrades[0], b"h2c"):
        return Said("info", f"{said(seen)}, to h2c, which was asked for")
    return must_refuse()(seen)


SECTION = Section(
    "upgrade",
    "Upgrade and Connection",
    (
        refused(PRESENT, "upgrade-missing", "no Upgrade", drop(UPGRADE)),
        refused(MEMBER, "upgrade-plural", "Upgrade: websockets", put(UPGRADE, b"websockets")),
        refused(MEMBER, "upgrade-prefixed", "Upgrade: xwebsocket", put(UPGRADE, b"xwebsocket")),
        refused(MEMBER, "upgrade-two-words", "Upgrade: web socket", put(UPGRADE, b"web socket")),
        Case(
            "upgrade-h2c",
            "Upgrade: h2c",
            MEMBER,
            "no 101 to a WebSocket",
            one(put(UPGRADE, b"h2c")),
            _no_websocket,
        ),
        refused(MEMBER, "upgrade-empty", "an empty Upgrade", put(UPGRADE, b"")),
        accepted(ANY_CASE, "upgrade-mixed-case", "Upgrade: WebSocket", put(UPGRADE, b"WebSocket")),
        accepted(ANY_CASE, "upgrade-upper-case", "Upgrade: WEBSOCKET", put(UPGRADE, b"WEBSOCKET")),
        accepted(LIST, "upgrade-list", "Upgrade: foo/1, websocket", put(UPGRADE, b"foo/1, websocket"), "warn"),
        accepted(LIST, "upgrade-two-lines", "two Upgrade lines", lines(UPGRADE, b"foo/1", b"websocket"), "warn"),
        refused(ASKED, "connection-missing", "no Connection", drop(CONNECTION)),
        refused(ASKED, "connection-keep-alive", "Connection: keep-alive", put(CONNECTION, b"keep-alive")),
        refused(ASKED, "connection-close", "Connection: close", put(CONNECTION, b"close")),
        refused(TOKEN, "connection-not-upgrade", "Connection: NotUpgrade", put(CONNECTION, b"NotUpgrade")),
        refused(TOKEN, "connection-upgraded", "Connection: Upgraded", put(CONNECTION, b"Upgraded")),
        refused(TOKEN, "connection-insecure", "Connection: Upgrade-Insecure", put(CONNECTION, b"Upgrade-Insecure")),
        accepted(
            OPTIONS, "connection-list", "Connection: keep-alive, Upgrade", put(CONNECTION, b"keep-alive, Upgrade")
        ),
        accepted(OPTIONS, "connection-lower-case", "Connection: upgrade", put(CONNECTION, b"upgrade")),
        accepted(OPTIONS, "connection-upper-case", "Connection: UPGRADE", put(CONNECTION, b"UPGRADE")),
        accepted(OPTIONS, "connection-two-lines", "two Connection lines", lines(CONNECTION, b"keep-alive", b"Upgrade")),
        accepted(OPTIONS, "connection-empty-member", "Connection: ,Upgrade", put(CONNECTION, b",Upgrade")),
        shown(
            NAMES_KEY,
            "connection-names-key",
            "Connection: Upgrade, Sec-WebSocket-Key",
            put(CONNECTION, b"Upgrade, Sec-WebSocket-Key"),
        ),
    ),
)
