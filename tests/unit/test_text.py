"""Numbers as people write them."""

from __future__ import annotations

import pytest

from quizapp.text import minutes, plural


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 answers"), (1, "1 answer"), (2, "2 answers"), (21, "21 answers")]
)
def test_only_one_takes_the_singular(number: int, text: str) -> None:
    assert plural(number, "answer") == text


def test_an_irregular_plural_is_given() -> None:
    assert plural(1, "copy", "copies") == "1 copy"
    assert plural(2, "copy", "copies") == "2 copies"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (9.4, "0:09"), (59.6, "1:00"), (65, "1:05"), (600, "10:00"), (3661, "61:01")],
)
def test_a_time_is_minutes_and_two_digits_of_seconds(seconds: float, text: str) -> None:
    assert minutes(seconds) == text
