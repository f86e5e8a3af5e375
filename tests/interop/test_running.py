"""What the other tests here rest on: nothing missing goes unseen where CI=true, and no process is left behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from . import setup
from .catalogue import BACKEND, SERVERS, Server
from .running import APPS, Certificate, free_port, need, running


def test_what_is_missing_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not here"):
        need(False, "It is not here.")


def test_what_is_missing_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not here"):
        need(False, "It is not here.")


def test_what_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    need(True, "It is not here.")


def test_nothing_is_installed_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WSCHECK_INTEROP", str(tmp_path))
    assert not setup.have_python()
    assert not setup.have_node()


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port())):
        pass


def test_names_are_unique() -> None:
    assert len({server.name for server in SERVERS}) == len(SERVERS)


def test_every_file_of_the_catalogue_exists() -> None:
    named = {part for server in SERVERS for part in server.command if part.endswith((".py", ".cjs"))}
    named |= {server.config for server in SERVERS if server.config is not None}
    assert {name for name in named if not (APPS / name).is_file()} == set()


def test_the_process_ends_with_the_block(tmp_path: Path, certificate: Certificate) -> None:
    with running(BACKEND, "ws", tmp_path, certificate) as up:
        port = int(up.url.split(":")[2].removesuffix("/ws"))
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_server_that_cannot_start_says_why(tmp_path: Path, certificate: Certificate) -> None:
    broken = Server("broken", ("pypi",), ("{python}", "no-such-file.py"))
    with (
        pytest.raises(pytest.fail.Exception, match="no-such-file"),
        running(broken, "ws", tmp_path, certificate),
    ):
        pass
