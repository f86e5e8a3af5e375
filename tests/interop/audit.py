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
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.interop import records, setup
from tests.interop.catalogue import MORE, SERVERS, STRICT, Server
from tests.interop.explaining import PROXIED, REASONS
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
    names = (*(server.made_of or (server.name,)), *(("node",) if "npm" in server.needs else ()))
    return ", ".join(f"{name} {_version(server, name)}".strip() for name in names)


def _version(server: Server, name: str) -> str:
    if name == "node":
        return _found(r"v([0-9]+)\.", _printed(setup.program("node") or name, "--version"))  # its HTTP parser counts
    if "npm" in server.needs:
        package = setup.modules() / name / "package.json"
        return str(json.loads(package.read_text())["version"]) if package.exists() else ""
    if "go" in server.needs:
        return _found(rf"{re.escape(name)} v(\S+)", (HERE / "servers" / server.command[0][8:] / "go.mod").read_text())
    if "rust" in server.needs:
        return _locked(server.made_of[0], name)
    if server.config is not None:
        return _program_version(server.needs[0])
    return _printed(setup.python(), "-c", f"from importlib.metadata import version; print(version({name!r}))").strip()


def _printed(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout + done.stderr


def _locked(root: str, name: str) -> str:
    """The version of a crate that our crate depends on, or that such a one does: there may be two in the lock file."""
    lock = tomllib.loads((HERE / "servers/rust/Cargo.lock").read_text())["package"]

    def chosen(crate: str, by: str, its: str = "") -> str:
        versions = [one["version"] for one in lock if one["name"] == crate]
        users = [one for one in lock if one["name"] == by and its in ("", one["version"])]
        named = [text.split()[1] for one in users for text in one["dependencies"] if text.split()[:-1] == [crate]]
        return str((named or versions)[0])

    own = chosen(root, "wscheck-interop")
    return own if name == root else chosen(name, root, own)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""


def _program_version(name: str) -> str:
    path = setup.program(name) or name
    for flag in ("-v", "-V", "version"):
        found = _found(r"\b(?:v|version |nginx/|Apache/|lighttpd/)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)", _printed(path, flag))
        if found:
            return found
    return ""


# -- texts -------------------------------------------------------------------------------------------------------------


def matrix(found: Sequence[Record]) -> str:
    """The matrix of the README; what each server is made of, and what it fails, stands with the explanations."""
    saved = [read_saved(records.as_report(one), one["name"]) for one in found]
    return "\n".join(table.table(layout.lay_out(saved, public=True))) + "\n"


def explanations(found: Sequence[Record]) -> str:
    """Each failure of what binds unconditionally, with its octets, for whoever maintains the server."""
    return "\n".join(_explanations(found)) + "\n"


def _explanations(found: Sequence[Record]) -> Iterator[str]:
    yield "# What the audits found"
    yield ""
    yield "Made by `python -m tests.interop.audit`. Each failure of what binds unconditionally: the clause and why the"
    yield "answer breaks it, what was sent and what came. Cases with one cause stand together; the octets are those of"
    yield "the first, with key, accept, port and date replaced by words, `>` is sent and `<` came. To try one:"
    yield "`wscheck audit --subprotocol chat --only CASE -v URL`. The servers are in `tests/interop/servers`; a proxy"
    yield "stands in front of `wscheck lab`, which fails nothing."
    proxies = {server.name for server in (*SERVERS, *MORE) if server.config is not None}
    for one in found:
        groups = _groups(one)
        if groups:
            yield ""
            yield f"## {one['name']} ({one['made_of']})"
            if one["setting"]:
                yield ""
                yield one["setting"]
            for members in groups:
                yield from _group(members, proxied=one["name"] in proxies)


def _groups(found: Record) -> list[list[tuple[Any, Record]]]:
    suite: dict[str, Any] = {**cases(), **{tally.id: tally for tally in TALLIES}}
    grouped: dict[tuple[str, str], list[tuple[Any, Record]]] = {}
    for name, kept in found["cases"].items():
        if isinstance(kept, dict) and kept["status"] == "fail" and name in suite and suite[name].row.level == "must":
            row = suite[name].row
            grouped.setdefault((row.clause, row.why), []).append((suite[name], kept))
    return list(grouped.values())


def _group(members: list[tuple[Any, Record]], *, proxied: bool) -> Iterator[str]:
    case, kept = members[0]
    yield ""
    yield f"### {case.row.clause}: {', '.join(one.id for one, _ in members)}"
    yield ""
    beside = PROXIED.get(case.row.requirements[0], "") if proxied else ""
    yield f"{REASONS[case.row.requirements[0]]} {beside}".strip() + f" ({', '.join(case.row.requirements)})"
    yield ""
    for one, said in members:
        yield f"- {one.title}: expected {one.expected}; observed: {_code(said['observed'])}"
    for sent, came, *behind in kept.get("exchanges", ()):
        yield ""
        yield "```"
        yield from (f"> {line}" for line in _lines(sent))
        yield from (f"< {line}" for line in _lines(came) or ["(the connection was closed)"])
        if behind:
            yield "behind the 101:"
            yield from (f"> {line}" for line in _lines(behind[0]))
            yield from (f"< {line}" for line in _lines(behind[1]) or ["(nothing)"])
        yield "```"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _lines(octets: str) -> list[str]:
    """Line by line, printable; a blank at the end of a line would not be seen."""
    shown = [visible(line.encode("latin-1", "replace"), 160) for line in octets.split("\r\n") if line][:30]
    return [f"{line[:-1]}\\x20" if line.endswith(" ") else line for line in shown]


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
