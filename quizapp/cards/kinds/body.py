"""What a kind of card is: its keys in the file, and all that depends on the kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from quizapp.cards.form import Form

GapWriter: TypeAlias = Callable[[int, str], str]
"""Writes the gap of a number, from 1, and of an answer."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How good an answer is."""

    correct: bool
    score: float
    """0 to 1, with credit for parts."""
    message: str
    """One sentence that says what was right and what was missing."""


@dataclass(frozen=True, slots=True)
class Items:
    """Texts that stand one below the other."""

    texts: Sequence[str]
    numbered: bool = False
    ticked: Sequence[str] | None = None
    """The right ones of them; None where there is nothing to tick."""


class Body(Form, ABC):
    """The part of a card that only its kind has.

    An answer is a sequence of texts in the words of the card: the options chosen, the steps in
    the learner's order, what was typed into each field.
    """

    __slots__ = ()

    kind: ClassVar[str]
    """How files name the kind."""
    example: ClassVar[str]
    """Its keys in a new card, as YAML; {words} stands for the words of the card's id."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Keys of every kind that this kind cannot do without: lists of at least one item."""
    spoken: ClassVar[bool] = False
    """Answered aloud or in free words, judged by the key points."""
    written: ClassVar[bool] = False
    """Answered with text that is typed, in free words or in a field."""

    @property
    @abstractmethod
    def right(self) -> tuple[str, ...]:
        """The right answer; nothing where no one answer is right."""

    @abstractmethod
    def grade(self, answer: Sequence[str]) -> Mark | None:
        """Return how good an answer is; None where the learner judges.

        Raises:
            QuizError: the answer cannot be read; the learner may type it again.
        """

    def task(self, gap: GapWriter) -> Items | str:
        """Return what the learner works on besides the question, without its solution."""
        return ""

    @abstractmethod
    def solution(self) -> Items | str:
        """Return what is right, to be read: texts or Markdown."""

    def asks(self, question: str) -> str:
        """Return what tells this card from others: the question, if nothing else does."""
        return question

    @property
    def guessable(self) -> bool | None:
        """Whether the right option is the longest; None where there are none to choose one of."""
        return None
