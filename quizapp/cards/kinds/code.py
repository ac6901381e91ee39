"""Cards that are answered in code, which the exercise behind the card runs and judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from quizapp.cards.form import Markdown, Name
from quizapp.cards.kinds.body import Body, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Body):
    """A function is written or repaired; the card's demo is the exercise that judges it."""

    kind: ClassVar[str] = "code"
    example: ClassVar[str] = """\
  hints:
  - "Replace this: a nudge"
  - "Replace this: nearly the solution"
"""
    needs: ClassVar[tuple[str, ...]] = ("key_points",)

    hints: tuple[Markdown, ...] = field(
        metadata={"min_length": 1, "description": "In steps: a nudge first, last nearly the code."}
    )
    again: tuple[Name, ...] = ()
    """Exercises that are asked in its place once it was solved: the same point, another file."""

    @property
    def right(self) -> tuple[str, ...]:
        """Many solutions are right: whatever passes."""
        return ()

    def grade(self, answer: Sequence[str]) -> Mark | None:
        """Leave it to the run of the exercise."""
        return None

    def solution(self) -> str:
        """The exercise has the reference solution."""
        return ""
