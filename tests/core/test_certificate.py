"""Certificates read from their DER: made here by another library, and any octets never raise."""

from __future__ import annotations

import datetime
import ipaddress

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from wscheck.core.certificate import Certificate, read_certificate

KEY = ec.generate_private_key(ec.SECP256R1())


def made(
    subject: list[x509.NameAttribute[str]],
    names: list[x509.GeneralName] | None = None,
    until: tuple[int, int, int] = (2030, 2, 3),
    version_1: bool = False,
) -> bytes:
    """A self-signed certificate in DER."""
    name = x509.Name(subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Wile & Co")]))
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(1999, 12, 31, 23, 59, 58))
        .not_valid_after(datetime.datetime(*until, 4, 5, 6))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def common(text: str) -> list[x509.NameAttribute[str]]:
    """A subject that has a common name."""
    return [x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, text)]


def test_names_and_dates() -> None:
    der = made(
        common("front döör"),
        [
            x509.DNSName("a.example"),
            x509.DNSName("*.b.example"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
            x509.RFC822Name("joe@a.example"),
        ],
    )
    assert read_certificate(der) == Certificate(
        "front döör",
        "organizationName=Wile & Co",
        ("a.example", "*.b.example", "127.0.0.1", "::1", "(another kind of name, 13 octets)"),
        "1999-12-31T23:59:58Z",
        "2030-02-03T04:05:06Z",
    )


def test_a_year_behind_2049_has_another_form() -> None:
    found = read_certificate(made(common("a"), until=(2051, 6, 7)))
    assert found is not None
    assert (found.not_after, found.names) == ("2051-06-07T04:05:06Z", ())


def test_a_subject_without_a_name() -> None:
    found = read_certificate(made([]))
    assert found is not None
    assert found.subject is None


def test_the_certificates_of_trustme() -> None:
    leaf = trustme.CA().issue_cert("localhost", common_name="leaf")
    der = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).public_bytes(serialization.Encoding.DER)
    found = read_certificate(der)
    assert found is not None
    assert (found.subject, found.names) == ("leaf", ("localhost",))


# 2 = INTEGER; each part is as short as it can be.
_MINIMAL = (
    "30 34"
    "30 32"
    "02 01 01"  # serial: no version stands before it, as in a version 1
    "30 00"  # signature algorithm
    "30 0e 31 0c 30 0a 06 03 550403 1e 03 0041 00"  # issuer: BMPString, one octet too many
    "30 1a 17 0b" + b"2001010000Z".hex() + "17 0b" + b"2001010000Z".hex() + "30 00"
)


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x02\x01\x01",
        b"\x30\x00",
        b"\x30\x05\x30\x03\x02\x01\x01",
        bytes.fromhex(_MINIMAL.replace(" ", "")),
        b"\x30\x84\xff\xff\xff\xff",
    ],
)
def test_what_is_malformed(der: bytes) -> None:
    assert read_certificate(der) is None


def test_dates_that_are_no_dates() -> None:
    der = made(common("a"))
    assert read_certificate(der.replace(b"991231235958Z", b"991231235958X")) is not None
    assert read_certificate(der.replace(b"991231235958Z", b"9912312359x8Z")) is None
    assert read_certificate(der.replace(b"991231235958Z", b"\xff91231235958Z")) is None


@given(st.binary(max_size=200))
def test_any_octets_never_raise(octets: bytes) -> None:
    read_certificate(octets)


@given(st.data())
def test_a_certificate_with_octets_changed_never_raises(data: st.DataObject) -> None:
    der = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    read_certificate(bytes(der[: data.draw(st.integers(0, len(der)))]))


_WHOLE = made(common("a"), [x509.DNSName("a.example"), x509.IPAddress(ipaddress.ip_address("::1"))])
