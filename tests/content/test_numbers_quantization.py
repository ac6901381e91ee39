"""Numbers of the quantization deck, computed from first principles."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pytest

from quizapp.cards.kinds.cloze import Cloze, Gap
from tests.content import stated

value = partial(stated.value, "quantization")


def test_bits_with_one_scale_for_a_block() -> None:
    assert value("nf4-bits-per-parameter") == 4 + Fraction(32, 64)


def test_saving_of_double_quantization() -> None:
    bits = Fraction(32, 64) - (Fraction(8, 64) + Fraction(32, 64 * 256))
    gigabytes = float(bits * 65 / 8)
    assert value("nf4-saving-65b") == pytest.approx(gigabytes, rel=0.01)


def test_weights_of_a_model_with_embeddings_in_16_bits() -> None:
    bits = 4 + Fraction(8, 64) + Fraction(32, 64 * 256)
    gigabytes = float(Fraction(13, 2) * bits / 8 + Fraction(11, 10) * 2)
    assert value("nf4-7b-gb") == pytest.approx(gigabytes, rel=0.01)


def test_levels_of_four_bits() -> None:
    body = stated.deck("quantization")["nf4-levels-cloze"].body
    assert isinstance(body, Cloze)
    first = next(part for part in body.parts if isinstance(part, Gap))
    assert first.answers[0] == str(2**4)


def test_share_of_blocks_with_an_outlier() -> None:
    answer = stated.spoken("quantization", "qlora-outliers")
    for size in (64, 1024):
        share = 1 - (1 - 0.001) ** size
        assert f"{100 * share:.0f} % of the blocks of {size}" in answer


def test_bits_of_block_formats() -> None:
    answer = stated.spoken("quantization", "quant-mxfp4-nvfp4")
    for bits in (4 + 8 / 32, 4 + 8 / 16, 4 + 32 / 64):
        assert f"| {bits:g} " in answer


def test_bits_of_a_super_block() -> None:
    """llama.cpp's block_q4_K: two halves, twelve bytes of scales and minima, 128 of codes."""
    bits = 8 * (2 * 2 + 12 + 256 // 2) / 256
    assert f"{bits:g} bits in all" in stated.spoken("quantization", "quant-which-tool")


def test_square_of_noise_that_the_largest_directions_hold() -> None:
    """A d × d matrix of noise: singular values up to 2·σ·√d, and d²·σ² in all."""
    rank, width = 16, 4096
    share = rank * (2 * width**0.5) ** 2 / width**2
    answer = stated.deck("quantization")["quant-start-repaired"].answer
    assert f"{100 * share:.1f} %" in answer
    assert 1 - (1 - share) ** 0.5 < 0.01
