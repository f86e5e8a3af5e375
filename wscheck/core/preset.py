"""Conventions of applications: where they listen, which subprotocols they speak, and what a good answer is there.

May never enter: rules of RFC 6455. What a convention asks is said as that of the convention, with its source.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from wscheck.core.target import Target
from wscheck.errors import unknown


class Preset(NamedTuple):
    """One convention. `path` is used when the URL has none; `chooses` says whether a 101 names a subprotocol.

    `opening` is an expression for the first message of the server, where the convention has it speak first.
    """

    name: str
    title: str
    path: str
    subprotocols: tuple[str, ...]
    chooses: Literal["must", "should", "free", "none"]
    requirement: str
    clause: str
    hint: str
    opening: bytes | None = None

    def aim(self, target: Target) -> Target:
        """The target with the convention's path where the URL has none, which is said."""
        if self.path == "/" or target.resource != "/" or target.lab is not None:
            return target
        note = f"the path {self.path} is that of the preset {self.name}"
        url = target.url.rstrip("/") + self.path
        return target._replace(url=url, resource=self.path, notes=(*target.notes, note))


_SOCKET_IO = rb"0\{"

PRESETS = (
    Preset(
        "graphql",
        "GraphQL over WebSocket (the library graphql-ws)",
        "/graphql",
        ("graphql-transport-ws",),
        "should",
        "R-CONV-GQL-01",
        "graphql-ws, PROTOCOL.md",
        "The server waits for connection_init and closes with 4408 without it; 4406 is a subprotocol it does not know.",
    ),
    Preset(
        "graphql-legacy",
        "GraphQL, the older protocol (subscriptions-transport-ws)",
        "/graphql",
        ("graphql-ws",),
        "should",
        "R-CONV-GQL-02",
        "subscriptions-transport-ws, PROTOCOL.md",
        "'graphql-ws' is the older protocol, in spite of the newer library's name.",
    ),
    Preset(
        "socketio",
        "Socket.IO 3 and 4 (Engine.IO 4)",
        "/socket.io/?EIO=4&transport=websocket",
        (),
        "none",
        "R-CONV-SIO-01",
        "Engine.IO protocol, version 4",
        "Without the query the answer is 400; 'Transport unknown' means that WebSocket is switched off.",
        _SOCKET_IO,
    ),
    Preset(
        "socketio2",
        "Socket.IO 2 (Engine.IO 3)",
        "/socket.io/?EIO=3&transport=websocket",
        (),
        "none",
        "R-CONV-SIO-01",
        "Engine.IO protocol, version 3",
        "Servers of today refuse EIO=3 unless allowEIO3 is set.",
        _SOCKET_IO,
    ),
    Preset(
        "sockjs",
        "SockJS",
        "/sockjs/000/wscheck/websocket",
        (),
        "none",
        "R-CONV-MISC-01",
        "SockJS protocol 0.3.3",
        "The path is PREFIX/SERVER/SESSION/websocket, and the first message is 'o'; PREFIX/websocket has no framing.",
        rb"o\Z",
    ),
    Preset(
        "signalr",
        "ASP.NET Core SignalR",
        "/hub",
        (),
        "none",
        "R-CONV-SR-01",
        "ASP.NET Core SignalR, transport protocols",
        "404 means an unknown connection id; browsers send the token as access_token in the query.",
    ),
    Preset(
        "phoenix",
        "Phoenix channels",
        "/socket/websocket?vsn=2.0.0",
        (),
        "none",
        "R-CONV-PHX-01",
        "Phoenix, Phoenix.Socket",
        "The path ends in 'websocket'; 403 is the origin check, which is on by default.",
    ),
    Preset(
        "liveview",
        "Phoenix LiveView",
        "/live/websocket?vsn=2.0.0",
        (),
        "none",
        "R-CONV-PHX-01",
        "Phoenix, Phoenix.LiveView.Socket",
        "The path ends in 'websocket'; 403 is the origin check, which is on by default.",
    ),
    Preset(
        "actioncable",
        "Rails Action Cable",
        "/cable",
        ("actioncable-v1-json", "actioncable-unsupported"),
        "should",
        "R-CONV-MISC-01",
        "Action Cable, internals of the protocol",
        "404 is the origin check: see allowed_request_origins.",
        rb'\{"type":"welcome"',
    ),
    Preset(
        "ocpp",
        "OCPP-J, charging stations",
        "/",
        ("ocpp2.1", "ocpp2.0.1", "ocpp1.6"),
        "free",
        "R-CONV-OCPP-01",
        "OCPP-J 1.6 §3; OCPP 2.0.1 part 4",
        "The last segment of the path is the station's id; 404 is an id that is not known.",
    ),
    Preset(
        "mqtt",
        "MQTT over WebSocket",
        "/mqtt",
        ("mqtt",),
        "should",
        "R-CONV-MQTT-01",
        "MQTT 5.0 §6",
        "Brokers of the pre-standard name it 'mqttv3.1'.",
    ),
    Preset(
        "wamp",
        "WAMP 2",
        "/ws",
        ("wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor"),
        "should",
        "R-CONV-WAMP-01",
        "WAMP 2, WebSocket transport",
        "The router picks one of the serialisations or fails.",
    ),
    Preset(
        "stomp",
        "STOMP over WebSocket",
        "/ws",
        ("v12.stomp", "v11.stomp", "v10.stomp"),
        "free",
        "R-CONV-STOMP-01",
        "STOMP 1.2; the registry of subprotocols",
        "Many brokers accept none of the names at all.",
    ),
    Preset(
        "xmpp",
        "XMPP over WebSocket",
        "/xmpp-websocket",
        ("xmpp",),
        "must",
        "R-7395-3.1-01",
        "RFC 7395 §3.1",
        "A client closes when the reply does not name xmpp.",
    ),
    Preset("sip", "SIP over WebSocket", "/", ("sip",), "must", "R-7118-4.1-01", "RFC 7118 §4.1", "The 101 names sip."),
    Preset(
        "coap",
        "CoAP over WebSocket",
        "/.well-known/coap",
        ("coap",),
        "free",
        "R-8323-4.1-01",
        "RFC 8323 §4.1",
        "The offer holds coap; the path is fixed.",
    ),
    Preset(
        "k8s",
        "Kubernetes exec, attach and port-forward",
        "/",
        ("v5.channel.k8s.io", "v4.channel.k8s.io"),
        "should",
        "R-CONV-MISC-01",
        "Kubernetes, remote command protocol",
        "403 is the role: 'get' on pods/exec is asked for.",
    ),
    Preset(
        "vnc",
        "websockify and noVNC",
        "/websockify",
        ("binary", "base64"),
        "should",
        "R-CONV-MISC-01",
        "websockify, protocol",
        "The registered name of the protocol below is rfb.",
    ),
    Preset(
        "vite",
        "Vite's hot module replacement",
        "/",
        ("vite-hmr",),
        "should",
        "R-CONV-MISC-01",
        "Vite, server.hmr",
        "Without the subprotocol the server stays silent.",
    ),
    Preset(
        "jupyter",
        "Jupyter kernels",
        "/",
        ("v1.kernel.websocket.jupyter.org",),
        "should",
        "R-CONV-MISC-01",
        "Jupyter Server, WebSocket kernel wire protocols",
        "The path is /api/kernels/ID/channels.",
    ),
    Preset(
        "janus",
        "Janus gateway",
        "/",
        ("janus-protocol",),
        "should",
        "R-CONV-MISC-01",
        "Janus, WebSockets interface",
        "Without the subprotocol the connection is refused.",
    ),
)

NAMES = tuple(preset.name for preset in PRESETS)


def preset_named(name: str) -> Preset:
    """The preset of that name; UsageError with the nearest one else."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    raise unknown("preset", name, NAMES)
