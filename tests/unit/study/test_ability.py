"""The level that a candidate holds is estimated with its error."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.model import Difficulty
from quizapp.study.ability import PRIOR_SD, STEP, difficulty_of, estimate, expected

answers = st.lists(
    st.tuples(st.sampled_from([-STEP, 0.0, STEP]), st.floats(0, 1)), min_size=1, max_size=20
)


def test_levels_stand_a_step_apart() -> None:
    assert [difficulty_of(level) for level in Difficulty] == [-STEP, 0.0, STEP]
    assert expected(0.0, 0.0) == 0.5
    assert expected(0.0, -STEP) == pytest.approx(0.88, abs=0.005)


def test_without_an_answer_the_level_asked_for_stands() -> None:
    held = estimate(STEP, [])
    assert (held.mean, held.sd) == (STEP, PRIOR_SD)


@given(answers)
def test_the_estimate_is_the_most_likely_ability(given: list[tuple[float, float]]) -> None:
    held = estimate(0.0, given)

    def badness(ability: float) -> float:
        loss = ability**2 / (2 * PRIOR_SD**2)
        for difficulty, score in given:
            share = expected(ability, difficulty)
            loss -= score * math.log(share) + (1 - score) * math.log(1 - share)
        return loss

    assert badness(held.mean) <= min(badness(held.mean - 0.01), badness(held.mean + 0.01)) + 1e-9


@given(answers)
def test_every_answer_narrows_the_estimate(given: list[tuple[float, float]]) -> None:
    assert estimate(0.0, given).sd < PRIOR_SD


def test_good_answers_raise_it_and_its_words_say_the_range() -> None:
    weak = estimate(0.0, [(0.0, 0.0)] * 4)
    strong = estimate(0.0, [(0.0, 1.0)] * 4)
    assert weak.mean == pytest.approx(-strong.mean)
    assert strong.mean > STEP / 2
    assert estimate(0.0, [(0.0, 0.5)] * 40).text == "mid (junior to mid)"
    assert estimate(-STEP, [(-STEP, 0.0)] * 9).text == "below junior"
