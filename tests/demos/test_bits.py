"""Bit widths: an oracle for the rounding, and claims that fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_rounding_to_eight_bits_is_that_of_bitsandbytes() -> None:
    """One block per row is what LLM.int8 does: absmax per row, 127 steps, nearest."""
    import torch
    from bitsandbytes.functional import int8_vectorwise_dequant, int8_vectorwise_quant

    W = torch.randn(32, 256, dtype=torch.float16)
    codes, scales, _ = int8_vectorwise_quant(W)
    ours = load("bits_sweep").main.__globals__["rounded"](W.float(), 8, 256)
    step = W.float().abs().amax(1, keepdim=True) / 127
    apart = ((ours - int8_vectorwise_dequant(codes, scales)) / step).abs()
    assert (apart > 0.01).float().mean() < 0.01  # a tie may fall to the other side
    assert apart.max() < 1.01


def test_two_bits_leave_three_levels() -> None:
    import torch

    W = torch.tensor([[1.0, -0.4, 0.6, -0.9]])
    ours = load("bits_sweep").main.__globals__["rounded"](W, 2, 4)
    assert ours.tolist() == [[1.0, 0.0, 1.0, -1.0]]


def test_a_scale_for_many_weights_shows_in_the_loss() -> None:
    assert run_demo("bits_sweep", block_size=1024).claims["loss-hides"] == "fails"


def test_attention_bears_less_than_the_mlp() -> None:
    attention = run_demo("bits_sweep", layers="attention")
    mlp = run_demo("bits_sweep", layers="mlp")
    assert attention.claims["two-bits-break"] == "holds"
    assert attention.claims["tokens-change"] == "fails"
    assert mlp.claims["two-bits-break"] == "fails"
    assert mlp.measures["breaks_at"] == "never"
