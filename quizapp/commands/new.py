"""`quizapp new`: a card, a deck or a demo to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.commands.output import tell
from quizapp.errors import QuizError
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.cards.model import Kind

KINDS = ("open", "choice", "multi", "order", "number", "cloze")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_INTO = click.option("--into", type=_FOLDER, metavar="DIR",
                     help="The folder of the deck; your own decks if not given.")  # fmt: skip
_KIND = click.option("--kind", type=click.Choice(KINDS), default="open", show_default=True,
                     help="How the card is answered.")  # fmt: skip


@click.group()
def new() -> None:
    """Start a card, a deck or a demo."""


@new.command("deck")
@click.argument("deck")
@_KIND
@_INTO
@click.pass_obj
def new_deck(paths: Paths, deck: str, kind: Kind, into: Path | None) -> None:
    """Write a new deck with one card to fill in, and print the name of its file."""
    from quizapp.cards import skeleton

    _must_be_kebab("deck", deck)
    if deck in _decks(paths):
        raise QuizError("Deck exists", f"There is a deck {deck} already.", "Choose another name.")
    file = (into or paths.user_content) / f"{deck}.yaml"
    _write_new(file, skeleton.new_deck(deck, kind))
    click.echo(str(file))


@new.command("card")
@click.argument("deck")
@click.argument("card", metavar="ID")
@_KIND
@_INTO
@click.pass_obj
def new_card(paths: Paths, deck: str, card: str, kind: Kind, into: Path | None) -> None:
    """Append a card to fill in to one of your decks, and print the name of its file."""
    from quizapp.cards import skeleton
    from quizapp.cards.library import load

    _must_be_kebab("card", card)
    file = (into or paths.user_content) / f"{deck}.yaml"
    if not file.is_file():
        raise QuizError("No such deck", f"There is no {file}.",
                        f"`quizapp new deck {deck}` starts one.")  # fmt: skip
    if card in load(paths.content, paths.cache).cards:
        raise QuizError("Card exists", f"There is a card {card} already.", "Choose another id.")
    text = file.read_text(encoding="utf-8")
    whole = file.with_suffix(".new")
    whole.write_text(skeleton.add_card(text, card, deck, kind), encoding="utf-8")
    whole.replace(file)  # never half a deck
    click.echo(str(file))


@new.command("demo")
@click.argument("name")
@click.option("--into", type=_FOLDER, required=True, metavar="DIR",
              help="The folder to write it to.")  # fmt: skip
@click.option("--topic", default="own", show_default=True, help="The deck it belongs to.")
def new_demo(name: str, into: Path, topic: str) -> None:
    """Write a demo that runs, and print the name of its file."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise QuizError("Bad name", f"{name} cannot name a demo.",
                        "Use small letters, digits and _, such as rank_sweep.")  # fmt: skip
    file = into / f"{name}.py"
    title = name.replace("_", " ").capitalize()
    _write_new(file, DEMO.format(title=title, topic=topic))
    click.echo(str(file))
    tell(f"Run it: quizapp --demos {into} demo run {name}")


def _decks(paths: Paths) -> set[str]:
    from quizapp.cards.library import load

    return set(load(paths.content, paths.cache).decks)


def _must_be_kebab(what: str, name: str) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise QuizError("Bad name", f"{name} cannot name a {what}.",
                        "Use small letters, digits and -, such as lora-rank.")  # fmt: skip


def _write_new(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise QuizError("File exists", f"{file} is there already.",
                        "Choose another name, or edit that file.") from None  # fmt: skip


DEMO = '''\
"""{title}.

What the reader will see, and why. This page is Markdown; it is shown beside the plot.
"""

import torch

from quizapp.demo import Float, Int, Predict, Run, demo


@demo(
    topic="{topic}",
    claims={{"converges": "Gradient descent reaches the minimum of a parabola"}},
    measures={{"last": "Distance from the minimum after the last step"}},
    predict=Predict("How far from the minimum does it end?", measure="last", low=0, high=1),
    budget_s=2,
)
def main(
    run: Run,
    lr: float = Float(0.1, 0.001, 1.1, log=True, help="learning rate"),
    steps: int = Int(40, 1, 1000),
) -> None:
    run.axes(x="step", y="distance from the minimum", log_y=True)
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    for step in run.steps(steps):
        run.point(step, distance=w.abs().item())
        optimizer.zero_grad()
        (w**2).backward()  # the gradient is 2w: each step multiplies w by 1 - 2·lr
        optimizer.step()
    distance = w.abs().item()
    run.measure("last", distance)
    run.claim("converges", distance < 0.01, f"{{distance:.2g}} after {{steps}} steps")
'''
