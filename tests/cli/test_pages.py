"""`explain`, `schema`, `--version`, `--help` and completion."""

from __future__ import annotations

import json

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.process import run
from wscheck import __version__
from wscheck.checks import reply_checks
from wscheck.cli.pages import KINDS, Kind
from wscheck.core.preset import PRESETS
from wscheck.lab.faults import faults


def test_explain_lists_what_there_is(wscheck: Cli) -> None:
    result = wscheck("explain")
    assert (result.code, result.err) == (0, "")
    rows = [line.split() for line in result.out.splitlines()]
    assert [row[0] for row in rows] == ["checks", "cases", "requirements", "causes", "faults", "leniencies", "presets"]
    assert rows[0][1] == str(len(reply_checks()))
    assert rows[4][1] == str(len(faults()))
    assert rows[6][1] == str(len(PRESETS))
    assert len({line.index("wscheck explain") for line in result.out.splitlines()}) == 1


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
    assert any(line.split(maxsplit=1) == ["accept-missing", "no Sec-WebSocket-Accept"] for line in lines)
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


def test_a_page_of_a_case(wscheck: Cli) -> None:
    assert wscheck("explain", "method-post").out == (
        "case method-post: POST\n"
        "  section   The request line\n"
        "  level     must\n"
        "  expected  no 101: a refusal, an ordinary reply, or the end of the connection\n"
        "  why       Only GET opens a WebSocket; forms and scripts can send the other\n"
        "            methods by accident.\n"
        "  fix       Answer other methods with 405 and Allow: GET.\n"
        "  clause    RFC 6455 §4.2.1 item 1  [R-6455-4.2.1-01]\n"
        "  try       wscheck audit --only method-post -v lab:\n"
    )
    assert "  needs     subprotocol\n" in wscheck("explain", "fold-protocol").out
    assert "(never lowers the result)" in wscheck("explain", "origin-foreign").out
    assert "audit --only target-70000 --intrusive -v" in wscheck("explain", "target-70000").out


def test_a_page_of_what_all_cases_show(wscheck: Cli) -> None:
    assert wscheck("explain", "refusals-allow").out.startswith(
        "case refusals-allow: 405 without Allow, over all cases\n"
    )


def test_a_page_of_a_requirement(wscheck: Cli) -> None:
    assert wscheck("explain", "R-6455-4.1-20").out == (
        "requirement R-6455-4.1-20: RFC 6455 §4.1 reply step 2\n"
        "  judged by check upgrade/empty (error)\n"
        "            check upgrade/repeated (error)\n"
        "            check upgrade/list (error)\n"
        "            check upgrade/wrong (error)\n"
    )
    assert "  judged by case key-missing (must)" in wscheck("explain", "R-6455-4.2.1-10").out
    assert wscheck("explain", "user").usage().startswith("unknown id 'user'")


def test_a_page_of_a_leniency(wscheck: Cli) -> None:
    assert wscheck("explain", "lenient-method").out == (
        "leniency lenient-method: takes any method\n"
        "  fails     method-post, method-put, method-head, method-options,\n"
        "            method-connect, method-unknown, method-lowercase\n"
        "  try       wscheck audit lab:lenient-method\n"
    )


def test_a_page_of_a_preset(wscheck: Cli) -> None:
    assert wscheck("explain", "xmpp").out == (
        "preset xmpp: XMPP over WebSocket\n"
        "  path      /xmpp-websocket\n"
        "  offers    xmpp; the 101 has to name one of them\n"
        "  note      A client closes when the reply does not name xmpp.\n"
        "  source    RFC 7395 §3.1  [R-7395-3.1-01]\n"
        "  try       wscheck probe --preset xmpp wss://example.com\n"
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_id_of_a_kind_has_its_page(wscheck: Cli, kind: Kind) -> None:
    listed = [line.split()[0] for line in wscheck("explain", kind.name).out.splitlines()]
    assert listed == list(kind.rows())
    for name in listed:
        assert any(
            line.startswith(f"{kind.name.rstrip('s').replace('leniencie', 'leniency')} {name}: ")
            for line in kind.page(name)
        ), name


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
