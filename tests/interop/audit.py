"""Audits real servers and makes their records, the explanations and the matrix of the README anew.

    python -m tests.interop.audit [NAME…]

Needs what tests/interop/setup.py installs; the servers in Go and Rust are built here where their tools are. A server
that is missing is passed over with its reason, and its record stays as it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.interop import records, setup
from tests.interop.catalogue import MORE, SERVERS, STRICT, Server
from tests.interop.records import Record
from tests.interop.running import make_certificate, missing, running
from wscheck.auditing import Pace, audit
from wscheck.cases import cases
from wscheck.cases.tally import TALLIES
from wscheck.core.report import Report
from wscheck.core.visible import visible
from wscheck.matrix import layout, table
from wscheck.matrix.saved import read_saved

HERE = Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
EXPLAINED = HERE / "AUDITS.md"
BEGIN, END = "<!-- audits: made by python -m tests.interop.audit -->", "<!-- /audits -->"


def audited(server: Server, folder: Path, only: Sequence[str] = ()) -> Report:
    """The audit of a server, started for it; a proxy stands in front of the strict lab, which fails nothing."""
    offers = ("chat",)
    path = "/" if server.config is not None else "/ws"
    with running(
        server,
        "ws",
        folder / "run",
        make_certificate(folder / "tls"),
        STRICT if server.config is not None else server,
        path,
    ) as real:
        return audit(real.url, only=only, subprotocols=offers, pace=Pace(jobs=2, case_s=2.0))


def versions(server: Server) -> str:
    """What the server is made of, with versions."""
    names = server.made_of or (server.name.partition("-")[0] if server.name.startswith("uvicorn") else server.name,)
    return ", ".join(f"{name} {_version(server, name)}".strip() for name in names)


def _version(server: Server, name: str) -> str:
    if "npm" in server.needs:
        package = setup.modules() / name / "package.json"
        return str(json.loads(package.read_text())["version"]) if package.exists() else ""
    if "go" in server.needs:
        return _found(rf"{re.escape(name)} v(\S+)", (HERE / "servers" / server.command[0][8:] / "go.mod").read_text())
    if "rust" in server.needs:
        lock = (HERE / "servers/rust/Cargo.lock").read_text()
        return _found(rf'name = "{re.escape(name)}"\nversion = "([^"]+)"', lock)
    if server.config is not None:
        return _program_version(server.needs[0])
    code = f"from importlib.metadata import version; print(version({name!r}))"
    done = subprocess.run([setup.python(), "-c", code], capture_output=True, text=True)
    return done.stdout.strip()


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""


def _program_version(name: str) -> str:
    path = setup.program(name) or name
    for flag in ("-v", "-V", "version"):
        done = subprocess.run([path, flag], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        found = _found(
            r"\b(?:v|version |nginx/|Apache/|lighttpd/|varnish-)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)",
            done.stdout + done.stderr,
        )
        if found:
            return found
    return ""


# -- texts -------------------------------------------------------------------------------------------------------------


def matrix(found: Sequence[Record]) -> str:
    """The matrix of the README."""
    saved = [read_saved(records.as_report(one), one["name"]) for one in found]
    lines = [f"- {one['name']}: {one['made_of']}" + (f". {one['setting']}" if one["setting"] else "") for one in found]
    made_of = "\n".join(["What was audited:", "", *lines])
    return f"{table.render(layout.lay_out(saved, public=True))}\n{made_of}\n"


def explanations(found: Sequence[Record]) -> str:
    """Each failure of what binds unconditionally, with its octets, for whoever maintains the server."""
    return "\n".join(_explanations(found)) + "\n"


def _explanations(found: Sequence[Record]) -> Iterator[str]:
    yield "# What the audits found"
    yield ""
    yield "Made by `python -m tests.interop.audit`. Each failure of what binds unconditionally: the clause, why it"
    yield "matters, what was sent and what came. Cases with one cause stand together; the octets are those of the"
    yield "first, with key, accept, port and date replaced by words. To try one: `wscheck audit --only CASE -vv URL`."
    for one in found:
        groups = _groups(one)
        if groups:
            yield ""
            yield f"## {one['name']} ({one['made_of']})"
            for members in groups:
                yield from _group(members)


def _groups(found: Record) -> list[list[tuple[Any, Record]]]:
    suite: dict[str, Any] = {**cases(), **{tally.id: tally for tally in TALLIES}}
    grouped: dict[tuple[str, str], list[tuple[Any, Record]]] = {}
    for name, kept in found["cases"].items():
        if isinstance(kept, dict) and kept["status"] == "fail" and name in suite and suite[name].row.level == "must":
            row = suite[name].row
            grouped.setdefault((row.clause, row.why), []).append((suite[name], kept))
    return list(grouped.values())


def _group(members: list[tuple[Any, Record]]) -> Iterator[str]:
    case, kept = members[0]
    yield ""
    yield f"### {case.row.clause}: {', '.join(one.id for one, _ in members)}"
    yield ""
    yield f"{case.row.why} ({', '.join(case.row.requirements)})"
    yield ""
    for one, said in members:
        yield f"- {one.title}: expected {one.expected}; observed: {_code(said['observed'])}"
    for sent, came in kept.get("exchanges", ()):
        yield ""
        yield "```"
        yield from (f"> {line}" for line in _lines(sent))
        yield from (f"< {line}" for line in _lines(came) or ["(nothing)"])
        yield "```"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _lines(octets: str) -> list[str]:
    return [visible(line.encode("latin-1", "replace"), 160) for line in octets.split("\r\n") if line][:30]


def write_texts() -> None:
    """Makes the explanations and the README's part from the records."""
    found = records.load()
    EXPLAINED.write_text(explanations(found), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, behind = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{matrix(found)}\n{END}{behind}", encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """The command line."""
    setup.build()
    for server in (*SERVERS, *MORE):
        if names and server.name not in names:
            continue
        lack = missing(server)
        if lack:
            print(f"{server.name}: passed over. {lack}", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            report = audited(server, Path(folder))
        records.save(records.record(server.name, versions(server), server.setting, report))
        print(f"{server.name}: {report.scorecard['must']}", flush=True)
    write_texts()


if __name__ == "__main__":
    main(sys.argv[1:])
