"""`wscheck judge`: a saved reply, without any network."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import NoReturn

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.peer import SAMPLE_101, SAMPLE_KEY


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket would be an error."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("judge opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The RFC's own reply in a file."""
    path = tmp_path / "reply.http"
    path.write_bytes(SAMPLE_101)
    return path


def failed(out: bytes) -> dict[str, list[str]]:
    """The failing checks of a JSON report with their codes."""
    return {
        check["id"]: [problem["code"] for problem in check["problems"]]
        for check in json.loads(out)["checks"]
        if check["status"] == "fail"
    }


def test_a_file(wscheck: Cli, saved: Path) -> None:
    result = wscheck("judge", str(saved), "--key", SAMPLE_KEY)
    assert (result.code, result.err) == (0, "")
    assert "no network" in result.out
    assert "✓ pass  accept        < s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in result.out


def test_standard_input(wscheck: Cli) -> None:
    result = wscheck("judge", "-", "--key", SAMPLE_KEY, stdin=SAMPLE_101)
    assert result.code == 0


def test_another_key(wscheck: Cli, saved: Path) -> None:
    result = wscheck("judge", str(saved), "--key", "x3JJHMbDL1EzLkh9GBhXDw==", "--format", "json")
    assert result.code == 1
    assert failed(result.stdout) == {"accept": ["wrong"]}
    report = json.loads(result.stdout)
    jsonschema.validate(report, json.loads(wscheck("schema", "report").stdout))
    assert report["kind"] == "judge"
    assert report["exchanges"][0]["response"] == SAMPLE_101.decode()


def test_without_a_key_accept_is_not_judged(wscheck: Cli, saved: Path) -> None:
    report = json.loads(wscheck("judge", str(saved), "--format", "json").stdout)
    accept = next(check for check in report["checks"] if check["id"] == "accept")
    assert (accept["status"], accept["skip_reason"]) == ("skip", "no key was given")
    assert "no --key was given, so Sec-WebSocket-Accept is not judged" in report["notes"]
    assert (report["verdict"], report["exit_code"]) == ("pass", 0)


def test_offers(wscheck: Cli) -> None:
    reply = SAMPLE_101.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n")
    common = ("judge", "-", "--key", SAMPLE_KEY, "--format", "json")
    assert failed(wscheck(*common, stdin=reply).stdout) == {"subprotocol": ["unasked"]}
    assert failed(wscheck(*common, "--subprotocol", "chat", stdin=reply).stdout) == {}


def test_a_reply_saved_as_text(wscheck: Cli) -> None:
    text = SAMPLE_101.replace(b"\r\n", b"\n")
    common = ("judge", "-", "--key", SAMPLE_KEY, "--format", "json")
    as_it_is = json.loads(wscheck(*common, stdin=text).stdout)
    syntax = next(check for check in as_it_is["checks"] if check["id"] == "syntax")
    assert {problem["code"] for problem in syntax["problems"]} == {"bare-lf"}
    hint = "no line ends with CRLF: where the file was saved as text, --text reads it as it was sent"
    assert hint in as_it_is["notes"]
    as_text = json.loads(wscheck(*common, "--text", stdin=text).stdout)
    syntax = next(check for check in as_text["checks"] if check["id"] == "syntax")
    assert syntax["status"] == "pass"
    assert hint not in as_text["notes"]


def test_a_refusal_is_judged_with_its_content(wscheck: Cli) -> None:
    reply = b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 02 Mar 2026 10:00:00 GMT\r\nContent-Length: 3\r\n\r\nno\n"
    result = wscheck("judge", "-", stdin=reply)
    assert result.code == 1
    assert "  the server's words, 3 octets\n  < no\n" in result.out


@pytest.mark.parametrize("arguments", [(), ("--text",)])
def test_an_empty_file_could_not_be_judged(wscheck: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "empty").write_bytes(b"")
    result = wscheck("judge", str(tmp_path / "empty"), "--key", SAMPLE_KEY, *arguments)
    assert (result.code, result.err) == (3, "")
    assert "the saved reply is empty" in result.out


def test_a_folder(wscheck: Cli, tmp_path: Path) -> None:
    assert "cannot be read: " in wscheck("judge", str(tmp_path)).usage()


def test_any_octets(wscheck: Cli) -> None:
    result = wscheck("judge", "-", stdin=bytes(range(256)) * 100)
    assert result.code == 1
    assert "internal error" not in result.out


def test_a_file_larger_than_the_limits(wscheck: Cli) -> None:
    result = wscheck("judge", "-", "--format", "json", stdin=SAMPLE_101 + b"x" * 2_000_000)
    assert result.code in (0, 1)
    assert len(json.loads(result.stdout)["exchanges"][0]["response"]) <= 589824
