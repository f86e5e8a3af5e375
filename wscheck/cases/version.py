"""Sec-WebSocket-Version: what is refused, and what the refusal says (RFC 6455 §4.2.2 /version/, §4.3, §4.4, §11.6).

version = DIGIT | NZDIGIT DIGIT | "1" DIGIT DIGIT | "2" DIGIT DIGIT, up to 255.
"""

from __future__ import annotations

import re

from wscheck.cases import Case, Good, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import VERSION, drop, lines, put, refused
from wscheck.cases.verdicts import accepted_rightly, said, silence, version_list
from wscheck.core import plan as plans
from wscheck.core.visible import visible

ORDER = 50

PRESENT = Row(
    ("R-6455-4.2.1-15",),
    "must",
    "RFC 6455 §4.2.1 item 6",
    "Without a version nobody knows which protocol is meant.",
    "Refuse a handshake without Sec-WebSocket-Version with 400 or 426.",
)
ADVERTISED = Row(
    ("R-6455-4.2.2-20",),
    "must",
    "RFC 6455 §4.2.2 /version/, §4.4",
    "A version that is not spoken gets an HTTP error and the list of those that are, so that a client can try again.",
    "Refuse with 426 (or 400) and add 'Sec-WebSocket-Version: 13'.",
)
LIST = Row(
    ("R-6455-4.2.2-21",),
    "must",
    "RFC 6455 §4.4, §4.3",
    "The advertised list is what a client tries next: it is well formed, and does not hold what was just refused.",
    "Advertise 'Sec-WebSocket-Version: 13'.",
)
HELPFUL = Row(
    ("R-6455-4.2.2-22",),
    "may",
    "RFC 6455 §4.2.2 /version/ against §4.2.1",
    "A missing version is a bad handshake and no mismatch; naming the versions is helpful and not required.",
    "",
)
GRAMMAR = Row(
    ("R-6455-4.3-10",),
    "must",
    "RFC 6455 §4.3, §11.6",
    "A version is a number from 0 to 255 without sign, leading zero or fraction; a lenient number parser takes others.",
    "Compare the value with the text '13'.",
)
ONE = Row(
    ("R-6455-11.3.5-10",),
    "must",
    "RFC 6455 §11.3.5, §4.3",
    "A request names one version; a list is for replies.",
    "Refuse a request with more than one version with 400.",
)
SAME_TWICE = ONE._replace(level="should")
RESERVED = Row(
    ("R-6455-11.6-10",),
    "must",
    "RFC 6455 §11.6",
    "Versions 9 to 12 are reserved and were never valid.",
    "Switch for version 13 alone.",
)
INTERIM = Row(
    ("R-6455-11.6-10",),
    "may",
    "RFC 6455 §11.6",
    "Versions 7 and 8 are drafts that some servers still speak; 13 is the standard.",
    "",
)
RETRY = Row(
    ("R-6455-4.4-20",),
    "must",
    "RFC 6455 §4.4",
    "A client may repeat with a version that was advertised; that one has to work.",
    "Advertise only versions that are accepted.",
)

_NUMBER = re.compile(rb"0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")
_REFUSAL = "an HTTP error (426, 400 or another 4xx) with Sec-WebSocket-Version"


def _mismatch(seen: Seen) -> Said:
    """An HTTP error that names the versions; an ordinary reply ignores Upgrade, which is legal."""
    answer = seen.answer
    if seen.outcome == "accepted":
        return Said("fail", said(seen))
    if answer is None or answer.status is None:
        return silence(seen) or Said("warn", said(seen))
    if 200 <= answer.status < 400:
        return Said("info", said(seen))
    versions = version_list(answer)
    if not versions:
        return Said("fail", f"{said(seen)}, without Sec-WebSocket-Version")
    return Said("pass", f"{said(seen)}, versions {_shown(versions)}")


def _list(refused_version: bytes) -> Case:
    def judge(seen: Seen) -> Said:
        answer = seen.answer
        versions = version_list(answer) if answer else ()
        if seen.outcome == "accepted" or not versions:
            return silence(seen) or Said("skip", "no version was advertised")
        bad = [version for version in versions if not _NUMBER.fullmatch(version)]
        if bad:
            return Said("fail", f"off the grammar: {_shown(tuple(bad))}")
        if refused_version in versions:
            return Said("fail", f"it holds {refused_version.decode()}, which was just refused: {_shown(versions)}")
        return Said("pass" if b"13" in versions else "warn", f"advertised: {_shown(versions)}")

    return Case(
        "version-list",
        "the list of versions in the refusal of version 25",
        LIST,
        "numbers from 0 to 255, with 13 and without the one refused",
        one(put(VERSION, refused_version)),
        judge,
    )


def _helpful(seen: Seen) -> Said:
    versions = version_list(seen.answer) if seen.answer else ()
    if seen.outcome == "accepted":
        return Said("skip", "the handshake without a version was accepted")
    return silence(seen) or Said("info", f"{said(seen)}, {f'versions {_shown(versions)}' if versions else 'no list'}")


def _retried(seen: Seen) -> Said:
    first = seen.answers[0]
    if first is None or b"13" not in version_list(first):
        return Said("skip", "13 was not advertised")
    if seen.outcome != "accepted":
        return Said("fail", f"13 was advertised, and then: {said(seen)}")
    return accepted_rightly(seen) or Said("pass", said(seen))


def _retry(good: Good) -> tuple[Shot, ...]:
    return (Shot(plans.replaced(good.plan, VERSION, b"25")), Shot(plans.rekeyed(good.plan, good.another_key)))


def _shown(versions: tuple[bytes, ...]) -> str:
    return ", ".join(visible(version, 20) for version in versions[:10])


SECTION = Section(
    "version",
    "Sec-WebSocket-Version",
    (
        refused(PRESENT, "version-missing", "no Sec-WebSocket-Version", drop(VERSION)),
        Case(
            "version-missing-list",
            "whether the refusal of a missing version names the versions",
            HELPFUL,
            "any refusal; the list is helpful",
            one(drop(VERSION)),
            _helpful,
        ),
        *(
            Case(
                f"version-{number}",
                f"version {number}, which nobody speaks",
                ADVERTISED,
                _REFUSAL,
                one(put(VERSION, b"%d" % number)),
                _mismatch,
            )
            for number in (14, 25, 99, 255)
        ),
        _list(b"25"),
        Case(
            "version-retry",
            "version 25, then 13 on a new connection",
            RETRY,
            "101 for the version that was advertised",
            _retry,
            _retried,
        ),
        *(
            refused(GRAMMAR, f"version-{name}", f"the version '{value.decode()}'", put(VERSION, value))
            for name, value in (
                ("leading-zero", b"013"),
                ("plus", b"+13"),
                ("minus", b"-13"),
                ("fraction", b"13.0"),
                ("hex", b"0x0d"),
                ("letters", b"13abc"),
                ("space", b"1 3"),
                ("256", b"256"),
                ("1300", b"1300"),
                ("empty", b""),
            )
        ),
        refused(SAME_TWICE, "version-twice-equal", "13 twice", lines(VERSION, b"13", b"13"), "warn"),
        refused(ONE, "version-twice-different", "13 and 8 in two lines", lines(VERSION, b"13", b"8")),
        refused(ONE, "version-list-13-8", "'13, 8' in one line", put(VERSION, b"13, 8")),
        refused(ONE, "version-list-8-13", "'8, 13' in one line", put(VERSION, b"8, 13")),
        refused(INTERIM, "version-0", "version 0, an interim draft", put(VERSION, b"0"), "info"),
        refused(INTERIM, "version-7", "version 7, an interim draft", put(VERSION, b"7"), "info"),
        refused(INTERIM, "version-8", "version 8, an interim draft", put(VERSION, b"8"), "info"),
        refused(RESERVED, "version-9", "version 9, which is reserved", put(VERSION, b"9")),
        refused(RESERVED, "version-12", "version 12, which is reserved", put(VERSION, b"12")),
    ),
)
