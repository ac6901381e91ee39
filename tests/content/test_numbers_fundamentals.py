"""Numbers of the first and the last deck, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tests.content.stated import deck, number, value

A100 = 312e12
"""Peak operations per second in bf16, without sparsity."""


def superscript(number: int) -> str:
    """Return a number as it stands in an exponent."""
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def hours(parameters: float, tokens: float) -> float:
    """Return the hours of one A100 at 40 % of its peak; 2 operations forward, 4 backward."""
    return (2 + 4) * parameters * tokens / (0.4 * A100) / 3600


def test_hours_of_a_full_fine_tune() -> None:
    asked = number("fundamentals", "ft-gpu-hours")
    assert asked.value == pytest.approx(hours(7e9, 3 * 20e6), rel=0.01)
    assert asked.unit == "hours"


def test_hours_of_continued_pre_training_as_the_answer_says() -> None:
    answer = deck("fundamentals")["ft-continued-pretraining"].answer
    assert hours(7e9, 2e9) == pytest.approx(187, abs=1)
    assert "about 190 hours" in answer
    power = math.floor(math.log10(6 * 7e9 * 2e9))
    assert f"{6 * 7e9 * 2e9 / 10**power:.1f}·10{superscript(power)}" in answer


def test_hours_with_checkpointing_and_bytes_of_adam() -> None:
    answer = deck("fundamentals")["ft-gpu-hours"].answer
    assert f"8·N·D, {hours(7e9, 3 * 20e6) * 8 / 6:.1f} hours" in answer
    assert f"16 · 7·10⁹ = {16 * 7e9 / 1e9:.0f} GB" in answer


def test_a_score_on_two_hundred_items_is_known_to_six_points() -> None:
    half = 1.96 * math.sqrt(0.75 * 0.25 / 200)
    assert f"= ±{100 * half:.0f} points" in deck("fundamentals")["ft-order-ladder"].answer


def test_items_that_find_three_points_in_four_of_five_tries() -> None:
    answer = " ".join(deck("fundamentals")["ft-prove-it"].answer.split())
    variance = 0.17 - 0.03**2  # they disagree on 17 % of the items
    with_power = variance * ((1.96 + 0.84) / 0.03) ** 2
    assert with_power == pytest.approx(1500, rel=0.03)
    assert "3 points need about 1,500" in answer
    assert variance * (1.96 / 0.03) ** 2 == pytest.approx(720, rel=0.01)
    assert "720 would find it only every second time" in answer


def test_requests_until_shorter_prompts_have_paid() -> None:
    saved = Fraction(2000 - 200) * Fraction(1, 2) / 1_000_000  # dollars per request
    assert value("fundamentals", "ft-break-even") == Fraction(9000) / saved / 1_000_000


def test_cost_of_labels() -> None:
    minutes = 2000 * 2 * 3 + 2000 * 20 // 100 * 5
    assert value("answering", "ans-label-budget") == pytest.approx(minutes / 60 * 40, rel=1e-4)
    once = 2000 * 3 + 200 * 3 + 200 * 20 // 100 * 5  # a tenth twice, the same share of disputes
    assert once / minutes == pytest.approx(0.5, abs=0.02)


def test_items_to_see_three_points_without_pairing() -> None:
    variance = 0.75 * 0.25 + 0.72 * 0.28
    items = variance * (1.96 / 0.03) ** 2
    assert items == pytest.approx(1660, abs=2)
    assert "unpaired the exact figure is 1,660" in deck("answering")["ans-estimate-items"].answer
    power = ((1.96 + 0.84) / 1.96) ** 2  # to find the gap in 80 % of the tests
    assert power == pytest.approx(2, abs=0.1)


def test_interval_of_the_project_story() -> None:
    half = 1.96 * math.sqrt(0.88 * 0.12 / 600)
    assert f"±{100 * half:.1f} points" in deck("answering")["ans-project"].answer


def test_adapters_for_two_hundred_customers() -> None:
    answer = deck("answering")["ans-per-customer"].answer
    model, adapter = 7e9 * 2, 40e6 * 2  # bytes, two for each parameter
    for text in (
        f"{model / 1e9:.0f} GB",
        f"{200 * model / 1e12:.1f} TB",
        f"{adapter / 1e6:.0f} MB",
        f"{200 * adapter / 1e9:.0f} GB",
    ):
        assert text in answer
