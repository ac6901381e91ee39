"""The plain records that scheduling, queue, session, store and statistics exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from quizapp.study.calendar import MOST_BACK
from quizapp.study.opinion import Opinion


class Rating(IntEnum):
    """How well the answer came; the numbers are the keys."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def label(self) -> str:
        """The word on the button."""
        return self.name.capitalize()


class Phase(StrEnum):
    """Where a card stands in its life."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class CardState:
    """All that is remembered of one card; a card never seen has the defaults."""

    card: str
    phase: Phase = Phase.NEW
    step: int | None = None
    """Index of the learning or relearning step; None in the other phases."""
    stability: float | None = None
    """Days until recall falls to 90 % (FSRS)."""
    difficulty: float | None = None
    """1 to 10 (FSRS)."""
    due: datetime | None = None
    """When a step is due, UTC; only while learning or relearning."""
    due_day: date | None = None
    """Study day of the next review; only in review."""
    interval: int = 0
    """Days from the last review to `due_day`; 0 outside review."""
    last_review: datetime | None = None
    """UTC."""
    last_day: date | None = None
    """Study day of the last review, in the time zone the learner was in."""
    reps: int = 0
    lapses: int = 0
    """Times a card in review was rated Again."""
    suspended: bool = False
    buried_until: date | None = None
    """Not asked before this study day."""
    ticked: tuple[int, ...] = ()
    """Key points ticked for the answer in progress; a rating takes them and clears them."""
    note: str = ""
    """The learner's own words on the card."""

    @property
    def in_steps(self) -> bool:
        """Whether the card is repeated within the day."""
        return self.phase in (Phase.LEARNING, Phase.RELEARNING)

    @property
    def learned(self) -> bool:
        """Whether the card has passed its learning steps at least once."""
        return self.phase in (Phase.REVIEW, Phase.RELEARNING)

    def is_buried(self, today: date) -> bool:
        """Whether the card rests until a later study day."""
        return self.buried_until is not None and today < self.buried_until

    def is_ahead(self, today: date) -> bool:
        """Whether the card was answered or buried while the clock was ahead."""
        last, rests = self.last_day, self.buried_until
        return (last is not None and last > today + MOST_BACK) or (
            rests is not None and rests > today + MOST_BACK
        )

    def is_due(self, now: datetime, today: date) -> bool:
        """Whether a step has run out or the day of a review has come, and the card is in study."""
        if self.suspended or self.is_buried(today):
            return False
        if self.due is not None:
            return self.due <= now
        return self.due_day is not None and self.due_day <= today


@dataclass(frozen=True, slots=True)
class Answer:
    """What the learner did with one question."""

    rating: Rating
    elapsed_ms: int = 0
    """From the question on the screen to the rating."""
    hint_used: bool = False
    confidence: int | None = None
    """1 to 3, given before the reveal."""
    all_musts: bool | None = None
    """Whether every must-have point was ticked; None for a card without key points."""
    prediction: str | None = None
    """What the learner predicted of the card's demo."""
    prediction_right: bool | None = None
    response: str = ""
    """What the learner typed or chose."""
    opinions: tuple[Opinion, ...] = ()
    """What a model of the learner's own said of each key point, if it was asked."""


class LogEntry(NamedTuple):
    """One rating of the review log as statistics read it: nothing that was typed, no states."""

    id: int
    """Row number in the log."""
    card: str
    day: date
    """Study day."""
    rating: Rating
    phase: Phase
    """What sort of question it was: the phase the card was in."""
    interval: int = 0
    """Days the card had been put off before; 0 outside review."""
    elapsed_ms: int = 0
    hint_used: bool = False
    confidence: int | None = None
    all_musts: bool | None = None

    @property
    def is_first(self) -> bool:
        """Whether the card was new to the learner."""
        return self.phase is Phase.NEW

    @property
    def recalled(self) -> bool:
        """Whether the answer was known, with whatever effort."""
        return self.rating is not Rating.AGAIN


@dataclass(frozen=True, slots=True)
class Review:
    """One row of the review log, whole; the states around it are those of its action."""

    card: str
    at: datetime
    """UTC."""
    day: date
    """Study day."""
    tz_offset: int
    """Minutes east of UTC where the learner was."""
    phase: Phase
    """The phase the card was in."""
    interval: int
    """Days the card had been put off before; 0 outside review."""
    answer: Answer
    ticked: tuple[int, ...]
    """Indices of the key points the learner ticked."""
    id: int | None = None
    """Row number in the log; None until it is stored."""

    @property
    def rating(self) -> Rating:
        """The button pressed."""
        return self.answer.rating
