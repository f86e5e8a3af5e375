"""Sec-WebSocket-Extensions: an offer is to be declined, not a handshake to be refused (RFC 6455 §9).

extension-list = 1#extension; extension = extension-token *( ";" extension-param ), RFC 6455 §9.1.
"""

from __future__ import annotations

from wscheck.cases import Case, Good, Judge, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import EXTENSIONS, lines, put
from wscheck.cases.negotiation import negotiated, shown_only, told
from wscheck.cases.verdicts import said, silence
from wscheck.core import plan as plans
from wscheck.core.deflate import NAME

ORDER = 90

GRAMMAR = Row(
    ("R-6455-9.1-20",),
    "must",
    "RFC 6455 §9.1",
    "A value off the grammar makes whoever reads it fail at once; guessing what was meant negotiates something else.",
    "Refuse a handshake whose Sec-WebSocket-Extensions cannot be parsed with 400.",
)
UNKNOWN = Row(
    ("R-6455-9-20", "R-6455-9-01"),
    "should",
    "RFC 6455 §9",
    "Unknown extensions are passed over: the handshake goes on without them.",
    "Ignore extensions that you do not know.",
)
ONE_LIST = Row(
    ("R-6455-9.1-21",),
    "must",
    "RFC 6455 §9.1, §11.3.2",
    "Several lines mean one list: clients and proxies may split it.",
    "Join all Sec-WebSocket-Extensions lines of a request before you read the offers.",
)
REGISTERED = Row(
    ("R-6455-9.1-22",),
    "may",
    "RFC 6455 §9.1, §11.4",
    "Names of extensions are registered; these never were, and old servers know them.",
    "",
)
BLANKS = Row(
    ("R-6455-9.1-24",),
    "may",
    "RFC 6455 §9.1; RFC 9110 §5.6.1",
    "Blanks around the separators and empty members may stand in an offer.",
    "",
)

_DECLINED = "101 without the extension"
_SPLIT = b"x-unknown.invalid; p=1"


def _off_grammar(seen: Seen) -> Said:
    """A refusal or a close is right. A server that never negotiates ignores the field, and is not judged."""
    if seen.outcome != "accepted":
        return silence(seen) or Said("pass", said(seen))
    return Said("fail" if "deflate" in seen.good.has else "info", told(seen))


def _deflates(seen: Seen, number: int) -> bool:
    answer = seen.answers[number]
    taken = answer.accepted_extensions if answer and seen.outcomes[number] == "accepted" else ()
    return any(extension.name == NAME for extension in taken)


def _as_in_one_line(seen: Seen) -> Said:
    """The same answer to two lines as to one; who declines the one cannot be seen to read two."""
    if not _deflates(seen, 0):
        return Said("skip", "in one line of the same offers permessage-deflate is not accepted either")
    if _deflates(seen, 1):
        return negotiated()(seen)
    return Said("fail", told(seen) if seen.outcome == "accepted" else said(seen))


def _one_line_then_two(good: Good) -> tuple[Shot, ...]:
    one_line = put(EXTENSIONS, _SPLIT + b", " + NAME)
    other = plans.rekeyed(good.plan, good.another_key)
    return Shot(one_line(good.plan)), Shot(lines(EXTENSIONS, _SPLIT, NAME)(other))


def _offer(
    name: str, title: str, row: Row, value: bytes, judge: Judge, expected: str, *, needs: tuple[str, ...] = ()
) -> Case:
    return Case(f"extension-{name}", title, row, expected, one(put(EXTENSIONS, value)), judge, needs=needs)


SECTION = Section(
    "extensions",
    "Sec-WebSocket-Extensions",
    (
        *(
            _offer(name, title, GRAMMAR, value, _off_grammar, "a 4xx or a close")
            for name, title, value in (
                ("double-semicolon", "'permessage-deflate;;'", b"permessage-deflate;;"),
                ("no-name", "a parameter without a name in front", b";x"),
                ("only-value", "'=1'", b"=1"),
                ("quoted-blank", "a quoted value that is no token", b'foo; bar="a b"'),
                ("no-value", "a parameter with '=' and nothing behind it", b"foo; bar="),
                ("open-quote", "a quote that is not closed", b'foo; bar="a'),
            )
        ),
        _offer(
            "unknown",
            "an extension that nobody knows",
            UNKNOWN,
            _SPLIT,
            negotiated(accepted="fail"),  # nobody speaks it, so that it was accepted is an echo of the offer
            _DECLINED,
        ),
        *(
            _offer(
                f"dead-{name.decode()}",
                f"{name.decode()}, which was never registered",
                REGISTERED,
                name,
                negotiated(accepted="info"),
                _DECLINED,
            )
            for name in (b"x-webkit-deflate-frame", b"deflate-frame", b"permessage-bzip2", b"mux")
        ),
        Case(
            "deflate-second-line",
            "permessage-deflate behind another offer, in one line and in two",
            ONE_LIST,
            "101 with permessage-deflate, as for one line",
            _one_line_then_two,
            _as_in_one_line,
            needs=("deflate",),
        ),
        Case(
            "deflate-blanks",
            "blanks around the separators and an empty member",
            BLANKS,
            "any answer; it is shown",
            one(put(EXTENSIONS, b"permessage-deflate ;client_max_window_bits = 10 , ,x-unknown.invalid")),
            shown_only(negotiated("info", declined="info", accepted="info")),
        ),
    ),
)
