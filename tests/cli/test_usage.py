"""Wrong use: exit 2 and one sentence that says what to change, before anything is sent."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.peer import closing, peer


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "the URL is empty: write for example ws://127.0.0.1:9001/chat"),
        ("not a url", "the host 'not a url' holds a blank: a host name has none"),
        ("ws://", "'ws://' has no host"),
        ("ws:///chat", "'ws:///chat' has no host"),
        ("ws://:9001/", "'ws://:9001/' has no host"),
        ("/chat", "'/chat' has no host: write for example ws://127.0.0.1:9001/chat"),
        ("ws:example.com", "'ws:example.com' lacks the two slashes: write ws://…"),
        ("wss:/example.com", "'wss:/example.com' lacks the two slashes: write wss://…"),
        ("wsss://example.com", "unknown scheme 'wsss': did you mean 'wss'?"),
        ("ftp://example.com", "unknown scheme 'ftp': known are http, https, ws, wss"),
        ("gopher://example.com", "unknown scheme 'gopher': known are http, https, ws, wss"),
        ("ws://localhost:0/", "'0' in 'ws://localhost:0/' is no port: a port is a number from 1 to 65535"),
        ("ws://localhost:99999/", "'99999' in 'ws://localhost:99999/' is no port: a port is a number from 1 to 65535"),
        ("ws://localhost:http/", "'http' in 'ws://localhost:http/' is no port: a port is a number from 1 to 65535"),
        ("ws://my host/", "the host 'my host' holds a blank: a host name has none"),
        ("ws://[::1", "the host in 'ws://[::1' cannot be read"),
        ("ws://[nonsense]/", "'nonsense' in 'ws://[nonsense]/' is no IPv6 address"),
        ("::1", "an IPv6 address stands in brackets: write wss://[::1]/…"),
        ("ws://2001:db8::1/", "an IPv6 address stands in brackets: write ws://[2001:db8::1]/…"),
        ("ws://1.2.3.400/", "'1.2.3.400' is no IPv4 address: that is four numbers from 0 to 255"),
        ("ws://exa$mple.com/", "'exa$mple.com' is no host name: letters, digits, '-' and '.' make one"),
        ("ws://local\nhost/", r"the URL 'ws://local\nhost/' holds a control character: percent-encode it"),
        ("lab:accept-mising", "unknown fault 'accept-mising': did you mean 'accept-missing'?"),
    ],
)
def test_a_url_that_is_none(wscheck: Cli, url: str, sentence: str) -> None:
    assert wscheck("probe", url).usage() == sentence


def test_no_url(wscheck: Cli) -> None:
    assert wscheck("probe").usage() == (
        "no URL was given: wscheck probe ws://127.0.0.1:9001/chat (see wscheck probe --help)"
    )


def test_userinfo_is_not_in_the_sentence(wscheck: Cli) -> None:
    said = wscheck("probe", "ws://user:hunter22@localhost:0/").usage()
    assert said == "'0' in 'ws://localhost:0/' is no port: a port is a number from 1 to 65535"


def test_a_fault_that_is_near_none(wscheck: Cli) -> None:
    said = wscheck("probe", "lab:zzz").usage()
    assert said == "unknown fault 'zzz': wscheck explain faults lists what there is"
    assert len(said) < 100


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("-H", "X: a\r\nY: b"), "holds CR, LF or NUL: use --raw-field to send that on purpose"),
        (("-H", "X: a\nb"), "holds CR, LF or NUL"),
        (("-H", "X: a\0b"), "holds CR, LF or NUL"),
        (("--add", "X: a\rb"), "holds CR, LF or NUL"),
        (("-H", "X: a\x1bb"), "holds a control character: use --raw-field to send that on purpose"),
        (("-H", "X Y: 1"), "'X Y' is no field name because of ' ': use --raw-field to send it on purpose"),
        (("-H", "Grüße: 1"), "is no field name because of 'ü'"),
        (("-H", ": 1"), "the field ': 1' has no name"),
        (("-H", "nonsense"), "'nonsense' is no field: write 'Name: value', 'Name:' to leave it out"),
        (("--raw-field", r"X: \q"), "has an unknown escape"),
        (("--ws-key", "a\nb"), "the value of --ws-key holds a control character"),
        (("--subprotocol", ""), "the value of --subprotocol is empty"),
        (("--only", "stats"), "unknown check 'stats': did you mean 'status'?"),
        (("--skip", "accept,zz"), "unknown check 'zz': known are accept, "),
        (("--only", ","), "it names nothing"),
        (("-m", "0"), "'0' cannot be: a duration is more than 0"),
        (("--count", "0"), "'0' is too little: write a number from 1 on"),
        (("--max-redirs", "-1"), "'-1' is no number: write one from 0 on"),
        (("-m", "soon"), "'soon' is no duration"),
        (("--connect-timeout", "-1"), "'-1' is no duration"),
        (("-X", "POST"), "'POST' is not"),
        (("--format", "yaml"), "'yaml' is not"),
        (("--frobnicate",), "No such option"),
    ],
)
def test_an_option_that_cannot_be(wscheck: Cli, arguments: tuple[str, ...], part: str) -> None:
    with peer(closing()) as server:
        said = wscheck("probe", *arguments, f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert part in said


def test_a_wrong_url_keeps_the_others_from_being_sent(wscheck: Cli) -> None:
    with peer(closing()) as server:
        wscheck("probe", f"ws://127.0.0.1:{server.port}/", "ws://localhost:0/").usage()
        assert server.links == []


def test_a_ca_file_that_is_not_there(wscheck: Cli, tmp_path: Path) -> None:
    with peer(closing()) as server:
        said = wscheck("probe", "--cacert", str(tmp_path / "no.pem"), f"wss://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said.endswith("cannot be read: No such file or directory")


def test_a_ca_file_that_holds_none(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate\n")
    with peer(closing()) as server:
        said = wscheck("probe", "--cacert", str(tmp_path / "ca.pem"), f"wss://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said.endswith("holds no certificate in PEM form")


@pytest.mark.parametrize("place", ["no/such/folder/report.txt", ".", ""])
def test_a_report_that_cannot_be_written(
    wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with peer(closing()) as server:
        said = wscheck("probe", "-o", place, f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said.startswith(f"the report cannot be written to {place!r}: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [("--report", "json=a.xml"), ("-o", "./a.xml")])
def test_two_reports_in_one_file(
    wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with peer(closing()) as server:
        said = wscheck("probe", "--report", "junit=a.xml", *flags, f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said == f"two reports would go into {str(tmp_path / 'a.xml')!r}: give each a file of its own"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits for its own user")
def test_a_report_without_permission(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "report.txt"
    place.write_text("old\n")
    # Not chmod: root may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place)
    with peer(closing()) as server:
        said = wscheck("probe", "-o", str(place), f"ws://127.0.0.1:{server.port}/").usage()
        assert server.links == []
    assert said.endswith(": permission denied")
    assert place.read_text() == "old\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("prob", "lab:"), "unknown command 'prob': did you mean 'probe'?"),
        (("ws://localhost/",), "(to probe a URL: wscheck probe ws://localhost/)"),
        (("accept",), "no key was given: wscheck accept KEY, or - or --new"),
        (("accept", "KEY", "--new"), "give either a KEY or --new, not both"),
        (("accept", "-"), "standard input holds no key"),
        (("judge",), "Missing argument 'FILE'"),
        (("judge", "no-such-file"), "the saved reply 'no-such-file' cannot be read: No such file or directory"),
        (("explain", "accpt"), "unknown id 'accpt': did you mean 'accept'?"),
        (("explain", "accept/zzz"), "unknown id 'accept/zzz'"),
        (("schema", "zzz"), "'zzz' is not one of"),
        (("lab", "--listen", "nonsense"), "'nonsense' is no address to listen on: write HOST:PORT"),
        (("lab", "--listen", "127.0.0.1:99999"), "is no address to listen on"),
        (("lab", "--fault", "zzz"), "unknown fault 'zzz'"),
    ],
)
def test_the_other_commands(wscheck: Cli, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in wscheck(*arguments).usage()


def test_no_command_shows_the_help(wscheck: Cli) -> None:
    result = wscheck()
    assert (result.code, result.stdout) == (2, b"")
    assert result.err.startswith("Usage: wscheck ")
    assert "probe    Send one handshake to each URL" in result.err


# -- works, and is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "note"),
    [
        ("ws://shop.example/a#b", "the fragment (#…) is never sent and was dropped (RFC 6455 §3)"),
        ("shop.example/a", "no scheme was given: wss:// was assumed"),
        ("localhost:9001/a", "no scheme was given: ws:// was assumed"),
        ("127.0.0.1/a", "no scheme was given: ws:// was assumed"),
        ("https://shop.example/a", "https:// was read as wss://"),
        ("http://shop.example/a", "http:// was read as ws://"),
        ("ws://münchen.example/a", "the host name münchen.example is sent as xn--mnchen-3ya.example"),
        ("ws://shop.example/ü", "characters that a URL cannot hold were percent-encoded: /%C3%BC"),
        ("ws://shop.example/\udcff", "characters that a URL cannot hold were percent-encoded: /%FF"),
        ("ws://u:p@shop.example/a", "the userinfo of the URL is sent as Basic credentials and never shown"),
    ],
)
def test_what_is_assumed_is_said(wscheck: Cli, url: str, note: str) -> None:
    result = wscheck("probe", "--dry-run", url)
    assert result.code == 0
    assert f"# {note}" in result.out.splitlines()


def test_an_illegal_line_on_purpose_is_said(wscheck: Cli) -> None:
    result = wscheck("probe", "--dry-run", "--raw-field", r"X Y: \x00", "ws://shop.example/")
    assert "# a line was sent as it is, unchecked (--raw-field)" in result.out.splitlines()
    assert r"> X Y: \x00\r\n" in result.out.splitlines()
    assert "# curl cannot send this request" in result.out.splitlines()


def test_an_ipv6_target(wscheck: Cli) -> None:
    result = wscheck("probe", "--dry-run", "ws://[::1]:9001/")
    assert r"> Host: [::1]:9001\r\n" in result.out.splitlines()
