"""From an answer to a suggested rating."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.open import Open
from quizapp.study.grading import grade_answer, grade_points
from quizapp.study.model import Rating

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


CARD = Multi(options=("a", "b", "c"), correct=("a", "b"))


@pytest.mark.parametrize(
    ("answer", "hint", "score", "suggested"),
    [
        (("a", "b"), False, 1.0, Rating.GOOD),
        (("a", "b"), True, 1.0, Rating.HARD),
        (("a",), False, 0.5, Rating.AGAIN),
        (("a",), True, 0.5, Rating.AGAIN),
    ],
)
def test_an_answer_suggests_a_rating_and_a_hint_lowers_it(
    answer: tuple[str, ...], hint: bool, score: float, suggested: Rating
) -> None:
    grade = grade_answer(CARD, answer, hint_used=hint)
    assert grade is not None
    assert (grade.correct, grade.score, grade.suggested) == (score == 1, score, suggested)


def test_a_grade_says_that_the_hint_counted() -> None:
    plain, hinted = (grade_answer(CARD, ("a", "b"), hint_used=hint) for hint in (False, True))
    assert plain is not None and hinted is not None
    assert plain.message == "Right."
    assert hinted.message == "Right. The hint was used."
    assert grade_points((0,), (True,), hint_used=True).suggested is Rating.HARD


def test_without_an_answer_or_without_one_that_is_right_there_is_no_grade() -> None:
    assert grade_answer(CARD, ()) is None
    assert grade_answer(Open(), ("spoken",)) is None
