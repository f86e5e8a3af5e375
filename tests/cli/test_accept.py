"""`wscheck accept`: the value alone, so that `$(wscheck accept KEY)` works."""

from __future__ import annotations

import base64
import json

import jsonschema
import pytest

from tests.cli.conftest import Cli

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def schema(wscheck: Cli) -> dict[str, object]:
    """The shipped schema."""
    shown: dict[str, object] = json.loads(wscheck("schema", "accept").stdout)
    return shown


def test_the_value_alone(wscheck: Cli) -> None:
    result = wscheck("accept", KEY)
    assert (result.code, result.stdout, result.stderr) == (0, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n", b"")


@pytest.mark.parametrize(
    ("key", "accept", "warning"),
    [
        ("", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=", "the key is empty"),
        ("!!!", "PFvDaGIbPq+wFUJ9z84Uoln4gJw=", "the key is not base64"),
        ("c2hvcnQ=", "5mxwMKXNI9akKyJbT9Ot03A9YWg=", "the key decodes to 5 octets, not 16"),
        ("dGhlIHNhbXBsZSBub25jZQ", "RZWuh2JK/hL0RMgTNJFfZIAppXg=", "the key lacks its padding (=)"),
        (" dGhlIHNhbXBsZSBub25jZQ==", ACCEPT, "whitespace around the key is not part of it and is not hashed"),
    ],
)
def test_a_bad_key_gets_a_warning_and_its_accept(wscheck: Cli, key: str, accept: str, warning: str) -> None:
    result = wscheck("accept", key)
    assert (result.code, result.out) == (0, f"{accept}\n")
    assert result.err == f"wscheck: warning: {warning}\n"


def test_verify_a_match(wscheck: Cli) -> None:
    result = wscheck("accept", KEY, "--verify", f" {ACCEPT} ")
    assert (result.code, result.out, result.err) == (0, "match\n", "")


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (KEY, "the server sent the key back instead of hashing it"),
        ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo", "the padding (=) at the end is missing"),
        ("s3pPLMBiTxaQ9kYGzzhZRbK-xOo=", "the URL-safe alphabet (- and _) was used instead of + and /"),
        ("S3PplmbItXAq9KygZZHzrBk+XoO=", "letters changed their case on the way; the value is case-sensitive"),
        ("b37a4f2cc0624f1690f64606cf385945b2bec4ea", "the server wrote hex instead of base64"),
        ("nonsense", "no known mistake makes this value from this key"),
    ],
)
def test_verify_names_the_mistake(wscheck: Cli, value: str, mistake: str) -> None:
    result = wscheck("accept", KEY, "--verify", value)
    assert result.code == 1
    assert result.out == f"no match: {mistake}\n  expected  {ACCEPT}\n  observed  {value}\n"


def test_hostile_values_are_escaped(wscheck: Cli) -> None:
    result = wscheck("accept", KEY, "--verify", "\x1b[31m\u202e\udcff")
    assert result.code == 1
    assert b"\x1b" not in result.stdout
    assert result.out.splitlines()[-1] == r"  observed  \x1b[31m\xe2\x80\xae\xff"


def test_a_new_key(wscheck: Cli) -> None:
    keys = set()
    for _ in range(3):
        result = wscheck("accept", "--new")
        assert (result.code, result.err) == (0, "")
        key, accept = result.out.split()
        assert len(base64.b64decode(key, validate=True)) == 16
        assert wscheck("accept", key).out == f"{accept}\n"
        keys.add(key)
    assert len(keys) == 3


def test_keys_from_standard_input(wscheck: Cli) -> None:
    result = wscheck("accept", "-", stdin=b"dGhlIHNhbXBsZSBub25jZQ==\r\n\nx3JJHMbDL1EzLkh9GBhXDw==")
    assert (result.code, result.err) == (0, "")
    assert result.stdout == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\nHSmrc0sMlYUkAGmm5OPpG2HaGWk=\n"


def test_octets_from_standard_input_that_are_no_text(wscheck: Cli) -> None:
    result = wscheck("accept", "-", stdin=b"\xff\n")
    assert (result.code, result.out) == (0, "UBkuex8VdWVdkM94exKu87ntew8=\n")
    assert result.err == "wscheck: warning: the key is not base64\n"


def test_json(wscheck: Cli) -> None:
    result = wscheck("accept", KEY, "--format", "json")
    shown = json.loads(result.stdout)
    jsonschema.validate(shown, schema(wscheck))
    assert shown == {
        "schema": "wscheck/accept/1",
        "key": KEY,
        "accept": ACCEPT,
        "key_problems": [],
        "verify": None,
    }
    assert result.err == ""


def test_json_of_all_kinds_fits_the_schema(wscheck: Cli) -> None:
    allowed = schema(wscheck)
    result = wscheck("accept", "\udcff", "--verify", "\udcfe", "--format", "json")
    shown = json.loads(result.stdout)
    jsonschema.validate(shown, allowed)
    assert result.code == 1
    assert shown["key"] == r"\xff"
    assert shown["verify"] == {"value": r"\xfe", "match": False, "mistake": None}
    assert shown["key_problems"] == [{"code": "not-base64", "message": "the key is not base64"}]
    # No half of a surrogate pair, which strict readers of JSON refuse.
    assert b"\\ud" not in result.stdout.lower()

    shown = json.loads(wscheck("accept", KEY, "--verify", KEY, "--format", "json").stdout)
    jsonschema.validate(shown, allowed)
    assert shown["verify"]["mistake"] == {
        "id": "echoed-key",
        "message": "the server sent the key back instead of hashing it",
    }

    shown = json.loads(wscheck("accept", "--new", "--format", "json").stdout)
    jsonschema.validate(shown, allowed)


def test_json_over_several_keys_is_one_object_per_line(wscheck: Cli) -> None:
    result = wscheck("accept", "-", "--format", "json", stdin=b"a\nb\n")
    assert [json.loads(line)["key"] for line in result.stdout.splitlines()] == ["a", "b"]
