"""FLOOR 4. The command line: flags to values, a report to an exit code.

May never enter: an `if` about an RFC. Commands are loaded when they are called, so that `wscheck accept` stays quick.

Click's own handling prints "Aborted!" with 1 on Ctrl-C and 1 for a closed pipe; the contract has 130 and the verdict's
own code. So the group runs with `standalone_mode=False`, and `main` turns every end into its exit code.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from wscheck import __version__
from wscheck.cli.terminating import Terminated, on_sigterm
from wscheck.errors import UsageError, unknown

# What `wscheck --help` lists; the file of a command is loaded only when it is called.
_COMMANDS = {
    "probe": "Send one handshake to each URL and judge every part of the reply.",
    "audit": "The conformance suite: crafted handshakes, judged by the standards.",
    "compare": "Probe two ways to one service, and show where they differ.",
    "accept": "Print the Sec-WebSocket-Accept for a key.",
    "judge": "Judge a saved reply, without any network.",
    "report": "Lay saved audits side by side as a matrix.",
    "lab": "Run the embedded server, strict or with a fault.",
    "explain": "Explain a check, case, cause, fault or preset: why, clause and fix.",
    "schema": "Print the JSON Schema of what --format json prints.",
}


class _Commands(click.Group):
    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with _closed_pipe_is_quiet():  # --help and --version write here
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _closed_pipe_is_quiet():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        import importlib

        command: click.Command = importlib.import_module(f"wscheck.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            hint = f" (to probe a URL: wscheck probe {name})" if ":" in name or "." in name else ""
            raise UsageError(f"{unknown('command', name, _COMMANDS)}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@contextlib.contextmanager
def _closed_pipe_is_quiet() -> Iterator[None]:
    """Ends with 0 when nobody reads: left to itself, click makes it 1. Reports have their own way (`cli.output`)."""
    try:
        yield
    except BrokenPipeError:
        _drop_stdout()
        raise click.exceptions.Exit(0) from None


@click.group(
    cls=_Commands,
    invoke_without_command=True,  # with nothing to do: the help, and exit 2
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all checks passed, 1 one failed, 2 usage, 3 not judged, 130 interrupted, 143 terminated.",
)
@click.version_option(__version__, prog_name="wscheck", message="%(prog)s %(version)s")
@click.pass_context
def group(ctx: click.Context) -> int:
    """Test the WebSocket opening handshake.

    wscheck sends a crafted upgrade request, keeps every byte of the answer, judges each part of it on its own, and
    shows what was expected beside what was observed, with the clause, the reason and the fix.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
    return 2


def run() -> NoReturn:
    """What the installed script calls: `main`, and then the end of the process at once.

    Everything is written by then. To take some three hundred modules apart first would cost a sixth of the time of a
    probe, and frees nothing that the system does not free anyway.
    """
    code = 0
    try:
        main()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    for stream in (sys.stdout, sys.stderr):
        # A stream that is closed or leads nowhere has nothing to flush; the exit code stands.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def main() -> NoReturn:
    """Runs the command line and ends with the exit code of the contract (SystemExit)."""
    _open_streams()
    on_sigterm()
    try:
        code = _run()
    except Terminated:
        code = 143
    _leave(code)


def _run() -> int:
    try:
        result: Any = group.main(prog_name="wscheck", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except UsageError as error:
        return _say(str(error), 2)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        return _say(_click_sentence(error), 2)
    except click.ClickException as error:
        return _say(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", 130)
    except BrokenPipeError:
        _drop_stdout()
        return 0
    except OSError as error:
        return _say(f"cannot go on: {error.strerror or error}", 3)
    except Exception as error:
        if os.environ.get("WSCHECK_TRACEBACK"):
            raise
        said = f"internal error: {type(error).__name__}: {error} (set WSCHECK_TRACEBACK=1 and report what it shows)"
        return _say(said, 3)


def _click_sentence(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "wscheck"
    said = " ".join(error.format_message().split()).rstrip(".")
    return f"{said} (see {command} --help)"


def _say(sentence: str, code: int) -> int:
    from wscheck.core.visible import printable

    # If nobody reads standard error, the exit code still says it.
    with contextlib.suppress(OSError):
        sys.stderr.write(f"wscheck: {printable(sentence)}\n")
        sys.stderr.flush()
    return code


def _open_streams() -> None:
    """Makes the standard streams usable, whatever the shell did to them."""
    # Python has None for a stream that was closed before it started.
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    # A character that the encoding lacks is escaped; it is no reason to fail.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _nowhere(mode: str) -> Any:
    return Path(os.devnull).open(mode, encoding="utf-8")  # open to the end, as standard streams are


def _drop_stdout() -> None:
    from wscheck.cli.output import drop_stdout

    drop_stdout()


def _leave(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except OSError:
        _drop_stdout()
    sys.exit(code)
