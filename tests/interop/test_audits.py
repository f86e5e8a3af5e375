"""The recorded audits: they agree with what the servers do now, and the texts are made from them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.interop import audit, records
from tests.interop.catalogue import MORE, SERVERS, Server
from tests.interop.explaining import REASONS
from tests.interop.records import Record
from tests.interop.running import missing, need
from wscheck.cases import cases
from wscheck.cases.tally import TALLIES

RECORDS = records.load()
BY_NAME = {str(found["name"]): found for found in RECORDS}
# Enough of them at once to be done soon, and so few that a time limit measures the server and not this machine.
AT_ONCE = 2


def test_there_are_servers_of_every_registry() -> None:
    names = {found["name"] for found in RECORDS}
    assert len(names) >= 14
    assert names <= {server.name for server in (*SERVERS, *MORE)}
    assert {"websockets", "ws", "nginx", "gorilla", "tokio-tungstenite"} <= names


@pytest.mark.parametrize("found", RECORDS, ids=lambda found: str(found["name"]))
def test_a_record_is_whole(found: Record) -> None:
    assert set(found) == {"name", "made_of", "setting", "cases"}
    assert set(found["cases"]) <= set(records.made_cases())
    assert any(character.isdigit() for character in found["made_of"])
    failing = [kept for kept in found["cases"].values() if isinstance(kept, dict) and kept["status"] == "fail"]
    assert all(kept["observed"] for kept in failing)


def test_the_texts_are_made_from_the_records() -> None:
    readme = audit.README.read_text(encoding="utf-8")
    assert f"{audit.BEGIN}\n\n{audit.matrix(RECORDS)}\n{audit.END}" in readme
    assert audit.EXPLAINED.read_text(encoding="utf-8") == audit.explanations(RECORDS)


def test_what_is_hidden_is_nowhere_named() -> None:
    """A case that a server hangs on or dies of stands beside no name: its record has one word, the texts none."""
    texts = audit.EXPLAINED.read_text(encoding="utf-8") + audit.matrix(RECORDS)
    for said in ("silence for", "stopped answering", "stands after"):
        assert said not in audit.matrix(RECORDS)
    assert "stopped answering" not in texts
    assert "silence for" not in texts


def test_a_record_has_nothing_that_changes() -> None:
    text = "\r\n".join(
        [
            "GET / HTTP/1.1",
            "Host: 127.0.0.1:29457",
            "User-Agent: wscheck/0.1.0",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "Date: Mon, 02 Mar 2026 10:00:00 GMT",
            "Sec-WebSocket-Key : dGhlIHNhbXBsZSBub25jZQ== ",
            "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==",
            "not a key: dGhlIHNhbXBsZSBub25jZQ==?",
        ]
    )
    assert records.same(text).split("\r\n") == [
        "GET / HTTP/1.1",
        "Host: 127.0.0.1:PORT",
        "User-Agent: wscheck/VERSION",
        "Sec-WebSocket-Key: KEY",
        "sec-websocket-accept: ACCEPT",
        "Date: DATE",
        "Sec-WebSocket-Key : KEY ",
        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==",
        "not a key: KEY?",
    ]


def test_a_tally_has_an_example() -> None:
    """Each failing case of what binds unconditionally can be explained: it has octets and a reason."""
    suite: dict[str, Any] = {**cases(), **{tally.id: tally for tally in TALLIES}}
    for found in RECORDS:
        for name, kept in found["cases"].items():
            row = suite[name].row
            if isinstance(kept, dict) and kept["status"] == "fail" and row.level == "must":
                assert kept["exchanges"], (found["name"], name)
                assert row.requirements[0] in REASONS, (found["name"], name)


def test_what_a_record_leaves_out_is_not_shown() -> None:
    passed = {name: "pass" for name in records.made_cases() if name != "lf-only"}
    left: Record = {"name": "one", "made_of": "one 1.0", "setting": "", "cases": passed}
    told = records.statuses(left)
    assert told["lf-only"] == "not shown"
    assert told["host-missing"] == "pass"
    assert "silence" not in audit.matrix([left])


def _now(server: Server, folder: Path) -> dict[str, str]:
    """The status of each case now. What differs from the record is tried once more: a loaded machine is no finding."""
    recorded = records.statuses(BY_NAME[server.name])
    told = records.statuses(records.record(server.name, "", "", audit.audited(server, folder / "first")))
    odd = [name for name in recorded if told[name] != recorded[name]]
    if odd:
        tallies = {tally.id for tally in TALLIES}
        # A tally looks at all cases, so it cannot be made alone.
        only = () if tallies & set(odd) else odd
        again = records.statuses(records.record(server.name, "", "", audit.audited(server, folder / "again", only)))
        told |= {name: again[name] for name in odd}
    return told


@pytest.fixture(scope="session")
def audits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str] | str]:
    """The statuses of each server that is here now, or why there are none; several at once, slow ones first."""
    folder = tmp_path_factory.mktemp("audits")

    def one(server: Server) -> dict[str, str] | str:
        lack = missing(server)
        if lack:
            return lack
        made_of, meant = audit.versions(server), BY_NAME[server.name]["made_of"]
        # What is pinned is the same everywhere; a program of the system may be another version.
        return _now(server, folder / server.name) if made_of == meant else f"recorded: {meant}; here: {made_of}"

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        servers = [server for server in SERVERS if server.name in BY_NAME]
        return dict(zip((server.name for server in servers), at_once.map(one, servers), strict=True))


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: str(server.name))
def test_a_server_still_does_what_is_recorded(server: Server, audits: dict[str, dict[str, str] | str]) -> None:
    """What is not shown may have come to pass, or be a matter of luck; nothing else may differ."""
    lack = missing(server)
    need(lack is None, lack or "")
    told = audits[server.name]
    if isinstance(told, str):
        pytest.skip(told)
    meant = records.statuses(BY_NAME[server.name])
    differing = {name: (was, told[name]) for name, was in meant.items() if was not in (told[name], "not shown")}
    assert differing == {}, "python -m tests.interop.audit makes the records anew"
