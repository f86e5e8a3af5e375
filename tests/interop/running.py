"""Starts one server as a process of its own, waits until it listens, and ends exactly that process."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from . import setup
from .catalogue import BACKEND, Server

APPS = Path(__file__).resolve().parent / "servers"
START_S = 20.0  # bounds the wait until a server listens; on an idle machine the slowest needs two seconds
STOP_S = 5.0  # bounds the wait for an orderly end


class Certificate(NamedTuple):
    """The files, in PEM, that wss is served with, and the authority that a client is to trust."""

    certificate: Path
    key: Path
    both: Path
    authority: Path


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


def _need_all(server: Server) -> None:
    for name in server.needs:
        if name == "pypi":
            need(setup.have_python(), "The pinned servers from PyPI are missing: run tests/interop/setup.py.")
        elif name == "npm":
            need(setup.have_node(), "Node or the pinned servers from npm are missing: run tests/interop/setup.py.")
        else:
            need(setup.program(name) is not None, f"The program {name} is not installed.")
            if name == "apache2":  # its configuration names Debian's folder of modules and Debian's user
                need(Path("/usr/lib/apache2/modules").is_dir(), "Apache is not installed the way Debian does it.")


@contextmanager
def running(server: Server, scheme: str, folder: Path, certificate: Certificate) -> Iterator[Running]:
    """The server at a free port of 127.0.0.1, for as long as the block lasts; a proxy has its backend beside it."""
    _need_all(server)
    if server.config is None:
        with _process(server, scheme, folder, certificate, {}) as port:
            yield Running(server, f"{scheme}://127.0.0.1:{port}/ws")
        return
    with (
        _process(BACKEND, "ws", folder / "backend", certificate, {}) as backend,
        _process(server, scheme, folder, certificate, {"backend": str(backend)}) as port,
    ):
        yield Running(server, f"{scheme}://127.0.0.1:{port}/ws")


@contextmanager
def _process(
    server: Server, scheme: str, folder: Path, certificate: Certificate, more: Mapping[str, str]
) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = _command(server, scheme, folder, {"port": str(port), **_files(certificate), **more})
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=APPS, env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
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
