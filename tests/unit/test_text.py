"""Numbers as people write them, and words as people mistype them."""

from __future__ import annotations

import pytest

from quizapp.text import closest, minutes, plural


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


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("measrues", "measures"),
        ("Key-Points", "key_points"),
        ("los", "loss"),
        ("losses", "loss"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_closest_word_is_the_one_mistyped(word: str, meant: str | None) -> None:
    assert closest(word, ["loss", "measures", "key_points"]) == meant


def test_how_close_a_word_must_be_is_the_callers_choice() -> None:
    assert closest("lora-rank", ["lora-merge"]) == "lora-merge"
    assert closest("lora-rank", ["lora-merge"], at_least=0.75) is None


def test_nothing_is_close_when_there_is_nothing() -> None:
    assert closest("loss", []) is None
