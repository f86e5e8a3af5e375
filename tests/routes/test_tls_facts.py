"""What is known of TLS and the certificate: verified, with -k, and after a failure by a second look without HTTP."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from tests.cli.conftest import Cli
from tests.gate.servers import opening, report_of
from tests.peer import SAMPLE_101, Link, peer, saying
from tests.routes.parts import connecting, failure_of
from tests.routes.test_redirects import redirecting

UTC = datetime.UTC


def serving(leaf: trustme.LeafCert, *, chain: bool = True) -> ssl.SSLContext:
    """A server's context; without the chain it sends its own certificate alone."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if chain:
        leaf.configure_cert(made)
        return made
    with leaf.private_key_pem.tempfile() as key, leaf.cert_chain_pems[0].tempfile() as own:
        made.load_cert_chain(own, key)
    return made


def facts(report: dict[str, Any]) -> dict[str, Any]:
    """What the report knows of TLS."""
    tls = report["exchanges"][-1]["tls"]
    assert tls is not None
    found: dict[str, Any] = tls
    return found


def test_verified(wscheck: Cli, authority: trustme.CA, cacert: str) -> None:
    until = datetime.datetime.now(UTC).replace(microsecond=0) + datetime.timedelta(days=90, minutes=5)
    leaf = authority.issue_cert("localhost", "127.0.0.1", common_name="front door", not_after=until)
    with peer(opening(), serving(leaf)) as server:
        url = f"wss://localhost:{server.port}/"
        report = report_of(wscheck("probe", "--cacert", cacert, "--format", "json", url))
        shown = wscheck("probe", "--cacert", cacert, "-v", url).out
    tls = facts(report)
    assert (tls["version"], tls["alpn"], tls["verified"]) == ("TLSv1.3", None, True)
    assert tls["cipher"].startswith("TLS_")
    assert (tls["subject"], tls["names"]) == ("front door", ["localhost", "127.0.0.1"])
    assert tls["issuer"].startswith("organizationName=trustme v")
    assert tls["not_after"] == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert tls["not_before"] < tls["not_after"]
    assert 89.9 < tls["days_left"] < 90.1
    assert tls["chain_length"] in (1, None)
    assert "* certificate of front door, issued by" in shown
    assert f"* verified against {cacert} (--cacert)" in shown.splitlines()


def _old(authority: trustme.CA) -> ssl.SSLContext:
    return serving(authority.issue_cert("localhost", not_after=datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)))


def _other_name(authority: trustme.CA) -> ssl.SSLContext:
    return serving(authority.issue_cert("other.example"))


def _self_signed(_: trustme.CA) -> ssl.SSLContext:
    alone = trustme.CA()
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with alone.private_key_pem.tempfile() as key, alone.cert_pem.tempfile() as own:
        made.load_cert_chain(own, key)
    return made


def _unknown_authority(_: trustme.CA) -> ssl.SSLContext:
    return serving(trustme.CA().issue_cert("localhost"))


def _no_intermediate(authority: trustme.CA) -> ssl.SSLContext:
    return serving(authority.create_child_ca().issue_cert("localhost"), chain=False)


BROKEN = {
    "expired": (_old, "certificate has expired"),
    "wrong name": (_other_name, "ostname mismatch, certificate is not valid for 'localhost'"),
    "self-signed": (_self_signed, "self-signed certificate"),
    "unknown authority": (_unknown_authority, "unable to get local issuer certificate"),
    "missing intermediate": (_no_intermediate, "unable to get local issuer certificate"),
}


@pytest.mark.parametrize(("make", "said"), BROKEN.values(), ids=list(BROKEN))
def test_what_is_not_accepted_is_looked_at_without_http(
    wscheck: Cli, authority: trustme.CA, cacert: str, make: Callable[[trustme.CA], ssl.SSLContext], said: str
) -> None:
    with peer(saying(SAMPLE_101), make(authority)) as server:
        url = f"wss://localhost:{server.port}/"
        result = wscheck("probe", "--cacert", cacert, "--format", "json", url)
        assert server.requests == [b"", b""]
        shown = wscheck("probe", "--cacert", cacert, url).out
    report = report_of(result)
    assert (result.code, failure_of(report)) == (3, ("tls", "certificate"))
    assert said in report["exchanges"][-1]["failure"]["detail"]
    tls = facts(report)
    assert (tls["verified"], tls["trust"]) == (False, "what it says was read in a second look")
    assert tls["not_after"]
    assert tls["issuer"]
    assert "the certificate was not verified (what it says was read in a second look)" in report["notes"]
    assert "seen" in shown
    assert "not verified" in shown


def test_the_second_look_says_what_it_is(wscheck: Cli, authority: trustme.CA, cacert: str) -> None:
    with peer(saying(SAMPLE_101), _old(authority)) as server:
        report = report_of(wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/"))
    tls = facts(report)
    assert (tls["not_after"], tls["names"]) == ("2020-01-02T03:04:05Z", ["localhost"])
    assert tls["days_left"] < -2000


def test_insecure_shows_the_facts_all_the_same(wscheck: Cli, authority: trustme.CA) -> None:
    with peer(opening(), _old(authority)) as server:
        report = report_of(wscheck("probe", "-k", "--format", "json", f"wss://localhost:{server.port}/"))
    tls = facts(report)
    assert (report["verdict"], tls["verified"], tls["trust"]) == ("pass", False, "-k")
    assert tls["not_after"] == "2020-01-02T03:04:05Z"
    assert "the certificate was not verified (-k)" in report["notes"]


def test_a_chain_is_counted_where_python_tells_it(wscheck: Cli, authority: trustme.CA, cacert: str) -> None:
    leaf = authority.create_child_ca().issue_cert("localhost")
    with peer(opening(), serving(leaf)) as server:
        report = report_of(wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/"))
    assert facts(report)["chain_length"] in (len(leaf.cert_chain_pems), None)


def test_a_folder_of_authorities_that_is_empty(wscheck: Cli, context: ssl.SSLContext, tmp_path: Path) -> None:
    with peer(saying(SAMPLE_101), context) as server:
        result = wscheck("probe", "--cacert", str(tmp_path), "--format", "json", f"wss://localhost:{server.port}/")
    assert failure_of(report_of(result)) == ("tls", "certificate")


def test_sni(wscheck: Cli, authority: trustme.CA, cacert: str) -> None:
    made = serving(authority.issue_cert("inner.example"))
    names: list[str] = []
    made.sni_callback = lambda sock, name, context: names.append(name)
    with peer(opening(), made) as server:
        flags = ("--sni", "inner.example", "--cacert", cacert)
        assert wscheck("probe", *flags, f"wss://localhost:{server.port}/").code == 0
    assert names == ["inner.example"] * 2
    assert server.requests[0].split(b"\r\n")[1] == b"Host: localhost:%d" % server.port


def test_a_server_that_speaks_h2_alone(wscheck: Cli, context: ssl.SSLContext, cacert: str) -> None:
    """OpenSSL as a server passes over a list without a match when it is Python's; so the alert is written out."""

    def act(link: Link) -> None:
        link.sock.recv(65536)
        link.send(b"\x15\x03\x03\x00\x02\x02\x78")  # fatal, no_application_protocol: 120, RFC 7301 §3.2
        link.until_gone()

    with peer(act) as server:
        result = wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/")
    report = report_of(result)
    assert (result.code, failure_of(report)) == (3, ("tls", "alert"))
    assert "perhaps only h2" in report["exchanges"][-1]["failure"]["detail"]


def test_http11_alone_is_offered(wscheck: Cli, context: ssl.SSLContext, cacert: str) -> None:
    context.set_alpn_protocols(["h2", "http/1.1"])
    with peer(opening(), context) as server:
        report = report_of(wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/"))
    assert facts(report)["alpn"] == "http/1.1"


# -- client certificates -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a client certificate: both.pem, cert.pem, key.pem, and locked.pem under "open sesame"."""
    folder: Path = tmp_path_factory.mktemp("client")
    issued = authority.issue_cert("client.example")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"open sesame")
    form = serialization.PrivateFormat.PKCS8
    (folder / "locked.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    return folder


def wanting(authority: trustme.CA, version: ssl.TLSVersion) -> ssl.SSLContext:
    """A server that wants a client certificate of our authority."""
    made = serving(authority.issue_cert("localhost"))
    made.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(made)
    made.minimum_version = made.maximum_version = version
    return made


VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])


@VERSIONS
@pytest.mark.parametrize(
    "flags",
    [
        ("--cert", "both.pem"),
        ("--cert", "cert.pem", "--cert-key", "key.pem"),
        ("--cert", "cert.pem", "--cert-key", "locked.pem", "--pass", "open sesame"),
    ],
)
def test_a_client_certificate(
    wscheck: Cli,
    authority: trustme.CA,
    cacert: str,
    client: Path,
    version: ssl.TLSVersion,
    flags: tuple[str, ...],
) -> None:
    flags = tuple(str(client / word) if word.endswith(".pem") else word for word in flags)
    with peer(opening(), wanting(authority, version)) as server:
        result = wscheck("probe", *flags, "--cacert", cacert, f"wss://localhost:{server.port}/")
    assert result.code == 0, result.out


@VERSIONS
def test_one_that_is_wanted_and_missing(
    wscheck: Cli, authority: trustme.CA, cacert: str, version: ssl.TLSVersion
) -> None:
    for _ in range(5):  # over TLS 1.3 the alert comes before or after the request: either way it is of TLS
        with peer(opening(), wanting(authority, version)) as server:
            result = wscheck("probe", "--cacert", cacert, "--format", "json", f"wss://localhost:{server.port}/")
        report = report_of(result)
        assert (result.code, failure_of(report)) == (3, ("tls", "alert"))
        assert "it may want a client certificate (--cert)" in report["exchanges"][-1]["failure"]["detail"]


@pytest.mark.parametrize(
    "flags",
    [
        ("--cert", "cert.pem", "--cert-key", "locked.pem", "--pass", "wrong"),
        ("--cert", "cert.pem", "--cert-key", "locked.pem"),
        ("--cert", "cert.pem"),
        ("--cert", "missing.pem"),
        ("--cert-key", "key.pem"),
    ],
)
def test_one_that_cannot_be_used(wscheck: Cli, client: Path, flags: tuple[str, ...]) -> None:
    flags = tuple(str(client / word) if word.endswith(".pem") else word for word in flags)
    said = wscheck("probe", *flags, "wss://localhost:1/").usage()
    assert "certificate" in said
    assert "wrong'" not in said


def _either(link: Link) -> None:
    """Opens, and answers a plain GET as well."""
    if b"Upgrade: websocket" in link.head():
        opening()(link)
    else:
        link.send(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_it_is_shown_to_its_origin_alone(wscheck: Cli, authority: trustme.CA, cacert: str, client: Path) -> None:
    """Not to another origin, and not to an https proxy on the way."""
    shown: dict[str, list[bool]] = {"own": [], "other": [], "proxy": []}
    lock = threading.Lock()

    def seeing(who: str, then: Callable[[Link], None]) -> Callable[[Link], None]:
        def act(link: Link) -> None:
            assert isinstance(link.sock, ssl.SSLSocket)
            with lock:
                shown[who].append(bool(link.sock.getpeercert(binary_form=True)))
            then(link)

        return act

    made = wanting(authority, ssl.TLSVersion.TLSv1_2)
    made.verify_mode = ssl.CERT_OPTIONAL
    acts: list[Callable[[Link], None]] = []
    with (
        peer(seeing("other", _either), made) as other,
        peer(seeing("own", lambda link: acts[0](link)), made) as own,
        peer(seeing("proxy", connecting()), made) as proxy,
    ):
        acts.append(redirecting(f"https://localhost:{other.port}/".encode()))
        flags = ("-L", "--control", "--cert", str(client / "both.pem"), "--cacert", cacert)
        result = wscheck("probe", *flags, "-x", f"https://localhost:{proxy.port}", f"wss://localhost:{own.port}/")
    assert result.code == 0, result.out
    assert shown == {"own": [True], "other": [False] * 3, "proxy": [False] * 4}


def test_a_failure_of_the_second_look_is_quiet(wscheck: Cli, authority: trustme.CA, cacert: str) -> None:
    """The server is gone by then: the first failure stands, and nothing is known of the certificate."""
    made = _old(authority)
    with peer(saying(b""), made) as server:
        result = wscheck(
            "probe",
            "--cacert",
            cacert,
            "--connect-timeout",
            "2s",
            "--format",
            "json",
            f"wss://localhost:{server.port}/",
        )
    assert failure_of(report_of(result)) == ("tls", "certificate")
