"""`compare`: two ways to one service, both reports whole, and the differences as text and as JSON."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from tests.cli.conftest import Cli
from tests.cli.test_hostile import COMMANDS, HOSTILE, REFLECTING, REPLIES, SECRETS, SENDING
from tests.peer import closing, free_port, peer


def test_two_columns(wscheck: Cli) -> None:
    result = wscheck("compare", "lab:", "lab:connection-keep-alive", "--no-frames", "--no-replay")
    assert (result.code, result.err) == (1, "")
    lines = result.out.splitlines()
    assert lines[0] == "A  lab:                                 | B  lab:connection-keep-alive"
    assert re.fullmatch(r"   127\.0\.0\.1:\d+ · http/1\.1 +\|    127\.0\.0\.1:\d+ · http/1\.1", lines[1])
    assert re.fullmatch(r"   PASS  \d+ of \d+ checks passed.* \|    FAIL  1 of \d+ checks failed.*", lines[2])
    assert "\n".join(lines[lines.index("  request line") :]) == (
        "  request line\n"
        "    > GET / HTTP/1.1                    | > GET /connection-keep-alive\n"
        "                                        |   HTTP/1.1\n"
        "    The two requests ask for different resources: see that both lead to one\n"
        "    service, and that a hop that rewrites the path does it as meant.\n"
        "\n"
        "  field Connection\n"
        "    < Upgrade                           | < keep-alive\n"
        "    Connection was rewritten on the way: without the token upgrade every client\n"
        "    refuses the 101.\n"
        "\n"
        "  DIFFERENT  in 2 places\n"
        "  wscheck probe lab:connection-keep-alive names the cause and the lines to\n"
        "  change.\n"
    )


def test_where_neither_answers_nothing_is_the_same(wscheck: Cli) -> None:
    result = wscheck("compare", f"ws://127.0.0.1:{free_port()}/", f"ws://127.0.0.1:{free_port()}/")
    assert result.code == 3
    assert "  NO REPLY  from either: there is nothing to compare\n" in result.out
    assert "SAME" not in result.out


def test_what_failed_is_named_though_both_are_alike(wscheck: Cli) -> None:
    result = wscheck("compare", "lab:accept-missing", "lab:accept-missing", "--no-frames", "--no-replay")
    assert (result.code, "SAME  nothing differs" in result.out) == (1, True)
    assert result.out.count("failed: accept") == 2


def test_one_way_twice_is_the_same(wscheck: Cli) -> None:
    result = wscheck("compare", "lab:", "lab:")
    assert result.code == 0
    assert "  SAME  nothing differs but what is bound to: key, Accept, Host, dates," in result.out


def test_json(wscheck: Cli) -> None:
    result = wscheck("compare", "--format", "json", "--origin", "https://a.example", "lab:", "lab:status-403")
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(json.loads(wscheck("schema", "compare").out)).validate(found)
    report = jsonschema.Draft202012Validator(json.loads(wscheck("schema", "report").out))
    for one in found["reports"]:
        report.validate(one)
    assert (found["exit_code"], found["same"], result.code) == (1, False, 1)
    assert [one["verdict"] for one in found["reports"]] == ["pass", "fail"]
    assert [one["target"]["url"] for one in found["reports"]] == ["lab:", "lab:status-403"]
    assert "status line" in [one["where"] for one in found["differences"]]
    requests = [one["exchanges"][0]["request"] for one in found["reports"]]
    assert all("Origin: https://a.example\r\n" in request for request in requests)
    keys = [re.search(r"Sec-WebSocket-Key: (\S+)", request) for request in requests]
    assert keys[0]
    assert keys[1]
    assert keys[0][1] != keys[1][1]


@pytest.mark.parametrize(
    ("urls", "code"),
    [
        (("lab:", "lab:"), 0),
        (("lab:status-403", "lab:"), 1),
        (("lab:", "lab:silence"), 3),
        (("lab:silence", "lab:status-403"), 1),
    ],
)
def test_the_exit_code_is_the_worse(wscheck: Cli, urls: tuple[str, str], code: int) -> None:
    assert wscheck("compare", "--head-timeout", "300ms", *urls).code == code


def test_secrets_stay_masked(wscheck: Cli) -> None:
    for flags in ((), ("--format", "json")):
        with peer(closing(REFLECTING)) as server:
            url = f"ws://user:correcthorse@127.0.0.1:{server.port}/x?token=topsecret99"
            result = wscheck("compare", *SENDING, *flags, url, "lab:")
        assert {name for name, secret in SECRETS.items() if secret in result.out + result.err} == set()


@pytest.mark.parametrize("flags", [(), ("--format", "json"), ("--color", "always")])
@pytest.mark.parametrize("place", REPLIES)
def test_hostile_octets_are_escaped(wscheck: Cli, place: str, flags: tuple[str, ...]) -> None:
    with peer(closing(REPLIES[place].replace(b"%b", HOSTILE))) as server:
        result = wscheck("compare", *flags, f"ws://127.0.0.1:{server.port}/", "lab:")
    shown = re.sub(r"\x1b\[[01]m", "", result.out) if "always" in flags else result.out
    assert {char for char in shown + result.err if not char.isprintable() and char != "\n"} == set()
    assert COMMANDS.findall(shown) == []
    if "json" not in flags:
        assert max(len(line) for line in shown.replace("\\x3a", ":").splitlines()) <= 80


def test_both_urls_are_needed(wscheck: Cli) -> None:
    assert "URL_B" in wscheck("compare", "lab:").usage()


def test_wrong_use_is_told_before_anything_is_sent(wscheck: Cli) -> None:
    assert "contradict each other" in wscheck("compare", "-4", "-6", "lab:", "lab:").usage()
    assert "unknown fault 'nonesuch'" in wscheck("compare", "lab:", "lab:nonesuch").usage()


def test_check_sends_nothing(wscheck: Cli) -> None:
    assert wscheck("compare", "--check", "ws://127.0.0.1:1/", "ws://127.0.0.1:2/").out == "nothing wrong\n"
