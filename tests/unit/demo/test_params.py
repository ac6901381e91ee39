"""Values of parameters: from the command line, from a card, from an arrow key."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.demo.params import Choice, Flag, Float, Int, Model, Number, Param, as_json

RANK: Any = Int(8, 1, 64, log=True)
RATE: Param = Float(1e-3, 1e-5, 1e-1, log=True)
SIZE: Any = Choice(64, 256, 1024)
SPLIT: Param = Choice("random", "grouped")
MASK: Any = Flag(True)
MODEL: Any = Model()


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (RANK, "16", 16),
        (RATE, "1e-2", 0.01),
        (SIZE, "256", 256),
        (SPLIT, "grouped", "grouped"),
        (MASK, "no", False),
        (MASK, "True", True),
        (MODEL, " org/name ", "org/name"),
    ],
)
def test_what_a_user_types_is_read(param: Param, text: str, value: object) -> None:
    read = param.parse(text)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    ("param", "text", "sentence"),
    [
        (RANK, "eight", "must be a whole number, not 'eight'"),
        (RANK, "8.5", "must be a whole number, not '8.5'"),
        (RANK, "100", "must be between 1 and 64, not 100"),
        (RATE, "fast", "must be a number such as 0.001 or 1e-3, not 'fast'"),
        (RATE, "nan", "must be finite"),
        (RATE, "inf", "must be finite"),
        (SIZE, "65", "must be one of 64, 256, 1024, not '65'"),
        (MASK, "maybe", "must be true or false, not 'maybe'"),
        (MODEL, "  ", "must be tinyworld, a folder, or a Hub id such as org/name"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    param: Param, text: str, sentence: str
) -> None:
    with pytest.raises(ValueError) as refused:
        param.parse(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("param", "value"),
    [
        (RANK, True),
        (RANK, "8"),
        (RANK, 8.5),
        (RANK, math.inf),
        (RANK, math.nan),
        (RATE, math.nan),
        (RATE, None),
        (SIZE, "64"),
        (SIZE, True),
        (MASK, 1),
        (MODEL, 3),
    ],
)
def test_a_card_cannot_set_a_value_of_another_kind(param: Param, value: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        param.check(value)


def test_a_whole_number_is_a_float_where_a_float_is_meant() -> None:
    rate: Param = Float(0.5, 0, 1)
    assert rate.check(1) == 1.0 and isinstance(rate.check(1), float)
    assert isinstance(RANK.check(8.0), int)


def test_equal_numbers_choose_the_same_option() -> None:
    share: Param = Choice(0.0, 0.5, 1.0)
    assert share.check(1) == 1.0
    assert isinstance(share.check(1), float)


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    """A number parameter as an author might declare it."""
    kind = draw(st.sampled_from(["int", "float"]))
    if kind == "int":
        low, high = sorted(draw(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000))))
        default: float = draw(st.integers(low, high))
        return Number(kind, default, low, high, log=low > 0 and draw(st.booleans()))
    bound = st.floats(-1e6, 1e6, allow_nan=False)
    small, large = sorted(draw(st.tuples(bound, bound)))
    default = draw(st.floats(small, large))
    return Number(kind, default, small, large, log=small > 0 and draw(st.booleans()))


@given(numbers(), st.integers(-30, 30))
def test_the_arrow_keys_never_leave_the_bounds(param: Number, steps: int) -> None:
    moved = param.nudge(param.default, steps)
    assert param.check(moved) == moved


@given(st.integers(1, 64), st.integers(1, 6))
def test_each_press_upwards_moves_or_stops_at_the_top(value: int, steps: int) -> None:
    moved = RANK.nudge(value, steps)
    assert moved > value or moved == 64


@given(numbers())
def test_what_is_shown_is_read_back(param: Number) -> None:
    assume(param.kind == "int")
    assert param.parse(str(param.default)) == param.default


def test_an_option_moves_to_its_neighbour_and_stops_at_the_ends() -> None:
    assert SIZE.nudge(64, 1) == 256
    assert SIZE.nudge(64, -1) == 64
    assert SIZE.nudge(1024, 3) == 1024


def test_a_flag_flips_and_a_model_stays() -> None:
    assert MASK.nudge(True, 1) is False
    assert MASK.nudge(True, 2) is True
    assert MODEL.nudge("org/name", 1) == "org/name"


def test_a_choice_may_name_its_default() -> None:
    chosen: Any = Choice("a", "b", default="b")
    assert chosen.default == "b"
    with pytest.raises(TypeError, match="at least one option"):
        Choice()


def test_json_leaves_out_what_is_not_set() -> None:
    assert as_json(RANK) == {
        "kind": "int",
        "default": 8,
        "low": 1,
        "high": 64,
        "log": True,
        "help": "",
    }
