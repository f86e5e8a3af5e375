"""The diagnosis in each format: what is to be copied stays whole, all else fits and is escaped."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli, wscheck
from tests.peer import Act, Link, closing, peer

__all__ = ["wscheck"]  # the fixture

STRIPPED = (
    b"HTTP/1.1 426 Upgrade Required\r\nServer: nginx/1.22.1\r\nContent-Length: 16\r\nConnection: close\r\n\r\n"
    b"Upgrade Required"
)
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def asgi(link: Link) -> None:
    """An ASGI server without this route: 403 to a handshake, 404 to all else."""
    link.send(FORBIDDEN if b"Upgrade: websocket" in link.head() else NOT_FOUND)


def shown(wscheck: Cli, *flags: str, act: Act | None = None) -> str:
    """What a probe of this server writes."""
    with peer(act or closing(STRIPPED)) as server:
        return wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/chat").out


def test_text(wscheck: Cli) -> None:
    out = shown(wscheck)
    lines = out[out.index("  Diagnosis\n") :].splitlines()
    assert "  1. proxy-strips-upgrade  almost certain" in lines
    assert "                 proxy_set_header Upgrade $http_upgrade;" in lines
    assert "                 proxy_http_version 1.1;" in lines
    verbatim = re.compile(r" {5}(?:fix| {3}) {9}\S")
    assert [line for line in lines if len(line) > 80 and not verbatim.match(line)] == []
    assert any(line.startswith("     console   Chromium: WebSocket connection to ") for line in lines)
    assert any("(--no-diagnose: none)" in line for line in lines)


def test_text_tells_the_likeliest_in_full_and_the_others_in_short(wscheck: Cli) -> None:
    short, whole = shown(wscheck, act=asgi), shown(wscheck, "-v", act=asgi)
    assert "  Diagnosis, likeliest first\n" in short
    assert "More: wscheck explain " in short
    assert "More: wscheck explain " not in whole


def test_quiet_names_the_cause(wscheck: Cli) -> None:
    out = shown(wscheck, "-q")
    assert "  almost certain: proxy-strips-upgrade: nginx does not pass Upgrade and Connection on" in out


def test_markdown(wscheck: Cli) -> None:
    out = shown(wscheck, "--format", "markdown")
    assert "**Diagnosis, almost certain: `proxy-strips-upgrade`** " in out
    block = 'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";\n'
    assert f"\n```\n{block}" in out


def test_junit(wscheck: Cli) -> None:
    out = shown(wscheck, "--format", "junit")
    text = ElementTree.fromstring(out).findtext(".//testsuite/system-out") or ""
    assert "diagnosis, almost certain: proxy-strips-upgrade: " in text
    assert "\nfix:\nnginx: in the location" in text
    assert "    proxy_set_header Upgrade $http_upgrade;" in text


def test_github(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    out = shown(wscheck, "--format", "github")
    notice = next(line for line in out.splitlines() if "diagnosis" in line)
    assert notice.startswith("::notice title=wscheck diagnosis%2C almost certain%3A proxy-strips-upgrade%3A ")
    assert "proxy_http_version 1.1;" in notice


def test_tap(wscheck: Cli) -> None:
    assert "\n# diagnosis, almost certain: proxy-strips-upgrade: " in shown(wscheck, "--format", "tap")


def test_the_console_names_what_a_browser_can_open(wscheck: Cli) -> None:
    out = wscheck("probe", "--format", "json", "lab:accept-missing").out
    assert re.search(r"Chromium: WebSocket connection to 'ws://127\.0\.0\.1:[0-9]+/accept-missing' failed: ", out)
    saved = wscheck("judge", "-", "--format", "json", stdin=FORBIDDEN)
    assert json.loads(saved.stdout)["diagnosis"][0]["console"] == []
