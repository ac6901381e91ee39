"""Blocks, double quantization, number formats, checkpointing: oracles, and claims that fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_double_quantization_stores_what_the_formula_says() -> None:
    """QLoRA, section 3: 32/64 bits become 8/64 + 32/(64·256)."""
    found = run_demo("double_quant")
    assert found.measures["bits_single"] == 4.5
    assert found.measures["bits_double"] == 4 + 8 / 64 + 32 / (64 * 256)


def test_a_small_layer_pays_more_for_the_table_than_it_saves() -> None:
    found = run_demo("double_quant", weights=4096)
    assert found.claims["pays-in-all"] == "fails"
    assert found.claims["saves-as-computed"] == "fails"


def test_few_scales_leave_little_to_save() -> None:
    assert run_demo("double_quant", block_size=1024).claims["saves-a-third"] == "fails"


def test_without_outliers_both_lines_are_one() -> None:
    found = run_demo("block_size", outliers=0)
    assert found.measures["growth_outliers"] == found.measures["growth_clean"]
    assert found.measures["hit_1024"] == 0
    assert found.claims["outliers-cost-twice"] == "fails"


def test_an_outlier_that_hardly_stands_out_spoils_nothing() -> None:
    assert run_demo("block_size", magnitude=2).measures["growth_outliers"] < 1.2


def test_a_weight_in_bf16_moves_once_the_update_exceeds_half_a_step() -> None:
    """Half a step above 1 is 2⁻⁸, and a tie rounds to the even number, which is 1."""
    below, above = (run_demo("low_precision", update=u, steps=10) for u in (2**-8, 2**-8 * 1.01))
    assert below.measures["final_bf16"] == 1
    assert above.measures["final_bf16"] > 1
    assert above.claims["bf16-stands-still"] == "fails"


def test_stochastic_rounding_is_right_on_average() -> None:
    found = run_demo("low_precision", rounding="stochastic")
    assert found.measures["final_bf16"] == pytest.approx(1.1, abs=0.01)
    assert found.claims["bf16-stands-still"] == "fails"


def test_stochastic_rounding_gives_one_of_the_two_neighbours() -> None:
    import torch

    rounding = load("low_precision").main.__globals__["stochastic_bf16"]
    x = torch.full((100_000,), 1 + 2**-7 * 0.3)
    rounded = rounding(x).float()
    assert set(rounded.tolist()) == {1.0, 1 + 2**-7}
    assert (rounded > 1).float().mean().item() == pytest.approx(0.3, abs=0.01)


def test_checkpointing_keeps_one_input_per_layer() -> None:
    """The inputs have 8 · 128 · 64 numbers of 4 bytes; the random states are not counted."""
    found = run_demo("gradient_checkpointing", dropout=0, layers=4)
    of_the_loss = 8 * 128 * 4 / 1e6
    inputs = 4 * 8 * 128 * 64 * 4 / 1e6
    assert found.measures["kept_mb_checkpointed"] == pytest.approx(inputs, abs=2 * of_the_loss)


def test_without_attention_scores_kept_twice_the_tokens_would_keep_twice_the_bytes() -> None:
    """The scores grow with the square of the length, everything else in proportion."""
    short, long = (
        run_demo("gradient_checkpointing", layers=2, tokens=t).measures["growth"] for t in (32, 256)
    )
    assert 1.9 < short < long < 4


def test_other_dropout_masks_give_other_gradients() -> None:
    found = run_demo("gradient_checkpointing", dropout=0.5, keep_rng=False, layers=2, tokens=32)
    assert found.claims["same-gradients"] == "fails"
    assert found.claims["saves-memory"] == "holds"


def test_recomputing_each_layer_is_one_forward_pass_of_three() -> None:
    """Forward 1 and backward 2 become 4: exact for matrix products. Each third layer: a ninth."""
    found = run_demo("gradient_checkpointing", layers=3, tokens=32)
    assert found.measures["compute_ratio"] == pytest.approx(4 / 3)
    third = run_demo("gradient_checkpointing", layers=3, tokens=32, every=3)
    assert third.measures["compute_ratio"] == pytest.approx(1 + 1 / 9)
    assert third.claims["costs-a-third"] == "fails"


def test_layers_run_again_from_the_last_to_the_first() -> None:
    found = run_demo("gradient_checkpointing", layers=3, tokens=32)
    assert found.claims["last-layer-first"] == "holds"


def test_stored_scores_grow_faster_than_the_inputs_that_checkpointing_keeps() -> None:
    """Without dropout PyTorch's attention on CPUs is fused and stores no scores."""
    found = run_demo("gradient_checkpointing", dropout=0.1, layers=2, tokens=256).measures
    fused = run_demo("gradient_checkpointing", dropout=0, layers=2, tokens=256).measures
    assert 2.2 < found["growth"] < 4
    assert found["growth_checkpointed"] == pytest.approx(2, abs=0.01)
    assert fused["growth"] == pytest.approx(2, abs=0.05)
