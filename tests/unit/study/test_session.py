"""A sitting: which card comes next, what is left, and what the store is given to commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards.model import CardHead
from quizapp.errors import QuizError
from quizapp.settings import StudySettings
from quizapp.study.actions import Action, Kind
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.session import Left, Session
from tests.unit.study.samples import DAY, MINUTE, NOW, good, infos, learned, scheduler

LATER = NOW + 20 * DAY


def do(sitting: Session, action: Action, now: datetime, *, stay: bool = False) -> Action:
    """Let the session follow an action that is on disk, as the application does."""
    sitting.sync(action.after, now, show=stay)
    return action


def rated(sitting: Session, answer: Answer, now: datetime) -> Action:
    """Rate the card on the screen and commit."""
    return do(sitting, sitting.rate(answer, now), now)


def session(
    cards: list[CardHead] | None = None,
    states: dict[str, CardState] | None = None,
    now: datetime = NOW,
) -> Session:
    return Session(cards or infos("a", each=3), states or {}, now, scheduler())


def test_a_first_sitting_teaches_every_new_card_and_ends() -> None:
    sitting = session(infos("a", "b", each=4))
    now, shown = NOW, []
    while sitting.current is not None:
        shown.append(sitting.current)
        rated(sitting, good(), now)
        now += MINUTE
    assert sorted(shown) == sorted([card.id for card in infos("a", "b", each=4)] * 2)
    assert sitting.left(now) == Left(0, 0, 0)


def test_a_rating_returns_what_the_store_commits() -> None:
    sitting = session()
    action = rated(sitting, good(Rating.EASY, confidence=2), NOW)
    assert (action.kind, action.name) == (Kind.RATE, "Easy on a-0")
    assert action.before == CardState("a-0")
    assert action.after.phase is Phase.REVIEW
    assert action.review is not None
    assert (action.review.day, action.review.tz_offset) == (NOW.date(), 60)
    assert action.review.answer.confidence == 2
    assert sitting.current == "a-1"


def test_a_step_that_is_due_comes_before_the_queue() -> None:
    sitting = session()
    rated(sitting, good(Rating.AGAIN), NOW)
    assert sitting.current == "a-1"
    rated(sitting, good(), NOW + 2 * MINUTE)
    assert sitting.current == "a-0"


def test_the_last_steps_are_asked_ahead_of_time_but_not_beyond_the_limit() -> None:
    sitting = session(infos("a", each=1))
    rated(sitting, good(), NOW)
    assert sitting.current == "a-0"  # due in 10 minutes, nothing else is left
    far = replace(learned("a-0", ratings=(3,)), due=NOW + 40 * MINUTE)
    waiting = session(infos("a", each=1), {"a-0": far})
    assert waiting.current is None
    assert waiting.next_step() == NOW + 40 * MINUTE
    assert waiting.advance(NOW + 25 * MINUTE) == "a-0"


def test_the_counts_fall_as_cards_move_on() -> None:
    states = {"a-0": learned("a-0")}
    sitting = session(infos("a", each=3), states, LATER)
    assert sitting.left(LATER) == Left(new=2, learning=0, review=1)
    while sitting.current != "a-0":
        rated(sitting, good(), LATER)
    assert rated(sitting, good(Rating.AGAIN), LATER).after.lapses == 1
    left = sitting.left(LATER)
    assert (left.review, left.total) == (0, 3)


def test_a_card_unlocks_within_the_sitting_once_its_requirement_is_learned() -> None:
    cards = [CardHead("base", "a"), CardHead("next", "a", requires=("base",), order=1)]
    sitting = session(cards)
    rated(sitting, good(), NOW)
    assert sitting.current == "base"
    rated(sitting, good(), NOW + 10 * MINUTE)
    assert sitting.current == "next"


def test_bury_and_suspend_take_the_card_out_and_show_the_next() -> None:
    sitting = session()
    buried = do(sitting, sitting.bury(NOW), NOW)
    suspended = do(sitting, sitting.suspend(NOW), NOW)
    assert buried.name == "Bury on a-0" and buried.after.buried_until == NOW.date() + DAY
    assert suspended.name == "Suspend on a-1" and suspended.after.suspended
    assert sitting.current == "a-2"
    assert sitting.left(NOW).total == 1


def test_ticks_and_notes_stay_with_the_card_on_the_screen() -> None:
    sitting = session()
    for point, name in ((1, "Tick point 2"), (0, "Tick point 1"), (1, "Untick point 2")):
        assert do(sitting, sitting.tick(point, NOW), NOW, stay=True).name == f"{name} on a-0"
    noted = do(sitting, sitting.note("ask about α/r", NOW), NOW, stay=True)
    assert noted.after.note == "ask about α/r" and sitting.current == "a-0"
    action = rated(sitting, good(), NOW)
    assert action.review is not None and action.review.ticked == (0,)
    assert action.after.ticked == () and action.after.note == "ask about α/r"


def test_undo_brings_the_card_back_and_the_interrupted_one_keeps_its_place() -> None:
    sitting = session()
    done = rated(sitting, good(Rating.EASY), NOW)
    assert sitting.current == "a-1"
    sitting.sync(done.before, NOW, show=True)
    assert sitting.current == "a-0"
    assert sitting.left(NOW) == Left(3, 0, 0)
    rated(sitting, good(Rating.EASY), NOW)
    assert sitting.current == "a-1"


def test_undo_works_when_the_day_is_done() -> None:
    sitting = session(infos("a", each=1))
    done = rated(sitting, good(Rating.EASY), NOW)
    assert sitting.current is None
    sitting.sync(done.before, NOW, show=True)
    assert sitting.current == "a-0"


def test_redo_takes_the_card_away_again() -> None:
    sitting = session()
    done = rated(sitting, good(Rating.EASY), NOW)
    sitting.sync(done.before, NOW, show=True)
    sitting.sync(done.after, NOW)
    assert sitting.current == "a-1"
    assert sitting.left(NOW).total == 2


def test_a_card_that_another_window_rated_leaves_the_queue() -> None:
    sitting = session()
    sitting.sync(learned("a-0"), NOW)
    assert sitting.current == "a-1"
    assert sitting.left(NOW).total == 2


def test_a_card_outside_the_plan_is_not_smuggled_in() -> None:
    cards = infos("a", each=3)
    sitting = Session(cards, {}, NOW, scheduler(StudySettings(new_per_day=1)))
    sitting.sync(CardState("a-2", note="seen in the browser"), NOW)
    assert sitting.left(NOW).total == 1


def test_an_extra_card_comes_back_after_undo() -> None:
    states = {"a-0": learned("a-0", NOW - DAY)}
    assert states["a-0"].due_day is not None and states["a-0"].due_day > NOW.date()
    sitting = Session(infos("a", each=1), states, NOW, scheduler(), extra=("a-0",))
    done = rated(sitting, good(), NOW)
    assert sitting.current is None
    sitting.sync(done.before, NOW, show=True)
    assert sitting.current == "a-0"


def test_a_card_whose_requirement_was_put_off_is_not_counted() -> None:
    cards = [
        CardHead("a"),
        CardHead("b", requires=("a",), order=1),
        CardHead("c", requires=("b",), order=2),
        CardHead("d", order=3),
    ]
    sitting = Session(cards, {}, NOW, scheduler())
    assert sitting.current == "a" and sitting.cards_left(NOW) == {"a", "b", "c", "d"}
    do(sitting, sitting.bury(NOW), NOW)
    assert sitting.cards_left(NOW) == {"d"}
    rated(sitting, good(Rating.EASY), NOW)
    assert sitting.left(NOW).total == 0


def test_no_answer_is_taken_when_no_card_is_shown() -> None:
    with pytest.raises(QuizError, match="No card"):
        session([CardHead("a")], {"a": CardState("a", suspended=True)}).rate(good(), NOW)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(["1", "2", "3", "4", "bury", "suspend", "undo"]), max_size=40),
    st.integers(0, 12),
)
def test_any_sitting_ends_and_its_counts_are_what_is_asked(steps: list[str], cards: int) -> None:
    sitting = Session(infos("a", "b", each=cards), {}, NOW, scheduler())
    now = NOW
    done: list[Action] = []
    for step in steps:
        now += timedelta(seconds=30)
        if step == "undo" and done:
            sitting.sync(done.pop().before, now, show=True)
        elif sitting.current is None:
            assert sitting.left(now).total == 0
        elif step in ("bury", "suspend"):
            away = sitting.bury(now) if step == "bury" else sitting.suspend(now)
            done.append(do(sitting, away, now))
        elif step.isdigit():
            done.append(rated(sitting, Answer(Rating(int(step))), now))
    for _ in range(3 * 2 * cards + len(steps)):
        if sitting.current is None:
            break
        rated(sitting, good(), now)
    assert sitting.current is None and sitting.left(now).total == 0
