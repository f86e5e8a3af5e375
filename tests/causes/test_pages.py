"""`wscheck explain CAUSE`: each cause has a whole page."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli, wscheck
from wscheck.causes import causes, known, recipes, routing

__all__ = ["wscheck"]  # the fixture

DESIGNED = """
proxy-strips-upgrade proxy-http10 proxy-h2-backend cached-reply cached-101 gateway-bad-backend gateway-timeout
idle-timeout rate-limited waf-blocked headers-too-large answered-by-web-page wrong-path wrong-host
redirect-trailing-slash redirect-to-https redirect-to-login closed-without-reply tls-port-plain-ws plain-port-wss
h2-only self-signed-certificate expired-certificate hostname-mismatch incomplete-chain client-certificate-required
missing-websocket-library server-without-websocket app-rejected origin-rejected auth-basic auth-bearer
subprotocol-required subprotocol-mismatch subprotocol-not-selected subprotocol-not-offered extension-mangled
extension-not-offered version-mismatch wrong-accept missing-connection-header missing-upgrade-header no-frames
not-websocket-after-101 closed-by-policy socketio-wrong-path socketio-missing-query socketio-websocket-disabled
socketio-not-sticky no-reply reset refused dns unreachable-network forward-proxy-denied forward-proxy-auth
"""


def test_every_id_that_is_promised_is_there() -> None:
    assert set(DESIGNED.split()) <= set(causes())


def test_the_list(wscheck: Cli) -> None:
    lines = wscheck("explain", "causes").out.splitlines()
    assert [line.split()[0] for line in lines] == list(causes())
    assert max(len(line) for line in lines) <= 80
    assert ["causes", str(len(causes()))] in [line.split()[:2] for line in wscheck("explain").out.splitlines()]


@pytest.mark.parametrize("name", causes())
def test_a_page(wscheck: Cli, name: str) -> None:
    result = wscheck("explain", name)
    assert result.code == 0
    page = result.out[result.out.index(f"cause {name}: ") :]
    for label in ("  what      ", "  fix       "):
        assert label in page
    # What is to be copied stays in one line; all else fits.
    prose = [line for line in page.splitlines() if not re.match(r"  (?:fix)?\s+  \S", line)]
    assert max(len(line) for line in prose) <= 80


@pytest.mark.parametrize("name", causes())
def test_ids_are_words(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", name)
    assert causes()[name].family in ("proxy", "tls", "app", "protocol", "network", "client", "none")


def test_the_page_of_the_most_frequent_one_has_the_lines_of_each_product(wscheck: Cli) -> None:
    out = wscheck("explain", "proxy-strips-upgrade").out
    for line in (
        "proxy_set_header Upgrade $http_upgrade;",
        "upgrade=websocket",
        "timeout tunnel 1h",
        "reverse_proxy /chat* 127.0.0.1:8080",
        "upgrade_type: websocket",
        "return (pipe)",
        '"upgrade" => "enable"',
        "Install-WindowsFeature Web-WebSockets",
        "nginx.org/websocket-services",
    ):
        assert line in out


_APACHE = re.compile(
    r"\s+(?:Proxy|Rewrite|Server(?:Name|Alias)|SecRule|RequestHeader|Require|AuthType|Limit|SetEnv|SSL|</?Loc)"
)


def _tables() -> Iterator[tuple[str, ...]]:
    """Each group of lines that any file of the causes has for a product."""
    modules = [
        importlib.import_module(f"wscheck.causes.known.{one.name}") for one in pkgutil.iter_modules(known.__path__)
    ]
    for module in (recipes, routing, *modules):
        for table in vars(module).values():
            if isinstance(table, dict):
                yield from (lines for lines in table.values() if isinstance(lines, tuple) and lines)


def _lines() -> list[str]:
    return [line for lines in _tables() for line in lines if isinstance(line, str)]


def test_apache_takes_no_comment_behind_a_directive_and_no_block_in_one_line() -> None:
    lines = [line for line in _lines() if _APACHE.match(line)]
    assert len(lines) > 20
    for line in lines:
        assert "#" not in line, line
        assert "Location" not in line or line.endswith(">"), line


def test_a_block_of_caddy_does_not_end_in_the_line_that_begins_it() -> None:
    blocks = ("transport http", "basic_auth", "app.example.com {", "reverse_proxy https")
    lines = [line for line in _lines() if line.strip().startswith(blocks)]
    assert len(lines) >= 4
    for line in lines:
        assert re.search(r"\{(?:\s+#.*)?$", line), line
