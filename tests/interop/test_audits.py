"""The recorded audits: they agree with what the servers do now, and the texts are made from them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.interop import audit, records
from tests.interop.catalogue import MORE, SERVERS, Server
from tests.interop.records import Record
from tests.interop.running import missing, need

RECORDS = records.load()
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
    assert set(found["cases"]) <= records.known_cases()
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
        ]
    )
    assert records.same(text).split("\r\n") == [
        "GET / HTTP/1.1",
        "Host: 127.0.0.1:PORT",
        "User-Agent: wscheck/VERSION",
        "Sec-WebSocket-Key: KEY",
        "sec-websocket-accept: ACCEPT",
        "Date: DATE",
    ]


def _now(server: Server, folder: Path) -> dict[str, str]:
    """The status of each case now. What differs from the record is tried once more: a loaded machine is no finding."""
    recorded = records.statuses(next(found for found in RECORDS if found["name"] == server.name))
    told = records.statuses(records.record(server.name, "", "", audit.audited(server, folder / "first")))
    odd = [name for name in recorded if name in told and told[name] != recorded[name]]
    if odd:
        again = audit.audited(server, folder / "again", only=odd)
        told |= records.statuses(records.record(server.name, "", "", again))
    return {name: status for name, status in told.items() if name in recorded}


def test_the_servers_still_do_what_is_recorded(tmp_path: Path) -> None:
    recorded = {found["name"]: found for found in RECORDS}
    lacks = [lack for server in SERVERS if (lack := missing(server))]
    need(not lacks, "; ".join(lacks))
    servers = [server for server in SERVERS if server.name in recorded]
    with ThreadPoolExecutor(AT_ONCE) as at_once:
        found = list(at_once.map(lambda server: _now(server, tmp_path / server.name), servers))
    differing = {}
    for server, told in zip(servers, found, strict=True):
        meant = records.statuses(recorded[server.name])
        wrong = {name: (meant[name], status) for name, status in told.items() if meant[name] != status}
        if wrong:
            differing[server.name] = wrong
    assert differing == {}
