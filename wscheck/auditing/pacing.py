"""How fast an audit goes, and the longest that it may take. FLOOR 3.

May never enter: a clock. The bound is known before anything is sent.
"""

from __future__ import annotations

from typing import NamedTuple

from wscheck.auditing.choosing import Chosen
from wscheck.cases import Good, Shot
from wscheck.core import plan as plans
from wscheck.probing.jobs import Job
from wscheck.wire.nonce import new_key

# A control that fails is tried again for so long before the server counts as gone: a worker may be starting anew.
RECOVERY_S = 1.0
RECOVERY_STEP_S = 0.2


class Pace(NamedTuple):
    """How an audit is made: `jobs` cases at the same time, `delay_s` between starts, `case_s` for each request."""

    jobs: int = 4
    delay_s: float = 0.0
    case_s: float = 2.0
    total_s: float = 300.0


def requests(shot: Shot) -> int:
    """How many times the limit of a case a shot may take: what is said behind the 101 has a time of its own."""
    return 2 if shot.talk.octets or shot.talk.ping is not None else 1


def bound_s(job: Job, chosen: Chosen, pace: Pace) -> float:
    """The longest that an audit may take, in seconds: every request at its limit."""
    sample = Good(plans.good_plan(job.target, new_key()), job.target, new_key(), (b"a", b"b"))
    shots = sum(requests(shot) for case in chosen.cases for shot in case.shots(sample))
    # Behind each batch: a case that is made once more, and the control before and behind it.
    behind = 2 * pace.case_s + 2 * (pace.case_s + RECOVERY_S)
    controls = (len(chosen.sections) + 2) * behind
    waits = pace.delay_s * len(chosen.cases) + job.options.limits.total_s
    return min(shots * pace.case_s / pace.jobs + 2 * pace.case_s + controls + waits, pace.total_s)
