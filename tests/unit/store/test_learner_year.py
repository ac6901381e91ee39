"""A year of studying with the store: due days, limits, undo of every deed, replay of the log."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.store import Store, log
from quizapp.store.codec import state_row
from quizapp.store.doctor import examine
from quizapp.study.actions import Kind
from quizapp.study.model import Answer, CardState, Phase, Rating, Review
from quizapp.study.session import Session
from tests.unit.store.samples import open_store
from tests.unit.study.samples import DAY, scheduler
from tests.unit.study.test_year import START, library

RULES = scheduler(fuzz=True)
BLANK = tuple(state_row(CardState("")).values())[1:]


def picture(store: Store, day: date | None) -> tuple[object, ...]:
    """Return what the database holds, row by row, cards never touched left out.

    With a day also what that day has used of its limits and which ratings stand.
    """
    db = store.connection
    rows = [row for row in db.execute("SELECT * FROM state") if row[1:] != BLANK]
    standing = "SELECT * FROM review WHERE action NOT IN (SELECT action FROM undone)"
    told = (store.day_counts(day), db.execute(standing).fetchall()) if day else ()
    return rows, store.next_undo(), *told


@pytest.mark.slow
def test_a_year_of_three_hundred_cards(tmp_path: Path) -> None:
    """Every deed is undone and done again; the states before and after are compared whole."""
    rng = Random(2027)
    infos = library(300)
    with open_store(tmp_path) as store:
        store.connection.execute("PRAGMA synchronous = OFF")
        for number in range(365):
            now = START + number * DAY + timedelta(minutes=rng.randrange(0, 300))
            today = RULES.calendar.day(now)
            sitting = Session(infos, store.states(), now, RULES, seed=number)
            while sitting.current is not None:
                state = sitting.state()
                assert state.due_day is None or state.due_day <= today
                look = today if rng.random() < 0.02 else None
                before = picture(store, look)
                if rng.random() < 0.03:
                    action = sitting.tick(rng.randrange(3), now)
                elif rng.random() < 0.01:
                    action = sitting.bury(now)
                else:
                    recall = RULES.retrievability(state, today) if state.learned else 0.8
                    good = rng.choice([Rating.GOOD] * 8 + [Rating.EASY, Rating.HARD])
                    rating = good if rng.random() < recall else Rating.AGAIN
                    action = sitting.rate(Answer(rating, elapsed_ms=40_000), now)
                sitting.sync(
                    store.commit(action, RULES).action.after, now, show=action.kind is Kind.TICK
                )
                after = picture(store, look)
                undone = store.undo()
                assert undone is not None and undone.name == f"Undid: {action.name}"
                assert picture(store, look) == before
                store.redo()
                assert picture(store, look) == after
                now += timedelta(seconds=40)
            done = store.day_counts(today)
            assert done.new <= RULES.settings.new_per_day
            assert done.reviews <= RULES.settings.reviews_per_day
        states, reviews = store.states(), store.reviews()
        assert len(states) == 300 and examine(store) == []
        assert log.replay(store.connection) == states
    assert len(reviews) > 3000
    assert memory(replayed(reviews)) == memory(states)
    assert all(count == 1 for count in new_answers(reviews).values())


def replayed(reviews: list[Review]) -> dict[str, CardState]:
    """Give the ratings of a log to new cards again."""
    states: dict[str, CardState] = {}
    for review in reviews:
        state = states.get(review.card, CardState(review.card))
        states[review.card] = RULES.review(state, review.rating, review.at)
    return states


def memory(states: dict[str, CardState]) -> dict[str, tuple[object, ...]]:
    """Return what ratings alone decide of each card."""
    return {
        name: (
            state.phase,
            state.step,
            state.stability,
            state.difficulty,
            state.due,
            state.due_day,
            state.interval,
            state.last_review,
            state.reps,
            state.lapses,
        )
        for name, state in states.items()
    }


def new_answers(reviews: list[Review]) -> Counter[str]:
    """Return how often each card was answered as a new one."""
    return Counter(review.card for review in reviews if review.phase is Phase.NEW)
