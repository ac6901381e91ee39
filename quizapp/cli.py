"""The command line: global options, and commands that are imported when they are used."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import sys
from pathlib import Path

import click

from quizapp import __version__
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import find_paths

COMMANDS = {
    "check": "commands.check:check",
    "demo": "commands.demo:demo",
    "doctor": "commands.doctor:doctor",
    "export": "commands.exchange:export_command",
    "glossary": "commands.glossary:glossary",
    "import": "commands.exchange:import_command",
    "interview": "opening:interview",
    "new": "commands.new:new",
    "optimize": "commands.optimize:optimize",
    "path": "commands.path:path",
    "stats": "commands.stats:stats",
    "study": "opening:study",
    "verify": "commands.verify:verify",
}
"""Where each command lies: module of `quizapp` and name in it."""

_FOLDER = click.Path(path_type=Path, file_okay=False)


class _LazyGroup(click.Group):
    """Commands by name, imported on use; errors a user can cause become text and exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(f"quizapp.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except QuizError as error:
            problem = error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            _forget_output()
            problem = EnvironmentProblem(
                "No space left",
                "The disk or your share of it is full.",
                "Free some space and try again.",
            )
        click.echo(describe(problem), err=True)
        ctx.exit(problem.exit_code)


def _forget_output() -> None:
    """Drop what stdout still holds: Python would try to write it again when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _use_utf8(*streams: object) -> None:
    """Write UTF-8 into files and pipes, whatever the locale; a terminal gets what it can show."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def describe(error: QuizError) -> str:
    """Return an error as the terminal shows it: title, sentence, and what to do next."""
    lines = [f"{error.title}: {error.message}", *([error.hint] if error.hint else [])]
    return "\n".join(lines)


@click.command(
    "quizapp",
    cls=_LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--content",
    type=_FOLDER,
    multiple=True,
    metavar="DIR",
    help="Add a folder of decks. Also QUIZAPP_CONTENT.",
)
@click.option(
    "--demos",
    type=_FOLDER,
    multiple=True,
    metavar="DIR",
    help="Add a folder of demos; demos are programs. Also QUIZAPP_DEMOS.",
)
@click.version_option(__version__, prog_name="quizapp")
@click.pass_context
def main(ctx: click.Context, content: tuple[Path, ...], demos: tuple[Path, ...]) -> None:
    """Interview practice for LLM fine-tuning, with every answer proven live.

    Without a command the app opens. Results go to stdout, everything else to stderr.
    Exit codes: 0 fine, 1 findings, 2 usage, 3 environment. QUIZAPP_HOME moves all user data.
    """
    _use_utf8(sys.stdout, sys.stderr)
    ctx.obj = find_paths(os.environ, content, demos)
    if ctx.invoked_subcommand is None:
        from quizapp.opening import open_screens

        ctx.exit(open_screens(ctx.obj))
