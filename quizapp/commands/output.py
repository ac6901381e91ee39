"""How commands print: JSON for programs, short text for people, diagnostics on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from quizapp.demo.checks import spelled
from quizapp.errors import EnvironmentProblem
from quizapp.text import plural

FINDINGS = 1
"""The exit code of a command that worked and found something wrong."""


def print_json(value: Mapping[str, Any]) -> None:
    """Print an object with its format version; NaN and infinity become strings."""
    shown = {"version": 1, **value}
    click.echo(json.dumps(spelled(shown), ensure_ascii=False, indent=2, allow_nan=False))


def count(number: int, word: str) -> str:
    """Return "1 card", "2 cards", "no cards"."""
    return plural(number, word) if number else f"no {word}s"


def print_note(line: str) -> None:
    """Print a line for people on stderr, out of the way of the output proper."""
    click.echo(line, err=True)


@contextmanager
def file_errors(file: Path) -> Iterator[None]:
    """Turn an error of the system about `file` into one the user can act on."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "the system refuses"
        raise EnvironmentProblem(
            "Cannot write",
            f"{file}: {reason}.",
            "Check the folder and its permissions, or name another place.",
        ) from None
