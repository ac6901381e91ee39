"""A card that is known is asked in other words or numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.formula import compute
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.model import Card, Difficulty, Variant
from quizapp.cards.variants import asked, variant_findings


def card(*variants: Variant, number: bool = False) -> Card:
    """Return a card with these variants."""
    body = Number(value=3.5, tolerance=0.02, unit="GB") if number else Open()
    return Card(
        id="size",
        deck="memory",
        question="How large?",
        difficulty=Difficulty.MID,
        answer="Half a byte each.",
        variants=variants,
        body=body,
    )


SIZE = Variant(
    question="How many GB are {n} billion weights in {bits} bits?",
    where={"n": (7, 13, 70), "bits": (4, 8)},
    value="n * bits / 8",
    answer="{n} billion times {bits} bits.",
)


def test_the_card_and_its_variants_come_in_turn() -> None:
    two = card(Variant(question="How big?"), Variant(question="What size?"))
    questions = [asked(two, times).question for times in range(7)]
    turn = ["How large?", "How big?", "What size?"]
    assert questions == [*turn, *turn, "How large?"]


def test_a_card_without_variants_is_always_itself() -> None:
    plain = card()
    assert asked(plain, 5) is plain


@given(st.integers(0, 500))
def test_the_number_asked_for_follows_from_the_values_in_the_question(times: int) -> None:
    shown = asked(card(SIZE, number=True), 2 * times + 1)
    assert isinstance(shown.body, Number)
    words = shown.question.split()
    n, bits = int(words[4]), int(words[8])
    assert shown.body.value == n * bits / 8
    assert shown.answer == f"{n} billion times {bits} bits."
    assert shown == asked(card(SIZE, number=True), 2 * times + 1)


def test_the_values_differ_from_time_to_time() -> None:
    known = card(SIZE, number=True)
    assert len({asked(known, times).question for times in range(1, 40, 2)}) > 3


@pytest.mark.parametrize(
    ("variant", "number", "message"),
    [
        (Variant(question="{n}?"), False, "no values to draw for {n}"),
        (Variant(question="{n}?", where={"n": ()}), False, "no values to draw for {n}"),
        (
            Variant(question="Well?", where={"n": (1,)}, value="n"),
            True,
            "the question has no place {n}",
        ),
        (Variant(question="Well?", value="3"), False, "a card of the kind open has no value"),
        (
            Variant(question="{n}?", where={"n": (1,)}),
            True,
            "other numbers and no formula for the answer",
        ),
        (
            Variant(question="{n}?", where={"n": (0,)}, value="1 / n"),
            True,
            "'1 / n' gives no number: division by zero",
        ),
        (
            Variant(question="{n}?", where={"n": (1,)}, value="n * m"),
            True,
            "no value is drawn for m",
        ),
    ],
)
def test_variants_that_do_not_fit_are_reported(
    variant: Variant, number: bool, message: str
) -> None:
    [finding] = variant_findings(card(variant, number=number))
    assert finding.message == message
    assert finding.code == "C220"


def test_one_bad_value_among_many_is_reported() -> None:
    variant = Variant(question="{n}?", where={"n": (*range(1, 500), 0)}, value="1 / n")
    [finding] = variant_findings(card(variant, number=True))
    assert finding.message == "'1 / n' gives no number: division by zero"


def test_variants_that_fit_are_no_finding() -> None:
    assert not list(variant_findings(card(SIZE, number=True)))
    assert not list(variant_findings(card(Variant(question="How big?"))))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("n * bits / 8", 3.5),
        ("2**bits", 16),
        ("ceil(n / 2) + floor(n / 2)", 7),
        ("max(n, bits) - min(n, bits)", 3),
        ("-n + log2(bits) * sqrt(bits)", -3),
        ("round(100 * exp(0))", 100),
        ("comb(bits, 2)", 6),
    ],
)
def test_a_formula_is_arithmetic(formula: str, value: float) -> None:
    assert compute(formula, {"n": 7, "bits": 4}) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "n.real",
        "[1][0]",
        "(lambda: 1)()",
        "9**9**9",
        "n if n else 1",
        "n +",
        "1e999",
        "((((9**64)**64)**64)**64)**64",
        "comb(10**9, 5 * 10**8)",
        "log(0)",
        "(-8) ** 0.5",
        "-" * 5000 + "n",
        "(" * 150 + "n" + ")" * 150,
    ],
)
def test_anything_else_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"formula|power|gives|drawn"):
        compute(formula, {"n": 7})
