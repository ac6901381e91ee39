"""The codes of nf4_error: their levels, their rounding, and settings at which its claims fail."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import bitsandbytes.functional as bnb
import pytest
import torch

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch

QLORA_LEVELS = (
    -1.0,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0.0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1.0,
)
"""The NF4 data type as QLoRA prints it (arXiv 2305.14314, appendix E)."""


def function(name: str) -> Any:
    return load("nf4_error").main.__globals__[name]


def test_the_marked_levels_are_those_of_the_paper() -> None:
    assert bnb.get_4bit_type("nf4", "cpu").tolist() == pytest.approx(QLORA_LEVELS, abs=1e-7)


def test_the_levels_are_quantiles_of_a_normal_distribution() -> None:
    # Seven quantiles below zero, zero, eight above, scaled to reach ±1. The outermost tail is the
    # mean of half a step of a grid of 15 and of one of 16 (section 3 and the authors' code).
    quantile = NormalDist().inv_cdf
    tail = (1 / 30 + 1 / 32) / 2
    below = [quantile(tail + (0.5 - tail) * i / 7) for i in range(7)]
    above = [-quantile(tail + (0.5 - tail) * i / 8) for i in range(8)]
    levels = sorted(value / quantile(1 - tail) for value in [*below, 0.0, *above])
    assert levels == pytest.approx(QLORA_LEVELS, abs=1e-5)


def test_nf4_of_the_library_picks_the_nearest_level() -> None:
    torch.manual_seed(0)
    weights = torch.randn(64, 4096)
    back = bnb.dequantize_4bit(*bnb.quantize_4bit(weights, blocksize=64, quant_type="nf4"))
    blocks = weights.view(-1, 64)
    scale = blocks.abs().amax(1, keepdim=True)
    nearest = (blocks / scale).unsqueeze(-1).sub(torch.tensor(QLORA_LEVELS)).abs().argmin(-1)
    wanted = torch.tensor(QLORA_LEVELS)[nearest] * scale
    assert torch.allclose(back.view(-1, 64), wanted, atol=1e-6)


def test_int4_rounds_to_the_nearest_of_15_steps() -> None:
    torch.manual_seed(0)
    weights = torch.randn(4, 4096)
    blocks = weights.view(-1, 128)
    scale = blocks.abs().amax(1, keepdim=True)  # the largest magnitude stands for ±7
    levels = torch.arange(-7, 8) / 7
    nearest = (blocks / scale).unsqueeze(-1).sub(levels).abs().argmin(-1)
    wanted = (levels[nearest] * scale).view_as(weights)
    assert torch.allclose(function("int4")(weights, 128), wanted, atol=1e-6)


def test_int4_by_hand() -> None:
    block = torch.tensor([[3.5, -3.5, 0.2, 0.3, -1.2, 0.0, 1.75, -0.74]])  # one step is 0.5
    rounded = function("int4")(block, 8)
    assert rounded.tolist() == [[3.5, -3.5, 0.0, 0.5, -1.0, 0.0, 2.0, -0.5]]


def test_int4_of_a_block_of_zeros_is_zero() -> None:
    assert not function("int4")(torch.zeros(1, 64), 64).any()


def test_the_error_of_equal_steps_on_uniform_weights_has_a_closed_form() -> None:
    # Rounding to steps of Δ leaves a uniform error of variance Δ²/12. Weights uniform on [-√3, √3]
    # have Δ = max/7, and the maximum of 64 of them is close to √3.
    measured = run_demo("nf4_error", distribution="uniform").measures["rmse_int4"]
    assert measured == pytest.approx(3**0.5 / 7 / 12**0.5, rel=0.04)


@pytest.mark.parametrize("size", [64, 256, 4096])
def test_bits_are_four_and_the_share_of_a_scale(size: int) -> None:
    assert run_demo("nf4_error", block_size=size).measures["bits_per_param"] == 4 + 32 / size


def test_e2m1_rounds_to_its_numbers() -> None:
    block = torch.tensor([[6.0, -0.2, 0.3, 1.3, -1.8, 2.6, 4.9, -5.1]])  # the scale is 1
    rounded = function("e2m1")(block, 8)
    assert rounded.tolist() == [[6.0, 0.0, 0.5, 1.5, -2.0, 3.0, 4.0, -6.0]]


def test_steps_with_an_offset_begin_at_the_smallest_weight() -> None:
    block = torch.tensor([[-5.0, 10.0, 0.4, 0.6, 3.2, 9.4, -4.6, 7.0]])  # one step is 1
    rounded = function("int4_offset")(block, 8)
    assert rounded.tolist() == [[-5.0, 10.0, 0.0, 1.0, 3.0, 9.0, -5.0, 7.0]]


def test_a_block_holds_no_more_values_than_there_are_codes() -> None:
    found = run_demo("nf4_error")
    assert found.measures["values_per_block"] == 16
    assert found.claims["sixteen-per-block"] == "holds"


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("nf4-beats-int4", {"distribution": "uniform"}),
        ("error-grows-with-block", {"distribution": "uniform"}),
        ("nf4-beats-fp4", {"outliers": 1.0, "block_size": 4096}),
        ("nf4-beats-e2m1", {"outliers": 1.0, "block_size": 4096}),
        ("offset-rivals-nf4", {"distribution": "uniform"}),
        ("int8-gain", {"outliers": 1.0, "block_size": 4096}),
    ],
)
def test_each_claim_fails_where_the_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert run_demo("nf4_error", **settings).claims[claim] == "fails"


def test_the_bundled_model_has_weights_of_the_kind_that_nf4_is_for() -> None:
    outcome = run_demo("nf4_error", distribution="tinyworld")
    assert outcome.measures["best"] == "NF4"
    assert set(outcome.claims.values()) == {"holds"}
