"""The log: every action can be undone exactly, and the log alone holds every state."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from quizapp.store import Store, log
from quizapp.store.codec import json_state, row_state, state_json, state_row
from quizapp.store.doctor import examine
from quizapp.study import actions
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.opinion import Opinion, Says
from tests.unit.store.samples import (
    KINDS,
    NOW,
    RULES,
    action_of,
    minutes,
    open_store,
    rate,
    states,
    steps,
)


@given(states)
def test_a_state_is_read_back_as_it_was_written(state: CardState) -> None:
    assert row_state([*state_row(state).values()]) == state
    assert json_state(state.card, state_json(state)) == state


@settings(max_examples=60, deadline=None)
@given(steps)
def test_undo_and_redo_walk_the_states_exactly(done: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        _walk(store, done)
        held = {card: state for card, state in store.states().items()}
        assert log.replay(store.connection) == held
        assert examine(store) == []
        while store.undo():
            pass
        assert all(state == CardState(card) for card, state in store.states().items())
        assert store.reviews() == []
        while store.redo():
            pass


def _walk(store: Store, done: list[tuple[str, str]]) -> None:
    """Do what is asked, beside a model that keeps whole pictures of all states."""
    past: list[tuple[str, dict[str, CardState]]] = []
    future: list[tuple[str, dict[str, CardState]]] = []
    picture: dict[str, CardState] = {}
    for number, (card, kind) in enumerate(done):
        if kind == "undo":
            undone = store.undo()
            assert (undone is None) == (not past)
            if undone is not None:
                name, before = past.pop()
                future.append((name, picture))
                picture = before
                assert undone.name == f"Undid: {name}"
        elif kind == "redo":
            redone = store.redo()
            assert (redone is None) == (not future)
            if redone is not None:
                name, after = future.pop()
                past.append((name, picture))
                picture = after
                assert redone.name == f"Redid: {name}"
        else:
            action = action_of(store.state(card), kind, number, minutes(number))
            assert not store.commit(action, RULES).rebased
            past.append((action.name, picture))
            picture = {**picture, card: action.after}
            future.clear()
        for name in "abc":
            assert store.state(name) == picture.get(name, CardState(name))
        assert store.next_undo() == (past[-1][0] if past else None)


@pytest.mark.parametrize("kind", KINDS)
def test_undo_of_every_kind_of_action_says_its_name(tmp_path: Path, kind: str) -> None:
    with open_store(tmp_path) as store:
        action = store.commit(action_of(store.state("lora-rank"), kind, 1, NOW), RULES).action
        assert store.state("lora-rank") == action.after
        undone = store.undo()
        assert undone is not None and undone.name == f"Undid: {action.name}"
        assert undone.state == CardState("lora-rank") == store.state("lora-rank")
        assert store.undo() is None


def test_undo_goes_back_more_than_a_hundred_steps_after_a_restart(tmp_path: Path) -> None:
    pictures = []
    with open_store(tmp_path) as store:
        for number in range(150):
            pictures.append(store.states())
            rate(store, f"card-{number % 7}", 1 + number % 4, minutes(number))
        last = store.states()
    with open_store(tmp_path) as store:
        for picture in reversed(pictures):
            assert store.undo() is not None
            assert {c: s for c, s in store.states().items() if s.reps} == picture
    with open_store(tmp_path) as store:
        assert store.undo() is None
        while store.redo() is not None:
            pass
        assert store.states() == last
        assert len(store.reviews()) == 150


def test_a_new_action_clears_redo(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.undo()
        rate(store, "b")
        assert store.redo() is None
        assert store.next_undo() == "Good on b"


def test_undone_ratings_leave_the_review_log_but_not_the_file(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b")
        store.undo()
        assert [review.card for review in store.reviews()] == ["a"]
        store.redo()
        store.undo()
        store.redo()
        assert [review.card for review in store.reviews()] == ["a", "b"]
        rows = store.connection.execute("SELECT kind FROM action ORDER BY id").fetchall()
        assert [row[0] for row in rows] == ["rate", "rate", "undo", "redo", "undo", "redo"]


def test_a_review_is_read_back_whole(tmp_path: Path) -> None:
    answer = Answer(
        Rating.HARD,
        93_250,
        hint_used=True,
        confidence=2,
        all_musts=False,
        prediction="NF4",
        prediction_right=True,
        response="because …",
        opinions=(Opinion("llama3", Says.SAID, "because"), Opinion("llama3", Says.UNMARKED)),
    )
    with open_store(tmp_path) as store:
        store.commit(actions.tick(store.state("a"), 2, NOW), RULES)
        action = rate(store, "a", answer=answer)
        assert action.review is not None and action.review.id == 2
        assert store.reviews() == [action.review]
        assert action.review.ticked == (2,)


def test_a_rating_keeps_what_the_card_was_before_it_whatever_was_undone_between(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path) as store:
        first_interval = rate(store, "a", 4).after.interval
        rate(store, "a", 3, NOW + timedelta(days=9))
        store.undo()
        rate(store, "a", 1, NOW + timedelta(days=10))
        first, second = store.reviews()
        assert (first.phase, first.interval) == (Phase.NEW, 0)
        assert (second.phase, second.interval) == (Phase.REVIEW, first_interval)
        assert second.rating is Rating.AGAIN


@pytest.mark.parametrize("table", ["action", "review"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid + 1"])
def test_the_log_cannot_be_rewritten(tmp_path: Path, table: str, change: str) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.connection.execute(change.format(table))
