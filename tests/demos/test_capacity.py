"""An adapter's capacity: what is counted, and settings at which the claims fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_a_loss_is_the_mean_of_the_ten_steps_before() -> None:
    at = load("adapter_capacity").main.__globals__["at"]
    losses = [float(step) for step in range(40)]
    assert at(losses, 40) == pytest.approx(34.5)
    assert at(losses, 20) == pytest.approx(14.5)


def test_the_texts_are_drawn_evenly_from_the_tokens() -> None:
    import torch

    random_texts = load("adapter_capacity").main.__globals__["random_texts"]
    ids = random_texts(4000, torch.arange(10, 18), 0)
    counts = ids.flatten().bincount(minlength=18)
    assert counts[:10].sum() == 0
    assert counts[10:].tolist() == pytest.approx([6000] * 8, rel=0.1)


def test_the_numbers_trained_grow_with_the_rank() -> None:
    measures = run_demo("adapter_capacity", steps=20, wide=16).measures
    assert measures["numbers_wide"] == 16 * measures["numbers_narrow"]
    assert measures["bits_many"] == 6 * measures["bits_few"]


def test_two_adapters_of_one_rank_do_not_differ() -> None:
    found = run_demo("adapter_capacity", steps=20, wide=1)
    assert found.claims["information-against-capacity"] == "fails"
    assert found.claims["rank-not-time"] == "fails"


def test_the_same_texts_in_both_pairs_leave_rank_1_equally_far_behind() -> None:
    found = run_demo("adapter_capacity", steps=20, few=8, many=8)
    assert found.measures["few_narrow"] == found.measures["many_narrow"]
    assert found.claims["information-against-capacity"] == "fails"
