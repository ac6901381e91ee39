"""`quizapp doctor`: what this installation has, and what it lacks."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from quizapp import __version__
from quizapp.commands.output import print_json
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import Paths

PACKAGES = (
    "accelerate",
    "bitsandbytes",
    "click",
    "datasketch",
    "fsrs",
    "markdown-it-py",
    "numpy",
    "peft",
    "platformdirs",
    "pydantic",
    "pyyaml",
    "resvg_py",
    "rich",
    "rouge-score",
    "sacrebleu",
    "scikit-learn",
    "textual",
    "torch",
    "transformers",
)
"""The dependencies in pyproject.toml."""


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild what follows from the review log.")
@click.option(
    "--restore",
    metavar="FILE",
    help="First put a backup in the place of the database; FILE may be `latest`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, repair: bool, restore: str | None, as_json: bool) -> None:
    """Say what this installation has and lacks.

    The exit code is 3 if something is missing. A restored backup deletes nothing: the database
    that it replaces stays beside it.
    """
    done = [] if restore is None else _restore(ctx.obj, restore)
    found = examine(ctx.obj, repair)
    found["notes"] = [*done, *found["notes"]]
    if as_json:
        print_json(found)
    else:
        for heading in ("versions", "device", "folders", "files", "counts"):
            for name, value in found[heading].items():
                click.echo(f"{name:24} {value}")
        for line in found["notes"]:
            click.echo(line)
        for problem in found["problems"]:
            click.echo(f"Problem: {problem}")
        if not found["problems"]:
            click.echo("Everything is in order.")
    ctx.exit(EnvironmentProblem.exit_code if found["problems"] else 0)


def examine(paths: Paths, repair: bool = False) -> dict[str, Any]:
    """Return versions, device, folders and problems."""
    from quizapp.demo.catalogue import read_catalogue
    from quizapp.lab.probe import probe

    packages, problems = installed()
    machine = probe()
    if machine.problem:
        problems.append(f"demos cannot run: {machine.problem}")
    for folder in (paths.data, paths.cache):
        if not _writable(folder):
            problems.append(f"{folder} cannot be written")
    demos = read_catalogue(paths.demos)
    problems += map(str, demos.problems)
    counts, wrong, notes = _database(paths, repair)
    problems += wrong
    return {
        "versions": {
            "quizapp": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": platform.platform(),
            **packages,
        },
        "device": {"device": machine.device, "name": machine.name},
        "folders": {
            "data": str(paths.data),
            "cache": str(paths.cache),
            "config": str(paths.config),
            "content": os.pathsep.join(map(str, paths.content)),
            "demos": os.pathsep.join(map(str, paths.demos)),
        },
        "files": {
            "database": f"{paths.database}{'' if paths.database.exists() else ' (not yet)'}",
            "demo files": str(len(demos.demos)),
        },
        "counts": counts,
        "notes": notes,
        "problems": problems,
    }


def installed() -> tuple[dict[str, str], list[str]]:
    """Return the versions of the packages quizapp needs, and what is missing."""
    found, problems = {}, []
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            problems.append(f"{name} is not installed: `make study` installs everything")
    return found, problems


def _writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above that exists, can be written."""
    nearest = next(f for f in (folder, *folder.parents) if f.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def _restore(paths: Paths, name: str) -> list[str]:
    """Put a backup in the place of the database; return what was done."""
    from quizapp.store.backup import restore, restore_latest

    now = datetime.now(UTC)
    told: list[str] = []
    if name == "latest":
        file, aside, bad = restore_latest(paths.backups, paths.database, now)
        told = [f"Passed over: {error.message}" for error in bad]
    else:
        file = Path(name)
        aside = restore(file, paths.database, now)
    kept = f" What it replaced is kept in {aside}." if aside else ""
    return [*told, f"Restored {file}.{kept}"]


def _database(paths: Paths, repair: bool) -> tuple[dict[str, int], list[str], list[str]]:
    """Return what the database holds, what is wrong with it, and what is worth knowing of it."""
    from quizapp.cards.library import load
    from quizapp.store import Store
    from quizapp.store import doctor as examiner
    from quizapp.store.backup import backups
    from quizapp.store.schema import Damaged

    made = len(backups(paths.backups))
    if not paths.database.exists() or not paths.database.stat().st_size:
        # Opening it would fill it with empty tables, and the loss would show no more.
        return {}, _lost(paths.database, made), []
    known = load(paths.content, paths.cache)
    try:
        with Store(paths.database, lambda: datetime.now(UTC)) as store:
            done = examiner.repair(store) if repair else []
            found = examiner.examine(store, {*known.cards, *known.aliases})
            damaged = any(finding.code in ("integrity", "schema") for finding in found)
            counts = {} if damaged else examiner.tally(store)
    except QuizError as error:
        newest = "`quizapp doctor --restore latest` takes the newest backup."
        advice = newest if isinstance(error, Damaged) else error.hint
        return {}, [f"{error.title}: {error.message} {advice}"], []
    orphans = [finding.message for finding in found if finding.code == "orphan"]
    mend = " `quizapp doctor --repair` can mend it."
    wrong = [f.message + (mend if f.repair else "") for f in found if f.code != "orphan"]
    return {**counts, "backups": made}, wrong, [*done, *orphans]


def _lost(database: Path, backups: int) -> list[str]:
    """Return the problem of a database without content, which before the first start is none."""
    if not backups:
        return []
    what = "is empty" if database.exists() else "is gone"
    copies = "1 backup exists" if backups == 1 else f"{backups} backups exist"
    return [f"The database {what}; {copies}: `quizapp doctor --restore latest`."]
