"""What a certificate says of itself, read from its DER, for the ones that were not verified.

May never enter: a judgement of trust. OpenSSL judges and names only the first rule that is broken; Python tells what a
certificate says only after it was verified. So an unverified one is read here, as far as a report shows it: names,
dates, issuer. Never raises: a certificate from a stranger is hostile octets like any other.

RFC 5280 §4.1:
    Certificate    ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
    TBSCertificate ::= SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
                                  subjectPublicKeyInfo, …, [3] extensions }
"""

from __future__ import annotations

from typing import NamedTuple

_SEQUENCE, _SET, _OID, _OCTETS = 0x30, 0x31, 0x06, 0x04
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_UTC_TIME = 0x17
_SAN = bytes.fromhex("551d11")  # 2.5.29.17, RFC 5280 §4.2.1.6
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
_ATTRIBUTES = {
    b"\x55\x04\x03": "commonName",
    b"\x55\x04\x0a": "organizationName",
    b"\x55\x04\x0b": "organizationalUnitName",
}
_BMP_STRING = 0x1E


class Certificate(NamedTuple):
    """Subject and issuer as their common name (or what else they have), names, and dates as RFC 3339."""

    subject: str | None
    issuer: str | None
    names: tuple[str, ...]
    not_before: str
    not_after: str


class _MalformedError(Exception):
    """The DER cannot be read; only ever raised and caught in this file."""


def read_certificate(der: bytes) -> Certificate | None:
    """Reads a certificate, or returns None when it is malformed."""
    try:
        return _read(der)
    except (_MalformedError, ValueError, IndexError):
        return None


def _read(der: bytes) -> Certificate:
    outer = _children(_one(der, _SEQUENCE))
    parts = _children(outer[0][1])
    if parts[0][0] == _VERSION:
        parts = parts[1:]
    _, _, issuer, validity, subject = parts[:5]
    before, after = _children(validity[1])[:2]
    extensions = [value for tag, value in parts[5:] if tag == _EXTENSIONS]
    return Certificate(_name(subject[1]), _name(issuer[1]), _names(extensions), _time(*before), _time(*after))


def _one(data: bytes, tag: int) -> bytes:
    found, value, _ = _tlv(data, 0)
    if found != tag:
        raise _MalformedError
    return value


def _tlv(data: bytes, pos: int) -> tuple[int, bytes, int]:
    """(tag, value, end) of the element at `pos` (X.690 §8.1)."""
    tag, length = data[pos], data[pos + 1]
    start = pos + 2
    if length >= 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size])
        start += size
    if len(data) < start + length:
        raise _MalformedError
    return tag, data[start : start + length], start + length


def _children(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    pos = 0
    while pos < len(data):
        tag, value, pos = _tlv(data, pos)
        found.append((tag, value))
    return found


def _name(data: bytes) -> str | None:
    attributes = [_children(attribute) for _, rdn in _children(data) for _, attribute in _children(rdn)]
    pairs = [(_ATTRIBUTES[oid[1]], _string(*text)) for oid, text in attributes if oid[1] in _ATTRIBUTES]
    common = [text for kind, text in pairs if kind == "commonName"]
    return common[0] if common else ", ".join(f"{kind}={text}" for kind, text in pairs) or None


def _string(tag: int, data: bytes) -> str:
    return data.decode("utf-16-be" if tag == _BMP_STRING else "utf-8", "replace")


def _names(extensions: list[bytes]) -> tuple[str, ...]:
    for block in extensions:
        for _, extension in _children(_one(block, _SEQUENCE)):
            parts = _children(extension)
            if parts[0] == (_OID, _SAN) and parts[-1][0] == _OCTETS:
                return tuple(_general_name(*entry) for entry in _children(_one(parts[-1][1], _SEQUENCE)))
    return ()


def _general_name(tag: int, data: bytes) -> str:
    if tag == _DNS_NAME:
        return data.decode("ascii", "replace")
    if tag == _IP_ADDRESS:
        import ipaddress

        return str(ipaddress.ip_address(data))
    return f"(another kind of name, {len(data)} octets)"


def _time(tag: int, data: bytes) -> str:
    """RFC 5280 §4.1.2.5: UTCTime YYMMDDHHMMSSZ (50 and up is 19YY), else GeneralizedTime YYYYMMDDHHMMSSZ."""
    text = data.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    if len(text) != 15 or not text[:14].isdigit():
        raise _MalformedError
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"
