"""What a card states about the runs of its demo."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from quizapp.cards.form import FINITE, Form, Name, Scalar, Value
from quizapp.cards.problems import Finding

Relation: TypeAlias = Literal["about", "above", "below", "between", "equals", "holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Form):
    """One statement about the runs of a demo at a card's settings."""

    measure: Name = ""
    """A measure that the demo declares; with one of about, above, below, between, equals."""
    about: float | None = field(default=None, metadata=FINITE)
    """The value, give or take `within`."""
    within: float | None = field(default=None, metadata={"gt": 0, "le": 1})
    """Largest relative deviation from `about`: 0.02 is 2 %."""
    above: float | None = field(default=None, metadata=FINITE)
    """The measure must be larger than this."""
    below: float | None = field(default=None, metadata=FINITE)
    """The measure must be smaller than this."""
    between: tuple[float, ...] = field(default=(), metadata={"min_length": 2, "max_length": 2})
    """The measure must lie between these two numbers, or on one of them."""
    equals: Scalar | None = None
    """The measure must be exactly this text, number or truth value."""
    claim: Name = ""
    """A claim of the demo that must hold; stands alone."""

    @property
    def name(self) -> str:
        """The measure's name, or the claim's id."""
        return self.claim or self.measure

    @property
    def relation(self) -> Relation:
        """How the measure is compared with the value; a claim holds."""
        return next(iter(self._compared), "holds")

    @property
    def _compared(self) -> tuple[Relation, ...]:
        every: dict[Relation, object] = {
            "about": self.about,
            "above": self.above,
            "below": self.below,
            "between": self.between or None,
            "equals": self.equals,
        }
        return tuple(relation for relation, value in every.items() if value is not None)

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest number that are as stated; both may be infinite."""
        if self.about is not None:
            reach = (self.within or 0) * abs(self.about)
            return self.about - reach, self.about + reach
        if self.between:
            return self.between[0], self.between[1]
        low = -math.inf if self.above is None else self.above
        return low, math.inf if self.below is None else self.below

    def met(self, measured: Value) -> bool:
        """Return whether a measure's value, or the truth of a claim, is as stated."""
        if self.relation in ("equals", "holds"):
            value = True if self.equals is None else self.equals
            return isinstance(measured, bool) == isinstance(value, bool) and measured == value
        if isinstance(measured, str | bool):
            return False
        low, high = self.bounds
        if self.relation in ("above", "below"):
            return low < measured < high
        return low <= measured <= high

    @property
    def wanted(self) -> str:
        """What is expected, in words: "0.092 ± 2 %"."""
        match self.relation:
            case "about":
                return f"{self.about:g} ± {100 * (self.within or 0):g} %"
            case "above":
                return f"above {self.above:g}"
            case "below":
                return f"below {self.below:g}"
            case "between":
                return f"{self.between[0]:g} to {self.between[1]:g}"
            case "holds":
                return "holds"
        return str(self.equals)

    def faults(self) -> Iterator[Finding]:
        """Yield why this is not exactly one statement."""
        count = len(self._compared)
        if self.claim:
            if self.measure or count or self.within is not None:
                fix = "move the measure to its own item"
                yield Finding("C110", "a claim stands alone", fix)
        elif not self.measure:
            fix = "add `measure: name` or write {claim: id}"
            yield Finding("C110", "neither a measure nor a claim is named", fix)
        elif count != 1:
            fix = "give exactly one of about, above, below, between, equals per item"
            yield Finding("C110", f"{count} comparisons for one measure", fix)
        elif (self.within is None) == (self.about is not None):
            fix = "write {measure: name, about: 0.5, within: 0.02}"
            yield Finding("C110", "`about` and `within` go together", fix)
        elif self.about == 0:
            fix = "use between, or equals"
            yield Finding("C110", "nothing is within a share of 0", fix)
        elif self.between and not self.between[0] < self.between[1]:
            yield Finding("C110", "the first number is not the smaller one", "write [low, high]")
