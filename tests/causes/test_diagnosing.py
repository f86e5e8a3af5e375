"""The distinguishing probes on the wire: bounded, polite, and without a say in the verdict."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Cli, wscheck
from tests.peer import Link, Peer, closing, free_port, peer
from wscheck.lab.faults import faults

__all__ = ["wscheck"]  # the fixture

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PURPOSE = "diagnosis: "


def in_turn(*replies: bytes) -> Any:
    """Each connection gets the next reply; the last one all that follow."""
    left = list(replies)

    def act(link: Link) -> None:
        link.head()
        link.send(left.pop(0) if len(left) > 1 else left[0])

    return act


def report(result: Any) -> dict[str, Any]:
    """The one report of a run."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def probes(found: dict[str, Any]) -> list[str]:
    """The purposes of the distinguishing probes."""
    return [one["purpose"].removeprefix(PURPOSE) for one in found["exchanges"] if one["purpose"].startswith(PURPOSE)]


def url(server: Peer, path: str = "/chat") -> str:
    """Where the peer listens."""
    return f"ws://127.0.0.1:{server.port}{path}"


def test_no_more_than_eight_and_none_is_a_handshake(wscheck: Cli) -> None:
    with peer(closing(FORBIDDEN)) as server:
        found = report(wscheck("probe", "--format", "json", "--origin", "https://a.test", "-b", "a=b", url(server)))
    assert 3 <= len(probes(found)) <= 8
    assert len(server.links) == 1 + len(probes(found))
    assert [one["purpose"] for one in found["exchanges"]].count("handshake") == 1
    assert len(probes(found)) == len(set(probes(found)))


def test_no_diagnose_sends_nothing_more(wscheck: Cli) -> None:
    with peer(closing(FORBIDDEN)) as server:
        found = report(wscheck("probe", "--format", "json", "--no-diagnose", url(server)))
    assert len(server.links) == 1
    assert (found["diagnosis"], probes(found)) == ([], [])


def test_nothing_is_sent_after_a_429(wscheck: Cli) -> None:
    with peer(closing(TOO_MANY)) as server:
        found = report(wscheck("probe", "--format", "json", url(server)))
    assert len(server.links) == 1
    assert found["diagnosis"][0]["cause"] == "rate-limited"


def test_nothing_is_sent_after_a_429_to_a_probe(wscheck: Cli) -> None:
    with peer(in_turn(FORBIDDEN, TOO_MANY)) as server:
        found = report(wscheck("probe", "--format", "json", url(server)))
    assert len(server.links) == 2
    assert probes(found) == ["plain GET"]


def test_a_429_calls_back_the_probe_that_is_still_on_its_way(wscheck: Cli) -> None:
    answers = in_turn(FORBIDDEN, TOO_MANY)
    began: list[float] = []
    ended: list[float] = []

    def act(link: Link) -> None:
        began.append(time.monotonic())
        if len(began) == 2:  # the first probe is slow, so the second one is begun beside it
            link.head()
            time.sleep(1.4)
            link.send(TOO_MANY)
        elif len(began) == 1:
            answers(link)
        else:
            link.until_gone()
            ended.append(time.monotonic())

    with peer(act) as server:
        found = report(wscheck("probe", "--format", "json", url(server)))
    assert len(server.links) == 3
    assert ended[0] - began[1] < 2.0  # it would have been waited for until 2.5 s
    assert probes(found) == ["plain GET"]


def test_a_429_of_a_proxy_to_the_connect_of_a_probe_is_one_too(wscheck: Cli) -> None:
    established = b"HTTP/1.1 200 Connection established\r\n\r\n"

    def act(link: Link) -> None:
        link.head()
        if len(server.links) > 1:
            link.send(TOO_MANY)
            return
        link.send(established)
        link.received.clear()
        link.head()
        link.send(FORBIDDEN)

    with peer(act) as server:
        proxy = ("-x", f"http://127.0.0.1:{server.port}")
        report(wscheck("probe", "--format", "json", *proxy, "ws://app.example.test/chat"))
    assert len(server.links) == 2


def test_they_have_no_say_in_the_verdict(wscheck: Cli) -> None:
    flags = ("--format", "json", "--only", "status,accept")
    with peer(closing(NOT_FOUND)) as server:
        with_them = report(wscheck("probe", *flags, url(server)))
        without = report(wscheck("probe", *flags, "--no-diagnose", url(server)))
    assert probes(with_them)
    for key in ("verdict", "exit_code", "counts", "notes"):
        assert with_them[key] == without[key]
    assert [one["problems"] for one in with_them["checks"]] == [one["problems"] for one in without["checks"]]
    own = next(one for one in with_them["exchanges"] if one["purpose"] == "handshake")
    assert own["response"].startswith("HTTP/1.1 404")
    assert with_them["duration_ms"] == with_them["timings_ms"]["total"]


def test_the_other_scheme_gets_a_bare_handshake_to_the_root(wscheck: Cli) -> None:
    with peer(closing(b"")) as server:
        secrets = ("-b", "session=topsecret", "-u", "joe:opensesame", "-H", "X-Api-Key: abcdefgh")
        result = wscheck("probe", "--format", "json", "--show-secrets", *secrets, url(server, "/chat?token=leakme"))
        found = report(result)
    other = next(one for one in found["exchanges"] if one["purpose"] == "diagnosis: other scheme")
    assert other["request"].startswith("GET / HTTP/1.1\r\n")
    for secret in ("topsecret", "Authorization", "abcdefgh", "leakme", "Cookie"):
        assert secret not in other["request"]
    same = next(one for one in found["exchanges"] if one["purpose"] == "diagnosis: plain GET")
    assert "session=topsecret" in same["request"]


def test_a_guess_at_another_path_carries_no_secret(wscheck: Cli) -> None:
    with peer(in_turn(FORBIDDEN, NOT_FOUND)) as server:
        flags = ("--format", "json", "--show-secrets", "-b", "session=topsecret")
        found = report(wscheck("probe", *flags, url(server, "/chat?token=leakme")))
    guessed = next(one for one in found["exchanges"] if one["purpose"] == "diagnosis: a usual path")
    assert guessed["request"].startswith("GET /ws HTTP/1.1\r\n")
    assert "topsecret" not in guessed["request"]
    assert "leakme" not in guessed["request"]


def test_a_request_without_host_carries_no_secret(wscheck: Cli) -> None:
    with peer(closing(NOT_FOUND)) as server:
        flags = ("--format", "json", "--show-secrets", "-b", "session=topsecret", "--raw-field", "X-Mine: mysecret")
        found = report(wscheck("probe", *flags, url(server, "/chat?token=leakme")))
    broken = next(one for one in found["exchanges"] if one["purpose"] == "diagnosis: without Host and key")
    assert broken["request"].startswith("GET /chat HTTP/1.1\r\n")
    for secret in ("topsecret", "leakme", "mysecret", "Host:", "Sec-WebSocket-Key:"):
        assert secret not in broken["request"]


def test_secrets_are_masked_in_the_sentences(wscheck: Cli) -> None:
    said = b"token supersecretvalue was refused"
    body = b"HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(said), said)
    with peer(closing(body)) as server:
        flags = ("-b", "session=supersecretvalue", url(server, "/chat?token=supersecretvalue"))
        result = wscheck("probe", "--format", "json", *flags)
        text = wscheck("probe", *flags)
    assert report(result)["diagnosis"]
    assert b"supersecretvalue" not in result.stdout
    assert b"supersecretvalue" not in text.stdout


def test_what_a_server_says_reaches_no_terminal_unescaped(wscheck: Cli) -> None:
    said = b"\x1b[31mblocked by \xe2\x80\xae::error::x\x07"
    body = b"HTTP/1.1 403 \x1b[2J\r\nServer: \x1b]0;x\x07\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
        len(said),
        said,
    )
    with peer(closing(body)) as server:
        for format_name in ("text", "json", "junit", "github", "markdown", "tap"):
            out = wscheck("probe", "--format", format_name, url(server)).stdout
            assert b"\x1b" not in out, format_name
            assert b"\x07" not in out, format_name
            assert b"\xe2\x80\xae" not in out, format_name


def test_a_server_that_hangs_costs_less_than_five_seconds(wscheck: Cli) -> None:
    with peer(Link.until_gone) as server:
        began = time.monotonic()
        result = wscheck("probe", "--format", "json", "--head-timeout", "200ms", url(server))
        took = time.monotonic() - began
    assert took < 5.2
    assert report(result)["diagnosis"][0]["cause"] == "no-reply"


def test_a_probe_that_fails_stays_quick(wscheck: Cli) -> None:
    with peer(closing(NOT_FOUND)) as server:
        wscheck("probe", "--format", "json", url(server))  # what has to be loaded is loaded
        began = time.monotonic()
        found = report(wscheck("probe", "--format", "json", url(server)))
        took = time.monotonic() - began
    assert probes(found)
    assert took < 1.0


def test_the_limit_of_all_time_holds_for_them_too(wscheck: Cli) -> None:
    with peer(Link.until_gone) as server:
        began = time.monotonic()
        wscheck("probe", "--format", "json", "-m", "500ms", url(server))
        took = time.monotonic() - began
    assert took < 1.5


def test_waiting_diagnoses_the_last_attempt_alone(wscheck: Cli) -> None:
    with peer(closing(TOO_MANY)) as server:
        flags = ("--wait", "600ms", "--wait-interval", "100ms", "--format", "json")
        found = report(wscheck("probe", *flags, url(server)))
    assert found["waited"]["attempts"] == len(server.links)
    assert found["diagnosis"][0]["cause"] == "rate-limited"


def test_counting_diagnoses_the_one_that_is_shown(wscheck: Cli) -> None:
    with peer(closing(NOT_FOUND)) as server:
        found = report(wscheck("probe", "--count", "3", "--format", "json", url(server)))
    assert found["repeats"]["count"] == 3
    assert len(server.links) == 3 + len(probes(found))
    assert found["diagnosis"]


def test_a_control_request_is_not_made_twice(wscheck: Cli) -> None:
    with peer(closing(NOT_FOUND)) as server:
        found = report(wscheck("probe", "--control", "--format", "json", url(server)))
    assert "plain GET" not in probes(found)
    assert [one["purpose"] for one in found["exchanges"]].count("control") == 1


def test_a_crafted_request_is_explained_without_a_probe(wscheck: Cli) -> None:
    with peer(closing(NOT_FOUND)) as server:
        found = report(wscheck("probe", "--method", "POST", "--format", "json", url(server)))
    assert len(server.links) == 1
    assert found["diagnosis"][0]["cause"] == "illegal-request"


def test_the_json_holds_to_the_schema(wscheck: Cli) -> None:
    schema = json.loads(wscheck("schema", "report").stdout)
    with peer(closing(NOT_FOUND)) as server:
        found = report(wscheck("probe", "--format", "json", url(server)))
    jsonschema.validate(found, schema)
    first = found["diagnosis"][0]
    assert set(first) == {"cause", "confidence", "summary", "evidence", "fix", "would_tell", "console"}
    assert first["console"][0].endswith("Error during WebSocket handshake: Unexpected response code: 404")


@pytest.mark.parametrize("fault", ["accept-no-guid", "connection-missing", "upgrade-missing", "frames-masked"])
def test_the_lab_is_diagnosed_too(wscheck: Cli, fault: str) -> None:
    assert fault in faults()
    causes = {
        "accept-no-guid": "wrong-accept",
        "connection-missing": "missing-connection-header",
        "upgrade-missing": "missing-upgrade-header",
        "frames-masked": "bad-frames",
    }
    found = report(wscheck("probe", "--format", "json", f"lab:{fault}"))
    assert [one["cause"] for one in found["diagnosis"]][:1] == [causes[fault]]


def test_a_pass_is_not_diagnosed(wscheck: Cli) -> None:
    found = report(wscheck("probe", "--format", "json", "lab:"))
    assert (found["verdict"], found["diagnosis"], probes(found)) == ("pass", [], [])


def test_the_text_says_what_why_and_what_to_change(wscheck: Cli) -> None:
    out = wscheck("probe", f"ws://127.0.0.1:{free_port()}/").out
    assert "  1. refused  almost certain\n" in out
    assert "     what      The connection to 127.0.0.1:" in out
    assert "                 ss -ltnp\n" in out
    assert "net::ERR_CONNECTION_REFUSED" in out


def test_a_saved_reply_is_diagnosed_without_network(wscheck: Cli) -> None:
    saved = b"HTTP/1.1 426 Upgrade Required\r\nServer: nginx/1.22.1\r\nContent-Length: 16\r\n\r\nUpgrade Required"
    result = wscheck("judge", "-", "--key", "dGhlIHNhbXBsZSBub25jZQ==", "--format", "json", stdin=saved)
    found = report(result)
    assert found["diagnosis"][0]["cause"] == "proxy-strips-upgrade"
    assert len(found["exchanges"]) == 1


def test_a_close_that_was_demanded_and_came_needs_no_cause(wscheck: Cli) -> None:
    common = ("probe", "--format", "json", "--no-replay")
    demanded = report(wscheck(*common, "--expect-close", "4401", "lab:close-at-once"))
    assert (demanded["verdict"], demanded["diagnosis"]) == ("pass", [])
    unasked = report(wscheck(*common, "lab:close-at-once"))
    assert [one["cause"] for one in unasked["diagnosis"]] == ["closed-by-policy"]


def test_another_status_than_was_demanded_has_no_cause(wscheck: Cli) -> None:
    result = wscheck("probe", "--format", "json", "--expect", "401", "lab:")
    assert (result.code, report(result)["diagnosis"]) == (1, [])
