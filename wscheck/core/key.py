"""Sec-WebSocket-Key and Sec-WebSocket-Accept: the right value, faults of a key, and which mistake made a wrong value.

May never enter: randomness (keys are drawn in `wire.nonce`), and any word about security: the pair shows that the
server read this handshake and understands it, nothing more (RFC 6455 §1.3, §10.8).
"""

from __future__ import annotations

import binascii
import re
import typing
from collections.abc import Callable, Iterator

if typing.TYPE_CHECKING:
    from hashlib import sha1
else:
    try:
        # hashlib loads OpenSSL, which takes a third of the time of `wscheck accept`; this is the same SHA-1 without it.
        from _sha1 import sha1
    except ImportError:  # an interpreter without it
        from hashlib import sha1

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 §1.3
SAMPLE_KEY = b"dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 §1.3, the sample that gets hard-coded
SAMPLE_ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # and what answers it
KEY_OCTETS = 16  # RFC 6455 §4.1, request step 7

# RFC 6455 §4.3: base64-value-non-empty = (1*base64-data [ base64-padding ]) | base64-padding
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def accept_for(key: str | bytes) -> str:
    """The Sec-WebSocket-Accept that answers `key`: base64 of SHA-1 over the key's text and the GUID.

    The text is used as it is, without decoding it (RFC 6455 §4.2.2 step 5.4); whoever calls has trimmed the
    whitespace around it. A `str` is taken as UTF-8. Never raises for bytes.
    """
    text = key.encode("utf-8") if isinstance(key, str) else key
    return _b64(_sha1(text + GUID)).decode("ascii")


def key_faults(key: bytes) -> tuple[tuple[str, str], ...]:
    """What is wrong with a key as (code, sentence) pairs; empty for base64 of 16 octets in canonical form.

    RFC 6455 §4.1 request step 7 and §4.3; RFC 4648 §3.5 for the bits behind the last octet.
    """
    if not key:
        return (("empty", "the key is empty"),)
    faults = []
    if key != key.strip(b" \t"):
        faults.append(("whitespace", "whitespace around the key is not part of it and is not hashed"))
        key = key.strip(b" \t")
    if not _BASE64.fullmatch(key):
        return (*faults, _not_base64(key))
    octets = binascii.a2b_base64(key)
    if len(octets) != KEY_OCTETS:
        faults.append(("wrong-length", f"the key decodes to {len(octets)} octets, not {KEY_OCTETS}"))
    if _b64(octets) != key:
        faults.append(
            ("non-canonical", f"the bits behind the last octet are not zero; canonical is {_b64(octets).decode()}")
        )
    return tuple(faults)


def _not_base64(key: bytes) -> tuple[str, str]:
    standard = key.replace(b"-", b"+").replace(b"_", b"/")
    if standard != key and _BASE64.fullmatch(standard):
        return "url-safe-alphabet", "the key uses the URL-safe alphabet (- and _) instead of + and /"
    padded = key + b"=" * (-len(key) % 4)
    if padded != key and _BASE64.fullmatch(padded):
        return "missing-padding", "the key lacks its padding (=)"
    return "not-base64", "the key is not base64"


def accept_mistake(key: bytes, value: bytes, *, earlier: tuple[bytes, ...] = ()) -> tuple[str, str] | None:
    """Which mistake makes `value` out of `key`, as (id, sentence); None when the value is right or nothing fits.

    The variants are computed for this key, so the answer holds for every key: what was hashed, with which digest,
    and how it was written down. `earlier` are keys of earlier exchanges, for an answer replayed from one of them.
    """
    right = accept_for(key).encode()
    if value == right:
        return None
    for find in (_known_answer, _misprint, _miscomputed):
        found = find(key, value, right, earlier)
        if found:
            return found
    return None


# -- an answer to something else ---------------------------------------------------------------------------------------


def _known_answer(key: bytes, value: bytes, right: bytes, earlier: tuple[bytes, ...]) -> tuple[str, str] | None:
    if value == key:
        return "echoed-key", "the server sent the key back instead of hashing it"
    if value == SAMPLE_ACCEPT:
        return "sample-constant", "this is the answer to the sample key of RFC 6455: hard-coded or replayed"
    for other in earlier:
        if value == accept_for(other).encode():
            return "earlier-key", "this is the right answer to an earlier key: a cache or shared state replays it"
    return None


# Fewer characters of the right value than this may stand in it by chance.
_SHORTEST_PART = 8

# -- the right answer, written down wrongly ----------------------------------------------------------------------------


def _misprint(key: bytes, value: bytes, right: bytes, earlier: tuple[bytes, ...]) -> tuple[str, str] | None:
    bare = right.rstrip(b"=")
    if value == bare:
        return "padding-missing", "the padding (=) at the end is missing"
    if value == right.replace(b"+", b"-").replace(b"/", b"_"):
        return "url-safe-alphabet", "the URL-safe alphabet (- and _) was used instead of + and /"
    if value == bare.replace(b"+", b"-").replace(b"/", b"_"):
        return "url-safe-alphabet", "the URL-safe alphabet without padding was used"
    if value.strip(b"=") == bare:
        return "extra-padding", "there is more padding (=) than the one character that belongs there"
    if value.lower() == right.lower():
        return "case-changed", "letters changed their case on the way; the value is case-sensitive"
    if value[:1] in (b'"', b"'") and value.strip(b"\"'") == right:
        return "quoted", "the value is right but stands in quotes"
    if len(value) >= _SHORTEST_PART and value in right:
        return "truncated", f"the right value, cut to {len(value)} of {len(right)} characters"
    if value.startswith(right):
        return "trailing-octets", f"the right value with {len(value) - len(right)} more octets behind it"
    if value.endswith(right):
        return "leading-octets", f"the right value with {len(value) - len(right)} more octets before it"
    return None


# -- another computation -----------------------------------------------------------------------------------------------
# What was hashed × which digest × how it was written: one wrong value is found in the product of the three. The first
# row of each table is the right one, so the parts of a sentence name only what departs.


def _decoded(key: bytes) -> bytes:
    # Servers decode leniently; the pad makes binascii lenient as well.
    try:
        return binascii.a2b_base64(key + b"==")
    except binascii.Error:
        return key


def _hashed(key: bytes) -> Iterator[tuple[str, str, bytes]]:
    """(id, sentence, octets) for everything known to have been hashed in place of key + GUID."""
    octets = _decoded(key)
    yield "", "", key + GUID
    yield "decoded-key", "hashed the decoded key, not its text", octets + GUID
    yield "re-encoded-key", "hashed a re-encoded key, not the text as sent", _b64(octets) + GUID
    yield "no-guid", "left the GUID out", key
    yield "decoded-key-no-guid", "hashed the decoded key and left the GUID out", octets
    yield "lowercase-guid", "used the GUID in lower case", key + GUID.lower()
    yield "guid-first", "put the GUID before the key", GUID + key
    yield "guid-in-braces", "put the GUID in braces", key + b"{" + GUID + b"}"
    yield "guid-in-quotes", "put the GUID in quotes", key + b'"' + GUID + b'"'
    yield "guid-typo", "used a GUID with a character missing (…95CA-5AB0…)", key + GUID.replace(b"-C5AB", b"-5AB")
    yield "guid-without-dashes", "used the GUID without its dashes", key + GUID.replace(b"-", b"")
    yield "trailing-space", "hashed a space behind the key", key + b" " + GUID
    yield "leading-space", "hashed a space before the key", b" " + key + GUID
    yield "both-spaces", "hashed the spaces around the key", b" " + key + b" " + GUID
    yield "trailing-tab", "hashed a tab behind the key", key + b"\t" + GUID
    yield "trailing-cr", "hashed the CR behind the key (lines split at LF)", key + b"\r" + GUID
    yield "trailing-lf", "hashed an LF behind the key", key + b"\n" + GUID
    yield "trailing-crlf", "hashed the line end behind the key", key + b"\r\n" + GUID
    yield "trailing-nul", "hashed a NUL behind the key", key + b"\0" + GUID
    yield "text-ends-crlf", "hashed a line end behind the GUID", key + GUID + b"\r\n"
    yield "text-ends-lf", "hashed an LF behind the GUID", key + GUID + b"\n"
    yield "text-ends-nul", "hashed the NUL that ends the string", key + GUID + b"\0"
    yield "key-padding-stripped", "stripped the padding from the key", key.rstrip(b"=") + GUID
    yield "key-lowercased", "lower-cased the key", key.lower() + GUID
    yield "key-uppercased", "upper-cased the key", key.upper() + GUID
    yield "key-in-quotes", "put the key in quotes", b'"' + key + b'"' + GUID
    yield "key-encoded-again", "base64-encoded the key once more", _b64(key) + GUID
    yield "field-line-hashed", "hashed the whole field line", b"Sec-WebSocket-Key: " + key + GUID
    yield "empty-key", "hashed an empty key: the field was not found", GUID
    yield "key-none", "hashed the word None in place of the key", b"None" + GUID
    yield "key-undefined", "hashed the word undefined in place of the key", b"undefined" + GUID
    yield "key-null", "hashed the word null in place of the key", b"null" + GUID


_DIGESTS = (
    ("", "", "sha1"),
    ("md5", "used MD5 instead of SHA-1", "md5"),
    ("sha256", "used SHA-256 instead of SHA-1", "sha256"),
    ("sha512", "used SHA-512 instead of SHA-1", "sha512"),
)


def _b64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False)


def _url_safe(data: bytes) -> bytes:
    return _b64(data).replace(b"+", b"-").replace(b"/", b"_")


_WRITTEN: tuple[tuple[str, str, Callable[[bytes], bytes]], ...] = (
    ("", "", _b64),
    ("base64-of-hex", "encoded the hex digest instead of the octets", lambda d: _b64(binascii.hexlify(d))),
    ("hex", "wrote hex instead of base64", binascii.hexlify),
    ("hex", "wrote hex in upper case instead of base64", lambda d: binascii.hexlify(d).upper()),
    ("base64-of-hex", "encoded the upper-case hex digest", lambda d: _b64(binascii.hexlify(d).upper())),
    ("base64-twice", "encoded twice", lambda d: _b64(_b64(d))),
    ("padding-missing", "left the padding (=) out", lambda d: _b64(d).rstrip(b"=")),
    ("url-safe-alphabet", "used the URL-safe alphabet", _url_safe),
    ("url-safe-alphabet", "used the URL-safe alphabet without padding", lambda d: _url_safe(d).rstrip(b"=")),
)


def _sha1(data: bytes) -> bytes:
    # Not a matter of security (RFC 6455 §10.8); the flag lets it work where policy bans SHA-1.
    return sha1(data, usedforsecurity=False).digest()


def _digest(name: str, data: bytes) -> bytes:
    import hashlib  # only where a wrong value is looked into

    return hashlib.new(name, data, usedforsecurity=False).digest()


def _miscomputed(key: bytes, value: bytes, right: bytes, earlier: tuple[bytes, ...]) -> tuple[str, str] | None:
    for what, what_said, octets in _hashed(key):
        for which, which_said, name in _DIGESTS:
            digest = _digest(name, octets)
            for how, how_said, write in _WRITTEN:
                if write(digest) == value:
                    mistake = "+".join(part for part in (what, which, how) if part)
                    said = [part for part in (what_said, which_said, how_said) if part]
                    # All parts empty would be the right value, which the caller has ruled out.
                    return mistake, "the server " + " and ".join(said)
    return None
