"""Opening the database, and turning SQLite's errors into ones the user can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.store import schema
from quizapp.store.aliases import present_ids


class Database:
    """An open database, and the ids that its cards have today."""

    def __init__(self, path: Path, clock: Callable[[], datetime], *, busy_s: float = 5.0) -> None:
        """Open or make the database; QuizError if it is damaged, foreign or newer.

        `clock` gives aware instants; `busy_s` is how long to wait for another process, whose
        writes take milliseconds: after seconds it hangs.
        """
        self.path = path
        self.clock = clock
        self.connection = connect(path, busy_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, with errors the user can act on."""
        with readable_errors(self.path):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that holds the write lock.

        Inside another such block it is that one's transaction: all of it is written, or nothing.
        """
        with readable_errors(self.path):
            if self.connection.in_transaction:
                yield self.connection
            else:
                with transaction(self.connection):
                    yield self.connection

    def aliases(self) -> dict[str, str]:
        """Return the adopted ids: old to new."""
        with self.reading() as db:
            return dict(db.execute("SELECT old, new FROM alias").fetchall())

    def present(self) -> dict[str, str]:
        """Return for each adopted id the one its card has today."""
        return present_ids(self.aliases())

    def narrowed(self, cards: Collection[str] | None) -> tuple[dict[str, str], list[str] | None]:
        """Return the present ids, and every id that some cards have or had; None is all."""
        present = self.present()
        if cards is None:
            return present, None
        return present, [*cards, *(old for old, new in present.items() if new in cards)]


def connect(path: Path, busy_s: float) -> sqlite3.Connection:
    """Open a database for durable writing, making it if there is none.

    A file that is damaged, foreign or newer is refused before anything is written. An older one
    is migrated.
    """
    with readable_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
        try:
            schema.check_ours(db, str(path))
            if schema.version_of(db) < len(schema.MIGRATIONS):
                schema.check_log(db, str(path))
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            # A byte written over costs half of one that makes the file longer: keep the WAL short.
            db.execute("PRAGMA wal_autocheckpoint = 100")
            db.execute("PRAGMA fullfsync = ON")  # on macOS fsync stops at the drive's cache
            if schema.version_of(db) < len(schema.MIGRATIONS):
                with transaction(db):
                    schema.migrate(db)
            db.execute("PRAGMA foreign_keys = ON")  # not before: a broken reference is copied too
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the start, so that what is read stays true until the commit."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has already rolled back
            db.execute("ROLLBACK")
        raise


@contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's and the file system's errors into a title, a sentence and what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _operational(path, error) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise schema.Damaged(
            "The database cannot be read",
            f"{path} is damaged or is not a database ({error}). Nothing was changed.",
            "Run `quizapp doctor`, or restore a copy from the backups folder.",
        ) from error
    except OSError as error:
        raise EnvironmentProblem(
            "The database folder cannot be used",
            f"{path.parent}: {error.strerror or error}.",
            "Check the folder, or set QUIZAPP_HOME to another one.",
        ) from error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has the database."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_full(error: sqlite3.Error) -> bool:
    """Whether the disk is full."""
    return _code(error) == sqlite3.SQLITE_FULL


def _code(error: sqlite3.Error) -> int:
    """Return the primary result code; extended ones carry it in their low byte."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _operational(path: Path, error: sqlite3.OperationalError) -> QuizError:
    text = str(error)
    if is_busy(error):
        return EnvironmentProblem(
            "The database is busy",
            f"Another program has held {path} for too long. Nothing was saved by this one.",
            "Close other quizapp windows and try again.",
        )
    if is_full(error):
        return EnvironmentProblem(
            "The disk is full",
            f"{path} cannot grow. The last action was not saved.",
            "Free some space and do it again.",
        )
    if text.startswith("no such"):
        return EnvironmentProblem(
            "The database is incomplete",
            f"{path}: {text}.",
            "Run `quizapp doctor`: it lists what is missing and what can be repaired.",
        )
    return EnvironmentProblem(
        "The database cannot be used",
        f"{path}: {text}.",
        "Check that the file and its folder can be written.",
    )
