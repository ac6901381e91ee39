"""The tables, as a list of migrations: the database's `user_version` counts those applied.

A migration is never edited once released; a change is a new one at the end.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import lru_cache

from quizapp.errors import EnvironmentProblem

APPLICATION_ID = 0x51415050
"""Marks the file as ours ("QAPP" in ASCII)."""


def _append_only(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the {table} log is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


_FIRST = (
    """
    CREATE TABLE action (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('rate', 'bury', 'unbury', 'suspend', 'unsuspend',
                                           'tick', 'note', 'undo', 'redo')),
        card TEXT NOT NULL,
        name TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        target INTEGER REFERENCES action (id),
        beneath INTEGER REFERENCES action (id),
        head INTEGER REFERENCES action (id),
        redo INTEGER REFERENCES action (id),
        CHECK ((target IS NOT NULL) = (kind IN ('undo', 'redo')))
    ) STRICT
    """,
    "CREATE INDEX action_target ON action (target) WHERE target IS NOT NULL",
    """
    CREATE TABLE review (
        action INTEGER PRIMARY KEY REFERENCES action (id),
        day INTEGER NOT NULL,
        tz_offset INTEGER NOT NULL,
        rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
        phase TEXT NOT NULL CHECK (phase IN ('new', 'learning', 'review', 'relearning')),
        elapsed_ms INTEGER NOT NULL CHECK (elapsed_ms >= 0),
        hint_used INTEGER NOT NULL CHECK (hint_used IN (0, 1)),
        confidence INTEGER CHECK (confidence BETWEEN 1 AND 3),
        all_musts INTEGER CHECK (all_musts IN (0, 1)),
        ticked TEXT NOT NULL,
        prediction TEXT,
        prediction_right INTEGER CHECK (prediction_right IN (0, 1)),
        response TEXT NOT NULL,
        fsrs_version INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX review_day ON review (day)",
    """
    CREATE TABLE state (
        card TEXT PRIMARY KEY,
        phase TEXT NOT NULL,
        step INTEGER,
        stability REAL,
        difficulty REAL,
        due INTEGER,
        due_day INTEGER,
        interval INTEGER NOT NULL,
        last_review INTEGER,
        last_day INTEGER,
        reps INTEGER NOT NULL,
        lapses INTEGER NOT NULL,
        suspended INTEGER NOT NULL CHECK (suspended IN (0, 1)),
        buried_until INTEGER,
        ticked TEXT NOT NULL,
        note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE alias (old TEXT PRIMARY KEY, new TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        demo TEXT NOT NULL,
        params TEXT NOT NULL,
        seed INTEGER NOT NULL,
        device TEXT NOT NULL,
        versions TEXT NOT NULL,
        measures TEXT NOT NULL,
        claims TEXT NOT NULL,
        wall_s REAL NOT NULL,
        prediction TEXT,
        prediction_right INTEGER CHECK (prediction_right IN (0, 1)),
        card TEXT
    ) STRICT
    """,
    "CREATE INDEX run_demo ON run (demo)",
    """
    CREATE TABLE interview (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        record TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    *_append_only("action"),
    *_append_only("review"),
    """
    CREATE VIEW undone AS
    SELECT target AS action FROM
        (SELECT target, kind, max(id) FROM action WHERE target IS NOT NULL GROUP BY target)
    WHERE kind = 'undo'
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_COLUMNS_FOR_STATISTICS = (
    *(f"DROP TRIGGER IF EXISTS review_keeps_{verb}" for verb in ("update", "delete")),
    "ALTER TABLE review ADD COLUMN card TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE review ADD COLUMN interval INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE review SET card = action.card, interval = CAST(coalesce(
        CASE WHEN json_valid(before) THEN json_extract(before, '$.interval') END, 0) AS INTEGER)
    FROM action WHERE action.id = review.action
    """,
    *_append_only("review"),
    "DROP INDEX IF EXISTS review_day",
    "CREATE INDEX review_day ON review (day, card, rating)",
    "CREATE INDEX review_card ON review (card)",
    "CREATE INDEX review_new ON review (card) WHERE phase = 'new'",
    "DROP INDEX IF EXISTS action_target",
    "CREATE INDEX action_target ON action (target, kind) WHERE target IS NOT NULL",
)
"""Each rating has its card and the interval before it as columns, and what is asked of the ratings
has an index."""

_OPINIONS = ("ALTER TABLE review ADD COLUMN opinions TEXT NOT NULL DEFAULT '[]'",)
"""What a model of the learner's own said of the key points is kept with the answer."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _COLUMNS_FOR_STATISTICS, _OPINIONS)


class Damaged(EnvironmentProblem):
    """The database is ours and a backup has to take its place."""


def version_of(db: sqlite3.Connection) -> int:
    """Return how many migrations the database has had."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def check_ours(db: sqlite3.Connection, path: str) -> None:
    """Refuse a database of another program or of a newer quizapp, before anything is written."""
    # First: another process may be making the tables, and their numbers come with them.
    has_tables = bool(objects(db))
    version = version_of(db)
    if version > len(MIGRATIONS):
        raise EnvironmentProblem(
            "The database was made by a newer quizapp",
            f"{path} has format {version}; this quizapp knows formats up to {len(MIGRATIONS)}. "
            "Nothing was changed.",
            "Upgrade quizapp, or set QUIZAPP_HOME to another folder.",
        )
    found = db.execute("PRAGMA application_id").fetchone()[0]
    if has_tables and found != APPLICATION_ID:
        raise EnvironmentProblem(
            "Not a quizapp database",
            f"{path} belongs to another program. Nothing was changed.",
            "Move the file away, or set QUIZAPP_HOME to another folder.",
        )
    if has_tables and version < 1:
        raise Damaged(
            "The database has lost its format number",
            f"{path} holds tables of quizapp, but says it has format {version}. "
            "Nothing was changed.",
            "`quizapp doctor --restore latest` takes the newest backup.",
        )


def check_log(db: sqlite3.Connection, path: str) -> None:
    """Refuse to migrate a database without its log, before anything is written."""
    if missing := [table for table in missing_tables(db) if table in ("action", "review")]:
        raise Damaged(
            "The database is incomplete",
            f"{path} lacks the tables {', '.join(missing)}. Nothing was changed.",
            "`quizapp doctor --restore latest` takes the newest backup.",
        )


def objects(db: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Return the kind and the definition of every table, index, view and trigger."""
    rows = db.execute("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {name: (kind, sql) for name, kind, sql in rows}


@lru_cache
def expected(version: int) -> dict[str, tuple[str, str]]:
    """Return the `objects` that the migrations up to a version make."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                db.execute(statement)
        return objects(db)


def differences(db: sqlite3.Connection) -> list[tuple[str, str, bool]]:
    """Return the name and kind of what differs from what the migrations make, and if it exists.

    Objects that they do not make belong to the user and do not count.
    """
    found = objects(db)
    return [
        (name, kind, name in found)
        for name, (kind, sql) in expected(version_of(db)).items()
        if name not in found or found[name][0] != kind or _bare(found[name][1]) != _bare(sql)
    ]


def recreate(db: sqlite3.Connection, name: str) -> None:
    """Make an index, view or trigger, or a missing table, as the migrations do."""
    kind, sql = expected(version_of(db))[name]
    if kind != "table":
        db.execute(f"DROP {kind.upper()} IF EXISTS {name}")
    db.execute(sql)


def _bare(sql: str) -> str:
    return re.sub(r"\s+", "", sql)


def missing_tables(db: sqlite3.Connection) -> list[str]:
    """Return the tables that a database of its version has and this one lacks."""
    return [name for name, kind, there in differences(db) if kind == "table" and not there]


def migrate(db: sqlite3.Connection, to: int | None = None) -> None:
    """Apply the migrations that are missing, all or none; call it inside a transaction.

    `to` is the version to stop at, the newest by default.
    """
    for number, statements in enumerate(MIGRATIONS[:to], start=1):
        if version_of(db) < number:
            for statement in statements:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
