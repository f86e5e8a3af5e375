"""Judges of negotiated extensions, shared by the sections that offer some.

May never enter: what a certain case offers.
"""

from __future__ import annotations

from wscheck.cases import Judge, Said, Seen
from wscheck.cases.verdicts import accepted_rightly, said, silence
from wscheck.core.answer import Answer
from wscheck.core.deflate import NAME, judge_acceptance
from wscheck.core.fields import named
from wscheck.core.report import Status
from wscheck.core.visible import visible


def accepted_extensions(answer: Answer | None) -> str:
    """What Sec-WebSocket-Extensions of a reply says, printable."""
    fields = answer.all(b"Sec-WebSocket-Extensions") if answer else ()
    return ", ".join(visible(field.value, 80) or "an empty value" for field in fields)


def told(seen: Seen) -> str:
    listed = accepted_extensions(seen.answer)
    return f"{said(seen)}, {f'accepted {listed}' if listed else 'declined'}"


def acceptance_faults(answer: Answer) -> tuple[str, ...]:
    """What is wrong with the extensions of a 101 as an answer to this offer (RFC 6455 §9.1, RFC 7692 §5, §7)."""
    taken = answer.accepted_extensions
    offers = [offer for offer in answer.sent.extensions if offer.name == NAME]
    known = {offer.name for offer in answer.sent.extensions}
    # An offer that cannot be parsed was made all the same; that it had to be declined is said below.
    known |= {NAME for field in named(answer.sent.fields, b"Sec-WebSocket-Extensions") if NAME in field.value}
    faults = [f"{visible(one.name, 40)} was not offered" for one in taken if one.name not in known]
    deflates = [one for one in taken if one.name == NAME]
    if len(deflates) > 1:
        faults.append("permessage-deflate was accepted twice")
    for one_taken in deflates:
        faults += [text for _, text in judge_acceptance(one_taken, offers)]
    if answer.all(b"Sec-WebSocket-Extensions") and not taken:
        faults.append("the field is there and names nothing")
    return tuple(faults)


def shown_only(judge: Judge) -> Judge:
    """The same, for a row that only informs: what is wrong there is judged by another case."""

    def told(seen: Seen) -> Said:
        found = judge(seen)
        return found._replace(status="info") if found.status == "fail" else found

    return told


def negotiated(refusal: Status = "warn", declined: Status = "pass", accepted: Status = "pass") -> Judge:
    """A 101 whose extensions answer the offer. `refusal`, `declined`, `accepted` are the statuses of these."""

    def judge(seen: Seen) -> Said:
        answer = seen.answer
        if seen.outcome != "accepted" or answer is None:
            return silence(seen) or Said(refusal, said(seen))
        wrong = accepted_rightly(seen)
        if wrong:
            return wrong
        faults = acceptance_faults(answer)
        if faults:
            return Said("fail", f"{told(seen)}: {'; '.join(faults)}")
        return Said(accepted if answer.accepted_extensions else declined, told(seen))

    return judge
