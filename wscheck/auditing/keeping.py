"""How much of what came is kept until an audit is over: a server may answer each of some three hundred requests with
half a MiB, or with frames of no length. FLOOR 3.

May never enter: a verdict. A case is judged by all that came, and what is cut says so.
"""

from __future__ import annotations

from wscheck.auditing.proving import Played
from wscheck.cases import Seen
from wscheck.cases.tally import LOOKED_AT
from wscheck.core.answer import Answer
from wscheck.core.exchange import Exchange, Tunnel
from wscheck.core.fields import named
from wscheck.core.head import Head

# The replies of one audit that are kept whole. In JSON an octet takes up to six: a saved audit can still be read.
WHOLE_BYTES = 4 << 20
# Of each reply behind that; enough to see what kind of reply it was.
CUT_BYTES = 2048
CUT_FRAMES = 32
CUT_FIELDS = 8  # of each name
# What is kept and shown of a frame beside its octets.
FRAME_BYTES = 64


class Keeper:
    """Keeps replies whole as long as there is room."""

    def __init__(self) -> None:
        self._room = WHOLE_BYTES

    def kept(self, played: Played) -> Played:
        """A case that was judged, as it is kept."""
        self._room -= sum(_size(made) for made in played.exchanges)
        if self._room >= 0:
            return played
        return played._replace(exchanges=tuple(map(_cut, played.exchanges)), seen=_light(played.seen))


def _size(made: Exchange) -> int:
    tunnel = made.tunnel
    if tunnel is None:
        return len(made.response)
    frames = len(tunnel.sent_frames) + len(tunnel.received_frames)
    return len(made.response) + len(tunnel.sent) + len(tunnel.received) + FRAME_BYTES * frames


def _cut(made: Exchange) -> Exchange:
    tunnel = made.tunnel and _cut_tunnel(made.tunnel)
    less = len(made.response) > CUT_BYTES or tunnel != made.tunnel
    return made._replace(response=made.response[:CUT_BYTES], tunnel=tunnel, truncated=made.truncated or less)


def _cut_tunnel(tunnel: Tunnel) -> Tunnel:
    return tunnel._replace(
        sent=tunnel.sent[:CUT_BYTES],
        received=tunnel.received[:CUT_BYTES],
        sent_frames=tunnel.sent_frames[:CUT_FRAMES],
        received_frames=tunnel.received_frames[:CUT_FRAMES],
    )


def _light(seen: Seen) -> Seen:
    """What is looked at over all cases: statuses, a few fields, and how a connection ended."""
    return seen._replace(answers=tuple(answer and _light_answer(answer) for answer in seen.answers))


def _light_answer(answer: Answer) -> Answer:
    head = answer.head and _light_head(answer.head)
    tunnel = answer.tunnel and _cut_tunnel(answer.tunnel)
    return answer._replace(response=b"", interim=(), head=head, tunnel=tunnel, truncated=True)


def _light_head(head: Head) -> Head:
    fields = [field for name in LOOKED_AT for field in named(head.fields, name)[:CUT_FIELDS]]
    short = (field._replace(value=field.value[:CUT_BYTES], raw=field.raw[:CUT_BYTES]) for field in fields)
    return head._replace(raw=b"", fields=tuple(short), deviations=())
