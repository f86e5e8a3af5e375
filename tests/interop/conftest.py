"""Fixtures: a throw-away certificate, and each server at ws and at wss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .catalogue import SERVERS
from .running import Certificate, Running, make_certificate, running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1 by an authority that exists for this run only."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(
    scope="session",
    params=[
        pytest.param((server, scheme), id=f"{server.name}-{scheme}") for server in SERVERS for scheme in ("ws", "wss")
    ],
)
def real(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificate: Certificate
) -> Iterator[Running]:
    """One server of the catalogue, up; pytest runs the tests of one together, so each is started once."""
    server, scheme = request.param
    folder: Path = tmp_path_factory.mktemp(f"{server.name}-{scheme}")
    with running(server, scheme, folder, certificate) as up:
        yield up
