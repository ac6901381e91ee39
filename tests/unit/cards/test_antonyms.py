"""A phrase is turned round by an opposite word."""

from __future__ import annotations

import pytest

from quizapp.cards.antonyms import opposite_stems, turned_round
from quizapp.cards.phrase import phrase
from quizapp.cards.words import words


def turned(text: str, answer: str) -> bool:
    """Whether an answer says what a phrase says turned round."""
    return any(phrase(one).find(words(answer)) for one in turned_round(text))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("higher|larger price", "the price is lower"),
        ("price rises|climbs|up", "then the price goes down"),
        ("price rises", "the price shrinks"),
        ("inside oven", "outside the oven"),
        ("frozen dough", "the dough is trainable"),
    ],
)
def test_the_opposite_word_turns_it_round(text: str, answer: str) -> None:
    assert turned(text, answer)
    assert phrase(text).find(words(answer)) is None


def test_its_nearest_opposite_comes_first() -> None:
    assert turned_round("higher price")[0].startswith("lower|")
    assert turned_round("price rises")[0].startswith("price falls|")


@pytest.mark.parametrize(
    "text",
    [
        "higher",  # one word tells too little
        "higher|lower price",  # either will do
        "price higher|tall|steep|high",  # most of its words have no opposite
        "large oven",  # a right answer speaks of large and of small ones
    ],
)
def test_what_has_no_clear_opposite_is_not_turned_round(text: str) -> None:
    assert turned_round(text) == ()


def test_opposites_are_mutual() -> None:
    for stem in ("more", "higher", "rise", "better", "insid", "same"):
        for other in opposite_stems(stem):
            assert stem in opposite_stems(other)
