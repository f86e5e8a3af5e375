"""Sec-WebSocket-Protocol: which offers are read, and what may be chosen (RFC 6455 §4.2.2 /subprotocol/, §11.3.4)."""

from __future__ import annotations

from wscheck.cases import Case, Good, Judge, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import PROTOCOL, lines, put
from wscheck.cases.verdicts import accepted_rightly, chosen, said, silence
from wscheck.core import plan as plans
from wscheck.core.report import Status
from wscheck.core.visible import visible

ORDER = 80

TOKENS = Row(
    ("R-6455-4.1-31",),
    "should",
    "RFC 6455 §4.1 request step 10, §4.3",
    "An offered subprotocol is a token; a server that finds another text has to refuse. Echoing it breaks the reply.",
    "Check offered names against the grammar of tokens, and answer 400.",
)
AT_LEAST_ONE = Row(
    ("R-6455-4.1-32",),
    "should",
    "RFC 6455 §4.1 request step 10; RFC 9110 §5.6.1.2",
    "An offer names at least one subprotocol; empty members of a list are skipped.",
    "Send no Sec-WebSocket-Protocol in the 101 when nothing was offered that could be chosen.",
)
UNIQUE = Row(
    ("R-6455-4.1-33",),
    "may",
    "RFC 6455 §4.1 request step 10",
    "Names are unique in an offer; that binds the client, and a server may take either.",
    "",
)
ONE_LIST = Row(
    ("R-6455-11.3.4-10",),
    "must",
    "RFC 6455 §11.3.4",
    "Several lines mean one list: clients and proxies may split it.",
    "Join all Sec-WebSocket-Protocol lines of a request before you look for a name.",
)
NONE_TAKEN = Row(
    ("R-6455-4.2.2-31",),
    "must",
    "RFC 6455 §4.2.2 /subprotocol/",
    "A server that speaks none of the offered subprotocols sends no field, or refuses; an echo promises what is not "
    "there.",
    "Choose from what you speak; without a match leave Sec-WebSocket-Protocol out.",
)
ORDER_OF_OFFER = Row(
    ("R-6455-4.2.1-22",),
    "may",
    "RFC 6455 §4.2.1 item 8",
    "The offer is in the client's order of preference; the server is free to choose.",
    "",
)
EXACT_CASE = Row(
    ("R-7936-2-10",),
    "must",
    "RFC 7936 §2",
    "Names compare with case: another spelling is another name, which was not offered.",
    "Compare names of subprotocols exactly.",
)

_UNKNOWN = b"x-none.invalid"


def _names(seen: Seen) -> str:
    names = chosen(seen.answer) if seen.answer else ()
    return ", ".join(visible(name, 40) or "an empty name" for name in names) or "none"


def _tokens(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    # Nothing was offered that could be chosen: whatever is named is no token, or was not offered.
    status: Status = "fail" if chosen(seen.answer) else "warn"
    return accepted_rightly(seen) or Said(status, f"{said(seen)}, chose {_names(seen)}")


def _nothing_to_choose(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    names = chosen(seen.answer)
    # A name that was not offered is a fault of its own (§4.2.2 /subprotocol/); an empty one promises nothing.
    status: Status = "fail" if any(names) else "warn" if names else "pass"
    return accepted_rightly(seen) or Said(status, f"{said(seen)}, chose {_names(seen)}")


def _informs(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("info", said(seen))
    if any(name not in seen.answer.sent.subprotocols for name in chosen(seen.answer)):
        return Said("fail", f"{said(seen)}, chose {_names(seen)}, which was not offered")
    return accepted_rightly(seen) or Said("info", f"{said(seen)}, chose {_names(seen)}")


def _as_in_one_line(seen: Seen) -> Said:
    """The same choice for two lines as for one; who takes no name of that line cannot be seen to read two."""
    known = seen.good.subprotocols[:1]
    if seen.answers[0] is None or chosen(seen.answers[0]) != known:
        return Said("skip", "in one line of the same names the known one is not chosen either")
    if seen.outcome != "accepted" or seen.answer is None:
        return Said("fail", said(seen))
    right = chosen(seen.answer) == known
    return accepted_rightly(seen) or Said("pass" if right else "fail", f"{said(seen)}, chose {_names(seen)}")


def _must_choose_none(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    wrong = bool(chosen(seen.answer))
    return accepted_rightly(seen) or Said("fail" if wrong else "pass", f"{said(seen)}, chose {_names(seen)}")


def _offer(name: str, title: str, row: Row, value: bytes, judge: Judge, expected: str) -> Case:
    return Case(name, title, row, expected, one(put(PROTOCOL, value)), judge)


def _split(known_first: bool) -> Case:
    def shots(good: Good) -> tuple[Shot, ...]:
        values = (good.subprotocols[0], _UNKNOWN) if known_first else (_UNKNOWN, good.subprotocols[0])
        other = plans.rekeyed(good.plan, good.another_key)
        return Shot(put(PROTOCOL, b", ".join(values))(good.plan)), Shot(lines(PROTOCOL, *values)(other))

    where = "first" if known_first else "last"
    return Case(
        f"subprotocol-lines-known-{where}",
        f"the known name {where} of two offers, in one line and in two",
        ONE_LIST,
        "101 with the known subprotocol, as for one line",
        shots,
        _as_in_one_line,
        needs=("subprotocol",),
    )


def _swapped(good: Good) -> tuple[Shot, ...]:
    return (Shot(put(PROTOCOL, good.subprotocols[0].swapcase())(good.plan)),)


def _orders(good: Good) -> tuple[Shot, ...]:
    names = good.subprotocols[:2]
    return tuple(Shot(put(PROTOCOL, b", ".join(order))(good.plan)) for order in (names, names[::-1]))


def _whose_order(seen: Seen) -> Said:
    picks = [chosen(answer) if answer else () for answer in seen.answers]
    if any(len(pick) != 1 for pick in picks):
        return Said("info", f"chose {' then '.join(', '.join(map(visible, pick)) or 'none' for pick in picks)}")
    whose = "the server's order wins" if picks[0] == picks[1] else "the client's order wins"
    return Said("info", f"chose {visible(picks[0][0], 40)} and {visible(picks[1][0], 40)}: {whose}")


SECTION = Section(
    "subprotocol",
    "Sec-WebSocket-Protocol",
    (
        *(
            _offer(
                f"subprotocol-{name}", title, TOKENS, value, _tokens, "a refusal; a 101 that names none is tolerated"
            )
            for name, title, value in (
                ("space", "a space in an offered name", b"chat room"),
                ("slash", "a slash in an offered name", b"a/b"),
                ("quoted", "an offered name in quotes", b'"chat"'),
                ("parameter", "an offered name with a parameter", b"chat;v=1"),
                ("non-ascii", "an offered name that is not ASCII", b"ch\xc3\xa4t"),
            )
        ),
        _offer(
            "subprotocol-empty",
            "an empty offer",
            AT_LEAST_ONE,
            b"",
            _nothing_to_choose,
            "a refusal, or a 101 naming none",
        ),
        _offer(
            "subprotocol-comma",
            "an offer of a comma",
            AT_LEAST_ONE,
            b",",
            _nothing_to_choose,
            "a refusal, or a 101 naming none",
        ),
        _offer(
            "subprotocol-empty-members",
            "empty members in the offer",
            AT_LEAST_ONE._replace(level="may"),
            b",chat,,superchat",
            _informs,
            "any answer; it is shown",
        ),
        _offer("subprotocol-twice", "the same name twice", UNIQUE, b"chat, chat", _informs, "any answer; it is shown"),
        _split(known_first=True),
        _split(known_first=False),
        _offer(
            "subprotocol-unknown",
            "a name that nobody speaks",
            NONE_TAKEN,
            _UNKNOWN,
            _must_choose_none,
            "101 naming none, or a refusal",
        ),
        Case(
            "subprotocol-other-case",
            "the known name in other case",
            EXACT_CASE,
            "101 naming none, or a refusal",
            _swapped,
            _must_choose_none,
            needs=("subprotocol",),
        ),
        Case(
            "subprotocol-order",
            "two known names in both orders",
            ORDER_OF_OFFER,
            "any choice; whose order wins is shown",
            _orders,
            _whose_order,
            needs=("two-subprotocols",),
        ),
    ),
)
