"""Options from the environment and from files of fields: a value stays one value, and a secret stays secret."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.cli.conftest import Cli
from tests.gate.servers import opening, report_of
from tests.peer import peer
from wscheck.cli.probe import command

SECRET = "sesame-4711"


def request_of(wscheck: Cli, *flags: str) -> list[bytes]:
    """The lines of the request that these flags send."""
    with peer(opening()) as server:
        result = wscheck("probe", *flags, "-q", f"ws://127.0.0.1:{server.port}/")
    assert (result.code, result.stderr) == (0, b"")
    return server.requests[0].split(b"\r\n")


def test_every_option_with_one_value_has_a_variable() -> None:
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    for option in [one for one in options if not (one.multiple or one.is_flag or one.count)]:
        name = max(option.opts, key=len).removeprefix("--")
        assert option.envvar == "WSCHECK_" + name.replace("-", "_").upper()


def test_a_value_with_blanks_stays_one_value(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_USER_AGENT", "smoke check, 'nightly' 1.0")
    assert b"User-Agent: smoke check, 'nightly' 1.0" in request_of(wscheck)


def test_the_command_line_wins(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_ORIGIN", "https://a.example")
    assert b"Origin: https://a.example" in request_of(wscheck)
    assert b"Origin: https://b.example" in request_of(wscheck, "--origin", "https://b.example")


def test_an_empty_variable_is_none(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_ORIGIN", "")
    monkeypatch.setenv("WSCHECK_MAX_TIME", "")
    assert not any(line.startswith(b"Origin") for line in request_of(wscheck))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WSCHECK_MAX_TIME", "soon", "'soon' is no duration"),
        ("WSCHECK_EXPECT", "shut", "'shut' is no number"),
        ("WSCHECK_FORMAT", "xml", "'xml' is not one of"),
        ("WSCHECK_TARGETS", "no-such-file", "cannot be read"),
        ("WSCHECK_HEADERS", "no colon", "'no colon' is no field"),
    ],
)
def test_a_variable_that_cannot_be(
    wscheck: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert said in wscheck("probe", "lab:").usage()


def test_a_variable_makes_an_expectation(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_EXPECT", "401")
    assert wscheck("probe", "lab:").code == 1


# -- fields ------------------------------------------------------------------------------------------------------------


def test_fields_from_a_file(wscheck: Cli, tmp_path: Path) -> None:
    fields = tmp_path / "fields"
    fields.write_bytes(b"# who asks\r\nX-A: 1, 2\r\n\r\nUser-Agent:\nX-B: a\xe2\x80\xa8b\n")
    lines = request_of(wscheck, "-H", f"@{fields}", "-H", "X-C: 3")
    assert [line for line in lines if line.startswith(b"X-")] == [b"X-A: 1, 2", b"X-B: a\xe2\x80\xa8b", b"X-C: 3"]
    assert not any(line.startswith(b"User-Agent") for line in lines)


def test_what_stands_later_wins(wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fields").write_text("X-A: file\n")
    monkeypatch.setenv("WSCHECK_HEADERS", "X-A: environment")
    assert b"X-A: environment" in request_of(wscheck)
    assert b"X-A: file" in request_of(wscheck, "-H", f"@{tmp_path / 'fields'}")
    assert b"X-A: line" in request_of(wscheck, "-H", f"@{tmp_path / 'fields'}", "-H", "X-A: line")


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file or directory"), (b"X: \xff", "the file is not UTF-8")]
)
def test_a_file_of_fields_that_cannot_be_read(wscheck: Cli, tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "fields"
    if content is not None:
        place.write_bytes(content)
    assert said in wscheck("probe", "-H", f"@{place}", "lab:").usage()


@pytest.mark.parametrize("field", ["Authorization: Bearer ", "X-Company-Pass: ", "Cookie: a=", "x-key:"])
def test_a_secret_of_the_environment_is_in_no_output(
    wscheck: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """Whatever the field is called, and even when the server sends it back in a field, a Close or a text."""
    monkeypatch.setenv("WSCHECK_HEADERS", field + SECRET)
    names = ("text", "json", "ndjson", "junit", "github", "tap", "markdown")
    files = [word for name in names for word in ("--report", f"{name}={tmp_path / name}")]
    echo = SECRET.encode()
    act = opening(b"X-Echo: " + echo, then=lambda link: link.send(b"\x88\x0d\x03\xe9" + echo))
    with peer(act) as server:
        flags = ("-vv", "--hold", "5s", "--expect-header", f"X-Echo: {SECRET}")
        shown = wscheck("probe", *flags, *files, f"ws://127.0.0.1:{server.port}/")
        dry = wscheck("probe", "--dry-run", f"ws://127.0.0.1:{server.port}/")
        dry_json = wscheck("probe", "--dry-run", "--format", "json", f"ws://127.0.0.1:{server.port}/")
    assert echo in server.requests[0]
    everything = [shown.stdout, shown.stderr, dry.stdout, dry_json.stdout]
    everything += [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(everything) == 11
    for octets in everything:
        assert echo not in octets
    assert b"***********" in shown.stdout


def test_fields_of_the_handshake_are_no_secrets(wscheck: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSCHECK_HEADERS", "Upgrade: websocket\nOrigin: https://a.example")
    report = report_of(wscheck("probe", "--format", "json", "lab:"))
    assert "Upgrade: websocket\r\n" in report["exchanges"][0]["response"]
    assert "Origin: https://a.example\r\n" in report["exchanges"][0]["request"]
