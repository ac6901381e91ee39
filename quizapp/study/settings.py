"""How the learner wants to study: the defaults are Anki's, with fewer and longer answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from quizapp.errors import QuizError

FSRS_VERSION = 6
"""The version of FSRS that `Settings.parameters` belong to; stored beside them."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """Scheduling and daily limits; a value out of range is a QuizError."""

    retention: float = 0.90
    """Probability of recall at which a card comes back."""
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    learn_ahead: timedelta = timedelta(minutes=20)
    """A step due within this time is asked at once when nothing else is left."""
    new_per_day: int = 10
    reviews_per_day: int = 200
    leech_at: int = 8
    """Lapses at which a card is called a leech, and again after every half of it; 0 is never."""
    mature_days: int = 21
    """A card with at least this interval is mature."""
    max_interval: int = 36500
    """Days."""
    fuzz: bool = True
    """Spread due days a little, so that cards learned together do not stay together."""
    parameters: tuple[float, ...] | None = None
    """FSRS weights; None takes those of the library."""
    fsrs_version: int = FSRS_VERSION
    """The version the parameters were fitted with."""

    def __post_init__(self) -> None:
        if not 0.70 <= self.retention <= 0.99:
            raise _wrong("retention", self.retention, "between 0.70 and 0.99")
        for name in ("new_per_day", "reviews_per_day", "leech_at"):
            if getattr(self, name) < 0:
                raise _wrong(name, getattr(self, name), "0 or more")
        for name in ("mature_days", "max_interval"):
            if getattr(self, name) < 1:
                raise _wrong(name, getattr(self, name), "1 or more")
        for step in (*self.learning_steps, *self.relearning_steps):
            if not timedelta(0) < step < _DAY:
                raise _wrong("a learning step", step, "longer than 0 and shorter than a day")
        if self.fsrs_version != FSRS_VERSION:
            raise QuizError(
                "Parameters of another FSRS version",
                f"The stored parameters are for FSRS-{self.fsrs_version}; "
                f"this quizapp schedules with FSRS-{FSRS_VERSION}.",
                "Remove the parameters to study with the defaults.",
            )


def _wrong(name: str, value: object, wanted: str) -> QuizError:
    return QuizError(
        "A study setting is out of range",
        f"{name} is {value}; it must be {wanted}.",
        "Correct it in the settings file.",
    )
