"""From an answer to a suggested rating."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import QuizError
from quizapp.study.grading import (
    grade_choice,
    grade_cloze,
    grade_multi,
    grade_number,
    grade_order,
    grade_points,
)
from quizapp.study.model import Rating
from quizapp.study.numerals import number_text, parse_number
from quizapp.study.spelling import slip_of

MUSTS = (True, True, False, False)


@pytest.mark.parametrize(
    ("ticked", "suggested"),
    [
        ((), Rating.AGAIN),
        ((0,), Rating.AGAIN),
        ((0, 2, 3), Rating.AGAIN),
        ((0, 1), Rating.HARD),
        ((0, 1, 2), Rating.GOOD),
        ((0, 1, 2, 3), Rating.GOOD),
    ],
)
def test_ticked_points_suggest_a_rating(ticked: tuple[int, ...], suggested: Rating) -> None:
    grade = grade_points(ticked, MUSTS)
    assert grade.suggested is suggested
    assert grade.correct == (suggested is not Rating.AGAIN)


def test_a_missing_must_have_point_says_so() -> None:
    assert grade_points((0, 2), MUSTS).advice == "A must-have point is missing. Again suggested."


def test_must_have_points_weigh_double() -> None:
    assert grade_points((0, 1), MUSTS).score == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("ticked", "suggested"), [((), Rating.AGAIN), ((0,), Rating.HARD), ((0, 1), Rating.GOOD)]
)
def test_without_must_have_points_no_tick_is_again(
    ticked: tuple[int, ...], suggested: Rating
) -> None:
    assert grade_points(ticked, (False, False, False)).suggested is suggested


def test_without_key_points_the_learner_judges() -> None:
    assert grade_points((), ()).suggested is Rating.GOOD


@given(st.sets(st.integers(0, 5)), st.lists(st.booleans(), max_size=6), st.booleans())
def test_a_hint_never_raises_and_a_tick_never_lowers_the_suggestion(
    ticked: set[int], musts: list[bool], hint: bool
) -> None:
    plain = grade_points(ticked, musts, hint_used=hint)
    assert grade_points(ticked, musts, hint_used=True).suggested <= plain.suggested
    for index in range(len(musts)):
        assert grade_points(ticked | {index}, musts, hint_used=hint).suggested >= plain.suggested
    assert 0 <= plain.score <= 1 and plain.suggested is not Rating.EASY


def test_a_hinted_good_becomes_hard_for_every_kind() -> None:
    for grade in (
        grade_points((0,), (True,), hint_used=True),
        grade_choice(1, 1, hint_used=True),
        grade_multi({1}, {1}, hint_used=True),
        grade_order((0, 1), hint_used=True),
        grade_number("1", 1, 0, hint_used=True),
        grade_cloze(["a"], [["a"]], hint_used=True),
    ):
        assert grade.correct and grade.suggested is Rating.HARD


def test_a_wrong_choice_is_again() -> None:
    assert grade_choice(0, 2).suggested is Rating.AGAIN
    assert grade_choice(2, 2).suggested is Rating.GOOD


@pytest.mark.parametrize(
    ("chosen", "score", "message"),
    [
        ({0, 1}, 1.0, "Right."),
        ({0}, 0.5, "1 of 2 found."),
        ({0, 1, 2}, 0.5, "2 of 2 found, 1 wrong."),
        ({2, 3}, 0.0, "0 of 2 found, 2 wrong."),
    ],
)
def test_a_wrong_option_cancels_a_right_one(chosen: set[int], score: float, message: str) -> None:
    grade = grade_multi(chosen, {0, 1})
    assert (grade.score, grade.message) == (score, message)
    assert grade.correct == (score == 1)


def test_an_order_scores_by_pairs_and_names_the_first_wrong_step() -> None:
    grade = grade_order((0, 2, 1, 3))
    assert not grade.correct
    assert grade.score == pytest.approx(5 / 6)
    assert grade.message == "Step 2 is another one."
    assert grade_order((3, 2, 1, 0)).score == 0
    assert grade_order((0, 1, 2)).correct


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12.5", "", 12.5),
        (".5", "", 0.5),
        ("−3", "", -3.0),
        ("1e-4", "", 1e-4),
        ("2.5E3", "", 2500),
        ("10^-4", "", 1e-4),
        ("1.5×10^-4", "", 1.5e-4),
        ("3/4", "", 0.75),
        ("4.2 M", "", 4.2e6),
        ("4.2M parameters", "parameters", 4.2e6),
        ("7B", "", 7e9),
        ("16 k", "", 16_000),
        ("1 000 000", "", 1e6),
        ("1_000", "", 1000),
        ("0.37 bits", "bit", 0.37),
        ("64", "values", 64),
        ("12 %", "%", 12),
        ("12 %", "", 0.12),
        ("4 GB", "GB", 4),
        ("4 GB", "B", 4e9),
        ("42.5%", "percent", 42.5),
        ("2.7 %", "percentage points", 2.7),
        ("112G", "GB", 112),
        ("10M", "million requests", 10),
        ("5.6h", "hours", 5.6),
        ("9333 $", "dollars", 9333),
        ("1.2 nats", "nats per token", 1.2),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, unit: str, value: float) -> None:
    assert parse_number(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("", "", "Nothing was typed"),
        ("12,5", "", "comma"),
        ("1,000", "", "comma"),
        ("about ten", "", "not a number"),
        ("1/0", "", "divides by zero"),
        ("12 34", "", "not understood"),
        ("5 MB", "GB", "counted in GB"),
        ("1.1T", "GB", "counted in GB"),
        ("5 apples", "", "without a unit"),
        ("nan", "", "not a number"),
        ("1e999", "", "too large"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, unit: str, says: str) -> None:
    with pytest.raises(QuizError, match=says) as error:
        parse_number(text, unit)
    assert "12.5" in error.value.hint


@given(st.integers(-(10**14), 10**14))
def test_a_number_is_shown_in_digits_that_can_be_typed(value: int) -> None:
    assert "e" not in number_text(value) or abs(value) >= 1e15
    assert parse_number(number_text(value)) == pytest.approx(value, rel=1e-5)


@given(st.floats(-1e12, 1e12))
def test_a_number_is_read_back_as_it_was_written(value: float) -> None:
    assert parse_number(repr(value)) == value


@pytest.mark.parametrize(
    ("text", "tolerance", "absolute", "correct"),
    [
        ("0.0625", 0.0, False, True),
        ("0.063", 0.02, False, True),
        ("0.065", 0.02, False, False),
        ("0.0675", 0.005, True, True),
        ("0.0676", 0.005, True, False),
        ("1/16", 0.0, False, True),
    ],
)
def test_a_number_may_be_off_by_its_tolerance(
    text: str, tolerance: float, absolute: bool, correct: bool
) -> None:
    assert grade_number(text, 0.0625, tolerance, absolute=absolute).correct is correct


def test_an_order_of_magnitude_is_pointed_out() -> None:
    assert "1000 times too large" in grade_number("64 k", 64, 0.01).message
    assert "100 times too small" in grade_number("0.64", 64, 0.01).message


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


def test_a_cloze_names_what_was_expected_and_what_was_misspelled() -> None:
    accepted = [["adapter", "LoRA adapter"], ["rank"]]
    assert grade_cloze(["adpater", "Rank"], accepted).message == "Right; spelled adapter."
    wrong = grade_cloze(["adapter"], accepted)
    assert (wrong.score, wrong.message) == (0.5, "Expected: rank.")
    assert wrong.suggested is Rating.AGAIN
