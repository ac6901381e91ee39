"""`quizapp check`: every problem of every deck and demo file at once."""

from __future__ import annotations

from pathlib import Path

import click

from quizapp.commands.output import FINDINGS, count, print_json, print_note


@click.command()
@click.argument("places", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, places: tuple[Path, ...], as_json: bool) -> None:
    """Check deck and demo files, folders of them, or everything there is.

    One line per problem: file:line:col: CODE message (fix). The exit code is 1 if there is any.
    """
    from quizapp.app import checking

    checked = checking.check(ctx.obj, places)
    report = checked.report
    if as_json:
        print_json(report.as_json())
    else:
        for problem in report.problems:
            click.echo(str(problem))
        seen = f"{count(report.cards, 'card')} in {count(report.files, 'file')}"
        found = count(len(report.problems), "problem")
        print_note(f"{seen}, {count(checked.demos, 'demo')}: {found}")
    ctx.exit(FINDINGS if report.problems else 0)
