"""Cards on which several options may be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from quizapp.cards.form import Option
from quizapp.cards.kinds.body import Mark
from quizapp.cards.kinds.options import Options
from quizapp.cards.problems import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Multi(Options):
    """Several options may be right."""

    kind: ClassVar[str] = "multi"
    example: ClassVar[str] = """\
  options:
  - "Replace this: a right option"
  - "Replace this: another right option"
  - "Replace this: an option that a learner may well take for right"
  correct:
  - "Replace this: a right option"
  - "Replace this: another right option"
"""

    correct: tuple[Option, ...] = field(metadata={"min_length": 1})
    """All right options: their texts, or their indices counted from 0."""

    def __post_init__(self) -> None:
        """Keep the texts of the options, however the file names them."""
        object.__setattr__(self, "correct", tuple(map(self.text_of, self.correct)))

    @property
    def right(self) -> tuple[str, ...]:
        """The right options in the order of the file."""
        return tuple(option for option in self.options if option in self.correct)

    def grade(self, answer: Sequence[str]) -> Mark:
        """Grade the options ticked; a wrong one cancels a right one in the score."""
        hits = len(set(answer) & set(self.right))
        wrong = len(set(answer) - set(self.right))
        if not wrong and hits == len(self.right):
            return Mark(True, 1.0, "Right.")
        message = f"{hits} of {len(self.right)} found" + (f", {wrong} wrong." if wrong else ".")
        return Mark(False, max(0, hits - wrong) / len(self.right), message)

    def faults(self) -> Iterator[Finding]:
        """Yield what in `correct` names no option, or one that was named before."""
        for index, option in enumerate(self.correct):
            yield from self.unknown(option, ("correct", index))
            if option in self.options and option in self.correct[:index]:
                message = f"`correct` names option {self.options.index(str(option))} twice"
                yield Finding("C114", message, "keep one", ("correct", index))
