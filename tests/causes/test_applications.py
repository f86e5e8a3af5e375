"""What real applications, TLS ends and silent ports answered, in octets: the cause that comes first, and those that
look like it and are not named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.causes.rows import (
    OK_101,
    Failed,
    evidence,
    made,
    reply,
    request,
    switching,
    tls,
    tunnel,
    words,
)
from wscheck.causes import causes, diagnose
from wscheck.core.diagnosis import Diagnosis
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Attempt, Ending, Exchange, Kind
from wscheck.core.frame import read_frames
from wscheck.core.reply import read_reply, same_reply

TEXT = b"Content-Type: text/plain; charset=utf-8"
HTML = b"Content-Type: text/html; charset=utf-8"
UVICORN = b"server: uvicorn"
PAGE = reply("200 OK", b"<!doctype html><title>app</title>", HTML)

# uvicorn: a handshake without a route, an exception before accept, and plain GETs.
NO_ROUTE = reply("403 Forbidden", b"", TEXT, b"Connection: close")
FAILS = reply("500 Internal Server Error", b"Internal Server Error", TEXT, b"Connection: close")
DETAIL_404 = reply("404 Not Found", b'{"detail":"Not Found"}', b"content-type: application/json")
GET_404 = reply("404 Not Found", b'{"detail":"Not Found"}', UVICORN, b"content-type: application/json")
GET_200 = reply("200 OK", b'{"hello":"world"}', UVICORN, b"content-type: application/json")
GET_405 = reply("405 Method Not Allowed", b'{"detail":"Method Not Allowed"}', UVICORN, b"allow: POST")
ODD_400 = reply("400 Bad Request", b"Unsupported WebSocket version", TEXT)

# daphne: no route in URLRouter.
DAPHNE_500 = b"HTTP/1.1 500 Internal server error\r\n\r\n"
DAPHNE_404 = reply("404 Not Found", b"<h1>Not Found</h1>", b"Server: daphne", HTML)

# python-socketio behind uvicorn, and the polling handshake.
SIO_POLLING = reply("200 OK", b'0{"sid":"euWJ7LPHOaT2zeD_AAAA","upgrades":["websocket"],"pingTimeout":20000}', UVICORN)
SIO_NO_UPGRADES = reply("200 OK", b'0{"sid":"euWJ7LPHOaT2zeD_AAAA","upgrades":[],"pingTimeout":20000}', UVICORN)
SIO_INVALID = reply("400 Bad Request", b'"Invalid transport"', UVICORN)
SIO_VERSION = reply(
    "400 Bad Request",
    b'"The client is using an unsupported version of the Socket.IO or Engine.IO protocols"',
    UVICORN,
)
SIO_BEHIND_101 = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-type: text/html\r\nContent-Length: 28\r\n\r\n"
    b"Unsupported protocol version"
)

WERKZEUG = b"Server: Werkzeug/3.1.9 Python/3.11.7"
WERKZEUG_400 = reply("400 BAD REQUEST", b"<!doctype html>\n<title>400 Bad Request</title>\n", WERKZEUG, HTML)
WERKZEUG_404 = reply("404 NOT FOUND", b"<!doctype html>\n<title>404 Not Found</title>\n", WERKZEUG, HTML)
WERKZEUG_PAGE = reply("200 OK", b"hi", WERKZEUG, HTML)
GUNICORN_404 = reply("404 Not Found", b"<h1>Not Found</h1>", b"Server: gunicorn", HTML)

MONGO = (
    b"HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\n"
    b"It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"
)

CLOSED: Failed = ("read", "closed", "the peer closed the connection without an octet of a reply")
SILENT: Failed = ("read", "timeout", "no reply: silence until the head limit of 10 s")


def cannot_get(path: bytes) -> bytes:
    """Express's own 404, which repeats the path."""
    body = b"<!DOCTYPE html>\n<title>Error</title>\n<pre>Cannot GET " + path + b"</pre>\n"
    return reply("404 Not Found", body, b"X-Powered-By: Express", HTML)


def beside(came: bytes) -> Exchange:
    """The handshake to a path that hardly exists."""
    return made(request("/wscheck-nothing-is-here"), came)


def tls_fault(kind: Kind, said: str, **more: Any) -> Evidence:
    """TLS that does not come about."""
    return evidence(url="wss://app.example.test/", failure=("tls", kind, said), **more)


def alert(said: str) -> Evidence:
    return tls_fault("alert", f"the peer ended TLS with an alert: {said}")


def closed_at_once(code: int | None, octets: bytes, reason: bytes = b"") -> Evidence:
    """A Close of the server that came before the answer to the Ping."""
    end = Ending("server", "close", 0.01, code, reason)
    behind = tunnel(octets, end, ping=b"1234", farewell=read_frames(octets)[0][0])
    return evidence(OK_101, tunnel=behind, passed=True)


# (what it is, the evidence, the cause that comes first, causes that are not named)
ROWS: list[tuple[str, Evidence, str, tuple[str, ...]]] = [
    (
        "an exception before accept: a path beside it is refused in another way",
        evidence(FAILS, probes={"plain-get": GET_404, "version-99": ODD_400, "beside": beside(NO_ROUTE)}),
        "app-error",
        ("wrong-path", "gateway-bad-backend"),
    ),
    (
        "no route in Channels: any path fails so",
        evidence(DAPHNE_500, probes={"plain-get": DAPHNE_404, "version-99": ODD_400, "beside": beside(DAPHNE_500)}),
        "wrong-path",
        ("app-rejected",),
    ),
    (
        "FastAPI: an ordinary route at this path",
        evidence(NO_ROUTE, probes={"plain-get": GET_200, "version-99": ODD_400, "beside": beside(NO_ROUTE)}),
        "wrong-path",
        ("missing-websocket-library",),
    ),
    (
        "FastAPI: a route for POST at this path",
        evidence(NO_ROUTE, probes={"plain-get": GET_405, "version-99": ODD_400, "beside": beside(NO_ROUTE)}),
        "wrong-path",
        ("missing-websocket-library",),
    ),
    (
        "FastAPI: a refusal of its own, where a path beside it is none",
        evidence(NO_ROUTE, probes={"plain-get": GET_200, "version-99": ODD_400, "beside": beside(DETAIL_404)}),
        "app-rejected",
        ("wrong-path",),
    ),
    (
        "ws: verifyClient refuses every path",
        evidence(
            reply("403 Forbidden", b"Forbidden", b"Connection: close", HTML),
            probes={"plain-get": PAGE, "beside": beside(reply("403 Forbidden", b"Forbidden", b"Connection: close"))},
        ),
        "app-rejected",
        ("wrong-path",),
    ),
    (
        "uvicorn without a library that hides its name",
        evidence(DETAIL_404, probes={"plain-get": DETAIL_404, "version-99": DETAIL_404, "beside": beside(DETAIL_404)}),
        "missing-websocket-library",
        ("answered-by-web-page",),
    ),
    (
        "Express: nobody listens for upgrades",
        evidence(
            cannot_get(b"/chat"),
            probes={
                "plain-get": cannot_get(b"/chat"),
                "version-99": cannot_get(b"/chat"),
                "beside": beside(cannot_get(b"/wscheck-nothing-is-here")),
            },
        ),
        "server-without-websocket",
        ("app-rejected",),
    ),
    (
        "Express behind nginx: the upgrade was lost on the way",
        evidence(
            cannot_get(b"/chat").replace(b"X-Powered-By", b"Server: nginx/1.22.1\r\nX-Powered-By"),
            probes={"plain-get": cannot_get(b"/chat"), "version-99": cannot_get(b"/chat")},
        ),
        "proxy-strips-upgrade",
        (),
    ),
    (
        "gunicorn",
        evidence(GUNICORN_404, probes={"plain-get": GUNICORN_404, "version-99": GUNICORN_404}),
        "server-without-websocket",
        ("proxy-strips-upgrade",),
    ),
    (
        "Werkzeug: the upgrade of an ordinary route",
        evidence(WERKZEUG_400, probes={"plain-get": WERKZEUG_PAGE, "version-99": WERKZEUG_400}),
        "server-without-websocket",
        ("proxy-strips-upgrade",),
    ),
    (
        "501 that says so",
        evidence(
            reply("501 Not Implemented", b"WebSocket not supported"),
            probes={"plain-get": reply("501 Not Implemented", b"WebSocket not supported")},
        ),
        "server-without-websocket",
        ("subprotocol-required",),
    ),
    (
        "501 for the want of a subprotocol",
        evidence(
            reply("501 Not Implemented"),
            url="ws://app.example.test/mqtt",
            probes={"plain-get": PAGE, "with-subprotocol": switching(b"Sec-WebSocket-Protocol: mqtt")},
        ),
        "subprotocol-required",
        ("server-without-websocket",),
    ),
    (
        "an offer that the server does not know",
        evidence(
            reply("400 Bad Request", b"Failed to open a WebSocket connection: missing subprotocol.", TEXT),
            sent=request("/graphql", b"Sec-WebSocket-Protocol: graphql-ws"),
            probes={
                "plain-get": reply("426 Upgrade Required", b"Failed to open a WebSocket connection"),
                "with-subprotocol": switching(b"Sec-WebSocket-Protocol: graphql-transport-ws"),
            },
        ),
        "subprotocol-required",
        ("proxy-strips-upgrade",),
    ),
    (
        "Socket.IO at another path, and the router of the application fails",
        evidence(FAILS, probes={"plain-get": GET_404, "beside": beside(FAILS), "socketio": SIO_POLLING}),
        "socketio-wrong-path",
        ("socketio-missing-query",),
    ),
    (
        "python-socketio: no query",
        evidence(
            NO_ROUTE,
            url="ws://app.example.test/socket.io/",
            probes={"plain-get": SIO_VERSION, "socketio": SIO_POLLING},
        ),
        "socketio-missing-query",
        ("socketio-wrong-path", "socketio-websocket-disabled", "socketio-version"),
    ),
    (
        "python-socketio: polling only",
        evidence(
            NO_ROUTE,
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket",
            probes={"plain-get": SIO_INVALID, "socketio": SIO_POLLING},
        ),
        "socketio-websocket-disabled",
        ("socketio-missing-query",),
    ),
    (
        "polling only, said by no code",
        evidence(
            NO_ROUTE,
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket",
            probes={"plain-get": reply("400 Bad Request", b"no"), "socketio": SIO_NO_UPGRADES},
        ),
        "socketio-websocket-disabled",
        ("socketio-missing-query", "socketio-version"),
    ),
    (
        "python-socketio: EIO=3",
        evidence(
            NO_ROUTE,
            url="ws://app.example.test/socket.io/?EIO=3&transport=websocket",
            probes={"plain-get": SIO_VERSION, "socketio": SIO_POLLING},
        ),
        "socketio-version",
        ("socketio-missing-query", "socketio-websocket-disabled"),
    ),
    (
        "Engine.IO: EIO=3, refused behind the 101",
        evidence(
            OK_101,
            url="ws://app.example.test/socket.io/?EIO=3&transport=websocket",
            tunnel=tunnel(SIO_BEHIND_101, Ending("server", "eof", 0.01), ping=b"1234"),
        ),
        "socketio-version",
        ("socketio-missing-query",),
    ),
    (
        "python-socketio lets a handshake without Origin in",
        evidence(
            NO_ROUTE,
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket",
            sent=request("/socket.io/?EIO=4&transport=websocket", b"Origin: http://localhost:3000"),
            probes={"plain-get": SIO_INVALID, "own-origin": NO_ROUTE, "without-origin": OK_101},
        ),
        "origin-rejected",
        ("app-rejected",),
    ),
    (
        "an illegal key, and a legal one opens",
        evidence(
            reply("400 Bad Request", b"bad key"),
            sent=request(key=b"abc"),
            probes={"plain-get": PAGE, "other-key": OK_101},
        ),
        "illegal-value",
        ("origin-rejected", "subprotocol-required", "app-rejected", "wrong-path"),
    ),
    (
        "an illegal subprotocol, which no server can choose",
        evidence(OK_101, sent=request("/chat", b"Sec-WebSocket-Protocol: a b"), passed=True),
        "illegal-value",
        (),
    ),
    (
        "Close 1011",
        closed_at_once(1011, b"\x88\x12\x03\xf3unexpected error", b"unexpected error"),
        "app-error",
        ("no-frames",),
    ),
    ("Close 1000 before a word", closed_at_once(1000, b"\x88\x02\x03\xe8"), "closed-by-policy", ("app-error",)),
    ("a Close without a code before a word", closed_at_once(None, b"\x88\x00"), "closed-by-policy", ("no-frames",)),
    (
        "HTTP behind a Pong: flask-sock writes its reply into the connection",
        evidence(
            OK_101,
            tunnel=tunnel(
                b"\x8a\x041234HTTP/1.1 200 OK\r\nServer: Werkzeug/3.1.9 Python/3.11.7\r\nContent-Length: 0\r\n"
                b"Connection: close\r\n\r\n\x88\x02\x03\xe8",
                Ending("wscheck", "close", 0.01, 1000),
                ping=b"1234",
                pong=True,
            ),
        ),
        "not-websocket-after-101",
        ("extension-mangled",),
    ),
    (
        "Upgrade: h2c in the 101",
        evidence(OK_101.replace(b"Upgrade: websocket", b"Upgrade: h2c")),
        "missing-upgrade-header",
        ("missing-connection-header",),
    ),
    (
        "neither Upgrade nor Connection",
        evidence(OK_101.replace(b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"")),
        "missing-upgrade-header",
        (),
    ),
    (
        "200 with the fields of a 101",
        evidence(OK_101.replace(b"101 Switching Protocols", b"200 OK"), probes={"plain-get": PAGE}),
        "switching-without-101",
        ("answered-by-web-page", "proxy-strips-upgrade"),
    ),
    (
        "HTTP/1.0 101",
        evidence(OK_101.replace(b"HTTP/1.1", b"HTTP/1.0")),
        "switching-in-http10",
        ("proxy-http10", "wrong-accept"),
    ),
    (
        "a draft of 2010",
        evidence(
            b"HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Origin: http://a.test\r\nSec-WebSocket-Location: ws://a.test/\r\n\r\n"
        ),
        "version-mismatch",
        ("answered-by-web-page",),
    ),
    ("MongoDB", evidence(MONGO, probes={"plain-get": MONGO}), "another-protocol", ("server-without-websocket",)),
    (
        "a head that drips",
        evidence(
            b"HTTP/1.1 101 Switchi", failure=("read", "timeout", "20 octets, but no end of a head until the limit")
        ),
        "half-open",
        ("no-reply",),
    ),
    (
        "a Node proxy without ws: true",
        evidence(failure=SILENT, probes={"plain-get": reply("426 Upgrade Required", b"Upgrade Required")}),
        "no-reply",
        ("reset",),
    ),
    (
        "the server's word on the client's certificate",
        alert("tlsv1 alert unknown ca"),
        "client-certificate-required",
        (),
    ),
    (
        "only old versions of TLS",
        alert("tlsv1 alert protocol version"),
        "tls-nothing-in-common",
        ("client-certificate-required", "plain-port-wss"),
    ),
    (
        "a handshake failure may be either",
        alert("sslv3 alert handshake failure"),
        "client-certificate-required",
        ("h2-only",),
    ),
    (
        "no certificate for the name in the hello",
        tls_fault("protocol", "the TLS handshake failed: tlsv1 unrecognized name"),
        "wrong-host",
        ("plain-port-wss", "hostname-mismatch"),
    ),
    (
        "no answer to the TLS hello, nor to plain HTTP",
        tls_fault("timeout", "no answer to the TLS hello within 5 s", probes={"other-scheme": b""}),
        "no-reply",
        ("plain-port-wss",),
    ),
    (
        "no answer to the TLS hello, and one to plain HTTP",
        tls_fault("timeout", "no answer to the TLS hello within 5 s", probes={"other-scheme": PAGE}),
        "plain-port-wss",
        ("no-reply",),
    ),
    (
        "closed at the TLS hello",
        tls_fault("closed", "the peer ended the connection during the TLS handshake", probes={"other-scheme": b""}),
        "closed-without-reply",
        ("plain-port-wss", "reset"),
    ),
    (
        "reset while it was opened",
        evidence(failure=("tcp", "reset", "no connection to 127.0.0.1:9001: reset by the peer")),
        "reset",
        ("refused",),
    ),
    (
        "this path alone is dropped",
        evidence(
            failure=CLOSED,
            probes={
                "plain-get": b"",
                "without-host": reply("400 Bad Request", b"missing required Host header"),
                "beside": beside(reply("404 Not Found", b"404 page not found")),
            },
        ),
        "closed-without-reply",
        ("wrong-host",),
    ),
    (
        "every path of this Host is dropped",
        evidence(
            failure=CLOSED,
            probes={
                "plain-get": b"",
                "without-host": reply("400 Bad Request", b"no Host"),
                "beside": beside(b""),
            },
        ),
        "wrong-host",
        ("reset",),
    ),
    (
        "closed at the hello for http/1.1, and not at that for h2",
        tls_fault(
            "alert",
            "the peer ended TLS with an alert: tlsv1 alert no application protocol",
            probes={"h2-hello": made(b"", b"", tls=tls(alpn="h2"))},
        ),
        "h2-only",
        ("closed-without-reply", "tls-nothing-in-common"),
    ),
]


@pytest.mark.parametrize(("name", "known", "first", "absent"), ROWS, ids=[row[0] for row in ROWS])
def test_the_cause_is_first_and_its_look_alikes_are_not_named(
    name: str, known: Evidence, first: str, absent: tuple[str, ...]
) -> None:
    found = [one.cause for one in diagnose(known)]
    assert found[:1] == [first], [(one.cause, one.confidence) for one in diagnose(known)]
    assert not set(found) & set(absent)
    assert set(absent) <= set(causes())


def _first(name: str) -> Diagnosis:
    return diagnose(next(row[1] for row in ROWS if row[0] == name))[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Express: nobody listens for upgrades", "new websocketserver({ server"),
        ("a Node proxy without ws: true", "ws: true"),
        ("a Node proxy without ws: true", "vite-hmr"),
        ("Werkzeug: the upgrade of an ordinary route", "flask-sock"),
        ("python-socketio lets a handshake without Origin in", "cors_allowed_origins"),
        ("python-socketio lets a handshake without Origin in", "nor the target's own is on"),
        ("an offer that the server does not know", "--subprotocol graphql-transport-ws"),
        ("Close 1011", "traceback"),
        ("Close 1000 before a word", "--subprotocol name"),
        ("a draft of 2010", "sec-websocket-location"),
        ("no certificate for the name in the hello", "unrecognized_name"),
        ("closed at the TLS hello", "to the tls hello"),
        ("reset while it was opened", "as soon as it was opened"),
        ("HTTP behind a Pong: flask-sock writes its reply into the connection", 'behind frames are "http/1.1 200 ok'),
        ("this path alone is dropped", "other paths are answered"),
        ("an illegal key, and a legal one opens", "another key brings 101"),
    ],
)
def test_the_diagnosis_says(name: str, said: str) -> None:
    found = _first(name)
    assert said in words(found)


def test_what_cannot_be_told_apart_is_named_twice() -> None:
    both = diagnose(alert("sslv3 alert handshake failure"))
    assert [one.cause for one in both] == ["client-certificate-required", "tls-nothing-in-common"]
    mismatch = diagnose(next(row[1] for row in ROWS if row[0] == "an offer that the server does not know"))
    assert [one.cause for one in mismatch] == ["subprotocol-required", "subprotocol-mismatch"]


def test_a_code_that_speaks_of_the_server_brings_no_word_of_credentials() -> None:
    restart = closed_at_once(1012, b"\x88\x02\x03\xf4")
    refusal = closed_at_once(4401, b"\x88\x02\x11\x31")
    assert "token" not in words(diagnose(restart)[0])
    assert "token" in words(diagnose(refusal)[0])


def test_one_that_speaks_and_then_closes_is_healthy() -> None:
    spoke = tunnel(b"\x81\x05hello\x88\x02\x03\xe8", Ending("server", "close", 0.01, 1000), ping=b"1234")
    assert diagnose(evidence(OK_101, tunnel=spoke, passed=True)) == ()


def test_an_error_page_that_repeats_the_path_is_the_same_page() -> None:
    here = read_reply(made(request("/chat?room=1"), cannot_get(b"/chat")))
    there = read_reply(made(request("/wscheck-nothing-is-here?room=1"), cannot_get(b"/wscheck-nothing-is-here")))
    other = read_reply(made(request("/chat"), cannot_get(b"/login")))
    assert here is not None
    assert there is not None
    assert other is not None
    assert same_reply(here, there)
    assert not same_reply(here, other)


def test_a_computation_and_a_replaced_key_are_told_apart() -> None:
    # base64(sha1(key)), the GUID left out; then values that answer keys which were never sent.
    guidless = evidence(
        switching(b"Via: 1.1 corp-proxy", accept=b"hHLtf2V1k8aDQZfNjw3Ia1hCwt0="),
        second=switching(accept=b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    )
    replaced = evidence(
        switching(b"Via: 1.1 corp-proxy", accept=b"ufgxsArIP7plQGd6AixVbXrILAM="),
        second=switching(b"Via: 1.1 corp-proxy", accept=b"M+cNcAxGEaAiLCKkSG7CHPb6QFE="),
    )
    assert "via: 1.1 corp-proxy shows an intermediary" in words(diagnose(replaced)[0])
    assert "pass sec-websocket-key on" in words(diagnose(replaced)[0])
    assert diagnose(guidless)[0].cause == "wrong-accept"
    assert "the server computes" in words(diagnose(guidless)[0])
    assert "pass sec-websocket-key on" not in words(diagnose(guidless)[0])


def test_the_other_family_of_a_name_is_told_with_its_address() -> None:
    known = evidence(
        url="ws://localhost:9001/",
        failure=("tcp", "refused", "no connection"),
        attempts=(Attempt("127.0.0.1:9001", 0.1, "connection refused"),),
        probes={"other-family": made(request(), OK_101, address="[::1]:9001")},
    )
    found = diagnose(known)[0]
    assert found.cause == "wrong-address-family"
    assert "[::1]:9001 answers, 127.0.0.1:9001 does not" in found.summary
