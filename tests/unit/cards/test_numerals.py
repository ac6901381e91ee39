"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.numerals import number_text, parse_number
from quizapp.errors import QuizError


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12.5", "", 12.5),
        (".5", "", 0.5),
        ("−3", "", -3.0),
        ("1e-4", "", 1e-4),
        ("2.5E3", "", 2500),
        ("10^-4", "", 1e-4),
        ("1.5×10^-4", "", 1.5e-4),
        ("3/4", "", 0.75),
        ("4.2 M", "", 4.2e6),
        ("4.2M parameters", "parameters", 4.2e6),
        ("7B", "", 7e9),
        ("16 k", "", 16_000),
        ("1 000 000", "", 1e6),
        ("1_000", "", 1000),
        ("0.37 bits", "bit", 0.37),
        ("64", "values", 64),
        ("12 %", "%", 12),
        ("12 %", "", 0.12),
        ("4 GB", "GB", 4),
        ("4 GB", "B", 4e9),
        ("42.5%", "percent", 42.5),
        ("2.7 %", "percentage points", 2.7),
        ("112G", "GB", 112),
        ("10M", "million requests", 10),
        ("5.6h", "hours", 5.6),
        ("9333 $", "dollars", 9333),
        ("1.2 nats", "nats per token", 1.2),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, unit: str, value: float) -> None:
    assert parse_number(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("", "", "Nothing was typed"),
        ("12,5", "", "comma"),
        ("1,000", "", "comma"),
        ("about ten", "", "not a number"),
        ("1/0", "", "divides by zero"),
        ("12 34", "", "not understood"),
        ("5 MB", "GB", "counted in GB"),
        ("1.1T", "GB", "counted in GB"),
        ("5 apples", "", "without a unit"),
        ("nan", "", "not a number"),
        ("1e999", "", "too large"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, unit: str, says: str) -> None:
    with pytest.raises(QuizError, match=says) as error:
        parse_number(text, unit)
    assert "12.5" in error.value.hint


@given(st.integers(-(10**14), 10**14))
def test_a_number_is_shown_in_digits_that_can_be_typed(value: int) -> None:
    assert "e" not in number_text(value) or abs(value) >= 1e15
    assert parse_number(number_text(value)) == pytest.approx(value, rel=1e-5)


@given(st.floats(-1e12, 1e12))
def test_a_number_is_read_back_as_it_was_written(value: float) -> None:
    assert parse_number(repr(value)) == value
