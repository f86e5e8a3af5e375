"""One run with every kind of credential, to a server that says them all back: none is in any output."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from tests.cli.conftest import Cli
from tests.peer import Link, peer
from tests.routes.parts import connecting
from wscheck.render import formats

PLAIN = {
    "user": "correct-horse-user",
    "userinfo": "correct-horse-info",
    "proxy": "correct-horse-proxy",
    "bearer": "correct-horse-bearer",
    "cookie": "correct-horse-cookie",
    "query": "correct-horse-query",
    "apikey": "correct-horse-apikey",
    "hidden": "correct-horse-hidden",
    "passphrase": "correct-horse-passphrase",
    "set": "correct-horse-set",
}
CODED = [base64.b64encode(f"joe:{PLAIN[kind]}".encode()).decode() for kind in ("user", "userinfo", "proxy")]


@pytest.fixture(scope="module")
def client_key(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A client certificate and its key under the passphrase."""
    folder: Path = tmp_path_factory.mktemp("client")
    issued = authority.issue_cert("client.example")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PLAIN["passphrase"].encode()),
        )
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def _echo(link: Link) -> None:
    """Says everything back, and each password besides, in its fields and in its content."""
    request = link.head()
    body = request + "\n".join([*PLAIN.values(), *CODED]).encode()
    own = b"".join(
        b"X-Said-%s: %s\r\n" % (name.encode(), word.encode()) for name, word in PLAIN.items() if name != "set"
    )
    cookie = b"Set-Cookie: session=%s; Path=/\r\n" % PLAIN["set"].encode()
    link.send(
        b"HTTP/1.1 403 No %s\r\n%s%sContent-Length: %d\r\n\r\n" % (PLAIN["user"].encode(), own, cookie, len(body))
        + body
    )
    link.until_gone()


def _flags(kind: str) -> tuple[str, ...]:
    if kind == "user":
        return ("-u", f"joe:{PLAIN['user']}")
    return ("--oauth2-bearer", PLAIN["bearer"]) if kind == "bearer" else ()


@pytest.mark.parametrize("kind", ["user", "userinfo", "bearer"])
def test_no_secret_is_in_any_output(
    wscheck: Cli,
    context: ssl.SSLContext,
    cacert: str,
    client_key: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.setenv("WSCHECK_HEADERS", f"X-Mine: {PLAIN['hidden']}")
    # What this run does not have is no secret that it could know.
    words = [word for name, word in PLAIN.items() if name not in {"user", "userinfo", "bearer"} - {kind}]
    words += [code for code in CODED if base64.b64decode(code).decode().partition(":")[2] in words]
    info = f"joe:{PLAIN['userinfo']}@" if kind == "userinfo" else ""
    shown: list[str] = []
    with peer(_echo, context) as server, peer(connecting()) as proxy:
        url = f"wss://{info}localhost:{server.port}/?token={PLAIN['query']}"
        common = (
            *("probe", *_flags(kind), "-b", f"a={PLAIN['cookie']}", "-H", f"X-Api-Key: {PLAIN['apikey']}"),
            *("-x", f"http://joe:{PLAIN['proxy']}@127.0.0.1:{proxy.port}", "--cacert", cacert, "--control"),
            *("--cert", client_key[0], "--cert-key", client_key[1], "--pass", PLAIN["passphrase"]),
        )
        for name in formats():
            for verbose in ((), ("-v",), ("-vv",)):
                file = tmp_path / f"{name}{len(shown)}"
                flags = ("--format", name, *verbose, "--report", f"{name}={file}")
                result = wscheck(*common, *flags, url)
                assert result.code == 1
                shown += [result.out, result.err, file.read_text("utf-8")]
        for name in ("text", "json"):
            dry = wscheck(*common, "--dry-run", "--format", name, url)
            assert dry.code == 0
            shown += [dry.out, dry.err]
        bare = wscheck(*common, "--show-secrets", "-vv", url).out
        bare_json = wscheck(*common, "--show-secrets", "--format", "json", url).out
    assert not [word for word in words for text in shown if word in text]
    for word in words:
        if word != PLAIN["passphrase"]:
            assert word in bare or word in bare_json, word
    assert server.requests[-1].count(b"correct-horse") >= 3


def test_a_secret_in_the_url_of_what_cannot_be_reached(wscheck: Cli) -> None:
    for name in formats():
        result = wscheck("probe", "--format", name, "-vv", "ws://joe:correct-horse@127.0.0.1:1/?token=correct-pony")
        assert result.code == 3
        assert "correct-" not in result.out + result.err


def test_netrc_is_masked_where_the_server_says_it_back(wscheck: Cli, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login joe password correct-horse\n")

    def act(link: Link) -> None:
        link.head()
        link.send(b"HTTP/1.1 403 correct-horse\r\nContent-Length: 13\r\n\r\ncorrect-horse")

    with peer(act) as server:
        flags = ("--netrc-file", str(tmp_path / "netrc"), "-vv")
        result = wscheck("probe", *flags, f"ws://127.0.0.1:{server.port}/")
    assert "correct-horse" not in result.out
    assert "*************" in result.out
