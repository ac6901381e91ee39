"""What was done for a card that is answered in code, and which exercise it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quizapp.app.solutions import Attempt
from quizapp.cards.kinds.code import Code
from quizapp.cards.model import Card
from quizapp.study.grading import Grade, grade_code
from quizapp.study.model import CardState, Rating
from quizapp.text import plural

if TYPE_CHECKING:
    from quizapp.app.core import Core


@dataclass(frozen=True)
class Work:
    """What was done for a card since it was asked."""

    hints: int = 0
    """How many of its hints were shown."""
    looked: bool = False
    """Whether the solution was shown before the code passed."""
    last: Attempt | None = None
    """The last attempt that was run."""

    @property
    def passed(self) -> bool:
        """Whether every claim held in the last run."""
        return self.last is not None and self.last.result is not None and self.last.result.passed

    @property
    def grade(self) -> Grade:
        """What the answer is worth, by its last run."""
        result = self.last.result if self.last else None
        if result is None:
            message = "No run was made."
        elif result.passed and set(result.claims.values()) == {"holds"}:
            message = f"All {len(result.claims)} claims hold."
        else:
            summary = result.summary.rstrip(".")
            message = f"{summary[:1].upper()}{summary[1:]}."
        return grade_code(self.passed, message, hints=self.hints, looked=self.looked)

    @property
    def response(self) -> str:
        """What the review log keeps: which attempt, what it came to; the code lies in its file."""
        parts = []
        if self.last is not None:
            came_to = self.last.result.summary if self.last.result else "not run"
            parts.append(f"attempt {self.last.number}: {came_to.rstrip('.')}")
        if self.hints:
            parts.append(plural(self.hints, "hint"))
        if self.looked:
            parts.append("solution shown")
        return "; ".join(parts)


def exercise_in_turn(own: str, again: Sequence[str], *, solved: bool, reps: int) -> str:
    """Return the exercise that is asked after so many answers.

    Until it is solved that is the card's own; from then on the card's own and the others in turn,
    so that the point comes back as another file.
    """
    files = (own, *again)
    return files[reps % len(files)] if solved else own


def card_in_turn(core: Core, card: Card, state: CardState) -> Card:
    """Return a code card with the exercise that is to be asked as its demo."""
    if not isinstance(card.body, Code) or card.demo is None or not card.body.again:
        return card
    solved = state.reps > 0 and any(
        review.rating >= Rating.GOOD for review in core.store.reviews(card=card.id)
    )
    exercise = exercise_in_turn(card.demo.run, card.body.again, solved=solved, reps=state.reps)
    if exercise == card.demo.run:
        return card
    return replace(card, demo=replace(card.demo, run=exercise, with_={}, expect=(), shows=""))
