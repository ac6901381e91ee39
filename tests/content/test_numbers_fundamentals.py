"""Numbers of the first and the last deck, computed from first principles."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tests.content.stated import deck, number, spoken, value

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


def items(gap: float, variance: float, errors: float = 1.96 + 0.84) -> float:
    """Return the items at which a gap is that many standard errors of a mean difference."""
    return variance * (errors / gap) ** 2


def test_items_to_find_three_points_in_four_of_five_tests() -> None:
    answers = {name: spoken("answering", name) for name in deck("answering")}
    unpaired = items(0.03, 0.75 * 0.25 + 0.72 * 0.28)
    assert unpaired == pytest.approx(3400, rel=0.01)
    assert items(0.03, 0.4) == pytest.approx(3500, rel=0.01)  # with the round inputs of the answer
    assert "About 3,500 for each model" in answers["ans-estimate-items"]
    paired = items(0.03, 0.17)  # they disagree on 17 % of the items
    assert paired == pytest.approx(1500, rel=0.02)
    for name in ("ans-estimate-items", "ans-defend-a-number", "ans-system-design"):
        assert "1,500" in answers[name]
    assert items(0.02, 0.17) == pytest.approx(3300, rel=0.02)
    assert "some 3,300 paired items" in answers["ans-trade-off"]
    assert items(0.03, 0.17, 1.96) / paired == pytest.approx(0.5, abs=0.02)
    assert math.sqrt(0.17 / 200) == pytest.approx(0.029, abs=0.0005)


def test_a_better_model_at_three_times_the_price() -> None:
    fewer = 1_000_000 * 2 // 100
    dear, cheap = fewer // 2, fewer // 10  # at 0.50 and 0.10 dollars an error
    answer = spoken("answering", "ans-trade-off")
    assert cheap < 3000 < dear
    for text in (f"{fewer:,.0f}", f"{dear:,.0f} dollars", f"{cheap:,.0f}: take A"):
        assert text in answer


def test_full_fine_tuning_of_seven_billion_does_not_fit() -> None:
    answer = spoken("answering", "ans-best-first-sentence")
    assert f"16 · 7·10⁹ = {16 * 7e9 / 1e9:.0f} GB" in answer
    assert f"{2 * 7e9 / 1e9:.0f} GB of 16-bit weights" in answer


def test_interval_of_the_project_story() -> None:
    half = 1.96 * math.sqrt(0.88 * 0.12 / 600)
    assert f"±{100 * half:.1f} points" in spoken("answering", "ans-project")


def test_adapters_for_two_hundred_customers() -> None:
    answer = spoken("answering", "ans-per-customer")
    model, adapter = 7e9 * 2, 40e6 * 2  # bytes, two for each parameter
    for text in (
        f"{model / 1e9:.0f} GB",
        f"{200 * model / 1e12:.1f} TB",
        f"{adapter / 1e6:.0f} MB",
        f"{200 * adapter / 1e9:.0f} GB",
    ):
        assert text in answer
