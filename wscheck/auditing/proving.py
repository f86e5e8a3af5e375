"""Plays one case on the wire: its requests, in the way that it says, and what came for each. FLOOR 3.

May never enter: which cases are made and when (`auditing`), and a verdict on them (`cases`).
"""

from __future__ import annotations

import asyncio
import zlib
from typing import NamedTuple

from wscheck.auditing.blaming import limited
from wscheck.auditing.pacing import requests
from wscheck.cases import Case, Good, Seen, Shot
from wscheck.cases.negotiation import acceptance_faults
from wscheck.cases.verdicts import accept_of, chosen, outcome_of
from wscheck.core import plan as plans
from wscheck.core.answer import Answer, read_answer, read_sent
from wscheck.core.deflate import NAME
from wscheck.core.exchange import Exchange
from wscheck.core.fields import named
from wscheck.core.frame import PING, TEXT, client_frame
from wscheck.core.key import accept_for
from wscheck.core.plan import Plan
from wscheck.core.report import Outcome
from wscheck.core.talk import FAREWELL, Talk
from wscheck.probing.jobs import Job, proxy_trust_for, trust_for
from wscheck.probing.reaching import Reached
from wscheck.wire.clock import Deadline
from wscheck.wire.http1 import exchange
from wscheck.wire.limits import Limits
from wscheck.wire.nonce import new_key

_TEXT, _PAYLOAD = b"wscheck text", b"wscheck6"
ECHO_S = 0.3


class Played(NamedTuple):
    """What a case brought. `lost` says that no connection could be made, so that nothing is shown."""

    shots: tuple[Shot, ...]
    seen: Seen
    exchanges: tuple[Exchange, ...]
    lost: bool


class Prover:
    """Makes the requests of an audit: the same way as the first handshake, each within `case_s` seconds."""

    def __init__(self, job: Job, reached: Reached, case_s: float, total: Deadline, cadata: str | None) -> None:
        self.options, self.plan, self.target = job.options, reached.plan, reached.target
        self.main = next(one for one in reversed(reached.exchanges) if one.purpose == "handshake")
        self.case_s, self.total = case_s, total
        limits = job.options.limits
        self.limits = Limits(min(limits.connect_s, case_s), case_s, min(limits.body_s, 0.5), 2 * case_s, case_s, case_s)
        self._trust = trust_for(self.target, self.options, cadata, own=reached.own)
        self._proxy_trust = proxy_trust_for(self.target, self.options)

    async def play(self, good: Good, case: Case) -> Played:
        """Makes the case's requests and returns what came."""
        good = good._replace(plan=plans.rekeyed(good.plan, new_key()), another_key=new_key())
        shots = case.shots(good)
        if case.way == "together":
            several = await asyncio.gather(*(self._one(shot, case.id) for shot in shots))
            made = [one for each in several for one in each]
        elif case.way == "reused":
            made = list(await self._one(shots[0], case.id, behind=shots[1].plan))
        else:
            made = await self._each(shots, case.id)
        mains = [one for one in made if one.purpose != "connect"]
        unmade = len(shots) - len(mains)
        answers = (*(read_answer(one) if one.response else None for one in mains), *(None,) * unmade)
        outcomes: tuple[Outcome, ...] = (
            *(_outcome(one, answer) for one, answer in zip(mains, answers, strict=False)),
            *(_UNMADE for _ in range(unmade)),
        )
        lost = any(one.failure is not None and one.failure.stage in _UNREACHED for one in mains)
        return Played(shots, Seen(good, answers, outcomes, self.case_s, len(mains)), tuple(made), lost)

    @property
    def over(self) -> bool:
        """Whether the time of the whole audit is over."""
        return self.total.left_s() <= 0

    async def _each(self, shots: tuple[Shot, ...], purpose: str) -> list[Exchange]:
        """One connection after another, until the server wants no more of them."""
        made: list[Exchange] = []
        for shot in shots:
            made += await self._one(shot, purpose)
            if limited(made):
                break
        return made

    async def _one(self, shot: Shot, purpose: str, behind: Plan | None = None) -> tuple[Exchange, ...]:
        talk = shot.talk._replace(close_s=min(shot.talk.close_s, self.case_s))
        limit_s = self.case_s * requests(shot)
        return await exchange(
            shot.plan,
            self.target,
            self._trust,
            self.limits,
            route=self.options.route,
            delivery=shot.delivery,
            talk=talk._replace(wait_s=min(talk.wait_s, self.case_s)),
            purpose=purpose,
            total=Deadline(limit_s, "case").nearer(self.total),
            proxy_trust=self._proxy_trust,
            behind=behind,
        )

    async def control(self) -> tuple[Exchange, ...]:
        """The good handshake once more."""
        return await self._one(Shot(plans.rekeyed(self.plan, new_key()), talk=FAREWELL), "again")

    async def learn(self) -> tuple[Exchange, ...]:
        """One handshake that offers permessage-deflate and sends a text: what the server can do."""
        plan = plans.rekeyed(self.plan, new_key())
        octets = client_frame(TEXT, _TEXT) + client_frame(PING, _PAYLOAD)
        # An echo comes later than the Pong; one that takes longer than this is not waited for.
        talk = Talk(octets, ping=_PAYLOAD, messages=1, wait_s=min(self.case_s, ECHO_S))
        return await self._one(Shot(plans.replaced(plan, b"Sec-WebSocket-Extensions", NAME), talk=talk), "learn")

    def accepted(self, made: Exchange) -> bool:
        """Whether an exchange is an accepted handshake, with the right Accept."""
        answer = read_answer(made) if made.response else None
        if answer is None or answer.status != 101 or answer.sent.key is None:
            return False
        return accept_of(answer) == accept_for(answer.sent.key).encode()


_UNMADE: Outcome = "closed"  # of a request that was not made any more
_UNREACHED = ("dns", "tcp", "proxy", "tls")


def _outcome(made: Exchange, answer: Answer | None) -> Outcome:
    if answer is None and made.failure is not None and made.failure.kind == "timeout":
        return "silent"
    return outcome_of(answer)


def good_from(prover: Prover, learned: Exchange) -> Good:
    """What cases start from: the accepted request, and what it and the learning showed of the server."""
    main = read_answer(prover.main)
    answer = read_answer(learned) if learned.response else None
    offered = read_sent(prover.main.request)
    picked = chosen(main)
    subprotocols = (*picked, *(name for name in offered.subprotocols if name not in picked)) if picked else ()
    has = {
        "subprotocol": bool(picked),
        "two-subprotocols": len(subprotocols) > 1,
        "deflate": answer is not None and _deflates(answer),
        "no-client-takeover": answer is not None and _no_takeover(answer),
        "stands": _stands(main),
        # A server may answer the one Ping and spoil the payload of the other, which is no text.
        "ping": any(one is not None and one.tunnel is not None and one.tunnel.pong for one in (main, answer)),
        "echo": answer is not None and _echoes(answer),
        "origin": bool(named(offered.fields, b"Origin")),
        "credentials": bool(named(offered.fields, b"Authorization")),
        "cookie": bool(named(offered.fields, b"Cookie")),
        "tls": prover.target.secure,
    }
    known = frozenset(name for name, found in has.items() if found)
    return Good(prover.plan, prover.target, new_key(), subprotocols, known, _greeting(answer))


def _deflates(answer: Answer) -> bool:
    taken = any(extension.name == NAME for extension in answer.accepted_extensions)
    return answer.status == 101 and taken and not acceptance_faults(answer)


def _stands(answer: Answer) -> bool:
    """Whether the connection stood until we left it, or until our Ping was answered (RFC 6455 §7.3: a server may close
    whenever it wants to)."""
    tunnel = answer.tunnel
    return tunnel is None or tunnel.pong or tunnel.ending.by != "server"


def _no_takeover(answer: Answer) -> bool:
    """Whether the acceptance binds the client to self-contained messages (RFC 7692 §7.1.1.2)."""
    names = [param.name for extension in answer.accepted_extensions for param in extension.params]
    return b"client_no_context_takeover" in names


def _greeting(answer: Answer | None) -> int:
    """How many messages the server sends of its own before it echoes ours."""
    frames = answer.tunnel.received_frames if answer and answer.tunnel else ()
    texts = [frame.payload for frame in frames if frame.fin and not frame.control]
    return max(len(texts) - 1, 0)


def _echoes(answer: Answer) -> bool:
    """Whether the text came back, compressed or not."""
    frames = answer.tunnel.received_frames if answer.tunnel else ()
    return any(_inflated(frame.payload) == _TEXT if frame.rsv & 4 else frame.payload == _TEXT for frame in frames)


def _inflated(payload: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff", 1 << 16)
    except zlib.error:
        return b""
