"""Numbers of the training decks, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tests.content.stated import value


def test_cosine_is_at_half_of_its_peak_halfway() -> None:
    share = (550 - 100) / (1000 - 100)
    expected = 5e-5 * (1 + math.cos(math.pi * share)) / 2
    assert value("optimisation", "lr-warmup-cosine-step") == pytest.approx(expected)


def test_linear_decay_at_a_quarter_to_go() -> None:
    expected = Fraction(5, 100_000) * Fraction(1000 - 775, 1000 - 100)
    assert value("optimisation", "opt-schedule-at-step") == pytest.approx(float(expected))


def test_token_weights_in_a_mean_of_means() -> None:
    short, long = (Fraction(1, 2) * Fraction(1, tokens) for tokens in (100, 400))
    assert value("optimisation", "opt-accumulation-token-weight") == short / long


def test_error_of_a_mean_of_four_times_as_many() -> None:
    expected = math.sqrt(1 / 4) / math.sqrt(1 / 16)
    assert value("optimisation", "opt-gradient-error") == pytest.approx(expected)


def test_patience_counts_measurements_without_improvement() -> None:
    without_improvement = range(10 + 5, 200, 5)  # the best measurement was at step 10
    assert value("debugging", "dbg-stop-step") == without_improvement[3 - 1]


def test_decoupled_decay_over_a_hundred_steps() -> None:
    weight = 1.0
    for _ in range(100):
        weight -= 2e-3 * 0.1 * weight
    assert value("debugging", "dbg-decay-factor") == pytest.approx(100 * (1 - weight), rel=0.01)


def test_the_gap_is_a_difference() -> None:
    unseen, train = Fraction(77, 100), Fraction(9, 100)
    assert value("debugging", "dbg-gap") == pytest.approx(float(unseen - train))
