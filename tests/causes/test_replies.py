"""Replies that misconfigured servers and proxies really gave, with those to the look-alike probes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.causes.rows import made
from wscheck.causes import diagnose
from wscheck.checks import all_skipped, judge
from wscheck.core.answer import read_answer
from wscheck.core.evidence import make_evidence
from wscheck.core.exchange import Failure, Timings
from wscheck.core.target import parse_target

RECORDED: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "replies.json").read_text("utf-8"))

# What the diagnosis and its fix have to say, whatever the order of the words.
SAYS = {
    "nginx-no-upgrade": ("proxy_http_version 1.1", "proxy_set_header upgrade", "proxy_set_header connection"),
    "nginx-tornado-400": ("nginx", "proxy_set_header upgrade", 'can "upgrade" only to "websocket"'),
    "nginx-http10": ("http/1.0", "proxy_http_version 1.1"),
    "apache-no-wstunnel": ("apache", "proxy_wstunnel", "upgrade=websocket"),
    "nginx-spa-200": ("200", "page", "location"),
    "nginx-wrong-location": ("404", "location"),
    "nginx-redirect-slash": ("/ws/", "301"),
    "apache-redirect-https": ("wss://app.example.test/chat",),
    "nginx-502": ("502", "backend", "proxy_pass"),
    "nginx-429": ("429", "retry-after: 60"),
    "caddy-basic-auth": ("basic", "-u user:password"),
    "uvicorn-no-wslib": ("uvicorn[standard]", "websockets"),
    "fastapi-no-route": ("403", "route"),
    "channels-origin": ("allowed_hosts", "http://localhost:3000"),
    "ws-verifyclient-401": ("401", "verifyclient"),
    "socketio-wrong-path": ("/socket.io/", "eio=4"),
    "socketio-polling-only": ("transports", '"upgrades":[]'),
    "subprotocol-needed-400": ("sec-websocket-protocol", "graphql-transport-ws"),
    "version-8-only": ("8, 7", "13"),
}


def told(name: str) -> tuple[Any, ...]:
    """The diagnosis of a recorded handshake."""
    row = RECORDED[name]
    sent = row["request"].encode("latin-1") + b"\r\n\r\n"
    came = row["reply"].encode("latin-1")
    failure = None if came else Failure("read", "timeout" if row["ended"] == "timeout" else "closed", "no reply came")
    main = made(sent, came, failure, timings=Timings(total=row["seconds"] * 1000))
    probes = {}
    for probe, octets in row["probes"].items():
        silent = Failure("read", "timeout", "no reply came") if not octets else None
        probes[probe] = made(sent, octets.encode("latin-1"), silent)
    findings = judge(read_answer(main)) if came else all_skipped("no reply came")
    return diagnose(make_evidence(parse_target(row["url"]), main, findings, probes))


@pytest.mark.parametrize("name", RECORDED)
def test_the_cause_is_first(name: str) -> None:
    found = told(name)
    assert [one.cause for one in found][:1] == [RECORDED[name]["cause"]], [(one.cause, one.confidence) for one in found]
    said = " ".join((found[0].summary, *found[0].evidence, *found[0].fix)).lower()
    for words in SAYS.get(name, ()):
        assert words in said


def test_what_looks_alike_is_named_beside_it() -> None:
    assert [one.cause for one in told("fastapi-no-route")][:2] == ["wrong-path", "app-rejected"]


@pytest.mark.parametrize("name", RECORDED)
def test_at_most_three_likeliest_first(name: str) -> None:
    confidences = [one.confidence for one in told(name)]
    assert len(confidences) <= 3
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < one < 1 for one in confidences)
