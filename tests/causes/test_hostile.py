"""What a server says is shown escaped and in a bounded length, whichever sentence it stands in."""

from __future__ import annotations

import shlex
import time

import pytest

from tests.causes.rows import evidence, reply, switching, tls
from wscheck.causes import causes, diagnose
from wscheck.core.evidence import Evidence

LONGEST = 2600  # of one line: several fields of some hundred octets each
EVIL = b"\x1b[31m\xe2\x80\xae\x07$(id)" + b"A" * 700
BODIES = (
    b"missing subprotocol " + EVIL,
    b"tunnel " + EVIL + b" not found",
    b'{"code":3,"message":"' + EVIL + b'"}',
    b"request blocked by " + EVIL,
    b"invalid Upgrade header " + EVIL,
    b"unsupported HTTP version: HTTP/1.0 " + EVIL,
    b"websocket is not supported " + EVIL,
    b"origin " + EVIL,
    EVIL,
)
FIELDS = (b"Server", b"Via", b"Allow", b"Age", b"X-Cache", b"Retry-After", b"WWW-Authenticate", b"X-Squid-Error")
LINES = tuple(name + b": " + value for name in FIELDS for value in (b"Basic 1 HIT " + EVIL,) * 2)
VERSIONS = (b"Sec-WebSocket-Version: " + b", ".join(b"8;$(id)" for _ in range(90)),)
NAMES = tuple(f"{number}-{'a' * 300}\x1b.test" for number in range(300))


def lines(known: Evidence) -> list[str]:
    """All that every cause says of this evidence."""
    found = [judged for cause in causes().values() if (judged := cause.judge(known)) is not None]
    shown = diagnose(known)
    assert found
    said = [line for one in found for line in (one.summary, *one.evidence, *one.fix, *one.would_tell)]
    return said + [line for one in shown for line in one.console]


def assert_tame(known: Evidence) -> None:
    for line in lines(known):
        assert line.isprintable() or not line, line[:200]
        assert len(line) <= LONGEST, line[:200]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 405, 407, 421, 426, 431, 500, 501, 502, 503, 504])
def test_a_refusal(status: int, body: bytes) -> None:
    hostile = reply(f"{status} \x1b[2J", body, *LINES, *VERSIONS)
    assert_tame(
        evidence(hostile, probes={"plain-get": hostile, "version-99": reply("404 Not Found"), "beside": hostile})
    )


def test_a_field_that_comes_again_and_again() -> None:
    assert_tame(evidence(reply("401 Unauthorized", b"", *LINES * 12, *VERSIONS * 12)))


def test_a_redirect() -> None:
    assert_tame(evidence(reply("302 Found", b"", b"Location: https://a.test/" + EVIL[:1500])))


def test_a_101() -> None:
    names = (b"Upgrade", b"Connection", b"Sec-WebSocket-Protocol", b"Sec-WebSocket-Extensions", b"Sec-WebSocket-Accept")
    assert_tame(evidence(switching(*(name + b": " + EVIL for name in names for _ in range(12)), accept=EVIL)))


def test_a_certificate() -> None:
    for said in (
        "self-signed certificate",
        "certificate has expired",
        "Hostname mismatch",
        "unable to get issuer certificate",
    ):
        facts = tls(names=NAMES, subject="\x1b" + "s" * 9000, issuer="\u202e" + "i" * 9000, chain_length=1)
        assert_tame(evidence(url="wss://a.test/", failure=("tls", "certificate", said), tls=facts))


def test_a_subprotocol_that_is_no_name_stands_in_no_command() -> None:
    chosen = switching(b"Sec-WebSocket-Protocol: chat; reboot")
    found = diagnose(evidence(reply("400 Bad Request", b"missing subprotocol"), probes={"with-subprotocol": chosen}))
    assert found[0].cause == "subprotocol-required"
    assert "    wscheck probe --subprotocol NAME …" in found[0].fix
    assert all("reboot" not in line for line in found[0].fix)


def test_a_path_is_quoted_for_the_shell() -> None:
    challenge = reply("401 Unauthorized", b"", b'WWW-Authenticate: Basic realm="x"')
    found = diagnose(evidence(challenge, url="ws://a.test/$(reboot)"))
    command = next(line for line in found[0].fix if "USER:PASSWORD" in line)
    assert shlex.split(command) == ["wscheck", "probe", "-u", "USER:PASSWORD", "ws://a.test/$(reboot)"]


def test_a_long_word_costs_no_time() -> None:
    endless = reply("404 Not Found", b"A" * 16384)
    began = time.perf_counter()
    assert_tame(evidence(endless, probes={"plain-get": endless, "version-99": endless, "beside": endless}))
    assert time.perf_counter() - began < 3.0  # it was half a minute
