"""Presets: where a convention listens, what it offers, and that the URL wins."""

from __future__ import annotations

import pytest

from wscheck.core.preset import NAMES, PRESETS, Preset, preset_named
from wscheck.core.target import parse_target
from wscheck.errors import UsageError


def test_the_presets() -> None:
    assert NAMES == (
        "graphql",
        "graphql-legacy",
        "socketio",
        "socketio2",
        "sockjs",
        "signalr",
        "phoenix",
        "liveview",
        "actioncable",
        "ocpp",
        "mqtt",
        "wamp",
        "stomp",
        "xmpp",
        "sip",
        "coap",
        "k8s",
        "vnc",
        "vite",
        "jupyter",
        "janus",
    )


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_whole(preset: Preset) -> None:
    assert preset.path.startswith("/")
    assert preset.title
    assert preset.hint.endswith(".")
    assert preset.clause
    assert preset.requirement.startswith("R-")
    assert (preset.chooses == "none") is (preset.subprotocols == ())


@pytest.mark.parametrize(
    ("preset", "url", "resource"),
    [
        ("graphql", "ws://a.example", "/graphql"),
        ("graphql", "ws://a.example/api", "/api"),
        ("graphql", "ws://a.example/?x=1", "/?x=1"),
        ("socketio", "wss://a.example/", "/socket.io/?EIO=4&transport=websocket"),
        ("sip", "wss://a.example/", "/"),
        ("mqtt", "lab:", "/"),
    ],
)
def test_the_path_of_a_preset_is_used_where_the_url_has_none(preset: str, url: str, resource: str) -> None:
    target = preset_named(preset).aim(parse_target(url))
    assert target.resource == resource
    assert any("preset" in note for note in target.notes) is (resource != parse_target(url).resource)


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="graphql"):
        preset_named("grapql")
