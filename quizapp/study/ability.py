"""The level that a candidate holds, estimated from answers so far, with its interval.

The Rasch model (Rasch 1960): an answer to a question of difficulty b gets on average the share
1 / (1 + exp(b - θ)) of its points from a candidate of ability θ, both in logits. Junior, mid and
senior questions stand `STEP` logits apart: a stated assumption, not a measurement of the cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from quizapp.cards.model import Difficulty

STEP = 2.0
"""Logits between levels: who gets half of the points at a level gets 88 % of them one below."""

PRIOR_SD = 2.0
"""Before the first answer: the level asked for, give or take one level."""

_ENOUGH = 1e-6
"""Logits between two steps at which the estimate stands."""


def difficulty_of(level: str) -> float:
    """Return the difficulty of questions of a level, in logits; mid is 0."""
    levels = list(Difficulty)
    place = levels.index(Difficulty(level)) if level in levels else 1
    return STEP * (place - 1)


def expected(ability: float, difficulty: float) -> float:
    """Return the share of points that a candidate of this ability gets on average."""
    return 1 / (1 + math.exp(difficulty - ability))


@dataclass(frozen=True, slots=True)
class Ability:
    """An estimate in logits."""

    mean: float
    sd: float
    """Standard error."""

    @property
    def text(self) -> str:
        """The level held, in words, with the range of one standard error around it."""
        low, high = _name(self.mean - self.sd), _name(self.mean + self.sd)
        return f"{_name(self.mean)} ({low} to {high})" if low != high else _name(self.mean)


def _name(ability: float) -> str:
    """Return the level held at an ability: half of the points of its questions are made."""
    held = [level for level in Difficulty if difficulty_of(level) <= ability]
    return str(held[-1]) if held else f"below {next(iter(Difficulty))}"


def estimate(prior: float, answers: Iterable[tuple[float, float]]) -> Ability:
    """Return the most likely ability (MAP, by Newton's method) and its standard error.

    An answer counts as one trial however many points its question has: the points of one answer
    depend on each other. With points that do not, the error is smaller than it is given here.

    Args:
        prior: the ability expected before the first answer, in logits.
        answers: difficulty in logits and share of points, 0 to 1, of each answer.
    """
    given = list(answers)
    ability = prior
    while True:
        shares = [expected(ability, difficulty) for difficulty, _ in given]
        slope = sum(score - share for (_, score), share in zip(given, shares, strict=True))
        slope -= (ability - prior) / PRIOR_SD**2
        information = sum(share * (1 - share) for share in shares) + 1 / PRIOR_SD**2
        step = max(-1.0, min(1.0, slope / information))
        ability += step
        if abs(step) < _ENOUGH:
            return Ability(ability, 1 / math.sqrt(information))
