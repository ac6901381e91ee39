"""`quizapp doctor`: what this installation has, and what it lacks."""

from __future__ import annotations

import click

from quizapp.commands.output import print_json
from quizapp.errors import EnvironmentProblem


@click.command()
@click.option(
    "--repair",
    is_flag=True,
    help="Rebuild what follows from the review log; ask cards today that a wrong clock put off.",
)
@click.option(
    "--restore",
    "backup",
    metavar="FILE",
    help="First replace the database by a backup; FILE may be `latest`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, repair: bool, backup: str | None, as_json: bool) -> None:
    """Show what this installation has and lacks.

    The exit code is 3 if something is missing. A restored backup deletes nothing: the database
    that it replaces stays beside it.
    """
    from quizapp.app.doctor import examine, restore

    done = [] if backup is None else restore(ctx.obj, backup)
    found = examine(ctx.obj, repair)
    found["notes"] = [*done, *found["notes"]]
    if as_json:
        print_json(found)
    else:
        for heading in ("versions", "device", "folders", "files", "reader", "counts"):
            for name, value in found[heading].items():
                click.echo(f"{name:24} {value}")
        for line in found["notes"]:
            click.echo(line)
        for problem in found["problems"]:
            click.echo(f"Problem: {problem}")
        if not found["problems"]:
            click.echo("Everything is in order.")
    ctx.exit(EnvironmentProblem.exit_code if found["problems"] else 0)
