"""Typed words against the expected ones."""

from __future__ import annotations

import pytest

from quizapp.cards.spelling import slip_of


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("B*A", "B·A"),
        ("B @ A", "B·A"),
        ("||G||^2", "‖G‖²"),
        ("ln(2)", "ln 2"),
        ("– 100", "-100"),
    ],
)
def test_the_signs_of_a_formula_may_be_typed_as_a_keyboard_has_them(
    typed: str, accepted: str
) -> None:
    assert slip_of(typed, [accepted]) == ""


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("block-wise", ""),
        ("Blockwise", ""),
        ("  BLOCK  WISE. ", ""),
        ("blokwise", "block wise"),
        ("blcokwise", "block wise"),
        ("bock wise", "block wise"),
        ("block", None),
        ("", None),
    ],
)
def test_words_are_compared_without_case_spaces_and_small_slips(
    typed: str, slip: str | None
) -> None:
    assert slip_of(typed, ["block wise"]) == slip


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("FP4", "NF4"),
        ("less", "loss"),
        ("atypical", "typical"),
        ("overfitting", "underfitting"),
        ("decrease", "increase"),
        ("int4x", "int8x"),
        ("bfloat16", "bfloat32"),
        ("1", "-1"),
        ("1e4", "1e-4"),
        ("104", "10-4"),
    ],
)
def test_a_slip_never_excuses_another_meaning(typed: str, wanted: str) -> None:
    assert slip_of(typed, [wanted]) is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("GPT 2", "GPT-2"), ("4bit", "4-bit"), ("fp-16", "FP16"), ("1E-4", "1e-4")],
)
def test_hyphens_beside_letters_do_not_count(typed: str, wanted: str) -> None:
    assert slip_of(typed, [wanted]) == ""
