"""Audits of the lab inside this process, over real sockets, and which cases a leniency can change at all.

A case whose requests a lenient server answers exactly as the strict one, octet for octet, brings the same with both. So
it is enough to play those that are answered in another way; whatever cannot be decided without a connection is played.
"""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Iterable
from typing import NamedTuple

from wscheck import probing
from wscheck.auditing import Audit, Pace
from wscheck.auditing.choosing import Chosen
from wscheck.cases import NEEDS, Good, Seen, Shot, cases, sections
from wscheck.cases.tally import TALLIES
from wscheck.core.deflate import NAME
from wscheck.core.plan import craft, replaced
from wscheck.core.report import CaseResult
from wscheck.core.target import parse_target
from wscheck.lab.leniencies import Leniency, leniencies
from wscheck.lab.naming import name_in
from wscheck.lab.respond import STRICT, Server, respond
from wscheck.lab.script import Script
from wscheck.probing.asking import Asked, plan_for

ASKED = Asked(
    subprotocols=("chat", "superchat"),
    headers=("Authorization: Bearer x", "Cookie: a=b"),
    key="q2IPqFe2b8ZPxsAqKpqPLA==",
)
ALL = tuple(cases())
# WSCHECK_MATRIX=full plays every case against every leniency: some minutes in place of some seconds.
FULL = os.environ.get("WSCHECK_MATRIX") == "full"

# Long enough for a loaded machine: only what stays silent waits for it. A case that wants no answer gets its own run.
CASE_S = 3.0
NEVER_ANSWERED = "head-stalled"
SILENT, SILENT_CASE_S = "lenient-refusal-silent", 1.0

DATE = b"Mon, 02 Mar 2026 10:00:00 GMT"
_ANOTHER_KEY = b"vFkU8hYJ3l5Qz1m0c7T2aA=="


class Run(NamedTuple):
    """What an audit brought: each case's result, and what the cases of conformance showed for the tallies."""

    results: dict[str, CaseResult]
    brought: dict[str, Seen]
    stopped: str | None


def chosen(ids: Iterable[str], *, tallies: bool = False) -> Chosen:
    """Exactly these cases."""
    wanted = set(ids)
    picked = tuple(case for name, case in cases().items() if name in wanted)
    kept = tuple(section for section in sections() if any(case.id in wanted for case in section.cases))
    return Chosen(picked, kept, TALLIES if tallies else ())


async def audited(url: str, picked: Chosen, asked: Asked = ASKED, pace: Pace = Pace(8, 0.0, CASE_S)) -> Run:  # noqa: B008  # a value that cannot change
    """One audit."""
    audit = Audit(probing.Job(parse_target(url), probing.Options(asked=asked)), picked, pace)
    await audit.run()
    return Run(dict(audit.results), {found.case.id: found.seen for found in audit._brought}, audit.stopped)


# -- which cases to play -----------------------------------------------------------------------------------------------


@functools.cache
def _requests() -> dict[str, tuple[bytes, ...]]:
    """The requests of each case, and of the handshakes from which an audit learns what a server can do."""
    target = parse_target("ws://127.0.0.1:9001/")
    plan, _ = plan_for(target, ASKED)
    has = frozenset(NEEDS) - {"tls"}
    good = Good(plan, target, _ANOTHER_KEY, (b"chat", b"superchat"), has)
    known = {name: tuple(craft(shot.plan) for shot in case.shots(good)) for name, case in cases().items()}
    learning = Shot(replaced(plan, b"Sec-WebSocket-Extensions", NAME))
    return {**known, "": (craft(plan), craft(learning.plan))}


_read = functools.cache(STRICT.read)


def _answers(octets: tuple[bytes, ...], server: Server) -> list[Script | None]:
    """The reply to each request, None to one whose head is not whole or too long: both servers treat that alike."""
    scripts: list[Script | None] = []
    for request in octets:
        end = server.head_end(request)
        whole = end is not None and end <= server.limit_bytes
        read = (_read if server.read is STRICT.read else server.read)(request[:end], DATE) if whole else None
        scripts.append(respond(read._replace(here=not name_in(read.target)), server) if read else None)
    return scripts


@functools.cache
def _strict_answers(name: str) -> list[Script | None]:
    return _answers(_requests()[name], STRICT)


@functools.cache
def affected(name: str) -> tuple[str, ...]:
    """The cases that this leniency may change."""
    leniency = leniencies()[name]
    server = leniency.server
    if server.patience_s != STRICT.patience_s:
        return ALL
    others = tuple(name for name in ALL if name != NEVER_ANSWERED)
    outside = (server.head_end, server.limit_bytes) != (STRICT.head_end, STRICT.limit_bytes)
    learned = not _same("", server)
    if outside or leniency.alone or FULL or (learned and server.subprotocol is not STRICT.subprotocol):
        return others
    # What was learned of the server decides which cases can be made, and nothing else.
    return tuple(name for name in others if (learned and cases()[name].needs) or not _same(name, server))


def _same(name: str, server: Server) -> bool:
    return _answers(_requests()[name], server) == _strict_answers(name)


# -- all of them -------------------------------------------------------------------------------------------------------


async def _everything() -> dict[str, Run]:
    gate = asyncio.Semaphore(6)

    async def one(leniency: Leniency) -> tuple[str, Run]:
        picked = chosen(affected(leniency.id))
        pace = Pace(1 if leniency.alone else 8, 0.0, CASE_S)
        if leniency.id == SILENT:
            pace = Pace(32, 0.0, SILENT_CASE_S)
        async with gate:
            return leniency.id, await audited(f"lab:{leniency.id}", picked, pace=pace)

    # What waits most begins first.
    in_order = sorted(leniencies().values(), key=lambda leniency: leniency.id != SILENT)
    # The strict server first and alone: all others are held against it.
    strict = await audited("lab:", chosen(ALL, tallies=True))
    played = dict(await asyncio.gather(*(one(leniency) for leniency in in_order)))
    return {"": strict, **{name: _merged(strict, run) for name, run in played.items()}}


def _merged(strict: Run, run: Run) -> Run:
    """What the whole audit would have brought: the cases that were played, the others as with the strict server."""
    brought = {name: seen for name, seen in strict.brought.items() if name not in run.results} | run.brought
    results = {**strict.results, **run.results}
    for tally in TALLIES:
        said = tally.judge([(cases()[name], seen) for name, seen in brought.items()])
        results[tally.id] = strict.results[tally.id]._replace(status=said.status, observed=said.observed)
    return Run(results, brought, run.stopped)


@functools.cache
def runs() -> dict[str, Run]:
    """The audit of the strict server, by "", and of each leniency, made once."""
    return asyncio.run(_everything())
