"""Which distinguishing probe is made next: only what is still open, and nothing after a 429."""

from __future__ import annotations

import pytest

from tests.causes.rows import OK_101, Failed, evidence, made, reply, request, switching, tls, tunnel
from wscheck.causes.probes import subprotocols, wanted
from wscheck.core.evidence import PURPOSES, Evidence
from wscheck.core.exchange import Ending

NGINX_404 = reply("404 Not Found", b"<hr><center>nginx/1.22.1</center>", b"Server: nginx/1.22.1")
FORBIDDEN = reply("403 Forbidden")
CLOSED: Failed = ("read", "closed", "closed without an octet")


@pytest.mark.parametrize(
    ("known", "names"),
    [
        (evidence(reply("429 Too Many Requests")), ()),
        (evidence(FORBIDDEN, probes={"plain-get": reply("429 Too Many Requests")}), ()),
        (evidence(OK_101), ()),
        (evidence(OK_101, passed=True), ()),
        (evidence(OK_101, tunnel=tunnel(b"", Ending("server", "eof", 0.0), ping=b"12345678")), ("without-ping",)),
        (evidence(OK_101, tunnel=tunnel(b"", Ending("server", "eof", 0.0))), ()),
        (evidence(OK_101, tunnel=tunnel(b"", Ending("wscheck", "close", 2.0, 1000), ping=b"12345678")), ()),
        (evidence(switching(b"Via: 1.1 box"), passed=True), ("with-extensions",)),
        (evidence(reply("405 Method Not Allowed"), sent=request().replace(b"GET ", b"POST ")), ()),
        (evidence(reply("407 Proxy Authentication Required")), ()),
        (evidence(failure=("dns", "not-found", "no such name")), ()),
        (evidence(failure=("tcp", "timeout", "no answer")), ()),
        (evidence(failure=("tcp", "refused", "refused")), ("other-family",)),
        (evidence(url="wss://a.test/", failure=("tls", "certificate", "expired")), ()),
        (evidence(url="wss://a.test/", failure=("tls", "alert", "no application protocol")), ("h2-hello",)),
        (evidence(url="wss://a.test/", failure=("tls", "protocol", "no TLS")), ("other-scheme",)),
        (evidence(failure=("proxy", "denied", "403"), known={"proxy": "http://p:1", "proxy_origin": "-x"}), ()),
        (
            evidence(failure=("proxy", "denied", "403"), known={"proxy": "http://p:1", "proxy_origin": "http_proxy"}),
            ("without-proxy",),
        ),
        (
            evidence(
                failure=("proxy", "denied", "429"),
                connect=reply("429 Too Many Requests"),
                known={"proxy": "http://p:1", "proxy_origin": "http_proxy"},
            ),
            (),
        ),
        (evidence(reply("301 Moved", b"", b"Location: /elsewhere")), ()),
        (evidence(reply("301 Moved", b"", b"Location: /chat/")), ("slash",)),
        (evidence(reply("431 Too Large")), ()),
        (evidence(reply("431 Too Large"), sent=request("/chat", b"Cookie: a=b")), ("without-cookie",)),
        (evidence(reply("426 Upgrade Required")), ("plain-get", "version-99")),
        (evidence(reply("502 Bad Gateway", b"<hr><center>nginx/1.22.1</center>")), ("plain-get",)),
        (
            evidence(failure=CLOSED, url="wss://a.test/", tls=tls(alpn="http/1.1")),
            ("plain-get", "socketio", "other-address"),
        ),
    ],
)
def test_what_is_wanted_first(known: Evidence, names: tuple[str, ...]) -> None:
    assert wanted(known) == names


def test_a_403_is_compared_with_other_origins_first() -> None:
    names = wanted(evidence(FORBIDDEN, sent=request("/chat", b"Origin: https://a.test")))
    assert names == ("plain-get", "version-99", "own-origin", "without-origin", "browser-agent")


def test_what_was_tried_is_not_tried_again() -> None:
    known = evidence(FORBIDDEN, probes={"plain-get": FORBIDDEN, "version-99": FORBIDDEN, "own-origin": FORBIDDEN})
    assert "plain-get" not in wanted(known)
    assert "own-origin" not in wanted(known)


def test_a_closed_connection_is_asked_without_host_only_when_a_get_is_closed_too() -> None:
    answered = evidence(failure=CLOSED, probes={"plain-get": NGINX_404, "other-scheme": b""})
    dropped = evidence(failure=CLOSED, probes={"plain-get": b"", "other-scheme": b""})
    assert "without-host" not in wanted(answered)
    assert "without-host" in wanted(dropped)


def test_where_tls_is_spoken_nothing_else_is_asked() -> None:
    spoken = made(b"", b"", None, tls=tls())
    known = evidence(failure=CLOSED, probes={"plain-get": b"", "other-scheme": spoken})
    assert wanted(known) == ()


@pytest.mark.parametrize(
    ("known", "offer"),
    [
        (
            evidence(reply("400 Bad Request", b"missing subprotocol"), url="ws://a.test/graphql"),
            b"graphql-transport-ws, graphql-ws",
        ),
        (evidence(reply("400 Bad Request", b"speak graphql-transport-ws")), b"graphql-transport-ws"),
        (evidence(failure=CLOSED, probes={"plain-get": reply("200 OK", b'<script src="/@vite/client">')}), b"vite-hmr"),
        (evidence(failure=CLOSED, url="ws://a.test/ocpp/CP1"), b"ocpp1.6, ocpp2.0.1"),
    ],
)
def test_the_hint_chooses_the_subprotocols(known: Evidence, offer: bytes) -> None:
    assert subprotocols(known) == offer


def test_without_a_hint_usual_ones_are_offered_together() -> None:
    assert b", mqtt, " in subprotocols(evidence(FORBIDDEN))


def test_the_purposes_are_stable_words() -> None:
    assert all(purpose.startswith("diagnosis: ") for purpose in PURPOSES.values())
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def test_an_application_that_shows_itself_alone_is_asked_for_no_fresh_query() -> None:
    alone = reply("404 Not Found", b"404: Not Found", b"Server: Python/3.11 aiohttp/3.14.5")
    hidden = reply("404 Not Found", b"404: Not Found")
    assert "fresh-query" not in wanted(evidence(alone, probes={"plain-get": alone}))
    assert "fresh-query" in wanted(evidence(hidden, probes={"plain-get": hidden}))


def test_an_illegal_value_is_compared_with_a_legal_one_and_with_nothing_else() -> None:
    refused = reply("400 Bad Request", b"bad key")
    assert wanted(evidence(refused, sent=request(key=b"abc"))) == ("plain-get", "other-key")


def test_socketio_is_asked_where_a_path_is_unknown_and_not_behind_a_proxys_own_page() -> None:
    unknown = reply("404 Not Found", b"no such path")
    assert "socketio" in wanted(evidence(unknown, probes={"plain-get": unknown}))
    assert "socketio" not in wanted(evidence(NGINX_404, probes={"plain-get": NGINX_404}))
