"""What code is worth, and which exercise a card asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quizapp.app.solutions import Attempt, Result
from quizapp.app.work import Work, exercise_in_turn
from quizapp.study.model import Rating

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
PASSED = Attempt(3, "", Result("x", AT, {"a": "holds", "b": "holds"}, True))
PARTLY = Attempt(4, "", Result("x", AT, {"a": "holds", "b": "not tested"}, True))
FAILED = Attempt(2, "", Result("x", AT, {"a": "holds", "b": "fails"}))
LEFT = Attempt(5, "", Result("x", AT, {"a": "holds"}, trouble="cancelled"))
HUNG = Attempt(1, "", Result("x", AT, trouble="your Python hung in line 2."))


@pytest.mark.parametrize(
    ("work", "rating", "advice", "response"),
    [
        (Work(last=PASSED), Rating.GOOD, "All 2 claims hold.", "attempt 3: 2 of 2 claims hold"),
        (
            Work(1, last=PASSED),
            Rating.HARD,
            "All 2 claims hold. 1 hint used.",
            "attempt 3: 2 of 2 claims hold; 1 hint",
        ),
        (
            Work(0, True, PASSED),
            Rating.AGAIN,
            "All 2 claims hold. The solution was shown.",
            "attempt 3: 2 of 2 claims hold; solution shown",
        ),
        (Work(last=PARTLY), Rating.GOOD, "1 of 2 claims hold.", "attempt 4: 1 of 2 claims hold"),
        (Work(last=FAILED), Rating.AGAIN, "1 of 2 claims hold.", "attempt 2: 1 of 2 claims hold"),
        (
            Work(last=HUNG),
            Rating.AGAIN,
            "Your Python hung in line 2.",
            "attempt 1: your Python hung in line 2",
        ),
        (Work(last=LEFT), Rating.AGAIN, "Cancelled.", "attempt 5: cancelled"),
        (Work(), Rating.AGAIN, "No run was made.", ""),
    ],
)
def test_the_last_run_is_the_grade(work: Work, rating: Rating, advice: str, response: str) -> None:
    assert work.grade.suggested is rating
    assert work.grade.advice == f"{advice} {rating.label} suggested."
    assert work.response == response


def test_only_a_run_that_passed_has_passed() -> None:
    assert Work(last=PASSED).passed
    assert not Work(last=FAILED).passed
    assert not Work(last=replace(PASSED, result=None)).passed
    assert not Work().passed


def test_until_it_is_solved_the_own_exercise_is_asked() -> None:
    asked = [exercise_in_turn("own", ["b", "c"], solved=False, reps=n) for n in range(4)]
    assert asked == ["own"] * 4


def test_once_it_is_solved_the_exercises_take_turns() -> None:
    asked = [exercise_in_turn("own", ["b", "c"], solved=True, reps=n) for n in range(1, 6)]
    assert asked == ["b", "c", "own", "b", "c"]
    assert exercise_in_turn("own", [], solved=True, reps=5) == "own"
