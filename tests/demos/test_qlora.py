"""QLoRA, its merges, and GPTQ: oracles, and claims that fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_four_bit_layers_store_what_the_formula_says() -> None:
    """QLoRA, section 3: 4 bits, 8/64 for the scales, and at most one 32-bit number per layer more.

    The smallest layer has 64·64 weights, so 64 scales share one number of 32 bits: 32/4096.
    """
    found = run_demo("qlora_finetune", steps=5)
    assert 4 + 8 / 64 < found.measures["bits_per_weight"] <= 4 + 8 / 64 + 32 / 4096


def test_unfinished_runs_do_not_agree() -> None:
    assert run_demo("qlora_finetune", steps=5).claims["matches-lora"] == "fails"


def test_products_in_bfloat16_are_not_the_sum_in_float32() -> None:
    found = run_demo("qlora_finetune", steps=5, compute="bfloat16")
    assert found.claims["weight-is-the-sum"] == "fails"
    assert found.claims["base-unchanged"] == "holds"


def test_a_steep_loss_shows_which_base_was_merged_into() -> None:
    found = run_demo("qlora_merge", steps=5)
    assert found.claims["loss-hides-it"] == "fails"
    assert found.claims["dequantized-is-exact"] == "holds"


def test_a_merge_stored_in_16_bits_is_rounded() -> None:
    found = run_demo("qlora_merge", steps=5, dtype="bfloat16")
    assert found.claims["dequantized-is-exact"] == "fails"
    assert found.measures["exact"] == "none"


def test_rounding_to_four_bits_twice_changes_nothing_more() -> None:
    import torch

    requantized = load("qlora_merge").main.__globals__["requantized"]
    once = requantized(torch.randn(64, 64), "nf4")
    assert torch.allclose(requantized(once, "nf4"), once, atol=1e-6)


def test_without_correlations_gptq_is_rounding_to_nearest() -> None:
    """H = 1 makes U diagonal: no column can make up for another."""
    import torch

    names = load("gptq_rounding").main.__globals__
    W = torch.randn(32, 256)
    assert torch.allclose(names["gptq"](W, torch.eye(256), 4, 0.01), names["rounded"](W, 4))


def test_gptq_of_two_columns_is_the_best_completion() -> None:
    """With the first column fixed, the free second one has a closed-form least-squares answer."""
    import torch

    torch.manual_seed(0)
    X = torch.randn(500, 2) @ torch.tensor([[1.0, 0.8], [0.0, 0.6]])
    H, W = X.T @ X / 500, torch.tensor([[0.3, 0.7]])
    Q = load("gptq_rounding").main.__globals__["gptq"](W, H, 3, 0.0)
    error = W[0, 0] - Q[0, 0]
    best = W[0, 1] + error * H[0, 1] / H[1, 1]  # argmin over w₁ of the output error
    step = W.abs().max() / 3
    assert Q[0, 1] == pytest.approx(float((best / step).round().clamp(-3, 3) * step))


def test_uncorrelated_inputs_leave_gptq_little_to_gain() -> None:
    assert run_demo("gptq_rounding", factors=256).claims["output-is-nearer"] == "fails"


def test_calibration_on_the_same_distribution_serves() -> None:
    found = run_demo("gptq_rounding", shift=0.0)
    assert found.claims["calibration-matters"] == "fails"
    assert found.claims["statistics-do-it"] == "holds"


def test_a_merge_in_16_bits_is_nearer_than_the_other_two() -> None:
    found = run_demo("qlora_merge", steps=5)
    assert found.claims["storage-moves-less"] == "holds"
    assert found.measures["moved_16_bits"] > found.measures["moved_dequantized"]


def test_strong_damping_is_rounding() -> None:
    found = run_demo("gptq_rounding", damp=100.0)
    assert found.claims["output-is-nearer"] == "fails"
    assert found.claims["weights-are-farther"] == "fails"
