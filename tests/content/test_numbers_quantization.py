"""Numbers of the quantization deck, computed from first principles."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pytest

from quizapp.cards.kinds.choice import Choice
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
    assert value("quant-levels-number") == 2**4


def test_share_of_blocks_with_an_outlier() -> None:
    share = 1 - (1 - 0.001) ** 1024
    body = stated.deck("quantization")["quant-hit-blocks"].body
    assert isinstance(body, Choice)
    assert body.options[2] == f"about {100 * share:.0f} %"


def test_square_of_noise_that_the_largest_directions_hold() -> None:
    """A d × d matrix of noise: singular values up to 2·σ·√d, and d²·σ² in all."""
    rank, width = 16, 4096
    share = rank * (2 * width**0.5) ** 2 / width**2
    answer = stated.deck("quantization")["quant-start-repaired"].answer
    assert f"{100 * share:.1f} %" in answer
    assert 1 - (1 - share) ** 0.5 < 0.01
