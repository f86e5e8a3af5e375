"""Which fault or leniency a name or a path means.

May never enter: what it does. Both folders are loaded late: the strict server needs neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wscheck.errors import unknown
from wscheck.lab.request import path_of

if TYPE_CHECKING:
    from wscheck.lab.faults import Fault
    from wscheck.lab.leniencies import Leniency

LENIENT = "lenient-"  # how the name of each leniency begins


def fault_named(name: str) -> Fault | Leniency:
    """The fault or the leniency of that name; UsageError with the nearest name else."""
    found = fault_at(name) or leniency_at(name)
    if found is None:
        from wscheck.lab.faults import faults
        from wscheck.lab.leniencies import leniencies

        raise unknown("fault", name, [*faults(), *leniencies()], where="wscheck explain faults")
    return found


def fault_at(name: str) -> Fault | None:
    """The fault of that name, None when there is none."""
    if not name or name.startswith(LENIENT):
        return None
    from wscheck.lab.faults import faults

    return faults().get(name)


def leniency_at(name: str) -> Leniency | None:
    """The leniency of that name, None when there is none."""
    if not name.startswith(LENIENT):
        return None
    from wscheck.lab.leniencies import leniencies

    return leniencies().get(name)


def name_in(target: bytes) -> str:
    """What stands in the path of a request target where a fault or a leniency would be named."""
    return path_of(target).strip(b"/").decode("latin-1")
