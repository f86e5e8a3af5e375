"""Reports to render: one of each fault of the lab, and some from servers that mean ill."""

from __future__ import annotations

from tests.lab.test_faults_on_the_wire import reports as of_all_faults
from tests.peer import SAMPLE_KEY
from wscheck import probing
from wscheck.core.demand import Demands, parse_header_demand
from wscheck.core.exchange import Ending, Exchange, Failure, Timings, Tunnel
from wscheck.core.report import Report, TargetView, Waited
from wscheck.core.target import Target
from wscheck.probing.reporting import Judging, build_report

# What a server may send to be more than text: to XML, a terminal, a CI log, Markdown, TAP, YAML, JSON, HTML.
HOSTILE = (
    b"\x00\x01\x07\x08\x0b\x0c\x1b[2J\x1b]0;title\x07",
    b"\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xc2\x85\xef\xbf\xbe",  # bidi marks, line separators, a noncharacter
    b"\xed\xa0\x80\xff\xfe\xc0\xaf",  # a lone surrogate and other octets that are no UTF-8
    b"]]><!--<failure>&lt;&#0;&bomb;",
    b"::error::owned",
    b"   ::set-output name=a::b",
    b"a%0A::error title=x::owned%0D%0A",
    b"##[error]owned ##vso[task.complete]",
    b"| a | b \\| c \\\\| d |",
    b"``` ` `` \\` ````````",
    b"@octocat #1 [a](http://b) ![c](d) <script>alert(1)</script> www.example.com",
    b"ok 1 - owned # SKIP # TODO Bail out! 1..0",
    b"not ok 2\\# \\\\# ---",
    b"{{ 7*7 }} ${{ github.token }} $(id)",
    b'"}],"verdict":"pass","exit_code":0',
)

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


def _reply(word: bytes) -> bytes:
    return (
        b"HTTP/1.1 101 %b\r\nUpgrade: %b\r\nConnection: %b\r\nSec-WebSocket-Accept: %b\r\n"
        b"Sec-WebSocket-Protocol: %b\r\nSec-WebSocket-Extensions: %b\r\nX-A: %b\r\n\r\n"
    ) % ((word,) * 7)


def _refusal(word: bytes) -> bytes:
    return b"HTTP/1.1 302 %b\r\nLocation: %b\r\nUpgrade: %b\r\nContent-Length: %b\r\n\r\n%b" % ((word,) * 5)


def of_an_exchange(exchange: Exchange, demands: Demands, name: str | None = None) -> Report:
    """The report on an exchange that was never made."""
    target = Target("ws://127.0.0.1:9/", "ws", "127.0.0.1", 9, "/")
    report = build_report("probe", target, [exchange], Judging(demands=demands), notes=(), started=1_770_000_000.25)
    return report._replace(name=name)


def _held(word: bytes) -> Report:
    """A 101 whose Close has the word as its reason, and whose field X-A is not as demanded."""
    ending = Ending("server", "close", 1.25, 1008, word)
    tunnel = Tunnel(b"", word, (), (), ending, 5.0)
    made = Exchange(
        "handshake", REQUEST, _reply(word), "127.0.0.1:9", (), None, Timings(total=2.0), None, tunnel=tunnel
    )
    return of_an_exchange(made, Demands(headers=(parse_header_demand("X-A: ~^never$"),), handshake_s=0.1))


def _unreachable(word: str) -> Report:
    failure = Failure("tls", "certificate", word)
    made = Exchange("handshake", REQUEST, b"", None, (), None, Timings(total=2.0), failure)
    report = of_an_exchange(made, Demands(), word)
    return report._replace(waited=Waited(3, 1.5, 2.0), notes=(word,), target=TargetView(word, "ws", word, 9, word))


def hostile() -> list[Report]:
    """Reports full of hostile octets, in every place that a server or a name can reach."""
    made = []
    for word in HOSTILE:
        text = word.decode("utf-8", "surrogateescape")
        for reply in (_reply(word), _refusal(word), word, b"HTTP/1.1 " + word + b"\r\n\r\n"):
            made.append(probing.judge_saved(reply, SAMPLE_KEY, probing.Options())._replace(name=text, notes=(text,)))
        made += [_held(word), _unreachable(text)]
    made.append(_unreachable("\ud800 alone \udfff\n::error::owned\r##[error]"))
    return made


def every() -> list[Report]:
    """All of them, a pass first."""
    return [
        probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options()),
        *of_all_faults().values(),
        *hostile(),
        broken(),
        warned(),
    ]


GOOD = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


def broken() -> Report:
    """A report in which a check of ours broke."""
    report = probing.judge_saved(GOOD, SAMPLE_KEY, probing.Options())
    first, *rest = report.checks
    return report._replace(checks=(first._replace(status="error", observed="internal error ::error::"), *rest))


def warned() -> Report:
    """A report that fails because warnings are to fail."""
    reply = GOOD.replace(b"Connection: Upgrade", b"Connection: keep-alive, Upgrade")
    return probing.judge_saved(reply, SAMPLE_KEY, probing.Options(judging=Judging(fail_on="warning")))
