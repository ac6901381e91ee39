"""Cards on which a number is computed or estimated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from quizapp.cards.form import FINITE, Label
from quizapp.cards.kinds.body import Body, Mark
from quizapp.cards.numerals import number_text, readings
from quizapp.cards.problems import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Body):
    """A number is computed or estimated."""

    kind: ClassVar[str] = "number"
    written: ClassVar[bool] = True
    example: ClassVar[str] = """\
  value: 4.5
  tolerance: 0.05
  unit: bits per parameter
"""

    value: float = field(metadata=FINITE)
    """The right number."""
    tolerance: float = field(metadata={"ge": 0, **FINITE})
    """Largest accepted deviation: a share of the value (0.05 is 5 %), 0 for an exact number."""
    absolute: bool = False
    """true: the tolerance is in the unit of the value, not a share of it."""
    unit: Label = ""
    """What the number counts: GB, bits per parameter."""

    @property
    def right(self) -> tuple[str, ...]:
        """The number as people type it, without its unit."""
        return (number_text(self.value),)

    def grade(self, answer: Sequence[str]) -> Mark:
        """Grade the number typed.

        Raises:
            QuizError: the text is no number in this unit.
        """
        size = abs(self.value)
        allowed = self.tolerance if self.absolute else self.tolerance * size
        share = allowed / size if size else 0.0
        rounding = 1e-9 * size  # 0.1 + 0.2 answers 0.3
        right = f"{self.right[0]} {self.unit}".rstrip()
        read = readings(answer[0], self.unit, self.value, share)
        for number, words in read:
            if abs(number - self.value) <= allowed + rounding:
                how = f"; {answer[0].strip()} was read as {words}" if words else ""
                return Mark(True, 1.0, f"Right: {right}{how}.")
        given = read[0].number
        factor = given / self.value if self.value else 0
        if factor <= 0 or 0.1 < factor < 10:
            fault = "not within the tolerance"
        else:
            times = number_text(float(f"{max(factor, 1 / factor):.3g}"))
            fault = f"{times} times too {'large' if factor > 1 else 'small'}"
        return Mark(False, 0.0, f"{number_text(given)} is {fault}; the answer is {right}.")

    def solution(self) -> str:
        """Return the number with its unit."""
        return f"**{f'{self.right[0]} {self.unit}'.rstrip()}**"

    def faults(self) -> Iterator[Finding]:
        """Yield why the tolerance accepts everything or nothing."""
        if not self.absolute and self.tolerance >= 1:
            message = f"a tolerance of {self.tolerance:g} accepts any number near zero"
            fix = (
                "write a share (0.05 is 5 %), or add `absolute: true` if it is in "
                "the unit of the value"
            )
            yield Finding("C107", message, fix, ("tolerance",))
        elif not self.absolute and self.value == 0 and self.tolerance > 0:
            message = "a share of 0 is 0: no deviation would be accepted"
            fix = "add `absolute: true` and give the tolerance in the unit of the value"
            yield Finding("C107", message, fix, ("tolerance",))
