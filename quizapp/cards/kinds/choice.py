"""Cards on which one option is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from quizapp.cards.form import Option
from quizapp.cards.kinds.body import Mark
from quizapp.cards.kinds.options import Options
from quizapp.cards.problems import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Options):
    """One option is right."""

    kind: ClassVar[str] = "choice"
    example: ClassVar[str] = """\
  options:
  - "Replace this: the right option"
  - "Replace this: an option that a learner may well take for right"
  - "Replace this: another one"
  correct: "Replace this: the right option"
"""

    correct: Option
    """The right option: its text, or its index counted from 0."""

    def __post_init__(self) -> None:
        """Keep the text of the option, however the file names it."""
        object.__setattr__(self, "correct", self.text_of(self.correct))

    @property
    def right(self) -> tuple[str, ...]:
        """The right option."""
        return (str(self.correct),)

    def grade(self, answer: Sequence[str]) -> Mark:
        """Grade the option chosen."""
        right = tuple(answer) == self.right
        return Mark(right, float(right), "Right." if right else "Another option.")

    @property
    def guessable(self) -> bool | None:
        """Whether the right option is longer than all others; None if it is none of them."""
        if self.correct not in self.options:
            return None
        others = [len(option) for option in self.options if option != self.correct]
        return len(self.right[0]) > max(others, default=0)

    def faults(self) -> Iterator[Finding]:
        """Yield why `correct` names no option."""
        yield from self.unknown(self.correct, ("correct",))
