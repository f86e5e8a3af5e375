"""The oracle: crafted replies, judged without a socket, against what the standards say of each of them.

`data/corpus.json` holds the replies, `data/expected.json` the rules that each of them breaks. Every check that fails
and every check that warns has to be one that a broken rule belongs to, and the other way round. What is wrong behind
a head that is right stands in `after`; here, where there is no tunnel, the octets behind the head are judged as frames.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from wscheck.checks import judge, reply_checks
from wscheck.core.answer import read_answer
from wscheck.core.exchange import Exchange, Failure, Timings
from wscheck.core.head import parse_reply
from wscheck.core.report import Report, TargetView

DATA = Path(__file__).parent / "data"
CASES: list[dict[str, Any]] = json.loads((DATA / "corpus.json").read_text("utf-8"))["cases"]
EXPECTED: dict[str, dict[str, Any]] = json.loads((DATA / "expected.json").read_text("utf-8"))["expected"]

# Which check a rule of the oracle belongs to; where it is not named here, the first word of the rule is the check.
CHECK_OF_RULE = {
    "status-101": "status",
    "interim-1xx": "status",
    "http-version": "http-version",
    "status-line": "syntax",
    "no-framing-in-1xx": "framing",
}
CHECK_OF_WORD = {"head": "syntax", "extension": "extensions"}
CHECK_OF_RULE_AFTER = {"data-frame": "frames"}

# The oracle says what is behind a head only where the head is right. Behind these two wrong ones stands no frame.
AFTER_A_WRONG_HEAD = {
    "accept-old-draft": {"frames"},  # sixteen octets of text, as Hixie-76 has them
    "line-end-lfcr": {"frames"},  # the CR of the last line, whose LF ended the head
}

HEAD_LIMIT_BYTES = 512 * 1024

# What the markers of a reply stand for when the key below was sent; made with openssl and coreutils.
KEY = b"dGVzdCBrZXkgMDEyMzQ1Ng=="
MARKERS = {
    "key": b"dGVzdCBrZXkgMDEyMzQ1Ng==",
    "accept": b"CStRei2mBi8bPtOkKM3qYp3gVgI=",
    "accept_of_other_key": b"eJZf9Mgt1PyTL25Y0mRYz2zY0Mg=",
    "accept_lower": b"cstrei2mbi8bptokkm3qyp3gvgi=",
    "accept_swapcase": b"csTrEI2MbI8BpToKkm3QyP3GvGi=",
    "accept_nopad": b"CStRei2mBi8bPtOkKM3qYp3gVgI",
    "accept_urlsafe": b"-StRei2mBi8bPtOkKM3qYp3gVgI=",  # one character of that alphabet is forced
    "accept_hex": b"092b517a2da6062f1b3ed3a428cdea629de05602",
    "accept_b64hex": b"MDkyYjUxN2EyZGE2MDYyZjFiM2VkM2E0MjhjZGVhNjI5ZGUwNTYwMg==",
    "accept_noguid": b"RgCDmxrEb2ImHoJ2XpsC1v3MBCM=",
    "accept_lcguid": b"hkJUHNoEjWj6BCtY4LVJhSxiZ/c=",
    "accept_keydecoded": b"pMH42hiKAGOHUUyhodc9peFFsyU=",
    "accept_guidfirst": b"xppngqtPSlyf5k45jQIDFHjcetQ=",
    "accept_sha256": b"v3genw3SL2HSu0O0mqOhPiwr/W8nZP1jn/Dly4Cum4Y=",
    "accept_head": b"CStRei2mBi8bPt",
    "accept_tail": b"OkKM3qYp3gVgI=",
    "accept_cut": b"CStRei2mBi8bPtOkKM3qYp3g",
    "accept_keynl": b"NFMHvFSyq81hXZDeTE39x9TlRF4=",
    "hostport": b"127.0.0.1:9001",
}
_MARKER = re.compile(rb"\{([a-z0-9_]+)(?::([A-Za-z0-9._-]+))?\}")


def _octets(segment: str) -> bytes:
    """A segment of a reply with its markers filled in, as `data/serve.py` does it."""
    return _MARKER.sub(_fill, segment.encode("latin-1"))


def _fill(match: re.Match[bytes]) -> bytes:
    name, argument = match[1].decode("ascii"), match[2]
    if argument is None:
        return MARKERS.get(name, match[0])
    if name == "pad":
        return b"a" * int(argument)
    if name == "fill":
        return b"".join(b"X-Fill-%05d: 0123456789abcdef\r\n" % number for number in range(int(argument)))
    if name == "target":
        return b"/case/" + argument
    return match[0]


def _request(offer: dict[str, Any]) -> bytes:
    lines = [
        b"GET /case HTTP/1.1",
        b"Host: 127.0.0.1:9001",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: " + KEY,
        b"Sec-WebSocket-Version: 13",
    ]
    if offer["subprotocols"]:
        lines.append(b"Sec-WebSocket-Protocol: " + ", ".join(offer["subprotocols"]).encode("latin-1"))
    if offer["extensions"]:
        lines.append(b"Sec-WebSocket-Extensions: " + ", ".join(offer["extensions"]).encode("latin-1"))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _exchange(case: dict[str, Any]) -> Exchange:
    whole = b"".join(_octets(segment) for segment in case["reply"])
    response = whole[:HEAD_LIMIT_BYTES]
    _, final = parse_reply(response)
    return Exchange(
        purpose="handshake",
        request=_request(case["offer"]),
        response=response,
        address="127.0.0.1:9001",
        attempts=(),
        tls=None,
        timings=Timings(),
        failure=None if final and final.complete else _failure(case, cut=len(whole) > HEAD_LIMIT_BYTES),
        closed=case["close_after"],
        truncated=len(whole) > HEAD_LIMIT_BYTES,
    )


def _failure(case: dict[str, Any], *, cut: bool) -> Failure:
    if cut:
        return Failure("read", "limit", "the head has no end")
    if case.get("reset"):
        return Failure("read", "reset", "reset by the peer")
    return Failure("read", "closed" if case["close_after"] else "timeout", "no whole head came")


def _checks_of(rules: list[str]) -> set[str]:
    words = {rule: rule.partition("-")[0] for rule in rules}
    return {CHECK_OF_RULE.get(rule) or CHECK_OF_WORD.get(word, word) for rule, word in words.items()}


def _report(case: dict[str, Any]) -> Report:
    exchange = _exchange(case)
    return Report(
        version="0",
        kind="probe",
        target=TargetView("ws://127.0.0.1:9001/case", "ws", "127.0.0.1", 9001, "/case"),
        notes=(),
        started="2026-03-02T10:00:00Z",
        duration_ms=0.0,
        checks=judge(read_answer(exchange)),
        exchanges=(exchange,),
    )


def test_the_oracle_is_whole() -> None:
    assert len(CASES) == 193
    assert [case["id"] for case in CASES] == list(EXPECTED)
    rules = {rule for case in EXPECTED.values() for rule in [*case["rules"], *case.get("warnings", [])]}
    assert _checks_of(sorted(rules - {"reply-present"})) <= {check.id for check in reply_checks()}


def test_what_is_wrong_behind_a_right_head() -> None:
    after = {name: case["after"] for name, case in EXPECTED.items() if "after" in case}
    assert after == {"ext-rsv-without": ["data-frame"], "framing-crlf-after": ["data-frame"]}
    assert {EXPECTED[name]["verdict"] for name in after} == {"pass"}
    assert {EXPECTED[name]["verdict"] for name in AFTER_A_WRONG_HEAD} == {"fail"}


def test_every_marker_is_filled_in() -> None:
    left = {match[0] for case in CASES for segment in case["reply"] for match in _MARKER.finditer(_octets(segment))}
    assert left == set()


@pytest.mark.parametrize("case", [case for case in CASES if any(case["reply"])], ids=lambda case: case["id"])
def test_the_checks_agree_with_the_standards(case: dict[str, Any]) -> None:
    expected = EXPECTED[case["id"]]
    report = _report(case)
    after = {CHECK_OF_RULE_AFTER[rule] for rule in expected.get("after", [])}
    failed = _checks_of(expected["rules"]) | after | AFTER_A_WRONG_HEAD.get(case["id"], set())
    assert {finding.id for finding in report.checks if finding.status in ("fail", "error")} == failed
    warned = _checks_of(expected.get("warnings", [])) - failed
    assert {finding.id for finding in report.checks if finding.status == "warn"} == warned
    assert report.verdict == ("fail" if after else expected["verdict"])


@pytest.mark.parametrize("case", [case for case in CASES if not any(case["reply"])], ids=lambda case: case["id"])
def test_without_one_octet_there_is_no_verdict_but_unreachable(case: dict[str, Any]) -> None:
    assert EXPECTED[case["id"]]["rules"] == ["reply-present"]
    report = _report(case)
    assert (report.verdict, report.exit_code) == ("unreachable", 3)
