"""How commands print: JSON for programs, short text for people, diagnostics on stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from quizapp.demo.wire import plain

FINDINGS = 1
"""The exit code of a command that worked and found something wrong."""


def print_json(value: Mapping[str, Any]) -> None:
    """Print an object with its format version; NaN and infinity become strings."""
    shown = {"version": 1, **value}
    click.echo(json.dumps(plain(shown), ensure_ascii=False, indent=2, allow_nan=False))


def count(number: int, word: str) -> str:
    """Return "1 card", "2 cards", "no cards"."""
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def tell(line: str) -> None:
    """Print a diagnostic."""
    click.echo(line, err=True)
