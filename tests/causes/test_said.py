"""A sentence says what was measured, and no more."""

from __future__ import annotations

from tests.causes.rows import evidence, made, reply, request, switching, tunnel, words
from wscheck.causes import diagnose
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Ending

OPENS = switching()
ANSWER_404 = reply("404 Not Found", b'{"detail":"Not Found"}')


def causes(known: Evidence) -> list[str]:
    return [one.cause for one in diagnose(known)]


def test_the_usual_path_is_the_one_that_was_asked() -> None:
    unknown = reply("404 Not Found", b"no such path")
    socket = made(request("/socket"), OPENS)
    known = evidence(unknown, url="ws://a.test/ws", probes={"plain-get": unknown, "usual-path": socket})
    found = next(one for one in diagnose(known) if one.cause == "wrong-path")
    assert "An endpoint answers at /socket: try it." in found.fix
    assert "An endpoint answers at /ws" not in words(found)


def test_no_server_is_called_uvicorn_that_names_itself_otherwise() -> None:
    hypercorn = reply("404 Not Found", b'{"detail":"Not Found"}', b"server: hypercorn-h11")
    assert "missing-websocket-library" not in causes(evidence(hypercorn, probes={"plain-get": hypercorn}))
    assert "missing-websocket-library" in causes(evidence(ANSWER_404, probes={"plain-get": ANSWER_404}))


def test_a_missing_origin_is_no_foreign_one() -> None:
    forbidden = reply("403 Forbidden", b"Forbidden", b"Sec-WebSocket-Version: 13")
    probes = {"plain-get": reply("400 Bad Request", b"no upgrade"), "own-origin": forbidden}
    foreign = evidence(forbidden, sent=request("/chat", b"Origin: https://b.test"), probes=probes)
    assert causes(foreign)[:1] == ["origin-rejected"]
    assert causes(evidence(forbidden, probes=probes))[:1] != ["origin-rejected"]


def test_colours_are_no_firewall() -> None:
    page = reply("403 Forbidden", b"<style>p { border: 1px solid #f5f5f5 }</style><p>members only</p>")
    assert "waf-blocked" not in causes(evidence(page, probes={"plain-get": page}))
    blocked = reply("403 Forbidden", b"Reference #18.2 https://errors.edgesuite.net/18.2")
    assert causes(evidence(blocked, probes={"plain-get": blocked}))[:1] == ["waf-blocked"]


def test_a_handshake_that_fails_is_not_called_right() -> None:
    deaf = tunnel(b"", Ending("wscheck", "close", 2.0, 1000), ping=b"12345678")
    right = evidence(OPENS, tunnel=deaf)
    wrong = evidence(switching(accept=b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="), tunnel=deaf)
    said = [one for known in (right, wrong) for one in diagnose(known) if one.cause == "no-frames"]
    assert ["The handshake itself is right." in one.evidence for one in said] == [True, False]


def test_the_console_names_the_bits_that_are_set() -> None:
    second = evidence(OPENS, tunnel=tunnel(b"\xa1\x01a", Ending("wscheck", "close", 0.1, 1000)))
    assert "reserved1 = 0, reserved2 = 1, reserved3 = 0" in " ".join(diagnose(second)[0].console)
    first = evidence(OPENS, tunnel=tunnel(b"\xc1\x01a", Ending("wscheck", "close", 0.1, 1000)))
    assert "reserved1 = 1, reserved2 = 0, reserved3 = 0" in " ".join(diagnose(first)[0].console)
