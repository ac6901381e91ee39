"""What label_noise says of memorising, and settings at which its claims fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demos.running import run_demo


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


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("tree-memorises", {"tree_depth": 3}),
        ("tree-loses", {"tree_depth": 3}),
        ("tree-loses", {"noise": 0.05}),
        ("linear-loses-less", {"biased": True}),
    ],
)
def test_each_claim_fails_where_the_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert run_demo("label_noise", **settings).claims[claim] == "fails"
