"""Hostile octets never reach a stream raw, and secrets never reach one at all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.peer import SAMPLE_KEY, closing, peer
from wscheck.render import formats

# A terminal escape, bidi marks, C1 controls, a line separator, rich markup, a command of GitHub's and GitLab's logs.
HOSTILE = b"\x1b[2J\x1b]0;owned\x07 \xe2\x80\xae\xc2\x9b31m\xe2\x80\xa8" + (
    b"[red]x[/red] ::error::owned ##[error]x ##vso[x] \x00\x7f\x85\xff"
)

REPLIES = {
    "reason": b"HTTP/1.1 500 %b\r\n\r\n",
    "value": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: %b\r\nConnection: %b\r\nSec-WebSocket-Accept: %b\r\n"
    b"Sec-WebSocket-Protocol: %b\r\nSec-WebSocket-Extensions: %b\r\nLocation: %b\r\nSet-Cookie: %b\r\n\r\n",
    "name": b"HTTP/1.1 101 Switching Protocols\r\n%b: 1\r\nno colon %b\r\n\r\n",
    "version": b"HTTP/%b 101 x\r\n\r\n",
    "line": b"%b\r\n\r\n",
    "refusal fields": b"HTTP/1.1 401 x\r\nWWW-Authenticate: %b\r\nLocation: %b\r\nAllow: %b\r\nServer: %b\r\n\r\n",
    "redirect": b"HTTP/1.1 302 x\r\nLocation: ws://%b/\r\n\r\n",
    "content": b"HTTP/1.1 500 x\r\n\r\n::error::owned\n%b\n[red]x[/red]\n",
    "chunks": b"HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\n",
    "tail": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n%b",
}


# "##[" and the like are commands anywhere in a line, "::" at its beginning, behind blanks as well; a line that wraps
# begins anew.
COMMANDS = re.compile(r"(?m)^[ \t]*::(?!(?:error|warning|notice) title=wscheck)|##(?:vso|teamcity)?\[")


@pytest.mark.parametrize("format_name", [*formats(), "text -v", "text -vv", "text -q"])
@pytest.mark.parametrize("place", REPLIES)
def test_hostile_octets_are_escaped(wscheck: Cli, place: str, format_name: str) -> None:
    reply = REPLIES[place].replace(b"%b", HOSTILE)
    with peer(closing(reply)) as server:
        result = wscheck("probe", "--format", *format_name.split(), f"ws://127.0.0.1:{server.port}/")
    assert result.code in (0, 1)
    shown = result.out + result.err
    # A word joiner (U+2060) is what Markdown parts mentions and links with.
    bad = {char for char in shown if not char.isprintable() and char not in "\n\u2060"}
    assert bad == set()
    # The format for GitHub has commands of its own, and is read by GitHub alone.
    found = [command for command in COMMANDS.findall(shown) if format_name != "github" or command != "##vso["]
    assert found == []
    assert "internal error" not in shown


def test_markup_is_text(wscheck: Cli) -> None:
    reply = b"HTTP/1.1 500 [red]x[/red]\r\n\r\n[bold]hello[/bold] [link=http://evil.example]x[/link] :smile:\n"
    with peer(closing(reply)) as server:
        for color in ("never", "always"):
            out = wscheck("probe", "--color", color, f"ws://127.0.0.1:{server.port}/").out
            assert "500 [red]x[/red]" in out
            assert "[bold]hello[/bold] [link=http://evil.example]x[/link] :smile:" in out


def test_text_of_the_server_is_marked(wscheck: Cli) -> None:
    reply = b"HTTP/1.1 403 All is well\r\n\r\n  PASS  11 of 11 checks passed\n"
    with peer(closing(reply)) as server:
        lines = wscheck("probe", f"ws://127.0.0.1:{server.port}/").out.splitlines()
    assert "  <   PASS  11 of 11 checks passed" in lines
    assert [line for line in lines if line.startswith("  PASS")] == []


@pytest.mark.parametrize("flags", [(), ("--format", "json"), ("--dry-run",)])
def test_hostile_arguments_are_escaped(wscheck: Cli, flags: tuple[str, ...]) -> None:
    result = wscheck("probe", *flags, "--origin", "\u202e[red]\x85", "-A", "\u2028", "lab:status-403")
    shown = result.out + result.err
    assert {char for char in shown if not char.isprintable() and char != "\n"} == set()


def test_hostile_arguments_in_a_sentence(wscheck: Cli) -> None:
    for arguments in (("probe", "ws://\x1b[31m/"), ("\x1b[31m",), ("probe", "--\x1b[31m"), ("judge", "\x1b[31m")):
        assert "\x1b" not in wscheck(*arguments).usage()


# -- secrets -----------------------------------------------------------------------------------------------------------

SECRETS = {
    "userinfo": "correcthorse",
    "Basic": "dXNlcjpjb3JyZWN0aG9yc2U=",  # base64 of user:correcthorse
    "cookie": "batterystaple",
    "query": "topsecret99",
    "X-Api-Key": "apikey-4711-4712",
    "Set-Cookie": "freshsession55",
    "Set-Cookie in a refusal": "secondsession66",
}

REFLECTING = (
    b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=secondsession66; Path=/\r\n\r\n"
    b"HTTP/1.1 401 topsecret99\r\n"
    b"Set-Cookie: session=freshsession55; HttpOnly\r\n"
    b"Location: /again?token=topsecret99\r\n"
    b"X-Echo: batterystaple\r\n"
    b"batterystaple: 1\r\n"
    b"\r\n"
    b"you sent cookie batterystaple and dXNlcjpjb3JyZWN0aG9yc2U= and token=topsecret99 and apikey-4711-4712\n"
)

SENDING = ("-H", "Cookie: a=batterystaple", "-H", "X-Api-Key: apikey-4711-4712")

ALL_FORMATS = [
    *(("--format", name) for name in formats()),
    ("-v",),
    ("-vv",),
    ("-q",),
    ("--color", "always"),
    ("--dry-run",),
    ("--dry-run", "--format", "json"),
]


@pytest.mark.parametrize("flags", ALL_FORMATS)
def test_no_secret_in_any_output(wscheck: Cli, tmp_path: Path, flags: tuple[str, ...]) -> None:
    place = tmp_path / "report"
    with peer(closing(REFLECTING)) as server:
        url = f"ws://user:correcthorse@127.0.0.1:{server.port}/x?token=topsecret99&room=1"
        printed = wscheck("probe", *SENDING, *flags, url)
        wscheck("probe", *SENDING, *flags, "-o", str(place), url)
    written = place.read_text("utf-8") if place.exists() else ""
    shown = printed.out + printed.err + written
    assert {name for name, secret in SECRETS.items() if secret in shown} == set()


@pytest.mark.parametrize("flags", [("-vv",), ("--format", "json"), ("--format", "ndjson")])
def test_show_secrets_shows_them(wscheck: Cli, flags: tuple[str, ...]) -> None:
    """What the test above looks for would be seen."""
    with peer(closing(REFLECTING)) as server:
        url = f"ws://user:correcthorse@127.0.0.1:{server.port}/x?token=topsecret99&room=1"
        shown = wscheck("probe", *SENDING, *flags, "--show-secrets", url).out
    assert {name for name, secret in SECRETS.items() if secret not in shown} == {"userinfo"}


def test_masking_keeps_lengths_and_says_so(wscheck: Cli) -> None:
    with peer(closing(REFLECTING)) as server:
        common = ("probe", "--format", "json", "--ws-key", SAMPLE_KEY, *SENDING, f"ws://127.0.0.1:{server.port}/")
        masked = json.loads(wscheck(*common).stdout)["exchanges"][0]
        bare = json.loads(wscheck(*common, "--show-secrets").stdout)["exchanges"][0]
    assert (masked["masked"], bare["masked"]) == (True, False)
    assert len(masked["request"]) == len(bare["request"])
    assert len(masked["response"]) == len(bare["response"])
    assert "Cookie: a=*************\r\n" in masked["request"]
    assert "Set-Cookie: session=**************; HttpOnly\r\n" in masked["response"]
    assert bare["response"] == REFLECTING.decode()


def test_the_key_and_the_accept_are_no_secrets(wscheck: Cli) -> None:
    report = json.loads(wscheck("probe", "--format", "json", "--ws-key", SAMPLE_KEY, "lab:").stdout)
    assert "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" in report["exchanges"][0]["request"]
    assert "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in report["exchanges"][0]["response"]
