"""Two reports side by side: columns, or one above the other; nothing is wider than the page."""

from __future__ import annotations

import re

import pytest

from tests.render.samples import GOOD, every, of_an_exchange
from wscheck.core.demand import Demands
from wscheck.core.exchange import Exchange, Timings
from wscheck.core.report import Report
from wscheck.render import View, _compare, _compare_json

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


def report(reply: bytes) -> Report:
    """A report on a reply."""
    made = Exchange("handshake", REQUEST, reply, "127.0.0.1:9", (), None, Timings(tcp=0.1, total=2.0), None)
    return of_an_exchange(made, Demands())


A = report(GOOD)
B = report(GOOD.replace(b"Upgrade: websocket\r\n", b"").replace(b"\r\n\r\n", b"\r\nServer: nginx\r\n\r\n"))


def shown(view: View) -> list[str]:
    """The page on the two, from the first difference on."""
    lines = _compare.render([A, B], view).splitlines()
    return lines[next(number for number, line in enumerate(lines) if "field" in line) :]


def test_two_columns() -> None:
    assert shown(View())[:4] == [
        "  field Upgrade",
        "    < websocket                         | (nothing)",
        "    Upgrade is missing in B's reply: a hop between drops it, and no client takes",
        "    that for a switch.",
    ]


def test_one_above_the_other_where_the_page_is_narrow() -> None:
    assert shown(View(width=60))[:6] == [
        "  field Upgrade",
        "    A < websocket",
        "    B (nothing)",
        "    Upgrade is missing in B's reply: a hop between drops it,",
        "    and no client takes that for a switch.",
        "",
    ]


def test_plain_symbols_and_colour() -> None:
    assert _compare.render([A, B], View(unicode=False)).isascii()
    assert "\x1b[1mfield Upgrade\x1b[0m" in "\n".join(shown(View(color=True)))
    assert "\x1b" not in _compare.render([A, B], View())


@pytest.mark.parametrize("width", [40, 69, 70, 100])
def test_no_line_is_wider_than_the_page_and_nothing_hostile_goes_out(width: int) -> None:
    for other in every():
        for pair in ([A, other], [other, A]):
            text = _compare.render(pair, View(width=width))
            assert max(len(line) for line in text.replace("\\x3a", ":").splitlines()) <= width
            assert {char for char in text if not char.isprintable() and char != "\n"} == set()
            assert re.findall(r"(?m)^[ \t]*::|##(?:vso|teamcity)?\[", text) == []


def test_nothing_hostile_goes_out_as_json() -> None:
    for other in every():
        for pair in ([A, other], [other, A]):
            json = _compare_json.render(pair, View())
            assert json.isascii()
            assert "##[" not in json
