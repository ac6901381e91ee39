"""A database of any earlier format opens with all that it holds."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quizapp.store.doctor import examine, repair
from quizapp.store.schema import MIGRATIONS, Damaged, migrate, version_of
from quizapp.store.transfer import export_data, import_data
from quizapp.study.model import Rating
from tests.unit.store.make_schema import SCHEMAS
from tests.unit.store.samples import NOW, open_store, rate

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
        assert [(entry.card, entry.rating) for entry in store.entries()] == [
            ("lora-rank", Rating.AGAIN),
            ("nf4-what", Rating.HARD),
            ("new-name", Rating.EASY),
        ]
        answer = store.reviews()[1].answer
        assert (answer.response, answer.confidence, answer.hint_used) == ("typed: α/r", 2, True)
        assert store.state("lora-rank").note == "note 6 → α"
        assert store.state("new-name").reps == 1
        redone = store.redo()
        assert redone is not None and redone.name == "Redid: Again on lora-rank"
        assert store.runs()[0].measures == {"rmse": 0.092}
        assert store.interviews() == [(NOW, {"version": 1, "score": 0.5})]
        assert store.get_meta("interview_date") == "2026-03-01"
        rate(store, "lora-rank")
        while store.undo():
            pass
        assert store.entries() == []
        import_data(new, export_data(store))
        assert export_data(new) == export_data(store)


def test_a_log_of_format_1_gets_the_columns_that_statistics_read(tmp_path: Path) -> None:
    with open_store(tmp_path / "new") as new:
        ratings = [
            rate(new, "a", rating, NOW + number * timedelta(days=9))
            for number, rating in enumerate((3, 3, 4, 1))
        ]
        rate(new, "b", 4)
        new.undo()
        entries, reviews = new.entries(), new.reviews()
        data = export_data(new)
    assert [entry.interval for entry in entries] == [done.before.interval for done in ratings]
    assert entries[-1].interval > entries[-2].interval > 0
    as_format_1(data)
    older = tmp_path / "quizapp.sqlite"
    with closing(sqlite3.connect(older)) as db, db:
        migrate(db, 1)
        for table in ("action", "review"):
            for row in data["tables"][table]:
                marks = ", ".join("?" * len(row))
                insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
                db.execute(insert, list(row.values()))
    with open_store(tmp_path) as store:
        assert (store.entries(), store.reviews()) == (entries, reviews)
        assert repair(store) == ["Rebuilt 2 card states from the log."]  # no state was copied
        assert examine(store) == []
    with open_store(tmp_path / "imported") as imported:
        import_data(imported, data)
        assert (imported.entries(), imported.reviews()) == (entries, reviews)
        assert examine(imported) == []


def as_format_1(data: dict[str, Any]) -> None:
    """Take from an export what format 1 did not have."""
    data["schema"] = 1
    for row in data["tables"]["review"]:
        del row["card"], row["interval"], row["opinions"]


@pytest.mark.parametrize("before", ["{bad", "[1]", '{"interval":"x"}', "{}"])
def test_a_damaged_row_is_kept_by_the_migration_for_the_doctor(tmp_path: Path, before: str) -> None:
    with closing(sqlite3.connect(tmp_path / "quizapp.sqlite")) as db, db:
        migrate(db, 1)
        db.execute(
            "INSERT INTO action VALUES (1, 0, 'rate', 'a', 'Good on a', ?, '{}', "
            "NULL, NULL, 1, NULL)",
            (before,),
        )
        for number in (1, 2):  # the second has no step: its reference is broken
            db.execute(
                f"INSERT INTO review VALUES ({number}, 739621, 0, 3, 'new', 0, 0, NULL, NULL, "
                "'[]', NULL, NULL, '', 6)"
            )
    with open_store(tmp_path) as store:
        assert [(entry.card, entry.interval) for entry in store.entries()] == [("a", 0), ("", 0)]
        assert "reference" in {finding.code for finding in examine(store)}


@pytest.mark.parametrize(("table", "opens"), [("review", False), ("action", False), ("meta", True)])
def test_a_database_without_its_log_is_not_migrated(
    tmp_path: Path, table: str, opens: bool
) -> None:
    path = tmp_path / "quizapp.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        migrate(db, 1)
        db.execute(f"DROP TABLE {table}")
    if opens:
        with open_store(tmp_path) as store:
            assert repair(store) == ["Recreated the table meta."]
        return
    before = path.read_bytes()
    with pytest.raises(Damaged, match=f"lacks the tables {table}") as error:
        open_store(tmp_path)
    assert "--restore latest" in error.value.hint
    assert path.read_bytes() == before


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
