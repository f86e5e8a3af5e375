"""Policy: what a server lets through: line ends into a reply, requests past a proxy, frames and heads without a limit
(RFC 9112 §11, RFC 6455 §10.4). What is found by requests that look like attacks is a defect all the same."""

from __future__ import annotations

from wscheck.cases import Case, Edit, Good, Row, Said, Seen, Shot, one
from wscheck.cases.build import CONNECTION, UPGRADE, VERSION, drop, more, put, query, target, then
from wscheck.cases.verdicts import said, silence
from wscheck.core.talk import Talk
from wscheck.core.visible import visible

INJECTION = Row(
    ("P-INJ-01",),
    "must",
    "RFC 9112 §11.1; RFC 9110 §5.5",
    "An encoded line end of the request came back as a real one: whoever writes the request writes the reply's fields.",
    "Refuse or encode CR and LF in everything that goes into a reply's fields.",
)
SMUGGLING = Row(
    ("P-SMUG-01",),
    "must",
    "RFC 9110 §7.8; RFC 9112 §11.2",
    "A proxy that opens its tunnel before the upstream's 101 lets requests past its own rules.",
    "Open the tunnel only when the upstream has answered 101.",
)
H2C = Row(
    ("P-SMUG-02",),
    "should",
    "RFC 9110 §7.8; RFC 9113 §3.1",
    "An upgrade to h2c that is passed on blindly is a way around the rules of the proxy.",
    "Pass on Upgrade only when it names websocket.",
)
LIMITS = Row(
    ("P-DOS-01",),
    "should",
    "RFC 6455 §10.4",
    "Without a limit one client can take all memory.",
    "Refuse frames and heads above a limit (close code 1009, status 431).",
)

_INJECTED = b"X-Wscheck-Injected"


def _injected(seen: Seen) -> Said:
    if seen.answer is not None and seen.answer.all(_INJECTED):
        return Said("fail", f"{said(seen)}; a field of ours stands in the reply")
    return silence(seen) or Said("pass", said(seen))


def _injection(name: str, title: str, edit: Edit) -> Case:
    return Case(f"injection-{name}", title, INJECTION, "no field of ours in the reply", one(edit), _injected)


def _layers(seen: Seen) -> Said:
    first, second = seen.answers
    if seen.outcomes[0] == "silent":
        return Said("warn", f"{said(seen, 0)}: neither an answer nor a close")
    if seen.made == 1:
        return Said("pass", f"{said(seen, 0)}, and nothing could be sent behind it")
    if first is None or second is None:
        return Said("pass", f"{said(seen, 0)}, then the connection ended")
    names = [b", ".join(field.value for field in answer.all(b"Server")) for answer in (first, second)]
    if names[0] != names[1]:
        shown = " and ".join(visible(name, 40) or "nobody" for name in names)
        # Two parts of one program may name themselves differently; a field of a proxy in the first makes it a finding.
        proxied = bool(first.all(b"Via"))
        return Said(
            "fail" if proxied else "warn", f"two replies on one connection came from {shown}: is a tunnel open?"
        )
    return Said("pass", f"{said(seen, 0)}, then {said(seen)}")


def _refused_then_get(good: Good) -> tuple[Shot, ...]:
    plain = drop(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Key")(good.plan)
    return Shot(put(VERSION, b"25")(good.plan)), Shot(plain)


def _h2c(seen: Seen) -> Said:
    return Said("warn", said(seen)) if seen.outcome == "accepted" else silence(seen) or Said("pass", said(seen))


def _big_frame(good: Good) -> tuple[Shot, ...]:
    """The head of a masked binary frame that announces 2^62 octets, and nothing of them."""
    octets = b"\x82\xff" + (1 << 62).to_bytes(8) + b"\x37\xfa\x21\x3d"
    return (Shot(good.plan, talk=Talk(octets, wait_s=2.0)),)


def _limited(seen: Seen) -> Said:
    tunnel = seen.answer.tunnel if seen.answer else None
    if tunnel is None:
        return Said("pass", said(seen))
    code = f" with {tunnel.ending.code}" if tunnel.ending.code else ""
    ended = tunnel.ending.by == "server"
    return Said("pass" if ended else "warn", f"closed{code}" if ended else "the connection stands and waits for more")


def _big_head(seen: Seen) -> Said:
    return Said("warn", said(seen)) if seen.outcome in ("accepted", "silent") else Said("pass", said(seen))


def _with_line_end(old: bytes) -> bytes:
    path, mark, rest = old.partition(b"?")
    return path + b"%0d%0a" + _INJECTED + b":%201" + mark + rest


CASES = (
    _injection("path", "an encoded line end in the path", target(_with_line_end)),
    _injection("query", "an encoded line end in the query", query(b"x=%0d%0a" + _INJECTED + b":%201")),
    _injection(
        "origin", "an encoded line end in Origin", put(b"Origin", b"https://a.invalid%0d%0a" + _INJECTED + b":%201")
    ),
    _injection(
        "subprotocol",
        "an encoded line end in the offered subprotocol",
        put(b"Sec-WebSocket-Protocol", b"a%0d%0a" + _INJECTED + b":%201"),
    ),
    Case(
        "h2c",
        "an upgrade to HTTP/2",
        H2C,
        "no 101",
        one(
            then(
                put(UPGRADE, b"h2c"),
                put(CONNECTION, b"Upgrade, HTTP2-Settings"),
                more(b"HTTP2-Settings", b"AAMAAABkAARAAAAAAAIAAAAA"),
            )
        ),
        _h2c,
    ),
    Case(
        "false-tunnel",
        "a refused version, then a plain GET on the same connection",
        SMUGGLING,
        "one program answers both, or the connection ends",
        _refused_then_get,
        _layers,
        way="reused",
        intrusive=True,
    ),
    Case(
        "frame-2-62",
        "a frame that announces 2^62 octets",
        LIMITS,
        "the end of the connection, best with 1009",
        _big_frame,
        _limited,
        needs=("stands",),
        intrusive=True,
    ),
    Case(
        "head-1m",
        "a field of one MiB",
        LIMITS,
        "a refusal, best with 431",
        one(more(b"X-Wscheck", b"a" * (1 << 20))),
        _big_head,
        intrusive=True,
    ),
)
