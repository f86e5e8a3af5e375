"""A report stays small however often a reply breaks one rule, and a secret that was cut short is still masked."""

from __future__ import annotations

from wscheck import checks
from wscheck.core import secrets
from wscheck.core.answer import read_answer
from wscheck.core.exchange import Exchange, Timings
from wscheck.core.report import Finding

_REQUEST = (
    b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_HEAD = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)


def _leftovers(more: bytes) -> Finding:
    made = Exchange("handshake", _REQUEST, _HEAD + more + b"\r\n", None, (), None, Timings(), None)
    return {finding.id: finding for finding in checks.judge(read_answer(made))}["leftovers"]


def test_ten_problems_of_one_code_are_all_told() -> None:
    finding = _leftovers(b"Age: 1\r\n" * 10)
    assert [problem.code for problem in finding.problems] == ["cached"] * 10 + ["repeated-field"]
    assert not any("more of this kind" in problem.message for problem in finding.problems)


def test_of_many_problems_of_one_code_ten_are_told_and_the_rest_counted() -> None:
    finding = _leftovers(b"Age: 1\r\n" * 5000)
    cached = [problem for problem in finding.problems if problem.code == "cached"]
    assert len(cached) == 10
    assert cached[-1].message == "the 101 has an Age: 1 (and 4990 more of this kind)"
    assert [problem.code for problem in finding.problems if problem.code != "cached"] == ["repeated-field"]


def test_what_was_observed_is_cut() -> None:
    finding = _leftovers(b"Age: 1\r\n" * 5000)
    assert len(finding.observed) < 2100
    assert finding.observed.endswith(" characters)")


def test_a_secret_that_was_cut_short_is_masked() -> None:
    words = frozenset([b"correct-horse-battery-staple"])
    assert (
        secrets.masked_text("it is correct-horse-... (15 more octets)", words)
        == "it is **************... (15 more octets)"
    )
    assert secrets.masked_text("it is other-... (15 more octets)", words) == "it is other-... (15 more octets)"


def test_tokens_in_a_location_are_masked() -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: /login?next=/&access_token=abc123xyz\r\n\r\n"
    spans = secrets.response_secrets(reply)
    assert secrets.masked(reply, spans, frozenset()) == (
        b"HTTP/1.1 302 Found\r\nLocation: /login?next=/&access_token=*********\r\n\r\n"
    )
