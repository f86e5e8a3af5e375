"""The floors of the design: a module imports from its own floor's folder or from lower floors, and nothing else.

The imports are read from the source, those inside functions as well: late is not elsewhere. What stands under
`if TYPE_CHECKING` is no import at run time, so only the floors count for it and not the libraries.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import wscheck

ROOT = Path(wscheck.__file__).parent

# Folders and files by floor, the longest prefix wins. What is on no floor is free for every one.
FLOORS = {
    "wscheck.core": 0,
    "wscheck.checks": 1,
    "wscheck.cases": 1,
    "wscheck.causes": 1,
    "wscheck.clients": 1,
    "wscheck.lab": 1,
    "wscheck.lab.serve": 2,
    "wscheck.wire": 2,
    "wscheck.render": 2,
    "wscheck.matrix": 2,
    "wscheck.probing": 3,
    "wscheck.auditing": 3,
    "wscheck.diagnosing": 3,
    "wscheck.scanning": 3,
    "wscheck.cli": 4,
    "wscheck.exporter": 4,
    "wscheck.cluster": 4,
    "wscheck.pytest_plugin": 4,
}
FREE = ("wscheck", "wscheck.errors")  # the package itself (its version) and the errors: known on every floor
ABOVE = ("wscheck.__main__",)

# Folders of floor 1 stand side by side and do not see each other.
SIDE_BY_SIDE = ("wscheck.checks", "wscheck.cases", "wscheck.causes", "wscheck.clients", "wscheck.lab")

IO = frozenset({"asyncio", "socket", "ssl", "time", "random", "os", "logging", "select", "threading", "subprocess"})
OUTSIDE = {  # third-party library: the only modules that may import it
    "httpx": ("wscheck.wire.session",),
    "rich": ("wscheck.render.text",),
    "idna": ("wscheck.core.target",),
    "certifi": ("wscheck.wire.trust",),
    "python_socks": ("wscheck.wire.proxy",),
    "trustme": ("wscheck.lab.serve",),
    "click": ("wscheck.cli",),
}


class Import(NamedTuple):
    """One import: by whom, of what, and where."""

    module: str
    imported: str
    line: int
    late: bool  # inside a function
    typing_only: bool


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[Import]:
    """All imports of a module; `from wscheck.core import plan` counts as one of `wscheck.core.plan`."""
    yield from _walk(module, ast.parse(path.read_text("utf-8")), late=False, typing_only=False)


def _walk(module: str, node: ast.AST, *, late: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module, alias.name, child.lineno, late, typing_only)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}:{child.lineno}: a relative import"
            for alias in child.names:
                full = f"{child.module}.{alias.name}"
                yield Import(module, full if _is_module(full) else child.module or "", child.lineno, late, typing_only)
        else:
            guarded = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(module, child, late=late or inner, typing_only=typing_only or guarded)


def _is_module(name: str) -> bool:
    path = ROOT.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.joinpath("__init__.py").exists()


def floor(module: str) -> int | None:
    """The floor of a module, None for one that is on none."""
    fits = [prefix for prefix in FLOORS if module == prefix or module.startswith(prefix + ".")]
    return FLOORS[max(fits, key=len)] if fits else None


ALL = [found for module, path in modules() for found in imports(module, path)]
OWN = [found for found in ALL if found.imported.partition(".")[0] == "wscheck"]


def said(found: list[Import]) -> list[str]:
    """Imports in words."""
    return [f"{one.module}:{one.line} imports {one.imported}" for one in found]


def test_the_imports_are_seen() -> None:
    """The test would hold for an empty list."""
    assert Import("wscheck.cli.probe", "asyncio", 0, False, False)[:2] in [one[:2] for one in ALL]
    assert ("wscheck.checks", "wscheck.core.answer") in [(one.module, one.imported) for one in OWN]
    assert len(ALL) > 200


def test_every_module_is_on_a_floor() -> None:
    loose = [module for module, _ in modules() if floor(module) is None and module not in (*FREE, *ABOVE)]
    assert loose == []


def test_nothing_is_imported_from_a_higher_floor() -> None:
    wrong = []
    for one in OWN:
        mine, theirs = floor(one.module), floor(one.imported)
        if mine is not None and theirs is not None and theirs > mine:
            wrong.append(one)
    assert said(wrong) == []


def test_the_folders_of_floor_1_do_not_see_each_other() -> None:
    wrong = []
    for one in OWN:
        mine = next((folder for folder in SIDE_BY_SIDE if one.module.startswith(folder)), None)
        theirs = next((folder for folder in SIDE_BY_SIDE if one.imported.startswith(folder)), None)
        if floor(one.module) == 1 and mine and theirs and mine != theirs:
            wrong.append(one)
    assert said(wrong) == []


@pytest.mark.parametrize(
    "folder",
    [
        "wscheck.core",
        "wscheck.checks",
        "wscheck.causes",
        "wscheck.cases",
        "wscheck.lab.respond",
        "wscheck.lab.request",
        "wscheck.lab.rules",
        "wscheck.lab.negotiate",
        "wscheck.lab.leniencies",
        "wscheck.lab.script",
        "wscheck.lab.faults",
    ],
)
def test_pure_folders_have_no_io_clock_or_chance(folder: str) -> None:
    mine = [one for one in ALL if (one.module + ".").startswith(folder + ".")]
    assert mine
    assert said([one for one in mine if one.imported.partition(".")[0] in IO]) == []


def test_core_needs_the_standard_library_alone() -> None:
    foreign = [
        one
        for one in ALL
        if one.module.startswith("wscheck.core")
        and one.imported.partition(".")[0] not in (*sys.stdlib_module_names, "wscheck")
    ]
    assert {(one.module, one.imported, one.late) for one in foreign} == {("wscheck.core.target", "idna", True)}


def test_each_library_has_its_place() -> None:
    wrong = []
    for one in ALL:
        name = one.imported.partition(".")[0]
        if name in (*sys.stdlib_module_names, "wscheck"):
            continue
        allowed = OUTSIDE.get(name, ())
        if not any((one.module + ".").startswith(place + ".") for place in allowed):
            wrong.append(one)
    assert said(wrong) == []


@pytest.mark.parametrize("library", ["httpx", "rich", "idna", "certifi", "python_socks", "trustme"])
def test_each_library_is_used_where_it_may_be(library: str) -> None:
    """A place that no longer imports it leaves this list."""
    users = {one.module for one in ALL if one.imported.partition(".")[0] == library}
    assert users == set(OUTSIDE[library])
