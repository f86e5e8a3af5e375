"""An exchange as lines: facts behind `*`, what was sent behind `>`, what came behind `<`, as curl shows them."""

from __future__ import annotations

from collections.abc import Iterator

from wscheck.core.answer import has_no_content, read_answer, read_body
from wscheck.core.exchange import Exchange, Tls
from wscheck.core.visible import printable, prose, visible


def facts(exchange: Exchange) -> Iterator[str]:
    """What was found out beside the octets: attempts and TLS."""
    for attempt in exchange.attempts:
        yield f"{attempt.address}: {attempt.failure or 'connected'} ({attempt.ms:.1f} ms)"
    tls = exchange.tls
    if tls:
        yield f"{tls.version}, {tls.cipher}, ALPN {tls.alpn or 'none'}"
        yield from certificate(tls)


def ends(exchange: Exchange) -> Iterator[str]:
    """How the tunnel or the exchange ended."""
    if exchange.tunnel:
        ending = exchange.tunnel.ending
        yield f"ended by {ending.by}: {ending.how} after {ending.after_s:.1f} s"
    if exchange.failure:
        yield f"ended in {exchange.failure.stage}: {exchange.failure.detail}"


def certificate(tls: Tls) -> Iterator[str]:
    """What the certificate says of itself, and whether any of it was verified."""
    if tls.not_after is not None:
        yield f"certificate of {tls.subject or 'no name'}, issued by {tls.issuer or 'no name'}"
        yield f"for {', '.join(tls.names) or 'no name'}"
        days = f" ({tls.days_left:.0f} days)" if tls.days_left is not None else ""
        yield f"valid from {tls.not_before} until {tls.not_after}{days}"
        if tls.chain_length is not None:
            yield f"{tls.chain_length} sent in the chain"
    yield f"verified against {tls.trust}" if tls.verified else f"not verified ({tls.trust})"


def octets(exchange: Exchange, *, whole: bool) -> Iterator[str]:
    """The gutter lines of an exchange: its heads, or with `whole` every octet that went either way."""
    for fact in facts(exchange):
        yield f"* {printable(fact)}"
    if _went_out(exchange):
        for line in _lines(exchange.request, whole):
            yield f"> {line}"
    if exchange.response:
        for line in _lines(exchange.response if whole else _heads(exchange), whole):
            yield f"< {line}"
    if whole and exchange.tunnel:
        for mark, data in ((">", exchange.tunnel.sent), ("<", exchange.tunnel.received)):
            for line in _lines(data, whole):
                yield f"{mark} {line}"
    for end in ends(exchange):
        yield f"* {printable(end)}"


def _went_out(exchange: Exchange) -> bool:
    """Whether the request was sent, at least in part: not where the way to the target was never open."""
    if exchange.route == "saved":
        return True
    failed = exchange.failure.stage if exchange.failure and exchange.purpose != "connect" else None
    return exchange.address is not None and failed not in ("dns", "tcp", "proxy")


def content(exchange: Exchange) -> tuple[int, list[str]]:
    """A refusal's content: its size in octets, and its lines for reading; (0, []) where there is none."""
    if not exchange.response:
        return 0, []
    answer = read_answer(exchange)
    body = read_body(answer).data
    if answer.switching or has_no_content(answer.status) or not body.strip():
        return 0, []
    return len(body), [prose(line) for line in body.replace(b"\r\n", b"\n").split(b"\n") if line.strip()]


def _heads(exchange: Exchange) -> bytes:
    return exchange.response[: len(exchange.response) - len(read_answer(exchange).tail)]


def _lines(data: bytes, whole: bool) -> Iterator[str]:
    """Lines without their ends, or with `whole` every octet, the line ends as escapes."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        if last and not line:
            return
        if whole:
            yield visible(line + (b"" if last else b"\n"))
        else:
            yield visible(line.removesuffix(b"\r"))
