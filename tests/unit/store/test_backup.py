"""Backups: whole, thinned, and good to go back to."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.store.backup import (
    DAILY,
    MONTHLY,
    WEEKLY,
    back_up,
    back_up_if_due,
    backups,
    restore,
    restore_latest,
    to_keep,
)
from quizapp.store.doctor import examine
from tests.unit.store.samples import NOW, open_store, rate
from tests.unit.store.test_processes import start

instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def test_a_backup_is_a_whole_database_in_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with open_store(tmp_path) as store:
        rate(store, "a")
        path = back_up(store, folder)
        states = store.states()
    assert [found.name for found in folder.iterdir()] == ["quizapp-20260105T180000Z.sqlite"]
    home = tmp_path / "elsewhere"
    assert restore(path, home / "quizapp.sqlite", NOW) is None
    with open_store(home) as store:
        assert store.states() == states and examine(store) == []


def test_restoring_keeps_the_replaced_database(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        path = back_up(store, tmp_path / "backups")
        rate(store, "b")
    aside = restore(path, tmp_path / "quizapp.sqlite", NOW)
    assert aside is not None and aside.exists()
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"}


def test_a_damaged_or_missing_backup_replaces_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
    bad = tmp_path / "quizapp-20260105T180000Z.sqlite"
    with pytest.raises(EnvironmentProblem, match="does not exist"):
        restore(bad, tmp_path / "quizapp.sqlite", NOW)
    bad.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(EnvironmentProblem):
        restore(bad, tmp_path / "quizapp.sqlite", NOW)
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"}


def test_a_copy_that_opens_and_is_corrupt_inside_replaces_nothing(tmp_path: Path) -> None:
    """Only the check of the whole file finds that an index and its table disagree."""
    with open_store(tmp_path) as store:
        rate(store, "a")
        path = back_up(store, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX review_day ON review (rating, card)' "
            "WHERE name = 'review_day'"
        )
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT card FROM review").fetchall() == [("a",)]  # it looks well
    before = (tmp_path / "quizapp.sqlite").read_bytes()
    with pytest.raises(EnvironmentProblem, match="fails its check") as error:
        restore(path, tmp_path / "quizapp.sqlite", NOW)
    assert error.value.title == "The backup is damaged"
    assert (tmp_path / "quizapp.sqlite").read_bytes() == before


def copy_of(database: Path, to: Path) -> Path:
    """Copy a database that is open, with its WAL, as a hand or a crash leaves it."""
    for ending in ("", "-wal"):
        shutil.copyfile(f"{database}{ending}", f"{to}{ending}")
    return to


def test_what_is_still_in_the_wal_of_a_backup_comes_back(tmp_path: Path) -> None:
    with open_store(tmp_path / "one") as store:
        rate(store, "a")
        left = copy_of(tmp_path / "one" / "quizapp.sqlite", tmp_path / "left.sqlite")
    assert Path(f"{left}-wal").stat().st_size > 0
    restore(left, tmp_path / "two" / "quizapp.sqlite", NOW)
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["quizapp.sqlite"]
    assert Path(f"{left}-wal").exists() and not Path(f"{left}-shm").exists()
    with open_store(tmp_path / "two") as store:
        assert set(store.states()) == {"a"}


def test_what_was_replaced_can_come_back_with_every_rating(tmp_path: Path) -> None:
    with open_store(tmp_path / "one") as store:
        path = back_up(store, tmp_path / "backups")
        rate(store, "a")
        copy_of(tmp_path / "one" / "quizapp.sqlite", tmp_path / "quizapp.sqlite")
    aside = restore(path, tmp_path / "quizapp.sqlite", NOW)
    assert aside is not None
    second = restore(aside, tmp_path / "quizapp.sqlite", NOW)
    assert second is not None and aside.exists()
    assert second.name == f"{aside.name}-2"
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"}


def test_a_wal_whose_database_is_gone_does_not_mix_with_the_backup(tmp_path: Path) -> None:
    with open_store(tmp_path / "one") as store:
        rate(store, "a")
        path = back_up(store, tmp_path / "backups")
    with open_store(tmp_path / "two") as store:
        rate(store, "b")
        left = copy_of(tmp_path / "two" / "quizapp.sqlite", tmp_path / "quizapp.sqlite")
    left.unlink()
    aside = restore(path, left, NOW)
    assert aside is not None and Path(f"{aside}-wal").exists()
    assert not Path(f"{left}-wal").exists()
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"} and examine(store) == []


def test_the_database_is_no_backup_of_itself(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
    database = tmp_path / "quizapp.sqlite"
    link = tmp_path / "link.sqlite"
    link.symlink_to(database)
    for same in (database, link):
        with pytest.raises(QuizError, match="is the database itself"):
            restore(same, database, NOW)
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"}


def test_paths_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(Path("home")) as store:
        rate(store, "a")
        path = back_up(store, Path("backups"))
    assert restore(path, Path("home") / "quizapp.sqlite", NOW) is not None
    with open_store(Path("home")) as store:
        assert set(store.states()) == {"a"}


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(QuizError, match="is a folder") as error:
        restore(tmp_path, tmp_path / "quizapp.sqlite", NOW)
    assert error.value.hint == "Name one file in it."


def bad_backup(path: Path, how: str) -> Path:
    """Write a file that SQLite reads and that is no backup."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA application_id = {0x51415050 if how != 'foreign' else 7}")
        if how != "empty":
            db.execute("CREATE TABLE other (x)")
            db.execute("PRAGMA user_version = 1")
    if how == "0 bytes":
        path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("0 bytes", "holds no tables"),
        ("empty", "holds no tables"),
        ("bare", "lacks the tables action, review"),
        ("foreign", "belongs to another program"),
    ],
)
def test_a_file_without_the_tables_replaces_nothing(tmp_path: Path, how: str, says: str) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
    before = sorted(path.name for path in tmp_path.iterdir())
    bad = bad_backup(tmp_path / "bad.sqlite", how)
    with pytest.raises(QuizError, match=says):
        restore(bad, tmp_path / "quizapp.sqlite", NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.sqlite", *before]
    with open_store(tmp_path) as store:
        assert set(store.states()) == {"a"}


def test_the_latest_good_backup_is_taken_and_worse_ones_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with open_store(tmp_path) as store:
        rate(store, "a")
        good = back_up(store, folder)
    empty = bad_backup(folder / "quizapp-20260106T000000Z.sqlite", "0 bytes")
    damaged = folder / "quizapp-20260107T000000Z.sqlite"
    damaged.write_bytes(good.read_bytes()[:5000])
    later = NOW + timedelta(days=3)
    used, _, bad = restore_latest(folder, tmp_path / "quizapp.sqlite", later)
    assert used == good
    assert [str(path) in error.message for path, error in zip((damaged, empty), bad, strict=True)]
    assert set(folder.iterdir()) == {good, empty, damaged}
    good.unlink()
    with pytest.raises(QuizError, match="None of the 2 in"):
        restore_latest(folder, tmp_path / "quizapp.sqlite", later)


def test_a_backup_made_while_the_clock_was_ahead_neither_stops_nor_precedes_others(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "backups"
    clock = [NOW + timedelta(days=900)]
    with open_store(tmp_path, lambda: clock[0]) as store:
        ahead = back_up_if_due(store, folder)
        clock[0] = NOW
        rate(store, "a")
        made = back_up_if_due(store, folder)
        assert made is not None
        assert back_up_if_due(store, folder) is None
    used, _, _ = restore_latest(folder, tmp_path / "quizapp.sqlite", NOW)
    assert used == made != ahead


def test_a_database_that_another_process_has_open_is_not_replaced(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        path = back_up(store, tmp_path / "backups")
    writer = start(tmp_path, "w", 3, "a")
    assert writer.stdout is not None and writer.stdin is not None
    assert writer.stdout.readline() == "ready\n"
    with pytest.raises(EnvironmentProblem, match="Another quizapp has it open") as error:
        restore(path, tmp_path / "quizapp.sqlite", NOW)
    assert error.value.hint == "Close the other quizapp and try again."
    assert writer.communicate("begin\n", timeout=60)[0].count("ok ") == 3
    with open_store(tmp_path) as store:
        assert store.state("a").reps == 3
    assert restore(path, tmp_path / "quizapp.sqlite", NOW) is not None


def test_backups_are_made_at_most_every_half_hour_and_thinned(tmp_path: Path) -> None:
    now = NOW
    with open_store(tmp_path, lambda: now) as store:
        folder = tmp_path / "backups"
        (folder / "notes.txt").parent.mkdir()
        (folder / "notes.txt").write_text("not a backup")
        assert back_up_if_due(store, folder) is not None
        assert back_up_if_due(store, folder) is None
        for _ in range(60):
            now += timedelta(days=1)
            assert back_up_if_due(store, folder) is not None
        made = [when for when, _ in backups(folder)]
    assert len(made) == DAILY + 8  # twelve days, then the weeks and months before them
    assert made[-1] == now.replace(microsecond=0)
    assert (folder / "notes.txt").exists()


def test_two_windows_may_back_up_at_the_same_moment(tmp_path: Path) -> None:
    """The other window's unfinished copy is neither used nor removed."""
    folder = tmp_path / "backups"
    folder.mkdir()
    other = folder / "quizapp-20260105T180000Z.part"
    other.write_bytes(b"half")
    with open_store(tmp_path) as store:
        assert back_up(store, folder) == back_up(store, folder)
    assert {path.name for path in folder.iterdir()} == {
        "quizapp-20260105T180000Z.sqlite",
        "quizapp-20260105T180000Z.part",
    }


def test_a_backup_that_cannot_be_written_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").write_text("no folder")
    with open_store(tmp_path) as store:
        with pytest.raises(EnvironmentProblem, match="File exists") as error:
            back_up(store, tmp_path / "plain")
        assert error.value.title == "No backup was made"
        assert "Your progress itself is saved." in error.value.message

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(EnvironmentProblem, match="No space left"):
            back_up(store, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


@given(st.sets(instants, max_size=80))
def test_thinning_keeps_the_newest_of_each_recent_day_week_and_month(times: set[datetime]) -> None:
    kept = to_keep(times)
    assert kept <= times and len(kept) <= DAILY + WEEKLY + MONTHLY
    assert to_keep(kept) == kept
    if times:
        assert max(times) in kept
        newest_days = sorted({when.date() for when in times})[-DAILY:]
        assert {when.date() for when in kept} >= set(newest_days)
        newest_months = sorted({(when.year, when.month) for when in times})[-MONTHLY:]
        assert {(when.year, when.month) for when in kept} >= set(newest_months)
