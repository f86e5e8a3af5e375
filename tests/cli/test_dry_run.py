"""`--dry-run`: the exact octets and the curl command, and nothing is sent."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess

import pytest

from tests.cli.conftest import Cli
from tests.peer import SAMPLE_101, SAMPLE_KEY, closing, peer, saying
from tests.process import LONGEST_S


def test_text(wscheck: Cli) -> None:
    with peer(closing()) as server:
        url = f"ws://127.0.0.1:{server.port}"
        result = wscheck("probe", "--dry-run", "--ws-key", SAMPLE_KEY, "-A", "tester", f"{url}/chat?a=1")
        assert server.links == []
        port = server.port
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"# ws://127.0.0.1:{port}/chat?a=1: nothing was sent\n"
        "> GET /chat?a=1 HTTP/1.1\\r\\n\n"
        f"> Host: 127.0.0.1:{port}\\r\\n\n"
        "> User-Agent: tester\\r\\n\n"
        "> Upgrade: websocket\\r\\n\n"
        "> Connection: Upgrade\\r\\n\n"
        "> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\n"
        "> Sec-WebSocket-Version: 13\\r\\n\n"
        "> \\r\\n\n"
        "\n"
        "curl --http1.1 --include --no-buffer --max-time 30 -H Accept: -H 'User-Agent: tester' "
        "-H 'Upgrade: websocket' -H 'Connection: Upgrade' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "
        f"-H 'Sec-WebSocket-Version: 13' 'http://127.0.0.1:{port}/chat?a=1'\n"
    )


def test_json(wscheck: Cli) -> None:
    result = wscheck("probe", "--dry-run", "--format", "json", "--ws-key", SAMPLE_KEY, "-A", "", "wss://shop.example/")
    assert json.loads(result.stdout) == {
        "schema": "wscheck/dry-run/1",
        "url": "wss://shop.example/",
        "request": "GET / HTTP/1.1\r\nHost: shop.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "masked": True,
        "curl": "curl --http1.1 --include --no-buffer --max-time 30 -H User-Agent: -H Accept: "
        "-H 'Upgrade: websocket' -H 'Connection: Upgrade' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "
        "-H 'Sec-WebSocket-Version: 13' https://shop.example/",
    }


def test_secrets_are_masked(wscheck: Cli) -> None:
    arguments = (
        "probe",
        "--dry-run",
        "-H",
        "Cookie: session=hunter2hunter2",
        "ws://user:correcthorse@shop.example/?token=topsecret99",
    )
    shown = wscheck(*arguments).out
    for secret in ("hunter2hunter2", "correcthorse", "dXNlcjpjb3JyZWN0aG9yc2U=", "topsecret99"):
        assert secret not in shown
    assert "> Cookie: session=**************\\r\\n" in shown.splitlines()
    assert "> GET /?token=*********** HTTP/1.1\\r\\n" in shown.splitlines()
    bare = wscheck(*arguments, "--show-secrets").out
    for secret in ("hunter2hunter2", "dXNlcjpjb3JyZWN0aG9yc2U=", "topsecret99"):
        assert secret in bare


@pytest.mark.parametrize(
    "arguments",
    [
        ("--raw-field", "X: 1"),
        ("--add", "Host: twice"),
        ("--body", "x"),
        ("--http-version", "2.7"),
        ("--drip", "1ms"),
        ("--cut", "3"),
        ("--sni", "a.example"),
    ],
)
def test_what_curl_cannot_send(wscheck: Cli, arguments: tuple[str, ...]) -> None:
    result = wscheck("probe", "--dry-run", *arguments, "ws://shop.example/")
    assert result.out.splitlines()[-1] == "# curl cannot send this request"


def test_what_does_not_print_is_quoted_for_the_shell(wscheck: Cli) -> None:
    result = wscheck("probe", "--dry-run", "-H", "X-Tab: a\tb'\\\udcff", "ws://shop.example/")
    assert r"-H $'X-Tab: a\x09b\x27\x5c\xff'" in result.out.splitlines()[-1]


def fields(request: bytes) -> list[bytes]:
    """The request line, and the field lines in an order of their own: curl puts Host first."""
    lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return [lines[0], *sorted(lines[1:])]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("-A", ""),
        ("-H", "Host: other.example"),
        ("-H", "Connection:"),
        ("-H", "Upgrade;"),
        ("-H", 'X-Quote: it\'s "quoted" $HOME `id`'),
        ("--origin", "https://shop.example", "--subprotocol", "chat", "--subprotocol", "mqtt"),
        ("--extension", "permessage-deflate; client_max_window_bits"),
        ("--add", "X-Twice: 1", "--add", "X-Twice: 2"),
        ("--add", "Accept: text/plain"),
        ("--method", "POST"),
        ("--http-version", "1.0"),
        ("--target", "/other?x=%20y"),
        ("-u", "joe:open sesame"),
        ("-b", "a=b"),
    ],
)
def test_curl_sends_the_same_fields(wscheck: Cli, arguments: tuple[str, ...]) -> None:
    with peer(closing(SAMPLE_101)) as server:
        url = f"ws://127.0.0.1:{server.port}/a%20b?x=[1]&y={{2}}"
        common = ("probe", "--ws-key", SAMPLE_KEY, *arguments, "--show-secrets", url)
        line = wscheck(*common, "--dry-run").out.splitlines()[-1]
        assert line.startswith("curl ")
        subprocess.run([*shlex.split(line), "--noproxy", "*"], capture_output=True, timeout=LONGEST_S, check=False)
        wscheck(*common, "--no-replay")
    assert len(server.requests) == 2
    assert fields(server.requests[0]) == fields(server.requests[1])


def test_a_body_and_pieces_are_shown(wscheck: Cli) -> None:
    flags = ("--body", r"abc\x00\ndef", "--cut", "3,-2,5000", "--drip", "50ms", "-A", "", "--ws-key", SAMPLE_KEY)
    lines = wscheck("probe", "--dry-run", *flags, "ws://shop.example/").out.splitlines()
    assert lines[2] == "# its 159 octets in 3 pieces, 50 ms between them, cut at 3, 157"
    assert lines[-4:] == [r"> abc\x00\n", "> def", "", "# curl cannot send this request"]
    dripped = wscheck("probe", "--dry-run", "--drip", "1s", "-A", "", "--ws-key", SAMPLE_KEY, "ws://shop.example/").out
    assert dripped.splitlines()[1] == "# its 151 octets in 151 pieces, 1000 ms between them"


def test_what_is_masked_is_said(wscheck: Cli) -> None:
    said = "# secrets are masked by *: --show-secrets shows them\n"
    common = ("probe", "--dry-run", "-b", "session=hunter2hunter2", "ws://shop.example/")
    assert said in wscheck(*common).out
    assert said not in wscheck(*common, "--show-secrets").out
    assert said not in wscheck("probe", "--dry-run", "ws://shop.example/").out


def test_the_curl_line_is_taken_back(wscheck: Cli) -> None:
    line = wscheck("probe", "--dry-run", "--ws-key", SAMPLE_KEY, "-A", "me", "ws://shop.example/[1]").out.splitlines()[
        -1
    ]
    again = wscheck("probe", "--dry-run", *shlex.split(line)[1:]).out
    assert f"> Sec-WebSocket-Key: {SAMPLE_KEY}\\r\\n\n" in again
    assert again.splitlines()[-1] == line


def test_several_urls(wscheck: Cli) -> None:
    result = wscheck("probe", "--dry-run", "ws://one.example/", "lab:", "ws://two.example/")
    told = [line for line in result.out.splitlines() if line.endswith(": nothing was sent")]
    assert told == [
        "# ws://one.example/: nothing was sent",
        "# lab:: nothing was sent",
        "# ws://two.example/: nothing was sent",
    ]


def test_nothing_is_written_to_the_report_file(wscheck: Cli) -> None:
    """What is wrong is told by a dry run as well."""
    with peer(saying(SAMPLE_101)) as server:
        result = wscheck("probe", "--dry-run", "-H", "X Y: 1", f"ws://127.0.0.1:{server.port}/")
        assert server.links == []
    assert result.code == 2


def test_the_way_is_in_the_curl_command(wscheck: Cli) -> None:
    flags = ("-k", "-4", "-x", "socks5h://joe:secret-word@[::1]:9", "--noproxy", "", "--resolve", "a.example:80:[::1]")
    shown = wscheck("probe", "--dry-run", *flags, "--connect-to", "::b.example:81", "wss://shop.example/").out
    assert (
        "--insecure --proxy 'socks5h://[::1]:9' --proxy-user joe --resolve 'a.example:80:[::1]' "
        "--connect-to ::b.example:81 -4 "
    ) in shown.splitlines()[-1]
    assert "secret-word" not in shown


@pytest.mark.parametrize("flags", [("-u", "joe:correct-horse"), ("--oauth2-bearer", "correct-horse")])
def test_credentials_are_in_the_request_that_is_shown(wscheck: Cli, flags: tuple[str, ...]) -> None:
    masked = wscheck("probe", "--dry-run", *flags, "ws://shop.example/").out
    bare = wscheck("probe", "--dry-run", *flags, "--show-secrets", "ws://shop.example/").out
    assert "> Authorization: " in masked
    assert "correct-horse" not in masked
    assert "am9lOmNvcnJlY3QtaG9yc2U=" not in masked
    assert "am9lOmNvcnJlY3QtaG9yc2U=" in bare or "Bearer correct-horse" in bare
