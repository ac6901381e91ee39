"""The sizes of models in 4 bits, from their shapes."""

from __future__ import annotations

import pytest

from tests.demos.running import run_demo

pytestmark = pytest.mark.torch


def test_the_sizes_follow_from_the_shapes() -> None:
    found = run_demo("four_bit_sizes")
    width, inner, layers, vocab, keys = 3584, 18_944, 28, 152_064, 4 * 128
    linear = layers * (2 * width * width + 2 * width * keys + 3 * width * inner)
    # the embedding and the output layer, two norms and the biases of q, k and v per layer, one norm
    others = 2 * vocab * width + layers * (3 * width + 2 * keys) + width
    each = (4 + 8 / 64 + 32 / (64 * 256)) / 8
    assert found.measures["gb_7b"] == pytest.approx((linear * each + 2 * others) / 1e9)
    assert found.measures["left_7b"] == pytest.approx(others / (linear + others))
    saved = 80 * (4 * 8192**2 + 3 * 8192 * 22_016) * (0.5 - 8 / 64 - 32 / (64 * 256)) / 8
    assert found.measures["saved_gb_65b"] == pytest.approx(saved / 1e9)


def test_scales_in_32_bits_save_nothing() -> None:
    found = run_demo("four_bit_sizes", double_quant=False)
    assert found.claims["saves-three"] == "fails"
    assert found.measures["saved_gb_65b"] == 0
