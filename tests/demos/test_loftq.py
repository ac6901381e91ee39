"""Adapters that repair quantization: an oracle for each step, and claims that fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def part(name: str) -> Any:
    return load("loftq_pissa").main.__globals__[name]


def test_low_rank_is_that_of_peft() -> None:
    import torch
    from peft.utils.loftq_utils import _low_rank_decomposition

    M = torch.randn(48, 64, generator=torch.Generator().manual_seed(0))
    theirs = _low_rank_decomposition(M, reduced_rank=5)
    assert torch.allclose(part("low_rank")(M, 5), theirs["L"] @ theirs["R"], atol=1e-5)


def test_rounds_are_those_of_peft() -> None:
    """peft's loop (`loftq_init`, which needs CUDA or XPU) with its own decomposition."""
    import bitsandbytes.functional as bnb
    import torch
    from peft.utils.loftq_utils import _low_rank_decomposition

    W = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))
    ours, rest = part("loftq")(W, "nf4", 8, 3), W
    for done in range(3):
        Q = bnb.dequantize_4bit(*bnb.quantize_4bit(rest, blocksize=64, quant_type="nf4"))
        split = _low_rank_decomposition(W - Q, reduced_rank=8)
        rest = W - split["L"] @ split["R"]
        error, expected = (W - ours[done + 1]).norm(), (W - Q - split["L"] @ split["R"]).norm()
        assert error.item() == pytest.approx(expected.item(), rel=1e-3)


def test_full_rank_repairs_everything() -> None:
    import torch

    W = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(part("loftq")(W, "2", 64, 1)[1], W, atol=1e-4)


def test_two_bits_leave_three_levels() -> None:
    import torch

    W = torch.tensor([1.0, -0.4, 0.6, -0.9]).repeat(1, 16)
    assert part("quantized")(W, "2")[0, :4].tolist() == [1.0, 0.0, 1.0, -1.0]


def test_more_rounds_hurt_at_two_bits() -> None:
    outcome = run_demo("loftq_pissa", code="2")
    assert outcome.claims["rounds-help"] == "fails"
    assert outcome.measures["error_loftq"] > outcome.measures["error_svd"]


def test_rank_one_repairs_nearly_nothing() -> None:
    claims = run_demo("loftq_pissa", rank=1, iterations=2).claims
    assert claims["svd-repairs"] == "fails"
    assert claims["pissa-quantizes-better"] == "fails"


def test_the_best_repair_of_a_wide_layer_by_hand() -> None:
    """Eckart and Young: what is left of W - Q is its distance from the nearest of that rank."""
    import torch

    torch.manual_seed(3)
    W = torch.randn(128, 128)
    lost = W - part("quantized")(W, "nf4")
    expected = (lost - part("low_rank")(lost, 4)).norm() / lost.norm()
    torch.manual_seed(3)
    assert part("left_at")(128, 4, "nf4") == pytest.approx(expected.item(), rel=1e-4)
