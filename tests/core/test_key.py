"""Key and accept. Every expected value is a literal out of RFC 6455, the requirement inventory, or openssl."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from wscheck.core import key as key_module
from wscheck.core.key import accept_for, accept_mistake, key_faults

SAMPLE = b"dGhlIHNhbXBsZSBub25jZQ=="
RIGHT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

# Value received for the sample key -> what the server did.
MISTAKES_OF_SAMPLE = [
    (b"BXhwxM0SZasKmCD9S4BfpPmCnEw=", "decoded-key"),
    (b"hHLtf2V1k8aDQZfNjw3Ia1hCwt0=", "no-guid"),
    (b"WJfwerbIozKsJXHxxI0JTO1SQgU=", "lowercase-guid"),
    (b"2OZf2Seed9yzIpkj+zvC9KS9Mjw=", "guid-first"),
    (b"/RT0V1zpbDH48QYiJP08HEjZeik=", "guid-in-braces"),
    (b"xytUlkF2rVz2XzwONMCug9nn1qA=", "trailing-space"),
    (b"s3mCG3XUBfFRrUGpYOBQiHm5i8g=", "leading-space"),
    (b"zvnId+CMmoYWpbuFiCx6kU/bpAw=", "trailing-cr"),
    (b"kex8Ji4w0ek1Mc3Dwcf4mOpf5b4=", "trailing-crlf"),
    (b"RZWuh2JK/hL0RMgTNJFfZIAppXg=", "key-padding-stripped"),
    (b"CAV2rT4szLbzEtluVJbfjB7GFPY=", "key-lowercased"),
    (b"Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=", "empty-key"),
    (b"YjM3YTRmMmNjMDYyNGYxNjkwZjY0NjA2Y2YzODU5NDViMmJlYzRlYQ==", "base64-of-hex"),
    (b"b37a4f2cc0624f1690f64606cf385945b2bec4ea", "hex"),
    (b"s3pPLMBiTxaQ9kYGzzhZRbK-xOo=", "url-safe-alphabet"),
    (b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo", "padding-missing"),
    (b"fI/F95pFHyUax3HLt0ktmQ==", "md5"),
    (b"c8qeCxwB8sJPxkSckeL76bKL7f642+KYzDiR7EbKyTY=", "sha256"),
    (b"dGhlIHNhbXBsZSBub25jZQ==", "echoed-key"),
]

# Keys of unusual length, and the accept of a server that does not decode.
UNUSUAL_KEYS = [
    ("AQ==", "y1pl+t+8DK4kj0WJs9VoQHVHbMo="),
    ("AQIDBAUGBwgJCgsMDQ4P", "1FjqluQQfHcrhUljw+LbZeZ8MOk="),
    ("AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="),
    ("AQIDBAUGBwgJCgsMDQ4PEC==", "OfS0wDaT5NoxF2gqm7Zj2YtetzM="),
    ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
    ("AQIDBAUGBwgJCgsMDQ4PEBE=", "Q8XkDBRHpjHwH+YcG+z/L+os3L0="),
    ("AQIDBAUGBwgJCgsMDQ4PEBESExQ=", "e6vWg/j0/sfacrkcFK297u7NFwI="),
    ("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "3dK4wl/VV28Zfn69hpBX6gpD5tw="),
]

# Another key; every value was made with openssl and coreutils.
OTHER = b"q9Zt+0vUeRr/4mW1xkYcPw=="
OTHER_RIGHT = b"UUg7zq/xsyPDG9idhi+XXNAV8EA="
MISTAKES_OF_OTHER = [
    (b"q9Zt+0vUeRr/4mW1xkYcPw==", "echoed-key"),
    (b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "sample-constant"),
    (b"UUg7zq/xsyPDG9idhi+XXNAV8EA", "padding-missing"),
    (b"UUg7zq_xsyPDG9idhi-XXNAV8EA=", "url-safe-alphabet"),
    (b"UUg7zq_xsyPDG9idhi-XXNAV8EA", "url-safe-alphabet"),
    (b"UUg7zq/xsyPDG9idhi+XXNAV8EA==", "extra-padding"),
    (b"uuG7ZQ/XSYpdg9IDHI+xxnav8ea=", "case-changed"),
    (b"uug7zq/xsypdg9idhi+xxnav8ea=", "case-changed"),
    (b'"UUg7zq/xsyPDG9idhi+XXNAV8EA="', "quoted"),
    (b"'UUg7zq/xsyPDG9idhi+XXNAV8EA='", "quoted"),
    (b"UUg7zq/xsyPDG9idhi+XXNAV", "truncated"),
    (b"PDG9idhi+XXNAV8EA=", "truncated"),
    (b"UUg7zq/xsyPDG9idhi+XXNAV8EA=\x00", "trailing-octets"),
    (b"Basic UUg7zq/xsyPDG9idhi+XXNAV8EA=", "leading-octets"),
    (b"MetMgn5w8u9FXrL1c4zOXW36vl8=", "decoded-key"),
    (b"e8EeNaqQ1ri00hfeqFWQHaEQigg=", "no-guid"),
    (b"DSz0dssNZI/XmLh89kR7QXiVLrw=", "decoded-key-no-guid"),
    (b"UPzltlqruw3uzwhSveRv5b9ksmg=", "lowercase-guid"),
    (b"RVHAenwuWIXT6z+aGyP+pB7jWWk=", "guid-first"),
    (b"x0chUIlW4GkzwsC1EF4ZLJKpvD0=", "guid-in-braces"),
    (b"IM/JzUu+ZU9zoaYk6FLyZXdeNVA=", "guid-in-quotes"),
    (b"lLqzJNtpECIUEXkF5jTA6sm6DTM=", "guid-typo"),
    (b"Sf60jjubEwwDksPvWTDVxEbahfI=", "guid-without-dashes"),
    (b"+HWUpgDjEMZfq0ijvsdyaX/MKHs=", "trailing-space"),
    (b"tTRdnyuuUlJ+DbnfZ8GL+srUDLY=", "leading-space"),
    (b"6gNIsO2kqERS5iJImxYJlgTGuFg=", "both-spaces"),
    (b"X/1IjrCe2faPhGqR8t07n4Q5lqA=", "trailing-tab"),
    (b"Fs0jxpJZRTlHdMBX5NHeuHuqNXU=", "trailing-cr"),
    (b"HYEbloPMvCMoURX0cjS6CxCB1PQ=", "trailing-lf"),
    (b"TzGVHQXkZ3NZPW2RW8kRqvZewps=", "trailing-crlf"),
    (b"bwoxUdZT3Tnl1Y4SSIC6fwJtFJc=", "trailing-nul"),
    (b"Fs/rfbSEO/qz24oA7FOJRlJYe8s=", "text-ends-crlf"),
    (b"Ug2sEAapp7ld6xDWZMLR1RH1+1s=", "text-ends-lf"),
    (b"qYj6ddBq995ipGJD9d8l0ZXob4I=", "text-ends-nul"),
    (b"qLOLZc88wiekz/KXsABtkXSHtdE=", "key-padding-stripped"),
    (b"K87WnjIzSS2FcCk+JjmxoETuZAA=", "key-lowercased"),
    (b"FutoibcL3ueaX4iVg13yzESnUTE=", "key-uppercased"),
    (b"JSXor+BAeyh2c8cqA8AIDiVHWoc=", "key-in-quotes"),
    (b"25ob7kxkWn6ARUycxqss0ht2Kdo=", "key-encoded-again"),
    (b"BqgebnLReRWmy3RDBK8Th/z4VtQ=", "field-line-hashed"),
    (b"Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=", "empty-key"),
    (b"XQrm6Chk/7FvMjgNsAUNcO619pQ=", "key-none"),
    (b"gH2cR3x4MfGXKljgIwL3fMYv0sY=", "key-undefined"),
    (b"CPa0COphauzHUG76L+nWjWRLkdA=", "key-null"),
    (b"bjwFxB9CGhQbkSV2prtNdg==", "md5"),
    (b"EhuBkcmKRLA7+A82tP/MqDaPsbXyEBtjCd0OKzyLhVs=", "sha256"),
    (b"Whe1axghKX8/0bdQ/U1bbYRQASowZeZva3CMy+35jBNuTHJ9KTGTIML0lhdMo1xFsbvFVPKDDoZkEUyWMnAIAA==", "sha512"),
    (b"51483bceaff1b323c31bd89d862f975cd015f040", "hex"),
    (b"51483BCEAFF1B323C31BD89D862F975CD015F040", "hex"),
    (b"NTE0ODNiY2VhZmYxYjMyM2MzMWJkODlkODYyZjk3NWNkMDE1ZjA0MA==", "base64-of-hex"),
    (b"NTE0ODNCQ0VBRkYxQjMyM0MzMUJEODlEODYyRjk3NUNEMDE1RjA0MA==", "base64-of-hex"),
    (b"VVVnN3pxL3hzeVBERzlpZGhpK1hYTkFWOEVBPQ==", "base64-twice"),
    (b"7bc11e35aa90d6b8b4d217dea855901da1108a08", "no-guid+hex"),
    (b"2205a48a773396fcd5cc9dbb9c100928", "no-guid+md5+hex"),
    (b"e8EeNaqQ1ri00hfeqFWQHaEQigg", "no-guid+padding-missing"),
    (b"RVHAenwuWIXT6z-aGyP-pB7jWWk=", "guid-first+url-safe-alphabet"),
    (b"RVHAenwuWIXT6z-aGyP-pB7jWWk", "guid-first+url-safe-alphabet"),
]


def test_the_sample_of_rfc_6455() -> None:
    assert accept_for("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(("key", "accept"), UNUSUAL_KEYS)
def test_a_key_is_hashed_as_text_whatever_its_length(key: str, accept: str) -> None:
    assert accept_for(key) == accept
    assert accept_for(key.encode("ascii")) == accept


@pytest.mark.parametrize(
    ("key", "accept"),
    [
        ("dGhlIHNhbXBsZSBub25jZQ==, AQIDBAUGBwgJCgsMDQ4PEA==", "0Zigtlzqg4/kfnnhw1npG+njg60="),
        ("dGhlIHNhbXBsZSBub25jZQ==,AQIDBAUGBwgJCgsMDQ4PEA==", "ZbJfypDnD04NuLDv0AVU17jNz2c="),
    ],
)
def test_two_key_lines_joined(key: str, accept: str) -> None:
    assert accept_for(key) == accept


def test_other_keys() -> None:
    assert accept_for(b"q9Zt+0vUeRr/4mW1xkYcPw==") == "UUg7zq/xsyPDG9idhi+XXNAV8EA="
    assert accept_for(b"") == "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="
    assert accept_for(b" dGhlIHNhbXBsZSBub25jZQ==") == "s3mCG3XUBfFRrUGpYOBQiHm5i8g="  # nothing is trimmed here


def test_a_text_is_taken_as_utf_8_and_octets_as_they_are() -> None:
    assert accept_for("k\u00e9y") == "KY9bQUKvLJ9i9wznAQUNehSRCmc="
    assert accept_for(b"k\xe9y") == "BfPLQmeUTpd03zkndDFM5GQ1Dis="


def _fresh_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("key_once_more", str(key_module.__file__))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_hashlib_serves_where_the_interpreter_has_no_sha1_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    monkeypatch.setitem(sys.modules, "_sha1", None)
    module = _fresh_module()
    assert module.sha1 is hashlib.sha1
    assert module.accept_for("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        (b"dGhlIHNhbXBsZSBub25jZQ==", ()),
        (b"AAAAAAAAAAAAAAAAAAAAAA==", ()),
        (b"//////////////////////==", ("non-canonical",)),
        (b"AQIDBAUGBwgJCgsMDQ4PEC==", ("non-canonical",)),
        (b"", ("empty",)),
        (b" \t", ("whitespace", "wrong-length")),
        (b" dGhlIHNhbXBsZSBub25jZQ==\t", ("whitespace",)),
        (b"AQ==", ("wrong-length",)),
        (b"AQIDBAUGBwgJCgsMDQ4P", ("wrong-length",)),
        (b"AQIDBAUGBwgJCgsMDQ4PEBE=", ("wrong-length",)),
        (b"AR==", ("wrong-length", "non-canonical")),
        (b"-_IDBAUGBwgJCgsMDQ4PEA==", ("url-safe-alphabet",)),
        (b"dGhlIHNhbXBsZSBub25jZQ", ("missing-padding",)),
        (b" dGhlIHNhbXBsZSBub25jZQ", ("whitespace", "missing-padding")),
        (b"dGhlIHNhbXBsZSBub25jZQ=", ("missing-padding",)),
        (b"dGhlIHNhbXBsZSBub25jZ", ("not-base64",)),
        (b"-_IDBAUGBwgJCgsMDQ4PEA", ("not-base64",)),
        (b"dGhlIHNhbXBs\nZSBub25jZQ==", ("not-base64",)),
        (b"the sample nonce", ("not-base64",)),
        (b"dGhlIHNhbXBsZSBub25jZQ==dGhl", ("not-base64",)),
        (b"\xff\x00", ("not-base64",)),
    ],
)
def test_faults_of_a_key(key: bytes, codes: tuple[str, ...]) -> None:
    assert tuple(code for code, _ in key_faults(key)) == codes


def test_the_sentences_of_faults() -> None:
    assert key_faults(b"AQ==") == (("wrong-length", "the key decodes to 1 octets, not 16"),)
    assert key_faults(b"AQIDBAUGBwgJCgsMDQ4PEC==") == (
        ("non-canonical", "the bits behind the last octet are not zero; canonical is AQIDBAUGBwgJCgsMDQ4PEA=="),
    )


@pytest.mark.parametrize(("value", "mistake"), MISTAKES_OF_SAMPLE)
def test_the_mistake_behind_a_wrong_value(value: bytes, mistake: str) -> None:
    found = accept_mistake(SAMPLE, value)
    assert found is not None
    assert found[0] == mistake


@pytest.mark.parametrize(("value", "mistake"), MISTAKES_OF_OTHER)
def test_the_mistake_is_found_for_any_key(value: bytes, mistake: str) -> None:
    found = accept_mistake(OTHER, value)
    assert found is not None
    assert found[0] == mistake
    assert found[1]


def test_every_mistake_that_is_known_is_in_the_table() -> None:
    known = {name for name, _, _ in key_module._hashed(OTHER) if name} - {"re-encoded-key"}
    known |= {name for name, _, _ in key_module._DIGESTS if name} | {name for name, _, _ in key_module._WRITTEN if name}
    assert known <= {mistake for _, mistake in MISTAKES_OF_OTHER}


def test_a_right_value_is_no_mistake() -> None:
    assert accept_mistake(SAMPLE, RIGHT) is None
    assert accept_mistake(OTHER, OTHER_RIGHT) is None


@pytest.mark.parametrize(
    "value", [b"", b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", b"yes", b"\x00\xff", b"eJZf9Mgt1PyTL25Y0mRYz2zY0Mg="]
)
def test_a_value_that_nothing_explains(value: bytes) -> None:
    assert accept_mistake(SAMPLE, value) is None


def test_a_value_replayed_from_an_earlier_key() -> None:
    value = b"eJZf9Mgt1PyTL25Y0mRYz2zY0Mg="
    earlier = (b"AQ==", b"b3RoZXItb3RoZXIta2V5IQ==")
    assert accept_mistake(SAMPLE, value, earlier=earlier) == (
        "earlier-key",
        "this is the right answer to an earlier key: a cache or shared state replays it",
    )
    assert accept_mistake(SAMPLE, value, earlier=earlier[:1]) is None


def test_a_key_that_was_decoded_and_encoded_again() -> None:
    # The misprinted key of RFC 6455 §4.1, and the accept of its canonical form.
    found = accept_mistake(b"AQIDBAUGBwgJCgsMDQ4PEC==", b"C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")
    assert found == ("re-encoded-key", "the server hashed a re-encoded key, not the text as sent")


def test_a_key_that_cannot_be_decoded() -> None:
    assert accept_mistake(b"A", b"DaiRqPcCZpFq+/JgXi9Dyxcowew=") is None
    found = accept_mistake(b"A", b"bc1M4j2I4u6VaLpUbAB8Y9kTHBs=")
    assert found is not None
    assert found[0] == "no-guid"


def test_sentences_name_each_part_of_a_mistake() -> None:
    assert accept_mistake(OTHER, b"2205a48a773396fcd5cc9dbb9c100928") == (
        "no-guid+md5+hex",
        "the server left the GUID out and used MD5 instead of SHA-1 and wrote hex instead of base64",
    )
    assert accept_mistake(OTHER, b"UUg7zq/xsyPDG9idhi+XXNAV") == (
        "truncated",
        "the right value, cut to 24 of 28 characters",
    )
