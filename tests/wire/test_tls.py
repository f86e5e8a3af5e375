"""TLS over real sockets: what is trusted, and each way in which the handshake fails, as a failure in words."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
import trustme

from tests.peer import SAMPLE_101, SAMPLE_KEY, Link, closing, peer, saying, talking
from wscheck import probing
from wscheck.core.report import Report
from wscheck.wire import trust
from wscheck.wire.limits import Limits

SHORT = Limits(connect_s=2.0, head_s=0.5, total_s=5.0)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of our own."""
    return trustme.CA()


@pytest.fixture(scope="module")
def cacert(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its certificate in a file."""
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def serving(leaf: trustme.LeafCert) -> ssl.SSLContext:
    """A server's context with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    """The context of a server that is in order."""
    return serving(authority.issue_cert("localhost", "127.0.0.1"))


def ended(report: Report, verdict: str = "unreachable") -> tuple[str, str, str]:
    """Stage, kind and sentence of the failure."""
    failure = report.failure
    assert failure is not None
    assert (report.verdict, report.exit_code) == (verdict, {"unreachable": 3, "fail": 1}[verdict])
    for alien in ("Traceback", "Error", "_ssl.c", "\n"):
        assert alien not in failure.detail
    return failure.stage, failure.kind, failure.detail


def test_a_trusted_certificate(context: ssl.SSLContext, cacert: str) -> None:
    context.set_alpn_protocols(["h2", "http/1.1"])
    with peer(talking(SAMPLE_101), context) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", key=SAMPLE_KEY, cacert=cacert, replay=False)
    exchange = report.exchanges[0]
    assert (report.verdict, report.exit_code, report.failure) == ("pass", 0, None)
    assert exchange.response == SAMPLE_101
    tls = exchange.tls
    assert tls is not None
    assert tls.verified
    assert tls.alpn == "http/1.1"
    assert tls.version == "TLSv1.3"
    assert tls.names == ("localhost", "127.0.0.1")
    assert tls.trust == f"{cacert} (--cacert)"
    assert exchange.timings.tls is not None
    assert server.requests[0].split(b"\r\n")[1] == b"Host: localhost:%d" % server.port
    assert f"the certificate was checked against {cacert} (--cacert)" in report.notes


def test_an_authority_that_is_not_trusted(context: ssl.SSLContext) -> None:
    with peer(saying(SAMPLE_101), context) as server:
        report = probing.probe(f"wss://localhost:{server.port}/")
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "certificate")
    assert detail.startswith("the certificate is not accepted: ")
    assert "checked against" in detail
    # The second look at the certificate is one more connection, on which no octet of HTTP is sent either.
    assert server.requests == [b"", b""]


def test_the_wrong_name(context: ssl.SSLContext, authority: trustme.CA, cacert: str) -> None:
    with peer(saying(SAMPLE_101), serving(authority.issue_cert("other.example"))) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", cacert=cacert)
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "certificate")
    assert "ostname mismatch, certificate is not valid for 'localhost'" in detail


def test_an_expired_certificate(authority: trustme.CA, cacert: str) -> None:
    old = authority.issue_cert("localhost", not_after=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    with peer(saying(SAMPLE_101), serving(old)) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", cacert=cacert)
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "certificate")
    assert "certificate has expired" in detail


@pytest.mark.parametrize("names", [("localhost",), ("other.example",)])
def test_insecure_takes_any_certificate_and_says_so(authority: trustme.CA, names: tuple[str, ...]) -> None:
    with peer(talking(SAMPLE_101), serving(authority.issue_cert(*names))) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", key=SAMPLE_KEY, insecure=True, replay=False)
    assert report.verdict == "pass"
    tls = report.exchanges[0].tls
    assert tls is not None
    assert not tls.verified
    assert "the certificate was not verified (-k)" in report.notes


def test_a_tls_port_probed_without_tls(context: ssl.SSLContext) -> None:
    with peer(saying(SAMPLE_101), context) as server:
        report = probing.probe(f"ws://localhost:{server.port}/", limits=SHORT)
    # OpenSSL answers with an alert, or with nothing but the end of the connection.
    if report.exchanges[0].response:
        assert report.exit_code == 1
        syntax = next(finding for finding in report.checks if finding.id == "syntax")
        assert "this port wants TLS (wss://)" in " ".join(problem.message for problem in syntax.problems)
    else:
        assert ended(report)[:2] in (("read", "closed"), ("read", "reset"))


def test_a_tls_alert_in_place_of_a_reply_names_wss() -> None:
    """What most TLS servers answer to a plain request, in full."""
    with peer(closing(b"\x15\x03\x01\x00\x02\x02\x46")) as server:
        report = probing.probe(f"ws://127.0.0.1:{server.port}/")
    assert report.exit_code == 1
    syntax = next(finding for finding in report.checks if finding.id == "syntax")
    assert "this port wants TLS (wss://)" in " ".join(problem.message for problem in syntax.problems)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP ready\r\n",
    ],
    ids=["http", "ssh", "smtp"],
)
def test_a_plain_port_probed_with_tls(reply: bytes) -> None:
    def act(link: Link) -> None:
        link.received += link.sock.recv(65536)
        link.send(reply)
        link.until_gone()

    with peer(act) as server:
        report = probing.probe(f"wss://127.0.0.1:{server.port}/", limits=SHORT)
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "protocol")
    assert detail.startswith("the port does not speak TLS (")
    assert detail.endswith("): try ws://")


def test_a_plain_port_that_stays_silent() -> None:
    with peer(Link.until_gone) as server:
        report = probing.probe(f"wss://127.0.0.1:{server.port}/", limits=Limits(connect_s=0.3))
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "timeout")
    assert "connect limit of 0.3 s" in detail


def _hello_then_close(link: Link) -> None:
    link.sock.recv(65536)


def _hello_then_reset(link: Link) -> None:
    link.sock.recv(65536)
    link.reset()


def _half_a_server_hello(link: Link) -> None:
    link.sock.recv(65536)
    link.send(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")


@pytest.mark.parametrize("act", [_hello_then_close, _hello_then_reset, _half_a_server_hello])
def test_the_peer_ends_in_the_tls_hello(act: object) -> None:
    assert callable(act)
    with peer(act) as server:
        report = probing.probe(f"wss://127.0.0.1:{server.port}/", limits=SHORT)
    stage, kind, detail = ended(report)
    assert (stage, kind) == ("tls", "closed")
    assert detail == "the peer ended the connection during the TLS handshake"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_a_client_certificate_is_required(authority: trustme.CA, cacert: str, version: ssl.TLSVersion) -> None:
    context = serving(authority.issue_cert("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    context.minimum_version = context.maximum_version = version
    with peer(saying(SAMPLE_101), context) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", cacert=cacert, limits=SHORT)
    stage, kind, detail = ended(report)
    assert stage == "tls"
    assert kind == "alert"
    assert "alert" in detail


def test_no_common_version(authority: trustme.CA, cacert: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = serving(authority.issue_cert("localhost"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    ours = ssl.create_default_context(cafile=cacert)
    ours.maximum_version = ssl.TLSVersion.TLSv1_2
    monkeypatch.setattr(trust, "make_trust", lambda **_: trust.Trust(ours, "a test's store", verifies=True))
    with peer(saying(SAMPLE_101), context) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", cacert=cacert, limits=SHORT)
    assert ended(report)[:2] == ("tls", "alert")


def test_octets_before_a_tls_connection_is_cut_are_kept(context: ssl.SSLContext, cacert: str) -> None:
    """No close_notify, the connection just ends: what came is kept."""

    def act(link: Link) -> None:
        link.head()
        link.send(b"HTTP/1.1 101 Switch")

    with peer(act, context) as server:
        report = probing.probe(f"wss://localhost:{server.port}/", cacert=cacert, limits=SHORT)
    assert report.exchanges[0].response == b"HTTP/1.1 101 Switch"
    stage, kind, _ = ended(report, "fail")
    assert (stage, kind) == ("read", "closed")


def test_the_lab_over_tls() -> None:
    report = probing.probe("labs:accept-missing")
    assert report.exit_code == 1
    assert [finding.id for finding in report.checks if finding.status == "fail"] == ["accept"]
    tls = report.exchanges[0].tls
    assert tls is not None
    assert tls.verified
