"""Sec-WebSocket-Key: the proof that a handshake was read (RFC 6455 §1.3, §4.2.1 item 5, §4.3)."""

from __future__ import annotations

from wscheck.cases import Case, Edit, Good, Row, Said, Section, Seen, Shot, one
from wscheck.cases.build import KEY, accepted, drop, put, raw, refused
from wscheck.cases.verdicts import accept_of, accepted_rightly, offered, said, silence
from wscheck.core import plan as plans
from wscheck.core.key import accept_for
from wscheck.core.plan import Plan
from wscheck.core.visible import visible

ORDER = 40

MISSING = Row(
    ("R-6455-4.2.1-10",),
    "must",
    "RFC 6455 §4.2.1 item 5, §11.3.1, §1.6",
    "Without a key the server cannot show that it read a handshake, and a form or a script could upgrade by accident.",
    "Refuse a handshake without Sec-WebSocket-Key with 400.",
)
EMPTY = Row(
    ("R-6455-4.2.1-11",),
    "must",
    "RFC 6455 §4.3",
    "An empty key is no key: the grammar asks for at least one group of base64.",
    "Refuse an empty Sec-WebSocket-Key with 400.",
)
LENGTH = Row(
    ("R-6455-4.2.1-12",),
    "should",
    "RFC 6455 §4.2.1 item 5 against §4.2.2 /key/",
    "The key decodes to 16 octets. A server that takes it as opaque text breaks no unconditional rule, so this warns.",
    "Check that the key is 24 characters of base64 that end in '=='.",
)
BASE64 = Row(
    ("R-6455-4.2.1-13",),
    "should",
    "RFC 6455 §4.2.1, §4.3",
    "The key follows the grammar of base64; checking it needs no decoding.",
    "Check the key against ^[A-Za-z0-9+/]{22}==$ and answer 400.",
)
PAD_BITS = Row(
    ("R-4648-3.5-10",),
    "must",
    "RFC 4648 §3.5; RFC 6455 §4.2.2 step 5.4, erratum 3150",
    "The bits behind the last octet may be refused or not; what is hashed is the text as it was sent.",
    "Hash the key as it stands in the request, not one that was decoded and encoded again.",
)
ONCE = Row(
    ("R-6455-11.3.1-10",),
    "should",
    "RFC 6455 §11.3.1, §4.2.1",
    "The key stands once; with two, programs in the path may hash different ones.",
    "Refuse a handshake with more than one Sec-WebSocket-Key with 400.",
)
TRIMMED = Row(
    ("R-9110-5.5-10",),
    "must",
    "RFC 9110 §5.5; RFC 9112 §5.1; RFC 6455 §1.3",
    "Blanks around a value are not part of it, so they are not hashed.",
    "Trim spaces and tabs on both sides of the field's value before it is hashed.",
)

_MISPRINT = b"AQIDBAUGBwgJCgsMDQ4PEC=="  # RFC 6455 §4.1 as printed; erratum 3150 corrects it to …EA==
_RECODED = b"C/0nmHhBztSRGR1CwL6Tf4ZjwpY="  # the Accept for AQIDBAUGBwgJCgsMDQ4PEA==
# Keys of 1, 15, 17, 20 and 24 octets.
_LENGTHS = (
    (1, b"AQ=="),
    (15, b"AQIDBAUGBwgJCgsMDQ4P"),
    (17, b"AQIDBAUGBwgJCgsMDQ4PEBE="),
    (20, b"AQIDBAUGBwgJCgsMDQ4PEBESExQ="),
    (24, b"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"),
)


def _pad_bits(seen: Seen) -> Said:
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("info", said(seen))
    if accept_of(seen.answer) == _RECODED:
        return Said("fail", "switched, but the Accept answers the key decoded and encoded again")
    return accepted_rightly(seen) or Said("pass", said(seen))


def _tolerated(seen: Seen) -> Said:
    """A 101 warns, with the right hash; a wrong one is an error whatever the key is."""
    if seen.outcome == "accepted":
        return accepted_rightly(seen) or Said("warn", said(seen))
    return silence(seen) or Said("pass", said(seen))


def _which(seen: Seen) -> Said:
    """On a 101, which of two keys was hashed."""
    if seen.outcome != "accepted" or seen.answer is None:
        return silence(seen) or Said("pass", said(seen))
    keys = seen.answer.sent.keys
    named = {accept_for(keys[0]): "the first", accept_for(keys[-1]): "the last"}
    named |= {accept_for(glue.join(keys)): f"both joined by '{glue.decode()}'" for glue in (b", ", b",")}
    named[accept_for(b"".join(keys))] = "both, one behind the other,"
    if keys[0] == keys[-1]:
        named[accept_for(keys[0])] = "the key that stands twice"
    value = accept_of(seen.answer)
    hashed = named.get(value.decode("latin-1"))
    if hashed is None:
        return Said("fail", f"switched, and the Accept answers neither key: {visible(value, 40)}")
    return Said("warn", f"{said(seen)}; {hashed} was hashed")


def _another(good: Good) -> tuple[Shot, ...]:
    return (Shot(plans.added(good.plan, KEY, good.another_key)),)


def _again(plan: Plan) -> Plan:
    return plans.added(plan, KEY, offered(plan.fields, KEY))


def _unspaced(plan: Plan) -> Plan:
    return raw(KEY + b":" + offered(plan.fields, KEY), without=KEY)(plan)


def _padded(before: bytes, behind: bytes) -> Edit:
    def edit(plan: Plan) -> Plan:
        return plans.replaced(plan, KEY, before + offered(plan.fields, KEY) + behind)

    return edit


_TOLERATED = "a refusal; a 101 with the hash of the text as sent is tolerated"

SECTION = Section(
    "key",
    "Sec-WebSocket-Key",
    (
        refused(MISSING, "key-missing", "no Sec-WebSocket-Key", drop(KEY)),
        refused(EMPTY, "key-empty", "an empty Sec-WebSocket-Key", put(KEY, b"")),
        *(
            Case(f"key-{size}-octets", f"a key of {size} octets", LENGTH, _TOLERATED, one(put(KEY, key)), _tolerated)
            for size, key in _LENGTHS
        ),
        *(
            Case(f"key-{name}", title, BASE64, _TOLERATED, one(put(KEY, key)), _tolerated)
            for name, title, key in (
                ("not-base64", "a key that is not base64", b"not base64!!"),
                ("url-safe", "a key in the URL-safe alphabet", b"_-_-_-_-_-_-_-_-_-_-_w=="),
                ("unpadded", "a key without its padding", b"AQIDBAUGBwgJCgsMDQ4PEA"),
                ("inner-space", "a space inside the key", b"AQIDBAUGBwg JCgsMDQ4PEA=="),
                ("only-padding", "a key of padding alone", b"===="),
            )
        ),
        Case(
            "key-misprint",
            "the sample key as the RFC misprints it, with pad bits that are not zero",
            PAD_BITS,
            "a refusal, or the hash of the text as sent",
            one(put(KEY, _MISPRINT)),
            _pad_bits,
        ),
        Case("key-twice-equal", "the same key twice", ONCE, "a refusal", one(_again), _which),
        Case("key-twice-different", "two keys", ONCE, "a refusal", _another, _which),
        accepted(TRIMMED, "key-leading-spaces", "three spaces in front of the key", _padded(b"  ", b"")),
        accepted(TRIMMED, "key-trailing-space", "a space behind the key", _padded(b"", b" ")),
        accepted(TRIMMED, "key-trailing-tab", "a tab behind the key", _padded(b"", b"\t")),
        accepted(TRIMMED, "key-no-space", "no space between colon and key", _unspaced),
    ),
)
