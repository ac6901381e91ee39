"""Demos of the first deck: order of stages, facts, where to start, computing."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_a_gentle_raw_stage_washes_nothing_out_and_teaches_nothing() -> None:
    claims = run_demo("stage_order", raw_rate=1e-5).claims
    assert claims["raw-last-washes-out"] == claims["domain-is-learned"] == "fails"


def test_ten_steps_make_no_assistant() -> None:
    claims = run_demo("stage_order", chat_steps=10, raw_steps=10).claims
    assert claims["raw-first-answers"] == "fails"


def test_long_training_makes_up_for_the_start() -> None:
    found = run_demo("start_checkpoint", steps=100)
    assert found.claims["base-start-lags"] == "fails"


def test_ten_steps_make_no_chat_model_to_start_from() -> None:
    claims = run_demo("start_checkpoint", chat_steps=10, steps=5).claims
    assert claims["chat-start-carries"] == claims["template-carries"] == "fails"


def test_a_list_that_stays_is_not_stale_in_the_weights() -> None:
    found = run_demo("facts_in_context", changed=0.0, page_steps=20)
    assert found.claims["weights-are-stale"] == "fails"
    assert found.measures["weights_after"] == found.measures["weights_before"]


def test_a_model_that_does_not_read_is_neither_helped_nor_misled() -> None:
    claims = run_demo("facts_in_context", page_steps=20, weight_steps=10).claims
    assert claims["both-learn"] == claims["page-is-current"] == "fails"
    assert claims["a-miss-misleads"] == "fails"


def test_the_operations_of_a_linear_layer_are_two_per_weight_and_token() -> None:
    operations = load("training_flops").main.__globals__["operations"]
    one, smaller = operations("full", 1, 64, 8)
    two, larger = operations("full", 2, 64, 8)
    layer = larger - smaller
    assert (two - one) / layer / 64 == pytest.approx(6, rel=0.05)  # attention is small at 64 tokens


def test_long_texts_add_attention() -> None:
    claims = run_demo("training_flops", layers=24, length=4096).claims
    assert claims["six"] == "fails"


def test_an_embedding_is_looked_up_and_not_multiplied() -> None:
    claims = run_demo("training_flops", layers=1, length=64).claims
    assert claims["six"] == claims["eight"] == "fails"


def test_a_large_adapter_is_not_free() -> None:
    claims = run_demo("training_flops", layers=16, rank=256).claims
    assert claims["two-thirds"] == "fails"
