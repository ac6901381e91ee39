"""`quizapp path`: all cards in the order to learn them, and where the learner stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from quizapp.commands.output import print_json
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.study.path import Step

MARKS = {"learned": "✓", "started": "~", "ready": "→", "locked": "·"}
"""What stands before a card, by its stage."""


@click.command()
@click.option("--topic", help="Only cards of this deck.")
@click.option("--preset", metavar="NAME", help="Only cards of this plan.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def path(paths: Paths, topic: str | None, preset: str | None, as_json: bool) -> None:
    """List all cards in the order to learn them.

    A card comes after the cards it requires. ✓ learned, ~ started, → ready, · waits for another.
    """
    from quizapp.app.core import open_core
    from quizapp.app.scope import find_scope
    from quizapp.study.path import learning_path

    core = open_core(paths)
    try:
        only = find_scope(core, topic, preset=preset).only
        steps = [
            step
            for step in learning_path(core.infos, core.states())
            if only is None or step.card in only
        ]
        titles = {deck.id: deck.title for deck in core.library.decks.values()}
    finally:
        core.close()
    if as_json:
        print_json({"steps": [asdict(step) for step in steps]})
    else:
        for line in in_words(steps, titles):
            click.echo(line)


def in_words(steps: list[Step], titles: dict[str, str]) -> Iterator[str]:
    """Yield a heading for each stretch of one topic, and a line for each card."""
    width = max((len(step.card) for step in steps), default=0)
    for topic, stretch in groupby(steps, key=lambda step: step.topic):
        part = list(stretch)
        learned = sum(step.stage == "learned" for step in part)
        yield f"{titles[topic]}: {learned} of {len(part)} learned"
        for step in part:
            after = f"after {', '.join(step.requires)}" if step.requires else ""
            row = f"  {MARKS[step.stage]} {step.card:{width}}  {step.difficulty:6}  {after}"
            yield row.rstrip()
