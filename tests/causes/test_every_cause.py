"""Each cause comes first on its reproduction, and is silent on what looks like it."""

from __future__ import annotations

import pytest

from tests.causes.rows import OK_101, SAMPLE_KEY, Failed, evidence, made, reply, request, switching, tls, tunnel
from tests.causes.test_applications import ROWS
from tests.causes.test_intermediaries import FIRES as IN_FRONT
from wscheck.causes import causes, diagnose
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Ending, Exchange, Failure, Timings

NGINX = b"Server: nginx/1.22.1"
HTML = b"Content-Type: text/html"


def nginx_page(status: str) -> bytes:
    """nginx's own error page."""
    said = status.encode()
    body = (
        b"<html>\r\n<head><title>" + said + b"</title></head>\r\n<body>\r\n<center><h1>" + said + b"</h1></center>\r\n"
        b"<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    )
    return reply(status, body, NGINX, HTML)


UPGRADE_REQUIRED = reply("426 Upgrade Required", b"Upgrade Required", NGINX)
NOT_FOUND = reply("404 Not Found", b'{"detail":"Not Found"}', b"server: uvicorn", b"content-type: application/json")
PROXIED_404 = reply("404 Not Found", b"Not Found\n", NGINX, b"Content-Type: text/plain")
FORBIDDEN = reply("403 Forbidden", b"", b"Connection: close")
BAD_VERSION = reply("400 Bad Request", b"Missing or invalid Sec-WebSocket-Version header")
PAGE = reply("200 OK", b"<!doctype html><title>app</title>", HTML)
STATIC = reply(
    "200 OK",
    b"<!doctype html><title>app</title>",
    HTML,
    b'ETag: "1-2"',
    b"Last-Modified: Sun, 22 Nov 2026 20:04:32 GMT",
)
HAPROXY_502 = reply(
    "502 Bad Gateway",
    b"<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>\n",
)
POLLING = reply("200 OK", b'0{"sid":"a0_5FN6c","upgrades":["websocket"],"pingInterval":25000}')
POLLING_ONLY = reply("200 OK", b'0{"sid":"a0_5FN6c","upgrades":[],"pingInterval":25000}')
CACHED = reply("426 Upgrade Required", b"Upgrade Required", NGINX, b"X-Cache-Status: HIT")
WS_REFUSED = b"HTTP/1.1 403 Access denied\r\n\r\n"
DJANGO_404 = reply("404 Not Found", b"<!doctype html><h1>Not Found</h1>", b"Server: daphne")

# An empty SETTINGS frame (RFC 9113 §6.5), and the head of a GOAWAY behind it.
H2_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07\x00\x00\x00\x00\x00"

CLOSED: Failed = ("read", "closed", "the peer closed the connection without an octet of a reply")
RESET: Failed = ("read", "reset", "the peer reset the connection without an octet of a reply")
SILENT: Failed = ("read", "timeout", "no reply: silence until the head limit of 10 s")


def over_tls(said: str, **facts: object) -> Evidence:
    """A certificate that OpenSSL does not accept."""
    failure: Failed = (
        "tls",
        "certificate",
        f"the certificate is not accepted: {said}, checked against the system's store",
    )
    return evidence(url="wss://app.example.test/", failure=failure, tls=tls(verified=False, **facts))


def close_frame(code: int, reason: bytes) -> bytes:
    """An unmasked Close of a server."""
    payload = code.to_bytes(2, "big") + reason
    return b"\x88" + bytes([len(payload)]) + payload


def closed_by(code: int, reason: bytes, sent: bytes | None = None) -> Evidence:
    """A 101, then a Close of the server."""
    end = Ending("server", "close", 0.01, code, reason)
    return evidence(
        OK_101 if sent is None else switching(), sent=sent, tunnel=tunnel(close_frame(code, reason), end, ping=b"1234")
    )


def held(after_s: float) -> Evidence:
    """A 101 that is cut without a Close while it is held."""
    return evidence(OK_101, tunnel=tunnel(b"", Ending("server", "eof", after_s), held_s=90.0))


def cut_at_the_ping(quiet: Ending) -> Evidence:
    """A 101 that is cut behind our Ping, and how the same handshake without one ended."""
    other = made(request(), OK_101, tunnel=tunnel(b"", quiet))
    return evidence(
        OK_101, tunnel=tunnel(b"", Ending("server", "eof", 0.0), ping=b"12345678"), probes={"without-ping": other}
    )


def behind(received: bytes, **more: object) -> Evidence:
    """A 101 and these octets behind it, a Ping unanswered."""
    end = Ending("wscheck", "close", 2.0, 1000)
    return evidence(OK_101, tunnel=tunnel(received, end, ping=b"1234", waited_s=2.0, **more))


def spoken_tls(*, alpn: str | None = None) -> Exchange:
    """A probe that found TLS."""
    return made(b"", b"", Failure("read", "closed", "closed"), tls=tls(alpn=alpn, verified=False))


FIRES: list[tuple[str, str, Evidence]] = [
    ("proxy-strips-upgrade", "426", evidence(UPGRADE_REQUIRED, probes={"plain-get": UPGRADE_REQUIRED})),
    (
        "proxy-strips-upgrade",
        "gorilla",
        evidence(
            reply("400 Bad Request", b"Bad Request\n", NGINX, b"Sec-WebSocket-Version: 13"),
            probes={"plain-get": reply("400 Bad Request", b"Bad Request\n", NGINX, b"Sec-WebSocket-Version: 13")},
        ),
    ),
    (
        "proxy-strips-upgrade",
        "websockets",
        evidence(
            reply(
                "426 Upgrade Required",
                b"Failed to open a WebSocket connection: invalid Connection header: keep-alive.",
                NGINX,
            )
        ),
    ),
    (
        "proxy-strips-upgrade",
        "an application's 404 behind nginx",
        evidence(PROXIED_404, probes={"plain-get": PROXIED_404, "version-99": PROXIED_404}),
    ),
    (
        "proxy-strips-upgrade",
        "uvicorn behind nginx",
        evidence(
            reply("404 Not Found", b'{"detail":"Not Found"}', NGINX),
            probes={"plain-get": reply("404 Not Found", b'{"detail":"Not Found"}', NGINX)},
        ),
    ),
    (
        "proxy-http10",
        "505",
        evidence(reply("505 HTTP Version Not Supported", b"unsupported HTTP version: HTTP/1.0", NGINX)),
    ),
    (
        "connection-rewritten",
        "keep-alive from nginx",
        evidence(OK_101.replace(b"Connection: Upgrade", b"Server: nginx/1.22.1\r\nConnection: keep-alive")),
    ),
    (
        "missing-connection-header",
        "keep-alive, and nobody in between",
        evidence(OK_101.replace(b"Connection: Upgrade", b"Connection: keep-alive")),
    ),
    ("missing-connection-header", "none", evidence(OK_101.replace(b"Connection: Upgrade\r\n", b""))),
    ("missing-upgrade-header", "none", evidence(OK_101.replace(b"Upgrade: websocket\r\n", b""))),
    (
        "gateway-bad-backend",
        "both 502",
        evidence(nginx_page("502 Bad Gateway"), probes={"plain-get": nginx_page("502 Bad Gateway")}),
    ),
    ("gateway-timeout", "504", evidence(nginx_page("504 Gateway Time-out"), timings=Timings(handshake=60012.0))),
    ("proxy-h2-backend", "HAProxy", evidence(HAPROXY_502, probes={"plain-get": reply("200 OK", b"app")})),
    (
        "app-error",
        "500",
        evidence(
            reply("500 Internal Server Error", b"Traceback"),
            probes={"plain-get": reply("500 Internal Server Error", b"Traceback")},
        ),
    ),
    (
        "cached-reply",
        "a hit, and a fresh query opens",
        evidence(CACHED, probes={"plain-get": CACHED, "fresh-query": OK_101}),
    ),
    (
        "cached-reply",
        "no mark, and a fresh query opens",
        evidence(UPGRADE_REQUIRED, probes={"plain-get": UPGRADE_REQUIRED, "fresh-query": OK_101}),
    ),
    ("rate-limited", "429", evidence(reply("429 Too Many Requests", b"", b"Retry-After: 60"))),
    (
        "waf-blocked",
        "a block page",
        evidence(
            reply("403 Forbidden", b"<h1>Request blocked</h1>Incident ID: 77f", HTML),
            probes={"plain-get": reply("403 Forbidden", b"<h1>Request blocked</h1>Incident ID: 78a", HTML)},
        ),
    ),
    (
        "waf-blocked",
        "a browser is let in",
        evidence(FORBIDDEN, probes={"plain-get": FORBIDDEN, "browser-agent": OK_101}),
    ),
    ("headers-too-large", "400 of nginx", evidence(nginx_page("400 Request Header Or Cookie Too Large"))),
    ("headers-too-large", "431", evidence(reply("431 Request Header Fields Too Large"))),
    (
        "method-refused",
        "405",
        evidence(
            reply("405 Method Not Allowed", b"", b"Allow: POST"),
            probes={"plain-get": reply("405 Method Not Allowed", b"", b"Allow: POST")},
        ),
    ),
    (
        "redirect-trailing-slash",
        "301",
        evidence(reply("301 Moved Permanently", b"", b"Location: http://app.example.test/chat/")),
    ),
    (
        "redirect-to-https",
        "301",
        evidence(reply("301 Moved Permanently", b"", b"Location: https://app.example.test/chat")),
    ),
    ("redirect-to-login", "302", evidence(reply("302 Found", b"", b"Location: /accounts/login?next=/chat"))),
    ("redirected", "308", evidence(reply("308 Permanent Redirect", b"", b"Location: /v2/chat"))),
    (
        "wrong-path",
        "nginx's own 404",
        evidence(nginx_page("404 Not Found"), probes={"plain-get": nginx_page("404 Not Found")}),
    ),
    (
        "wrong-path",
        "an ASGI server's 403",
        evidence(FORBIDDEN, probes={"plain-get": NOT_FOUND, "version-99": BAD_VERSION}),
    ),
    (
        "wrong-path",
        "a slash opens it",
        evidence(
            reply("500 Internal Server Error", b"Internal server error"),
            probes={"plain-get": DJANGO_404, "slash": OK_101},
        ),
    ),
    (
        "wrong-path",
        "Channels without a route",
        evidence(reply("500 Internal Server Error", b"Internal server error"), probes={"plain-get": DJANGO_404}),
    ),
    (
        "wrong-host",
        "Caddy's empty page",
        evidence(reply("200 OK", b"", b"Server: Caddy"), probes={"plain-get": reply("200 OK", b"", b"Server: Caddy")}),
    ),
    (
        "wrong-host",
        "nginx 444",
        evidence(failure=CLOSED, probes={"plain-get": b"", "without-host": nginx_page("400 Bad Request")}),
    ),
    ("wrong-host", "421", evidence(reply("421 Misdirected Request"))),
    ("answered-by-web-page", "a file", evidence(STATIC, probes={"plain-get": STATIC})),
    ("answered-by-web-page", "a fallback", evidence(PAGE, probes={"plain-get": PAGE, "beside": PAGE})),
    (
        "missing-websocket-library",
        "uvicorn",
        evidence(NOT_FOUND, probes={"plain-get": NOT_FOUND, "version-99": NOT_FOUND}),
    ),
    (
        "server-without-websocket",
        "wsgiref",
        evidence(
            reply("404 Not Found", b"no", b"Server: WSGIServer/0.2 CPython/3.11"),
            probes={"plain-get": reply("404 Not Found", b"no", b"Server: WSGIServer/0.2 CPython/3.11")},
        ),
    ),
    (
        "app-rejected",
        "401 without a challenge",
        evidence(reply("401 Unauthorized", b"Unauthorized"), probes={"plain-get": PAGE, "version-99": BAD_VERSION}),
    ),
    (
        "app-rejected",
        "403 to a token",
        evidence(
            FORBIDDEN,
            url="ws://app.example.test/private?token=wrong",
            probes={"plain-get": NOT_FOUND, "version-99": BAD_VERSION},
        ),
    ),
    ("auth-basic", "401", evidence(reply("401 Unauthorized", b"", b'WWW-Authenticate: Basic realm="restricted"'))),
    ("auth-bearer", "401", evidence(reply("401 Unauthorized", b"", b'WWW-Authenticate: Bearer error="invalid_token"'))),
    (
        "origin-rejected",
        "another Origin opens",
        evidence(
            FORBIDDEN,
            sent=request("/chat", b"Origin: https://app.example.test"),
            probes={"plain-get": PAGE, "without-origin": OK_101},
        ),
    ),
    (
        "origin-rejected",
        "daphne",
        evidence(
            WS_REFUSED,
            sent=request("/chat", b"Origin: http://localhost:3000"),
            probes={"plain-get": DJANGO_404, "own-origin": WS_REFUSED},
        ),
    ),
    (
        "origin-rejected",
        "Action Cable",
        evidence(
            reply("404 Not Found", b"Page not found"),
            probes={"plain-get": reply("404 Not Found", b"Page not found"), "own-origin": OK_101},
        ),
    ),
    (
        "origin-rejected",
        "Tornado says so",
        evidence(
            reply("403 Forbidden", b"Cross origin websockets not allowed"),
            sent=request("/chat", b"Origin: https://a.test"),
            probes={"plain-get": reply("400 Bad Request")},
        ),
    ),
    ("version-mismatch", "8 and 7", evidence(reply("426 Upgrade Required", b"", b"Sec-WebSocket-Version: 8, 7"))),
    ("subprotocol-required", "it says so", evidence(reply("400 Bad Request", b"missing subprotocol"))),
    (
        "subprotocol-required",
        "silence",
        evidence(
            failure=SILENT,
            probes={"plain-get": PAGE, "with-subprotocol": switching(b"Sec-WebSocket-Protocol: vite-hmr")},
        ),
    ),
    (
        "subprotocol-mismatch",
        "4406",
        closed_by(4406, b"Subprotocol not acceptable", sent=request("/graphql", b"Sec-WebSocket-Protocol: graphql-ws")),
    ),
    (
        "subprotocol-not-selected",
        "none chosen",
        evidence(OK_101, sent=request("/chat", b"Sec-WebSocket-Protocol: chat"), passed=True),
    ),
    ("subprotocol-not-offered", "unasked", evidence(switching(b"Sec-WebSocket-Protocol: chat"))),
    ("extension-not-offered", "unasked", evidence(switching(b"Sec-WebSocket-Extensions: permessage-deflate"))),
    ("extension-mangled", "RSV1", behind(b"\xc1\x07\xca\x48\xcd\xc9\xc9\x07\x00")),
    (
        "extension-mangled",
        "only when offered",
        evidence(
            OK_101,
            passed=True,
            probes={
                "with-extensions": made(
                    request(),
                    OK_101,
                    tunnel=tunnel(b"\xc1\x07\xca\x48\xcd\xc9\xc9\x07\x00", Ending("wscheck", "close", 0.2, 1000)),
                )
            },
        ),
    ),
    ("wrong-accept", "hex", evidence(switching(accept=b"b37a4f2cc0624f1690f64606cf385945b2bec4ea"))),
    ("wrong-accept", "the second is wrong", evidence(OK_101, second=switching(accept=b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="))),
    (
        "cached-101",
        "the sample's answer",
        evidence(OK_101, sent=request(key=b"AQIDBAUGBwgJCgsMDQ4PEA=="), second=OK_101),
    ),
    (
        "cached-101",
        "the same twice",
        evidence(
            switching(accept=b"q0Qs3G4b0yQW9Bv3nyVyI1tE9hM="), second=switching(accept=b"q0Qs3G4b0yQW9Bv3nyVyI1tE9hM=")
        ),
    ),
    ("cached-101", "right for the first key", evidence(switching(b"Age: 7"), second=switching(b"Age: 9"))),
    ("idle-timeout", "60 s", held(60.02)),
    ("closed-by-policy", "1008", closed_by(1008, b"invalid token")),
    ("no-frames", "silent", behind(b"")),
    ("not-websocket-after-101", "a page", behind(b"<!doctype html><html><body>Welcome to the demo</body></html>")),
    ("bad-frames", "masked", behind(b"\x81\x82\x01\x02\x03\x04\x69\x6b")),
    ("connection-dropped", "when a Ping comes", cut_at_the_ping(Ending("wscheck", "close", 0.25, 1000))),
    ("connection-dropped", "with a Ping and without one", cut_at_the_ping(Ending("server", "eof", 0.0))),
    (
        "not-websocket-after-101",
        "an HTTP reply behind the Pong",
        behind(b"\x8a\x041234HTTP/1.1 200 OK\r\nServer: toy\r\n\r\n", pong=True),
    ),
    ("connection-dropped", "at once", evidence(OK_101, tunnel=tunnel(b"", Ending("server", "eof", 0.02), ping=b"1"))),
    (
        "socketio-wrong-path",
        "closed after a second",
        evidence(
            failure=CLOSED,
            timings=Timings(total=1006.0),
            probes={"plain-get": reply("404 Not Found", b"Cannot GET /chat\n"), "socketio": POLLING},
        ),
    ),
    (
        "socketio-missing-query",
        "no query",
        evidence(
            reply("400 Bad Request", b"Transport unknown"),
            url="ws://app.example.test/socket.io/",
            probes={"socketio": POLLING},
        ),
    ),
    (
        "socketio-websocket-disabled",
        "polling only",
        evidence(
            reply("400 Bad Request", b'{"code":0,"message":"Transport unknown"}'),
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket",
            probes={"socketio": POLLING_ONLY},
        ),
    ),
    (
        "socketio-not-sticky",
        "unknown sid",
        evidence(
            reply("400 Bad Request", b'{"code":1,"message":"Session ID unknown"}'),
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket&sid=abc",
        ),
    ),
    (
        "socketio-version",
        "EIO=3",
        evidence(
            reply("400 Bad Request", b'{"code":5,"message":"Unsupported protocol version"}'),
            url="ws://app.example.test/socket.io/?EIO=3&transport=websocket",
        ),
    ),
    ("tls-port-plain-ws", "nginx says so", evidence(nginx_page("400 The plain HTTP request was sent to HTTPS port"))),
    (
        "tls-port-plain-ws",
        "closed, and TLS is spoken",
        evidence(failure=CLOSED, probes={"other-scheme": spoken_tls(), "plain-get": b""}),
    ),
    ("tls-port-plain-ws", "an alert came", evidence(b"\x15\x03\x01\x00\x02\x02\x46")),
    (
        "plain-port-wss",
        "no TLS",
        evidence(
            url="wss://app.example.test/",
            failure=("tls", "protocol", "the port does not speak TLS (wrong version number): try ws://"),
        ),
    ),
    (
        "h2-only",
        "the alert",
        evidence(
            url="wss://app.example.test/",
            failure=("tls", "alert", "the peer ended TLS with an alert: tlsv1 alert no application protocol"),
        ),
    ),
    (
        "h2-only",
        "closed without a reply",
        evidence(
            url="wss://app.example.test/",
            failure=CLOSED,
            tls=tls(alpn=None),
            probes={"plain-get": b"", "h2-hello": spoken_tls(alpn="h2")},
        ),
    ),
    ("h2-only", "without TLS", evidence(H2_SETTINGS)),
    ("self-signed-certificate", "alone", over_tls("self-signed certificate", issuer="app.example.test")),
    ("expired-certificate", "expired", over_tls("certificate has expired", days_left=-3.0)),
    (
        "hostname-mismatch",
        "another name",
        over_tls("Hostname mismatch, certificate is not valid for 'app.example.test'", names=("www.example.test",)),
    ),
    ("incomplete-chain", "one sent", over_tls("unable to get local issuer certificate", chain_length=1)),
    ("unknown-authority", "a whole chain", over_tls("unable to get local issuer certificate", chain_length=2)),
    (
        "client-certificate-required",
        "the alert",
        evidence(
            url="wss://app.example.test/",
            failure=("tls", "alert", "the peer ended TLS with an alert: tlsv13 alert certificate required"),
        ),
    ),
    ("client-certificate-required", "nginx", evidence(nginx_page("400 No required SSL certificate was sent"))),
    ("dns", "not found", evidence(failure=("dns", "not-found", "the name app.example.test cannot be resolved"))),
    ("refused", "refused", evidence(failure=("tcp", "refused", "no connection"))),
    (
        "wrong-address-family",
        "::1 answers",
        evidence(
            url="ws://127.0.0.1:9001/",
            failure=("tcp", "refused", "no connection"),
            probes={"other-family": made(request(), OK_101, address="[::1]:9001")},
        ),
    ),
    ("filtered", "no answer", evidence(failure=("tcp", "timeout", "no connection"))),
    ("unreachable-network", "no route", evidence(failure=("tcp", "unreachable", "no connection"))),
    ("no-reply", "silence", evidence(failure=SILENT, probes={"plain-get": b""})),
    (
        "half-open",
        "a head without its end",
        evidence(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs",
            failure=("read", "timeout", "45 octets, but no end of a head"),
        ),
    ),
    ("reset", "reset", evidence(failure=RESET, probes={"plain-get": b""})),
    ("closed-without-reply", "closed", evidence(failure=CLOSED, probes={"plain-get": b""})),
    (
        "one-address-bad",
        "another address opens",
        evidence(
            failure=CLOSED, probes={"plain-get": b"", "other-address": made(request(), OK_101, address="192.0.2.7:80")}
        ),
    ),
    ("another-protocol", "SSH", evidence(b"SSH-2.0-OpenSSH_9.2\r\n")),
    (
        "proxy-strips-upgrade",
        "one of the two fields got through",
        evidence(
            reply("426 Upgrade Required", b"Failed to open a WebSocket connection: missing Upgrade header.\n"),
            probes={
                "plain-get": reply(
                    "426 Upgrade Required", b"Failed to open a WebSocket connection: missing Connection header.\n"
                )
            },
        ),
    ),
    (
        "wrong-path",
        "this path alone is refused",
        evidence(
            reply("500 Internal Server Error", b"Server error"),
            probes={"plain-get": PAGE, "slash": OK_101, "beside": OK_101},
        ),
    ),
    (
        "forward-proxy-is-none",
        "a server that repeats the method",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 405"),
            connect=reply("405 Method Not Allowed", b"unsupported HTTP method; expected GET; got CONNECT"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "still-sending",
        "octet by octet",
        evidence(failure=("send", "timeout", "10 of 130 octets were sent when the total limit of 1 s was over")),
    ),
    (
        "malformed-101",
        "LF alone",
        evidence(OK_101.replace(b"\r\n", b"\n")),
    ),
    (
        "half-open",
        "fields without number",
        evidence(
            b"HTTP/1.1 200 OK\r\n" + b"X-Fill: a\r\n" * 50,
            failure=("read", "limit", "the head has no end within 512 KiB"),
        ),
    ),
    (
        "illegal-value",
        "two versions",
        evidence(
            reply("400 Bad Request", b"Missing or invalid Sec-WebSocket-Version header"),
            sent=request("/chat", b"Sec-WebSocket-Version: 8"),
            probes={"plain-get": PAGE},
        ),
    ),
    (
        "refused",
        "a unix socket that is not there",
        evidence(failure=("tcp", "not-found", "no connection to /run/app.sock: there is no such socket")),
    ),
    (
        "forward-proxy-is-none",
        "a web server",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 404"),
            connect=reply("404 Not Found", b"<h1>Not Found</h1>"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-is-none",
        "octets that are no SOCKS",
        evidence(
            failure=("proxy", "protocol", "the proxy answers something that is not SOCKS"),
            known={"proxy": "socks5://127.0.0.1:8080", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-denied",
        "a proxy that knows CONNECT and says 405",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 405"),
            connect=reply("405 Method Not Allowed", b"CONNECT to this port is not allowed", b"Via: 1.1 gate.example"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-denied",
        "squid",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 403"),
            connect=reply("403 Forbidden", b"", b"X-Squid-Error: ERR_ACCESS_DENIED 0"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-auth",
        "407",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 407"),
            connect=reply("407 Proxy Authentication Required", b"", b'Proxy-Authenticate: Basic realm="p"'),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-unreachable",
        "refused",
        evidence(
            failure=("proxy", "refused", "no connection to the proxy"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "proxy-environment",
        "direct works",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 403"),
            connect=reply("403 Forbidden"),
            probes={"without-proxy": OK_101},
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "http_proxy"},
        ),
    ),
    ("illegal-request", "POST", evidence(reply("405 Method Not Allowed"), sent=request().replace(b"GET ", b"POST "))),
    (
        "illegal-value",
        "a short key",
        evidence(
            reply("400 Bad Request", b"invalid Sec-WebSocket-Key"),
            sent=request(key=b"c2hvcnQ="),
            probes={"plain-get": PAGE},
        ),
    ),
    ("undetermined", "an unknown status", evidence(reply("499 Odd", b"hm"), probes={"plain-get": PAGE})),
]

# (what must not be named, what it looks like, the evidence)
LOOK_ALIKES: list[tuple[str, str, Evidence]] = [
    (
        "version-mismatch",
        "426 of a stripped upgrade",
        evidence(UPGRADE_REQUIRED, probes={"plain-get": UPGRADE_REQUIRED}),
    ),
    (
        "proxy-strips-upgrade",
        "a true matter of versions",
        evidence(reply("426 Upgrade Required", b"Upgrade Required", b"Sec-WebSocket-Version: 8, 7")),
    ),
    (
        "proxy-strips-upgrade",
        "nginx's own 404",
        evidence(nginx_page("404 Not Found"), probes={"plain-get": nginx_page("404 Not Found")}),
    ),
    (
        "proxy-strips-upgrade",
        "a WebSocket server saw it",
        evidence(PROXIED_404, probes={"plain-get": PROXIED_404, "version-99": BAD_VERSION}),
    ),
    (
        "proxy-strips-upgrade",
        "a fresh query opens",
        evidence(UPGRADE_REQUIRED, probes={"plain-get": UPGRADE_REQUIRED, "fresh-query": OK_101}),
    ),
    (
        "proxy-strips-upgrade",
        "a dead backend",
        evidence(nginx_page("502 Bad Gateway"), probes={"plain-get": nginx_page("502 Bad Gateway")}),
    ),
    (
        "proxy-strips-upgrade",
        "Socket.IO says so to both",
        evidence(
            reply("400 Bad Request", b"Transport unknown"),
            url="ws://app.example.test/socket.io/",
            probes={"plain-get": reply("400 Bad Request", b'{"code":0,"message":"Transport unknown"}')},
        ),
    ),
    (
        "gateway-bad-backend",
        "the upgrade alone fails",
        evidence(HAPROXY_502, probes={"plain-get": reply("200 OK", b"app")}),
    ),
    ("proxy-h2-backend", "both fail", evidence(HAPROXY_502, probes={"plain-get": HAPROXY_502})),
    (
        "wrong-path",
        "a redirect",
        evidence(reply("301 Moved Permanently", b"", b"Location: /chat/"), probes={"slash": OK_101}),
    ),
    (
        "wrong-path",
        "Action Cable",
        evidence(
            reply("404 Not Found", b"Page not found"),
            probes={"plain-get": reply("404 Not Found", b"Page not found"), "own-origin": OK_101},
        ),
    ),
    (
        "app-rejected",
        "nginx's own 403",
        evidence(nginx_page("403 Forbidden"), probes={"plain-get": nginx_page("403 Forbidden")}),
    ),
    (
        "app-rejected",
        "another Origin opens",
        evidence(
            FORBIDDEN,
            sent=request("/chat", b"Origin: https://a.test"),
            probes={"plain-get": PAGE, "without-origin": OK_101},
        ),
    ),
    (
        "app-rejected",
        "a challenge",
        evidence(reply("401 Unauthorized", b"", b"WWW-Authenticate: Basic"), probes={"plain-get": PAGE}),
    ),
    (
        "auth-basic",
        "401 without a challenge",
        evidence(reply("401 Unauthorized", b"Unauthorized"), probes={"plain-get": PAGE}),
    ),
    ("auth-basic", "another scheme", evidence(reply("401 Unauthorized", b"", b"WWW-Authenticate: Bearer"))),
    (
        "origin-rejected",
        "a filter refuses both",
        evidence(
            nginx_page("403 Forbidden"),
            sent=request("/chat", b"Origin: https://a.test"),
            probes={"plain-get": nginx_page("403 Forbidden")},
        ),
    ),
    (
        "origin-rejected",
        "a proxy's 403 to CONNECT",
        evidence(
            failure=("proxy", "denied", "403"), connect=reply("403 Forbidden"), known={"proxy": "http://127.0.0.1:3128"}
        ),
    ),
    (
        "waf-blocked",
        "an ASGI server's 403",
        evidence(FORBIDDEN, probes={"plain-get": NOT_FOUND, "version-99": BAD_VERSION}),
    ),
    (
        "missing-websocket-library",
        "an ASGI server's 403",
        evidence(FORBIDDEN, probes={"plain-get": NOT_FOUND, "version-99": BAD_VERSION}),
    ),
    (
        "answered-by-web-page",
        "Caddy's empty page",
        evidence(reply("200 OK", b"", b"Server: Caddy"), probes={"plain-get": reply("200 OK", b"", b"Server: Caddy")}),
    ),
    (
        "redirect-to-https",
        "a slash",
        evidence(reply("301 Moved Permanently", b"", b"Location: http://app.example.test/chat/")),
    ),
    (
        "redirect-trailing-slash",
        "to https",
        evidence(reply("301 Moved Permanently", b"", b"Location: https://app.example.test/chat")),
    ),
    (
        "redirect-to-login",
        "to https",
        evidence(reply("301 Moved Permanently", b"", b"Location: https://app.example.test/chat")),
    ),
    ("rate-limited", "503 with Retry-After", evidence(reply("503 Service Unavailable", b"", b"Retry-After: 60"))),
    (
        "cached-reply",
        "a miss",
        evidence(
            reply("404 Not Found", b"no", b"X-Cache: MISS"), probes={"fresh-query": reply("404 Not Found", b"no")}
        ),
    ),
    (
        "cached-101",
        "a digest that follows the key",
        evidence(
            switching(accept=b"b37a4f2cc0624f1690f64606cf385945b2bec4ea"),
            second=switching(accept=b"0000000000000000000000000000000000000000"),
        ),
    ),
    ("wrong-accept", "a right one", evidence(OK_101)),
    ("cached-101", "two right ones", evidence(OK_101, second=switching(accept=b"ICX+Yqv66kxgM0FcWaLWlFLwTAI="))),
    ("idle-timeout", "cut at once", held(0.02)),
    ("idle-timeout", "closed in order", closed_by(1001, b"going away")),
    ("connection-dropped", "idle time", held(60.0)),
    ("closed-by-policy", "an ordinary end", closed_by(1000, b"bye")),
    ("closed-by-policy", "going away", closed_by(1001, b"")),
    ("no-frames", "RSV1 and no Pong", behind(b"\xc1\x07\xca\x48\xcd\xc9\xc9\x07\x00")),
    ("no-frames", "a page", behind(b"<!doctype html><html><body>Welcome to the demo</body></html>")),
    ("extension-mangled", "a page", behind(b"<!doctype html><html><body>Welcome to the demo</body></html>")),
    ("extension-mangled", "a line of text", behind(b"Application started, listening\r\n")),
    ("not-websocket-after-101", "frames", behind(b"\x81\x05hello")),
    (
        "subprotocol-required",
        "a refusal of something else",
        evidence(reply("400 Bad Request", b"invalid key"), probes={"plain-get": PAGE}),
    ),
    ("subprotocol-mismatch", "another close", closed_by(1008, b"invalid token")),
    (
        "tls-port-plain-ws",
        "closed, and no TLS there",
        evidence(failure=CLOSED, probes={"other-scheme": b"", "plain-get": b""}),
    ),
    ("plain-port-wss", "a certificate", over_tls("self-signed certificate")),
    ("self-signed-certificate", "expired", over_tls("certificate has expired", days_left=-3.0)),
    ("hostname-mismatch", "self-signed", over_tls("self-signed certificate")),
    ("incomplete-chain", "self-signed", over_tls("self-signed certificate", issuer="app.example.test")),
    (
        "h2-only",
        "closed with http/1.1 agreed on",
        evidence(
            url="wss://app.example.test/",
            failure=CLOSED,
            tls=tls(alpn="http/1.1"),
            probes={"h2-hello": spoken_tls(alpn="h2")},
        ),
    ),
    ("refused", "dns", evidence(failure=("dns", "not-found", "the name cannot be resolved"))),
    ("filtered", "refused", evidence(failure=("tcp", "refused", "no connection"))),
    ("reset", "closed", evidence(failure=CLOSED)),
    (
        "socketio-wrong-path",
        "no Socket.IO here",
        evidence(failure=CLOSED, timings=Timings(total=1006.0), probes={"socketio": reply("404 Not Found", b"no")}),
    ),
    (
        "socketio-websocket-disabled",
        "no query",
        evidence(reply("400 Bad Request", b"Transport unknown"), url="ws://app.example.test/socket.io/"),
    ),
    (
        "socketio-missing-query",
        "polling only",
        evidence(
            reply("400 Bad Request", b'{"code":0,"message":"Transport unknown"}'),
            url="ws://app.example.test/socket.io/?EIO=4&transport=websocket",
        ),
    ),
    (
        "proxy-environment",
        "-x was given",
        evidence(
            failure=("proxy", "denied", "403"),
            connect=reply("403 Forbidden"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    ("still-sending", "the peer ended", evidence(failure=("send", "closed", "the peer closed the connection"))),
    ("no-reply", "still sending", evidence(failure=("send", "timeout", "10 of 130 octets were sent"))),
    ("malformed-101", "well formed", evidence(OK_101, second=OK_101)),
    ("malformed-101", "a refusal that is not", evidence(b"HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n")),
    (
        "forward-proxy-is-none",
        "a denial",
        evidence(
            failure=("proxy", "denied", "403"),
            connect=reply("403 Forbidden"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "forward-proxy-denied",
        "a web server at its address",
        evidence(
            failure=("proxy", "denied", "the proxy answers CONNECT with 404"),
            connect=reply("404 Not Found", b"<h1>Not Found</h1>"),
            known={"proxy": "http://127.0.0.1:3128", "proxy_origin": "-x"},
        ),
    ),
    (
        "answered-by-web-page",
        "a head without end",
        evidence(b"HTTP/1.1 200 OK\r\nX-Fill: a\r\n", failure=("read", "limit", "the head has no end within 512 KiB")),
    ),
    ("illegal-value", "a legal key", evidence(reply("400 Bad Request", b"no"), probes={"plain-get": PAGE})),
]


@pytest.mark.parametrize(("cause", "name", "known"), FIRES, ids=[f"{one[0]}: {one[1]}" for one in FIRES])
def test_the_cause_is_first(cause: str, name: str, known: Evidence) -> None:
    found = diagnose(known)
    assert [one.cause for one in found][:1] == [cause], [(one.cause, one.confidence) for one in found]
    assert found[0].summary
    assert found[0].evidence
    assert found[0].fix
    for line in (found[0].summary, *found[0].evidence, *found[0].fix, *found[0].would_tell):
        assert line.isprintable()
        assert line == line.rstrip()


@pytest.mark.parametrize(("cause", "name", "known"), LOOK_ALIKES, ids=[f"{one[0]}: {one[1]}" for one in LOOK_ALIKES])
def test_a_look_alike_is_not_taken_for_it(cause: str, name: str, known: Evidence) -> None:
    assert cause not in [one.cause for one in diagnose(known)]


def test_what_a_ping_ends_is_told_from_what_ends_by_itself() -> None:
    at_the_ping = diagnose(cut_at_the_ping(Ending("wscheck", "close", 0.25, 1000)))[0]
    assert at_the_ping.summary.startswith("The server ends the connection when a Ping comes")
    assert "The same handshake with nothing said behind it stood." in at_the_ping.evidence
    by_itself = diagnose(cut_at_the_ping(Ending("server", "eof", 0.0)))[0]
    assert by_itself.summary.startswith("The connection ends right behind the 101")


def test_http_behind_frames_is_told_from_a_server_without_any() -> None:
    spoke = diagnose(behind(b"\x8a\x041234HTTP/1.1 200 OK\r\n\r\n", pong=True))[0]
    assert spoke.summary == "The server speaks WebSocket, and then writes HTTP into the same connection."
    mute = diagnose(behind(b"HTTP/1.1 200 OK\r\n\r\n"))[0]
    assert mute.summary.startswith("Behind the 101 comes no WebSocket")


def test_a_port_without_tls_is_told_of_no_alpn() -> None:
    found = diagnose(evidence(H2_SETTINGS))[0]
    assert found.summary.startswith("The port speaks HTTP/2 only: without TLS it takes no HTTP/1.1")
    assert "alpn" not in "".join((*found.fix, found.summary)).lower()
    over = diagnose(evidence(H2_SETTINGS, url="wss://app.example.test/chat", tls=tls(alpn=None)))[0]
    assert over.summary.startswith("The port speaks HTTP/2 only: its ALPN does not offer HTTP/1.1")
    assert "    bind :443 ssl crt site.pem alpn h2,http/1.1      # and no proto h2" in over.fix


def test_a_unix_socket_is_told_of_no_port() -> None:
    found = diagnose(evidence(failure=("tcp", "not-found", "no connection to /run/app.sock: there is no such socket")))[
        0
    ]
    assert found.summary == "There is no such unix socket."
    assert "ss -ltnp" not in "".join(found.fix)
    dead = evidence(failure=("tcp", "refused", "no connection to /run/app.sock: refused"), route="unix /run/app.sock")
    assert diagnose(dead)[0].summary == "Nobody listens at this unix socket."


def test_what_is_illegal_is_told_how_it_is_legal() -> None:
    refusal = reply("400 Bad Request", b"no")
    key = diagnose(evidence(refusal, sent=request(key=b"foo"), probes={"plain-get": PAGE}))[0]
    assert key.fix == ("Leave --ws-key out: a fresh key is drawn. To have a legal one:", "    wscheck accept --new")
    twice = evidence(refusal, sent=request("/chat", b"Sec-WebSocket-Version: 8"), probes={"plain-get": PAGE})
    assert "Sec-WebSocket-Version stands 2 times." in diagnose(twice)[0].evidence


def test_beside_what_is_almost_certain_no_guess_is_named() -> None:
    sure = [found for _, _, known in FIRES if (found := diagnose(known))[0].confidence >= 0.9]
    assert len(sure) > 20
    assert all(one.confidence >= 0.5 for found in sure for one in found)
    doubtful = [found for _, _, known in FIRES if (found := diagnose(known))[0].confidence < 0.9]
    assert any(one.confidence < 0.5 for found in doubtful for one in found)


def test_silence_before_accept_is_the_applications() -> None:
    hangs: Failed = ("read", "timeout", "no reply: silence until the head limit of 10 s")
    page = reply("404 Not Found", b"no", b"Server: uvicorn")
    found = diagnose(evidence(failure=hangs, probes={"plain-get": page}))[0]
    assert found.cause == "no-reply"
    assert "before it accepts" in found.fix[0]
    assert not any("createProxyMiddleware" in line or "another protocol" in line for line in found.fix)
    node = diagnose(evidence(failure=hangs, probes={"plain-get": reply("404 Not Found", b"no")}))[0]
    assert any("createProxyMiddleware" in line for line in node.fix)


def test_every_cause_has_fired() -> None:
    fired = {one[0] for one in FIRES} | {row[2] for row in ROWS} | {one[0] for one in IN_FRONT}
    assert fired == set(causes())


@pytest.mark.parametrize(
    "known",
    [
        evidence(OK_101, passed=True),
        evidence(OK_101, passed=True, second=switching(accept=b"ICX+Yqv66kxgM0FcWaLWlFLwTAI=")),
        evidence(
            OK_101,
            passed=True,
            tunnel=tunnel(b"\x8a\x041234", Ending("wscheck", "close", 0.01, 1000), ping=b"1234", pong=True),
        ),
        evidence(OK_101, passed=True, tunnel=tunnel(close_frame(1000, b""), Ending("server", "close", 0.01, 1000))),
    ],
)
def test_a_healthy_server_has_no_cause(known: Evidence) -> None:
    assert diagnose(known) == ()


def test_the_sample_key_is_the_one_of_the_rows() -> None:
    assert SAMPLE_KEY in request()
