"""TLS contexts: which certificates are believed, which one of ours is shown, and what the report says of it.

May never enter: what is done with the connection. `ssl` is loaded here and only for wss.
"""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import NamedTuple

from wscheck.errors import UsageError


class ClientCertificate(NamedTuple):
    """`--cert`, `--cert-key`, `--pass`: PEM files; the key may stand in the file of the certificate."""

    file: str
    key: str | None = None
    password: str | None = None


class Trust(NamedTuple):
    """A context and, in words, the store that it trusts."""

    context: ssl.SSLContext
    said: str
    verifies: bool

    def unverified(self) -> Trust:
        """The same without verification and without a client certificate: for a look at what was not accepted."""
        return make_trust(insecure=True)._replace(said="what it says was read in a second look")


@cache
def make_trust(
    *,
    insecure: bool = False,
    cacert: str | None = None,
    cadata: str | None = None,
    certificate: ClientCertificate | None = None,
) -> Trust:
    """The context for a wss connection, offering http/1.1 alone by ALPN (RFC 7301): h2 has no Upgrade.

    `cacert` is a PEM file or a folder of hashed ones, `cadata` PEM text. UsageError for a file that cannot be read.
    """
    context, said = _context(cacert, cadata)
    context.set_alpn_protocols(["http/1.1"])
    if certificate:
        _show(certificate, context)
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return Trust(context, "-k", verifies=False)
    return Trust(context, said, verifies=True)


def _context(cacert: str | None, cadata: str | None) -> tuple[ssl.SSLContext, str]:
    if cadata:
        return ssl.create_default_context(cadata=cadata), "the lab's own throw-away authority"
    if cacert:
        return _from_path(cacert), f"{cacert} (--cacert)"
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath or os.name == "nt":
        named = paths.cafile or paths.capath or "the Windows store"
        return ssl.create_default_context(), f"the system's store ({named})"
    import certifi  # comes with httpx; the fallback for a Python without a system store

    return ssl.create_default_context(cafile=certifi.where()), "certifi's store (no system store was found)"


def _from_path(path: str) -> ssl.SSLContext:
    try:
        if Path(path).is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise UsageError(f"the CA file {path!r} holds no certificate in PEM form") from None
    except OSError as error:
        raise UsageError(f"the CA file {path!r} cannot be read: {error.strerror}") from None


def _show(certificate: ClientCertificate, context: ssl.SSLContext) -> None:
    # OpenSSL would ask at the terminal for a password that was not given; an empty one makes it fail instead.
    password = certificate.password if certificate.password is not None else ""
    try:
        context.load_cert_chain(certificate.file, certificate.key, password)
    except ssl.SSLError as error:
        why = "the key does not belong to it" if "KEY_VALUES_MISMATCH" in str(error) else "no PEM, or a wrong --pass"
        raise UsageError(f"the client certificate {certificate.file!r} cannot be used: {why}") from None
    except OSError as error:
        raise UsageError(f"the client certificate {certificate.file!r} cannot be read: {error.strerror}") from None
