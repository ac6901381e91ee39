"""An order decides which of two is more or comes first, however it is put."""

from __future__ import annotations

import pytest

from quizapp.cards.phrase import in_words, phrase
from quizapp.cards.words import words


def says(rule: str, answer: str) -> bool:
    """Whether an answer says what a phrase does."""
    return phrase(rule).find(words(answer)) is not None


MORE = [
    "tea needs hotter and more water than coffee",
    "coffee takes less water than tea",
    "the water for tea is more than that for coffee",
    "compared to coffee, tea needs more water",
    "it needs more water than coffee",
    "with fewer leaves tea needs more water than coffee",
    "water for tea > water for coffee",
]
LESS = [
    "coffee needs more water than tea",
    "tea takes less water than coffee",
    "compared to tea, coffee needs more water",
    "it needs less water than coffee",
    "Compared with coffee it needs less water",
]
NEITHER = [
    "tea does not need more water than coffee",
    "tea needs no more water than coffee",
    "tea and coffee need more water",
    "cocoa needs more water than coffee",
    "tea needs more time than coffee",
    "compared to coffee cocoa needs more water",
    "tea needs water. It is more than coffee",
]


@pytest.mark.parametrize("answer", MORE)
def test_more_of_one_is_less_of_the_other(answer: str) -> None:
    assert says("tea > coffee water", answer)
    assert not says("coffee > tea water", answer)


@pytest.mark.parametrize("answer", LESS)
def test_the_other_way_round_is_the_opposite(answer: str) -> None:
    assert says("coffee > tea water", answer)
    assert not says("tea > coffee water", answer)


@pytest.mark.parametrize("answer", NEITHER)
def test_what_compares_nothing_or_denies_it_says_neither(answer: str) -> None:
    assert not says("tea > coffee water", answer)
    assert not says("coffee > tea water", answer)


def test_a_comparative_of_another_kind_takes_the_place_of_more() -> None:
    assert says("tea > coffee better", "coffee is worse than tea")
    assert not says("tea > coffee better", "tea is larger than coffee")
    assert not says("tea > coffee", "tea is better than coffee")


@pytest.mark.parametrize(
    ("answer", "whisk", "fold"),
    [
        ("whisk before folding", True, False),
        ("fold after whisking", True, False),
        ("before folding, whisk", True, False),
        ("first whisk, then fold", True, False),
        ("whisk → fold → bake", True, False),
        ("whisk followed by a short fold", True, False),
        ("whisk first, after that fold", True, False),
        ("whisk, fold, then bake", False, False),
        ("fold before you whisk", False, True),
        ("folding comes first and then you whisk", False, True),
        ("don't fold before you whisk", False, False),
        ("whisk and fold", False, False),
    ],
)
def test_what_comes_first_is_read_from_before_after_and_then(
    answer: str, whisk: bool, fold: bool
) -> None:
    assert says("whisk -> fold", answer) == whisk
    assert says("fold -> whisk", answer) == fold


def test_an_order_is_shown_as_a_reader_says_it() -> None:
    assert in_words("whisk|beat -> fold") == "whisk before fold"
    assert in_words("tea|matcha > coffee water") == "tea > coffee water"
