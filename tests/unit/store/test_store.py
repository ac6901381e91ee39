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
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.queue import DayCounts
from quizapp.study.record import RunRecord
from quizapp.study.stats import Retention
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
        assert [review.phase for review in store.reviews()] == [Phase.NEW, Phase.LEARNING]


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


def test_reviews_can_be_narrowed_to_a_card_to_the_newest_and_to_those_after_a_step(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path) as store:
        for number, card in enumerate("abab"):
            rate(store, card, 1 + number, minutes(number))
        step = store.position().step
        rate(store, "a", 1, minutes(9))
        rate(store, "b", 1, minutes(9))
        store.undo()
        assert [int(review.rating) for review in store.reviews(card="a")] == [1, 3, 1]
        assert [int(review.rating) for review in store.reviews(card="a", newest=2)] == [3, 1]
        assert [review.card for review in store.reviews(after=step)] == ["a"]
        assert store.answers_after(step) == 1 and store.answers_after(0) == 5


def test_a_renamed_card_keeps_its_progress(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        before = rate(store, "old", 4).after
        store.adopt({"old": "new"})
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
        store.adopt({"one": "two"})
        store.adopt({"one": "three", "two": "three"})
        assert store.state("three").reps == 1
        assert set(store.states()) == {"three"}
        assert store.aliases() == {"one": "two", "two": "three"}


def test_adopting_nothing_leaves_no_trace(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "other")
        store.connection.execute("PRAGMA query_only = ON")  # no lock is taken either
        store.adopt({"old": "new"})
        assert store.aliases() == {}


def test_a_card_with_progress_of_its_own_keeps_it(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "old", 1)
        own = rate(store, "new", 4).after
        store.adopt({"old": "new"})
        assert store.state("new") == own and set(store.states()) == {"new"}


def test_activity_counts_the_answers_that_stand_by_card_and_day(tmp_path: Path) -> None:
    later = NOW + timedelta(days=2)
    with open_store(tmp_path) as store:
        for card, at in (("old", NOW), ("a", NOW), ("a", later), ("a", later), ("b", later)):
            rate(store, card, at=at)
        store.undo()  # the answer on b
        store.adopt({"old": "new"})
        day, second = NOW.date(), later.date()
        assert store.activity(day) == {("new", day): 1, ("a", day): 1, ("a", second): 2}
        assert store.activity(second) == {("a", second): 2}


def test_aliases_in_a_circle_are_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "x")
        store.adopt({"a": "b"})
        with pytest.raises(QuizError, match="circle"):
            store.adopt({"x": "y", "b": "a"})
        assert store.aliases() == {"a": "b"}  # all or none


def test_demo_runs_are_kept_with_their_prediction(tmp_path: Path) -> None:
    run = RunRecord(
        demo="nf4_error",
        settings={"block_size": 64},
        seed=3,
        device="cpu",
        versions={"torch": "2.13.0"},
        measures={"rmse": 0.092, "best": "NF4"},
        claims={"nf4-beats-fp4": "holds"},
        wall_s=1.25,
        at=NOW,
        prediction="NF4",
        right=True,
        card="qlora-block-size",
    )
    with open_store(tmp_path) as store:
        store.add_run(run)
        store.add_run(replace(run, demo="other", card=None, right=None))
        assert store.runs() == [
            replace(run, demo="other", card=None, right=None),
            run,
        ]
        assert store.runs(demo="nf4_error") == store.runs(limit=5)[1:]
        assert store.runs(limit=0) == []


def test_a_demo_failed_if_a_claim_of_its_latest_run_did(tmp_path: Path) -> None:
    def run(demo: str, claim: str, right: bool | None = None) -> RunRecord:
        return RunRecord(demo, {}, 0, "cpu", {}, {}, {"fails": claim}, 1.0, NOW, "", right)

    with open_store(tmp_path) as store:
        for demo, claim in (("a", "fails"), ("a", "holds"), ("b", "holds"), ("b", "fails")):
            store.add_run(run(demo, claim))
        assert store.failed_demos() == {"b"}


def test_predictions_count_where_one_was_made(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for demo, right in (("c", True), ("a", True), ("a", False), ("b", None)):
            run = RunRecord(demo, {}, 0, "cpu", {}, {}, {}, 1.0, NOW, right=right)
            store.add_run(run)
        assert list(store.predictions().items()) == [("a", Retention(1, 2)), ("c", Retention(1, 1))]


def test_a_measure_that_is_not_finite_comes_back(tmp_path: Path) -> None:
    run = RunRecord("d", {}, 0, "cpu", {}, {"x": "nan", "y": math.inf}, {}, 1.0, NOW)
    with open_store(tmp_path) as store:
        store.add_run(run)
        assert store.runs()[0].measures == {"x": "nan", "y": math.inf}


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
        store.add_interview(minutes(2), {"score": 0.6})  # taken in from another machine
        assert store.interviews()[1] == (minutes(2), {"score": 0.6})


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


def test_a_snapshot_that_another_program_overtook_counts_as_busy(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as other:
        rate(store, "a")
        store.connection.execute("BEGIN")
        store.connection.execute("SELECT count(*) FROM action").fetchone()
        rate(other, "b")
        with pytest.raises(EnvironmentProblem, match="busy"), store.reading() as db:
            db.execute("DELETE FROM state")  # an extended code: SQLITE_BUSY_SNAPSHOT


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
