"""Other protocols than HTTP on the port of the URL."""

from __future__ import annotations

from wscheck.causes import Cause, Found
from wscheck.core.evidence import Evidence
from wscheck.core.visible import visible


def another_protocol(evidence: Evidence) -> Found | None:
    """Something that is not HTTP answers."""
    reply = evidence.reply
    if reply is None or reply.answer.head is None:
        return None
    mongo = reply.says(r"trying to access MongoDB over HTTP[^\r\n]{0,40}")
    if mongo:
        return _other_service(evidence, "MongoDB", f'It says "{mongo}".')
    banner = next((one.detail for one in reply.answer.head.deviations if one.kind == "not-http"), None)
    if banner is None or "TLS" in banner or "HTTP/2" in banner:
        return None
    return _other_service(evidence, banner, f"The first octets are: {visible(reply.answer.response, 40)}")


def _other_service(evidence: Evidence, name: str, shown: str) -> Found:
    return Found(
        0.95 if name else 0.6,
        f"What answers on this port is no web server: {name or 'octets of another protocol'}.",
        (shown,),
        ("Check the port: another service listens there.", "    ss -ltnp"),
    )


CAUSES = (
    Cause(
        "another-protocol",
        "Another protocol answers on this port",
        "network",
        "SSH, SMTP, a database or the like listens there.",
        ("ERR_INVALID_HTTP_RESPONSE", "octets that are not HTTP"),
        ("Check the port.",),
        ("ss -ltnp on its machine",),
        another_protocol,
    ),
)
