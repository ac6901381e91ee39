"""The whole database as JSON: export and import without loss."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from quizapp.errors import QuizError
from quizapp.store import codec
from quizapp.store.doctor import examine_rows, rebuild_states
from quizapp.store.meta import means_something
from quizapp.store.schema import MIGRATIONS, migrate, version_of
from quizapp.store.store import Store

VERSION = 1
"""Version of the JSON layout."""

Tables = dict[str, list[dict[str, Any]]]

_TABLES = ("action", "review", "alias", "run", "interview", "meta")
"""In the order that references need; states follow from the log."""


def export_data(store: Store) -> dict[str, Any]:
    """Return everything the database holds, as values that JSON can carry."""
    with store.reading() as db:
        db.execute("BEGIN")
        try:
            tables = {table: _rows(db, table) for table in _TABLES}
            schema = version_of(db)
        finally:
            db.execute("ROLLBACK")
    return {"app": "quizapp", "version": VERSION, "schema": schema, "tables": tables}


def import_data(store: Store, data: object) -> int:
    """Fill an empty database from an export; return how many steps of the log came in.

    All or nothing: a damaged export, or a database that already has a log, changes nothing.
    """
    tables, version = _checked(data)
    with store.writing() as db:
        if db.execute("SELECT count(*) FROM action").fetchone()[0]:
            raise QuizError(
                "The database is not empty",
                "An import would mix two histories.",
                "Set QUIZAPP_HOME to a new folder and import there.",
            )
        try:
            _insert(db, _upgraded(tables, version))
            rebuild_states(db)
            found = examine_rows(db)
        except codec.UnreadableRow as error:
            raise _damaged(f"{error.what} is damaged") from error
        except (sqlite3.Error, ArithmeticError, TypeError, ValueError, KeyError) as error:
            raise _damaged(str(error)) from error
        if found:
            more = f" ({len(found) - 1} more such)" if len(found) > 1 else ""
            raise _damaged(f"{found[0].message.removesuffix('.')}{more}")
    return len(tables["action"])


def _upgraded(tables: Tables, version: int) -> Tables:
    """Return the rows of an export in the present format of the tables."""
    if version == len(MIGRATIONS):
        return tables
    with closing(sqlite3.connect(":memory:")) as old:
        migrate(old, version)
        _insert(old, tables)
        migrate(old)
        return {table: _rows(old, table) for table in _TABLES}


def _checked(data: object) -> tuple[Tables, int]:
    """Return the tables of an export and the version of their format."""
    if not isinstance(data, dict) or data.get("app") != "quizapp":
        raise _damaged("it is not marked as one")
    if data.get("version") != VERSION:
        raise QuizError(
            "The export has another version",
            f"It is version {data.get('version')}; this quizapp reads version {VERSION}.",
            "Export it again with the same quizapp that will read it.",
        )
    schema = data.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise _damaged("the format of its tables is missing")
    if schema > len(MIGRATIONS):
        raise QuizError(
            "The export was made by a newer quizapp",
            f"It has format {schema}; this quizapp knows formats up to {len(MIGRATIONS)}. "
            "Nothing was changed.",
            "Upgrade quizapp and import again.",
        )
    tables = data.get("tables")
    if not isinstance(tables, dict) or set(tables) != set(_TABLES):
        raise _damaged("its tables are not the ones of a quizapp export")
    for table, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _damaged(f"{table} is not a list of rows")
    for row in tables["meta"]:
        key, value = row.get("key"), row.get("value")
        if not (isinstance(key, str) and isinstance(value, str) and means_something(key, value)):
            raise _damaged(f"the value of {key} in meta is damaged")
    return tables, schema


def _rows(db: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    return codec.rows(db.execute(f"SELECT * FROM {table} ORDER BY 1"))


def _insert(db: sqlite3.Connection, tables: Tables) -> None:
    for table in _TABLES:
        names = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        for row in tables[table]:
            if row.keys() != names:
                raise ValueError(f"a row of {table} has the columns {sorted(row)}")
            codec.insert(db, table, row, "INSERT OR REPLACE")


def _damaged(why: str) -> QuizError:
    return QuizError(
        "Not a quizapp export", f"The file cannot be imported: {why}.", "Nothing was changed."
    )
