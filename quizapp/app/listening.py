"""Reading what was typed against the rubric of a card: on this machine, nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quizapp.cards.kinds.number import Number
from quizapp.cards.library import Library
from quizapp.cards.model import KeyPoint
from quizapp.errors import QuizError
from quizapp.study.passages import Weights
from quizapp.study.reading import Found, Reader, Reading, Rubric


class Listener:
    """Reads typed answers; the words of all questions say which of them tell something."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._weights: Weights | None = None

    def reader(self, question: str, points: Sequence[KeyPoint]) -> Reader:
        """Return the reader of the answers to a question."""
        if self._weights is None:
            heads = self._library.heads.values()
            self._weights = Weights.of(head.question for head in heads)
        rubric = [Rubric(item.point, item.accept, item.not_) for item in points]
        return Reader(question, rubric, self._weights)

    def read(self, question: str, points: Sequence[KeyPoint], answer: str) -> tuple[Reading, ...]:
        """Return what an answer says of each point; nothing of one that was given aloud."""
        return tuple(self.reader(question, points).read(answer)) if answer.strip() else ()


_NUMBER = re.compile(r"[-+]?\d[\d ]*(?:\.\d+)?(?:e-?\d+)?\s*(?:[A-Za-z%]+)?")


def read_number(body: Number, text: str) -> Reading:
    """Return what an answer in words says of the number that a card asks for.

    A number in it that the card grades as right confirms the result; else the last one that is
    counted in the card's unit contradicts it.
    """
    last = Reading(Found.NOTHING)
    for match in _NUMBER.finditer(text):
        try:
            mark = body.grade((match[0].strip(),))
        except QuizError:  # another unit
            continue
        if mark.correct:
            return Reading(Found.CONFIRMED, *match.span(), 1.0, mark.message, match[0].strip())
        if body.unit and match[0].rstrip().endswith(body.unit):
            last = Reading(Found.CONTRADICTS, *match.span(), 1.0, mark.message, match[0].strip())
    return last
