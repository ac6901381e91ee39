"""Numbers of the decks on splits and on serving, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist

import pytest

from tests.content.stated import spoken, value


def test_a_row_is_clean_only_if_all_its_paraphrases_are_held_out() -> None:
    held_out = Fraction(20, 100)
    clean = held_out**4  # the four other paraphrases
    assert value("splits", "split-paraphrase-siblings") == pytest.approx(float(100 * (1 - clean)))


def test_windows_without_the_changed_word_survive() -> None:
    item = list(range(1, 41))
    windows = [item[i : i + 13] for i in range(len(item) - 13 + 1)]
    assert value("splits", "split-ngram-survivors") == sum(20 not in window for window in windows)


def test_the_best_of_forty_lies_two_errors_above_the_truth() -> None:
    grid = [step / 1000 for step in range(-8000, 8001)]
    # The distribution of the largest of 40 independent normals.
    largest = [NormalDist().cdf(x) ** 40 for x in grid]
    steps = [after - before for before, after in pairwise(largest)]
    mean = sum(x * step for x, step in zip(grid[1:], steps, strict=True))
    error = 100 * math.sqrt(0.92 * 0.08 / 200)
    answer = spoken("splits", "split-tuned-on-test")
    assert f"{mean:.2f} standard errors" in answer
    assert f"{error:.1f} points" in answer
    assert f"about {mean * error:.0f} points too good" in answer


def test_two_people_agree_less_often_than_each_is_right() -> None:
    right = Fraction(9, 10)
    agree = right**2 + (1 - right) ** 2
    answer = spoken("splits", "split-signs-of-a-leak")
    assert f"0.9² + 0.1² = {float(100 * agree):.0f} %" in answer


def test_a_fleet_holds_one_base_and_all_adapters() -> None:
    numbers = 7_000_000_000 + 100 * 40_000_000
    assert value("serving", "serve-fleet-memory") == pytest.approx(2 * numbers / 1e9)


def test_extra_products_of_an_unmerged_adapter() -> None:
    width, rank = 4096, 16
    share = Fraction(rank * width + width * rank, width * width)
    expected = float(100 * share)
    assert value("serving", "serve-extra-arithmetic") == pytest.approx(expected, rel=0.01)


def test_slots_of_the_largest_rank_hold_mostly_nothing() -> None:
    def slot(rank: int) -> int:
        return 2 * 32 * 2 * rank * (4096 + 4096)  # bytes: 16 bit, 32 layers, q and v

    wasted = 8 * (slot(64) - slot(8)) / 1e6
    assert value("serving", "serve-slot-memory") == pytest.approx(wasted, rel=0.001)
