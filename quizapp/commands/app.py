"""Commands that open the app."""

from __future__ import annotations

import gc
from typing import Any

import click

from quizapp.paths import Paths


def open_app(paths: Paths, **options: Any) -> int:
    """Open the app and return its exit code."""
    # A start makes many objects that stay and no garbage; the app collects after its first frame.
    gc.disable()
    from quizapp.tui.app import run

    return run(paths, **options)


@click.command()
@click.option("--topic", help="Only cards of this deck.")
@click.option("--search", metavar="QUERY", help="Only cards that match, as in the browser.")
@click.option("--preset", metavar="NAME",
              help="A plan: one-evening, one-week or senior-two-weeks.")  # fmt: skip
@click.pass_context
def study(ctx: click.Context, topic: str | None, search: str | None, preset: str | None) -> None:
    """Start studying at once."""
    ctx.exit(open_app(ctx.obj, screen="study", topic=topic, search=search, preset=preset))


@click.command()
@click.pass_context
def interview(ctx: click.Context) -> None:
    """Start a mock interview."""
    ctx.exit(open_app(ctx.obj, screen="interview"))
