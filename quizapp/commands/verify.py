"""`quizapp verify`: run every demo and check every number that a card states."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from quizapp.commands.demo import catalogue
from quizapp.commands.output import FINDINGS, count, print_json, print_note
from quizapp.errors import QuizError

if TYPE_CHECKING:
    from quizapp.app.verify import Job, Report
    from quizapp.cards.library import Library
    from quizapp.cards.model import Card
    from quizapp.demo.catalogue import Catalogue
    from quizapp.demo.spec import DemoSpec


@click.command()
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=None,
    help="Run everything with this many seeds; 1, or 20 with --record, unless named.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Runs at a time; times are true for one. With --record: the cores to use.",
)
@click.option(
    "--record",
    "to_record",
    is_flag=True,
    help="Write what the runs come to into demos/evidence, over all back ends of this CPU.",
)
@click.option(
    "--unrecorded",
    is_flag=True,
    help="Only the runs of which demos/evidence holds nothing, or of an older demo.",
)
@click.option(
    "--exercises",
    is_flag=True,
    help="Judge the judges: run the solutions kept beside each exercise, right and wrong.",
)
@click.option(
    "--sample",
    is_flag=True,
    help="Of the exercises, only reference, starter and one wrong solution for each claim.",
)
@click.option("--device", default="auto", show_default=True, help="cuda, mps, cpu or auto.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(
    ctx: click.Context,
    names: tuple[str, ...],
    seeds: int | None,
    jobs: int,
    to_record: bool,
    unrecorded: bool,
    exercises: bool,
    sample: bool,
    device: str,
    as_json: bool,
) -> None:
    """Run demos and check what the cards state about them.

    ID names demos, decks or cards; without it everything is checked. A failure is a claim that
    does not hold at a demo's defaults, a run that ends in an error, or a card's number that this
    machine does not find. The exit code is 1 if there is any.

    With --record every run is made over 20 seeds and three kinds of arithmetic that this CPU
    offers, and kept; what is recorded already is not run again, so it may be stopped at any time.
    `quizapp check` holds the cards against the record without running anything; --unrecorded runs
    what it cannot judge.

    With --exercises the solutions kept beside each exercise are run: the reference and the other
    right ones must pass, the starter must fail, and of the wrong ones 95 % must fail the claim that
    they are meant to.
    """
    from quizapp.app import recording
    from quizapp.app.verify import plan
    from quizapp.app.verify import verify as make_all
    from quizapp.cards.library import load

    found = catalogue(ctx.obj)
    library = load(ctx.obj.content, ctx.obj.cache)
    demos, cards = choose(names, found, library)
    if exercises or sample:
        chosen = [spec for spec in demos if spec.code]
        if not chosen:
            raise QuizError(
                "No exercise",
                "None of what is named is an exercise.",
                "Name exercises, or leave the names out for all of them.",
            )
        ctx.exit(_judge(chosen, seeds or 1, jobs, as_json=as_json, sample=sample))
    if to_record and as_json:
        raise click.UsageError("--record writes files; leave out --json.")
    planned, problems = plan(
        demos, cards, found.demos, seeds or (recording.SEEDS if to_record else 1)
    )
    for problem in problems:
        print_note(problem)
    if unrecorded:
        planned = recording.unrecorded(planned, recording.Records())
    if to_record:
        failures = [*problems, *_record(planned, jobs, device)]
        for failure in failures:
            click.echo(failure)
        ctx.exit(FINDINGS if failures else 0)
    report = asyncio.run(make_all(planned, jobs, device, print_note))
    if as_json:
        result = report.as_json()
        print_json({**result, "failures": result["failures"] + len(problems)})
    else:
        _print(report, problems)
    ctx.exit(FINDINGS if report.failures or problems else 0)


def _judge(specs: Sequence[DemoSpec], seeds: int, jobs: int, *, as_json: bool, sample: bool) -> int:
    """Run the solutions kept beside exercises, print what they came to; return the exit code."""
    from quizapp.app.exercises import judge_all

    verdict = asyncio.run(judge_all(specs, seeds, jobs, print_note, sample=sample))
    if as_json:
        print_json(verdict.as_json())
        return FINDINGS if verdict.failures else 0
    for one in verdict.judged:
        for words in (*one.missed, *one.failures):
            click.echo(words)
    killed, of = verdict.killed
    exercises = count(len(specs), "exercise")
    click.echo(f"{exercises}: {killed} of {of} wrong solutions fail, {verdict.share:.1%}")
    return FINDINGS if verdict.failures else 0


def _record(jobs: Sequence[Job], cores: int, device: str) -> list[str]:
    from quizapp.app.back_ends import BackEnd, back_ends_here
    from quizapp.app.recording import Records, record, schedule, wanted

    on_cpu = device in ("auto", "cpu")
    back_ends = back_ends_here() if on_cpu else (BackEnd(device, 1),)
    records = Records()
    for spec, settings in wanted(jobs):
        records.prune(spec, settings)
    tasks = schedule(jobs, back_ends)
    return asyncio.run(record(tasks, records, cores, print_note, "cpu" if on_cpu else device))


def choose(
    names: Sequence[str], found: Catalogue, library: Library
) -> tuple[list[DemoSpec], list[Card]]:
    """Return the demos and cards that the names mean; a demo brings the cards that quote it.

    Raises:
        QuizError: nothing has that name.
    """
    if not names:
        return list(found.demos.values()), list(library.cards.values())
    demos: dict[str, DemoSpec] = {}
    cards: dict[str, Card] = {}
    for name in names:
        if name in found.demos:
            demos[name] = found.demos[name]
            quoting = [c for c in library.cards.values() if c.demo and c.demo.run == name]
            cards |= {card.id: card for card in quoting}
        elif name in library.decks:
            cards |= {card: library.cards[card] for card in library.decks[name].cards}
        elif name in library.cards:
            cards[name] = library.cards[name]
        else:
            raise QuizError(
                "Unknown name",
                f"{name} is not a demo, deck or card.",
                "`quizapp demo list` shows the demos.",
            )
    return list(demos.values()), list(cards.values())


def _print(report: Report, problems: Sequence[str]) -> None:
    failures = [*problems, *report.failures]
    for failure in failures:
        click.echo(failure)
    claims = sum(len(run.state.claims) for run in report.runs)
    seen = [
        count(len(report.runs), "run"),
        count(claims, "claim"),
        count(len(report.cards), "statement"),
    ]
    click.echo(f"{', '.join(seen)}: {count(len(failures), 'failure')}")
