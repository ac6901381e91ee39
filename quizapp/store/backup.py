"""Copies of the database, thinned as Anki does: 12 days, 10 weeks, 9 months."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizapp.errors import EnvironmentProblem
from quizapp.store import schema
from quizapp.store.connection import is_busy, is_full, readable_errors
from quizapp.store.store import Store

DAILY, WEEKLY, MONTHLY = 12, 10, 9
"""How many of each are kept (Anki, rslib/src/config/mod.rs)."""

_FORMAT = "quizapp-%Y%m%dT%H%M%SZ.sqlite"
_BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database."""


class BadBackup(EnvironmentProblem):
    """A file that cannot take the place of the database."""


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _part(path) as part:
            with closing(sqlite3.connect(part)) as copy:
                store.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            part.replace(path)
        made = backups(folder)
        kept = to_keep(when for when, _ in made)
        for when, old in made:
            if when not in kept:
                old.unlink(missing_ok=True)  # another window may thin at the same time
    except (sqlite3.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EnvironmentProblem(
            "No backup was made",
            f"{path} cannot be written: {reason}. Your progress itself is saved.",
            f"Check the folder {folder} and the space left on its disk.",
        ) from error
    return path


def back_up_if_due(
    store: Store, folder: Path, every: timedelta = timedelta(minutes=30)
) -> Path | None:
    """Write a copy unless one is younger than `every`; copies of a later time do not count.

    They were made while the clock was ahead, and would keep any other from being made until then.
    """
    now = store.clock()
    if any(timedelta(0) <= now - when < every for when, _ in backups(folder)):
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

    The backup is only read, and checked before anything moves; nothing is deleted.

    Raises:
        BadBackup: the file is missing, damaged, empty, foreign or the database itself.
        EnvironmentProblem: another process has the database open.
    """
    if backup.is_dir():
        raise BadBackup("Not a backup", f"{backup} is a folder.", "Name one file in it.")
    if not backup.is_file():
        raise BadBackup("No such backup", f"{backup} does not exist.")
    if database.exists() and backup.samefile(database):
        raise BadBackup(
            "Not a backup",
            f"{backup} is the database itself. Nothing was changed.",
            "Name a file of the backups folder, or `latest`.",
        )
    with readable_errors(database):
        database.parent.mkdir(parents=True, exist_ok=True)
        with _part(database) as part:
            _copy(backup, part)
            _refuse_in_use(database)
            aside = _set_aside(database, now)
            part.replace(database)
    return aside


def restore_latest(
    folder: Path, database: Path, now: datetime
) -> tuple[Path, Path | None, list[BadBackup]]:
    """Restore the newest backup that is good; return it, the old files, and what was passed over.

    Those of a later time than now come last: they were made while the clock was ahead.

    Raises:
        EnvironmentProblem: there is no good one, or another process has the database open.
    """
    bad: list[BadBackup] = []
    newest_first = sorted(backups(folder), key=lambda made: (made[0] <= now, made), reverse=True)
    for _, path in newest_first:
        try:
            return path, restore(path, database, now), bad
        except BadBackup as error:
            bad.append(error)
    if bad:
        raise EnvironmentProblem(
            "No backup is good",
            f"None of the {len(bad)} in {folder} can be used; the newest: {bad[0].message}",
            "Nothing was changed.",
        )
    raise EnvironmentProblem("No backup", f"{folder} holds none.")


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """Give the name of an unfinished file that only this process uses; none stays behind."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        for ending in ("", *_BESIDE):
            with suppress(OSError):  # the folder is not one: there is nothing to remove
                part.with_name(part.name + ending).unlink(missing_ok=True)


def _copy(backup: Path, part: Path) -> None:
    """Copy a backup into one synced file with what its WAL holds, and check it.

    The copy is opened, not the backup: opening one leaves files beside it.
    """
    try:
        for ending in ("", "-wal"):
            source = backup.with_name(backup.name + ending)
            if source.exists():
                shutil.copyfile(source, part.with_name(part.name + ending))
        with closing(sqlite3.connect(part)) as copy:
            _check(copy, backup)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if is_full(error):
            raise
        raise _damaged(backup) from error
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _check(copy: sqlite3.Connection, backup: Path) -> None:
    try:
        schema.check_ours(copy, str(backup))
    except EnvironmentProblem as error:
        raise BadBackup(error.title, error.message, "Choose another file.") from error
    if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        raise _damaged(backup)
    if not schema.objects(copy):
        raise BadBackup("The backup is empty", f"{backup} holds no tables.", "Choose another one.")
    if missing := schema.missing_tables(copy):
        raise BadBackup(
            "The backup is not whole",
            f"{backup} lacks the tables {', '.join(missing)}.",
            "Choose another one.",
        )


def _damaged(backup: Path) -> BadBackup:
    return BadBackup("The backup is damaged", f"{backup} fails its check.", "Choose an older one.")


def _refuse_in_use(database: Path) -> None:
    """Raise if another process has the database open; else bring its WAL into it."""
    if not database.exists():
        return
    uri = f"{database.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=0.5)) as db:
            # Leaving WAL mode needs the file alone, even from connections that are idle.
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise EnvironmentProblem(
                "The database is in use",
                f"Another quizapp has it open: what it saves from now on would be lost "
                f"({database}). Nothing was changed.",
                "Close the other quizapp and try again.",
            ) from error
        # A damaged database is what a backup is for: it is set aside as it is.


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Move the database away with all beside it: a WAL left behind would be read into the next."""
    there = [e for e in (*_BESIDE, "") if database.with_name(database.name + e).exists()]
    if not there:
        return None
    name = f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside = database.with_name(name)
    number = 1
    while aside.exists():  # a second restore within the second
        number += 1
        aside = database.with_name(f"{name}-{number}")
    for ending in there:
        part = database.with_name(database.name + ending)
        part.rename(aside.with_name(aside.name + ending))
    return aside
