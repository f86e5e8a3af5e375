"""Wrong Upgrade, Connection and framing fields in a 101."""

from __future__ import annotations

from wscheck.lab.faults import Fault, extra, octets, swap

_U, _C = b"Upgrade", b"Connection"

FAULTS = (
    Fault("upgrade-missing", "no Upgrade", {"upgrade": ("missing",)}, swap(_U)),
    Fault(
        "upgrade-misspelt", "Upgrade with its name misspelt", {"upgrade": ("missing",)}, swap(_U, b"Upgrad: websocket")
    ),
    Fault("upgrade-empty", "an empty Upgrade", {"upgrade": ("empty",)}, swap(_U, b"Upgrade:")),
    Fault(
        "upgrade-twice",
        "two Upgrade lines",
        {"upgrade": ("repeated",)},
        swap(_U, b"Upgrade: websocket", b"Upgrade: websocket"),
    ),
    Fault(
        "upgrade-list", "Upgrade with a second protocol", {"upgrade": ("list",)}, swap(_U, b"Upgrade: websocket, h2c")
    ),
    Fault("upgrade-versioned", "websocket/13", {"upgrade": ("wrong",)}, swap(_U, b"Upgrade: websocket/13")),
    Fault(
        "upgrade-kelvin",
        "a letter that only Unicode folds to k",
        {"upgrade": ("wrong",)},
        swap(_U, b"Upgrade: websoc\xe2\x84\xaaet"),
    ),
    Fault("upgrade-h2c", "a switch to another protocol", {"upgrade": ("other-protocol",)}, swap(_U, b"Upgrade: h2c")),
    Fault("connection-missing", "no Connection", {"connection": ("missing",)}, swap(_C)),
    Fault("connection-empty", "an empty Connection", {"connection": ("empty",)}, swap(_C, b"Connection:")),
    Fault(
        "connection-keep-alive",
        "Connection: keep-alive",
        {"connection": ("wrong",)},
        swap(_C, b"Connection: keep-alive"),
    ),
    Fault(
        "connection-upgraded",
        "a word that only begins with upgrade",
        {"connection": ("wrong",)},
        swap(_C, b"Connection: Upgraded"),
    ),
    Fault(
        "connection-no-comma",
        "a list that lost its comma",
        {"connection": ("wrong",)},
        swap(_C, b"Connection: keep-alive Upgrade"),
    ),
    Fault(
        "connection-list",
        "Connection: keep-alive, Upgrade",
        {"connection": ("not-alone",)},
        swap(_C, b"Connection: keep-alive, Upgrade"),
    ),
    Fault(
        "connection-twice",
        "two Connection lines",
        {"connection": ("repeated", "not-alone")},
        swap(_C, b"Connection: keep-alive", b"Connection: Upgrade"),
    ),
    Fault(
        "connection-comma",
        "a stray comma in Connection",
        {"connection": ("empty-member",)},
        swap(_C, b"Connection: Upgrade,"),
    ),
    Fault(
        "connection-close",
        "Connection: Upgrade, close",
        {"connection": ("close", "not-alone")},
        swap(_C, b"Connection: Upgrade, close"),
    ),
    Fault(
        "connection-folded",
        "a folded Connection list",
        {"syntax": ("fold",), "connection": ("not-alone",)},
        swap(_C, b"Connection: keep-alive,\r\n\tUpgrade"),
    ),
    Fault(
        "content-length", "a 101 with Content-Length: 0", {"framing": ("content-length",)}, extra(b"Content-Length: 0")
    ),
    Fault(
        "content-length-twice",
        "a 101 with two lengths",
        {"framing": ("content-length", "content-length")},
        extra(b"Content-Length: 3", b"Content-Length: 4"),
    ),
    Fault(
        "transfer-encoding",
        "a 101 with Transfer-Encoding",
        {"framing": ("transfer-encoding",)},
        extra(b"Transfer-Encoding: chunked"),
    ),
    Fault(
        "all-three-missing",
        "neither Upgrade nor Connection nor Accept",
        {"upgrade": ("missing",), "connection": ("missing",), "accept": ("missing",)},
        octets(lambda data: b"HTTP/1.1 101 Switching Protocols\r\nServer: toy\r\n\r\n"),
    ),
)
