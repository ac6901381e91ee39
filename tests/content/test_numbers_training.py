"""Numbers of the training decks, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tests.content.stated import deck, value


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


def test_a_gap_of_losses_is_a_ratio_of_perplexities() -> None:
    perplexities = [math.exp(loss) for loss in (1.6, 0.9)]
    ratio = perplexities[0] / perplexities[1]
    assert value("debugging", "dbg-gap") == pytest.approx(ratio, rel=0.005)


def test_a_cosine_planned_longer_jumps_up_from_zero() -> None:
    share = (1000 - 100) / (1200 - 100)
    jump = (1 + math.cos(math.pi * share)) / 2
    assert f"{jump:.0%}" == "8%"
    assert "8 % of the peak" in (deck("optimisation")["opt-resume-after-cosine"].pitfall or "")


def test_decay_of_a_real_fine_tune_hardly_shrinks_a_weight() -> None:
    factor = (1 - 2e-5 * 0.1) ** 1000
    assert f"{factor:.3f}" == "0.998"
    assert "factor of 0.998" in deck("debugging")["dbg-rank-remedies"].answer
