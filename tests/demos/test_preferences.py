"""Preferences, rewards and what is selected by them: closed forms as oracles."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from tests.demos.running import load, part, run_demo


def test_one_point_of_reward_is_a_win_in_731_of_1000_votes() -> None:
    assert run_demo("bradley_terry").measures["gap_of_731"] == pytest.approx(
        log(731 / 269), abs=1e-3
    )


def test_bradley_terry_of_two_players_is_the_log_odds_of_wins() -> None:
    fit = part(load("bradley_terry"), "bradley_terry")
    r = fit(np.array([[0, 1]] * 100), np.arange(100) < 80, 2)
    assert r[0] - r[1] == pytest.approx(log(80 / 20), abs=1e-3)


def test_elo_keeps_the_sum_and_moves_by_k_times_the_surprise() -> None:
    elo = part(load("bradley_terry"), "elo")
    ratings = elo(np.array([[0, 1], [0, 1]]), np.array([True, True]), 2, 32.0)
    assert ratings[0].tolist() == [16, -16]
    assert ratings[1, 0] == pytest.approx(16 + 32 * (1 - 1 / (1 + 10 ** (-32 / 400))))
    assert np.abs(ratings.sum(axis=1)).max() < 1e-9


def test_gold_under_gaussian_error_is_the_expected_maximum_scaled() -> None:
    rng = np.random.default_rng(1)
    expected_maximum = rng.normal(size=(4000, 256)).max(axis=1).mean()
    measures = run_demo("best_of_n", error="gaussian", doublings=8, size=2.0).measures
    assert measures["gold_final"] == pytest.approx(expected_maximum / sqrt(1 + 2**2), abs=0.1)
    assert measures["kl_final"] == pytest.approx(log(256) - 255 / 256)


def test_a_penalised_policy_weighs_answers_by_the_exponential_of_their_reward() -> None:
    penalised = part(load("best_of_n"), "penalised")
    proxy, gold, beta = np.array([[0.0, log(3.0)]]), np.array([[0.0, 1.0]]), 1.0
    reward, quality, kl = penalised(proxy, gold, beta)
    assert (reward, quality) == (pytest.approx(0.75 * log(3)), pytest.approx(0.75))
    assert kl == pytest.approx(0.75 * log(0.75 / 0.5) + 0.25 * log(0.25 / 0.5))


def test_a_penalty_saves_the_gold_reward_from_a_taste_for_length() -> None:
    measures = run_demo("best_of_n", error="length", doublings=8).measures
    assert measures["gold_best_beta"] > measures["gold_least_beta"] + 1
    assert measures["proxy_best_beta"] < measures["proxy_least_beta"]


def test_without_selection_the_gold_reward_is_the_mean_of_all_answers() -> None:
    measures = run_demo("best_of_n", error="length", doublings=8, prompts=2000).measures
    assert measures["gold_start"] == pytest.approx(-0.5, abs=0.1)  # −E[length²]/2, length normal
    assert measures["gold_final"] < measures["gold_start"] < measures["gold_peak"]


def test_with_two_answers_the_divergence_stays_below_the_formula() -> None:
    measures = run_demo("best_of_n", doublings=4).measures
    assert measures["kl_two"] == pytest.approx(log(2), abs=0.01)
    assert measures["kl_simulated"] == pytest.approx(measures["kl_final"], abs=0.02)


def test_advantages_of_a_group_sum_to_zero_whatever_all_answers_share() -> None:
    advantages = part(load("grpo"), "advantages")
    reward = np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    assert advantages(reward).tolist() == [[-0.5, 0.5, 0.5, -0.5], [0, 0, 0, 0]]
    assert advantages(reward + 3).tolist() == advantages(reward).tolist()


def test_the_gradient_with_the_group_mean_is_unbiased_up_to_the_share_of_the_own_answer() -> None:
    demo = load("grpo")
    advantages, gradient = part(demo, "advantages"), part(demo, "gradient")
    rng = np.random.default_rng(0)
    right = (rng.random((200_000, 8)) < 0.3).astype(float)
    found = gradient(advantages(right), right, np.full(200_000, 0.3)).mean()
    assert found == pytest.approx(0.3 * 0.7 * 7 / 8, rel=0.02)


def test_dividing_by_the_deviation_is_a_factor_of_one_over_it() -> None:
    boost = part(load("grpo"), "boost")
    assert boost(np.random.default_rng(0), 0.5, 1000) == pytest.approx(2, abs=0.01)
