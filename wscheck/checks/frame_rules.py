"""The rules of the check `frames`: each way in which what follows a 101 may be no WebSocket.

May never enter: how they are told apart (`checks.reply.frames`).
"""

from __future__ import annotations

from wscheck.checks import Rule

_NO_FRAMES = "After the 101 every octet is part of a frame; a client that reads anything else fails the connection."
_HAND_OVER = (
    "After the 101 hand the connection to the WebSocket code and let nothing else write to it: no page, no error text, "
    "no middleware."
)

NOT_FRAMES = Rule("not-frames", "error", "R-6455-5.2-01", "RFC 6455 §5.2", _NO_FRAMES, _HAND_OVER)
CHUNKED = Rule(
    "chunked",
    "error",
    "R-6455-5.2-01",
    "RFC 6455 §5.2; RFC 9112 §6.1",
    "A 101 has no content, so it has no transfer coding: the chunk sizes stand where frames have to stand.",
    "Write frames to the connection itself, below the layer that writes chunks.",
)
ECHOED = Rule(
    "echoed",
    "error",
    "R-6455-5.2-01",
    "RFC 6455 §5.2",
    "Our own octets came back as they were sent: something relays or echoes TCP, and nobody reads frames.",
    "Look which program is behind this port or tunnel; a plain echo service is no WebSocket server.",
)
MASKED = Rule(
    "masked",
    "error",
    "R-6455-5.1-01",
    "RFC 6455 §5.1",
    "A server masks no frames; a client that sees a masked one closes the connection.",
    "Leave the MASK bit clear in what the server sends: masking is for clients alone.",
)
RESERVED_BIT = Rule(
    "reserved-bit",
    "error",
    "R-6455-5.2-02",
    "RFC 6455 §5.2; RFC 7692 §6",
    "RSV bits are 0 unless an accepted extension owns them: browsers say 'Invalid frame header' and close.",
    "Compress only when permessage-deflate was accepted in this handshake; look for a proxy that drops "
    "Sec-WebSocket-Extensions on one way, and for two upgrade handlers on one socket.",
)
UNKNOWN_OPCODE = Rule(
    "unknown-opcode",
    "error",
    "R-6455-5.2-03",
    "RFC 6455 §5.2",
    "Opcodes 3 to 7 and 11 to 15 are reserved; a client fails the connection.",
    "Send only continuation, text, binary, close, ping and pong.",
)
BAD_LENGTH = Rule(
    "bad-length",
    "error",
    "R-6455-5.2-03",
    "RFC 6455 §5.2",
    "The payload length takes its shortest form, and the top bit of a 64-bit length is 0.",
    "Write lengths up to 125 in 7 bits, up to 65535 in 16, and only larger ones in 64.",
)
BAD_CONTROL = Rule(
    "bad-control",
    "error",
    "R-6455-5.5-01",
    "RFC 6455 §5.5",
    "A control frame holds at most 125 octets and is never fragmented.",
    "Send control frames whole, and keep long texts out of them.",
)
BAD_FRAGMENT = Rule(
    "bad-fragment",
    "error",
    "R-6455-5.2-01",
    "RFC 6455 §5.4",
    "A fragmented message begins with a text or binary frame and goes on with continuation frames alone.",
    "Use opcode 0 for every fragment but the first, and start no message before the last one ended.",
)
BAD_TEXT = Rule(
    "bad-text",
    "error",
    "R-6455-6-01",
    "RFC 6455 §5.6, §8.1",
    "Text is UTF-8; a client fails the connection for anything else.",
    "Send other octets as binary messages (opcode 2), or encode the text as UTF-8.",
)
WRONG_PONG = Rule(
    "wrong-pong",
    "error",
    "R-6455-5.5.3-01",
    "RFC 6455 §5.5.3",
    "A Pong carries exactly the payload of the Ping that it answers.",
    "Copy the Ping's payload into the Pong.",
)
SILENT = Rule(
    "silent",
    "error",
    "R-6455-5.5.2-01",
    "RFC 6455 §5.5.2",
    "A Ping has to be answered, and not one octet came: the Accept was computed, but nobody reads the frames.",
    "Look at what the backend does after the upgrade: a stub, a tunnel to nowhere, or a blocked event loop.",
)
NO_PONG = Rule(
    "no-pong",
    "warning",
    "R-6455-5.5.2-01",
    "RFC 6455 §5.5.2",
    "Frames came, but no Pong: whoever keeps the connection alive by Pings will take it for dead.",
    "Answer each Ping with a Pong as soon as it is read.",
)
CLOSED_EARLY = Rule(
    "closed-early",
    "info",
    "R-6455-7.3-01",
    "RFC 6455 §7.3",
    "A server may close at any time; many accept and then close because browsers cannot see a refusal over HTTP.",
    "",
)
