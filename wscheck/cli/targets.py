"""A file of targets: TOML with `[defaults]` and `[[target]]`, the keys being the long names of `probe`'s options.

May never enter: what an option means. Each target becomes a command line of its own and is read like one, so a value
in the file means what it means behind its option.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from wscheck.errors import UsageError, unknown

# Options of the whole run: they have no place at a single target.
_OF_THE_RUN = {
    *("format", "output", "report", "verbose", "quiet", "color"),
    *("dry-run", "targets", "check", "each-address", "help"),
}
_OWN = {"url", "name"}


class FileTarget(NamedTuple):
    """One target of the file: its URL, its name, and the values of all options, as click gives them."""

    url: str
    name: str | None
    flags: dict[str, Any]


def read_targets(path: str, context: click.Context) -> tuple[FileTarget, ...]:
    """The targets of the file. What stands at a target wins over `[defaults]`, which win over the command line in
    `context`. UsageError, with line and key, for anything that cannot be."""
    text, tables = _load(path)
    where = _Where(path, text)
    unknown_tables = set(tables) - {"defaults", "target"}
    if unknown_tables:
        key = min(unknown_tables)
        raise where.error(0, key, unknown("table", key, ["defaults", "target"]))
    defaults, targets = tables.get("defaults", {}), tables.get("target", [])
    if not isinstance(defaults, dict) or not isinstance(targets, list) or not targets:
        raise UsageError(f"{path}: no target: write [[target]] with a url for each")
    known = {option.opts[-1].removeprefix("--"): option for option in _options(context.command)}
    return tuple(_target(number, table, defaults, known, where, context) for number, table in enumerate(targets, 1))


def _load(path: str) -> tuple[str, dict[str, Any]]:
    try:
        text = Path(path).read_text("utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"the targets in {path!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the targets in {path!r} cannot be read: the file is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None


def _options(command: click.Command) -> Iterator[click.Option]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            name = parameter.opts[-1].removeprefix("--")
            if name not in _OF_THE_RUN:
                yield parameter


class _Where:
    """Finds the line of a key, for messages: `tomllib` does not keep it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def line(self, number: int, key: str) -> int | None:
        """The line of `key` in the `number`th target, or in `[defaults]` for 0."""
        begun = 0
        in_defaults = False
        for index, line in enumerate(self.lines, 1):
            heading = re.match(r"\s*(\[\[?)\s*([A-Za-z0-9_-]+)", line)
            if heading:
                begun += heading[1] == "[["
                in_defaults = heading[1] == "["
                if number == 0 and heading[2] == key:
                    return index
            here = in_defaults if number == 0 else begun == number and not in_defaults
            if here and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return index
        return None

    def error(self, number: int, key: str, said: object) -> UsageError:
        """A UsageError that names the file, the line and the key."""
        line = self.line(number, key)
        place = f"{self.path}:{line}" if line else self.path
        return UsageError(f"{place}: {key}: {said}")


def _target(
    number: int,
    table: Any,
    defaults: dict[str, Any],
    known: dict[str, click.Option],
    where: _Where,
    context: click.Context,
) -> FileTarget:
    if not isinstance(table, dict) or not isinstance(table.get("url"), str):
        raise UsageError(f"{where.path}: target {number} has no url")
    words: list[str] = []
    for source, values in ((0, defaults), (number, table)):
        for key, value in values.items():
            if source and key in _OWN:
                continue
            if key not in known:
                raise where.error(source, key, _unknown_key(key, [*known, *(_OWN if source else ())]))
            if source or key not in table:
                words += _words(key, value, known[key], source, where)
    given = {known[key].name for key in (*defaults, *table) if key in known}
    name = table.get("name")
    if name is not None and not isinstance(name, str):
        raise where.error(number, "name", "a name is a text")
    return FileTarget(table["url"], name, _flags(words, given, context, where, number))


def _unknown_key(key: str, known: list[str]) -> UsageError:
    if key in _OF_THE_RUN:
        return UsageError(f"belongs to the whole run: give --{key} on the command line")
    return unknown("key", key, known, where="wscheck probe --help")


def _words(key: str, value: Any, option: click.Option, source: int, where: _Where) -> Iterator[str]:
    """The command line that a key and its value stand for."""
    if option.is_flag:
        if not isinstance(value, bool):
            raise where.error(source, key, "takes true or false")
        yield from [f"--{key}"] if value else []
        return
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not option.multiple:
        raise where.error(source, key, "takes one value, not a list")
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise where.error(source, key, "takes a text or a number")
        yield f"--{key}={one}"


def _flags(words: list[str], given: set[str], context: click.Context, where: _Where, number: int) -> dict[str, Any]:
    """The values of all options for this target, those of the command line where the file has not `given` any."""
    try:
        own = context.command.make_context(context.info_name, ["--", ""] if not words else [*words, "--", ""])
    except click.UsageError as error:
        key = error.param.opts[-1].removeprefix("--") if isinstance(error, click.BadParameter) and error.param else ""
        source = number if where.line(number, key) else 0
        raise where.error(source, key, error.message) from None
    flags = dict(own.params)
    for key, value in context.params.items():
        if key not in given and context.get_parameter_source(key) == ParameterSource.COMMANDLINE:
            flags[key] = value
    return flags
