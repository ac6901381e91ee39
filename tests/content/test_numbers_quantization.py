"""Numbers of the quantization deck, computed from first principles."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from quizapp.cards.compile import compile_deck
from quizapp.cards.model import Card
from quizapp.cards.source import read_source

PATH = Path(__file__).parents[2] / "content" / "quantization.yaml"


@pytest.fixture(scope="module")
def cards() -> dict[str, Card]:
    found = compile_deck(read_source(PATH.name, PATH.read_bytes())).cards
    return {card.id: card for card in found.values()}


def test_bits_with_one_scale_for_a_block(cards: dict[str, Card]) -> None:
    assert cards["nf4-bits-per-parameter"].value == 4 + Fraction(32, 64)


def test_saving_of_double_quantization(cards: dict[str, Card]) -> None:
    bits = Fraction(32, 64) - (Fraction(8, 64) + Fraction(32, 64 * 256))
    gigabytes = float(bits * 65 / 8)
    assert cards["nf4-saving-65b"].value == pytest.approx(gigabytes, rel=0.01)


def test_weights_of_a_model_with_embeddings_in_16_bits(cards: dict[str, Card]) -> None:
    bits = 4 + Fraction(8, 64) + Fraction(32, 64 * 256)
    gigabytes = float(Fraction(13, 2) * bits / 8 + Fraction(1, 2) * 2)
    assert cards["nf4-7b-gb"].value == pytest.approx(gigabytes, rel=0.01)


def test_levels_of_four_bits(cards: dict[str, Card]) -> None:
    assert cards["quant-levels-number"].value == 2**4


def test_share_of_blocks_with_an_outlier(cards: dict[str, Card]) -> None:
    share = 1 - (1 - 0.001) ** 1024
    assert cards["quant-hit-blocks"].options[2] == f"about {100 * share:.0f} %"
