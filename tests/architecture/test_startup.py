"""What a command loads, in a fresh interpreter: start-up is felt at every call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.process import ENVIRONMENT, LONGEST_S

_PROGRAM = """
import json, sys
from wscheck.cli import main
sys.argv[0] = "wscheck"
try:
    main()
except SystemExit as ended:
    code = ended.code
print(json.dumps({"code": code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The modules that a command has loaded by its end."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
        env=ENVIRONMENT,
    )
    told = json.loads(ended.stderr.splitlines()[-1])
    assert told["code"] in (0, 1), ended
    return set(told["modules"])


def test_accept_loads_next_to_nothing() -> None:
    modules = loaded("accept", "dGhlIHNhbXBsZSBub25jZQ==")
    assert "wscheck.core.key" in modules
    assert modules & {"asyncio", "ssl", "httpx", "rich", "socket", "wscheck.probing", "wscheck.lab.faults"} == set()


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("accept", "--new"), {"asyncio", "ssl", "httpx", "rich"}),
        (("accept", "a", "--verify", "b"), {"asyncio", "ssl", "httpx", "rich"}),
        (("--version",), {"asyncio", "ssl", "httpx", "rich", "wscheck.probing"}),
        (("schema", "report"), {"asyncio", "ssl", "httpx", "rich", "wscheck.probing"}),
        (("explain", "accept"), {"asyncio", "ssl", "httpx", "rich"}),
        (("probe", "lab:", "--format", "json"), {"httpx", "rich", "trustme", "idna", "wscheck.lab.faults"}),
        (
            ("probe", "lab:"),
            {"httpx", "trustme", "idna", "wscheck.causes", "wscheck.cases", "wscheck.render._cases"},
        ),
        (("audit", "lab:", "--only", "host"), {"httpx", "trustme", "wscheck.causes", "wscheck.lab.faults"}),
    ],
)
def test_a_command_does_not_load_what_it_does_not_need(arguments: tuple[str, ...], absent: set[str]) -> None:
    assert loaded(*arguments) & absent == set()


def test_the_package_itself_loads_nothing() -> None:
    program = "import sys, wscheck; print([name for name in sys.modules if name.startswith('wscheck.')])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=LONGEST_S, check=True)
    assert ended.stdout.strip() == b"[]"


def test_the_public_names_are_there() -> None:
    import wscheck

    assert wscheck.__all__ == ["Report", "UsageError", "__version__", "accept_for", "audit", "probe"]
    for name in wscheck.__all__:
        assert getattr(wscheck, name) is not None
    with pytest.raises(AttributeError, match="module 'wscheck' has no attribute 'nonsense'"):
        wscheck.nonsense  # noqa: B018  # the access is what is tested


def test_wrong_use_of_the_library_is_one_sentence() -> None:
    import wscheck

    with pytest.raises(wscheck.UsageError, match="unknown option 'max_time': known are adds, asked, "):
        wscheck.probe("lab:", max_time="5s")
    with pytest.raises(wscheck.UsageError, match="unknown option 'orgin': did you mean 'origin'"):
        wscheck.audit("lab:", orgin="https://a.example")
    with pytest.raises(wscheck.UsageError, match="only and skip are lists of globs"):
        wscheck.audit("lab:", only="key-*")
    with pytest.raises(wscheck.UsageError, match=r"subprotocols takes a tuple of texts, not one text: .*\('mqtt',\)"):
        wscheck.probe("lab:", subprotocols="mqtt")
    with pytest.raises(wscheck.UsageError, match="hold_s takes seconds as a number, not '1s'"):
        wscheck.probe("lab:", hold_s="1s")


@pytest.mark.parametrize("name", ["probe", "audit"])
def test_inside_a_loop_it_is_for_a_thread(name: str) -> None:
    import asyncio

    import wscheck

    async def inside() -> None:
        getattr(wscheck, name)("lab:")

    with pytest.raises(wscheck.UsageError, match="an event loop is running here: call it in a thread"):
        asyncio.run(inside())


def test_the_options_that_the_readme_names() -> None:
    import wscheck

    report = wscheck.probe(
        "lab:", origin="https://a.example", subprotocols=("chat",), extensions=("x",), headers=("X-A: 1",),
        key="dGhlIHNhbXBsZSBub25jZQ==", version="13", insecure=False, cacert=None, hold_s=None, control=True,
        frames=True, replay=True, diagnose=True,
    )  # fmt: skip
    assert report.verdict == "pass"
    assert {made.purpose for made in report.exchanges} == {"handshake", "replay", "control"}
