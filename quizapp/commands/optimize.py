"""`quizapp optimize`: a schedule fitted to how fast you forget."""

from __future__ import annotations

from dataclasses import asdict

import click

from quizapp.commands.output import FINDINGS, print_json


@click.command()
@click.option("--dry-run", is_flag=True, help="Fit and compare, but go on as before.")
@click.option("--reset", is_flag=True, help="Go back to the default parameters.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def optimize(ctx: click.Context, dry_run: bool, reset: bool, as_json: bool) -> None:
    """Fit the FSRS parameters to your own reviews.

    Prints the log-loss of the default parameters and of the fitted ones: the mean surprise at
    what you recalled, lower is better. The fit is used from then on if it predicts the newest
    fifth of your reviews, kept from it, better than the defaults do; else the exit code is 1.
    Needs 400 reviews and the package fsrs-rs-python.
    """
    from quizapp.app.core import open_core
    from quizapp.study.fit import fit, to_keep

    core = open_core(ctx.obj)
    try:
        if reset:
            core.store.set_meta("fsrs", None)
            click.echo("The default parameters are in use.")
            return
        found = fit(core.store.entries(), len(core.rules.relearning_steps))
        kept = found.better and not dry_run
        if kept:
            core.store.set_meta("fsrs", to_keep(found, core.today))
    finally:
        core.close()
    if as_json:
        print_json({**asdict(found), "better": found.better, "kept": kept})
    else:
        before, after = found.before, found.after
        click.echo(f"{found.reviews} reviews of {found.cards} cards")
        click.echo(f"{'log-loss':34}  before   after")
        click.echo(f"{'all reviews':34}  {before.all:.4f}  {after.all:.4f}")
        newest = f"newest {found.newest}, kept from the fit"
        click.echo(f"{newest:34}  {before.newest:.4f}  {after.newest:.4f}")
        click.echo(_outcome(found.better, kept))
    ctx.exit(0 if found.better else FINDINGS)


def _outcome(better: bool, kept: bool) -> str:
    if kept:
        return "The fitted parameters are in use. `quizapp optimize --reset` brings the defaults."
    if better:
        return "Nothing was changed."
    return "The fit does not predict new reviews better, so nothing was changed."
