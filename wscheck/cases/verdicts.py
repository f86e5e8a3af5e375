"""What makes an outcome right: the judges that cases share.

May never enter: what a certain case sends. "Must be refused" passes on a refusal, on an answer as if Upgrade were
absent and on a close: RFC 6455 §4.2.1 wants an error code, §10.7 allows a dropped connection, RFC 9110 §7.8 allows
Upgrade to be ignored. Silence is a warning there (§4.2.1): a client is left waiting.
"""

from __future__ import annotations

from wscheck.cases import Judge, Said, Seen
from wscheck.core.answer import Answer
from wscheck.core.fields import members, named
from wscheck.core.grammar import same
from wscheck.core.key import accept_for, accept_mistake
from wscheck.core.report import Outcome, Status
from wscheck.core.visible import visible


def outcome_of(answer: Answer | None) -> Outcome:
    """What became of one request. `answer` is None when the connection ended or stayed silent without an octet, and
    then the failure decides, which is not here: see `auditing`."""
    if answer is None:
        return "closed"
    status = answer.status
    if status == 101:
        return "accepted"
    if status is None:
        # Octets, but no head that could be read: whoever answers so has not switched.
        waits = answer.failure is not None and answer.failure.kind == "timeout"
        return "silent" if waits else "closed"
    return "ignored" if 200 <= status < 400 or status == 404 else "refused"


def said(seen: Seen, number: int = -1) -> str:
    """What the server did with a request, in a sentence."""
    answer, outcome = seen.answers[number], seen.outcomes[number]
    if answer is None:
        return _nothing(outcome, seen.limit_s)
    if answer.head is None or answer.status is None:
        ended = f"then silence for {seen.limit_s:g} s" if outcome == "silent" else "then the end of the connection"
        return f"no reply that can be read, {visible(answer.response, 40)}, {ended}"
    line = f"{answer.status} {visible(answer.head.reason, 40)}".rstrip()
    return {
        "accepted": f"switched: {line}",
        "ignored": f"answered as if Upgrade were absent: {line}",
        "refused": f"refused: {line}",
    }.get(outcome, line)


def _nothing(outcome: Outcome, limit_s: float) -> str:
    return f"silence for {limit_s:g} s" if outcome == "silent" else "the connection was closed without a reply"


def silence(seen: Seen) -> Said | None:
    """The warning for a request that got nothing (R-6455-4.2.1-24), None when something came."""
    return Said("warn", f"{said(seen)}: neither an answer nor a close") if seen.outcome == "silent" else None


def must_refuse(accepted: Status = "fail") -> Judge:
    """Any outcome but a 101 is right; `accepted` is the status of a 101."""

    def judge(seen: Seen) -> Said:
        if seen.outcome == "accepted":
            return Said(accepted, said(seen))
        return silence(seen) or Said("pass", said(seen))

    return judge


def exactly(status: int) -> Judge:
    """One of the few places where the code itself is mandated: another refusal is a warning, a 101 an error."""

    def judge(seen: Seen) -> Said:
        if seen.outcome == "accepted":
            return Said("fail", said(seen))
        right = seen.answer is not None and seen.answer.status == status
        return Said("pass" if right else "warn", said(seen))

    return judge


def must_accept(refused: Status = "fail") -> Judge:
    """A 101 with the right Accept is right; `refused` is the status of anything but a 101."""

    def judge(seen: Seen) -> Said:
        if seen.outcome != "accepted":
            return Said(refused, said(seen))
        return accepted_rightly(seen) or Said("pass", said(seen))

    return judge


def either(accepted: Status = "pass") -> Judge:
    """Both are legal, and worth showing; only silence is a warning."""

    def judge(seen: Seen) -> Said:
        if seen.outcome == "accepted":
            return accepted_rightly(seen) or Said(accepted, said(seen))
        return silence(seen) or Said("pass", said(seen))

    return judge


def informs(seen: Seen) -> Said:
    """Whatever came is shown and judged no further; but a 101 has to answer its request, whatever that was."""
    wrong = accepted_rightly(seen) if seen.outcome == "accepted" else None
    return wrong or silence(seen) or Said("info", said(seen))


def accepted_rightly(seen: Seen, number: int = -1) -> Said | None:
    """The failure of a 101 whose Upgrade, Connection or Accept does not answer this request; None when they do."""
    answer = seen.answers[number]
    if answer is None or answer.sent.key is None:
        return None
    upgrades = members(answer.all(b"Upgrade"))
    if len(upgrades) != 1 or not same(upgrades[0], b"websocket"):
        shown = ", ".join(visible(name, 40) for name in upgrades) or "nothing"
        return Said("fail", f"switched, but Upgrade says {shown}")
    if not any(same(option, b"upgrade") for option in members(answer.all(b"Connection"))):
        return Said("fail", "switched, but Connection does not hold upgrade")
    if len(answer.all(b"Sec-WebSocket-Accept")) > 1:
        return Said("fail", "switched, but with more than one Sec-WebSocket-Accept")
    return _wrong_accept(answer, answer.sent.key)


def _wrong_accept(answer: Answer, key: bytes) -> Said | None:
    value = accept_of(answer)
    if value == accept_for(key).encode():
        return None
    if not value:
        return Said("fail", "switched, but without Sec-WebSocket-Accept")
    mistake = accept_mistake(key, value)
    why = mistake[1] if mistake else "it answers another key"
    return Said("fail", f"switched, but Accept is {visible(value, 40)}: {why}")


def accept_of(answer: Answer) -> bytes:
    """The value of the first Sec-WebSocket-Accept, or nothing."""
    fields = answer.all(b"Sec-WebSocket-Accept")
    return fields[0].value if fields else b""


def chosen(answer: Answer) -> tuple[bytes, ...]:
    """What Sec-WebSocket-Protocol of a reply names, field by field."""
    return tuple(field.value for field in answer.all(b"Sec-WebSocket-Protocol"))


def offered(good_fields: tuple[tuple[bytes, bytes], ...], name: bytes) -> bytes:
    """The value of a field of the good request, or nothing."""
    return next((value for field, value in good_fields if same(field, name)), b"")


def version_list(answer: Answer) -> tuple[bytes, ...]:
    """The versions that a reply advertises."""
    return tuple(version for version in members(named(answer.head.fields if answer.head else (), _VERSION)) if version)


_VERSION = b"Sec-WebSocket-Version"
