"""The ratings by columns: every narrow question is answered as the whole log answers it."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.app.progress import Progress
from quizapp.store import Store
from quizapp.study.model import Answer, LogEntry, Phase, Rating
from tests.unit.store.samples import NOW, RULES, action_of, minutes, open_store, rate

TODAY = NOW.date()
done = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(("rate", "rate", "rate", "undo", "redo", "suspend", "bury", "adopt")),
        st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(done)
def test_what_is_asked_of_the_log_is_what_its_entries_show(
    steps: list[tuple[str, str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        kept_up = Progress(store)
        for number, (card, kind, days) in enumerate(steps):
            now = minutes(number) + days * timedelta(days=1)
            if kind == "undo":
                store.undo()
            elif kind == "redo":
                store.redo()
            elif kind == "adopt":
                store.adopt({"a": "z"})
            else:
                store.commit(action_of(store.state(card), kind, number, now), RULES)
            if number % 3 == 0:
                agree(kept_up, store)
        agree(kept_up, store)
        entries = store.entries()
        for since in (date.min, TODAY, TODAY + timedelta(days=2)):
            late = ((entry.card, entry.day) for entry in entries if entry.day >= since)
            assert Counter(late) == store.activity(since)
        assert sorted({entry.day for entry in entries}, reverse=True) == store.study_days()
        for step in range(len(steps) + 1):
            wanted = [entry.id for entry in entries if entry.id > step]
            assert [review.id for review in store.reviews(after=step)] == wanted
            assert store.answers_after(step) == len(wanted)


def agree(progress: Progress, store: Store) -> None:
    """Compare what was kept up step by step with a whole look at the log."""
    entries = store.entries()
    assert progress.states == store.states()
    latest = {entry.card: entry for entry in entries}
    assert {entry.card: entry for entry in progress.entries} == latest
    assert {e for e in progress.entries if e.is_first} == {e for e in entries if e.is_first}
    for since in (TODAY, TODAY + timedelta(days=2)):
        late = [entry for entry in entries if entry.day >= since]
        assert store.rated(since) == {entry.card for entry in late}
        for rating in Rating:
            wanted = {entry.card for entry in late if entry.rating is rating}
            assert store.rated(since, rating) == wanted
    first = {entry.card: entry.day for entry in reversed(entries) if entry.is_first}
    assert progress.introduced() == first


def test_an_entry_holds_what_statistics_ask_for(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a", 4)
        later = NOW + timedelta(days=9)
        answer = Answer(Rating.HARD, 93_250, True, 2, False, "NF4", True, "because …")
        interval = rate(store, "a", at=later, answer=answer).before.interval
        assert store.entries()[1] == LogEntry(
            2, "a", later.date(), Rating.HARD, Phase.REVIEW, interval, 93_250, True, 2, False
        )


def test_a_look_reads_only_the_cards_that_changed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as other:
        for card in "abc":
            rate(store, card)
        progress = Progress(store)
        before = dict(progress.states)
        statements: list[str] = []
        store.connection.set_trace_callback(statements.append)
        assert progress.states == before
        assert len(statements) == 1  # has anything happened?
        rate(other, "b", 1)
        after = progress.states
        assert after["b"] == other.state("b")
        assert after["a"] is before["a"] and after["c"] is before["c"]
        assert [entry.rating for entry in progress.entries if entry.card == "b"] == [3, 1]


@pytest.mark.parametrize("seen", [0, 1])
def test_another_window_adopting_an_id_is_noticed(tmp_path: Path, seen: int) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as other:
        rate(store, "old", 4)
        progress = Progress(store)
        for _ in range(seen):
            assert set(progress.states) == set(progress.introduced()) == {"old"}
        other.adopt({"old": "new"})
        assert set(progress.states) == {"new"} and progress.introduced() == {"new": NOW.date()}
        assert store.rated(TODAY, Rating.EASY) == {"new"}
