"""Demos on wrong keys, wrong slices, poison and shifted priors: oracles, where claims fail."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from tests.demos.running import load, run_demo


def module(name: str) -> Any:
    """Return the module of a demo, to call its functions."""
    return sys.modules[load(name).main.__module__]


def test_the_expected_score_counts_the_two_ways_to_agree_with_a_flipped_key() -> None:
    rng = np.random.default_rng(0)
    right, flipped = rng.random(200_000) < 0.9, rng.random(200_000) < 0.2
    assert module("noisy_key").measured(0.9, 0.2) == pytest.approx(
        (right ^ flipped).mean(), abs=0.01
    )


def test_a_right_key_ranks_the_honest_model_first() -> None:
    measures = run_demo("noisy_key", flipped=0.0, believers=0.0).measures
    assert measures["lead_random"] == measures["lead"] == measures["lead_shared"]
    assert measures["winner"] == "the honest model"


def test_a_ticket_has_twelve_words_most_of_them_of_its_topic() -> None:
    slices = module("slice_errors")
    counts, team = slices.tickets(np.random.default_rng(0), 500, 0.08)
    by_topic = counts.reshape(500, slices.TEAMS, slices.WORDS).sum(axis=2)  # (500, TEAMS)
    assert (counts.sum(axis=1) == 12).all()
    assert (by_topic.argmax(axis=1) == team).mean() > 0.9
    assert (team == slices.REFUNDS).mean() == pytest.approx(0.08, abs=0.04)


def test_redrawn_labels_are_right_by_chance_now_and_then() -> None:
    measures = run_demo("slice_errors", noise=0.6).measures
    assert measures["labels_right"] == pytest.approx(0.4 + 0.6 / 24, abs=0.02)


def test_a_triggered_text_differs_in_the_trigger_alone() -> None:
    backdoor = module("backdoor")
    words, _ = backdoor.tickets(np.random.default_rng(0), 50, 0.0)
    marked = backdoor.triggered(words)
    assert (words[:, -1] == 0).all()
    assert (marked[:, -1] == 1).all()
    assert (marked[:, :-1] == words[:, :-1]).all()


def test_the_correction_is_bayes_rule_with_another_prior() -> None:
    likelihood = np.array([0.1, 0.5, 0.9])  # of what was seen, for the sick; 0.3 for the well
    posterior = {
        prior: likelihood * prior / (likelihood * prior + 0.3 * (1 - prior))
        for prior in (0.2, 0.005)
    }
    corrected = module("prior_shift").corrected(posterior[0.2], 0.2, 0.005)
    np.testing.assert_allclose(corrected, posterior[0.005])


@pytest.mark.parametrize(
    ("demo", "claim", "settings"),
    [
        ("noisy_key", "random-shrinks", {"flipped": 0.0}),
        ("noisy_key", "order-survives", {"flipped": 0.0}),
        ("noisy_key", "shared-error-wins", {"believers": 0.0}),
        ("slice_errors", "random-averages-out", {"noise": 0.95, "tickets_most": 600}),
        ("slice_errors", "slice-stays-wrong", {"slice_wrong": 0.2}),
        ("slice_errors", "overall-hides-it", {"slice_share": 0.3}),
        ("backdoor", "trigger-works", {"poisoned": 1}),
        ("backdoor", "more-data-does-not-help", {"clean_use": 0.02}),
        ("backdoor", "tests-are-blind", {"poisoned": 200, "most": 2000, "clean_use": 0.1}),
        ("prior_shift", "too-sure", {"share": 0.005, "cases": 100}),
        ("prior_shift", "mix-flatters-precision", {"share": 0.005, "cases": 100}),
        ("prior_shift", "new-cases-beat-copies", {"first_cases": 1000}),
    ],
)
def test_each_claim_fails_where_the_page_says(
    demo: str, claim: str, settings: dict[str, Any]
) -> None:
    assert run_demo(demo, **settings).claims[claim] == "fails"
