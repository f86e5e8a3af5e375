"""Rows of `expectation` for presets: what a convention asks of a legal handshake."""

from __future__ import annotations

from tests.checks.rows import Row
from wscheck.core.demand import Demands
from wscheck.core.exchange import Ending, Tunnel
from wscheck.core.frame import Frame
from wscheck.core.preset import preset_named
from wscheck.core.report import Level, Status

_SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)


def _spoken(payload: bytes) -> Tunnel:
    """A tunnel in which the server's first message has this payload."""
    frame = Frame(True, 0, 1, False, len(payload), payload, 0)
    return Tunnel(b"", payload, (), (frame,), Ending("wscheck", "close", 0.1, 1000), None)


def _row(
    name: str, preset: str, fields: bytes, problems: dict[str, str] | None = None, tunnel: Tunnel | None = None
) -> Row:
    levels: dict[str, Level] = {"convention-broken": "error", "convention-odd": "warning"}
    found = {code: levels[code] for code in problems or {}}
    worst: Status = "fail" if "convention-broken" in found else "warn" if found else "pass"
    says = next(iter((problems or {}).values()), "")
    return Row(
        name,
        reply=_SWITCHING + fields + b"\r\n",
        status=worst,
        problems=found,
        demands=Demands(convention=preset_named(preset)),
        tunnel=tunnel,
        says=says,
    )


def _silent() -> Tunnel:
    """A tunnel in which the server answered our Ping and said nothing of its own."""
    return Tunnel(
        b"", b"", (), (), Ending("wscheck", "close", 0.1, 1000), None, ping=b"wscheck!", pong=True, waited_s=2.0
    )


ROWS = (
    _row("mqtt named", "mqtt", b"Sec-WebSocket-Protocol: mqtt\r\n"),
    _row("mqtt not named", "mqtt", b"", {"convention-odd": "the subprotocol is none"}),
    _row("mqtt by its old name", "mqtt", b"Sec-WebSocket-Protocol: mqttv3.1\r\n", {"convention-odd": "mqttv3.1"}),
    _row("xmpp named", "xmpp", b"Sec-WebSocket-Protocol: xmpp\r\n"),
    _row("xmpp not named", "xmpp", b"", {"convention-broken": "the subprotocol is none"}),
    _row("sip in capitals", "sip", b"Sec-WebSocket-Protocol: SIP\r\n", {"convention-broken": "SIP"}),
    _row("ocpp without a common version", "ocpp", b""),
    _row("ocpp 1.6", "ocpp", b"Sec-WebSocket-Protocol: ocpp1.6\r\n"),
    _row("ocpp of another version", "ocpp", b"Sec-WebSocket-Protocol: ocpp1.2\r\n", {"convention-odd": "ocpp1.2"}),
    _row("socketio names none", "socketio", b"", tunnel=_spoken(b'0{"sid":"a","upgrades":[]}')),
    _row("socketio says nothing", "socketio", b"", {"convention-odd": "no message of its own"}, _silent()),
    _row(
        "socketio with another opening",
        "socketio",
        b"",
        {"convention-odd": "the first message is hello"},
        _spoken(b"hello"),
    ),
    _row("socketio before it spoke", "socketio", b""),
    _row("socketio with a subprotocol", "socketio", b"Sec-WebSocket-Protocol: chat\r\n", {"convention-odd": "is chat"}),
    _row(
        "actioncable welcomes",
        "actioncable",
        b"Sec-WebSocket-Protocol: actioncable-v1-json\r\n",
        tunnel=_spoken(b'{"type":"welcome"}'),
    ),
)
