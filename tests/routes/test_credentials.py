"""Credentials and cookies: what goes out on which hop, challenges answered, odd ones told as a note."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import in_turn, opening, report_of
from tests.peer import Act, Link, peer, saying
from tests.routes.parts import fields_of, purposes

DATE = b"Date: Mon, 02 Mar 2026 10:00:00 GMT\r\n"


def challenging(challenge: bytes) -> Act:
    """A 401 with this challenge."""
    return saying(
        b"HTTP/1.1 401 Unauthorized\r\n" + DATE + b"WWW-Authenticate: " + challenge + b"\r\nContent-Length: 0\r\n\r\n"
    )


def keys_of(requests: list[bytes]) -> list[bytes]:
    """The key of each request."""
    return [fields_of(request)[b"sec-websocket-key"] for request in requests]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("-u", "Aladdin:open sesame"), b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),  # RFC 7617 §2
        (("-u", "Aladdin:open sesame", "--basic"), b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (("-u", "test:123\u00a3"), b"Basic dGVzdDoxMjPCow=="),  # RFC 7617 §2.1
        (("-u", "joe"), b"Basic am9lOg=="),
        (("-u", "a:b:c"), b"Basic YTpiOmM="),
        (("--oauth2-bearer", "mF_9.B5f-4.1JqM"), b"Bearer mF_9.B5f-4.1JqM"),  # RFC 6750 §2.1
    ],
)
def test_what_is_sent_at_once(wscheck: Cli, flags: tuple[str, ...], expected: bytes) -> None:
    with peer(opening()) as server:
        report = report_of(wscheck("probe", *flags, "--format", "json", f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], purposes(report)) == ("pass", ["handshake", "replay"])
    assert [fields_of(request)[b"authorization"] for request in server.requests] == [expected, expected]


def test_userinfo_of_the_url(wscheck: Cli) -> None:
    with peer(opening()) as server:
        result = wscheck("probe", "--format", "json", f"ws://Aladdin:open%20sesame@127.0.0.1:{server.port}/")
    assert fields_of(server.requests[0])[b"authorization"] == b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert report_of(result)["target"]["url"] == f"ws://127.0.0.1:{server.port}/"


def test_netrc(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1\nlogin Aladdin\npassword open-sesame\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with peer(opening()) as server:
        assert wscheck("probe", "-n", f"ws://127.0.0.1:{server.port}/").code == 0
        file = ("--netrc-file", str(tmp_path / ".netrc"))
        assert wscheck("probe", *file, f"ws://127.0.0.1:{server.port}/").code == 0
        assert wscheck("probe", *file, f"ws://localhost:{server.port}/").code == 0
    authorizations = [fields_of(request).get(b"authorization") for request in server.requests]
    assert authorizations == [b"Basic QWxhZGRpbjpvcGVuLXNlc2FtZQ=="] * 4 + [None] * 2


@pytest.mark.parametrize("text", [None, "nonsense here\n"])
def test_a_netrc_that_cannot_be_read(wscheck: Cli, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "netrc"
    if text is not None:
        path.write_text(text)
    said = wscheck("probe", "--netrc-file", str(path), "ws://127.0.0.1:1/").usage()
    assert said.startswith("the netrc file ")


@pytest.mark.parametrize(
    "flags",
    [
        ("-u", "a:b", "--oauth2-bearer", "c"),
        ("-u", "a:b", "-n"),
        ("--digest",),
        ("-u", "a:b", "--digest", "--basic"),
    ],
)
def test_credentials_that_contradict(wscheck: Cli, flags: tuple[str, ...]) -> None:
    wscheck("probe", *flags, "ws://127.0.0.1:1/").usage()


# -- Digest ------------------------------------------------------------------------------------------------------------


def md5(text: str) -> str:
    """RFC 7616 §3.4.1: H(data)."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"  # of the example in RFC 2617 §3.5
CHALLENGE = f'Digest realm="testrealm@host.com", qop="auth", nonce="{NONCE}", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
A1 = "939e7578ed9e3c518a452acee763bce9"  # md5 of "Mufasa:testrealm@host.com:Circle Of Life"


def checking(uri: str, then: Act, method: str = "GET") -> Act:
    """Challenges, and goes on with `then` only for the right response hash for this URI."""

    def act(link: Link) -> None:
        sent = fields_of(link.head()).get(b"authorization", b"").decode()
        if not sent:
            challenging(CHALLENGE.encode())(link)
            return
        values = dict(re.findall(r'(\w+)="?([^",]*)"?', sent))
        assert sent.startswith("Digest ")
        assert (values["username"], values["realm"], values["nonce"]) == ("Mufasa", "testrealm@host.com", NONCE)
        assert (values["uri"], values["nc"], values["qop"]) == (uri, "00000001", "auth")
        assert values["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41"
        right = md5(f"{A1}:{NONCE}:00000001:{values['cnonce']}:auth:{md5(f'{method}:{uri}')}")
        assert values["response"] == right
        then(link)

    return act


def test_the_literal_of_the_rfc() -> None:
    assert md5("Mufasa:testrealm@host.com:Circle Of Life") == A1
    assert md5("GET:/dir/index.html") == "39aff3a2bab6126f332b942af96d3366"


def test_digest_is_two_hops(wscheck: Cli) -> None:
    with peer(checking("/dir/index.html?a=1", opening())) as server:
        url = f"ws://127.0.0.1:{server.port}/dir/index.html?a=1"
        flags = ("-u", "Mufasa:Circle Of Life", "--digest", "--no-replay")
        report = report_of(wscheck("probe", *flags, "--format", "json", url))
        shown = wscheck("probe", *flags, "-v", url)
    assert (report["verdict"], purposes(report)) == ("pass", ["handshake", "handshake"])
    assert [made["hop"] for made in report["exchanges"]] == [0, 1]
    assert report["exchanges"][0]["response"].startswith("HTTP/1.1 401 ")
    assert "the challenge was answered with credentials" in report["notes"]
    assert b"authorization" not in fields_of(server.requests[0])
    assert len(set(keys_of(server.requests))) == 4
    assert "< HTTP/1.1 401 Unauthorized" in shown.out.splitlines()
    assert "< HTTP/1.1 101 Switching Protocols" in shown.out.splitlines()


def test_digest_with_another_method(wscheck: Cli) -> None:
    with peer(checking("/", saying(b"HTTP/1.1 405 No\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n"), "POST")) as server:
        flags = ("-u", "Mufasa:Circle Of Life", "--digest", "--method", "POST", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert report["exchanges"][1]["response"].startswith("HTTP/1.1 405 ")


def test_a_wrong_password_is_answered_once(wscheck: Cli) -> None:
    with peer(challenging(CHALLENGE.encode())) as server:
        flags = ("-u", "Mufasa:wrong", "--digest", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], len(server.links)) == ("fail", 2)


@pytest.mark.parametrize(
    "challenge",
    [
        b'Digest realm="a", nonce="b", algorithm=SHA-999',
        b'Digest realm="a"',
        b'Digest realm="a", nonce="b", qop="auth-int"',
        b"Digest",
        b"Digest =,=,=",
        b'Digest "',
        b"\xff\xfe\x80",
        b"Digest realm=\xc3\x28",
    ],
)
def test_an_odd_challenge_is_a_note_and_never_an_error(wscheck: Cli, challenge: bytes) -> None:
    with peer(challenging(challenge)) as server:
        flags = ("-u", "Mufasa:Circle Of Life", "--digest", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert (report["verdict"], report["exit_code"]) == ("fail", 1)
    told = [note for note in report["notes"] if note.startswith("the challenge cannot be answered: ")]
    answered = "the challenge was answered with credentials" in report["notes"]
    assert bool(told) or answered or len(server.links) == 1


def test_an_unknown_algorithm_is_named(wscheck: Cli) -> None:
    with peer(challenging(b'Digest realm="a", nonce="b", algorithm=SHA-999')) as server:
        flags = ("-u", "a:b", "--digest", "--format", "json")
        report = report_of(wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/"))
    assert len(server.links) == 1
    assert any("SHA-999" in note for note in report["notes"])


# -- cookies -----------------------------------------------------------------------------------------------------------


def test_cookies_as_a_string(wscheck: Cli) -> None:
    with peer(opening()) as server:
        wscheck("probe", "-b", "a=b; c=d", f"ws://127.0.0.1:{server.port}/")
    assert fields_of(server.requests[0])[b"cookie"] == b"a=b; c=d"


JAR = """# Netscape HTTP Cookie File
127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc
127.0.0.1\tFALSE\t/admin\tFALSE\t0\tdeep\tno
127.0.0.1\tFALSE\t/\tTRUE\t0\tsecure\tno
.other.example\tTRUE\t/\tFALSE\t0\tforeign\tno
"""


def test_cookies_of_a_file(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "jar").write_text(JAR)
    with peer(opening()) as server:
        wscheck("probe", "-b", str(tmp_path / "jar"), f"ws://127.0.0.1:{server.port}/")
    assert fields_of(server.requests[0])[b"cookie"] == b"session=abc"


@pytest.mark.parametrize("octets", [None, b"no jar\n", b"\xff\xfe\x00"])
def test_a_cookie_file_that_cannot_be_read(wscheck: Cli, tmp_path: Path, octets: bytes | None) -> None:
    path = tmp_path / "jar"
    if octets is not None:
        path.write_bytes(octets)
    assert "cookie" in wscheck("probe", "-b", str(path), "ws://127.0.0.1:1/").usage()


def test_what_a_challenge_sets_goes_along_with_the_answer(wscheck: Cli) -> None:
    first = saying(
        b"HTTP/1.1 401 Unauthorized\r\n" + DATE + b"WWW-Authenticate: " + CHALLENGE.encode() + b"\r\n"
        b"Set-Cookie: session=fresh; Path=/\r\nContent-Length: 0\r\n\r\n"
    )
    with peer(in_turn(first, opening())) as server:
        wscheck("probe", "-u", "a:b", "--digest", "-b", "mine=1", f"ws://127.0.0.1:{server.port}/")
    cookies = [fields_of(request).get(b"cookie") for request in server.requests]
    # The answer to a challenge is given once: no second handshake is made with it.
    assert cookies == [b"mine=1", b"mine=1; session=fresh"]


def test_an_address_with_a_zone(wscheck: Cli) -> None:
    """A zone is no part of a URL that httpx knows; it is no reason to fail."""
    result = wscheck("probe", "-u", "a:b", "--connect-timeout", "1s", "--format", "json", "ws://[fe80::1%25lo]:1/")
    assert result.code == 3
    assert report_of(result)["verdict"] == "unreachable"
