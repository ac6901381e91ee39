"""Numbers of the deck on SFT mechanics, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial

import pytest

from tests.content import stated

value = partial(stated.value, "sft")


def test_floor_of_an_unmasked_loss() -> None:
    choices = [1 / 44] * 44
    entropy = -sum(p * math.log(p) for p in choices)
    assert value("sft-unmasked-floor") == pytest.approx(entropy / 11, rel=0.002)


def test_share_of_padding() -> None:
    lengths = [100, 300, 500, 1100]
    padding = sum(max(lengths) - length for length in lengths)
    share = Fraction(padding, max(lengths) * len(lengths))
    assert value("sft-padding-waste") == pytest.approx(100 * float(share), abs=0.05)


def test_bytes_of_two_whole_matrices() -> None:
    numbers = 2 * 128_256 * 4_096
    assert value("sft-new-rows-size") == pytest.approx(numbers * 2 / 1e9, rel=0.01)


def test_padding_of_the_packed_rows() -> None:
    answer = stated.deck("sft")["sft-padding-waste"].answer
    assert f"1 − 2,000 / 2,200 = {100 * (1 - 2000 / 2200):.0f} %" in answer


def test_bytes_of_twelve_new_rows() -> None:
    numbers = 2 * 12 * 4096
    answer = stated.deck("sft")["sft-new-rows-size"].answer
    assert f"2 · 12 · 4,096 = {numbers:,} numbers, {numbers * 2 / 1e6:.1f} MB" in answer
