"""Causes that lie with what stands in front: each first on its reproduction, and silent on what looks like it.

The replies are those of nginx 1.22, Apache httpd 2.4, HAProxy 2.6, Caddy 2.6, Varnish 7.1, lighttpd 1.4 and squid 5.7
in front of ws, websockets, uvicorn, daphne, Tornado and Flask, and for Envoy, Cloudflare and AWS those they document.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.causes.rows import OK_101, Failed, evidence, reply, request, words
from wscheck.causes import diagnose
from wscheck.causes.probes import wanted
from wscheck.causes.products import application, intermediary, own_page, who
from wscheck.core.evidence import Evidence
from wscheck.core.exchange import Timings

NGINX = b"Server: nginx/1.22.1"
APACHE = b"Server: Apache/2.4.71 (Debian)"
HTML = b"Content-Type: text/html"
TEXT = b"Content-Type: text/plain"


def nginx_page(status: str, *lines: bytes) -> bytes:
    """nginx's own error page."""
    said = status.encode()
    body = (
        b"<html>\r\n<head><title>" + said + b"</title></head>\r\n<body>\r\n<center><h1>" + said + b"</h1></center>\r\n"
        b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return reply(status, body, *lines, HTML)


def apache_page(status: str, said: bytes) -> bytes:
    """Apache's own error page."""
    title = status.encode()
    body = (
        b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html><head>\n'
        b"<title>"
        + title
        + b"</title>\n</head><body>\n<h1>"
        + title[4:]
        + b"</h1>\n<p>"
        + said
        + b"</p>\n</body></html>\n"
    )
    return reply(status, body, APACHE, b"Content-Type: text/html; charset=iso-8859-1")


HAPROXY_400 = reply(
    "400 Bad request",
    b"<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n",
    HTML,
)
HAPROXY_503 = reply(
    "503 Service Unavailable",
    b"<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n",
    HTML,
)
HAPROXY_403 = reply(
    "403 Forbidden",
    b"<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n",
    HTML,
)
LIGHTTPD_400 = reply(
    "400 Bad Request",
    b'<?xml version="1.0" encoding="iso-8859-1"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n'
    b'  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n'
    b" <head>\n  <title>400 Bad Request</title>\n </head>\n <body>\n  <h1>400 Bad Request</h1>\n </body>\n</html>\n",
    HTML,
    b"Server: lighttpd/1.4.69",
)
APACHE_400 = apache_page("400 Bad Request", b"Your browser sent a request that this server could not understand.")
UVICORN_404 = reply("404 Not Found", b'{"detail":"Not Found"}', b"Server: uvicorn", b"content-type: application/json")
DAPHNE_404 = reply(
    "404 Not Found", b"<!doctype html><title>Not Found</title><h1>Not Found</h1>", b"Server: daphne", HTML
)
TORNADO_400 = reply("400 Bad Request", b'Can "Upgrade" only to "WebSocket".', b"Server: TornadoServer/6.6.1", HTML)
FLASK_404 = reply(
    "404 NOT FOUND",
    b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL "
    b"was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
    NGINX,
    HTML,
)
UPGRADE_REQUIRED = reply("426 Upgrade Required", b"Upgrade Required", NGINX, TEXT)
INVALID_UPGRADE = reply("400 Bad Request", b"Invalid Upgrade header", NGINX, HTML)
INVALID_VALUE = reply(
    "426 Upgrade Required",
    b"Failed to open a WebSocket connection: invalid Upgrade header: upgrade.\n\nYou cannot access a WebSocket server "
    b"directly with a browser. You need a WebSocket client.\n",
    NGINX,
    b"Upgrade: websocket",
)
MISSING_KEY = reply("400 Bad Request", b"Missing or invalid Sec-WebSocket-Key header", NGINX, HTML)
MISSING_VERSION = reply(
    "400 Bad Request", b"Missing or invalid Sec-WebSocket-Version header", NGINX, b"Sec-WebSocket-Version: 13, 8"
)
MISSING_SUBPROTOCOL = reply(
    "400 Bad Request", b"Failed to open a WebSocket connection: missing subprotocol.\n", NGINX, TEXT
)
BAD_VERSION = reply(
    "400 Bad Request", b"Missing or invalid Sec-WebSocket-Version header", HTML, b"sec-websocket-version: 13, 8"
)
PAGE = reply("200 OK", b"<!doctype html><title>app</title>", HTML)
CADDY_EMPTY = reply("200 OK", b"", b"Server: Caddy")
CADDY_403 = reply("403 Forbidden", b"", b"Server: Caddy", b"Date: Fri, 27 Nov 2026 22:33:05 GMT")
ENVOY_403 = reply("403 Forbidden", b"", b"server: envoy", b"date: Fri, 27 Nov 2026 22:33:05 GMT")
ENVOY_APP_403 = reply("403 Forbidden", b"", b"server: envoy", b"x-envoy-upstream-service-time: 2")
ENVOY_200 = reply("200 OK", b"app", b"server: envoy", b"x-envoy-upstream-service-time: 2")
CHALLENGE = reply(
    "403 Forbidden",
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue",
    HTML,
    b"Server: cloudflare",
    b"CF-RAY: 8f1e2d3c4b5a6978-FRA",
)
DIRECT_IP = reply("403 Forbidden", b"error code: 1003", TEXT, b"Server: cloudflare", b"CF-RAY: 8f1e2d3c4b5a6978-FRA")
NO_STAGE = reply(
    "403 Forbidden", b'{"message":"Forbidden"}', b"x-amzn-RequestId: 6f1c0e5e", b"Content-Type: application/json"
)
CLOUDFRONT_KEY = reply(
    "400 Bad Request",
    b"Missing or invalid Sec-WebSocket-Key header",
    b"Via: 1.1 abc.cloudfront.net (CloudFront)",
    b"X-Amz-Cf-Id: xyz==",
)
VARNISH_503 = reply(
    "503 Backend fetch failed",
    b"<!DOCTYPE html>\n<html><head><title>503 Backend fetch failed</title></head><body><h1>Error 503</h1>"
    b"<h3>Guru Meditation:</h3><p>XID: 4</p><hr><p>Varnish cache server</p></body></html>\n",
    b"Server: Varnish",
    b"X-Varnish: 3",
)
SQUID_400 = reply(
    "400 Bad Request",
    b"<html><title>ERROR: The requested URL could not be retrieved</title>"
    b"<p>Generated by proxy.example.test (squid/5.7)</p>",
    b"Server: squid/5.7",
    b"X-Squid-Error: ERR_INVALID_URL 0",
)
SQUID_403 = reply(
    "403 Forbidden",
    b"<html><title>ERROR</title><p>Access Denied.</p><p>Generated by proxy.example.test (squid/5.7)</p>",
    b"Server: squid/5.7",
    b"X-Squid-Error: ERR_ACCESS_DENIED 0",
)
SSL_500 = apache_page(
    "500 Proxy Error", b"The proxy server could not handle the request<p>Reason: <strong>Error during SSL Handshake"
)
READ_502 = apache_page(
    "502 Proxy Error",
    b"The proxy server could not handle the request<p>Reason: <strong>Error reading from remote server",
)
BOTH = ("plain-get", "version-99")

SILENT: Failed = ("read", "timeout", "no reply: silence until the head limit of 10 s")
GRAPHQL = request("/chat", b"Sec-WebSocket-Protocol: graphql-transport-ws")
ROOT = request("/ws/")


def alike(came: bytes, probes: Mapping[str, bytes] | None = None) -> Evidence:
    """A reply that a plain GET and version 99 bring as well."""
    return evidence(came, probes={**dict.fromkeys(BOTH, came), **(probes or {})})


# (the cause that comes first, what it is, the evidence, what has to be said)
FIRES: list[tuple[str, str, Evidence, tuple[str, ...]]] = [
    (
        "proxy-strips-upgrade",
        "another value of Upgrade (ws)",
        evidence(INVALID_UPGRADE, probes={"plain-get": UPGRADE_REQUIRED}),
        ("nginx does not pass upgrade and connection on as they are", "proxy_set_header upgrade $http_upgrade;"),
    ),
    (
        "proxy-strips-upgrade",
        "another value of Upgrade (websockets)",
        evidence(INVALID_VALUE, probes={"plain-get": UPGRADE_REQUIRED}),
        ("invalid upgrade header: upgrade", "proxy_set_header upgrade $http_upgrade;"),
    ),
    (
        "proxy-strips-upgrade",
        "Apache shows itself in front of uvicorn",
        alike(UVICORN_404, probes={"without-host": APACHE_400}),
        ("apache httpd stands in front", "upgrade=websocket", "uvicorn"),
    ),
    (
        "proxy-strips-upgrade",
        "lighttpd shows itself in front of Tornado",
        alike(TORNADO_400, probes={"without-host": LIGHTTPD_400}),
        ("lighttpd does not pass", '"upgrade" => "enable"'),
    ),
    (
        "proxy-strips-upgrade",
        "HAProxy shows itself",
        alike(reply("426 Upgrade Required", b"Upgrade Required", TEXT), probes={"without-host": HAPROXY_400}),
        ("haproxy does not pass", "del-header upgrade"),
    ),
    (
        "missing-websocket-library",
        "behind HAProxy, which passes an upgrade on by itself",
        alike(UVICORN_404, probes={"without-host": HAPROXY_400}),
        ("uvicorn[standard]", "haproxy in front may have lost"),
    ),
    (
        "wrong-path",
        "behind Caddy, which passes an upgrade on by itself",
        alike(reply("404 Not Found", b"Not Found\n", TEXT, b"Server: Caddy")),
        ("there is no websocket endpoint",),
    ),
    (
        "proxy-strips-upgrade",
        "behind nginx, which does not",
        alike(reply("404 Not Found", b"Not Found\n", TEXT, NGINX)),
        ("nginx does not pass",),
    ),
    (
        "proxy-strips-upgrade",
        "daphne's ordinary page, and nothing in between shows",
        alike(DAPHNE_404),
        ("daphne hands each upgrade", "a proxy or load balancer"),
    ),
    (
        "proxy-strips-upgrade",
        "the 101 gets lost",
        evidence(failure=SILENT, probes={"plain-get": PAGE, "version-99": BAD_VERSION}),
        ("loses the 101", "ws: true"),
    ),
    (
        "proxy-strips-upgrade",
        "Envoy refuses the upgrade by itself",
        evidence(ENVOY_403, probes={"plain-get": ENVOY_200, "version-99": ENVOY_403}),
        ("envoy", "upgrade_configs"),
    ),
    (
        "proxy-drops-fields",
        "the key",
        evidence(MISSING_KEY, probes={"plain-get": UPGRADE_REQUIRED}),
        ("nginx drops sec-websocket-key", 'proxy_set_header sec-websocket-key ""'),
    ),
    (
        "proxy-drops-fields",
        "the version, which the server lists",
        evidence(MISSING_VERSION, probes={"plain-get": UPGRADE_REQUIRED}),
        ("nginx drops sec-websocket-version",),
    ),
    (
        "proxy-drops-fields",
        "the subprotocol",
        evidence(MISSING_SUBPROTOCOL, sent=GRAPHQL, probes={"plain-get": UPGRADE_REQUIRED}),
        ("nginx drops sec-websocket-protocol", "graphql-transport-ws"),
    ),
    (
        "proxy-drops-fields",
        "CloudFront's policy",
        evidence(CLOUDFRONT_KEY, probes={"plain-get": UPGRADE_REQUIRED}),
        ("cloudfront drops sec-websocket-key", "allviewer"),
    ),
    (
        "access-denied",
        "nginx",
        alike(nginx_page("403 Forbidden", NGINX), probes={"beside": nginx_page("403 Forbidden", NGINX)}),
        ("a rule of nginx itself", "deny"),
    ),
    (
        "access-denied",
        "Apache",
        alike(apache_page("403 Forbidden", b"You don't have permission to access this resource.")),
        ("apache httpd", "require all granted"),
    ),
    ("access-denied", "Caddy, without content", alike(CADDY_403), ("caddy itself seems to refuse", "respond 403")),
    ("waf-blocked", "HAProxy's deny", alike(HAPROXY_403), ("haproxy", "http-request deny")),
    ("waf-blocked", "a challenge of Cloudflare", alike(CHALLENGE), ("just a moment", "cf-ray")),
    ("wrong-host", "Cloudflare, by address", alike(DIRECT_IP), ("error code: 1003",)),
    (
        "rate-limited",
        "nginx's own 503",
        evidence(
            nginx_page("503 Service Temporarily Unavailable", NGINX),
            probes={"plain-get": nginx_page("503 Service Temporarily Unavailable", NGINX)},
        ),
        ("limit_req", "limit_conn"),
    ),
    (
        "rate-limited",
        "nginx's own 503, and a GET comes through",
        evidence(nginx_page("503 Service Temporarily Unavailable", NGINX), probes={"plain-get": PAGE}),
        ("limit_req", "lets one through"),
    ),
    (
        "gateway-bad-backend",
        "HAProxy's own 503",
        evidence(HAPROXY_503, probes={"plain-get": HAPROXY_503}),
        ("haproxy cannot reach", "use_backend"),
    ),
    (
        "gateway-bad-backend",
        "HAProxy, which tries for three seconds",
        evidence(HAPROXY_503, probes={"plain-get": b""}, timings=Timings(handshake=3002.0)),
        ("haproxy cannot reach",),
    ),
    (
        "gateway-bad-backend",
        "nginx, for the upgrade alone",
        evidence(nginx_page("502 Bad Gateway", NGINX), probes={"plain-get": PAGE}),
        ("502 for the upgrade alone", "proxy_pass"),
    ),
    (
        "gateway-bad-backend",
        "Apache's rule of rewriting speaks TLS to a plain port",
        evidence(SSL_500, probes={"plain-get": PAGE, "version-99": SSL_500}),
        ("error during ssl handshake", "ws://127.0.0.1:8080/$1"),
    ),
    (
        "gateway-timeout",
        "Apache says 502",
        evidence(READ_502, probes={"plain-get": READ_502}, timings=Timings(handshake=60004.0)),
        ("apache httpd", "60.0 s", "proxytimeout"),
    ),
    (
        "gateway-timeout",
        "Varnish says 503",
        evidence(VARNISH_503, probes={"plain-get": VARNISH_503}, timings=Timings(handshake=3001.0)),
        ("varnish", "first_byte_timeout"),
    ),
    (
        "app-rejected",
        "another service is asked",
        alike(nginx_page("401 Unauthorized", NGINX)),
        ("401 by nginx itself", "auth_request"),
    ),
    (
        "wrong-path",
        "a directory that nginx does not list",
        evidence(
            nginx_page("403 Forbidden", NGINX),
            url="ws://app.example.test/ws/",
            sent=ROOT,
            probes=dict.fromkeys(BOTH, nginx_page("403 Forbidden", NGINX))
            | {"beside": nginx_page("404 Not Found", NGINX)},
        ),
        ("nginx has a directory here", "location /ws/"),
    ),
    (
        "wrong-path",
        "Caddy has nothing for this path, and something for another",
        alike(CADDY_EMPTY, probes={"beside": CADDY_EMPTY, "usual-path": OK_101}),
        ("an endpoint is there", "reverse_proxy"),
    ),
    ("wrong-path", "API Gateway without the stage", alike(NO_STAGE), ("stage", "execute-api")),
    (
        "wrong-path",
        "Envoy has no route",
        alike(
            reply("404 Not Found", b"", b"server: envoy"),
            probes={"beside": reply("404 Not Found", b"", b"server: envoy")},
        ),
        ("envoy", "prefix"),
    ),
    (
        "socketio-wrong-path",
        "behind a proxy that makes a 502 of the closed connection",
        evidence(
            nginx_page("502 Bad Gateway", NGINX),
            probes={"plain-get": PAGE, "socketio": reply("200 OK", b'0{"sid":"a0","upgrades":["websocket"]}')},
            timings=Timings(total=1006.0),
        ),
        ("/socket.io/", "the second that engine.io gives"),
    ),
    ("app-error", "nginx itself", alike(nginx_page("500 Internal Server Error", NGINX)), ("nginx itself fails",)),
    (
        "auth-basic",
        "Apache",
        evidence(reply("401 Unauthorized", b"", APACHE, b'WWW-Authenticate: Basic realm="x"')),
        (
            "authtype none",
            "require all granted",
            '<location "/chat">',
        ),
    ),
    ("server-without-websocket", "Flask behind nginx", alike(FLASK_404), ("a wsgi server", "asgi")),
    ("forward-proxy-as-target", "squid", alike(SQUID_400), ("squid", "wscheck probe -x")),
    (
        "answered-by-web-page",
        "a file of Caddy's",
        alike(
            reply("200 OK", b"<!doctype html><html><div id=app></div></html>", HTML, b"Server: Caddy", b'ETag: "1"'),
            probes={
                "beside": reply("200 OK", b"<!doctype html><html><div id=app></div></html>", HTML, b"Server: Caddy")
            },
        ),
        ("a page without text", "reverse_proxy /ws*"),
    ),
]

# (what must not be named, what it looks like, the evidence)
LOOK_ALIKES: list[tuple[str, str, Evidence]] = [
    ("app-rejected", "a lost key", evidence(MISSING_KEY, probes={"plain-get": UPGRADE_REQUIRED})),
    ("wrong-path", "another value of Upgrade", evidence(INVALID_UPGRADE, probes={"plain-get": UPGRADE_REQUIRED})),
    ("proxy-strips-upgrade", "a lost key", evidence(MISSING_KEY, probes={"plain-get": UPGRADE_REQUIRED})),
    (
        "proxy-drops-fields",
        "a key that is bad by itself",
        evidence(MISSING_KEY, sent=request(key=b"c2hvcnQ="), probes={"plain-get": UPGRADE_REQUIRED}),
    ),
    (
        "proxy-drops-fields",
        "a subprotocol that is unknown",
        evidence(
            reply("400 Bad Request", b"no supported subprotocol; expected one of graphql-ws", NGINX),
            sent=GRAPHQL,
            probes={"plain-get": UPGRADE_REQUIRED},
        ),
    ),
    (
        "proxy-drops-fields",
        "no subprotocol was offered",
        evidence(MISSING_SUBPROTOCOL, probes={"plain-get": UPGRADE_REQUIRED}),
    ),
    (
        "proxy-drops-fields",
        "a true matter of versions",
        evidence(
            reply("400 Bad Request", b"missing Sec-WebSocket-Version: 8", NGINX, b"Sec-WebSocket-Version: 8, 7"),
            probes={"plain-get": PAGE},
        ),
    ),
    (
        "proxy-strips-upgrade",
        "an upgrade that nobody takes",
        evidence(failure=SILENT, probes={"plain-get": PAGE, "version-99": b""}),
    ),
    (
        "proxy-strips-upgrade",
        "a 403 that came through Envoy",
        evidence(ENVOY_APP_403, probes={"plain-get": ENVOY_200, "version-99": ENVOY_APP_403}),
    ),
    ("missing-websocket-library", "daphne", alike(DAPHNE_404)),
    (
        "access-denied",
        "a 403 that came through nginx",
        alike(reply("403 Forbidden", b'{"error":"no"}', NGINX)),
    ),
    (
        "access-denied",
        "Envoy's refusal of the upgrade alone",
        evidence(ENVOY_403, probes={"plain-get": ENVOY_200, "version-99": ENVOY_403}),
    ),
    (
        "access-denied",
        "a browser is let in",
        alike(nginx_page("403 Forbidden", NGINX), probes={"browser-agent": OK_101}),
    ),
    (
        "proxy-h2-backend",
        "nginx, which never speaks it",
        evidence(nginx_page("502 Bad Gateway", NGINX), probes={"plain-get": PAGE}),
    ),
    ("proxy-h2-backend", "Apache's rule", evidence(SSL_500, probes={"plain-get": PAGE, "version-99": SSL_500})),
    ("rate-limited", "HAProxy's own 503", evidence(HAPROXY_503, probes={"plain-get": HAPROXY_503})),
    (
        "gateway-bad-backend",
        "nginx's own 503",
        evidence(
            nginx_page("503 Service Temporarily Unavailable", NGINX),
            probes={"plain-get": nginx_page("503 Service Temporarily Unavailable", NGINX)},
        ),
    ),
    (
        "gateway-timeout",
        "Apache's 502 at once",
        evidence(READ_502, probes={"plain-get": READ_502}, timings=Timings(handshake=4.0)),
    ),
    (
        "gateway-timeout",
        "HAProxy gives up after three seconds",
        evidence(HAPROXY_503, probes={"plain-get": HAPROXY_503}, timings=Timings(handshake=3002.0)),
    ),
    (
        "wrong-host",
        "another path of Caddy's opens",
        alike(CADDY_EMPTY, probes={"beside": CADDY_EMPTY, "usual-path": OK_101}),
    ),
    (
        "socketio-wrong-path",
        "a 502 where no Socket.IO is",
        evidence(
            nginx_page("502 Bad Gateway", NGINX),
            probes={"plain-get": PAGE, "socketio": reply("404 Not Found", b"no")},
            timings=Timings(total=1006.0),
        ),
    ),
    ("access-denied", "HAProxy's deny, which the filter's cause tells", alike(HAPROXY_403)),
    ("forward-proxy-as-target", "squid in front of a server refuses", alike(SQUID_403)),
    ("auth-basic", "another service is asked", alike(nginx_page("401 Unauthorized", NGINX))),
]


@pytest.mark.parametrize(("cause", "name", "known", "said"), FIRES, ids=[f"{one[0]}: {one[1]}" for one in FIRES])
def test_the_cause_is_first(cause: str, name: str, known: Evidence, said: tuple[str, ...]) -> None:
    found = diagnose(known)
    assert [one.cause for one in found][:1] == [cause], [(one.cause, one.confidence) for one in found]
    for text in said:
        assert text in words(found[0])


@pytest.mark.parametrize(("cause", "name", "known"), LOOK_ALIKES, ids=[f"{one[0]}: {one[1]}" for one in LOOK_ALIKES])
def test_a_look_alike_is_not_taken_for_it(cause: str, name: str, known: Evidence) -> None:
    assert cause not in [one.cause for one in diagnose(known)]


def test_a_stored_reply_that_the_server_repeats_is_no_matter_of_the_cache() -> None:
    hit = reply("404 Not Found", b"Not Found\n", b"X-Varnish: 6 4", b"Via: 1.1 varnish (Varnish/7.1)")
    miss = reply("404 Not Found", b"Not Found\n", b"X-Varnish: 7", b"Via: 1.1 varnish (Varnish/7.1)")
    assert diagnose(alike(hit))[0].cause == "cached-reply"
    assert diagnose(alike(hit, probes={"fresh-query": miss}))[0].cause == "proxy-strips-upgrade"
    assert diagnose(alike(hit, probes={"fresh-query": OK_101}))[0].cause == "cached-reply"


def test_a_page_that_speaks_of_a_product_is_not_that_product_s() -> None:
    loads = b'<html><script src="https://cdnjs.cloudflare.com/x.js"></script>Kept with squid and lighttpd</html>'
    known = alike(reply("404 Not Found", loads, HTML))
    assert own_page(known.reply) is None
    assert intermediary(known) is None
    quotes = alike(reply("200 OK", b"<html>As seen: <center>nginx/1.22</center></html>", HTML))
    assert intermediary(quotes) is None


def test_a_server_that_signs_its_own_replies_only() -> None:
    ours = alike(reply("503 Service Temporarily Unavailable", b"<h1>503</h1>", b"Server: awselb/2.0"))
    page = own_page(ours.reply)
    assert page is not None
    assert page.id == "aws-elb"


def test_who_stands_in_front_is_said_to_be_a_conclusion() -> None:
    known = alike(UVICORN_404, probes={"without-host": APACHE_400})
    app = application(known)
    assert app is not None
    assert app.id == "uvicorn"
    assert who(known) == (
        "Apache httpd stands in front, for it answers a broken request with a page of its own; the reply is that of "
        "uvicorn behind it."
    )
    assert who(alike(UVICORN_404)) == "The reply is uvicorn's (Server: uvicorn); no proxy shows in it."


def test_who_stands_in_front_is_asked_only_where_nothing_shows_it() -> None:
    assert "without-host" in wanted(alike(UVICORN_404))
    assert "without-host" not in wanted(evidence(UVICORN_404))
    assert "without-host" not in wanted(alike(UPGRADE_REQUIRED))
    assert "without-host" not in wanted(evidence(UVICORN_404, probes={"plain-get": PAGE}))


def test_a_lost_101_is_looked_for_where_a_plain_get_is_answered() -> None:
    silent = evidence(failure=SILENT, probes={"plain-get": PAGE, "other-scheme": b"", "socketio": b""})
    hung = evidence(failure=SILENT, probes={"plain-get": b"", "other-scheme": b"", "socketio": b""})
    polling = reply("200 OK", b'0{"sid":"a0","upgrades":["websocket"]}')
    engine = evidence(failure=SILENT, probes={"plain-get": PAGE, "other-scheme": b"", "socketio": polling})
    assert "version-99" in wanted(silent)
    assert "version-99" not in wanted(engine)
    assert "version-99" not in wanted(hung)


def test_a_field_that_is_missed_needs_no_more_probes() -> None:
    assert wanted(evidence(MISSING_KEY, probes={"plain-get": UPGRADE_REQUIRED})) == ()
    assert wanted(evidence(INVALID_UPGRADE, probes={"plain-get": UPGRADE_REQUIRED})) == ()
