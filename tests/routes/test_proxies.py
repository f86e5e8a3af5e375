"""HTTP and https proxies: what they are asked, whose status is whose, and which variable names one."""

from __future__ import annotations

import base64
import json
import ssl

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening, report_of
from tests.peer import Link, closing, free_port, peer, saying
from tests.routes.parts import ESTABLISHED, connecting, failure_of, purposes
from wscheck import __version__

AGENT = f"User-Agent: wscheck/{__version__}\r\n".encode()


def test_connect_is_an_exchange_of_its_own(wscheck: Cli) -> None:
    with peer(opening()) as server, peer(connecting()) as proxy:
        url = f"ws://127.0.0.1:{server.port}/chat"
        report = report_of(wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "--format", "json", url))
        shown = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "-v", url)
    asked = f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode() + AGENT + b"\r\n"
    assert proxy.requests == [asked] * 4
    assert server.requests[0].startswith(b"GET /chat HTTP/1.1\r\n")
    assert (report["verdict"], purposes(report)) == ("pass", ["connect", "handshake", "connect", "replay"])
    connect, handshake, _, replay = report["exchanges"]
    assert replay["route"] == handshake["route"]
    assert connect["request"].encode("latin-1") == asked
    assert connect["response"].encode("latin-1") == ESTABLISHED
    assert handshake["response"].startswith("HTTP/1.1 101 ")
    assert handshake["route"] == f"http://127.0.0.1:{proxy.port} (-x)"
    assert handshake["attempts"] == [
        {"address": f"127.0.0.1:{proxy.port}", "ms": handshake["attempts"][0]["ms"], "failure": None}
    ]
    assert report["timings_ms"]["proxy"] > 0
    assert f"> CONNECT 127.0.0.1:{server.port} HTTP/1.1" in shown.out.splitlines()
    assert "< HTTP/1.1 200 Connection established" in shown.out.splitlines()


def test_credentials_of_the_proxy_go_to_the_proxy_alone(wscheck: Cli) -> None:
    with peer(opening()) as server, peer(connecting()) as proxy:
        url = f"ws://127.0.0.1:{server.port}/"
        result = wscheck("probe", "-x", f"http://us%40er:pass:w%2Ford@127.0.0.1:{proxy.port}", "--format", "json", url)
    assert report_of(result)["verdict"] == "pass"
    expected = base64.b64encode(b"us@er:pass:w/ord")
    assert b"Proxy-Authorization: Basic " + expected + b"\r\n" in proxy.requests[0]
    assert b"uthorization" not in server.requests[0]
    assert expected not in result.stdout
    assert b"w/ord" not in result.stdout


PAGE = b"<p>Access to this host is not allowed</p>"


@pytest.mark.parametrize(
    ("status", "hint"),
    [(b"407 Proxy Authentication Required", "wants credentials"), (b"403 Forbidden", "does not allow")],
    ids=["407", "403"],
)
def test_a_refusal_of_the_proxy_is_no_status_of_the_target(wscheck: Cli, status: bytes, hint: str) -> None:
    reply = (
        b'HTTP/1.1 %b\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: %d\r\n\r\n' % (status, len(PAGE)) + PAGE
    )
    with peer(opening()) as server, peer(closing(reply)) as proxy:
        url = f"ws://127.0.0.1:{server.port}/"
        result = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "--format", "json", url)
        shown = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", url)
        assert server.links == []
    report = report_of(result)
    assert (result.code, shown.code, report["verdict"]) == (3, 3, "unreachable")
    assert failure_of(report) == ("proxy", "denied")
    connect, handshake = report["exchanges"]
    assert connect["response"].encode("latin-1") == reply
    assert connect["failure"]["kind"] == "denied"
    assert handshake["response"] == ""
    assert hint in handshake["failure"]["detail"]
    assert {check["status"] for check in report["checks"]} == {"skip"}
    assert f"< HTTP/1.1 {status.decode()}" in shown.out
    assert f"< {PAGE.decode()}" in shown.out


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (closing(), "closed"),
        (closing(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "protocol"),
        (saying(b"HTTP/1.1 200 OK\r\n"), "timeout"),
        (saying(b"HTTP/1.1 200 OK\r\nX: " + b"a" * (600 * 1024)), "limit"),
        (lambda link: (link.head(), link.reset())[0], "reset"),
    ],
    ids=["closed", "protocol", "timeout", "limit", "reset"],
)
def test_a_proxy_that_does_not_answer(wscheck: Cli, act: object, kind: str) -> None:
    assert callable(act)
    with peer(act) as proxy:
        flags = ("--connect-timeout", "500ms", "--format", "json")
        result = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", *flags, "ws://shop.example/")
    report = report_of(result)
    assert (result.code, failure_of(report)) == (3, ("proxy", kind))


def test_a_proxy_that_is_not_there(wscheck: Cli) -> None:
    port = free_port()
    result = wscheck("probe", "-x", f"127.0.0.1:{port}", "--format", "json", "ws://shop.example/")
    assert (result.code, failure_of(report_of(result))) == (3, ("proxy", "refused"))


def test_what_the_target_says_first_is_kept(wscheck: Cli) -> None:
    """A target that speaks at once, as an SSH server does: its octets come in one piece with the proxy's answer."""
    with peer(closing(ESTABLISHED + b"SSH-2.0-OpenSSH_9.6\r\n")) as proxy:
        result = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "--format", "json", "ws://shop.example:22/")
    report = report_of(result)
    assert report["exchanges"][1]["response"] == "SSH-2.0-OpenSSH_9.6\r\n"
    assert report["exchanges"][0]["response"].encode() == ESTABLISHED


def test_a_target_that_speaks_before_tls(wscheck: Cli) -> None:
    with peer(closing(ESTABLISHED + b"SSH-2.0-OpenSSH_9.6\r\n")) as proxy:
        result = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "--format", "json", "wss://shop.example:22/")
    assert failure_of(report_of(result)) == ("tls", "protocol")


def test_a_user_agent_left_out_is_left_out_of_connect(wscheck: Cli) -> None:
    with peer(opening()) as server, peer(connecting()) as proxy:
        wscheck("probe", "-A", "", "-x", f"127.0.0.1:{proxy.port}", f"ws://127.0.0.1:{server.port}/")
    assert (
        proxy.requests
        == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()] * 2
    )


# -- TLS to the proxy, TLS inside TLS ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_an_https_proxy(wscheck: Cli, context: ssl.SSLContext, cacert: str, scheme: str) -> None:
    tls = context if scheme == "wss" else None
    with peer(opening(), tls) as server, peer(connecting(), context) as proxy:
        flags = ("-x", f"https://localhost:{proxy.port}", "--cacert", cacert, "--format", "json")
        report = report_of(wscheck("probe", *flags, f"{scheme}://127.0.0.1:{server.port}/"))
    assert (report["verdict"], purposes(report)) == ("pass", ["connect", "handshake", "connect", "replay"])
    assert proxy.requests[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n".encode())
    assert server.requests[0].startswith(b"GET / HTTP/1.1\r\n")
    tls_facts = report["exchanges"][1]["tls"]
    assert (tls_facts is not None) is (scheme == "wss")
    assert (report["exchanges"][3]["tls"] is not None) is (scheme == "wss")


def test_an_https_proxy_that_is_not_trusted(wscheck: Cli, context: ssl.SSLContext) -> None:
    with peer(connecting(), context) as proxy:
        flags = ("-x", f"https://localhost:{proxy.port}", "--format", "json")
        report = report_of(wscheck("probe", *flags, "ws://shop.example/"))
    assert failure_of(report) == ("proxy", "certificate")
    assert proxy.requests == [b""]


# -- which one is used -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ws_proxy", "WS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"])
def test_a_variable_that_holds_for_ws(wscheck: Cli, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with peer(opening()) as server, peer(connecting()) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        report = report_of(wscheck("probe", "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert report["exchanges"][-1]["route"] == f"http://127.0.0.1:{proxy.port} ({name})"
    assert len(proxy.links) == 2  # the second handshake takes the same way


@pytest.mark.parametrize("name", ["wss_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_variable_that_holds_for_wss(
    wscheck: Cli, context: ssl.SSLContext, cacert: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with peer(opening(), context) as server, peer(connecting()) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        report = report_of(wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/"))
    assert report["exchanges"][-1]["route"] == f"http://127.0.0.1:{proxy.port} ({name})"
    assert (report["verdict"], len(proxy.links)) == ("pass", 2)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "wss_proxy", "ftp_proxy"])
def test_a_variable_that_does_not_hold_for_ws(wscheck: Cli, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with peer(opening()) as server:
        report = report_of(wscheck("probe", "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["exchanges"][-1]["route"]) == ("pass", "direct")


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (("--noproxy", "*"), {}),
        (("--noproxy", "a.example, 127.0.0.0/8"), {}),
        (("--noproxy", "127.0.0.1"), {}),
        (("-x", ""), {}),
        ((), {"no_proxy": "localhost,127.0.0.1"}),
        ((), {"NO_PROXY": "*"}),
    ],
)
def test_exceptions(
    wscheck: Cli, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], variables: dict[str, str]
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with peer(opening()) as server:
        report = report_of(wscheck("probe", *flags, "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["exchanges"][-1]["route"]) == ("pass", "direct")


def test_noproxy_given_replaces_the_variable(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with peer(opening()) as server, peer(connecting()) as proxy:
        flags = ("-x", f"127.0.0.1:{proxy.port}", "--noproxy", "a.example")
        wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/")
    assert len(proxy.links) == 2


def test_a_lab_is_never_behind_a_proxy(wscheck: Cli) -> None:
    with peer(connecting()) as proxy:
        result = wscheck("probe", "-x", f"127.0.0.1:{proxy.port}", "--format", "json", "lab:")
    assert (report_of(result)["verdict"], proxy.links) == ("pass", [])


@pytest.mark.parametrize(
    "proxy", ["ftp://a.example", "http://user:se/cr@et@a.example:99999", "http://user:se/cr@et@a b", "http://a:b:c"]
)
def test_a_proxy_that_cannot_be_is_one_sentence_without_its_password(wscheck: Cli, proxy: str) -> None:
    said = wscheck("probe", "-x", proxy, "ws://shop.example/").usage()
    assert "cr@et" not in said
    assert "se/" not in said


def test_control_takes_the_same_way(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        if b"Upgrade: websocket" in link.head():
            opening()(link)
        else:
            link.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with peer(act) as server, peer(connecting()) as proxy:
        flags = ("-x", f"127.0.0.1:{proxy.port}", "--control", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/a?b=c"))
    assert purposes(report) == ["connect", "control", "connect", "handshake", "connect", "replay"]
    control = report["exchanges"][1]
    assert control["response"] == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    gets = [request for request in server.requests if b"Upgrade" not in request]
    expected = f"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode() + AGENT + b"\r\n"
    assert gets == [expected]
    assert json.loads(json.dumps(report["exchanges"][3]))["response"].startswith("HTTP/1.1 101 ")


def test_a_request_that_never_went_out_is_not_shown_as_sent(wscheck: Cli) -> None:
    with peer(closing(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as proxy:
        flags = ("-x", f"127.0.0.1:{proxy.port}", "--color", "never")
        lines = wscheck("probe", "-v", *flags, "ws://a.example/chat").out.splitlines()
    assert [line for line in lines if line.startswith("> ")][:1] == ["> CONNECT a.example:80 HTTP/1.1"]
    assert not [line for line in lines if line.startswith("> GET")]
