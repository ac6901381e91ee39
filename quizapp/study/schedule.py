"""FSRS-6 by study days: what a rating does to a card.

The memory model is the `fsrs` library's. It counts elapsed time in blocks of 24 hours, which
takes a day from a learner who answers at 22:00 and at 21:00 the next evening; so it is given
whole study days only, and its own fuzz, unseeded and off by one from Anki's, stays off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from quizapp.errors import QuizError
from quizapp.settings import StudySettings
from quizapp.study import fuzz
from quizapp.study.calendar import Calendar
from quizapp.study.model import CardState, Phase, Rating

if TYPE_CHECKING:
    import fsrs

FSRS_VERSION = 6
"""The version of FSRS that parameters belong to; stored beside them."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_STABILITY_MAX = 36500.0
"""Days; fsrs-rs stops there (S_MAX), the Python library does not."""
_ELAPSED_MAX = 36500
"""Days."""


@dataclass(slots=True)
class _Outcome:
    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    wait: timedelta


class Scheduler:
    """Applies ratings to card states for one learner's settings and place."""

    def __init__(
        self,
        settings: StudySettings,
        calendar: Calendar,
        parameters: tuple[float, ...] | None = None,
        *,
        fuzz: bool = True,
    ) -> None:
        """Take the FSRS weights, None for those of the library.

        `fuzz` spreads due days a little, so that cards learned together do not stay together.

        Raises:
            QuizError: the library refuses the parameters.
        """
        import fsrs  # 20 ms: paid by the first session, not by every command

        self.settings = settings
        self.calendar = calendar
        self.fuzz = fuzz
        self._fsrs = fsrs
        # Home, statistics and search ask for the same cards again and again on one day.
        self._recall = lru_cache(maxsize=None)(self._recall_after)
        self._last: tuple[CardState, date, dict[Rating, _Outcome]] | None = None
        try:
            self._library = fsrs.Scheduler(
                parameters=parameters or fsrs.Scheduler().parameters,
                desired_retention=settings.retention,
                learning_steps=settings.learning_steps,
                relearning_steps=settings.relearning_steps,
                maximum_interval=settings.max_interval,
                enable_fuzzing=False,
            )
        except ValueError as error:
            raise QuizError(
                "The FSRS parameters cannot be used",
                str(error),
                "Remove them to study with the defaults.",
            ) from error

    @property
    def parameters(self) -> tuple[float, ...]:
        """The FSRS weights in use."""
        return self._library.parameters

    def review(self, state: CardState, rating: Rating, now: datetime) -> CardState:
        """Return the state after a rating at an aware instant."""
        today = self.calendar.day(now)
        outcome = self._outcomes(state, today)[rating]
        lapsed = state.phase is Phase.REVIEW and rating is Rating.AGAIN
        in_steps = outcome.wait < _DAY
        return replace(
            state,
            phase=outcome.phase,
            step=outcome.step,
            stability=outcome.stability,
            difficulty=outcome.difficulty,
            due=now.astimezone(UTC) + outcome.wait if in_steps else None,
            due_day=None if in_steps else today + outcome.wait,
            interval=outcome.wait.days,
            last_review=now.astimezone(UTC),
            last_day=today,
            reps=state.reps + 1,
            lapses=state.lapses + lapsed,
            buried_until=None,
            ticked=(),
        )

    def preview(self, state: CardState, now: datetime) -> dict[Rating, timedelta]:
        """Return how long each rating would put the card off: minutes, or whole study days."""
        outcomes = self._outcomes(state, self.calendar.day(now))
        return {rating: outcome.wait for rating, outcome in outcomes.items()}

    def retrievability(self, state: CardState, day: date) -> float:
        """Return the probability of recall on a study day; 0 for a card never answered."""
        if state.stability is None:
            return 0.0
        return self._recall(state.stability, _elapsed(state, day))

    def _recall_after(self, stability: float, days: int) -> float:
        card = self._fsrs.Card(card_id=0, stability=stability, last_review=_EPOCH)
        return self._library.get_card_retrievability(card, _EPOCH + days * _DAY)

    def leech_alert(self, before: CardState, after: CardState) -> bool:
        """Return whether this lapse made the card a leech, or again every half threshold on."""
        at = self.settings.leech_at
        if at == 0 or after.lapses <= before.lapses or after.lapses < at:
            return False
        return (after.lapses - at) % -(-at // 2) == 0

    def is_due(self, state: CardState, now: datetime) -> bool:
        """Return whether a card is due, by study days where the learner is."""
        return state.is_due(now, self.calendar.day(now))

    def _outcomes(self, state: CardState, today: date) -> dict[Rating, _Outcome]:
        """Return what each rating leads to; a rating asks anew what its preview just asked."""
        if self._last is None or self._last[:2] != (state, today):
            card = self._card(state)
            now = _EPOCH + _elapsed(state, today) * _DAY
            outcomes = {rating: self._outcome(card, rating, now) for rating in Rating}
            if self.fuzz:
                self._fuzz(state, outcomes)
            self._last = (state, today, outcomes)
        return self._last[2]

    def _outcome(self, card: fsrs.Card, rating: Rating, now: datetime) -> _Outcome:
        card, _ = self._library.review_card(card, self._fsrs.Rating(rating), now)
        assert card.stability is not None and card.difficulty is not None
        return _Outcome(
            phase=Phase(card.state.name.lower()),
            step=card.step,
            stability=min(card.stability, _STABILITY_MAX),
            difficulty=card.difficulty,
            wait=card.due - now,
        )

    def _fuzz(self, state: CardState, outcomes: dict[Rating, _Outcome]) -> None:
        """Spread the intervals of days; a better rating stays at least a day longer."""
        chance = fuzz.draw(state.card, state.reps)
        shortest = 1
        for outcome in outcomes.values():
            if outcome.wait >= _DAY:
                days = fuzz.spread(outcome.wait.days, chance, shortest, self.settings.max_interval)
                outcome.wait = days * _DAY
                shortest = days + 1

    def _card(self, state: CardState) -> fsrs.Card:
        states = self._fsrs.State
        if state.phase is Phase.NEW:
            return self._fsrs.Card(card_id=0, state=states.Learning, step=0, due=_EPOCH)
        return self._fsrs.Card(
            card_id=0,
            state=states[state.phase.name.capitalize()],
            step=state.step,
            stability=state.stability,
            difficulty=state.difficulty,
            due=_EPOCH,
            last_review=_EPOCH,
        )


def _elapsed(state: CardState, day: date) -> int:
    """Study days since the last review.

    A flight over the date line does not count backwards. More days than a memory can last would
    only leave the calendar, which ends with the year 9999.
    """
    days = 0 if state.last_day is None else (day - state.last_day).days
    return min(max(0, days), _ELAPSED_MAX)


def interval_text(wait: timedelta) -> str:
    """Return an interval as a button shows it: "<1m", "10m", "2h", "8d", "1.2mo", "3.4y"."""
    seconds = wait.total_seconds()
    if seconds < 60:
        return "<1m"
    if (minutes := round(seconds / 60)) < 60:
        return f"{minutes}m"
    if (hours := round(seconds / 3600)) < 24:
        return f"{hours}h"
    days = round(wait / _DAY)
    if days < 30:
        return f"{days}d"
    if days < 365:
        return f"{days / 30.4375:.1f}".removesuffix(".0") + "mo"
    return f"{days / 365.25:.1f}".removesuffix(".0") + "y"
