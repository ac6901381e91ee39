"""Taking turns in proportion."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.turns import in_turns, turn


def test_lanes_of_equal_weight_alternate_and_keep_their_order() -> None:
    lanes = {"a": [1, 2, 3], "b": [4, 5]}
    assert [*in_turns(lanes, {"a": 1, "b": 1})] == [1, 4, 2, 5, 3]


@given(st.lists(st.integers(1, 40), min_size=2, max_size=8), st.integers(0, 60))
def test_any_beginning_is_shared_out_by_weight(weights: list[int], count: int) -> None:
    lanes = {lane: [lane] * 100 for lane in range(len(weights))}
    turns = [*in_turns(lanes, dict(enumerate(weights)))][:count]
    taken = Counter(turns)
    for lane, weight in enumerate(weights):
        share = count * weight / sum(weights)
        assert abs(taken[lane] - share) < len(weights)
    assert set(in_turns(lanes, dict(enumerate(weights)))) == set(lanes)


def test_a_lane_without_weight_comes_last() -> None:
    assert [*in_turns({"never": [1], "always": [2, 3]}, {"never": 0, "always": 1})] == [2, 3, 1]


@given(st.floats(0, 2), st.floats(0.1, 9))
def test_a_later_start_never_comes_sooner(start: float, weight: float) -> None:
    assert turn(0, weight, start) <= turn(1, weight, 0.0) == pytest.approx(2 / weight)
