"""What the review log shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizapp.study.estimate import proportion
from quizapp.study.model import CardState, LogEntry, Phase, Rating
from quizapp.study.stats import (
    Retention,
    calibration,
    confident_errors,
    forecast,
    heatmap,
    streak,
    time_spent,
    true_retention,
)
from tests.unit.study.samples import DAY, MINUTE, NOW

TODAY = NOW.date()


def review(
    card: str, rating: int = 3, *, interval: int = 5, days: int = 0, **answer: object
) -> LogEntry:
    """Return a review of a card in review, `days` after NOW."""
    day = TODAY + days * DAY
    entry = LogEntry(0, card, day, Rating(rating), Phase.REVIEW, interval)
    return entry._replace(**answer)  # type: ignore[arg-type]  # fields of an entry


def first(card: str, rating: int = 3, days: int = 0) -> LogEntry:
    return LogEntry(0, card, TODAY + days * DAY, Rating(rating), Phase.NEW)


def test_true_retention_counts_the_first_review_of_a_day_and_splits_by_age() -> None:
    log = [
        review("a"),
        review("b", 1),
        review("b", 3),  # the second on that day
        review("c", 1, interval=21),
        review("d", 2, interval=40),
        review("b", 3, days=1),
        first("e", 1),  # learning says nothing of memory
    ]
    found = true_retention(log)
    assert found.young == Retention(2, 3)
    assert found.mature == Retention(1, 2)
    assert found.all == Retention(3, 5)
    assert found.all.rate == pytest.approx(0.6)
    assert Retention(0, 0).rate is None


def test_the_heatmap_counts_every_answer_on_its_study_day() -> None:
    log = [first("a"), first("b", days=1), review("a", days=1)]
    assert heatmap(log) == {TODAY: 1, TODAY + DAY: 2}


@pytest.mark.parametrize(
    ("ago", "length"), [([0, 1, 2], 3), ([1, 2], 2), ([2, 3], 0), ([0, 2], 1), ([], 0)]
)
def test_a_streak_may_still_be_saved_today(ago: list[int], length: int) -> None:
    assert streak([TODAY - n * DAY for n in ago], TODAY) == length


def test_the_forecast_has_a_backlog_and_the_days_to_come() -> None:
    def due(card: str, day: date, interval: int = 10) -> CardState:
        return CardState(card, Phase.REVIEW, due_day=day, interval=interval)

    states = [
        due("late", TODAY - 3 * DAY),
        due("now", TODAY),
        due("soon", TODAY + DAY),
        due("far", TODAY + 90 * DAY, 100),
        replace(due("off", TODAY), suspended=True),
        replace(due("put off", TODAY), buried_until=TODAY + DAY),
        CardState("step", Phase.LEARNING, due=NOW + MINUTE),
        CardState("new"),
    ]
    found = forecast(states, TODAY, days=3)
    assert (found.backlog, found.by_day, found.later) == (1, (2, 2, 0), 1)
    assert found.daily_load == pytest.approx(4 / 10 + 1 / 100 + 1)


def test_an_answer_left_open_is_capped() -> None:
    log = [review("a", elapsed_ms=ms) for ms in (10_000, 20_000, 9_000_000)]
    spent = time_spent(log, str.upper, cap_s=600)["A"]
    assert (spent.answers, spent.total_s, spent.median_s) == (3, 630, 20)


def test_times_are_grouped_as_asked() -> None:
    log = [review("a-1", elapsed_ms=10_000), review("a-2", elapsed_ms=30_000), review("b-1")]
    spent = time_spent(log, lambda card: card[0])
    assert {name: part.answers for name, part in spent.items()} == {"a": 2, "b": 1}
    assert spent["a"].median_s == 20


def test_calibration_compares_confidence_with_the_outcome() -> None:
    log = [review("a", 1, confidence=1), review("b", 3, confidence=3)]
    log += [review("c", 1, confidence=3), review("d")]
    points = calibration(log)
    assert [(p.confidence, p.right, p.total) for p in points] == [(1, 0, 1), (3, 1, 2)]
    assert points[1].interval.low < 0.5 < points[1].interval.high


def test_a_confident_error_is_listed_until_it_is_corrected() -> None:
    wrong = review("a", 1, confidence=3)
    assert confident_errors([wrong, review("b", 1, confidence=1)]) == ("a",)
    assert confident_errors([wrong, review("a", 3, days=1, confidence=3)]) == ()


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263.
    found = proportion(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (proportion(0, 0).low, proportion(0, 0).high) == (0, 1)
    assert proportion(0, 10).low == 0 and proportion(10, 10).high == pytest.approx(1)
