"""From an answer to a suggested rating; the learner always has the last word.

The rule, for every kind of card: wrong or partly wrong is Again, as Anki's manual asks
("Studying", answer buttons), because a Hard counts as remembered. Right is Good; right after a
hint is Hard. Easy is never suggested: only the learner knows what was effortless.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from quizapp.study.model import Rating
from quizapp.study.numerals import number_text, parse_number
from quizapp.study.spelling import slip_of


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer is worth."""

    correct: bool
    score: float
    """0 to 1, with credit for parts."""
    message: str
    """One sentence that says what was right and what was missing."""
    suggested: Rating

    @property
    def advice(self) -> str:
        """What was right or missing, and the rating that this suggests."""
        return f"{self.message} {self.suggested.label} suggested."


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
    said = [index in ticked for index in range(len(musts))]
    weights = [2 if must else 1 for must in musts]
    score = sum(weight for weight, had in zip(weights, said, strict=True) if had) / sum(weights)
    missing = sum(must and not had for must, had in zip(musts, said, strict=True))
    others = [had for must, had in zip(musts, said, strict=True) if not must]
    if missing:
        what = "A must-have point is" if missing == 1 else f"{missing} must-have points are"
        return _grade(False, score, f"{what} missing.", hint_used)
    if not any(said):
        return _grade(False, score, "No key point was made.", hint_used)
    if 2 * sum(others) < len(others):
        message = f"The must-have points are there, {sum(others)} of {len(others)} others."
        return Grade(True, score, message, Rating.HARD)
    return _grade(True, score, f"{sum(said)} of {len(said)} key points.", hint_used)


def grade_choice(chosen: int, correct: int, *, hint_used: bool = False) -> Grade:
    """Grade one option chosen of several; both are indices."""
    right = chosen == correct
    return _grade(right, float(right), "Right." if right else "Another option.", hint_used)


def grade_multi(
    chosen: Collection[int], correct: Collection[int], *, hint_used: bool = False
) -> Grade:
    """Grade options chosen of several; a wrong one cancels a right one in the score."""
    hits = len(set(chosen) & set(correct))
    wrong = len(set(chosen) - set(correct))
    score = max(0, hits - wrong) / len(set(correct)) if correct else float(not wrong)
    if set(chosen) == set(correct):
        return _grade(True, 1.0, "Right.", hint_used)
    message = f"{hits} of {len(set(correct))} found" + (f", {wrong} wrong." if wrong else ".")
    return _grade(False, score, message, hint_used)


def grade_order(given: Sequence[int], *, hint_used: bool = False) -> Grade:
    """Grade an order of steps: indices into the right order, as the learner placed them.

    The score is the share of pairs that stand in the right order (Kendall 1938).
    """
    pairs = [(a, b) for index, a in enumerate(given) for b in given[index + 1 :]]
    score = sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0
    wrong = next((place for place, step in enumerate(given, 1) if step != place - 1), None)
    if wrong is None:
        return _grade(True, 1.0, "Right.", hint_used)
    return _grade(False, score, f"Step {wrong} is another one.", hint_used)


def grade_number(
    text: str,
    value: float,
    tolerance: float,
    *,
    absolute: bool = False,
    unit: str = "",
    hint_used: bool = False,
) -> Grade:
    """Grade a typed number: `tolerance` is a share of the value, or in its unit if `absolute`.

    Raises:
        QuizError: the text is no number in this unit; the learner may type it again.
    """
    given = parse_number(text, unit)
    allowed = tolerance if absolute else tolerance * abs(value)
    off = abs(given - value)
    right = off <= allowed + 1e-9 * abs(value)
    answer = f"{number_text(value)} {unit}".rstrip()
    if right:
        return _grade(True, 1.0, f"Right: {answer}.", hint_used)
    if value and given and (factor := given / value) > 0 and not 0.1 < factor < 10:
        size = "large" if factor > 1 else "small"
        times = factor if factor > 1 else 1 / factor
        rough = number_text(float(f"{times:.3g}"))
        message = f"{number_text(given)} is {rough} times too {size}; the answer is {answer}."
    else:
        message = f"{number_text(given)} is not within the tolerance; the answer is {answer}."
    return _grade(False, 0.0, message, hint_used)


def grade_cloze(
    given: Sequence[str], accepted: Sequence[Sequence[str]], *, hint_used: bool = False
) -> Grade:
    """Grade the words typed into gaps; `accepted` has the spellings of each gap, best first.

    Case, spaces, hyphens and one typing slip in a longer word are forgiven; see `slip_of`.
    """
    slips: list[str] = []
    wrong: list[str] = []
    for index, words in enumerate(accepted):
        found = slip_of(given[index] if index < len(given) else "", words)
        if found is None:
            wrong.append(words[0])
        elif found:
            slips.append(found)
    score = 1 - len(wrong) / len(accepted) if accepted else 1.0
    if wrong:
        return _grade(False, score, f"Expected: {', '.join(wrong)}.", hint_used)
    message = f"Right; spelled {', '.join(slips)}." if slips else "Right."
    return _grade(True, 1.0, message, hint_used)


def _grade(correct: bool, score: float, message: str, hint_used: bool) -> Grade:
    if not correct:
        return Grade(False, score, message, Rating.AGAIN)
    if hint_used:
        return Grade(True, score, f"{message} The hint was used.", Rating.HARD)
    return Grade(True, score, message, Rating.GOOD)
