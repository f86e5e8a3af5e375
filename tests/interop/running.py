"""Starts one server as a process of its own, waits until it listens, and ends exactly that process."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from . import setup
from .catalogue import BACKEND, Server

ROOT = Path(__file__).resolve().parents[2]
APPS = Path(__file__).resolve().parent / "servers"
START_S = 20.0  # bounds the wait until a server listens; on an idle machine the slowest needs two seconds
STOP_S = 5.0  # bounds the wait for an orderly end


class Certificate(NamedTuple):
    """The files, in PEM, that wss is served with, and the authority that a client is to trust."""

    certificate: Path
    key: Path
    both: Path
    authority: Path


def make_certificate(folder: Path) -> Certificate:
    """Files of a throw-away certificate for 127.0.0.1: some configurations name them even where no TLS is spoken."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificate(*(folder / f"{name}.pem" for name in Certificate._fields))
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(files.authority)
    issued.private_key_pem.write_to_path(files.key)
    issued.private_key_and_cert_chain_pem.write_to_path(files.both)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(files.certificate, append=True)
    return files


class Running(NamedTuple):
    """A server that listens."""

    server: Server
    url: str


def need(there: bool, reason: str) -> None:
    """Skips the test when something is not there; where CI=true nothing may be missing, and the test fails."""
    if there:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def missing(server: Server) -> str | None:
    """What this machine lacks for a server, as a sentence; None when it can be started."""
    return next((lack for name in server.needs if (lack := _lack(name))), None)


def _lack(name: str) -> str | None:
    if name == "wscheck":
        return None
    if name == "pypi":
        there, lack = setup.have_python(), "The pinned servers from PyPI are missing: run tests/interop/setup.py."
    elif name == "npm":
        there, lack = setup.have_node(), "Node or the pinned servers from npm are missing: run tests/interop/setup.py."
    elif name in setup.BUILT:
        there, lack = setup.have_built(name), f"The {name} servers are not built: run python -m tests.interop.audit."
    elif name == "apache2":  # its configuration names Debian's folder of modules and Debian's user
        there = setup.program(name) is not None and Path("/usr/lib/apache2/modules").is_dir()
        lack = "Apache is not installed the way Debian does it."
    else:
        there, lack = setup.program(name) is not None, f"The program {name} is not installed."
    return None if there else lack


@contextmanager
def running(
    server: Server, scheme: str, folder: Path, certificate: Certificate, backend: Server = BACKEND, path: str = "/ws"
) -> Iterator[Running]:
    """The server at a free port of 127.0.0.1, for as long as the block lasts; a proxy has its backend beside it."""
    lack = missing(server)
    need(lack is None, lack or "")
    if server.config is None:
        with _process(server, scheme, folder, certificate, {}) as port:
            yield Running(server, f"{scheme}://127.0.0.1:{port}{path}")
        return
    with (
        _process(backend, "ws", folder / "backend", certificate, {}) as behind,
        _process(server, scheme, folder, certificate, {"backend": str(behind)}) as port,
    ):
        yield Running(server, f"{scheme}://127.0.0.1:{port}{path}")


@contextmanager
def _process(
    server: Server, scheme: str, folder: Path, certificate: Certificate, more: Mapping[str, str]
) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = _command(server, scheme, folder, {"port": str(port), **_files(certificate), **more})
    environment = _environment()
    if "wscheck" in server.needs:
        environment["PYTHONPATH"] = str(ROOT)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=APPS, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait(process, port, server, folder)
            yield port
        finally:
            _end(process)


def _files(certificate: Certificate) -> dict[str, str]:
    return {name: str(path) for name, path in certificate._asdict().items()}


def _environment() -> dict[str, str]:
    """This process's environment, less what would reach into the servers: its Python's settings and its proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COV_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, "NODE_PATH": str(setup.modules()), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def _command(server: Server, scheme: str, folder: Path, given: Mapping[str, str]) -> list[str]:
    secure = scheme == "wss"
    words = {**given, "folder": str(folder), "python": str(setup.python()), "config": str(folder / "config")}
    words |= {"here": sys.executable, "built": str(setup.folder())}
    words |= {name: setup.program(name) or name for name in ("node", *server.needs)}
    words["tls"] = server.words[secure].format_map(words)
    if server.config is not None:
        text = (APPS / server.config).read_text()
        filled = re.sub(r"@([A-Z]+)@", lambda match: words[match[1].lower()], text)
        (folder / "config").write_text(filled)
    return [part.format_map(words) for part in server.command + (server.secured if secure else ())]


def free_port() -> int:
    """A port that nobody listens on now.

    Below the ports that the kernel itself deals out, so that no outgoing connection, and no test that asks for port 0,
    gets it between this look and the server's start.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _wait(process: subprocess.Popen[bytes], port: int, server: Server, folder: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    said = "\n".join(file.read_text(errors="replace")[-2000:] for file in sorted(folder.glob("*log")))
    state = "still runs" if process.poll() is None else f"ended with {process.returncode}"
    pytest.fail(f"{server.name} does not listen on port {port} and {state}; it said:\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
