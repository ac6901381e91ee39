"""Demos of intervals, averages and mixtures: oracles, and settings at which a claim fails."""

from __future__ import annotations

from math import isclose, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom  # type: ignore[import-untyped]
from sklearn.metrics import f1_score

from tests.demos.running import load, part, run_demo


@pytest.mark.parametrize(
    ("name", "claim", "settings"),
    [
        ("interval_coverage", "wald-misses", {"items": 1000}),
        ("interval_coverage", "bootstrap-misses", {"items": 1000}),
        ("interval_coverage", "answers-are-no-items", {"alike": 0.0}),
        ("class_averages", "macro-sees-the-rare", {"rare_found": 1.0}),
        ("class_averages", "confident-errors-cost", {"confident": 0.95}),
        ("mixture", "left-behind", {"small": 400, "steps": 60}),
    ],
)
def test_a_setting_of_the_demo_makes_the_claim_fail(
    name: str, claim: str, settings: dict[str, Any]
) -> None:
    assert run_demo(name, **settings).claims[claim] == "fails"


def test_the_simulated_coverage_is_that_of_the_binomial_distribution() -> None:
    wald = part(load("interval_coverage"), "wald")
    covered = sum(
        binom.pmf(right, 30, 0.95)
        for right in range(31)
        if wald(right, 30)[0] <= 0.95 <= wald(right, 30)[1]
    )
    assert run_demo("interval_coverage").measures["covers_wald"] == pytest.approx(covered, abs=0.03)


def test_wilson_solves_its_own_equation() -> None:
    low, high = part(load("interval_coverage"), "wilson")(29, 30)
    for p in (low, high):
        assert isclose(abs(29 / 30 - p), 1.96 * sqrt(p * (1 - p) / 30), rel_tol=1e-3)


def test_macro_counts_classes_and_weighted_counts_samples() -> None:
    routed = part(load("class_averages"), "routed")
    truth = np.repeat(np.arange(3), (90, 9, 1))
    decided = routed(truth, (1.0, 1.0, 0.0), np.random.default_rng(0))
    by_class = f1_score(truth, decided, average=None, zero_division=0.0)
    assert list(by_class > 0.9) == [True, True, False]
    assert f1_score(truth, decided, average="macro", zero_division=0.0) == by_class.mean()


@pytest.mark.parametrize(("temperature", "share"), [(1, 400 / 420), (2, 20 / (20 + sqrt(20)))])
def test_a_temperature_takes_the_root_of_the_sizes(temperature: float, share: float) -> None:
    assert part(load("mixture"), "shares")([400, 20], temperature)[0] == pytest.approx(share)


def test_a_high_temperature_samples_all_tasks_alike() -> None:
    assert part(load("mixture"), "shares")([400, 20], 1e6) == pytest.approx([0.5, 0.5], abs=1e-4)
