"""The rows that SQLite hands over: what a visit to the store costs on any machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class Rows:
    """A count that goes on while it is open."""

    read = 0


@contextmanager
def counting(connection: sqlite3.Connection) -> Iterator[Rows]:
    """Count the rows that a connection hands over."""
    rows = Rows()

    def count(cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        rows.read += 1
        return row

    connection.row_factory = count
    try:
        yield rows
    finally:
        connection.row_factory = None
