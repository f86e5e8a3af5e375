"""How refusals are made, over all of them (RFC 6455 §4.2.1, §10.7; RFC 9110 §15)."""

from __future__ import annotations

from collections.abc import Callable

from wscheck.lab.leniencies import Leniency, lacking, told
from wscheck.lab.request import Request
from wscheck.lab.respond import STRICT, Server
from wscheck.lab.rules import refuse
from wscheck.lab.script import Draft, Script


def _refusing(edit: Callable[[Request, Draft], Draft]) -> Server:
    """The server whose refusals are made in another way."""
    return STRICT._replace(refuses=lambda request, draft: edit(request, draft).script())


def _crash(request: Request, draft: Draft) -> Draft:
    return refuse(request, b"500 Internal Server Error", "Something broke.")


def _without_upgrade(request: Request, draft: Draft) -> Draft:
    return lacking(draft, b"Upgrade") if b" 426 " in draft.start else draft


def _without_option(request: Request, draft: Draft) -> Draft:
    lines = tuple(b"Connection: close" if line.startswith(b"Connection:") else line for line in draft.lines)
    return draft._replace(lines=lines)


def _too_short(request: Request, draft: Draft) -> Draft:
    kept = lacking(draft, b"Content-Length")
    return kept._replace(lines=(*kept.lines, b"Content-Length: %d" % (len(draft.tail) + 10)))


LENIENCIES = (
    Leniency("lenient-refusal-500", "answers every mistake of a client with 500", told(), _refusing(_crash)),
    Leniency(
        "lenient-refusal-closed",
        "closes in place of every refusal",
        told(),
        STRICT._replace(refuses=lambda request, draft: Script((), "close")),
    ),
    Leniency(
        "lenient-refusal-silent",
        "keeps silent in place of every refusal",
        told(),
        STRICT._replace(refuses=lambda request, draft: Script((), "deaf")),
    ),
    Leniency(
        "lenient-405-allow",
        "leaves Allow out of a 405",
        told(fail="refusals-allow"),
        _refusing(lambda request, draft: lacking(draft, b"Allow")),
    ),
    Leniency(
        "lenient-426-upgrade",
        "leaves Upgrade out of a 426",
        told(fail="refusals-upgrade"),
        _refusing(_without_upgrade),
    ),
    Leniency(
        "lenient-refusal-hop",
        "does not list Upgrade in Connection when it refuses",
        told(fail="refusals-hop"),
        _refusing(_without_option),
    ),
    Leniency(
        "lenient-refusal-length",
        "says a longer Content-Length than it sends",
        told(fail="refusals-framed"),
        _refusing(_too_short),
    ),
)
