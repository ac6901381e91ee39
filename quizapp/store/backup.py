"""Copies of the database, thinned as Anki does: 12 days, 10 weeks, 9 months."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizapp.errors import EnvironmentProblem
from quizapp.store import schema
from quizapp.store.connection import readable_errors
from quizapp.store.store import Store

DAILY, WEEKLY, MONTHLY = 12, 10, 9
"""How many of each are kept (Anki, rslib/src/config/mod.rs)."""

_FORMAT = "quizapp-%Y%m%dT%H%M%SZ.sqlite"


def backups(folder: Path) -> list[tuple[datetime, Path]]:
    """Return the backups in a folder, oldest first; other files are passed over."""
    found = []
    for path in folder.glob("quizapp-*.sqlite"):
        try:
            when = datetime.strptime(path.name, _FORMAT).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append((when, path))
    return sorted(found)


def back_up(store: Store, folder: Path) -> Path:
    """Write a copy of the open database into a folder and thin the older ones."""
    now = store.clock().astimezone(UTC)
    path = folder / now.strftime(_FORMAT)
    part = path.with_suffix(".part")
    with readable_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(part)) as copy:
            store.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(path)
        for when, old in backups(folder):
            if when not in to_keep([when for when, _ in backups(folder)]):
                old.unlink()
    return path


def back_up_if_due(
    store: Store, folder: Path, every: timedelta = timedelta(minutes=30)
) -> Path | None:
    """Write a copy unless the newest one is younger than `every`."""
    made = backups(folder)
    if made and store.clock() - made[-1][0] < every:
        return None
    return back_up(store, folder)


def to_keep(times: Iterable[datetime]) -> set[datetime]:
    """Return which backups stay: the newest of each of the last days, weeks and months."""
    newest_first = sorted(times, reverse=True)
    kept: set[datetime] = set()
    periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (DAILY, lambda when: when.date()),
        (WEEKLY, lambda when: when.isocalendar()[:2]),
        (MONTHLY, lambda when: (when.year, when.month)),
    )
    for number, period in periods:
        seen: dict[object, datetime] = {}
        for when in newest_first:
            seen.setdefault(period(when), when)
        kept.update(list(seen.values())[:number])
    return kept


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the database; return where the old files were moved.

    No other quizapp may be running. The backup is checked first, and nothing is deleted.
    """
    with readable_errors(backup):
        if not backup.is_file():
            raise EnvironmentProblem("No such backup", f"{backup} does not exist.")
        with closing(sqlite3.connect(f"{backup.as_uri()}?mode=ro", uri=True)) as copy:
            schema.check_ours(copy, str(backup))
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise EnvironmentProblem(
                    "The backup is damaged", f"{backup} fails its check.", "Choose an older one."
                )
    aside = None
    if database.exists():
        aside = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        for ending in ("-wal", "-shm", ""):
            part = database.with_name(database.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
    database.parent.mkdir(parents=True, exist_ok=True)
    database.write_bytes(backup.read_bytes())
    return aside
