"""`quizapp check`: every problem of every deck and demo file at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from quizapp.commands.output import FINDINGS, count, print_json, tell
from quizapp.paths import Paths


@click.command()
@click.argument("places", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, places: tuple[Path, ...], as_json: bool) -> None:
    """Check deck files, folders of them, or everything there is.

    One line per problem: file:line:col: CODE message (fix). The exit code is 1 if there is any.
    """
    from quizapp.cards.check import check as check_decks
    from quizapp.cards.problems import Problem
    from quizapp.lab.catalogue import read_catalogue

    paths: Paths = ctx.obj
    catalogue = read_catalogue(paths.demos)
    folders = [folder for folder in paths.content if folder.is_dir()]
    report = check_decks(places or folders, catalogue.demos, beside=folders)
    problems = list(report.problems)
    if not places:
        for line in catalogue.problems:
            file, row, column, message = line.split(":", 3)
            fix = "see demos/README.md"
            problems.append(Problem(file, int(row), int(column), "D100", message.strip(), fix))
    if as_json:
        print_json(replace(report, problems=tuple(problems)).as_json())
    else:
        for problem in problems:
            click.echo(str(problem))
        seen = f"{count(report.cards, 'card')} in {count(report.files, 'file')}"
        tell(f"{seen}, {count(len(catalogue.demos), 'demo')}: {count(len(problems), 'problem')}")
    ctx.exit(FINDINGS if problems else 0)
