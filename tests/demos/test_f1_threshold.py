"""The metrics of f1_threshold against scikit-learn, and settings at which its claims fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from tests.demos.running import load, run_demo

COUNT = st.integers(0, 30)
scores = load("f1_threshold").main.__globals__["scores"]


@given(COUNT, COUNT, COUNT, COUNT)
def test_the_metrics_are_those_of_scikit_learn(tn: int, fp: int, fn: int, tp: int) -> None:
    if tn + fp + fn + tp == 0:
        return
    label = np.repeat([0, 0, 1, 1], [tn, fp, fn, tp])
    guess = np.repeat([0, 1, 0, 1], [tn, fp, fn, tp])
    assert scores(tn, fp, fn, tp) == pytest.approx(
        {
            "precision": precision_score(label, guess, zero_division=0),
            "recall": recall_score(label, guess, zero_division=0),
            "F1": f1_score(label, guess, zero_division=0),
            "accuracy": accuracy_score(label, guess),
        }
    )


def test_the_trivial_classifier_is_accurate_and_useless() -> None:
    measures = run_demo("f1_threshold").measures
    trivial = [measures[f"{name}_trivial"] for name in ("accuracy", "f1", "balanced")]
    assert trivial == [0.99, 0.0, 0.5]


@pytest.mark.parametrize("ratio", [2.0, 10.0, 50.0])
def test_the_best_threshold_is_near_the_one_of_theory(ratio: float) -> None:
    found = run_demo("f1_threshold", positives=0.2, cost_ratio=ratio).measures["threshold_cost"]
    assert found == pytest.approx(1 / (1 + ratio), abs=0.06)


def test_the_model_at_its_best_threshold_beats_the_usual_half() -> None:
    measures = run_demo("f1_threshold").measures
    assert measures["f1_best"] > measures["f1_half"]


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("trivial-is-accurate", {"positives": 0.2}),
        ("f1-ignores-true-negatives", {"added": 0}),
        ("costs-move-threshold", {"cost_ratio": 1.0}),
    ],
)
def test_each_claim_fails_where_the_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert run_demo("f1_threshold", **settings).claims[claim] == "fails"
