"""The store: what is committed stays, and what cannot be opened is left alone."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.store import Store
from quizapp.store.schema import MIGRATIONS
from quizapp.study import actions
from quizapp.study.model import Answer, CardState, DemoRun, Rating
from quizapp.study.queue import DayCounts
from tests.unit.store.samples import NOW, RULES, minutes, open_store, rate

TODAY = NOW.date()


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pragmas = [
            store.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
        assert pragmas == ["wal", 2, 1]
        rate(store, "a")
        with open_store(tmp_path) as other:
            assert other.states() == store.states()


def test_a_card_never_touched_is_new(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.states() == {}
        assert store.state("a") == CardState("a")


def test_a_rating_of_a_card_that_changed_meanwhile_is_done_again_on_its_newer_state(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path) as store:
        seen = store.state("a")
        rate(store, "a", 3, minutes(0))
        stale = actions.rate(seen, Answer(Rating.GOOD), minutes(10), RULES)
        committed = store.commit(stale, RULES)
        assert committed.rebased
        assert (committed.action.after.reps, store.state("a").reps) == (2, 2)
        assert committed.action.before.reps == 1
        assert [review.before.reps for review in store.reviews()] == [0, 1]


def test_ticks_made_here_stay_with_the_rating_made_here(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        ticked = actions.tick(store.state("a"), 0, NOW).after
        store.commit(actions.note(store.state("a"), "from elsewhere", NOW), RULES)
        committed = store.commit(actions.rate(ticked, Answer(Rating.GOOD), NOW, RULES), RULES)
        assert committed.rebased and committed.action.review is not None
        assert committed.action.review.ticked == (0,)
        assert store.state("a").note == "from elsewhere"


def test_burying_a_card_that_was_rated_meanwhile_keeps_the_rating(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        bury = actions.bury(store.state("a"), NOW, RULES)
        rate(store, "a")
        assert store.commit(bury, RULES).rebased
        state = store.state("a")
        assert (state.reps, state.buried_until) == (1, TODAY + timedelta(days=1))


def test_day_counts_are_those_of_the_study_day_without_what_was_undone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a", 4)
        rate(store, "b", 4)
        rate(store, "c", 3)
        rate(store, "c", 3, minutes(10))  # a learning step counts for neither limit
        store.undo()
        rate(store, "a", 3, NOW + timedelta(days=9))
        rate(store, "b", 3, NOW + timedelta(days=9))
        store.undo()
        assert store.day_counts(TODAY) == DayCounts(new=3, reviews=0)
        assert store.day_counts(TODAY + timedelta(days=9)) == DayCounts(new=0, reviews=1)


def test_reviews_can_start_at_a_study_day(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b", at=NOW + timedelta(days=2))
        assert [r.card for r in store.reviews(TODAY + timedelta(days=1))] == ["b"]


def test_a_renamed_card_keeps_its_progress(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        before = rate(store, "old", 4).after
        assert store.adopt("old", "new")
        assert store.state("new") == replace(before, card="new")
        assert set(store.states()) == {"new"}
        rate(store, "new", 3, NOW + timedelta(days=9))
        assert [review.card for review in store.reviews()] == ["new", "new"]
        assert store.state("new").reps == 2
    with open_store(tmp_path) as store:
        store.undo()
        undone = store.undo()
        assert undone is not None and undone.state == CardState("new")
        assert store.state("new") == CardState("new")


def test_a_card_renamed_twice_keeps_its_progress(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "one", 4)
        assert store.adopt("one", "two")
        assert store.adopt("two", "three")
        assert store.state("three").reps == 1
        assert set(store.states()) == {"three"}
        assert store.aliases() == {"one": "two", "two": "three"}


def test_adopting_nothing_leaves_no_trace(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert not store.adopt("old", "new")
        assert store.aliases() == {}


def test_a_card_with_progress_of_its_own_keeps_it(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "old", 1)
        own = rate(store, "new", 4).after
        store.adopt("old", "new")
        assert store.state("new") == own and set(store.states()) == {"new"}


def test_aliases_in_a_circle_are_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.adopt("a", "b")
        with pytest.raises(QuizError, match="circle"):
            store.adopt("b", "a")


def test_demo_runs_are_kept_with_their_prediction(tmp_path: Path) -> None:
    run = DemoRun(
        demo="nf4_error",
        params={"block_size": 64},
        seed=3,
        device="cpu",
        versions={"torch": "2.13.0"},
        measures={"rmse": 0.092, "best": "NF4"},
        claims={"nf4-beats-fp4": "holds"},
        wall_s=1.25,
        at=NOW,
        prediction="NF4",
        prediction_right=True,
        card="qlora-block-size",
    )
    with open_store(tmp_path) as store:
        first = store.add_run(run)
        second = store.add_run(replace(run, demo="other", card=None, prediction_right=None))
        assert store.runs() == [
            replace(run, demo="other", card=None, prediction_right=None, id=second),
            replace(run, id=first),
        ]
        assert store.runs(card="qlora-block-size") == [replace(run, id=first)]
        assert store.runs(demo="nf4_error") == store.runs(limit=5)[1:]
        assert store.runs(limit=0) == []


def test_a_measure_that_is_no_number_is_kept_as_text(tmp_path: Path) -> None:
    run = DemoRun("d", {}, 0, "cpu", {}, {"x": math.nan, "y": math.inf}, {}, 1.0, NOW)
    with open_store(tmp_path) as store:
        store.add_run(run)
        assert store.runs()[0].measures == {"x": "nan", "y": "inf"}


def test_small_things_are_remembered_and_forgotten(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.get_meta("theme", "dark") == "dark"
        store.set_meta("interview", {"date": date(2026, 3, 1).isoformat()})
        assert store.get_meta("interview") == {"date": "2026-03-01"}
        store.set_meta("interview", None)
        assert store.get_meta("interview") is None


def test_interviews_are_listed_newest_first(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add_interview(NOW, {"score": 0.5})
        store.add_interview(minutes(5), {"score": 0.7})
        assert store.interviews() == [(minutes(5), {"score": 0.7}), (NOW, {"score": 0.5})]


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "quizapp.sqlite"
    path.write_bytes(b"my shopping list, " * 500)
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem) as error:
        open_store(tmp_path)
    assert error.value.title == "The database cannot be read"
    assert "Nothing was changed" in error.value.message and "doctor" in error.value.hint
    assert path.read_bytes() == before


def test_a_database_of_a_newer_quizapp_is_refused_and_kept(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    path = tmp_path / "quizapp.sqlite"
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="newer quizapp") as error:
        open_store(tmp_path)
    assert "Upgrade" in error.value.hint
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "quizapp.sqlite"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE songs (title TEXT)")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="another program"):
        open_store(tmp_path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentProblem) as error:
        Store(tmp_path / "file" / "quizapp.sqlite", lambda: NOW)
    assert str(tmp_path / "file") in error.value.message


def test_a_database_held_too_long_by_another_program_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path) as holder:
        impatient = Store(tmp_path / "quizapp.sqlite", lambda: NOW, busy_s=0.05)
        holder.connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(EnvironmentProblem, match="busy") as error:
            rate(impatient, "a")
        assert "try again" in error.value.hint
        holder.connection.execute("ROLLBACK")
        assert rate(impatient, "a").after.reps == 1
        impatient.close()


def test_a_full_disk_is_named_and_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.connection.execute("PRAGMA max_page_count = 1")  # no page more than there is
        with pytest.raises(EnvironmentProblem, match="disk is full") as error:
            for number in range(1000):
                rate(store, f"card-{number}")
        assert "Free some space" in error.value.hint
    with open_store(tmp_path) as store:
        assert store.state("a").reps == 1
        rate(store, "b")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        bad = actions.rate(CardState("a"), Answer(Rating.GOOD, elapsed_ms=-1), NOW, RULES)
        with pytest.raises(sqlite3.IntegrityError):
            store.commit(bad, RULES)
        assert store.states() == {} and store.next_undo() is None
        rate(store, "a")
