"""Cards on which steps are put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import ClassVar

from quizapp.cards.form import Markdown
from quizapp.cards.kinds.body import Body, GapWriter, Items, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Body):
    """Steps are put in order."""

    kind: ClassVar[str] = "order"
    example: ClassVar[str] = """\
  steps:
  - "Replace this: what comes first"
  - "Replace this: what comes second"
  - "Replace this: what comes last"
"""

    steps: tuple[Markdown, ...] = field(metadata={"min_length": 2})
    """The steps in the right order; the app shuffles them."""

    @property
    def right(self) -> tuple[str, ...]:
        """The steps in the right order."""
        return self.steps

    def grade(self, answer: Sequence[str]) -> Mark:
        """Grade the order of the steps.

        The score is the share of pairs that stand in the right order (Kendall 1938).
        """
        pairs = list(combinations([self.steps.index(step) for step in answer], 2))
        score = sum(a < b for a, b in pairs) / len(pairs)
        places = enumerate(zip(answer, self.steps, strict=True), 1)
        wrong = next((place for place, (step, right) in places if step != right), None)
        if wrong is None:
            return Mark(True, 1.0, "Right.")
        return Mark(False, score, f"Step {wrong} is another one.")

    def task(self, gap: GapWriter) -> Items:
        """Return the steps by their letters, so that their order gives nothing away."""
        return Items(sorted(self.steps))

    def solution(self) -> Items:
        """Return the steps in the right order."""
        return Items(self.steps, numbered=True)
