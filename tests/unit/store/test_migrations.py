"""A database of any earlier format opens with all that it holds."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from quizapp.store.doctor import examine
from quizapp.store.schema import MIGRATIONS, migrate, version_of
from quizapp.store.transfer import export_data, import_data
from quizapp.study.model import Rating
from tests.unit.store.make_schema import SCHEMAS
from tests.unit.store.samples import open_store, rate

FORMATS = [int(file.stem) for file in sorted(SCHEMAS.glob("*.sql"))]


def shape(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return every table, index, view and trigger with its definition, spaces apart."""
    rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    return [(name, re.sub(r"\s+", "", sql)) for name, sql in rows]


def test_every_format_has_its_file() -> None:
    """A new migration comes with a database of its format; see make_schema."""
    assert sorted(FORMATS) == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("number", FORMATS)
def test_a_database_of_an_earlier_format_keeps_everything(tmp_path: Path, number: int) -> None:
    db = sqlite3.connect(tmp_path / "quizapp.sqlite")
    db.executescript((SCHEMAS / f"{number}.sql").read_text(encoding="utf-8"))
    assert version_of(db) == number
    db.close()
    with open_store(tmp_path) as store, open_store(tmp_path / "new") as new:
        assert version_of(store.connection) == len(MIGRATIONS)
        assert shape(store.connection) == shape(new.connection)
        assert examine(store) == []
        told = [(review.card, review.rating) for review in store.reviews()]
        assert told == [
            ("lora-rank", Rating.AGAIN),
            ("nf4-what", Rating.HARD),
            ("new-name", Rating.EASY),
        ]
        answer = store.reviews()[1].answer
        assert (answer.response, answer.confidence, answer.hint_used) == ("typed: α/r", 2, True)
        assert store.state("lora-rank").note == "note 6 → α"
        assert store.state("new-name").reps == 1
        assert store.next_redo() == "Again on lora-rank"
        assert store.runs()[0].measures == {"rmse": 0.092}
        assert store.interviews()[0][1] == {"version": 1, "score": 0.5}
        assert store.get_meta("interview_date") == "2026-03-01"
        rate(store, "lora-rank")
        while store.undo():
            pass
        assert store.reviews() == []
        import_data(new, export_data(store))
        assert export_data(new) == export_data(store)


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
    broken = (*MIGRATIONS, ("ALTER TABLE state ADD COLUMN extra TEXT", "SELECT no_such_thing"))
    monkeypatch.setattr("quizapp.store.schema.MIGRATIONS", broken)
    with pytest.raises(Exception, match="no_such_thing"):
        open_store(tmp_path)
    monkeypatch.undo()
    with open_store(tmp_path) as store:
        assert version_of(store.connection) == len(MIGRATIONS)
        assert store.state("a").reps == 1 and examine(store) == []


def test_a_later_migration_is_applied_once_to_an_older_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
    more = (*MIGRATIONS, ("CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT",))
    monkeypatch.setattr("quizapp.store.schema.MIGRATIONS", more)
    for _ in range(2):
        with open_store(tmp_path) as store:
            assert version_of(store.connection) == len(more)
            migrate(store.connection)
            assert store.state("a").reps == 1
            assert store.connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
