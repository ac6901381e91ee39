"""AWQ, SmoothQuant, block formats, FP8, loss scaling, QAT: oracles, and claims that fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_scaling_a_column_and_its_input_changes_nothing_but_the_rounding() -> None:
    import torch

    found = load("awq_smoothquant").main.__globals__
    W, X = torch.randn(8, 256), torch.randn(16, 256)
    s = torch.rand(256) + 0.5
    fine = found["scaled"](W, s, 16)
    assert torch.allclose(X @ fine.T, X @ W.T, atol=0.05)


def test_awq_with_alpha_zero_is_rounding() -> None:
    import torch

    found = load("awq_smoothquant").main.__globals__
    W, X = torch.randn(8, 256), torch.randn(16, 256)
    curve, s = found["awq"](W, X, 4)
    rounded = found["relative"](X @ found["grouped"](W, 4).T, X @ W.T)
    best = found["relative"](X @ found["scaled"](W, s, 4).T, X @ W.T)
    assert curve[0.0] == pytest.approx(rounded)
    assert best == pytest.approx(min(curve.values()))


def test_smoothing_at_one_half_gives_both_sides_the_same_largest_values() -> None:
    """SmoothQuant, section 4: at α = 0.5 channel maxima of inputs and weights agree."""
    import torch

    smoothing = load("awq_smoothquant").main.__globals__["smoothing"]
    W, X = torch.randn(8, 256), 5 * torch.randn(16, 256)
    s = smoothing(W, X, 0.5)
    assert torch.allclose((X / s).abs().amax(0), (W * s).abs().amax(0))


def test_without_outliers_scaling_gains_nothing() -> None:
    found = run_demo("awq_smoothquant", magnitude=1)
    assert found.claims["awq-beats-rounding"] == "fails"
    assert found.claims["smoothing-saves-w8a8"] == "fails"
    assert found.claims["channels-are-the-trouble"] == "fails"


def test_at_alpha_zero_the_outliers_stay_in_the_inputs() -> None:
    assert run_demo("awq_smoothquant", alpha=0).claims["smoothing-saves-w8a8"] == "fails"


def test_mxfp4_reads_back_as_transformers_reads_it() -> None:
    """Codes and scales packed by hand, unpacked by what loads gpt-oss."""
    import torch
    from transformers.integrations.mxfp4 import FP4_VALUES, convert_moe_packed_tensors

    found = load("block_formats").main.__globals__
    w = torch.randn(4, 64)
    mine = found["blockwise"](w, 32, found["power_of_two"])  # (4, 64)
    blocks = w.view(4, 2, 32)
    scale = found["power_of_two"](blocks.abs().amax(-1, keepdim=True))  # (4, 2, 1)
    table = torch.tensor(FP4_VALUES)
    codes = (mine.view(4, 2, 32) / scale)[..., None].eq(table).int().argmax(-1)  # (4, 2, 32)
    packed = (codes[..., 1::2] << 4 | codes[..., ::2]).to(torch.uint8)  # the first is the low half
    exponents = (scale[..., 0].log2() + 127).to(torch.uint8)  # (4, 2)
    read = convert_moe_packed_tensors(packed[None], exponents[None], dtype=torch.float32)
    assert torch.equal(read[0].T, mine)


def test_the_scale_of_mxfp4_puts_the_largest_between_four_and_eight() -> None:
    """OCP Microscaling Formats v1.0, section 6.3."""
    import torch

    scale = load("block_formats").main.__globals__["power_of_two"]
    largest = torch.rand(1000) * 10 + 1e-3
    scaled = largest / scale(largest)
    assert scaled.min() >= 4
    assert scaled.max() < 8


def test_the_largest_weight_of_an_nvfp4_tensor_is_kept() -> None:
    """Its block scale is 448 times that of the tensor, and its level 6: both exact."""
    import torch

    found = load("block_formats").main.__globals__
    w = torch.randn(16, 64)
    kept = found["blockwise"](w, 16, found["fp8"])
    at = w.abs().argmax()
    assert kept.flatten()[at].item() == pytest.approx(w.flatten()[at].item(), rel=1e-6)


def test_outliers_make_the_block_count_and_nf4_the_coarsest() -> None:
    found = run_demo("block_formats", distribution="outliers")
    assert found.claims["scale-counts-more"] == "fails"
    assert found.claims["mxfp4-is-coarsest"] == "fails"


def test_weights_of_equal_size_gain_nothing_from_smaller_blocks() -> None:
    assert run_demo("block_formats", distribution="uniform").claims["nvfp4-beats-mxfp4"] == "fails"


def test_an_int8_grid_is_what_pytorch_fake_quantizes() -> None:
    import torch

    through = load("float8").main.__globals__["through"]
    x = torch.randn(4, 64)
    scale = x.abs().max().item() / 127
    expected = torch.fake_quantize_per_tensor_affine(x, scale, 0, -127, 127)
    assert torch.allclose(through(x, "INT8", "tensor"), expected, atol=1e-6)


def test_fp8_without_a_scale_flushes_what_blocks_keep() -> None:
    without = run_demo("float8", scale="none")
    blocks = run_demo("float8", scale="block")
    assert without.claims["scale-is-needed"] == "fails"
    assert blocks.claims["e5m2-reaches-lower"] == "fails"
    assert blocks.claims["outlier-spoils-int8"] == "fails"


def test_a_large_step_moves_weights_in_fp8() -> None:
    assert run_demo("float8", learning_rate=0.1).claims["small-steps-vanish"] == "fails"


def test_bf16_loses_no_gradient_and_skips_no_step() -> None:
    found = run_demo("loss_scaling", dtype="bfloat16")
    assert found.measures["zero_unscaled"] == 0
    assert found.claims["gradients-vanish"] == "fails"
    assert found.measures["skipped"] == 0


def test_clipping_before_unscaling_leaves_a_tiny_gradient() -> None:
    found = run_demo("loss_scaling", order="clip first")
    assert found.claims["order-keeps-the-norm"] == "fails"
    scale = 2 ** found.measures["scale_found"]
    assert found.measures["norm_reached"] == pytest.approx(1 / scale, rel=0.01)


def test_a_scale_that_fits_skips_nothing() -> None:
    assert run_demo("loss_scaling", start=1024).claims["steps-are-skipped"] == "fails"


def test_straight_through_gives_the_gradient_that_pytorch_gives() -> None:
    """Inside the range torch.fake_quantize passes the gradient as it is."""
    import torch

    rounding = load("qat_ste").main.__globals__["FakeQuantized"](4, True)
    W = torch.randn(2, 64, requires_grad=True)
    weights = torch.randn(2, 64)
    (rounding(W) * weights).sum().backward()
    same = W.detach().clone().requires_grad_(True)
    step = same.detach().abs().amax(1) / 7
    zero = torch.zeros(2, dtype=torch.int32)
    theirs = torch.fake_quantize_per_channel_affine(same, step, zero, 0, -7, 7)
    (theirs * weights).sum().backward()
    assert torch.allclose(rounding(W), theirs, atol=1e-6)
    assert torch.equal(W.grad, same.grad)


def test_the_true_gradient_of_rounding_teaches_nothing() -> None:
    found = run_demo("qat_ste", gradient="true", steps=10)
    assert found.measures["with_gradient"] == 0
    assert found.claims["qat-recovers"] == "fails"


def test_at_four_bits_rounding_later_is_good_enough() -> None:
    assert run_demo("qat_ste", bits=4).claims["ptq-breaks"] == "fails"


def test_a_grid_has_a_code_for_zero_and_reaches_both_ends() -> None:
    import torch

    found = load("quant_grid").main.__globals__
    x = torch.rand(3, 64) - 0.2
    scale, zero = found["grid"](x, 8, False)
    back = found["through"](x, 8, scale, zero)
    assert (back - x).abs().max() <= scale.max()
    nothing = found["through"](torch.zeros(3, 64), 8, scale, zero)
    assert torch.equal(nothing, torch.zeros(3, 64))


def test_a_static_range_from_the_same_texts_comes_nearer_to_a_dynamic_one() -> None:
    assert run_demo("quant_grid", calibrate="same").claims["dynamic-follows"] == "fails"


def test_a_large_batch_makes_decoding_compute() -> None:
    found = run_demo("decode_or_prefill", batch=512, context=128)
    assert found.claims["decode-is-below-the-ridge"] == "fails"
    assert found.claims["decode-gains"] == "fails"


def test_operations_are_two_for_each_weight_and_token() -> None:
    """7.07 billion weights in linear layers and the head, attention to a short cache beside."""
    found = run_demo("decode_or_prefill", context=128).measures
    assert found["per_byte_decode"] == pytest.approx(1, abs=0.01)
