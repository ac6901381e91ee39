"""Axes: where values lie, and ticks that a person would have chosen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.plot.format import short
from quizapp.plot.scale import LEAST, Scale, fit

FINITE = st.floats(-1e150, 1e150, allow_subnormal=False)


@pytest.mark.parametrize(
    ("low", "high", "log", "labels"),
    [
        (0, 1, False, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 80, False, ["0", "20", "40", "60", "80"]),
        (2.31, 2.34, False, ["2.31", "2.32", "2.33", "2.34"]),
        (0, 1e-5, False, ["0", "2e-6", "4e-6", "6e-6", "8e-6", "1e-5"]),
        (1e-5, 3e-2, True, ["1e-5", "1e-4", "1e-3", "1e-2"]),
        (1, 1000, True, ["1", "10", "100", "1000"]),
        (20, 90, True, ["20", "50"]),
        (0.9, 1.1, True, ["0.90", "0.95", "1.00", "1.05", "1.10"]),
    ],
)
def test_ticks_are_round_and_labelled_alike(
    low: float, high: float, log: bool, labels: list[str]
) -> None:
    assert [tick.label for tick in Scale(low, high, log).ticks(6)] == labels


@given(st.lists(FINITE, min_size=1), st.booleans())
def test_every_finite_value_lies_within_the_fitted_scale(values: list[float], log: bool) -> None:
    scale = fit(values, log=log)
    for value in values:
        place = scale.place(value)
        assert (place is None) == (log and value <= 0)
        if place is not None and (value >= LEAST or not log):
            assert -1e-6 <= place <= 1 + 1e-6


@given(st.lists(st.floats(), min_size=1), st.integers(2, 12), st.booleans())
def test_ticks_lie_on_the_scale_and_are_few(values: list[float], most: int, log: bool) -> None:
    scale = fit(values, log=log).padded()
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    for tick in ticks:
        place = scale.place(tick.value)
        assert place is not None
        assert -0.01 <= place <= 1.01


@given(st.floats(0.001, 1000), st.floats(1.1, 1e6), st.floats(0, 1), st.booleans())
def test_place_and_value_are_inverse(low: float, ratio: float, place: float, log: bool) -> None:
    scale = Scale(low, low * ratio, log)
    assert scale.place(scale.value(place)) == pytest.approx(place, abs=1e-6)


def test_values_without_a_place_are_none() -> None:
    assert Scale(0, 1).place(math.nan) is None
    assert Scale(0, 1).place(math.inf) is None
    assert Scale(1, 10, log=True).place(0.0) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.082123, "0.08212"),
        (12.5, "12.5"),
        (123456, "123456"),
        (1.5e-5, "1.5e-5"),
        (2e-4, "0.0002"),
        (0, "0"),
        (-0.5, "-0.5"),
        (math.nan, "nan"),
        (4e7, "4e7"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert short(value) == text
