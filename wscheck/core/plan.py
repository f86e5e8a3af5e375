"""The request as data, and its exact octets. A wrong request is an edit of a good one.

May never enter: randomness (the key comes from outside), and a check of what the user wants to send: `craft` sends it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wscheck.core.grammar import CONTROL, OWS, TOKEN, is_token, same
from wscheck.core.target import Target
from wscheck.errors import UsageError


class Plan(NamedTuple):
    """A request: request line, field lines as (name, value), lines sent as they are, and octets behind the head."""

    method: bytes
    target: bytes
    version: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    raw_lines: tuple[bytes, ...] = ()
    body: bytes = b""
    whole: bytes | None = None  # the whole request as it is, in place of all the rest


class Delivery(NamedTuple):
    """How a request is sent: cut at these offsets (negative ones count from its end), a pause between the pieces.

    `awaits` is content that goes out only when a 100 Continue asks for it (RFC 9110 §10.1.1).
    """

    cuts: tuple[int, ...] = ()
    gap_s: float = 0.0
    awaits: bytes = b""

    def pieces(self, request: bytes) -> tuple[bytes, ...]:
        """The request in its pieces; with a pause and without cuts, octet by octet."""
        size = len(request)
        if self.gap_s and not self.cuts:
            return tuple(request[at : at + 1] for at in range(size))
        at = sorted({cut if cut >= 0 else size + cut for cut in self.cuts} & set(range(1, size)))
        return tuple(request[a:b] for a, b in zip([0, *at], [*at, size], strict=True))


AT_ONCE = Delivery()


def good_plan(target: Target, key: bytes, *, user_agent: bytes | None = None) -> Plan:
    """The handshake of RFC 6455 §4.1: the five fields it asks for, and User-Agent when given."""
    fields = [
        (b"Host", target.authority.encode()),
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Key", key),
        (b"Sec-WebSocket-Version", b"13"),
    ]
    if user_agent:
        fields.insert(1, (b"User-Agent", user_agent))
    return Plan(b"GET", target.resource.encode(), b"HTTP/1.1", tuple(fields))


def craft(plan: Plan) -> bytes:
    """The octets of a plan, exactly: nothing is repaired, nothing refused."""
    if plan.whole is not None:
        return plan.whole
    lines = [b"%b %b %b" % (plan.method, plan.target, plan.version)]
    lines += [b"%b: %b" % field if field[1] else field[0] + b":" for field in plan.fields]
    lines += plan.raw_lines
    return b"".join([line + b"\r\n" for line in lines]) + b"\r\n" + plan.body


# -- edits -------------------------------------------------------------------------------------------------------------


def replaced(plan: Plan, name: bytes, value: bytes) -> Plan:
    """The plan with one field of that name, at the place of the first one there was."""
    fields: list[tuple[bytes, bytes]] = []
    done = False
    for old in plan.fields:
        if not same(old[0], name):
            fields.append(old)
        elif not done:
            fields.append((name, value))
            done = True
    return plan._replace(fields=tuple(fields) if done else (*fields, (name, value)))


def without(plan: Plan, name: bytes) -> Plan:
    """The plan with no field of that name."""
    return plan._replace(fields=tuple(field for field in plan.fields if not same(field[0], name)))


def added(plan: Plan, name: bytes, value: bytes) -> Plan:
    """The plan with one more line, whatever is there."""
    return plan._replace(fields=(*plan.fields, (name, value)))


def raw_added(plan: Plan, line: bytes) -> Plan:
    """The plan with a line sent as it is."""
    return plan._replace(raw_lines=(*plan.raw_lines, line))


def rekeyed(plan: Plan, key: bytes) -> Plan:
    """The same request with another key, wherever its own stands in it."""
    old = next((value for name, value in plan.fields if same(name, b"Sec-WebSocket-Key")), b"")
    if plan.whole is not None:
        return plan._replace(whole=plan.whole.replace(old, key)) if old else plan
    return replaced(plan, b"Sec-WebSocket-Key", key)


def filled(template: bytes, plan: Plan) -> Plan:
    """The plan of a request that stands in a file, `{key}`, `{host}` and `{target}` filled in from a good plan."""
    good = {name.lower(): value for name, value in plan.fields}
    known = {
        b"{key}": good.get(b"sec-websocket-key", b""),
        b"{host}": good.get(b"host", b""),
        b"{target}": plan.target,
    }
    for mark, value in known.items():
        template = template.replace(mark, value)
    return plan._replace(whole=template)


# -- what a user writes ------------------------------------------------------------------------------------------------


def edit_header(plan: Plan, text: str) -> Plan:
    """`Name: value` replaces the field, `Name:` leaves it out, `Name;` sends it empty: curl's `-H`. UsageError else."""
    name, value = split_header(text)
    if value is None:
        return without(plan, name)
    return replaced(plan, name, value)


def split_header(text: str) -> tuple[bytes, bytes | None]:
    """(name, value) of `Name: value`; the value is None for `Name:` and empty for `Name;`."""
    if re.search(r"[\r\n\0]", text):
        raise UsageError(f"the field {text!r} holds CR, LF or NUL: use --raw-field to send that on purpose")
    written, colon, rest = text.partition(":")
    if not colon and text.rstrip().endswith(";"):
        return _name(text.rstrip()[:-1], text), b""
    if not colon:
        raise UsageError(
            f"{text!r} is no field: write 'Name: value', 'Name:' to leave it out, 'Name;' to send it empty"
        )
    name = _name(written, text)
    value = rest.encode("utf-8", "surrogateescape").strip(OWS)
    if CONTROL.search(value):
        raise UsageError(f"the field {text!r} holds a control character: use --raw-field to send that on purpose")
    return name, value or None


def _name(written: str, text: str) -> bytes:
    name = written.encode("utf-8", "surrogateescape")
    if not name:
        raise UsageError(f"the field {text!r} has no name")
    if not is_token(name):
        bad = TOKEN.sub(b"", name).decode("utf-8", "replace")[:1]
        raise UsageError(f"{written!r} is no field name because of {bad!r}: use --raw-field to send it on purpose")
    return name


_ESCAPE = re.compile(r"\\(?:([rnt0\\])|x([0-9A-Fa-f]{2}))|(\\)")
_SIMPLE = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def unescape(text: str) -> bytes:
    r"""The octets of a text with escapes `\r \n \t \0 \\ \xHH`; UsageError for another escape."""
    out = bytearray()
    pos = 0
    for match in _ESCAPE.finditer(text):
        if match[3]:
            raise UsageError(rf"{text!r} has an unknown escape: known are \r \n \t \0 \\ and \xHH")
        out += text[pos : match.start()].encode("utf-8", "surrogateescape")
        out += _SIMPLE[match[1]] if match[1] else bytes.fromhex(match[2])
        pos = match.end()
    return bytes(out) + text[pos:].encode("utf-8", "surrogateescape")
