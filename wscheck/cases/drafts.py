"""Handshakes of dead drafts: a server of today refuses them (hixie-75, hixie-76, hybi-04 to -08)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Row, Said, Section, Seen, Shot
from wscheck.cases.build import KEY, UPGRADE, VERSION, body, drop, more, put, refused, then
from wscheck.cases.verdicts import said, silence
from wscheck.core import plan as plans

ORDER = 130

_OLD = "Refuse handshakes without a key or with a version other than 13, and advertise 'Sec-WebSocket-Version: 13'."
HIXIE_75 = Row(
    ("R-HIXIE75-01",),
    "should",
    "draft-hixie-thewebsocketprotocol-75",
    "The draft of 2010 has no key and no version; nothing shows that the server read a handshake.",
    _OLD,
)
HIXIE_76 = Row(
    ("R-HIXIE76-01",),
    "should",
    "draft-hixie-thewebsocketprotocol-76",
    "To a server of today this is a handshake without key and version.",
    _OLD,
)
HYBI_04 = Row(
    ("R-HYBI04-01",),
    "should",
    "draft-ietf-hybi-thewebsocketprotocol-04 to -06; RFC 6455 §11.6",
    "Versions 1 to 6 are interim drafts with other rules.",
    _OLD,
)
HYBI_07 = Row(
    ("R-HYBI07-01",),
    "may",
    "draft-ietf-hybi-thewebsocketprotocol-07",
    "A 101 means that the draft is still spoken.",
    "",
)
HYBI_08 = Row(
    ("R-HYBI08-01",),
    "should",
    "draft-ietf-hybi-thewebsocketprotocol-08 to -12",
    "These drafts send the origin as Sec-WebSocket-Origin; a server that speaks them has to check that field as well.",
    "Stop speaking version 8, or check Sec-WebSocket-Origin like Origin.",
)

_FOREIGN = b"https://evil.invalid"
# The sample of draft hixie-76: digits and spaces in the keys make two numbers, eight octets follow the head.
_KEY_1, _KEY_2, _OCTETS = b"4 @1  46546xW%0l 1 5", b"12998 5 Y3 1  .P00", b"^n:ds[4U"


def _old_origins(good: Good) -> tuple[Shot, ...]:
    eight = put(VERSION, b"8")(plans.without(good.plan, b"Origin"))
    return (
        Shot(put(b"Origin", _FOREIGN)(good.plan)),
        Shot(more(b"Sec-WebSocket-Origin", _FOREIGN)(eight)),
        Shot(put(b"Origin", _FOREIGN)(eight)),
    )


def _bypass(seen: Seen) -> Said:
    today, *eight = seen.outcomes
    if today != "accepted" and "accepted" in eight:
        return Said("warn", f"version 13 from a foreign origin: {said(seen, 0)}; version 8: switched")
    return silence(seen) or Said("info", f"version 13 from a foreign origin: {said(seen, 0)}; version 8: {said(seen)}")


SECTION = Section(
    "drafts",
    "Handshakes of dead drafts",
    (
        refused(
            HIXIE_75,
            "draft-hixie-75",
            "no key, no version, WebSocket-Protocol",
            then(
                drop(KEY, VERSION),
                put(UPGRADE, b"WebSocket"),
                put(b"Origin", b"http://example.com"),
                more(b"WebSocket-Protocol", b"sample"),
            ),
            "warn",
        ),
        refused(
            HIXIE_76,
            "draft-hixie-76",
            "Sec-WebSocket-Key1 and -Key2 and eight octets",
            then(
                drop(KEY, VERSION),
                put(UPGRADE, b"WebSocket"),
                put(b"Origin", b"http://example.com"),
                more(b"Sec-WebSocket-Key1", _KEY_1),
                more(b"Sec-WebSocket-Key2", _KEY_2),
                body(_OCTETS),
            ),
            "warn",
        ),
        refused(HYBI_04, "draft-hybi-04", "version 4", put(VERSION, b"4"), "warn"),
        refused(HYBI_04, "draft-hybi-06", "version 6", put(VERSION, b"6"), "warn"),
        refused(
            HYBI_07,
            "draft-hybi-07",
            "version 7 with Sec-WebSocket-Origin",
            then(put(VERSION, b"7"), more(b"Sec-WebSocket-Origin", b"http://example.com")),
            "info",
        ),
        Case(
            "draft-hybi-08-origin",
            "version 8 with a foreign Sec-WebSocket-Origin, and with a foreign Origin",
            HYBI_08,
            "no 101 where version 13 gets none",
            _old_origins,
            _bypass,
        ),
    ),
)
