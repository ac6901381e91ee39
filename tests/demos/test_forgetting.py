"""Forgetting: what replay buys, and at which rate LoRA forgets less; claims that can fail."""

from __future__ import annotations

import math

import pytest

from tests.demos.running import Outcome, load, run_demo

pytestmark = pytest.mark.torch


def line(found: Outcome, name: str) -> tuple[list[float], list[float]]:
    """Return xs and ys of a line of the main plot."""
    [series] = [s for c in found.state.charts if c.id == "" for s in c.series if s.name == name]
    return list(series.x), list(series.y)


def test_every_run_starts_from_the_loss_of_the_base() -> None:
    found = run_demo("replay", steps=10)
    for name in ("0 of 20", "1 of 20", "4 of 20"):
        assert line(found, name)[1][0] == found.measures["general_before"]


def test_the_part_removed_is_a_share_of_what_was_forgotten() -> None:
    measures = run_demo("replay", steps=20).measures
    none, little, before = (
        measures[name] for name in ("general_none", "general_little", "general_before")
    )
    assert measures["removed"] == pytest.approx(100 * (none - little) / (none - before))


def test_a_gentle_run_forgets_nothing_that_replay_could_repair() -> None:
    claims = run_demo("replay", learning_rate=1e-4, steps=10).claims
    assert claims["forgets-without"] == "fails"
    assert claims["a-little-does-most"] == "fails"


def test_old_texts_of_another_kind_protect_less() -> None:
    general, bank = (
        run_demo("replay", old=old, method="full", steps=40).measures["removed"]
        for old in ("general", "bank")
    )
    assert bank < general / 2


def test_the_more_old_texts_the_more_they_cost_in_a_short_run() -> None:
    found = run_demo("replay", method="full", learning_rate=3e-4, steps=10, much=10)
    assert found.claims["costs-little"] == "fails"


def test_equal_shares_keep_equally_much() -> None:
    found = run_demo("replay", steps=10, little=2, much=2)
    assert found.claims["more-keeps-more"] == "fails"


def test_forgetting_is_read_off_a_path_where_the_new_loss_comes_down() -> None:
    lost_at = load("learns_less").main.__globals__["lost_at"]
    path = [(3.0, 1.0), (1.0, 1.2), (0.5, 1.6)]
    assert lost_at(path, 2.0) == pytest.approx(1.1)
    assert lost_at(path, 0.75) == pytest.approx(1.4)
    assert lost_at(path, 3.0) == pytest.approx(1.0)
    assert math.isnan(lost_at(path, 0.4))


def test_a_large_alpha_takes_lora_far_at_the_shared_rate_too() -> None:
    claims = run_demo("learns_less", alpha=128, steps=40).claims
    assert claims["learns-less"] == "fails"


def test_a_rash_full_run_has_lost_more_when_both_have_learned_equally_much() -> None:
    found = run_demo("learns_less", learning_rate=0.01, alpha=4, steps=40)
    assert found.claims["equal-when-equal"] == "fails"
    assert found.measures["equal_full"] > found.measures["equal_lora"]


def test_at_a_tiny_rate_nothing_is_learned_and_equal_learning_is_not_tested() -> None:
    found = run_demo("learns_less", learning_rate=1e-5, steps=20)
    assert found.claims["forgets-less"] == "fails"
    assert found.claims["not-at-its-best"] == "fails"
    assert found.claims["equal-when-equal"] == "not tested"
    assert math.isnan(float(found.measures["equal_full"]))


def test_no_run_is_gentler_than_one_that_learns_nothing() -> None:
    """At a tiny rate the best rate forgets no more than the shared one: nothing is forgotten."""
    found = run_demo("learns_less", learning_rate=1e-5, steps=20)
    assert found.claims["gentler-forgets-less"] == "fails"
    assert found.claims["haste-costs"] == "not tested"


def test_the_ends_of_the_paths_are_what_is_measured() -> None:
    found = run_demo("learns_less", steps=20)
    measures = found.measures
    rate = 1e-3 * float(measures["best_full"])
    assert line(found, f"full {rate:g}")[0][-1] == measures["new_best_full"]
    assert line(found, f"full {rate:g}")[1][-1] == measures["general_best_full"]
