"""The command line in an environment without variables of ours or of proxies, and an authority of our own."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
import trustme

from tests.cli.undiagnosed import whole as whole
from tests.cli.undiagnosed import wscheck as wscheck


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if (name.startswith("WSCHECK_") and name != "WSCHECK_INTEROP") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority of our own."""
    return trustme.CA()


@pytest.fixture(scope="session")
def cacert(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its certificate in a file."""
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    """The context of a server that is in order."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(made)
    return made
