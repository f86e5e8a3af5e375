"""What README tells to paste works: each job parses, each command line runs against the lab, each option exists."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.cli.conftest import Cli
from tests.cli.conftest import wscheck as wscheck
from tests.process import LONGEST_S, run, start
from wscheck.checks import reply_checks
from wscheck.cli import group

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
# (language, text) of each fenced block
BLOCKS = re.findall(r"^```([a-z]*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
YAML = [text for language, text in BLOCKS if language == "yaml"]


def blocks(language: str) -> list[str]:
    """The fenced blocks in that language."""
    return [text for found, text in BLOCKS if found == language]


def section(heading: str) -> str:
    """What stands under a heading."""
    match = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", README, re.MULTILINE | re.DOTALL)
    assert match, heading
    return match[2]


@pytest.fixture(scope="module")
def lab() -> Iterator[str]:
    """The address, host:port, of a lab server."""
    process = start(["lab", "--listen", "127.0.0.1:0"])
    try:
        assert process.stdout is not None
        match = re.match(rb"listening on ws://([0-9.:]+)/", process.stdout.readline())
        assert match
        yield match[1].decode()
    finally:
        process.terminate()
        process.communicate(timeout=LONGEST_S)


def passes(arguments: list[str], lab: str, folder: Path) -> None:
    """Runs a command line of README with the lab in place of its address; it has to pass, within its own limits."""
    assert arguments[0] == "wscheck"
    words = [re.sub(r"^ws://[a-z0-9.]+:8000/ws$", f"ws://{lab}/", word) for word in arguments[1:]]
    words = [re.sub(r"=([a-z.]+)$", lambda match: f"={folder / match[1]}", word) for word in words]
    assert f"ws://{lab}/" in words
    ended = run(words, GITHUB_STEP_SUMMARY="")  # not into the summary of the run that tests this
    assert (ended.returncode, ended.stderr) == (0, b""), ended.stdout


# -- jobs to paste -----------------------------------------------------------------------------------------------------


def _command_lines() -> list[list[str]]:
    """Every command line of wscheck in the section on pipelines, from whatever it is written in."""
    found: list[list[str]] = []
    for text in re.findall(r"^```[a-z]+\n(.*?)^```$", section("In a pipeline"), re.MULTILINE | re.DOTALL):
        found += [json.loads(words)[_wscheck_at(words) :] for words in re.findall(r'\[.*"wscheck".*\]', text)]
        found += [shlex.split(line) for line in re.findall(r"(?:run: |    - |\t)(wscheck .*)$", text, re.MULTILINE)]
    return found


def _wscheck_at(words: str) -> int:
    return int(json.loads(words).index("wscheck"))


@pytest.mark.parametrize("arguments", _command_lines(), ids=shlex.join)
def test_each_command_line_runs(arguments: list[str], lab: str, tmp_path: Path) -> None:
    passes(arguments, lab, tmp_path)


def test_each_job_has_its_command_line() -> None:
    assert len(_command_lines()) == section("In a pipeline").count("```") // 2 == 6


def test_the_job_for_github_actions() -> None:
    (steps,) = [yaml.safe_load(text) for text in YAML if "--format github" in text]
    assert [list(step) for step in steps] == [["run"], ["run"], ["run"]]


def test_the_job_for_gitlab() -> None:
    (jobs,) = [yaml.safe_load(text) for text in YAML if "script:" in text]
    job = jobs["websocket"]
    report = job["artifacts"]["reports"]["junit"]
    assert f"--report junit={report}" in job["script"][-1]
    assert job["artifacts"]["when"] == "always"  # a report of a failed job is the one that is wanted


def test_the_probe_for_kubernetes() -> None:
    (probe,) = [yaml.safe_load(text)["readinessProbe"] for text in YAML if "readinessProbe:" in text]
    assert probe["exec"]["command"][:2] == ["wscheck", "probe"]
    assert _limit_s(probe["exec"]["command"]) < probe["timeoutSeconds"]


def test_the_services_for_docker_compose() -> None:
    (services,) = [yaml.safe_load(text)["services"] for text in YAML if "services:" in text]
    check = services["chat"]["healthcheck"]
    assert check["test"][:2] == ["CMD", "wscheck"]
    assert _limit_s(check["test"]) < float(check["timeout"].removesuffix("s"))
    assert services["web"]["depends_on"] == {"chat": {"condition": "service_healthy"}}


def test_the_health_check_for_docker() -> None:
    (line,) = blocks("dockerfile")
    match = re.fullmatch(r"HEALTHCHECK --interval=\d+s --timeout=(\d+)s CMD (\[.*\])\n", line)
    assert match
    assert _limit_s(json.loads(match[2])) < float(match[1])


def _limit_s(words: list[str]) -> float:
    """The time limit of a command line: below that of whoever runs it, so that wscheck says what was wrong."""
    return float(words[words.index("-m") + 1].removesuffix("s"))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_makefile(tmp_path: Path) -> None:
    (text,) = blocks("make")
    (tmp_path / "Makefile").write_text(text)
    shown = subprocess.run(
        ["make", "--dry-run", "smoke"], cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST_S, check=True
    )
    assert shown.stdout.strip().startswith("wscheck probe ")


# -- commands, options, checks -----------------------------------------------------------------------------------------


def test_the_two_start_commands() -> None:
    probe, tests = re.findall(r"^```sh\n(.*?)\n```$", section("Start"), re.MULTILINE | re.DOTALL)
    ci = (ROOT / ".ci" / "run").read_text()
    assert f"\n{tests}\n" in ci
    assert probe.startswith("python3 -m venv .venv && .venv/bin/python -m pip install -q . && .venv/bin/wscheck ")
    assert f"\n{probe.rpartition(' && ')[2]}\n" in f"{ci}\n"


def _examples() -> list[str]:
    """The lines of README's shell blocks that call the command, without comments and pipes."""
    lines = [line for text in blocks("sh") for line in text.splitlines() if line.startswith("wscheck ")]
    found = [re.split(r" +# | \| | ; ", line)[0] for line in lines]
    # A report of files that are not there cannot be; tests/cli/test_report.py has those that are.
    return [line for line in found if not line.startswith("wscheck report ")]


@pytest.mark.parametrize("line", _examples())
def test_each_example_can_be(wscheck: Cli, line: str) -> None:
    """Every option with its value is taken; nothing is sent."""
    ended = wscheck(*shlex.split(line)[1:], "--check")
    assert (ended.code, ended.out, ended.err) == (0, "nothing wrong\n", "")


def _options() -> set[str]:
    found = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        found |= {flag for parameter in command.params for flag in parameter.opts}
    return found | {"--help", "-h"}


def test_every_option_that_readme_names_exists() -> None:
    # Options of other programs: pip, docker, jq, make, pipx, tests/interop.
    text = re.sub(r"^(?:HEALTHCHECK|python3 -m venv) .*$", "", README, flags=re.MULTILINE)
    named = set(re.findall(r"(?<![\w/-])(--[a-z][a-z0-9-]*[a-z0-9])(?!…)\b(?!-)", text))
    assert named - _options() == set()
    assert len(named) > 30


def test_every_option_of_the_gate_is_in_readme() -> None:
    context = click.Context(group)
    command = group.get_command(context, "probe")
    assert command
    new = {"--wait", "--wait-interval", "--count", "--interval", "--targets", "--check", "--hold", "--report"}
    longs = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("--")}
    wanted = new | {flag for flag in longs if "expect" in flag} | {"--max-handshake-time", "--min-cert-days"}
    assert wanted <= longs
    assert {flag for flag in wanted if flag not in README} == set()


def test_the_table_of_checks_is_whole() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", section("What is checked"), re.MULTILINE)
    assert listed == [check.id for check in reply_checks()]
    assert len(listed) == 15


def test_the_targets_file_can_be(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    tables: dict[str, Any] = tomllib.loads(text)
    (tmp_path / "targets.toml").write_text(text)
    ended = run(["probe", "--targets", str(tmp_path / "targets.toml"), "--check"])
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == f"{len(tables['target'])} targets, nothing wrong with them\n".encode()


def test_the_report_at_the_top_is_the_real_one() -> None:
    """Line by line, but for the port, the accept, the times and blanks that stand between."""
    shown = BLOCKS[0][1].splitlines()[1:]
    printed = run(["probe", "lab:connection-keep-alive"]).stdout.decode("utf-8").splitlines()

    def plain(lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:0", text)
        text = re.sub(r"accept        < \S+", "accept", text)
        return [" ".join(line.split()) for line in re.sub(r"\d+\.\d(?= ms| ·)", "0", text).split("\n") if line.strip()]

    assert plain(shown) == plain(printed)
