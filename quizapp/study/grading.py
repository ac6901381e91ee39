"""From an answer to a suggested rating; the learner always has the last word.

The rule, for every kind of card: wrong or partly wrong is Again, as Anki's manual asks
("Studying", answer buttons), because a Hard counts as remembered. Right is Good; right after a
hint is Hard. Easy is never suggested: only the learner knows what was effortless.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from quizapp.cards.kinds.body import Body, Mark
from quizapp.study.model import Rating
from quizapp.text import plural


@dataclass(frozen=True, slots=True)
class Grade(Mark):
    """What an answer is worth, and the rating it suggests."""

    suggested: Rating

    @property
    def advice(self) -> str:
        """What was right or missing, and the rating that this suggests."""
        return f"{self.message} {self.suggested.label} suggested."


def grade_answer(body: Body, answer: Sequence[str], *, hint_used: bool = False) -> Grade | None:
    """Grade an answer in the words of the card; None where the learner judges, or without one.

    Raises:
        QuizError: the answer cannot be read; the learner may type it again.
    """
    mark = body.grade(answer) if answer else None
    return None if mark is None else _grade(mark.correct, mark.score, mark.message, hint_used)


def grade_points(
    ticked: Collection[int], musts: Sequence[bool], *, hint_used: bool = False
) -> Grade:
    """Grade an open answer by the key points the learner ticked.

    `musts` says of each key point whether the answer is wrong without it. A missing must-have
    point suggests Again. With all of them, half or more of the other points is Good and fewer is
    Hard: correct, with gaps. Without must-have points, no tick at all is Again. Ticking points
    instead of judging the whole answer cuts overconfidence (Dunlosky, Hartwig, Rawson and
    Lipko 2011, Quarterly Journal of Experimental Psychology 64).
    """
    if not musts:
        return _grade(True, 1.0, "No key points to compare with: judge it yourself.", hint_used)
    made = [index in ticked for index in range(len(musts))]
    weights = [2 if must else 1 for must in musts]
    score = sum(weight for weight, had in zip(weights, made, strict=True) if had) / sum(weights)
    missing = sum(must and not had for must, had in zip(musts, made, strict=True))
    others = [had for must, had in zip(musts, made, strict=True) if not must]
    if missing:
        what = "A must-have point is" if missing == 1 else f"{missing} must-have points are"
        return _grade(False, score, f"{what} missing.", hint_used)
    if not any(made):
        return _grade(False, score, "No key point was made.", hint_used)
    if 2 * sum(others) < len(others):
        message = f"The must-have points are there, {sum(others)} of {len(others)} others."
        return Grade(True, score, message, Rating.HARD)
    return _grade(True, score, f"{sum(made)} of {len(made)} key points.", hint_used)


def grade_code(passed: bool, message: str, *, hints: int = 0, looked: bool = False) -> Grade:
    """Grade code by its last run.

    Args:
        passed: whether every claim holds.
        message: what the run came to, one sentence.
        hints: how many were shown.
        looked: whether the solution was shown before the code passed; then it is not the learner's.
    """
    if looked:
        return Grade(False, 0.0, f"{message} The solution was shown.", Rating.AGAIN)
    if not passed:
        return Grade(False, 0.0, message, Rating.AGAIN)
    if hints:
        return Grade(True, 1.0, f"{message} {plural(hints, 'hint')} used.", Rating.HARD)
    return Grade(True, 1.0, message, Rating.GOOD)


def _grade(correct: bool, score: float, message: str, hint_used: bool) -> Grade:
    if not correct:
        return Grade(False, score, message, Rating.AGAIN)
    if hint_used:
        return Grade(True, score, f"{message} The hint was used.", Rating.HARD)
    return Grade(True, score, message, Rating.GOOD)
