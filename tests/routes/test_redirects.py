"""Redirects: followed only when asked for, nothing secret to another origin, and each dead end a finding."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import codes_of, in_turn, opening, report_of
from tests.peer import Act, Link, closing, peer, saying
from tests.routes.parts import fields_of, purposes
from tests.routes.test_credentials import DATE, challenging, checking, keys_of


def redirecting(location: bytes, status: bytes = b"302 Found", *more: bytes) -> Act:
    """A redirect with what belongs to it."""
    lines = b"".join(line + b"\r\n" for line in more)
    return saying(b"HTTP/1.1 %b\r\n%bLocation: %b\r\n%bContent-Length: 0\r\n\r\n" % (status, DATE, location, lines))


@pytest.mark.parametrize("status", [b"301 A", b"302 A", b"303 A", b"307 A", b"308 A"])
@pytest.mark.parametrize("form", ["http://127.0.0.1:PORT/b?c=d", "ws://127.0.0.1:PORT/b?c=d", "/b?c=d", "b?c=d"])
def test_one_hop(wscheck: Cli, status: bytes, form: str) -> None:
    acts: list[Act] = [opening()]
    with peer(lambda link: acts.pop()(link)) as server:
        acts.append(redirecting(form.replace("PORT", str(server.port)).encode(), status))
        report = report_of(wscheck("probe", "-L", "--no-replay", "--format", "json", f"ws://127.0.0.1:{server.port}/a"))
    assert (report["verdict"], purposes(report)) == ("pass", ["handshake", "handshake"])
    lines = [request.partition(b"\r\n")[0] for request in server.requests]
    assert lines == [b"GET /a HTTP/1.1", b"GET /b?c=d HTTP/1.1"]
    assert len(set(keys_of(server.requests))) == 2
    assert f"hop 1: redirected to ws://127.0.0.1:{server.port}/b?c=d" in report["notes"]


@pytest.mark.parametrize("flags", [(), ("-u", "a:b")], ids=["bare", "with credentials"])
def test_without_location_the_url_to_try_is_told(wscheck: Cli, flags: tuple[str, ...]) -> None:
    with peer(redirecting(b"https://user:pw@shop.example/chat?token=abcdefgh")) as server:
        report = report_of(wscheck("probe", *flags, "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], len(server.links)) == ("fail", 1)
    told = "the reply redirects: try wss://shop.example/chat?token=******** (-L follows it)"
    assert told in report["notes"]


@pytest.mark.parametrize("location", [b"ftp://a.example/", b"http://[::1/", b"mailto:a@b.example", b"http://"])
def test_a_location_that_leads_nowhere(wscheck: Cli, location: bytes) -> None:
    with peer(redirecting(location)) as server:
        url = f"ws://127.0.0.1:{server.port}/"
        report = report_of(wscheck("probe", "-L", "--format", "json", url))
        bare = report_of(wscheck("probe", "--format", "json", url))
    assert (report["verdict"], "redirect-unusable" in codes_of(report, "refusal")) == ("fail", True)
    assert not any(note.startswith("the reply redirects") for note in bare["notes"])


def test_a_circle(wscheck: Cli) -> None:
    with peer(in_turn(redirecting(b"/b"), redirecting(b"/a"))) as server:
        report = report_of(wscheck("probe", "-L", "--format", "json", f"ws://127.0.0.1:{server.port}/a"))
    assert (report["verdict"], len(server.links)) == ("fail", 2)
    assert codes_of(report, "refusal") == ["redirect-loop", "redirect"]


def test_too_many(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        number = int(link.head().split(b" ")[1][1:])
        link.send(b"HTTP/1.1 302 Found\r\n" + DATE + b"Location: /%d\r\nContent-Length: 0\r\n\r\n" % (number + 1))

    with peer(act) as server:
        url = f"ws://127.0.0.1:{server.port}/0"
        report = report_of(wscheck("probe", "-L", "--max-redirs", "3", "--format", "json", url))
        assert len(server.links) == 4
        of_ten = report_of(wscheck("probe", "-L", "--format", "json", url))
        none = report_of(wscheck("probe", "-L", "--max-redirs", "0", "--format", "json", url))
    assert (len(none["exchanges"]), codes_of(none, "refusal")) == (1, ["too-many-redirects", "redirect"])
    assert len(of_ten["exchanges"]) == 11
    assert codes_of(report, "refusal") == ["too-many-redirects", "redirect"]
    assert len(set(keys_of(server.requests))) == 16


def test_out_of_tls_only_when_asked_for(wscheck: Cli, context: ssl.SSLContext, cacert: str) -> None:
    acts: list[Act] = []
    with peer(opening()) as plain, peer(lambda link: acts[0](link), context) as secure:
        acts.append(redirecting(b"http://localhost:%d/" % plain.port))
        flags = ("-L", "--cacert", cacert, "--format", "json")
        url = f"wss://localhost:{secure.port}/"
        refused = report_of(wscheck("probe", *flags, url))
        assert plain.links == []
        followed = report_of(wscheck("probe", *flags, "--allow-downgrade", url))
    assert (refused["verdict"], codes_of(refused, "refusal")) == ("fail", ["redirect-downgrade", "redirect"])
    assert followed["verdict"] == "pass"


def test_into_tls(wscheck: Cli, context: ssl.SSLContext, cacert: str) -> None:
    acts: list[Act] = []
    with peer(opening(), context) as secure, peer(lambda link: acts[0](link)) as plain:
        acts.append(redirecting(b"https://localhost:%d/" % secure.port, b"301 Moved Permanently"))
        report = report_of(
            wscheck("probe", "-L", "--cacert", cacert, "--format", "json", f"ws://localhost:{plain.port}/")
        )
    assert report["verdict"] == "pass"
    assert [made["tls"] is not None for made in report["exchanges"]] == [False, True, True]


SECRETS = (
    *("-u", "joe:first-secret", "-b", "mine=second-secret", "-H", "X-Api-Key: third-secret"),
    *("--add", "X-Auth-Token: fourth-secret", "--raw-field", r"Api-Key: fifth-secret"),
    *("--raw-field", r"X-Other: 1\r\nX-Api-Key: sixth-secret", "-H", "X-Harmless: yes"),
)


def test_nothing_secret_to_another_origin(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_HEADERS", "X-Hidden: seventh-secret")
    acts: list[Act] = []
    with peer(opening()) as other, peer(lambda link: acts[0](link)) as own:
        acts.append(
            redirecting(b"http://localhost:%d/" % other.port, b"302 Found", b"Set-Cookie: theirs=eighth-secret")
        )
        report = report_of(wscheck("probe", "-L", *SECRETS, "--format", "json", f"ws://127.0.0.1:{own.port}/"))
    assert report["verdict"] == "pass"
    for word in (b"first", b"second", b"third", b"fourth", b"fifth", b"sixth", b"seventh", b"am9lOmZpcnN0"):
        if word != b"first":
            assert word in own.requests[0], word
        assert word not in other.requests[0], word
    assert len(other.requests) == 2  # the second handshake as well
    assert not any(b"secret" in request or b"am9lOmZpcnN0" in request for request in other.requests)
    sent = fields_of(other.requests[0])
    assert sent[b"x-harmless"] == b"yes"
    assert set(sent) == {
        *(b"host", b"user-agent", b"upgrade", b"connection", b"x-harmless"),
        *(b"sec-websocket-key", b"sec-websocket-version"),
    }


@pytest.mark.parametrize("there", ["127.0.0.1", "localhost"])
def test_a_string_of_cookies_stays_with_its_port_as_well(wscheck: Cli, there: str) -> None:
    acts: list[Act] = []
    with peer(opening()) as other, peer(lambda link: acts[0](link)) as own:
        acts.append(redirecting(f"http://{there}:{other.port}/".encode()))
        wscheck("probe", "-L", "-b", "mine=1", "-u", "a:b", f"ws://127.0.0.1:{own.port}/")
    assert {b"cookie", b"authorization"} & set(fields_of(other.requests[0])) == set()


def test_what_a_user_crafted_stays_with_its_origin(wscheck: Cli, tmp_path: Path) -> None:
    acts: list[Act] = []
    with peer(opening()) as other, peer(lambda link: acts[0](link)) as own:
        acts.append(redirecting(f"http://localhost:{other.port}/there".encode()))
        flags = ("--target", "/x?token=abcdefgh", "--body", "password=abcdefgh")
        wscheck("probe", "-L", *flags, f"ws://127.0.0.1:{own.port}/")
        (tmp_path / "r").write_bytes(b"GET /y HTTP/1.1\r\nHost: {host}\r\nX: abcdefgh\r\n\r\n")
        wscheck("probe", "-L", "--request-file", str(tmp_path / "r"), f"ws://127.0.0.1:{own.port}/")
    assert all(b"abcdefgh" in request for request in own.requests)
    assert [request.partition(b"\r\n")[0] for request in other.requests] == [b"GET /there HTTP/1.1"] * 4
    assert not any(b"abcdefgh" in request for request in other.requests)


def test_cookies_that_are_set_go_along(wscheck: Cli) -> None:
    first = redirecting(b"/b", b"302 Found", b"Set-Cookie: one=1; Path=/", b"Set-Cookie: two=2; Path=/elsewhere")
    with peer(in_turn(first, opening())) as server:
        wscheck("probe", "-L", f"ws://127.0.0.1:{server.port}/a")
    assert [fields_of(request).get(b"cookie") for request in server.requests] == [None, b"one=1", b"one=1"]


def test_a_redirect_and_then_digest(wscheck: Cli) -> None:
    def act(link: Link) -> None:
        if link.head().startswith(b"GET /old "):
            redirecting(b"/new?x=1")(link)
        else:
            checking("/new?x=1", opening())(link)

    with peer(act) as server:
        flags = ("-L", "-u", "Mufasa:Circle Of Life", "--digest", "--no-replay", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/old"))
    assert (report["verdict"], purposes(report)) == ("pass", ["handshake"] * 3)
    assert [made["hop"] for made in report["exchanges"]] == [0, 1, 2]
    assert [fields_of(request).get(b"authorization") is not None for request in server.requests] == [False, False, True]
    assert len(set(keys_of(server.requests))) == 3


def test_another_origin_that_challenges_gets_nothing(wscheck: Cli) -> None:
    acts: list[Act] = []
    with peer(challenging(b'Digest realm="a", nonce="b"')) as other, peer(lambda link: acts[0](link)) as own:
        acts.append(redirecting(f"http://localhost:{other.port}/".encode()))
        flags = ("-L", "-u", "a:b", "--digest", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{own.port}/"))
    assert (len(other.links), report["verdict"]) == (1, "fail")
    assert report["exchanges"][-1]["response"].startswith("HTTP/1.1 401 ")


def test_a_hop_that_is_not_there(wscheck: Cli) -> None:
    with peer(redirecting(b"http://127.0.0.1:1/")) as server:
        result = wscheck("probe", "-L", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    report = report_of(result)
    assert (result.code, report["exchanges"][-1]["failure"]["stage"]) == (3, "tcp")


def test_all_hops_share_the_total_limit(wscheck: Cli) -> None:
    def slow(link: Link) -> None:
        link.head()
        link.until_gone()

    with peer(in_turn(redirecting(b"/b"), slow)) as server:
        result = wscheck("probe", "-L", "-m", "600ms", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    failure = report_of(result)["exchanges"][-1]["failure"]
    assert "total limit of 0.6 s" in failure["detail"]


def test_a_redirect_of_the_lab_stays_in_the_lab(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    report = report_of(wscheck("probe", "-L", "--format", "json", "lab:refusal-redirect"))
    assert [made["route"] for made in report["exchanges"]] == ["direct", "direct"]


def test_an_empty_reply_on_a_hop(wscheck: Cli) -> None:
    with peer(in_turn(redirecting(b"/b"), closing())) as server:
        result = wscheck("probe", "-L", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    assert (result.code, report_of(result)["verdict"]) == (3, "unreachable")


def test_a_redirect_that_sets_a_cookie_is_no_circle(wscheck: Cli) -> None:
    acts = in_turn(redirecting(b"/a", b"302 Found", b"Set-Cookie: seen=yes"), opening())
    with peer(acts) as server:
        report = report_of(wscheck("probe", "-L", "--format", "json", f"ws://127.0.0.1:{server.port}/a"))
    assert (report["verdict"], len(server.links)) == ("pass", 3)
    assert [b"\r\nCookie: seen=yes\r\n" in request for request in server.requests] == [False, True, True]
