"""`quizapp check`: every problem of every deck and demo file at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.commands.output import FINDINGS, count, print_json, tell
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.cards.problems import Problem
    from quizapp.demo.catalogue import Catalogue
    from quizapp.demo.spec import SpecError


@click.command()
@click.argument("places", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, places: tuple[Path, ...], as_json: bool) -> None:
    """Check deck and demo files, folders of them, or everything there is.

    One line per problem: file:line:col: CODE message (fix). The exit code is 1 if there is any.
    """
    from quizapp.cards.check import check as check_decks
    from quizapp.demo.catalogue import read_catalogue

    paths: Paths = ctx.obj
    catalogue = read_catalogue(paths.demos)
    folders = [folder for folder in paths.content if folder.is_dir()]
    decks = [place for place in places if not _is_demo(place)] if places else folders
    chosen = _read_demos(places) if places else catalogue
    demos = {**catalogue.demos, **chosen.demos}
    report = check_decks(decks, demos, beside=folders)
    problems = [*report.problems, *map(_problem, chosen.problems)]
    if as_json:
        print_json(replace(report, problems=tuple(problems)).as_json())
    else:
        for problem in problems:
            click.echo(str(problem))
        seen = f"{count(report.cards, 'card')} in {count(report.files, 'file')}"
        tell(f"{seen}, {count(len(chosen.demos), 'demo')}: {count(len(problems), 'problem')}")
    ctx.exit(FINDINGS if problems else 0)


def _is_demo(place: Path) -> bool:
    return place.suffix == ".py" and place.is_file()


def _read_demos(places: Iterable[Path]) -> Catalogue:
    """Read the demo files among the places, and those of the folders among them."""
    from quizapp.demo.catalogue import Catalogue, read_catalogue
    from quizapp.demo.spec import SpecError, read_spec

    inside = read_catalogue(place for place in places if place.is_dir())
    demos, problems = dict(inside.demos), list(inside.problems)
    for place in filter(_is_demo, places):
        try:
            demos[place.stem] = read_spec(place)
        except SpecError as error:
            problems.append(error)
    once = {str(problem): problem for problem in problems}
    return Catalogue(demos, tuple(once.values()))


def _problem(error: SpecError) -> Problem:
    from quizapp.cards.problems import Problem

    fix = "see demos/README.md"
    return Problem(str(error.path), error.line, error.column, "D100", error.message, fix)
