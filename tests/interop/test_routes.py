"""Routes through real parts: squid, nginx at a unix socket and with client certificates, Basic and Digest of Apache."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from . import setup
from .catalogue import BACKEND
from .running import START_S, STOP_S, Certificate, free_port, need, running


def _probe(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "wscheck", "probe", "--format", "json", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@contextlib.contextmanager
def _started(program: str, *arguments: str, folder: Path, port: int | Path) -> Iterator[None]:
    """A program in the foreground, from when it listens on its port or unix socket until the block ends."""
    path = setup.program(program)
    need(path is not None, f"The program {program} is not installed.")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(path), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            end = time.monotonic() + START_S
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > end:
                    said = "\n".join(file.read_text(errors="replace")[-2000:] for file in folder.glob("*log"))
                    pytest.fail(f"{program} does not listen; it said:\n{said}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _listens(port: int | Path) -> bool:
    family, address = (socket.AF_UNIX, str(port)) if isinstance(port, Path) else (socket.AF_INET, ("127.0.0.1", port))
    with socket.socket(family) as trial:
        trial.settimeout(1)
        return trial.connect_ex(address) == 0


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[str]:
    """A real WebSocket server; its URL."""
    with running(BACKEND, "ws", tmp_path_factory.mktemp("backend"), certificate) as up:
        yield up.url


# -- squid -------------------------------------------------------------------------------------------------------------

SQUID = """
http_port 127.0.0.1:{port}
pid_filename none
coredump_dir {folder}
cache_log {folder}/cache.log
access_log none
cache deny all
shutdown_lifetime 0 seconds
pinger_enable off
visible_hostname squid.example
{access}
"""
# RFC 7617 checked by a helper of our own: Debian's need a file of hashed passwords and more programs.
HELPER = """
import sys
from urllib.parse import unquote
for line in sys.stdin:
    user, password = (unquote(word) for word in line.split()[:2])
    print("OK" if (user, password) == ("joe", "open sesame") else "ERR", flush=True)
"""


@contextlib.contextmanager
def _squid(folder: Path, access: str) -> Iterator[int]:
    folder.chmod(0o777)  # started by root, it becomes a user of its own
    port = free_port()
    (folder / "squid.conf").write_text(SQUID.format(port=port, folder=folder, access=access))
    with _started("squid", "-N", "-f", str(folder / "squid.conf"), folder=folder, port=port):
        yield port


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can reach."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="wscheck-squid-") as name:
        yield Path(name)


def test_connect_through_squid(open_folder: Path, backend: str) -> None:
    with _squid(open_folder, "http_access allow all") as port:
        code, report = _probe("-x", f"127.0.0.1:{port}", backend)
    purposes = [made["purpose"] for made in report["exchanges"]]
    assert (code, purposes) == (0, ["connect", "handshake", "connect", "replay"])
    assert report["exchanges"][0]["response"].startswith("HTTP/1.1 200 Connection established\r\n")


def test_squid_that_forbids(open_folder: Path, backend: str) -> None:
    with _squid(open_folder, "http_access deny all") as port:
        code, report = _probe("-x", f"127.0.0.1:{port}", backend)
    assert (code, report["verdict"]) == (3, "unreachable")
    connect, handshake = report["exchanges"]
    assert connect["response"].startswith("HTTP/1.1 403 Forbidden\r\nServer: squid")
    assert "ERR_ACCESS_DENIED" in connect["response"]
    assert (handshake["failure"]["stage"], handshake["failure"]["kind"]) == ("proxy", "denied")


def test_squid_that_wants_credentials(open_folder: Path, backend: str) -> None:
    (open_folder / "helper.py").write_text(HELPER)
    (open_folder / "helper.py").chmod(0o755)
    python = Path("/usr/bin/python3")
    need(python.exists(), "There is no Python that squid's own user may run.")
    access = (
        f"auth_param basic program {python} {open_folder}/helper.py\nauth_param basic realm wscheck\n"
        "acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all"
    )
    with _squid(open_folder, access) as port:
        refused = _probe("-x", f"127.0.0.1:{port}", backend)
        wrong = _probe("-x", f"http://joe:wrong-word@127.0.0.1:{port}", backend)
        right = _probe("-x", f"http://joe:open%20sesame@127.0.0.1:{port}", backend)
    for code, report in (refused, wrong):
        assert code == 3
        assert report["exchanges"][0]["response"].startswith("HTTP/1.1 407 Proxy Authentication Required\r\n")
        assert "wants credentials" in report["exchanges"][1]["failure"]["detail"]
    assert right[0] == 0


# -- nginx -------------------------------------------------------------------------------------------------------------

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    {listen}
    location / {{
      proxy_pass {backend};
      proxy_http_version 1.1;
      proxy_set_header Upgrade websocket;
      proxy_set_header Connection upgrade;
    }}
  }}
}}
"""


@contextlib.contextmanager
def _nginx(folder: Path, listen: str, backend: str, port: int | Path) -> Iterator[None]:
    text = NGINX.format(folder=folder, listen=listen, backend=backend.replace("ws:", "http:").removesuffix("/ws"))
    (folder / "nginx.conf").write_text(text)
    with _started("nginx", "-e", "stderr", "-c", str(folder / "nginx.conf"), folder=folder, port=port):
        yield


def test_nginx_at_a_unix_socket(open_folder: Path, backend: str) -> None:
    path = open_folder / "s"
    with _nginx(open_folder, f"listen unix:{path};", backend, path):
        code, report = _probe("--unix-socket", str(path), "ws://shop.example/ws")
    assert (code, report["exchanges"][0]["route"]) == (0, f"unix {path}")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_nginx_that_verifies_clients(tmp_path: Path, backend: str, certificate: Certificate, version: str) -> None:
    """nginx asks and goes on: without a certificate it answers 400, which is the target's own status."""
    clients = trustme.CA()
    clients.cert_pem.write_to_path(tmp_path / "clients.pem")
    clients.issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    port = free_port()
    listen = (
        f"listen 127.0.0.1:{port} ssl; ssl_protocols {version}; ssl_certificate {certificate.certificate};"
        f"ssl_certificate_key {certificate.key}; ssl_client_certificate {tmp_path}/clients.pem; ssl_verify_client on;"
    )
    common = ("--cacert", str(certificate.authority), f"wss://127.0.0.1:{port}/ws")
    with _nginx(tmp_path, listen, backend, port):
        without, missing = _probe(*common)
        code, report = _probe("--cert", str(tmp_path / "client.pem"), *common)
    assert (without, missing["exchanges"][0]["response"][:17]) == (1, "HTTP/1.1 400 Bad ")
    assert "No required SSL certificate was sent" in missing["exchanges"][0]["response"]
    assert (code, report["exchanges"][0]["tls"]["version"]) == (0, version.replace("TLSv", "TLSv"))


# -- Apache ------------------------------------------------------------------------------------------------------------

APACHE = """
ServerRoot "/usr/lib/apache2"
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authn_core_module modules/mod_authn_core.so
LoadModule authn_file_module modules/mod_authn_file.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule authz_user_module modules/mod_authz_user.so
LoadModule auth_basic_module modules/mod_auth_basic.so
LoadModule auth_digest_module modules/mod_auth_digest.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
User www-data
Group www-data
ServerName localhost
PidFile "{folder}/httpd.pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/error.log"
StartServers 1
Listen 127.0.0.1:{port}
<Location "/">
  AuthType {kind}
  AuthName "wscheck"
  Auth{kind}Provider file
  AuthUserFile "{folder}/users"
  Require valid-user
</Location>
ProxyPass / {backend}/ upgrade=websocket
"""


@contextlib.contextmanager
def _apache(folder: Path, kind: str, backend: str) -> Iterator[str]:
    need(Path("/usr/lib/apache2/modules").is_dir(), "Apache is not installed the way Debian does it.")
    hashed = hashlib.md5(b"joe:wscheck:open sesame", usedforsecurity=False).hexdigest()
    sha = "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac="
    users = f"joe:wscheck:{hashed}\n" if kind == "Digest" else f"joe:{sha}\n"
    (folder / "users").write_text(users)
    folder.chmod(0o755)
    port = free_port()
    inner = backend.replace("ws:", "http:").removesuffix("/ws")
    (folder / "apache.conf").write_text(APACHE.format(folder=folder, kind=kind, backend=inner, port=port))
    with _started("apache2", "-DFOREGROUND", "-f", str(folder / "apache.conf"), folder=folder, port=port):
        yield f"ws://127.0.0.1:{port}/ws?a=b"


@pytest.mark.parametrize(
    ("kind", "purposes"), [("Basic", ["handshake", "replay"]), ("Digest", ["handshake", "handshake"])]
)
def test_apache_that_wants_credentials(open_folder: Path, backend: str, kind: str, purposes: list[str]) -> None:
    with _apache(open_folder, kind, backend) as url:
        bare = _probe(url)
        wrong = _probe("-u", "joe:wrong", f"--{kind.lower()}", url)
        code, report = _probe("-u", "joe:open sesame", f"--{kind.lower()}", url)
    for refused in (bare, wrong):
        assert refused[0] == 1
        assert refused[1]["exchanges"][-1]["response"].startswith("HTTP/1.1 401 Unauthorized\r\n")
    assert (code, [made["purpose"] for made in report["exchanges"]]) == (0, purposes)
