"""What a learner reads of a value that differs from the right one."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.demo.judging import Judge, Mismatch, difference

NUMBERS = st.floats(-1e6, 1e6)
VALUES = st.recursive(
    NUMBERS | st.integers(-9, 9) | st.text(max_size=3) | st.none() | st.just(math.nan),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


class Tensor:
    """Looks like a tensor, or a number of numpy."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def detach(self) -> Tensor:
        return self

    def clone(self) -> Tensor:
        return Tensor([*self.values])

    def tolist(self) -> Any:
        return self.values


class Number(Tensor):
    """Looks like a number of numpy."""


@given(VALUES)
def test_a_value_agrees_with_itself(value: Any) -> None:
    assert difference(value, value, 0.0) == ""


@given(VALUES, VALUES)
def test_any_two_values_can_be_compared(yours: Any, theirs: Any) -> None:
    assert isinstance(difference(yours, theirs, 1e-5), str)


@pytest.mark.parametrize(
    ("yours", "theirs", "says"),
    [
        (None, 1.0, "your function returned None: is a return missing?"),
        ((x for x in [1]), [1], "your function is a generator: is it yield instead of return?"),
        ("a", 1, "you returned text, peft a number"),
        (1, "a", "you returned a number, peft text"),
        (2.0, [1.0, 2.0], "you returned a number, peft a list of shape 2"),
        ({1}, [[1], [2]], "yours has the shape 1, peft 2 × 1"),
        ([1.0, 2.0], Tensor([[1.0, 2.0]]), "yours has the shape 2, peft 1 × 2"),
        ([[1], [2], [3]], [[1, 2, 3]], "yours has the shape 3 × 1, peft 1 × 3: is it transposed?"),
        ([1, 2, 3], [1, 2, 3, 4], "yours has the shape 3, peft 4: off by one?"),
        (2.0, 4.0, "yours 2, peft 4: a factor of 0.5"),
        (2.0, 4.3, "yours 2, peft 4.3"),
        (0.0, 4.3, "yours 0, peft 4.3"),
        (-2.0, 2.0, "yours -2, peft 2: the sign is turned round"),
        (Number(2.0), [1.0], "you returned a number, peft a list of shape 1"),
        (True, "a", "you returned a truth value, peft text"),
        ([2.0, 6.0], [4.0, 12.0], "item 0: yours 2, peft 4: a constant factor of 0.5"),
        ([2.0, 0.0], [-2.0, 0.0], "item 0: yours 2, peft -2: the sign is turned round"),
        ([2.0, 3.0], [1.0, 2.0], "item 0: yours 2, peft 1: a constant offset of 1"),
        ([0.0, 0.0], [1.0, 2.0], "item 0: yours 0, peft 1: yours is zero everywhere"),
        ([1.0, 5.0, 3.0], [1.0, 2.0, 3.0], "item 1: yours 5, peft 2; 1 of 3 differ"),
        ([[1.0, 2.0]], [[1.0, 7.0]], "at [0, 1] yours 2, peft 7; 1 of 2 differ"),
        (math.nan, 2.0, "yours nan, peft 2: a NaN, from 0/0, log of a negative number or ∞ - ∞"),
        (math.inf, 2.0, "yours inf, peft 2"),
        (2.0, math.inf, "yours 2, peft inf"),
        (["a", "b"], ["a", "c"], "item 1: yours 'b', peft 'c'"),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "at [1, 1] yours 2, peft 3"),
    ],
)
def test_the_first_difference_is_put_into_words(yours: Any, theirs: Any, says: str) -> None:
    assert difference(yours, theirs, 1e-5, "peft") == says


@pytest.mark.parametrize(
    ("yours", "theirs"),
    [
        (Tensor([1.0, 2.0]), [1.0, 2.0]),
        ((1.0, 2.0), [1.0, 2.0]),
        (Tensor(1.0), 1),
        ([1.000001, -1e9], [1.0, -1e9]),
        ([1e-7, 5.0], [0.0, 5.0]),
        ({2, 1}, {1, 2}),
        (math.nan, math.nan),
    ],
)
def test_what_means_the_same_agrees(yours: Any, theirs: Any) -> None:
    assert difference(yours, theirs, 1e-5) == ""


@pytest.mark.parametrize("mask", [-1e4, -1e9, -3.4e38])
def test_a_huge_number_does_not_excuse_the_small_ones(mask: float) -> None:
    assert difference([0.1, mask], [0.0, mask], 1e-5)
    assert difference([1.1, mask], [1.0, mask], 1e-5)


def test_an_answer_that_equals_a_known_mistake_is_met_with_its_question() -> None:
    mistakes = {"is the scale missing?": [1.0, 2.0], "is it squared?": [16.0, 16.0]}
    with pytest.raises(Mismatch, match=r"factor of 0\.25; is the scale missing\?$"):
        Judge().equal([1.0, 2.0], [4.0, 8.0], mistakes=mistakes)
    with pytest.raises(Mismatch, match=r"^the loss: item 0: yours 1, peft 4; 1 of 2 differ$"):
        Judge().equal([1.0, 8.0], [4.0, 8.0], by="peft", of="the loss", mistakes=mistakes)


def test_a_mistake_that_is_right_at_these_numbers_is_not_held_against_anyone() -> None:
    judge = Judge()
    judge.equal([4.0], [4.0], mistakes={"is the scale missing?": [4.0]})
    assert judge.evidence == "equal"


def test_a_success_says_how_near_it_was() -> None:
    judge = Judge()
    judge.equal([1.000001], [1.0], of="the loss")
    assert judge.evidence == "the loss: largest difference 1e-06"


def test_damage_in_place_is_named() -> None:
    judge, x = Judge(), Tensor([1.0, 2.0])
    with judge.unchanged(x=x):
        pass
    with (
        pytest.raises(Mismatch, match=r"^your code changed its argument x in place$"),
        judge.unchanged(x=x),
    ):
        x.values[0] = 3.0


def test_a_condition_that_does_not_hold_says_what_it_was_given() -> None:
    Judge().that(True, "no")
    with pytest.raises(Mismatch, match=r"^no$"):
        Judge().that([], "no")
