"""What this installation has, and what it lacks."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp import __version__
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.text import plural

if TYPE_CHECKING:
    from quizapp.cards.library import Library
    from quizapp.settings import ReaderSettings

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
    "rapidfuzz",
    "resvg_py",
    "rich",
    "rouge-score",
    "sacrebleu",
    "scikit-learn",
    "snowballstemmer",
    "textual",
    "torch",
    "transformers",
    "tree-sitter",
    "tree-sitter-python",
)
"""The dependencies in pyproject.toml."""


def examine(paths: Paths, repair: bool = False) -> dict[str, Any]:
    """Return versions, device, folders, counts, notes and problems, each by its name.

    With `repair` what follows from the review log is rebuilt first.
    """
    from quizapp.app.editing import broken_decks
    from quizapp.app.once import setup_here
    from quizapp.cards.library import load
    from quizapp.demo.catalogue import read_catalogue
    from quizapp.lab.probe import probe
    from quizapp.settings import Settings, load_settings

    packages, problems = installed()
    settings = Settings()
    try:
        settings = load_settings(paths.settings)
    except QuizError as error:
        problems.append(f"{error.title}: {error.message}")
    machine = probe(setup_here(threads=settings.lab.threads).threads)
    if machine.problem:
        problems.append(f"demos cannot run: {machine.problem}")
    for folder in (paths.data, paths.cache):
        if not _writable(folder):
            problems.append(f"{folder} cannot be written")
    library = load(paths.content, paths.cache)
    problems += map(str, broken_decks(library))
    demos = read_catalogue(paths.demos)
    problems += map(str, demos.problems)
    counts, wrong, notes = _database(paths, library, repair)
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
        "reader": {"reader endpoint": _reader(settings.reader, os.environ)},
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
            problems.append(f"{name} is not installed: install quizapp again")
    return found, problems


def _reader(reader: ReaderSettings, env: Mapping[str, str]) -> str:
    """Return who may judge typed answers; nothing is sent to find out whether it is there."""
    if not reader.url:
        return "off"
    key = ""
    if reader.key_env:
        there = "is set" if env.get(reader.key_env, "").strip() else "is not set"
        key = f", its key in {reader.key_env}, which {there}"
    return f"{reader.model} at {reader.url}{key}; not contacted, m on a typed answer does that"


def _writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above that exists, can be written."""
    nearest = next(f for f in (folder, *folder.parents) if f.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def restore(paths: Paths, name: str) -> list[str]:
    """Put a backup, or the `latest` that is whole, in the place of the database.

    Returns what was done, in sentences.

    Raises:
        QuizError: there is no such backup, it is damaged, or the database is in use.
    """
    from quizapp.store import backup

    now = datetime.now(UTC)
    skipped: list[str] = []
    if name == "latest":
        file, aside, bad = backup.restore_latest(paths.backups, paths.database, now)
        skipped = [f"Skipped: {error.message}" for error in bad]
    else:
        file = Path(name)
        aside = backup.restore(file, paths.database, now)
    kept = f" What it replaced is kept in {aside}." if aside else ""
    return [*skipped, f"Restored {file}.{kept}"]


def _database(
    paths: Paths, known: Library, repair: bool
) -> tuple[dict[str, int], list[str], list[str]]:
    """Return what the database holds, what is wrong with it, and what is worth knowing about it."""
    from quizapp.app.zone import local_zone
    from quizapp.settings import load_settings
    from quizapp.store import Store
    from quizapp.store import doctor as examiner
    from quizapp.store.backup import backups
    from quizapp.store.schema import Damaged
    from quizapp.study.calendar import Calendar

    made = len(backups(paths.backups))
    if not paths.database.exists() or not paths.database.stat().st_size:
        # Opening it would fill it with empty tables and so hide the loss.
        return {}, _lost(paths.database, made), []
    now = datetime.now(UTC)
    try:
        rollover = load_settings(paths.settings).study.rollover_hour
        today = Calendar(local_zone(os.environ.get("TZ", "")), rollover).day(now)
        with Store(paths.database, lambda: now) as store:
            done = examiner.repair(store, today) if repair else []
            found = examiner.examine(store, {*known.cards, *known.aliases}, today)
            damaged = any(finding.code in ("integrity", "schema") for finding in found)
            counts = {} if damaged else examiner.tally(store)
    except QuizError as error:
        newest = "`quizapp doctor --restore latest` takes the newest backup."
        advice = newest if isinstance(error, Damaged) else error.hint
        return {}, [f"{error.title}: {error.message} {advice}"], []
    notes = [f.message for f in found if f.code in ("orphan", "future") and not f.repair]
    repairable = " `quizapp doctor --repair` can repair it."
    wrong = [f.message + (repairable if f.repair else "") for f in found if f.message not in notes]
    return {**counts, "backups": made}, wrong, [*done, *notes]


def _lost(database: Path, backups: int) -> list[str]:
    """Return the problem of an empty database; before the first start it is not a problem."""
    if not backups:
        return []
    what = "is empty" if database.exists() else "is gone"
    exist = "exists" if backups == 1 else "exist"
    copies = f"{plural(backups, 'backup')} {exist}"
    return [f"The database {what}; {copies}: `quizapp doctor --restore latest`."]
