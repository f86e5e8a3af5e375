"""`explain`, `schema`, `--version`, `--help` and completion."""

from __future__ import annotations

import json

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.process import run
from wscheck import __version__
from wscheck.checks import reply_checks
from wscheck.lab.faults import faults


def test_explain_lists_what_there_is(wscheck: Cli) -> None:
    result = wscheck("explain")
    assert (result.code, result.err) == (0, "")
    assert f"checks   {len(reply_checks()):>4}" in result.out
    assert f"faults   {len(faults()):>4}" in result.out


def test_explain_checks(wscheck: Cli) -> None:
    ids = [line.split()[0] for line in wscheck("explain", "checks").out.splitlines()]
    assert ids[:11] == [
        "status",
        "http-version",
        "syntax",
        "upgrade",
        "connection",
        "accept",
        "subprotocol",
        "extensions",
        "framing",
        "leftovers",
        "refusal",
    ]


def test_explain_faults(wscheck: Cli) -> None:
    lines = wscheck("explain", "faults").out.splitlines()
    assert "accept-missing                   no Sec-WebSocket-Accept" in lines
    assert len(lines) == len(faults())


def test_a_page_of_a_check(wscheck: Cli) -> None:
    out = wscheck("explain", "connection").out
    assert out.startswith("check connection: ")
    for word in ("expected", "why", "clause", "covers", "  wrong (error)", "  not-alone (warning)", "RFC 6455"):
        assert word in out


def test_a_page_of_a_problem(wscheck: Cli) -> None:
    out = wscheck("explain", "accept/wrong").out
    assert "  wrong (error)\n" in out
    assert "missing (error)" not in out
    assert "    fix       Compute base64(SHA-1(key + 258EAFA5-E914-47DA-95CA-C5AB0DC85B11))" in out


def test_a_page_of_a_fault(wscheck: Cli) -> None:
    assert wscheck("explain", "subprotocol-list").out == (
        "fault subprotocol-list: the whole offer sent back\n"
        "  trips     subprotocol: list\n"
        "  try       wscheck probe lab:subprotocol-list --subprotocol chat --subprotocol\n"
        "            superchat\n"
    )
    assert "nothing: no reply comes, the verdict is unreachable" in wscheck("explain", "silence").out


def test_every_page_can_be_shown_in_80_columns(wscheck: Cli) -> None:
    for name in (*(check.id for check in reply_checks()), *faults()):
        result = wscheck("explain", name)
        assert result.code == 0, name
        assert max(len(line) for line in result.out.splitlines()) <= 80, name


@pytest.mark.parametrize("name", ["report", "scan", "compare", "accept"])
def test_schema(wscheck: Cli, name: str) -> None:
    shown = json.loads(wscheck("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(shown)
    assert shown["title"] == f"wscheck/{name}/1"


def test_version(wscheck: Cli) -> None:
    assert wscheck("--version").out == f"wscheck {__version__}\n"


@pytest.mark.parametrize("command", ["probe", "compare", "accept", "judge", "lab", "explain", "schema"])
def test_every_command_has_help(wscheck: Cli, command: str) -> None:
    for flag in ("-h", "--help"):
        result = wscheck(command, flag)
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(f"Usage: wscheck {command} ")


def test_the_completion_script() -> None:
    ended = run([], _WSCHECK_COMPLETE="bash_source")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"complete -o nosort -F _wscheck_completion wscheck" in ended.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("wscheck pro", "plain,probe"),
        ("wscheck probe lab:accept-gu", "plain,lab:accept-guid-braces"),
        ("wscheck probe labs:silen", "plain,labs:silence"),
        ("wscheck probe --only status,acc", "plain,status,accept"),
        ("wscheck probe w", "plain,ws://"),
        ("wscheck lab --fault silen", "plain,silence"),
    ],
)
def test_completion(words: str, completed: str) -> None:
    ended = run([], _WSCHECK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split()) - 1))
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert completed in ended.stdout.decode().splitlines()
