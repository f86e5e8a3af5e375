"""What differs between two ways to one service, what is bound to differ, and what each difference means."""

from __future__ import annotations

import pytest

from wscheck.core.comparison import Comparison
from wscheck.core.contract import compare_json
from wscheck.core.difference import compare
from wscheck.core.exchange import Ending, Exchange, Failure, Timings, Tls, Tunnel
from wscheck.core.frame import read_frames
from wscheck.core.report import Report
from wscheck.core.target import Target
from wscheck.probing.reporting import Judging, build_report

REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: a.example\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)
# The same by another name, with the key of erratum 3150.
OTHER_REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: b.example:8443\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"\r\n"
)
GOOD = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)
OTHER_GOOD = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: C/0nmHhBztSRGR1CwL6Tf4ZjwpY=\r\n"
    b"\r\n"
)
TLS = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "http/1.1", "a", ("a",), "ca", "2030-01-01T00:00:00Z", 9.0, True, "ca")


def made(reply: bytes, request: bytes = REQUEST) -> Exchange:
    """An exchange that was never made."""
    failure = None if reply else Failure("read", "closed", "the peer closed")
    return Exchange("handshake", request, reply, "127.0.0.1:9", (), None, Timings(total=2.0), failure, closed=True)


def report(exchange: Exchange, *, show_secrets: bool = False) -> Report:
    """The report on it."""
    target = Target("ws://a.example/chat", "ws", "a.example", 80, "/chat")
    judging = Judging(show_secrets=show_secrets)
    return build_report("probe", target, [exchange], judging, notes=(), started=1_770_000_000.25)


def compared(a: bytes, b: bytes) -> Comparison:
    """Two replies to one request."""
    return compare(report(made(a)), report(made(b)))


def places(comparison: Comparison) -> list[tuple[str, str | None, str | None]]:
    """The differences without their meanings."""
    return [(one.where, one.a, one.b) for one in comparison.differences]


def meant(comparison: Comparison, where: str) -> str:
    """What the difference there means."""
    return next(one.meaning for one in comparison.differences if one.where == where)


def with_field(line: bytes, reply: bytes = GOOD) -> bytes:
    """The reply with one more field at its end."""
    return reply[:-2] + line + b"\r\n\r\n"


# -- what is bound to differ -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (b"Date: Mon, 23 Nov 2026 02:50:41 GMT", b"Date: Tue, 24 Nov 2026 03:51:42 GMT"),
        (b"Set-Cookie: session=abc", b"Set-Cookie: session=defgh"),
        (b"CF-Ray: 8f00aa-FRA", b"CF-Ray: 8f00ab-FRA"),
        (b"X-Request-Id: 1", b"X-Request-Id: 2"),
        (b"Age: 1", b"Age: 20"),
        (b"Expires: Mon, 23 Nov 2026 02:50:41 GMT", b"Expires: Mon, 23 Nov 2026 02:50:42 GMT"),
        (b"Server-Timing: app;dur=1.25", b"Server-Timing: app;dur=0.75"),
        (b"X-Envoy-Upstream-Service-Time: 3", b"X-Envoy-Upstream-Service-Time: 12"),
        (b'WWW-Authenticate: Digest realm="a", nonce="1"', b'WWW-Authenticate: Digest realm="a", nonce="2"'),
    ],
)
def test_what_is_drawn_for_each_request_is_no_difference(a: bytes, b: bytes) -> None:
    assert places(compared(with_field(a), with_field(b))) == []


def test_key_accept_and_host_are_no_difference() -> None:
    comparison = compare(report(made(GOOD)), report(made(OTHER_GOOD, OTHER_REQUEST)))
    assert (comparison.same, places(comparison), comparison.exit_code) == (True, [], 0)


def test_a_redirect_to_the_server_itself_is_no_difference() -> None:
    replies = [
        b"HTTP/1.1 301 x\r\nLocation: http://a.example/chat/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 301 x\r\nLocation: https://b.example:8443/chat/\r\nContent-Length: 0\r\n\r\n",
    ]
    assert places(compare(report(made(replies[0])), report(made(replies[1], OTHER_REQUEST)))) == []


def test_two_wrong_accepts_of_one_mistake_are_no_difference() -> None:
    # Base64 of SHA-1 over the key alone, for each of the two keys.
    wrong = GOOD.replace(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", b"hHLtf2V1k8aDQZfNjw3Ia1hCwt0=")
    other = OTHER_GOOD.replace(b"C/0nmHhBztSRGR1CwL6Tf4ZjwpY=", b"AoUHQ/SIDx7UGoJfntmdDFhMbkw=")
    comparison = compare(report(made(wrong)), report(made(other, OTHER_REQUEST)))
    assert places(comparison) == []
    assert comparison.exit_code == 1


# -- what differs ------------------------------------------------------------------------------------------------------

REFUSED = b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n"
PLAIN = [
    ("field Upgrade", "websocket", None),
    ("field Connection", "Upgrade", None),
    ("field Content-Length", None, "0"),
    ("field Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", None),
]


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (b"426 Upgrade Required", "B answers 426 where A switches: the server behind B saw no upgrade."),
        (b"400 Bad Request", "B answers 400 where A switches: what reached the server was no whole handshake"),
        (b"505 HTTP Version Not Supported", "the hop between speaks HTTP/1.0"),
        (b"401 Unauthorized", "B asks for credentials where A switches"),
        (b"403 Forbidden", "B forbids what A allows"),
        (b"404 Not Found", "B does not know the path where A switches"),
        (b"429 Too Many Requests", "the hop between counts handshakes"),
        (b"431 x", "the hop between has smaller limits"),
        (b"502 Bad Gateway", "the hop between does not reach the server"),
        (b"504 Gateway Time-out", "B gave up waiting where A switches"),
        (b"200 OK", "B answers with a page where A switches"),
        (b"302 Found", "B redirects where A switches"),
        (b"418 x", "A switches and B does not"),
    ],
)
def test_a_refusal_beside_a_101(status: bytes, meaning: str) -> None:
    comparison = compared(GOOD, REFUSED % status)
    line = ("status line", "HTTP/1.1 101 Switching Protocols", f"HTTP/1.1 {status.decode()}")
    assert places(comparison) == [line, *PLAIN]
    assert meaning in meant(comparison, "status line")
    assert meant(comparison, "field Upgrade") == "It follows from the status line: only one of the two switches."
    assert comparison.exit_code == 1


def test_the_letters_follow_the_sides() -> None:
    comparison = compared(REFUSED % b"426 Upgrade Required", GOOD)
    assert meant(comparison, "status line").startswith("A answers 426 where B switches: the server behind A saw")


def test_a_426_with_a_version_is_a_matter_of_versions() -> None:
    reply = b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8, 7\r\nContent-Length: 0\r\n\r\n"
    assert "another version" in meant(compared(GOOD, reply), "status line")


@pytest.mark.parametrize("place", [b"/login?next=/chat", b"https://sso.example/", b"/accounts/sign-in"])
def test_a_redirect_to_a_login(place: bytes) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % place
    assert "redirects to a login" in meant(compared(GOOD, reply), "status line")


@pytest.mark.parametrize("place", [b"/lessons/", b"/author/", b"/chat/"])
def test_a_redirect_to_something_else(place: bytes) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % place
    assert meant(compared(GOOD, reply), "status line").startswith("B redirects where A switches: clients do not")


def test_upgrade_lost_in_a_101() -> None:
    comparison = compared(GOOD, GOOD.replace(b"Upgrade: websocket\r\n", b""))
    assert places(comparison) == [("field Upgrade", "websocket", None)]
    assert meant(comparison, "field Upgrade").startswith("Upgrade is missing in B's reply: a hop between drops it")


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (b"keep-alive", "Connection was rewritten on the way"),
        (b"upgrade", "Connection belongs to each hop"),
        (b"keep-alive, Upgrade", "Connection belongs to each hop"),
    ],
)
def test_connection_rewritten(value: bytes, meaning: str) -> None:
    comparison = compared(GOOD, GOOD.replace(b"Connection: Upgrade", b"Connection: " + value))
    assert places(comparison) == [("field Connection", "Upgrade", value.decode())]
    assert meant(comparison, "field Connection").startswith(meaning)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (b"C/0nmHhBztSRGR1CwL6Tf4ZjwpY=", "One of the two does not answer the key it was sent: a cache replays"),
        (b"hHLtf2V1k8aDQZfNjw3Ia1hCwt0=", "At B: the server left the GUID out."),
    ],
)
def test_an_accept_that_answers_another_key(value: bytes, meaning: str) -> None:
    comparison = compared(GOOD, GOOD.replace(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", value))
    assert places(comparison) == [("field Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", value.decode())]
    assert meant(comparison, "field Sec-WebSocket-Accept").startswith(meaning)


@pytest.mark.parametrize(
    ("line", "where", "meaning"),
    [
        (b"Server: nginx", "field Server", "Only B names a program: what stands between adds Server, or hides it."),
        (b"Via: 1.1 varnish", "field Via", "An intermediary stands before B: it put this in."),
        (b"X-Cache: HIT", "field X-Cache", "A cache stands before B: see that it leaves handshakes alone."),
        (b"X-Envoy-Upstream-Service-Time: 3", "field X-Envoy-Upstream-Service-Time", "An intermediary stands before B"),
        (b"Age: 12", "field Age", "A cache stands before B: see that it leaves handshakes alone."),
        (b"Strict-Transport-Security: a", "field Strict-Transport-Security", "B ends TLS, or is set up as if it did"),
        (b"X-Own: 1", "field X-Own", "Only B has it."),
        (b"x-\xff\x1b: 1", "field x-\\xff\\x1b", "Only B has it."),
    ],
)
def test_a_field_that_appears(line: bytes, where: str, meaning: str) -> None:
    comparison = compared(GOOD, with_field(line))
    assert [one.where for one in comparison.differences] in ([where], [where, "check syntax"])
    assert meant(comparison, where).startswith(meaning)


@pytest.mark.parametrize(
    ("line", "where", "meaning"),
    [
        (b"Sec-WebSocket-Extensions: permessage-deflate", "field Sec-WebSocket-Extensions", "The extension is lost"),
        (b"Sec-WebSocket-Protocol: mqtt", "field Sec-WebSocket-Protocol", "The subprotocol is lost at B"),
    ],
)
def test_what_was_negotiated_is_lost(line: bytes, where: str, meaning: str) -> None:
    assert meant(compared(with_field(line), GOOD), where).startswith(meaning)


def test_another_program() -> None:
    comparison = compared(with_field(b"Server: a"), with_field(b"Server: b"))
    assert [(one.where, one.meaning) for one in comparison.differences] == [
        ("field Server", "Another program answers, or one between adds its name.")
    ]


def test_repeated_lines_differ_from_one() -> None:
    comparison = compared(with_field(b"X-A: 1"), with_field(b"X-A: 1\r\nX-A: 2"))
    assert places(comparison) == [("field X-A", "1", "1 + 2")]


def test_names_in_another_case_and_order() -> None:
    reply = (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-Websocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Upgrade: websocket\r\n"
        b"\r\n"
    )
    assert places(compared(GOOD, reply)) == [
        ("field names", "Sec-WebSocket-Accept", "Sec-Websocket-Accept"),
        (
            "field order",
            "upgrade, connection, sec-websocket-accept",
            "connection, sec-websocket-accept, upgrade",
        ),
    ]


def test_an_interim_reply() -> None:
    comparison = compared(GOOD, b"HTTP/1.1 103 Early Hints\r\n\r\n" + GOOD)
    assert places(comparison) == [("interim replies", None, "HTTP/1.1 103 Early Hints")]
    assert meant(comparison, "interim replies").startswith("B sends an interim reply before the decisive one")


def test_the_content_of_two_refusals() -> None:
    replies = [b"HTTP/1.1 400 x\r\nContent-Length: 4\r\n\r\n" + words for words in (b"no.\n", b"yes\n")]
    assert places(compared(*replies)) == [("content", "4 octets: no.", "4 octets: yes")]


def test_content_of_one_octet() -> None:
    replies = [b"HTTP/1.1 400 x\r\nContent-Length: 1\r\n\r\n" + words for words in (b"0", b"1")]
    assert places(compared(*replies)) == [("content", "1 octet: 0", "1 octet: 1")]


def test_octets_off_the_grammar_show_through_the_check() -> None:
    comparison = compared(GOOD, GOOD.replace(b"websocket\r\n", b"websocket\n"))
    assert [one.where for one in comparison.differences] == ["check syntax"]
    assert meant(comparison, "check syntax").startswith("At B: ")


# -- the request, the way, the end -------------------------------------------------------------------------------------


def test_requests_that_differ() -> None:
    other = REQUEST.replace(b"/chat", b"/app/chat").replace(b"Upgrade: w", b"Authorization: Basic YTpi\r\nUpgrade: w")
    comparison = compare(report(made(GOOD)), report(made(GOOD, other)))
    assert places(comparison) == [
        ("request line", "GET /chat HTTP/1.1", "GET /app/chat HTTP/1.1"),
        ("request field Authorization", None, "Basic ****"),
    ]


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (Failure("dns", "not-found", "no such name"), "B was never reached"),
        (Failure("tcp", "refused", "nothing listens"), "B was never reached"),
        (Failure("tls", "certificate", "expired"), "TLS fails at B before any request"),
        (Failure("read", "closed", "not an octet"), "B took the connection and ended it without a whole reply"),
    ],
)
def test_one_side_brings_no_reply(failure: Failure, meaning: str) -> None:
    comparison = compare(report(made(GOOD)), report(made(b"")._replace(failure=failure)))
    said = f"{failure.stage}: {failure.kind}: {failure.detail}"
    assert places(comparison) == [
        ("failure", None, said),
        ("status line", "HTTP/1.1 101 Switching Protocols", None),
    ]
    assert meant(comparison, "failure").startswith(meaning)
    assert meant(comparison, "status line") == "Only A brings a reply, so the heads cannot be compared."
    assert comparison.exit_code == 3


def test_both_fail_alike() -> None:
    comparison = compared(b"", b"")
    assert (comparison.same, comparison.exit_code) == (True, 3)


def test_a_failed_check_weighs_more_than_no_reply() -> None:
    assert compared(b"", REFUSED % b"404 x").exit_code == 1


def test_a_comparison_as_json() -> None:
    comparison = compare(report(made(GOOD)), report(made(GOOD)._replace(tls=TLS)))
    got = compare_json(comparison)
    assert (got["schema"], got["exit_code"], got["same"]) == ("wscheck/compare/1", 0, False)
    (one,) = got["differences"]
    assert one["meaning"].startswith("TLS ends at B;")
    assert (one["where"], one["a"], one["b"]) == ("tls", None, "TLSv1.3, TLS_AES_256_GCM_SHA384, ALPN http/1.1")
    assert [one["schema"] for one in got["reports"]] == ["wscheck/report/1", "wscheck/report/1"]


def test_tls_is_not_compared_with_a_way_that_was_never_reached() -> None:
    refused = made(b"")._replace(address="", failure=Failure("tcp", "refused", "nothing listens"))
    comparison = compare(report(made(GOOD)._replace(tls=TLS)), report(refused))
    assert "tls" not in [one.where for one in comparison.differences]


def test_tls_on_one_way_only() -> None:
    comparison = compare(report(made(GOOD)), report(made(GOOD)._replace(tls=TLS)))
    assert places(comparison) == [("tls", None, "TLSv1.3, TLS_AES_256_GCM_SHA384, ALPN http/1.1")]
    assert meant(comparison, "tls").startswith("TLS ends at B; A is spoken to in the clear.")


def test_two_certificates() -> None:
    ways = [TLS, TLS._replace(version="TLSv1.2", subject="b\x1b")]
    comparison = compare(*(report(made(GOOD)._replace(tls=tls)) for tls in ways))
    assert [one.where for one in comparison.differences] == ["tls", "certificate"]
    assert comparison.differences[1].b == "b\\x1b, issued by ca, until 2030-01-01T00:00:00Z, verified"


def tunnel(ending: Ending, received: bytes = b"\x8a\x00") -> Tunnel:
    """What came behind a 101."""
    return Tunnel(b"", received, (), read_frames(received)[0], ending, None)


def test_a_connection_that_is_cut() -> None:
    stands = tunnel(Ending("wscheck", "close", 5.0, 1000))
    cut = tunnel(Ending("server", "eof", 2.0))
    comparison = compare(*(report(made(GOOD)._replace(tunnel=one)) for one in (stands, cut)))
    assert places(comparison) == [("end", "by wscheck: close 1000, after 5.0 s", "by server: eof, after 2.0 s")]
    assert meant(comparison, "end").startswith("One is cut without a Close: by an idle time-out")


def test_octets_that_begin_no_frame() -> None:
    stands = tunnel(Ending("wscheck", "close", 5.0, 1000), b"\x8a\x00")
    comparison = compare(*(report(made(GOOD)._replace(tunnel=one)) for one in (stands, stands._replace(junk=True))))
    assert ("frames", "pong", "octets that begin no frame, pong") in places(comparison)


def test_an_accept_where_no_key_was_sent() -> None:
    unkeyed = REQUEST.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"")
    same = compare(report(made(GOOD, unkeyed)), report(made(GOOD, unkeyed)))
    assert places(same) == []
    other = compare(report(made(GOOD, unkeyed)), report(made(OTHER_GOOD, unkeyed)))
    assert places(other) == [
        ("field Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")
    ]


def test_the_time_of_an_end_and_the_order_of_frames_are_no_difference() -> None:
    ways = [
        tunnel(Ending("wscheck", "close", 5.0, 1000), b"\x8a\x00\x81\x01a"),
        tunnel(Ending("wscheck", "close", 5.1, 1000), b"\x81\x01a\x8a\x00\x81\x01b"),
    ]
    assert places(compare(*(report(made(GOOD)._replace(tunnel=one)) for one in ways))) == []


def test_frames_that_do_not_come() -> None:
    ending = Ending("wscheck", "close", 2.0, 1000)
    comparison = compare(*(report(made(GOOD)._replace(tunnel=tunnel(ending, data))) for data in (b"\x8a\x00", b"")))
    assert comparison.differences[0][:3] == ("frames", "pong", None)
    assert meant(comparison, "frames").startswith("Behind the 101 of B no frame came")


def test_masked_reports_are_compared() -> None:
    replies = [with_field(b"Set-Cookie: session=geheim-%d" % number) for number in (1, 22)]
    a, b = (report(made(reply)) for reply in replies)
    assert compare(a, b).same
    comparison = compare(a, report(made(with_field(b"Set-Cookie: other=geheim-333"))))
    assert [one.b for one in comparison.differences] == ["other=**********"]
