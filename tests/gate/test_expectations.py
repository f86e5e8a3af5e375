"""`--expect …` over real sockets: each passing and failing, and what no answer can meet before anything is sent."""

from __future__ import annotations

import datetime
import select
import ssl
from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import Cli
from tests.gate.servers import check_of, codes_of, opening, refusing, report_of
from tests.peer import Act, Link, peer

OFFER = ("--subprotocol", "mqtt", "--subprotocol", "chat", "--extension", "permessage-deflate")
MQTT = b"Sec-WebSocket-Protocol: mqtt"
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate"


def _late(link: Link) -> None:
    link.head()
    select.select([], [], [], 0.3)
    opening()(link)


@pytest.mark.parametrize(
    ("act", "flags", "code", "check", "codes"),
    [
        (refusing(b"401 Unauthorized"), ("--expect", "401"), 0, "status", []),
        (refusing(b"403 Forbidden"), ("--expect", "401"), 1, "status", ["unexpected-status"]),
        (opening(), ("--expect", "401"), 1, "status", ["unexpected-status"]),
        (opening(), ("--expect", "101"), 0, "status", []),
        (refusing(b"401 Unauthorized"), ("--expect", "101"), 1, "status", ["not-101"]),
        (opening(MQTT), (*OFFER, "--expect-subprotocol", "mqtt"), 0, "expectation", []),
        (opening(MQTT), (*OFFER, "--expect-subprotocol", "chat"), 1, "expectation", ["other-subprotocol"]),
        (opening(), (*OFFER, "--expect-subprotocol", "mqtt"), 1, "expectation", ["other-subprotocol"]),
        (opening(), (*OFFER, "--expect-no-subprotocol"), 0, "expectation", []),
        (opening(MQTT), (*OFFER, "--expect-no-subprotocol"), 1, "expectation", ["subprotocol-chosen"]),
        (opening(DEFLATE), (*OFFER, "--expect-extension", "permessage-deflate"), 0, "expectation", []),
        (opening(), (*OFFER, "--expect-extension", "permessage-deflate"), 1, "expectation", ["extension-declined"]),
        (opening(b"X-A: a b"), ("--expect-header", "X-A: a b"), 0, "expectation", []),
        (opening(b"x-a: a b"), ("--expect-header", "X-A: a b"), 0, "expectation", []),
        (opening(b"X-A: A b"), ("--expect-header", "X-A: a b"), 1, "expectation", ["header-other"]),
        (opening(b"X-A: a b c"), ("--expect-header", "X-A: a b"), 1, "expectation", ["header-other"]),
        (opening(), ("--expect-header", "X-A: a b"), 1, "expectation", ["header-missing"]),
        (opening(b"X-A: 1.27.4"), ("--expect-header", r"X-A: ~^1\.\d+"), 0, "expectation", []),
        (opening(b"X-A: 2.27.4"), ("--expect-header", r"X-A: ~^1\.\d+"), 1, "expectation", ["header-other"]),
        (
            opening(b"X-A: 1"),
            ("--expect-header", "X-A: 2", "--expect-header", "X-B: ~."),
            1,
            "expectation",
            ["header-other", "header-missing"],
        ),
        (opening(), ("--max-handshake-time", "9s"), 0, "expectation", []),
        (_late, ("--max-handshake-time", "100ms"), 1, "expectation", ["slow"]),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_an_expectation(
    wscheck: Cli, act: Act, flags: tuple[str, ...], code: int, check: str, codes: list[str]
) -> None:
    with peer(act) as server:
        result = wscheck("probe", "--format", "json", *flags, f"ws://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert codes_of(report, check) == codes, check_of(report, check)
    assert result.code == code, [check["problems"] for check in report["checks"]]


def test_expected_and_observed_stand_side_by_side(wscheck: Cli) -> None:
    with peer(opening(MQTT, b"X-A: 1")) as server:
        flags = (*OFFER, "--expect-subprotocol", "chat", "--expect-header", "X-A: 2")
        report = report_of(wscheck("probe", "--format", "json", *flags, f"ws://127.0.0.1:{server.port}/"))
    check = check_of(report, "expectation")
    assert (check["expected"], check["observed"]) == ("subprotocol chat; X-A: 2", "subprotocol mqtt; X-A: 1")


def test_a_door_that_is_shut_skips_what_only_a_101_shows(wscheck: Cli) -> None:
    with peer(refusing(b"401 Unauthorized")) as server:
        report = report_of(wscheck("probe", "--format", "json", "--expect", "401", f"ws://127.0.0.1:{server.port}/"))
    assert report["verdict"] == "pass"
    skipped = {check["id"] for check in report["checks"] if check["status"] == "skip"}
    assert skipped == {
        "upgrade",
        "connection",
        "accept",
        "subprotocol",
        "extensions",
        "framing",
        "frames",
        "close",
        "replay",
        "expectation",
    }


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority for this module."""
    return trustme.CA()


@pytest.mark.parametrize(
    ("holds_days", "wanted", "code", "codes"),
    [(40, 14, 0, []), (10, 14, 1, ["certificate-expires"]), (14, 14, 1, ["certificate-expires"])],
)
def test_days_of_a_certificate(
    wscheck: Cli, authority: trustme.CA, tmp_path: Path, holds_days: int, wanted: int, code: int, codes: list[str]
) -> None:
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=holds_days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=until).configure_cert(context)
    cacert = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(cacert)
    with peer(opening(), context) as server:
        flags = ("--format", "json", "--cacert", str(cacert), "--min-cert-days", str(wanted))
        result = wscheck("probe", *flags, f"wss://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert (result.code, codes_of(report, "expectation")) == (code, codes)
    shown = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert check_of(report, "expectation")["observed"].endswith(f" days, until {shown}")
    assert abs(report["exchanges"][0]["tls"]["days_left"] - holds_days) < 0.01


# -- what no answer can meet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--expect", "401", "--expect-subprotocol", "mqtt"), "contradict each other: only a 101 can have that"),
        (("--expect", "401", "--expect-no-subprotocol"), "contradict each other"),
        (("--expect", "401", "--expect-extension", "a"), "contradict each other"),
        (("--expect", "401", "--expect-close", "1000"), "contradict each other"),
        (("--expect", "401", "--hold", "1s"), "--expect 401 and --hold contradict each other"),
        (("--expect", "99"), "a status is a number from 100 to 599"),
        (("--expect", "600"), "a status is a number from 100 to 599"),
        (("--expect", "4xx"), "'4xx' is no number"),
        (("--expect", ""), "'' is no number"),
        (("--expect-subprotocol", "mqtt"), "'mqtt' is expected but not offered: add --subprotocol mqtt"),
        (("--expect-extension", "a"), "'a' is expected but not offered: add --extension a"),
        (("--expect-subprotocol", "mqtt", "--expect-no-subprotocol", "--subprotocol", "mqtt"), "contradict each other"),
        (("--expect-header", "X-A"), "'X-A' is no field"),
        (("--expect-header", "X-A:"), "demands no value"),
        (("--expect-header", "X-A: ~("), "the expression in 'X-A: ~(' cannot be read"),
        (("--expect-header", "X-A: ~a{99999999999}"), "cannot be read"),
        (("--expect-close", "999"), "a close code is a number from 1000 to 4999"),
        (("--expect-close", "5000"), "a close code is a number from 1000 to 4999"),
        (("--min-cert-days", "14"), "--min-cert-days cannot be judged: ws://127.0.0.1:"),
        (("--min-cert-days", "soon"), "'soon' is no number"),
        (("--max-handshake-time", "fast"), "'fast' is no duration: write 500ms, 2s or 1m"),
        (("--hold", "0"), "'0' cannot be: a duration is more than 0"),
        (("--hold", "-1s"), "'-1s' is no duration"),
        (("--hold", "2d"), "'2d' is no duration"),
        (("--wait", "1e3"), "'1e3' is no duration"),
        (("--wait", "25h"), "'25h' cannot be: a duration is"),
        (("--count", "0"), "'0' is too little"),
        (("--count", "2", "--wait", "1s"), "--wait and --count contradict each other"),
        (("--report", "junit"), "--report junit: write FORMAT=FILE"),
        (("--report", "junit="), "write FORMAT=FILE"),
        (("--report", "xml=a"), "unknown format 'xml'"),
        (("--report", "json=/"), "it is a folder"),
        (("--report", "json=no/such/folder/a.json"), "the report cannot be written to"),
        (("--targets", "no-such-file.toml"), "the targets in 'no-such-file.toml' cannot be read"),
        (("-H", "@no-such-file"), "the fields in 'no-such-file' cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_said_before_anything_is_sent(wscheck: Cli, flags: tuple[str, ...], said: str) -> None:
    with peer(opening()) as server:
        sentence = wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said in sentence


def test_a_certificate_that_is_not_verified_cannot_be_judged(wscheck: Cli) -> None:
    with peer(opening()) as server:
        sentence = wscheck("probe", "-k", "--min-cert-days", "14", f"wss://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert sentence == "--min-cert-days cannot be judged: with -k no certificate is verified"
