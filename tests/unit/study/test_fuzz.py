"""Intervals are spread within Anki's bounds, evenly, and always the same way."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.fuzz import bounds, draw, spread

days = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        (1, 1, 1),
        (2, 2, 2),
        (3, 2, 4),
        (7, 5, 9),
        (10, 8, 12),
        (15, 13, 17),
        (16, 13, 19),
        (17, 14, 20),
        (29, 26, 32),
        (30, 27, 33),
        (31, 27, 35),
        (37, 33, 41),
    ],
)
def test_bounds_are_those_of_anki(interval: int, low: int, high: int) -> None:
    assert bounds(interval, 1, 1000) == (low, high)


@pytest.mark.parametrize(
    ("minimum", "maximum", "wanted"),
    [(101, 1000, (101, 108)), (1, 99, (92, 99)), (97, 103, (97, 103)), (3, 3, (3, 3))],
)
def test_bounds_respect_the_limits(minimum: int, maximum: int, wanted: tuple[int, int]) -> None:
    assert bounds(100 if maximum > 3 else 2, minimum, maximum) == wanted


@given(days, days, days, st.floats(0, 1, exclude_max=True))
def test_a_spread_interval_stays_within_its_bounds(
    interval: int, minimum: int, longest: int, chance: float
) -> None:
    low, high = bounds(interval, minimum, longest)
    assert 1 <= low <= spread(interval, chance, minimum, longest) <= high <= longest


def test_every_day_in_the_bounds_is_as_likely() -> None:
    counts = Counter(spread(10, draw(f"card-{number}", 3), 1, 36500) for number in range(10_000))
    assert sorted(counts) == [8, 9, 10, 11, 12]
    assert max(counts.values()) < 1.1 * min(counts.values())


@given(st.text(max_size=20), st.integers(0, 500))
def test_a_draw_depends_on_card_and_repetition_alone(card: str, reps: int) -> None:
    assert draw(card, reps) == draw(card, reps)
    assert 0 <= draw(card, reps) < 1


def test_draws_are_even_over_repetitions_and_over_cards() -> None:
    for draws in (
        [draw("card", reps) for reps in range(5000)],
        [draw(f"card-{number}", 3) for number in range(5000)],
    ):
        tenths = Counter(int(10 * chance) for chance in draws)
        assert sorted(tenths) == list(range(10))
        assert all(400 < count < 600 for count in tenths.values())
        neighbours = Counter(int(4 * a) * 4 + int(4 * b) for a, b in pairwise(draws))
        assert all(220 < neighbours[pair] < 410 for pair in range(16))  # none follows another


def test_the_draw_of_a_card_does_not_change_between_versions() -> None:
    assert draw("lora-rank", 3) == pytest.approx(0.3359911885396718, abs=1e-15)
