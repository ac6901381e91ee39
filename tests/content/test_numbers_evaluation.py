"""Numbers of the metrics, evaluation and alignment decks, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, product
from statistics import NormalDist

import numpy as np
import pytest

from tests.content.stated import spoken, value


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    precision, recall = Fraction(90, 190), Fraction(90, 100)
    expected = 2 / (1 / precision + 1 / recall)
    assert value("metrics", "metrics-f1-compute") == pytest.approx(float(expected), abs=1e-4)


def test_auc_counts_pairs_and_halves_ties() -> None:
    pairs = list(product((9, 6, 4), (7, 4, 2)))
    won = sum(Fraction(2 if p > n else p == n, 2) for p, n in pairs)
    expected = float(won / len(pairs))
    assert value("metrics", "metrics-auc-by-hand") == pytest.approx(expected, abs=1e-4)


def test_a_random_selection_holds_the_prevalence() -> None:
    assert value("metrics", "metrics-pr-chance") == pytest.approx(1 / 100)


def test_precision_from_a_count_of_ten_thousand() -> None:
    hits, alarms = 100 * Fraction(8, 10), 9900 * Fraction(5, 100)
    expected = float(hits / (hits + alarms))
    assert value("metrics", "metrics-precision-at-prevalence") == pytest.approx(expected, abs=1e-4)


def alarms_per_hit(prevalence: float, apart: float) -> float:
    """Return false alarms per hit at 80 % recall, unit normal scores `apart` from each other."""
    normal = NormalDist()
    false_positive_rate = 1 - normal.cdf(normal.inv_cdf(0.2) + apart)
    return (1 - prevalence) * false_positive_rate / (0.8 * prevalence)


def test_false_alarms_per_hit_of_normal_scores() -> None:
    assert NormalDist().cdf(1.5 / math.sqrt(2)) == pytest.approx(0.856, abs=5e-4)
    assert "AUC of 0.856" in spoken("metrics", "metrics-auc-statements")
    assert round(alarms_per_hit(0.01, 1.5)) == 32
    for card in ("metrics-auc-statements", "metrics-roc-or-pr"):
        assert "about 32 false alarms per hit" in spoken("metrics", card)
    per_hit = alarms_per_hit(0.002, 1.5)
    assert (round(per_hit), round(0.8 * per_hit)) == (159, 127)
    read = spoken("metrics", "metrics-pr-curve-read")
    assert "about 159 false alarms per hit" in read
    assert "127 per positive" in read
    # The pitfall of that card: even an AUC of 0.98 leaves 12.
    assert round(alarms_per_hit(0.002, NormalDist().inv_cdf(0.98) * math.sqrt(2))) == 12


def test_mean_square_with_one_large_error() -> None:
    expected = (200 * Fraction(1, 100) + 20**2) / 200
    assert value("metrics", "metrics-mse-of-outlier") == pytest.approx(float(expected))


def test_bits_per_character_from_the_probability_of_a_token() -> None:
    expected = -math.log2(math.exp(-1.2)) / 4
    stated = value("llm-evaluation", "eval-bits-per-character")
    assert stated == pytest.approx(expected, abs=1e-4)


def test_bits_per_character_turn_a_ranking_of_perplexities_around() -> None:
    fine, coarse = math.log2(7) / 2, math.log2(12) / 4
    answer = spoken("llm-evaluation", "eval-perplexity-tokenizers")
    assert f"log₂ 7 / 2 = {fine:.2f}" in answer
    assert f"log₂ 12 / 4 = {coarse:.2f}" in answer


def test_items_for_a_gap_of_three_points_at_17_per_cent_disagreement() -> None:
    error = 100 * math.sqrt(0.17 / 200)
    items = 2.8**2 * 0.17 / 0.03**2
    answer = spoken("llm-evaluation", "eval-two-models")
    assert f"√(0.17/200) = {error:.1f} points" in answer
    assert f"some {round(items, -2):,.0f} items" in answer
    assert f"some {round(items, -2):,.0f}" in spoken("llm-evaluation", "eval-end-to-end")
    paired = 100 * math.sqrt(0.17 / 1000)
    unpaired = 100 * math.sqrt((0.75 * 0.25 + 0.72 * 0.28) / 1000)
    stated = f"√(0.17/1000) = {paired:.1f} points instead of {unpaired:.1f}"
    assert stated in spoken("llm-evaluation", "eval-pairing")


def test_repeated_looks_raise_the_false_positives_of_a_5_per_cent_test() -> None:
    rng = np.random.default_rng(0)
    answer = spoken("llm-evaluation", "eval-interval-curve")
    for looks, stated in ((5, 14), (10, 19), (50, 32)):
        assert f"{stated} %" in answer
        z = rng.normal(size=(20_000, looks)).cumsum(axis=1) / np.sqrt(np.arange(1, looks + 1))
        assert 100 * (abs(z) > 1.96).any(axis=1).mean() == pytest.approx(stated, abs=1.2)


def test_kappa_of_readers_who_are_right_on_nine_in_ten() -> None:
    observed = 0.9**2 + 0.1**2
    bad = 0.1 * 0.9 + 0.9 * 0.1
    by_share = {bad: 0.39, 0.5: 0.64}
    answer = spoken("llm-evaluation", "eval-kappa-paradox")
    for share, stated in by_share.items():
        chance = share**2 + (1 - share) ** 2
        assert (observed - chance) / (1 - chance) == pytest.approx(stated, abs=0.005)
        assert str(stated) in answer


def test_tasks_that_always_or_never_succeed_have_the_mean_as_pass_at_ten() -> None:
    assert f"{1 - 0.5**10:.3f}" in spoken("llm-evaluation", "eval-pass-at-k")


def test_ten_tokens_of_98_per_cent_each() -> None:
    assert f"{0.98**10:.2f} over ten tokens" in spoken("llm-evaluation", "eval-decoding-settings")


def test_half_width_of_a_score() -> None:
    expected = 100 * 1.96 * math.sqrt(0.75 * 0.25 / 1000)
    assert value("llm-evaluation", "eval-half-width") == pytest.approx(expected, abs=0.01)


def test_best_of_ten_equal_checkpoints() -> None:
    # Mean of the largest of ten normals: the integral of z·10·φ(z)·Φ(z)⁹.
    step = 1e-3
    grid = [-8 + step * i for i in range(16_001)]
    largest = step * sum(
        z * 10 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (math.erfc(-z / 2**0.5) / 2) ** 9
        for z in grid
    )
    assert largest == pytest.approx(1.54, abs=0.005)
    expected = 100 * largest * math.sqrt(0.75 * 0.25 / 200)
    assert value("llm-evaluation", "eval-best-of-ten") == pytest.approx(expected, abs=0.05)


def test_kappa_is_the_share_of_agreement_beyond_chance() -> None:
    observed, chance = Fraction(85, 100), Fraction(70, 100)
    expected = (observed - chance) / (1 - chance)
    assert value("llm-evaluation", "eval-kappa-compute") == pytest.approx(float(expected))


def test_pass_at_two_counts_pairs_with_the_success() -> None:
    pairs = list(combinations([True, False, False, False, False], 2))
    expected = sum(any(pair) for pair in pairs) / len(pairs)
    assert value("llm-evaluation", "eval-pass-compute") == pytest.approx(expected)


def test_win_probability_is_the_share_of_exponentials() -> None:
    expected = math.exp(1.7) / (math.exp(1.7) + math.exp(0.7))
    assert value("alignment", "align-win-probability") == pytest.approx(expected, abs=1e-4)


def test_kl_of_best_of_sixteen_by_integration() -> None:
    n, cells = 16, 200_000
    density = (n * ((i + 0.5) / cells) ** (n - 1) for i in range(cells))
    expected = sum(d * math.log(d) for d in density if d > 0) / cells
    assert value("alignment", "align-best-of-n-kl") == pytest.approx(expected, abs=1e-3)


def test_first_loss_of_dpo_is_that_of_a_fair_coin() -> None:
    assert value("alignment", "align-dpo-first-loss") == pytest.approx(-math.log(0.5), abs=1e-4)


def test_users_per_arm_for_a_rise_from_70_to_72_per_cent() -> None:
    normal = NormalDist()
    z = normal.inv_cdf(0.975) + normal.inv_cdf(0.8)
    needed = z**2 * (0.7 * 0.3 + 0.72 * 0.28) / 0.02**2
    assert "about 8,100 users per arm" in spoken("llm-evaluation", "eval-ab-test")
    assert needed == pytest.approx(8100, rel=0.01)


def test_wilsons_interval_of_29_of_30() -> None:
    z, n, p = 1.96, 30, 29 / 30
    centre, scale = p + z * z / (2 * n), 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert "83 to 99 %" in spoken("llm-evaluation", "eval-wilson")
    assert [round(100 * (centre + sign * half) / scale) for sign in (-1, 1)] == [83, 99]
    assert round(100 * (p + z * math.sqrt(p * (1 - p) / n))) == 103


def test_coverage_of_the_normal_interval_at_thirty_items() -> None:
    covered = 0.0
    for right in range(31):
        p = right / 30
        half = 1.96 * math.sqrt(p * (1 - p) / 30)
        if abs(p - 0.95) <= half:
            covered += math.comb(30, right) * 0.95**right * 0.05 ** (30 - right)
    assert f"only {covered:.0%}".replace("%", " %") in spoken("llm-evaluation", "eval-wilson")
