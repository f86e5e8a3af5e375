"""Why an answer breaks its clause, a sentence or two for each requirement that a recorded server fails.

Written for whoever maintains that server: what the standard asks of a server, and what the answer does instead. The
words are ours; the clauses stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping

# By the first requirement of a case.
REASONS: Mapping[str, str] = {
    "R-6455-4.2.1-01": (
        "§4.2.1 item 1 makes a handshake a GET request, and a server that finds another one MUST stop and answer "
        "with an error code. The request was no GET, and the answer is a 101."
    ),
    "R-6455-4.2.1-04": (
        "§4.2.1 item 3 asks for an Upgrade field with the value websocket, and RFC 9110 §7.8 forbids to switch to a "
        "protocol that the request did not name. No member of this field is websocket, and the answer is a 101 with "
        "Upgrade: websocket."
    ),
    "R-6455-4.2.1-06": (
        "§4.2.1 item 4 asks for a Connection field with the token Upgrade. Without it Upgrade was meant for another "
        "hop, and RFC 9110 §7.6.1 has it ignored. The answer is a 101."
    ),
    "R-6455-4.2.1-07": (
        "§4.2.1 item 4 asks for the token Upgrade. Tokens are compared whole, and this option is another one. The "
        "answer is a 101."
    ),
    "R-6455-4.2.1-08": (
        "Connection is a list (RFC 9110 §7.6.1): its lines are joined with commas (§5.3), and a recipient MUST skip "
        "a reasonable number of empty members (§5.6.1.2). The list holds the token Upgrade, so this is a right "
        "handshake, and it is not accepted."
    ),
    "R-6455-4.2.1-11": (
        "§4.3 defines Sec-WebSocket-Key by a grammar that has at least one group of base64, and by §4.2.1 item 5 "
        "the key decodes to 16 octets. An empty field has no key, and the answer is a 101."
    ),
    "R-6455-4.2.2-20": (
        "§4.2.2 /version/: a server that does not speak the version MUST send an HTTP error together with a Sec- "
        "WebSocket-Version field that names what it speaks. The status is right, the field is missing."
    ),
    "R-6455-4.3-10": (
        "§4.3 defines the version as a number from 0 to 255 without sign, leading zero or fraction. This value is "
        "off that grammar, so it is not version 13, and the answer is a 101."
    ),
    "R-6455-5.1-02": (
        "§5.1: a server MUST close the connection when a frame is not masked. The Ping behind the 101 has the MASK "
        "bit clear, and a Pong with its octets came."
    ),
    "R-6455-9.1-20": (
        "§9.1: whoever receives a value that does not conform to the grammar MUST fail the connection at once. This "
        "server negotiates permessage-deflate, so it reads the field, and the answer is a 101."
    ),
    "R-6455-9.1-21": (
        "§11.3.2: several Sec-WebSocket-Extensions lines in a request are the same as one with all values. In one "
        "line the offer is accepted, here its second line was not read."
    ),
    "R-6455-11.3.4-10": (
        "§11.3.4: several Sec-WebSocket-Protocol lines in a request are the same as one with all values. In one "
        "line the known name is chosen, here its line was not read."
    ),
    "R-6455-11.3.5-10": (
        "§11.3.5: Sec-WebSocket-Version MUST NOT stand more than once in a request, and by §4.3 its value is one "
        "number. A server that finds another request than §4.2.1 describes MUST refuse it. The answer is a 101."
    ),
    "R-6455-4.1-40": (
        "A client may not send these octets before the 101 (RFC 6455 §4.1), so a refusal would be right. But a "
        "request without Content-Length and Transfer-Encoding has no content (RFC 9112 §6.3), so behind a 101 they "
        "are the first octets of the new protocol. Dropped, half a frame puts all that follow out of step; answered in "
        "front of the 101, there is no status line where the reply has to begin (RFC 9112 §4)."
    ),
    "R-7692-7-01": (
        "§7: a server MUST decline an offer with a parameter that is not defined. It was accepted; declined, the "
        "101 has no permessage-deflate."
    ),
    "R-7692-7-02": (
        "§7: a server MUST decline an offer with a parameter whose value is invalid. By §7.1.2 window bits are 8 to "
        "15 without leading zero (and server_max_window_bits has a value), by §7.1.1 the takeover parameters have "
        "none. The offer was accepted; declined, the 101 has no permessage-deflate."
    ),
    "R-7692-7-03": (
        "§7: a server MUST decline an offer in which a parameter stands twice. It was accepted; declined, the 101 "
        "has no permessage-deflate."
    ),
    "R-7692-7.1.1.1-01": (
        "§7.1.1.1 and §7.1.2.1: a server accepts an offer that has server_no_context_takeover or "
        "server_max_window_bits by sending the parameter back. The extension was accepted without it, so the client "
        "does not know whether the server keeps to what it asked for."
    ),
    "R-7936-2-10": (
        "RFC 7936 §2: names of subprotocols are matched with case. Only 'chat' is spoken here, as the case with a "
        "foreign name shows; 'CHAT' is another name, and it was agreed on."
    ),
    "R-9110-5.5-10": (
        "RFC 9110 §5.5: blanks around a value are not part of it and are excluded before it is evaluated. Without "
        "them the key is right, so it has to be taken, and it was not."
    ),
    "R-9110-7.8-03": (
        "RFC 9110 §7.8: whoever sends Upgrade MUST also send the option Upgrade in Connection, so that the field is "
        "not passed on. The reply has Upgrade, and Connection does not list it."
    ),
    "R-9110-7.8-11": (
        "RFC 9110 §7.8: a server MUST ignore Upgrade in an HTTP/1.0 request, and by §15.2 it MUST NOT send a 1xx "
        "reply to an HTTP/1.0 client. The answer is a 101."
    ),
    "R-9110-9.3.1-10": (
        "Content-Length and Transfer-Encoding say how long the content of a request is (RFC 9112 §6.3), whatever "
        "its method. It was not read away: behind the 101 its octets stood where the first frame begins."
    ),
    "R-9110-10.1.1-10": (
        "RFC 9110 §7.8: a server that gets Upgrade together with Expect: 100-continue MUST send a 100 before the "
        "101. The 101 came alone, and the client still holds back two octets of content."
    ),
    "R-9110-15.5.6-01": (
        "RFC 9110 §15.5.6: a 405 MUST list the methods of the resource in Allow. The field is missing."
    ),
    "R-9110-15.5.22-01": (
        "RFC 9110 §15.5.22: a 426 MUST name the protocol that is wanted in Upgrade. The field is missing."
    ),
    "R-9112-2.3-10": (
        "RFC 9112 §2.3 and §3: a request line ends with HTTP/ and two digits. A line without a version is no "
        "HTTP/1.1, for which RFC 6455 §4.2.1 item 1 asks. The answer is a 101."
    ),
    "R-9112-3.1-01": (
        "RFC 9110 §9.1: methods are compared with case. 'get' is not GET, for which RFC 6455 §4.2.1 item 1 asks. "
        "The answer is a 101."
    ),
    "R-9112-3.2-10": (
        "RFC 9112 §3.2: a server MUST answer 400 to an HTTP/1.1 request without Host. The answer is a 101."
    ),
    "R-9112-3.2-11": (
        "RFC 9112 §3.2: a server MUST answer 400 to a request with more than one Host line, equal or not. The "
        "answer is a 101."
    ),
    "R-9112-3.2-12": (
        "RFC 9112 §3.2: a server MUST answer 400 when the value of Host is invalid. RFC 9110 §7.2 makes it a host "
        "and an optional port of digits: no userinfo, no blank, no bracket that stays open. The answer is a 101."
    ),
    "R-9112-3.2.2-10": (
        "RFC 9112 §3.2.2: a server MUST accept the absolute form of a target. The same request in origin form gets "
        "a 101."
    ),
    "R-9112-5.1-10": (
        "RFC 9112 §5.1: a server MUST reject a request that has whitespace between a field's name and its colon "
        "with 400. The answer is a 101."
    ),
}

# What is to be said beside it of a proxy, which stands in front of the strict lab.
PROXIED: Mapping[str, str] = {
    "R-6455-4.2.1-06": (
        "The server behind the proxy refuses this request; the proxy sent it on with an Upgrade in Connection that "
        "the client did not send."
    ),
    "R-6455-4.2.1-07": (
        "The server behind the proxy refuses this request; the proxy sent it on with an Upgrade in Connection that "
        "the client did not send."
    ),
    "R-9110-7.8-11": (
        "The server behind the proxy refuses HTTP/1.0; the proxy sent the request on as HTTP/1.1, with the Upgrade "
        "that it had to ignore."
    ),
    "R-9110-7.8-03": (
        "The Upgrade is that of the server behind the proxy, which lists it in Connection: RFC 9110 §7.6.1 has a "
        "proxy remove the fields that Connection lists."
    ),
    "R-9110-15.5.22-01": (
        "The server behind the proxy sends the field, for its own hop, so the proxy is right to remove it (RFC 9110 "
        "§7.6.1); but the 426 that it passes on then lacks the protocol, and a client cannot know what is wanted."
    ),
    "R-9112-3.2-11": "Joining equal lines is kind to clients, and not what the clause asks for.",
}
