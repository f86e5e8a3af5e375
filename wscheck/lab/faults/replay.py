"""Answers that are right once: a cache, state that outlives a request, a server that takes one connection only."""

from __future__ import annotations

from wscheck.core.key import accept_for
from wscheck.lab.faults import Answer, Fault
from wscheck.lab.request import Request
from wscheck.lab.respond import switching
from wscheck.lab.rules import refuse
from wscheck.lab.script import Script


def _again(*lines: bytes) -> Answer:
    """The first 101 of this path again and again, as a cache sends it."""

    def answer(request: Request) -> Script:
        key = request.first_key or request.key
        kept = [line for line in switching(request).lines if not line.startswith(b"Sec-WebSocket-Accept:")]
        accept = b"Sec-WebSocket-Accept: " + accept_for(key).encode()
        draft = switching(request)._replace(lines=(*kept, accept, *(lines if request.first_key else ())))
        return draft.script()

    return answer


def _second(answer: Answer) -> Answer:
    """The right 101 the first time, this answer from then on."""
    return lambda request: answer(request) if request.first_key else switching(request).script()


def _stale(request: Request) -> Script:
    lines = tuple(line for line in switching(request).lines if not line.startswith(b"Sec-WebSocket-Accept:"))
    accept = b"Sec-WebSocket-Accept: " + accept_for(request.first_key[::-1]).encode()
    return switching(request)._replace(lines=(*lines, accept)).script()


FAULTS = (
    Fault("replay-cache", "a cache answers with the first 101", {"replay": ("replayed",)}, _again(b"Age: 7")),
    Fault("replay-first", "the first Accept is given to every key", {"replay": ("replayed",)}, _again()),
    Fault("replay-stale", "a wrong Accept from the second key on", {"replay": ("second-wrong",)}, _second(_stale)),
    Fault(
        "replay-none",
        "no Accept from the second key on",
        {"replay": ("second-wrong",)},
        _second(
            lambda request: switching(request)._replace(lines=(b"Upgrade: websocket", b"Connection: Upgrade")).script()
        ),
    ),
    Fault(
        "replay-refused",
        "one connection only, the next one is refused",
        {"replay": ("second-refused",)},
        _second(lambda request: refuse(request, b"503 Service Unavailable", "One connection at a time.").script()),
    ),
    Fault(
        "replay-lost",
        "one connection only, the next one gets no reply",
        {"replay": ("second-lost",)},
        _second(lambda request: Script((), "close")),
    ),
)
