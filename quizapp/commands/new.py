"""`quizapp new`: a card, a deck, a demo or an exercise to start from."""

from __future__ import annotations

import importlib.util
import keyword
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cards.ids import KEBAB, LONGEST
from quizapp.cards.kinds import KINDS
from quizapp.commands.output import file_errors, print_note
from quizapp.errors import QuizError
from quizapp.paths import Paths, built_in

if TYPE_CHECKING:
    from quizapp.cards.model import Deck

_FOLDER = click.Path(path_type=Path, file_okay=False)
_INTO = click.option(
    "--into",
    type=_FOLDER,
    metavar="DIR",
    help="The folder of the deck; your own decks if not given.",
)
_KIND = click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="open",
    show_default=True,
    help="How the card is answered.",
)


@click.group()
def new() -> None:
    """Start a card, a deck, a demo or an exercise."""


@new.command("deck")
@click.argument("deck")
@_KIND
@_INTO
@click.pass_obj
def new_deck(paths: Paths, deck: str, kind: str, into: Path | None) -> None:
    """Write a new deck with one card to fill in, and print the name of its file."""
    from quizapp.cards import skeleton

    _must_be_id("deck", deck, LONGEST - len("-first"))
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
def new_card(paths: Paths, deck: str, card: str, kind: str, into: Path | None) -> None:
    """Append a card to fill in to one of your decks, and print the name of its file."""
    from quizapp.cards.insert import add_card
    from quizapp.cards.library import load

    _must_be_id("deck", deck)
    _must_be_id("card", card)
    file = (into or paths.user_content) / f"{deck}.yaml"
    with file_errors(file):
        if not file.is_file():
            raise _no_deck(paths, deck, file)
        if card in load(paths.content, paths.cache).cards:
            raise QuizError("Card exists", f"There is a card {card} already.", "Choose another id.")
        _replace(file, add_card(str(file), file.read_bytes(), card, deck, kind))
    click.echo(str(file))


_DEMO_INTO = click.option(
    "--into", type=_FOLDER, required=True, metavar="DIR", help="The folder to write it to."
)
_TOPIC = click.option("--topic", default="own", show_default=True, help="The deck it belongs to.")


@new.command("demo")
@click.argument("name")
@_DEMO_INTO
@_TOPIC
@click.pass_obj
def new_demo(paths: Paths, name: str, into: Path, topic: str) -> None:
    """Write a demo that runs, and print the name of its file."""
    file = _new_demo(paths, "demo", name, into, topic)
    _write_new(file, DEMO.format(title=_title(name), topic=topic))
    click.echo(str(file))
    _print_next("Run it", into, "demo", "run", name)


@new.command("exercise")
@click.argument("name")
@_DEMO_INTO
@_TOPIC
@click.pass_obj
def new_exercise(paths: Paths, name: str, into: Path, topic: str) -> None:
    """Write an exercise that runs, and solutions to judge it by; print the names of both files."""
    from quizapp.commands.exercise_skeleton import EXERCISE, SOLUTIONS

    file = _new_demo(paths, "exercise", name, into, topic)
    solutions = into / "solutions" / file.name
    _write_new(solutions, SOLUTIONS.format(name=name))
    _write_new(file, EXERCISE.format(title=_title(name), topic=topic))
    click.echo(str(file))
    click.echo(str(solutions))
    _print_next("Judge it", into, "verify", name, "--exercises")


def _new_demo(paths: Paths, what: str, name: str, into: Path, topic: str) -> Path:
    """Return the file of a new demo, once its name is checked."""
    from quizapp.app.demos import Demos

    if name in Demos(paths.demos).catalogue.demos:
        problem = f"There is a demo {name} already."
        raise QuizError(f"{what.capitalize()} exists", problem, "Choose another name.")
    _must_name_a_demo(name)
    _must_be_id("topic", topic)
    return into / f"{name}.py"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _print_next(what: str, into: Path, *command: str) -> None:
    print_note(f"{what}: {shlex.join(['quizapp', '--demos', str(into), *command])}")


def _decks(paths: Paths) -> Mapping[str, Deck]:
    from quizapp.cards.library import load

    return load(paths.content, paths.cache).decks


def _no_deck(paths: Paths, deck: str, file: Path) -> QuizError:
    """Return why there is no such file to add a card to."""
    known = _decks(paths).get(deck)
    if known is None:
        return QuizError(
            "No such deck", f"There is no {file}.", f"`quizapp new deck {deck}` starts one."
        )
    if Path(known.path).parent == built_in("content"):
        return QuizError(
            "Not your deck",
            f"{deck} is built in.",
            f"Start a deck of your own: `quizapp new deck my-{deck}`.",
        )
    return QuizError(
        "No such deck",
        f"There is no {file}; the deck {deck} is in {known.path}.",
        "Give its folder with --into; its file is named after the deck.",
    )


def _must_be_id(what: str, name: str, longest: int = LONGEST) -> None:
    if not KEBAB.fullmatch(name):
        raise QuizError(
            "Bad name",
            f"{name} cannot name a {what}.",
            "Use small letters, digits and -, such as lora-rank.",
        )
    _must_be_short(what, name, longest)


def _must_name_a_demo(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise QuizError(
            "Bad name",
            f"{name} cannot name a demo.",
            "Use small letters, digits and _, such as rank_sweep.",
        )
    _must_be_short("demo", name, LONGEST)
    if name in sys.stdlib_module_names or importlib.util.find_spec(name):
        raise QuizError(
            "Bad name",
            f"{name} is a Python package: a demo of that name hides it.",
            f"Choose another name, such as my_{name}.",
        )


def _must_be_short(what: str, name: str, longest: int) -> None:
    if len(name) > longest:
        raise QuizError(
            "Bad name",
            f"The name of this {what} has {len(name)} characters.",
            f"Use {longest} at most.",
        )


def _write_new(file: Path, text: str) -> None:
    with file_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            raise QuizError(
                "File exists",
                f"{file} is there already.",
                "Choose another name, or edit that file.",
            ) from None


def _replace(file: Path, content: bytes) -> None:
    """Replace a file in one step, so that there is never half of it."""
    target = file.resolve()  # a link stays one
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


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
