"""What a rating does to a card: by study days, within bounds, the same way every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.errors import QuizError
from quizapp.settings import StudySettings
from quizapp.study.model import CardState, Phase, Rating
from quizapp.study.schedule import Scheduler, interval_text
from tests.unit.study.samples import BERLIN, DAY, MINUTE, NOW, learned, scheduler
from tests.unit.study.test_calendar import ZONES

ratings = st.sampled_from(list(Rating))
histories = st.lists(st.tuples(ratings, st.integers(0, 60 * 24 * 90)), min_size=1, max_size=12)
"""Ratings, each with the minutes since the one before."""


def follow(rules: Scheduler, history: list[tuple[Rating, int]]) -> tuple[CardState, datetime]:
    state, now = CardState("card"), NOW
    for rating, minutes in history:
        now += minutes * MINUTE
        state = rules.review(state, rating, now)
    return state, now


def test_a_new_card_goes_through_its_steps() -> None:
    rules = scheduler()
    first = rules.review(CardState("card"), Rating.GOOD, NOW)
    assert (first.phase, first.due) == (Phase.LEARNING, NOW + 10 * MINUTE)
    second = rules.review(first, Rating.GOOD, NOW + 10 * MINUTE)
    assert (second.phase, second.interval) == (Phase.REVIEW, 2)
    assert second.due_day == date(2026, 1, 7)
    assert second.due is None


def test_the_buttons_of_a_new_card_show_the_defaults() -> None:
    preview = scheduler().preview(CardState("card"), NOW)
    assert [interval_text(preview[rating]) for rating in Rating] == ["1m", "6m", "10m", "8d"]


def test_again_on_a_review_is_a_lapse_and_starts_relearning() -> None:
    state = scheduler().review(learned("card"), Rating.AGAIN, NOW + 3 * DAY)
    assert (state.phase, state.lapses) == (Phase.RELEARNING, 1)
    assert state.due == NOW + 3 * DAY + 10 * MINUTE


def test_again_while_learning_is_no_lapse() -> None:
    state = scheduler().review(CardState("card"), Rating.AGAIN, NOW)
    assert scheduler().review(state, Rating.AGAIN, NOW + MINUTE).lapses == 0


def test_again_while_relearning_is_no_further_lapse() -> None:
    lapsed = scheduler().review(learned("card"), Rating.AGAIN, NOW + 3 * DAY)
    again = scheduler().review(lapsed, Rating.AGAIN, NOW + 3 * DAY + 10 * MINUTE)
    assert (again.phase, again.lapses) == (Phase.RELEARNING, 1)
    back = scheduler().review(again, Rating.GOOD, NOW + 3 * DAY + 20 * MINUTE)
    assert scheduler().review(back, Rating.AGAIN, NOW + 9 * DAY).lapses == 2


@given(st.integers(0, 999), st.floats(0.1, 40), st.floats(1, 10), st.integers(0, 60))
def test_with_fuzz_a_better_rating_stays_at_least_a_day_longer(
    number: int, stability: float, difficulty: float, late: int
) -> None:
    rules = scheduler(fuzz=True)
    state = replace(learned("x"), card=f"card-{number}", stability=stability, difficulty=difficulty)
    assert state.due_day is not None
    when = rules.calendar.start(state.due_day + late * DAY)
    waits = [rules.preview(state, when)[rating] for rating in list(Rating)[1:]]
    assert all(better - worse >= DAY for worse, better in pairwise(waits))


def test_an_evening_learner_loses_no_day() -> None:
    rules = scheduler()
    state = rules.review(CardState("card"), Rating.EASY, datetime(2026, 1, 5, 21, tzinfo=UTC))
    same = rules.review(state, Rating.GOOD, datetime(2026, 1, 5, 22, tzinfo=UTC))
    after_rollover = rules.review(state, Rating.GOOD, datetime(2026, 1, 6, 4, tzinfo=UTC))
    earlier_next_evening = rules.review(state, Rating.GOOD, datetime(2026, 1, 6, 18, tzinfo=UTC))
    assert same.stability == pytest.approx(8.296, abs=1e-3)
    assert after_rollover.stability == pytest.approx(13.485, abs=1e-3)
    assert earlier_next_evening.stability == after_rollover.stability


@pytest.mark.parametrize("hour", [4, 9, 18, 23, 26])
def test_the_hour_of_an_answer_does_not_change_what_follows(hour: int) -> None:
    rules = scheduler()
    start = datetime(2026, 3, 25, tzinfo=BERLIN)
    state = rules.review(CardState("card"), Rating.EASY, start.replace(hour=12))
    assert state.due_day == date(2026, 4, 2)  # clocks go forward on 29 March
    at = datetime(2026, 4, 2, tzinfo=BERLIN) + timedelta(hours=hour)
    assert rules.is_due(state, at)
    again = rules.review(state, Rating.GOOD, at)
    assert again.last_day == date(2026, 4, 2)
    noon = rules.review(state, Rating.GOOD, datetime(2026, 4, 2, 12, tzinfo=BERLIN))
    assert (again.stability, again.due_day) == (noon.stability, noon.due_day)


def test_a_flight_neither_loses_nor_gains_more_than_the_wall_shows() -> None:
    home, away = scheduler(), scheduler(tz=ZoneInfo("America/Los_Angeles"))
    state = home.review(CardState("card"), Rating.EASY, NOW)
    landing = datetime(2026, 1, 13, 18, tzinfo=UTC)  # 10:00 on 13 January in Los Angeles
    assert away.is_due(state, landing)
    assert not away.is_due(state, landing - timedelta(hours=10))  # still 12 January there
    assert away.review(state, Rating.GOOD, landing).last_day == date(2026, 1, 13)


def test_crossing_the_date_line_does_not_count_backwards() -> None:
    auckland, honolulu = (
        scheduler(tz=ZoneInfo(zone)) for zone in ("Pacific/Auckland", "Pacific/Honolulu")
    )
    state = auckland.review(CardState("card"), Rating.EASY, NOW)
    after = honolulu.review(state, Rating.GOOD, NOW + timedelta(hours=9))
    assert state.last_day is not None and after.last_day is not None
    assert after.last_day < state.last_day
    assert after.stability is not None and after.stability >= (state.stability or 0)


@settings(max_examples=150)
@given(histories, st.sampled_from(ZONES), st.booleans())
def test_a_card_is_never_due_before_its_study_day(
    history: list[tuple[Rating, int]], zone: str, fuzz: bool
) -> None:
    rules = scheduler(tz=ZoneInfo(zone), fuzz=fuzz)
    state, now = follow(rules, history)
    assert (state.due is None) != (state.due_day is None)
    if state.due is not None:
        assert state.due > now and state.in_steps and state.interval == 0
        return
    assert state.due_day is not None and state.last_day is not None
    assert (state.due_day - state.last_day).days == state.interval >= 1
    opens = rules.calendar.start(state.due_day)
    assert not rules.is_due(state, opens - timedelta(microseconds=1))
    assert rules.is_due(state, opens)


@settings(max_examples=150)
@given(histories, st.booleans(), st.sampled_from([1, 5, 365, 36500]))
def test_intervals_stay_in_bounds_and_better_ratings_wait_longer(
    history: list[tuple[Rating, int]], fuzz: bool, longest: int
) -> None:
    rules = scheduler(StudySettings(max_interval=longest), fuzz=fuzz)
    state, now = follow(rules, history)
    preview = rules.preview(state, now + 5 * DAY)
    waits = [preview[rating] for rating in Rating]
    assert waits == sorted(waits)
    assert all(timedelta(0) < wait <= longest * DAY for wait in waits)
    assert state.stability is not None and 0 < state.stability <= 36500
    assert state.difficulty is not None and 1 <= state.difficulty <= 10


@settings(max_examples=100)
@given(histories)
def test_the_preview_is_what_happens(history: list[tuple[Rating, int]]) -> None:
    rules = scheduler(fuzz=True)
    state, now = follow(rules, history)
    for rating, wait in rules.preview(state, now).items():
        after = rules.review(state, rating, now)
        assert wait == (after.due - now if after.due is not None else after.interval * DAY)


def test_the_same_history_gives_the_same_fuzz() -> None:
    rules = scheduler(fuzz=True)
    history = [(Rating.GOOD, 10), (Rating.GOOD, 10), (Rating.GOOD, 4000), (Rating.GOOD, 30000)]
    assert follow(rules, history) == follow(scheduler(fuzz=True), history)


def test_recall_falls_with_days_and_is_ninety_percent_after_the_stability() -> None:
    rules = scheduler()
    state = learned("card", ratings=(4,))
    assert state.last_day is not None and state.stability is not None
    recalls = [rules.retrievability(state, state.last_day + n * DAY) for n in range(60)]
    assert recalls[0] == 1.0
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[8] > 0.9 > recalls[9]  # its stability is 8.3 days
    assert rules.retrievability(CardState("new"), NOW.date()) == 0


def test_a_higher_retention_brings_cards_back_sooner() -> None:
    state, now = learned("card", ratings=(3, 3, 3, 3)), NOW + 60 * DAY
    waits = [
        scheduler(StudySettings(retention=retention)).preview(state, now)[Rating.GOOD]
        for retention in (0.8, 0.9, 0.95)
    ]
    assert waits[0] > waits[1] > waits[2]


@pytest.mark.parametrize(
    ("at", "alerts"), [(8, [8, 12, 16]), (3, [3, 5, 7]), (1, [1, 2, 3]), (0, [])]
)
def test_a_leech_is_announced_at_the_threshold_and_every_half_after(
    at: int, alerts: list[int]
) -> None:
    rules = scheduler(StudySettings(leech_at=at))
    found = [
        lapses
        for lapses in range(1, 18)
        if rules.leech_alert(CardState("c", lapses=lapses - 1), CardState("c", lapses=lapses))
    ]
    assert found[: len(alerts)] == alerts and bool(found) == bool(alerts)
    assert not rules.leech_alert(CardState("c", lapses=8), CardState("c", lapses=8))


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (timedelta(seconds=30), "<1m"),
        (timedelta(minutes=1), "1m"),
        (timedelta(minutes=10), "10m"),
        (timedelta(minutes=59, seconds=40), "1h"),
        (timedelta(hours=23, minutes=40), "1d"),
        (8 * DAY, "8d"),
        (37 * DAY, "1.2mo"),
        (364 * DAY, "12mo"),
        (730 * DAY, "2y"),
        (1242 * DAY, "3.4y"),
    ],
)
def test_intervals_read_well_on_a_button(wait: timedelta, text: str) -> None:
    assert interval_text(wait) == text


@pytest.mark.parametrize(
    "wrong",
    [
        {"retention": 0.5},
        {"retention": 1.0},
        {"new_per_day": -1},
        {"max_interval": 0},
        {"learning_steps": (timedelta(days=1),)},
    ],
)
def test_settings_out_of_range_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(QuizError) as error:
        StudySettings(**wrong)  # type: ignore[arg-type]
    assert error.value.title and error.value.hint


def test_parameters_out_of_range_are_refused_in_words() -> None:
    with pytest.raises(QuizError, match="FSRS parameters"):
        scheduler(parameters=(9.0,) * 21)


def test_without_learning_steps_a_card_is_reviewed_at_once() -> None:
    rules = scheduler(StudySettings(learning_steps=(), relearning_steps=()))
    state = rules.review(CardState("card"), Rating.AGAIN, NOW)
    assert (state.phase, state.due_day) == (Phase.REVIEW, date(2026, 1, 6))


def test_repetitions_are_counted_from_none() -> None:
    state, counts = CardState("card"), []
    for rating in (Rating.GOOD, Rating.GOOD, Rating.AGAIN):
        counts.append((state.reps, state.lapses))
        state = scheduler().review(state, rating, state.due or NOW)
    assert counts == [(0, 0), (1, 0), (2, 0)]
    assert (state.reps, state.lapses) == (3, 1)
