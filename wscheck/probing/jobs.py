"""What a probe is asked to do, and whether it can be: before anything is sent. FLOOR 3.

May never enter: sending. Wrong use is a UsageError here, and nowhere later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wscheck.core import plan as plans
from wscheck.core.answer import read_sent
from wscheck.core.demand import refuse_contradictions
from wscheck.core.plan import Plan
from wscheck.core.route import NO_ROUTE, Route
from wscheck.core.target import Target, parse_target
from wscheck.errors import UsageError, unknown
from wscheck.probing.asking import Asked, plan_for
from wscheck.probing.reporting import Judging
from wscheck.wire.limits import Limits

if TYPE_CHECKING:
    from wscheck.probing.following import Following
    from wscheck.wire.trust import ClientCertificate, Trust


class Options(NamedTuple):
    """How a probe is made and judged. `following` is None where one exchange is all there can be."""

    asked: Asked = Asked()
    limits: Limits = Limits()
    judging: Judging = Judging()
    route: Route = NO_ROUTE
    following: Following | None = None
    insecure: bool = False
    cacert: str | None = None
    certificate: ClientCertificate | None = None
    hold_s: float | None = None
    hold_kept: bool = False  # a holding that is cancelled is shown as far as it went (`Tunnel.interrupted`)
    control: bool = False
    frames: bool = True  # a Ping and a Close go out behind a 101, and are waited for
    replay: bool = True  # a second handshake with another key
    diagnose: bool = False  # look for the causes of what is wrong, with a few probes


class Job(NamedTuple):
    """One target with the options of its probe, and how long it is waited for or how often it is probed."""

    target: Target
    options: Options
    name: str | None = None
    wait_s: float | None = None
    wait_interval_s: float = 0.5
    times: int | None = None
    interval_s: float = 0.0

    def within(self, limit_s: float | None) -> Job:
        """The same job, its probe limited to so many seconds when that is less than its own limit."""
        limits = self.options.limits
        if limit_s is None or limit_s >= limits.total_s:
            return self
        return self._replace(options=self.options._replace(limits=limits._replace(total_s=limit_s)))


# What is repeatable: one text would be taken for its letters.
_LISTS = ("headers", "adds", "raw_fields", "subprotocols", "extensions")


def job_of(url: str, options: dict[str, Any]) -> Job:
    """The job of a URL, from fields of `Options`, `Asked` and `Judging` by their names. UsageError for wrong use."""
    known = (*Asked._fields, *Judging._fields, *Options._fields)
    for name, value in options.items():
        if name not in known:
            raise unknown("option", name, known)
        if name in _LISTS and isinstance(value, str | bytes):
            raise UsageError(f"{name} takes a tuple of texts, not one text: {name}=({value!r},)")
        if name == "hold_s" and not (value is None or isinstance(value, int | float)):
            raise UsageError(f"hold_s takes seconds as a number, not {value!r}")
    asked = Asked(**{name: options[name] for name in Asked._fields if name in options})
    judging = Judging(**{name: options[name] for name in Judging._fields if name in options})
    rest = {name: value for name, value in options.items() if name not in (*Asked._fields, *Judging._fields)}
    job = Job(parse_target(url), Options(asked=asked, judging=judging, **rest))
    prepare([job])
    return job


def prepare(jobs: Sequence[Job]) -> None:
    """Raises UsageError for everything about these probes that cannot be, before anything is sent."""
    for target, options in [(job.target, job.options) for job in jobs]:
        plan, _ = plan_for(target, options.asked)
        _refuse_contradictions(plan, target, options)
        if options.following:
            from wscheck.wire.session import check_credentials

            check_credentials(options.following.credentials, options.following.cookies)
        if target.lab:
            from wscheck.lab.naming import fault_named

            fault_named(target.lab)
        elif target.lab is None:
            trust_for(target, options)
            _prepare_proxy(target, options)


def _prepare_proxy(target: Target, options: Options) -> None:
    proxy = options.route.proxy_for(target)
    if proxy and proxy.scheme.startswith("socks"):
        from wscheck.wire.proxy import require_socks

        require_socks(proxy)
    proxy_trust_for(target, options)


def _refuse_contradictions(plan: Plan, target: Target, options: Options) -> None:
    sent = read_sent(plans.craft(plan))
    demands = options.judging.demands
    refuse_contradictions(demands, offers=sent.subprotocols, extensions=tuple(one.name for one in sent.extensions))
    judges = {
        "status": demands.status is not None,
        "expectation": demands._replace(close=None).any,
        "close": demands.close is not None or options.hold_s is not None,
    }
    for check, wanted in judges.items():
        if wanted and options.judging.selected is not None and check not in options.judging.selected:
            raise UsageError(f"--only or --skip leaves {check} out, which is to judge what was demanded")
    if demands.refusal and options.hold_s is not None:
        raise UsageError(f"--expect {demands.status} and --hold contradict each other: only a 101 can be held")
    if demands.cert_days is not None and (not target.secure or options.insecure):
        why = "with -k no certificate is verified" if target.secure else f"{target.url} has no certificate"
        raise UsageError(f"--min-cert-days cannot be judged: {why}")


# -- what TLS trusts ---------------------------------------------------------------------------------------------------


def trust_for(target: Target, options: Options, cadata: str | None = None, *, own: bool = True) -> Trust | None:
    """What a wss connection trusts, None for ws; `ssl` is loaded only here. UsageError for an unreadable file.

    The client certificate is shown to the `own` origin, the one that the user named, and to no other.
    """
    if not target.secure:
        return None
    from wscheck.wire.trust import make_trust

    certificate = options.certificate if own else None
    return make_trust(insecure=options.insecure, cacert=options.cacert, cadata=cadata, certificate=certificate)


def proxy_trust_for(target: Target, options: Options) -> Trust | None:
    """What TLS to an https proxy trusts: the same, but the client certificate is for the target's eyes alone."""
    proxy = options.route.proxy_for(target)
    if proxy is None or proxy.scheme != "https":
        return None
    from wscheck.wire.trust import make_trust

    return make_trust(insecure=options.insecure, cacert=options.cacert)
