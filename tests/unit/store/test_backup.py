"""Backups: whole, thinned, and good to go back to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import EnvironmentProblem
from quizapp.store.backup import (
    DAILY,
    MONTHLY,
    WEEKLY,
    back_up,
    back_up_if_due,
    backups,
    restore,
    to_keep,
)
from quizapp.store.doctor import examine
from tests.unit.store.samples import NOW, open_store, rate

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
