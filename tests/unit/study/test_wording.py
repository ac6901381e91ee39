"""A card that was asked before is asked in an interview in another wording."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.variants import OWN, Wording
from quizapp.study.wording import choose_wording


def variant(variants: int, studied: int = 0, *interviews: int, seed: int = 1) -> int:
    """Return the variant in which a card is asked after this."""
    found = choose_wording("size", variants, studied=studied, interviews=interviews, seed=seed)
    return found.variant


def test_a_card_that_was_never_asked_is_asked_as_it_stands() -> None:
    assert choose_wording("size", 3, studied=0, interviews=(), seed=1) == OWN


def test_a_card_without_variants_is_always_itself() -> None:
    assert choose_wording("size", 0, studied=9, interviews=(0, 0), seed=1) == OWN


@pytest.mark.parametrize("variants", [1, 2, 3])
def test_a_known_card_is_asked_otherwise(variants: int) -> None:
    for studied in (1, variants + 1, 2 * (variants + 1)):
        assert variant(variants, studied) > 0


def test_a_wording_of_an_earlier_interview_does_not_come_at_once_again() -> None:
    assert variant(1, 0, 0) == 1
    assert variant(1, 1, 1) == 0
    assert variant(2, 0, 0, 1) == 2
    assert variant(1, 3, 0, 1) == 0  # although study asked the card in its own words once more


@given(st.integers(1, 4), st.integers(0, 12), st.integers(0, 99))
def test_study_and_interviews_share_the_turns(variants: int, studied: int, seed: int) -> None:
    """However often it was studied, the wordings come equally often within one."""
    interviews: list[int] = []
    for number in range(8):
        interviews.append(variant(variants, studied, *interviews, seed=seed + number))
    came = Counter(interviews) + Counter(time % (variants + 1) for time in range(studied))
    counts = [came[wording] for wording in range(variants + 1)]
    assert max(counts) - min(counts) <= 1


def test_the_seed_draws_among_variants_and_repeats_itself() -> None:
    drawn = {variant(4, 1, seed=seed) for seed in range(40)}
    assert drawn == {1, 2, 3, 4}
    again = choose_wording("size", 4, studied=1, interviews=(), seed=7)
    assert again == choose_wording("size", 4, studied=1, interviews=(), seed=7)
    assert again == Wording(again.variant, 7)
