"""What browsers write into their consoles for a failure, so that people who search for that text find their way.

May never enter: a cause. Scripts get an error event and close code 1006 with an empty reason, in both, and no more.
The texts were measured with Chromium 156 and Firefox 153.
"""

from __future__ import annotations

from wscheck.core.evidence import Evidence
from wscheck.core.target import Target
from wscheck.core.visible import printable, visible

_DURING = "Error during WebSocket handshake: "
_ESTABLISHING = "Error in connection establishment: net::"

# (stage, kind) of a failure -> what Chromium says. Kinds that it has no steady text for are left out.
_FAILURES = {
    ("dns", ""): _ESTABLISHING + "ERR_NAME_NOT_RESOLVED",
    ("tcp", "refused"): _ESTABLISHING + "ERR_CONNECTION_REFUSED",
    ("tcp", "timeout"): _ESTABLISHING + "ERR_CONNECTION_TIMED_OUT",
    ("tcp", "unreachable"): _ESTABLISHING + "ERR_ADDRESS_UNREACHABLE",
    ("proxy", "denied"): _ESTABLISHING + "ERR_TUNNEL_CONNECTION_FAILED",
    ("tls", "protocol"): _ESTABLISHING + "ERR_SSL_PROTOCOL_ERROR",
    ("tls", "alert"): _ESTABLISHING + "ERR_SSL_PROTOCOL_ERROR",
    ("tls", "closed"): _ESTABLISHING + "ERR_CONNECTION_CLOSED",
    ("read", "closed"): "Connection closed before receiving a handshake response",
    ("read", "reset"): _DURING + "net::ERR_CONNECTION_RESET",
}
_CERTIFICATES = (
    ("expired", "ERR_CERT_DATE_INVALID"),
    ("not yet valid", "ERR_CERT_DATE_INVALID"),
    ("mismatch", "ERR_CERT_COMMON_NAME_INVALID"),
    ("", "ERR_CERT_AUTHORITY_INVALID"),
)

# (check, code) of a problem in a 101 -> what Chromium says; in the order in which it looks.
_PROBLEMS = (
    ("upgrade", "missing", "'Upgrade' header is missing"),
    ("upgrade", "list", "'Upgrade' header must not appear more than once in a response"),
    ("upgrade", "repeated", "'Upgrade' header must not appear more than once in a response"),
    ("upgrade", "wrong", "'Upgrade' header value is not 'WebSocket': {Upgrade}"),
    ("connection", "missing", "'Connection' header is missing"),
    ("connection", "wrong", "'Connection' header value must contain 'Upgrade'"),
    ("connection", "empty", "'Connection' header value must contain 'Upgrade'"),
    ("accept", "missing", "'Sec-WebSocket-Accept' header is missing"),
    ("accept", "repeated", "'Sec-WebSocket-Accept' header must not appear more than once in a response"),
    ("accept", "", "Incorrect 'Sec-WebSocket-Accept' header value"),
    (
        "subprotocol",
        "none-chosen",
        "Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
    ),
    (
        "subprotocol",
        "unasked",
        "Response must not include 'Sec-WebSocket-Protocol' header if not present in request: {Sec-WebSocket-Protocol}",
    ),
    ("subprotocol", "list", "'Sec-WebSocket-Protocol' header must not appear more than once in a response"),
    (
        "subprotocol",
        "",
        "'Sec-WebSocket-Protocol' header value '{Sec-WebSocket-Protocol}' in response does not match any of "
        "sent values",
    ),
    (
        "extensions",
        "not-offered",
        "Found an unsupported extension '{Sec-WebSocket-Extensions}' in 'Sec-WebSocket-Extensions' header",
    ),
)
# What it says of what comes behind a 101 that it opened.
_BEHIND = (
    ("frames", "reserved-bit", "One or more reserved bits are on: {bits}"),
    ("frames", "masked", "A server must not mask any frames that it sends to the client."),
    ("frames", "not-frames", "Invalid frame header"),
)


def console_lines(evidence: Evidence) -> tuple[str, ...]:
    """What Chromium and Firefox say, as whole lines; empty where they say nothing of their own."""
    said = _chromium(evidence)
    if said is None or evidence.main.route == "saved":
        return ()  # nobody opened what was saved
    url = printable(_opened(evidence.target))
    lines = [f"Chromium: WebSocket connection to '{url}' failed: {said}"]
    if not evidence.switching or evidence.problem("accept") or evidence.problem("connection"):
        lines.append(f"Firefox: Firefox can’t establish a connection to the server at {url}.")
    return tuple(lines)


def _opened(target: Target) -> str:
    """The URL as a browser would have it: of a lab the one at which it listens."""
    return target.url if target.lab is None else f"{target.scheme}://{target.authority}{target.resource}"


def _chromium(evidence: Evidence) -> str | None:
    failure, reply = evidence.failure, evidence.reply
    if reply is None:
        if failure is None:
            return None
        if failure.kind == "certificate":
            return _ESTABLISHING + next(said for word, said in _CERTIFICATES if word in failure.detail.lower())
        return _FAILURES.get((failure.stage, failure.kind)) or _FAILURES.get((failure.stage, ""))
    if evidence.switching:
        return _of_101(evidence)
    if evidence.status == 401:
        return "HTTP Authentication failed; no valid credentials available"
    if evidence.status == 407:
        return _ESTABLISHING + "ERR_UNEXPECTED_PROXY_AUTH"
    if evidence.status is None:
        return _DURING + "net::ERR_INVALID_HTTP_RESPONSE"
    return f"{_DURING}Unexpected response code: {evidence.status}"


def _of_101(evidence: Evidence) -> str | None:
    for check, code, said in _PROBLEMS:
        if evidence.problem(check, *([code] if code else [])):
            return _DURING + _filled(evidence, said)
    behind = next((said for check, code, said in _BEHIND if evidence.problem(check, code)), None)
    return behind.replace("{bits}", _bits(evidence)) if behind else None


def _bits(evidence: Evidence) -> str:
    """The reserved bits of the first frame that has any (RFC 6455 §5.2: RSV1 is the highest of the three)."""
    tunnel = evidence.main.tunnel
    rsv = next((frame.rsv for frame in tunnel.received_frames if frame.rsv), 4) if tunnel else 4
    return ", ".join(f"reserved{number} = {rsv >> (3 - number) & 1}" for number in (1, 2, 3))


def _filled(evidence: Evidence, said: str) -> str:
    for name in ("Upgrade", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"):
        if "{" + name + "}" in said and evidence.reply is not None:
            fields = evidence.reply.answer.all(name.encode("ascii"))
            said = said.replace("{" + name + "}", visible(fields[0].value, 80) if fields else "")
    return said
