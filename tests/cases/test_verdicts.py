"""The judges of single requests, against replies that are written out: each fires, and stays silent where it has to."""

from __future__ import annotations

import pytest

from tests.cases.seeing import (
    ANOTHER_ACCEPT,
    CLOSED,
    GOOD,
    SILENT,
    Came,
    judged,
    reply,
    seen,
    switched,
    tunnel,
    with_tls,
)
from wscheck.cases import cases
from wscheck.core.exchange import Tunnel
from wscheck.core.plan import craft
from wscheck.core.report import Status
from wscheck.core.target import parse_target

BAD, GONE, PAGE = reply(b"400 Bad Request"), reply(b"404 Not Found"), reply(b"200 OK", body=b"hello")
WRONG = switched(accept=ANOTHER_ACCEPT)
CHAT = b"Sec-WebSocket-Protocol: chat"
BARE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
CRASH = reply(b"500 Internal Server Error")

ROWS: tuple[tuple[str, Came, Status, str], ...] = (
    # Any outcome but a 101 is right; silence is a warning.
    ("plain-get", switched(), "fail", "switched: 101 Switching Protocols"),
    ("plain-get", PAGE, "pass", "answered as if Upgrade were absent: 200 OK"),
    ("plain-get", GONE, "pass", "answered as if Upgrade were absent: 404 Not Found"),
    ("plain-get", BAD, "pass", "refused: 400 Bad Request"),
    ("plain-get", CRASH, "pass", "refused: 500 Internal Server Error"),
    ("plain-get", CLOSED, "pass", "the connection was closed without a reply"),
    ("plain-get", SILENT, "warn", "silence for 2 s: neither an answer nor a close"),
    ("plain-get", b"SSH-2.0-x\r\n", "pass", "no reply that can be read, SSH-2.0-x\\r\\n, then the end of the"),
    ("http-2.0", switched(), "warn", "switched: 101 Switching Protocols"),
    ("version-7", switched(), "info", "switched: 101 Switching Protocols"),
    ("octets-noise", SILENT, "warn", "silence for 2 s"),
    # The status itself is mandated.
    ("host-missing", BAD, "pass", "refused: 400 Bad Request"),
    ("host-missing", GONE, "warn", "404 Not Found"),
    ("host-missing", switched(), "fail", "switched"),
    ("host-missing", CLOSED, "warn", "closed without a reply"),
    ("host-missing", SILENT, "warn", "silence"),
    # Only a 101 with the right Accept is right.
    ("connection-list", switched(), "pass", "switched: 101 Switching Protocols"),
    ("connection-list", BAD, "fail", "refused: 400 Bad Request"),
    ("connection-list", WRONG, "fail", "it answers another key"),
    ("connection-list", BARE, "fail", "without Sec-WebSocket-Accept"),
    ("connection-list", switched(upgrade=b"websocket, foo"), "fail", "Upgrade says websocket, foo"),
    ("connection-list", switched(upgrade=b"h2c"), "fail", "Upgrade says h2c"),
    ("connection-list", SILENT, "fail", "silence for 2 s"),
    ("upgrade-list", BAD, "warn", "refused: 400 Bad Request"),
    ("upgrade-list", switched(upgrade=b"foo/1, websocket"), "fail", "Upgrade says foo/1, websocket"),
    # Both are legal, but a 101 has to answer the key.
    ("target-fragment", switched(), "pass", "switched"),
    ("target-fragment", BAD, "pass", "refused"),
    ("target-fragment", WRONG, "fail", "it answers another key"),
    ("line-tabs", switched(), "info", "switched"),
    ("line-tabs", SILENT, "warn", "silence"),
    # Shown, whatever it is.
    ("path-unknown", GONE, "info", "404 Not Found"),
    ("path-unknown", switched(), "info", "switched"),
    ("path-unknown", SILENT, "warn", "silence"),
    # Sizes: a 101 or a 4xx, and no 5xx.
    ("cookie-4k", switched(CHAT), "pass", "switched"),
    ("cookie-4k", switched(), "fail", "without the subprotocol of the good handshake: fields were dropped"),
    ("cookie-4k", reply(b"431 Request Header Fields Too Large"), "pass", "refused: 431"),
    ("cookie-4k", CRASH, "fail", "500 Internal Server Error"),
    ("cookie-4k", WRONG, "fail", "it answers another key"),
    ("cookie-4k", SILENT, "warn", "silence"),
    ("target-70000", reply(b"414 URI Too Long"), "pass", "414"),
    ("target-70000", CRASH, "fail", "500"),
    ("target-70000", CLOSED, "warn", "closed"),
    ("octets-query", CRASH, "warn", "500"),
    ("octets-query", BAD, "pass", "400"),
    # Controls that come back.
    ("subprotocol-cr", switched(b"Sec-WebSocket-Protocol: wsch\reck"), "fail", "the raw octet came back"),
    ("subprotocol-cr", switched(b"Sec-WebSocket-Protocol: wsch eck"), "pass", "switched"),
    ("subprotocol-cr", BAD, "pass", "refused"),
    # A continuation is part of the offer.
    ("fold-protocol", switched(b"Sec-WebSocket-Protocol: chat"), "pass", "chose chat"),
    ("fold-protocol", switched(), "fail", "chose none"),
    ("fold-protocol", switched(b"Sec-WebSocket-Protocol: x-none.invalid"), "fail", "chose x-none.invalid"),
    ("fold-protocol", BAD, "pass", "refused"),
    # The only key stands on a line that is no field.
    ("blank-led-line", switched(accept=ANOTHER_ACCEPT), "fail", "the line was read as a field"),
    ("blank-led-line", switched(), "fail", "there was no key"),
    ("blank-led-line", BAD, "pass", "refused"),
    # Subprotocols.
    ("subprotocol-space", switched(b"Sec-WebSocket-Protocol: chat room"), "fail", "chose chat room"),
    ("subprotocol-space", switched(), "warn", "chose none"),
    ("subprotocol-space", BAD, "pass", "refused"),
    ("subprotocol-empty", switched(b"Sec-WebSocket-Protocol:"), "warn", "chose an empty name"),
    ("subprotocol-empty", switched(), "pass", "chose none"),
    ("subprotocol-empty", switched(CHAT), "fail", "chose chat"),
    ("subprotocol-comma", switched(CHAT), "fail", "chose chat"),
    ("path-double-slash", switched(), "info", "switched"),
    ("path-double-slash", BAD, "info", "refused"),
    ("path-double-slash", WRONG, "fail", "it answers another key"),
    ("subprotocol-unknown", switched(b"Sec-WebSocket-Protocol: x-none.invalid"), "fail", "chose x-none.invalid"),
    ("subprotocol-unknown", switched(), "pass", "chose none"),
    ("subprotocol-other-case", switched(b"Sec-WebSocket-Protocol: chat"), "fail", "chose chat"),
    ("subprotocol-twice", switched(b"Sec-WebSocket-Protocol: chat"), "info", "chose chat"),
    # Policy.
    ("origin-foreign", switched(), "warn", "open to pages of any site"),
    ("origin-foreign", reply(b"403 Forbidden"), "pass", "refused: 403 Forbidden"),
    ("origin-null", switched(), "warn", "switched"),
    ("cors", switched(b"Access-Control-Allow-Origin: *"), "info", "Access-Control-Allow-Origin: *"),
    ("cors", switched(), "pass", "no CORS field"),
    ("cors", SILENT, "warn", "silence"),
    ("cors", CLOSED, "skip", "no reply came"),
    ("cookie-flags", SILENT, "warn", "silence"),
    ("token-echo", SILENT, "warn", "silence"),
    ("cookie-flags", switched(b"Set-Cookie: s=1; Path=/"), "warn", "s lacks httponly, samesite"),
    ("cookie-flags", switched(b"Set-Cookie: s=1; HttpOnly; SameSite=Lax"), "pass", "no cookie that lacks"),
    ("injection-query", switched(b"X-Wscheck-Injected: 1"), "fail", "a field of ours"),
    ("injection-query", switched(), "pass", "switched"),
    ("h2c", switched(upgrade=b"h2c"), "warn", "switched"),
    ("h2c", BAD, "pass", "refused"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "came", "status", "says"), ROWS)
def test_a_single_reply(name: str, came: Came, status: Status, says: str) -> None:
    said = judged(name, came)
    assert (said.status, says in said.observed) == (status, True), said


PONG = tunnel(b"\x8a\x08wscheck1", pong=True)


@pytest.mark.parametrize(
    ("name", "came", "behind", "status", "says"),
    [
        ("content-length", switched(), PONG, "pass", "read away"),
        ("content-length", switched(), tunnel(by="server", code=1002), "fail", "closed with 1002"),
        ("content-length", BAD, None, "pass", "refused"),
        ("framing-both", switched(), PONG, "fail", "the connection goes on"),
        ("framing-both", switched(), tunnel(by="server", how="eof"), "pass", "the connection ended"),
        ("framing-both", BAD, None, "pass", "refused"),
        ("frame-2-62", switched(), tunnel(by="server", code=1009), "pass", "closed with 1009"),
        ("frame-2-62", switched(), tunnel(), "warn", "waits for more"),
    ],
)
def test_a_reply_and_what_came_behind_it(
    name: str, came: bytes, behind: Tunnel | None, status: Status, says: str
) -> None:
    said = judged(name, came, behind=behind)
    assert (said.status, says in said.observed) == (status, True), said


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("came", "status", "says"),
    [
        (CONTINUE + switched(), "pass", "100 Continue, then switched: 101 Switching Protocols"),
        (CONTINUE + BAD, "pass", "100 Continue, then refused: 400 Bad Request"),
        (CONTINUE, "pass", "100 Continue, then the connection was closed without a reply"),
        (CONTINUE + WRONG, "fail", "it answers another key"),
        (switched(), "fail", "switched: 101 Switching Protocols, and no 100 Continue before it"),
        (reply(b"417 Expectation Failed"), "pass", "refused: 417 Expectation Failed"),
        (CLOSED, "pass", "the connection was closed without a reply"),
        (SILENT, "warn", "silence for 2 s: neither an answer nor a close"),
    ],
)
def test_an_expectation_is_met_before_the_101(came: Came, status: Status, says: str) -> None:
    said = judged("expect-100", came)
    assert (said.status, says in said.observed) == (status, True), said


def test_a_server_that_asks_for_the_content_and_then_says_nothing() -> None:
    case = cases()["expect-100"]
    said = case.judge(seen(case, CONTINUE)._replace(outcomes=("silent",)))
    assert said.status == "warn"
    assert said.observed == "100 Continue, then silence for 2 s: neither an answer nor a close"


def test_the_content_is_held_back_until_it_is_asked_for() -> None:
    (shot,) = cases()["expect-100"].shots(GOOD)
    assert shot.delivery.awaits == b"ok"
    assert shot.plan.body == b""
    assert (b"Content-Length", b"2") in shot.plan.fields


@pytest.mark.parametrize(
    ("without", "with_cookie", "status", "says"),
    [
        (reply(b"403 Forbidden"), switched(), "warn", "confirmed"),
        (switched(), switched(), "info", "potential"),
        (switched(), reply(b"403 Forbidden"), "pass", "refused"),
    ],
)
def test_hijacking_is_confirmed_or_potential(without: bytes, with_cookie: bytes, status: Status, says: str) -> None:
    said = judged("hijacking", without, with_cookie)
    assert (said.status, says in said.observed) == (status, True)


def test_a_lookalike_counts_only_where_foreign_origins_are_refused() -> None:
    assert judged("origin-suffix", switched(), switched()).status == "skip"
    assert judged("origin-suffix", reply(b"403 Forbidden"), switched()).status == "warn"
    assert judged("origin-suffix", reply(b"403 Forbidden"), reply(b"403 Forbidden")).status == "pass"


def test_tls_wants_a_certificate_that_verifies() -> None:
    case = cases()["tls"]
    assert case.judge(with_tls(seen(case, switched()), verified=True)).status == "pass"
    assert case.judge(with_tls(seen(case, switched()), verified=False)).status == "warn"
    far = GOOD._replace(target=parse_target("ws://example.com/"))
    assert case.judge(seen(case, switched(), good=far)).status == "warn"
    assert case.judge(seen(case, switched())).status == "pass"


def test_a_host_of_its_own_counts_on_a_near_network_only() -> None:
    far = GOOD._replace(target=parse_target("ws://example.com/"))
    assert judged("host-rebinding", switched()).status == "warn"
    assert judged("host-rebinding", switched(), good=far).status == "info"


@pytest.mark.parametrize(
    ("url", "sent", "status"),
    [
        ("ws://example.com/", b"Origin: http://example.com:80", "info"),
        ("wss://example.com/", b"Origin: https://example.com:443", "info"),
        ("ws://example.com:8080/", b"Origin: http://example.com:8080", "skip"),
    ],
)
def test_the_default_port_is_spelt_out_where_it_is_left_out(url: str, sent: bytes, status: Status) -> None:
    target = parse_target(url)
    host = url.partition("://")[2].rstrip("/").encode()
    plan = GOOD.plan._replace(fields=((b"Host", host), *GOOD.plan.fields[1:]))
    good = GOOD._replace(target=target, plan=plan)
    case = cases()["origin-default-port"]
    assert sent in craft(case.shots(good)[0].plan).split(b"\r\n")
    assert case.judge(seen(case, switched(), good=good)).status == status


@pytest.mark.parametrize(("has", "hint"), [({"cookie"}, "the case hijacking shows"), (set(), "name a cookie (-b)")])
def test_the_hint_of_a_potential_hijacking_fits_what_was_given(has: set[str], hint: str) -> None:
    said = judged("hijacking-potential", switched(), good=GOOD._replace(has=frozenset(has)))
    assert (said.status, hint in said.observed) == ("info", True)


@pytest.mark.parametrize(("name", "octets"), [("target-2000", 2000), ("target-7900", 7900), ("target-70000", 70000)])
@pytest.mark.parametrize("target", [b"/", b"/a/long/path/of/the/url?with=a&query=too"])
def test_a_long_request_line_is_as_long_as_it_says(name: str, octets: int, target: bytes) -> None:
    """8000 octets should work (RFC 9112 §3): the path of the URL counts among them."""
    good = GOOD._replace(plan=GOOD.plan._replace(target=target))
    line = craft(cases()[name].shots(good)[0].plan).partition(b"\r\n")[0]
    assert len(line) == octets
    assert line.startswith(b"GET " + target)
