"""What label_noise says of memorising, and settings at which its claims fail."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from tests.demos.running import load, run_demo


def test_a_memorising_tree_loses_what_its_formula_says() -> None:
    measures = run_demo("label_noise").measures
    assert measures["tree_noisy"] == pytest.approx(measures["tree_expected"], abs=0.04)


def test_without_noise_nothing_is_lost() -> None:
    outcome = run_demo("label_noise", noise=0.0)
    assert (outcome.measures["tree_drop"], outcome.measures["linear_drop"]) == (0, 0)
    assert outcome.measures["tree_expected"] == outcome.measures["tree_clean"]


def test_a_drop_is_the_difference_of_the_two_accuracies() -> None:
    measures = run_demo("label_noise", noise=0.2).measures
    for model in ("tree", "linear"):
        drop = measures[f"{model}_clean"] - measures[f"{model}_noisy"]
        assert measures[f"{model}_drop"] == pytest.approx(drop)


def test_suspects_are_counted_against_the_truth() -> None:
    noise = sys.modules[load("label_noise").main.__module__]
    truth = np.array([0, 0, 0, 1, 1, 1])
    labels = np.array([1, 1, 0, 1, 1, 0])  # three are wrong
    guess = np.array([0, 1, 1, 1, 1, 1])  # contradicts two of these and one right label
    assert noise.found(guess, labels, truth) == (2 / 3, 2 / 3)
    assert noise.found(labels, labels, truth) == (0, 0)


def test_noise_on_both_classes_leaves_the_threshold_alone() -> None:
    outcome = run_demo("label_noise", rows=200)
    assert outcome.measures["repaired_drop"] == outcome.measures["linear_drop"]
    assert outcome.claims["threshold-repairs"] == "not tested"


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("tree-memorises", {"tree_depth": 3}),
        ("tree-loses", {"tree_depth": 3}),
        ("tree-loses", {"noise": 0.05}),
        ("linear-loses-less", {"biased": True, "noise": 0.4}),
        ("out-of-fold-finds", {"tree_depth": 3}),
        ("bias-stays", {"biased": True, "noise": 0.0}),
        ("threshold-repairs", {"biased": True, "noise": 0.0}),
    ],
)
def test_each_claim_fails_where_the_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert run_demo("label_noise", **settings).claims[claim] == "fails"
