"""Sec-WebSocket-Version: missing, parsed as a number, one of a list, advertised wrongly (RFC 6455 §4.2.2 to §4.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from wscheck.core.fields import members
from wscheck.lab.leniencies import Leniency, named_lines, read_as, ruled, told, unless, without
from wscheck.lab.request import Request
from wscheck.lab.respond import Server
from wscheck.lab.rules import RULES, refuse, upgrade_required
from wscheck.lab.script import Draft

_V = b"Sec-WebSocket-Version"
_RULE = RULES["version"]


def _one(passes: Callable[[bytes], bool]) -> Server:
    """The server that takes one line of version when its value passes."""

    def right(request: Request) -> bool:
        values = [field.value for field in request.all(_V)]
        return len(values) == 1 and passes(values[0])

    return ruled("version", unless(right, _RULE))


def _number(pattern: bytes, base: int = 10) -> Callable[[bytes], bool]:
    """A parser of numbers that reads as far as the pattern goes and drops the rest."""
    grammar = re.compile(pattern)

    def passes(value: bytes) -> bool:
        match = grammar.match(value)
        return match is not None and int(match[0], base) == 13

    return passes


def _advertising(versions: bytes) -> Server:
    """The server whose refusal of a version names these."""

    def rule(request: Request) -> Draft | None:
        refused = _RULE(request) is not None
        return upgrade_required(request, "Sec-WebSocket-Version is not 13.", versions) if refused else None

    return ruled("version", rule)


def _reflecting(request: Request) -> Draft | None:
    """A list that is made of what the client said."""
    versions = b", ".join(field.value for field in request.all(_V))
    refused = _RULE(request) is not None
    return upgrade_required(request, "Try another version.", b"13, " + versions) if refused else None


def _grudge(request: Request) -> Draft | None:
    """Whoever was refused for its version is refused once more, whatever it says then."""
    before = request.before
    mismatched = before is not None and _RULE(before) is not None and _RULE(request) is None
    return refuse(request, b"403 Forbidden", "You were told already.") if mismatched else None


_UNKNOWN = "version-14 version-25 version-99 version-255"

LENIENCIES = (
    Leniency(
        "lenient-version-missing",
        "takes a request without a version for 13",
        told(fail="version-missing", skip="version-missing-list"),
        ruled("version", unless(lambda request: not request.all(_V), _RULE)),
    ),
    Leniency(
        "lenient-version-any",
        "takes any version",
        told(
            fail=f"version-missing {_UNKNOWN} version-leading-zero version-plus version-minus version-fraction "
            "version-hex version-letters version-space version-256 version-1300 version-empty version-twice-different "
            "version-list-13-8 version-list-8-13 version-9 version-12",
            warn="version-twice-equal draft-hybi-04 draft-hybi-06",
            info="version-0 version-7 version-8 draft-hybi-07",
            skip="version-missing-list version-list version-retry refusal-reused refusal-closes",
        ),
        without("version"),
    ),
    Leniency(
        "lenient-version-atoi",
        "reads the digits in front, as atoi does",
        told(fail="version-leading-zero version-plus version-fraction version-letters version-list-13-8"),
        _one(_number(rb"\s*[+]?[0-9]+")),
    ),
    Leniency(
        "lenient-version-abs",
        "drops the sign",
        told(fail="version-plus version-minus"),
        _one(lambda value: value.lstrip(b"+-") == b"13"),
    ),
    Leniency(
        "lenient-version-base",
        "reads numbers in any base, as literals of a program",
        told(fail="version-hex"),
        _one(lambda value: value == b"13" or _number(rb"0x[0-9a-f]+", 16)(value)),
    ),
    Leniency(
        "lenient-version-blanks",
        "drops blanks inside the version",
        told(fail="version-space"),
        _one(lambda value: value.replace(b" ", b"") == b"13"),
    ),
    Leniency(
        "lenient-version-prefix",
        "looks at the first two characters",
        told(fail="version-fraction version-letters version-1300 version-list-13-8"),
        _one(lambda value: value.startswith(b"13")),
    ),
    Leniency(
        "lenient-version-from-13",
        "takes 13 and whatever is higher",
        told(
            fail=f"{_UNKNOWN} version-256 version-1300", skip="version-list version-retry refusal-reused refusal-closes"
        ),
        _one(lambda value: re.fullmatch(rb"[1-9][0-9]*", value) is not None and int(value) >= 13),
    ),
    Leniency(
        "lenient-version-empty",
        "takes an empty version for none, and none for 13",
        told(fail="version-empty"),
        _one(lambda value: value == b""),
    ),
    Leniency(
        "lenient-version-first",
        "reads the first line of version",
        told(fail="version-twice-different", warn="version-twice-equal"),
        read_as(named_lines(_V, 0)),
    ),
    Leniency(
        "lenient-version-member",
        "looks for 13 in a list",
        told(fail="version-twice-different version-list-13-8 version-list-8-13", warn="version-twice-equal"),
        ruled("version", unless(lambda request: b"13" in members(request.all(_V)), _RULE)),
    ),
    Leniency(
        "lenient-version-0",
        "takes 0 for no version given",
        told(info="version-0"),
        _one(lambda value: value == b"0"),
    ),
    Leniency(
        "lenient-version-reserved",
        "takes the reserved versions 9 to 12",
        told(fail="version-9 version-12"),
        _one(lambda value: value in (b"9", b"10", b"11", b"12")),
    ),
    Leniency(
        "lenient-version-unlisted",
        "names no versions when it refuses one",
        told(fail=_UNKNOWN, skip="version-list version-retry"),
        _advertising(b""),
    ),
    Leniency(
        "lenient-version-list-old",
        "advertises 8 and 7, but not 13",
        told(warn="version-list", skip="version-retry"),
        _advertising(b"8, 7"),
    ),
    Leniency(
        "lenient-version-list-range",
        "advertises a range, which is no version",
        told(fail="version-list"),
        _advertising(b"7-8, 13"),
    ),
    Leniency(
        "lenient-version-list-refused",
        "advertises the version that it has just refused",
        told(fail="version-list"),
        ruled("version", _reflecting),
    ),
    Leniency(
        "lenient-version-grudge",
        "refuses what comes behind a refused version",
        told(fail="version-retry", info="get-between"),
        ruled("grudge", _grudge),
        alone=True,
    ),
)
