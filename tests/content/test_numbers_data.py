"""Numbers of the data deck, computed from first principles."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial
from math import sqrt

import pytest

from tests.content import stated

value = partial(stated.value, "data")


def test_share_of_right_outcomes_counted_over_all_draws() -> None:
    outcomes, replaced = 24, Fraction(60, 100)
    right_by_chance = Fraction(sum(drawn == 0 for drawn in range(outcomes)), outcomes)
    share = (1 - replaced) + replaced * right_by_chance
    assert value("data-vote-share") == 100 * share


def test_measured_accuracy_counted_over_the_four_kinds_of_rows() -> None:
    right, flipped = Fraction(95, 100), Fraction(5, 100)
    measured = sum(
        (right if is_right else 1 - right) * (flipped if is_flipped else 1 - flipped)
        for is_right, is_flipped in itertools.product((True, False), repeat=2)
        if is_right != is_flipped
    )
    assert value("data-noise-in-test") == 100 * measured


def test_break_even_is_where_the_scores_meet() -> None:
    def narrow(share: Fraction) -> Fraction:
        return share * 1 + (1 - share) * 0

    broad = Fraction(9, 10)
    meets = next(n for n in range(101) if narrow(Fraction(n, 100)) >= broad)
    assert value("data-break-even") == meets


def test_rate_at_which_a_clean_audit_happens_one_time_in_twenty() -> None:
    low, high = 0.0, 1.0
    for _ in range(60):  # bisection
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - middle) ** 150 > 0.05 else (low, middle)
    assert value("data-audit-sample") == pytest.approx(100 * low, rel=0.02)


def test_entries_for_an_error_of_a_fortieth() -> None:
    def error(entries: int) -> float:
        return sqrt(0.5 * (1 - 0.5) / entries)

    enough = next(m for m in range(1, 1000) if error(m) <= 0.025)
    assert value("data-minhash-error") == enough


def test_other_errors_of_a_sketch() -> None:
    assert sqrt(0.9 * 0.1 / 400) == pytest.approx(0.015)
    assert sqrt(0.25 / 128) == pytest.approx(0.044, abs=5e-4)
    assert sqrt(0.25 / 256) == pytest.approx(0.031, abs=5e-4)


def test_odds_are_too_large_by_the_ratio_of_the_prior_odds() -> None:
    assert pytest.approx(50, rel=0.01) == (0.2 / 0.8) / (0.005 / 0.995)


def test_weights_of_an_adapter_on_all_layers() -> None:
    hidden, inner, layers, rank = 4096, 11008, 32, 16  # Llama 2 7B
    a_layer = 4 * (hidden + hidden) + 3 * (hidden + inner)
    assert layers * rank * a_layer == pytest.approx(40e6, rel=0.01)


def test_probability_that_some_band_agrees() -> None:
    none = 1.0
    for _ in range(25):
        none *= 1 - 0.7 * 0.7 * 0.7 * 0.7 * 0.7
    assert value("data-s-curve") == pytest.approx(100 * (1 - none), abs=0.05)
