"""A command of `quizapp` in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from quizapp.cli import main


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    """Run a command in this process; an exception that is not a user's error fails the test."""
    return CliRunner().invoke(
        main, [str(a) for a in arguments], input=stdin, catch_exceptions=False
    )
