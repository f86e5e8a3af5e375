"""Everything that is known of a probe when its causes are looked for: the reply, the findings, and what distinguishing
probes brought.

May never enter: a judgement. A probe that was not made is absent, and its absence is no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from wscheck.core.answer import Sent, read_sent
from wscheck.core.exchange import Exchange, Failure
from wscheck.core.fields import named
from wscheck.core.reply import Reply, read_reply, same_reply
from wscheck.core.report import Finding, Problem
from wscheck.core.secrets import SECRET_FIELDS
from wscheck.core.target import Target
from wscheck.core.visible import printable, visible

# The distinguishing probes: name -> the purpose of its exchange, which is what it changes in the handshake.
PURPOSES = {
    "plain-get": "diagnosis: plain GET",
    "version-99": "diagnosis: version 99",
    "other-key": "diagnosis: other key",
    "without-ping": "diagnosis: without a Ping",
    "without-extensions": "diagnosis: without extensions",
    "with-extensions": "diagnosis: with permessage-deflate",
    "without-origin": "diagnosis: without Origin",
    "own-origin": "diagnosis: Origin of the target",
    "with-subprotocol": "diagnosis: with subprotocols",
    "slash": "diagnosis: trailing slash toggled",
    "beside": "diagnosis: path beside it",
    "usual-path": "diagnosis: a usual path",
    "fresh-query": "diagnosis: fresh query",
    "browser-agent": "diagnosis: User-Agent of a browser",
    "without-cookie": "diagnosis: without Cookie",
    "without-host": "diagnosis: without Host and key",
    "other-scheme": "diagnosis: other scheme",
    "h2-hello": "diagnosis: TLS hello with h2",
    "socketio": "diagnosis: Socket.IO polling",
    "other-family": "diagnosis: other address family",
    "other-address": "diagnosis: other address",
    "without-proxy": "diagnosis: without the proxy",
}


_SAME_PATH = (
    *("own-origin", "without-origin", "with-subprotocol", "fresh-query", "browser-agent", "without-cookie"),
    *("other-key", "without-extensions", "other-address"),
)


class Evidence(NamedTuple):
    """What is known. `replies` are those of the probes that brought one, by name; `made` are all probes."""

    target: Target
    main: Exchange
    sent: Sent
    reply: Reply | None
    findings: tuple[Finding, ...] = ()
    made: Mapping[str, Exchange] = {}
    replies: Mapping[str, Reply] = {}
    connect: Reply | None = None  # what a forward proxy answered to CONNECT
    proxy: str | None = None  # a forward proxy in the way, without credentials
    proxy_origin: str = ""  # the option or the variable that named it
    family: int | None = None  # 4 or 6, when only one was allowed
    ca_given: bool = False
    passed: bool = False
    limited: bool = False  # a probe, or CONNECT, was answered with 429

    # -- the main exchange ---------------------------------------------------------------------------------------------

    @property
    def failure(self) -> Failure | None:
        """What ended the handshake early."""
        return self.main.failure

    def failed(self, stage: str, *kinds: str) -> bool:
        """Whether not one octet of a reply came, because of this."""
        failure = self.failure
        return (
            self.reply is None
            and failure is not None
            and failure.stage == stage
            and (not kinds or failure.kind in kinds)
        )

    @property
    def status(self) -> int | None:
        """The status of a refusal; None for a 101, where there is none, and while the head is not whole."""
        head = self.reply.answer.head if self.reply else None
        return head.status if head and head.complete and not self.switching else None

    @property
    def switching(self) -> bool:
        """Whether the reply is a 101."""
        return self.reply is not None and self.reply.answer.switching

    def problem(self, check: str, *codes: str) -> Problem | None:
        """The first problem of a check with one of these codes (or any)."""
        for finding in self.findings:
            for problem in finding.problems if finding.id == check else ():
                if not codes or problem.code in codes:
                    return problem
        return None

    def asked(self, name: str) -> str:
        """The value of a field of the request, empty when it has none."""
        return ", ".join(visible(field.value, 200) for field in named(self.sent.fields, name.encode("ascii")))

    @property
    def offered(self) -> tuple[str, ...]:
        """The subprotocols that were offered."""
        return tuple(visible(name, 60) for name in self.sent.subprotocols)

    @property
    def credentials(self) -> tuple[str, ...]:
        """What of the request may have been meant to let it in: fields by name, and the query."""
        fields = [name.decode("ascii") for name in SECRET_FIELDS if named(self.sent.fields, name)]
        return (*fields, "the query") if "?" in self.target.resource else tuple(fields)

    @property
    def path(self) -> str:
        """The path without the query, printable."""
        return printable(self.target.resource.partition("?")[0])

    # -- the probes ----------------------------------------------------------------------------------------------------

    def opens(self, name: str) -> bool:
        """Whether a probe brought a 101."""
        reply = self.replies.get(name)
        return reply is not None and reply.status == 101

    @property
    def opened(self) -> str | None:
        """The probe of this very path that brought a 101 by something else than the path; None when none did."""
        return next((name for name in _SAME_PATH if self.opens(name)), None)

    def silent(self, name: str) -> bool:
        """Whether a probe was made and brought nothing."""
        return name in self.made and name not in self.replies

    @property
    def alike(self) -> bool | None:
        """Whether a plain GET brings what the handshake brought; None when one of them brought nothing."""
        plain = self.replies.get("plain-get")
        if plain is None or self.reply is None or plain.status is None or self.reply.status is None:
            return None  # of a reply that was not whole nothing can be told
        return same_reply(self.reply, plain)

    @property
    def seen(self) -> bool:
        """Whether the reply shows that a WebSocket server saw the upgrade: a plain GET of the path, or the handshake
        with version 99, is answered in another way."""
        odd = self.replies.get("version-99")
        changed = (
            odd is not None
            and odd.status is not None
            and self.reply is not None
            and self.reply.status is not None
            and not same_reply(self.reply, odd)
        )
        return changed or self.alike is False


def make_evidence(
    target: Target,
    main: Exchange,
    findings: tuple[Finding, ...] = (),
    made: Mapping[str, Exchange] | None = None,
    connect: Exchange | None = None,
    **known: Any,
) -> Evidence:
    """The evidence of a handshake and of the probes made so far; `known` are fields of `Evidence`."""
    made = made or {}
    read = {name: read_reply(exchange) for name, exchange in made.items()}
    asked = read_reply(connect) if connect else None
    return Evidence(
        target=target,
        main=main,
        sent=read_sent(main.request),
        reply=read_reply(main),
        findings=findings,
        made=made,
        # A 429 answers no question: it says nothing but that no more is to be asked.
        replies={name: reply for name, reply in read.items() if reply is not None and reply.status != 429},
        limited=known.pop("limited", False) or any(reply and reply.status == 429 for reply in (*read.values(), asked)),
        connect=asked,
        **known,
    )
