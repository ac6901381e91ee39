"""One sitting: which card is next, how many are left, what an answer does.

No I/O happens here. `rate`, `bury` and the others return the action for the store to commit and
change nothing; once it is on disk, `sync` takes in the state it left there. So the queue never
shows what was not saved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizapp.cards.model import CardHead
from quizapp.errors import QuizError
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.queue import DayCounts, build_queue, missing_requirements
from quizapp.study.schedule import Scheduler


@dataclass(frozen=True, slots=True)
class Left:
    """Cards still to answer today, the one on the screen included."""

    new: int
    learning: int
    review: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.new + self.learning + self.review


class Session:
    """Walks through a day's queue."""

    def __init__(
        self,
        infos: Sequence[CardHead],
        states: Mapping[str, CardState],
        now: datetime,
        scheduler: Scheduler,
        *,
        done: DayCounts | None = None,
        only: Collection[str] | None = None,
        extra: Collection[str] = (),
        seed: int = 0,
    ) -> None:
        """Build the queue as `build_queue` does; the first card is then `current`."""
        self.scheduler = scheduler
        self._infos = {info.id: info for info in infos}
        self._states = dict(states)
        self._only = self._infos.keys() if only is None else self._infos.keys() & set(only)
        queue = build_queue(
            infos, states, now, scheduler, done=done, only=only, extra=extra, seed=seed
        )
        self._main = list(queue.main)
        self._steps = set(queue.learning)
        self._planned = {*queue.main, *queue.learning}
        self._extra = set(extra)
        self.waiting = dict(queue.waiting or {})
        """New cards out of today's queue, with the cards they still require."""
        self.over_limit = queue.over_limit
        """Due reviews beyond the day's limit."""
        self._current: str | None = None
        self.advance(now)

    @property
    def current(self) -> str | None:
        """The card on the screen; None when nothing can be asked now."""
        return self._current

    def state(self, card: str | None = None) -> CardState:
        """Return the state of a card, of the current one by default."""
        card = card or self._require_current()
        return self._states.get(card) or CardState(card)

    def advance(self, now: datetime) -> str | None:
        """Choose the card to show: a step that is due, then the queue, then a step nearly due.

        Called after every action; call it again when `next_step` has come.
        """
        self._current = self._choose(now)
        return self._current

    def left(self, now: datetime) -> Left:
        """Return the counts for the footer; steps due later than the learn-ahead do not count."""
        main = self._reachable()
        new = sum(self.state(card).phase is Phase.NEW for card in main)
        return Left(
            new=new,
            learning=len(self._steps_until(now + self.scheduler.settings.learn_ahead)),
            review=len(main) - new,
        )

    def cards_left(self, now: datetime) -> frozenset[str]:
        """Return the cards that `left` counts."""
        steps = self._steps_until(now + self.scheduler.settings.learn_ahead)
        return frozenset((*self._reachable(), *steps))

    def next_step(self) -> datetime | None:
        """Return when the soonest step is due, to say when to come back."""
        return min((due for card in self._steps if (due := self.state(card).due)), default=None)

    def preview(self, now: datetime) -> dict[Rating, timedelta]:
        """Return the interval each button gives the current card."""
        return self.scheduler.preview(self.state(), now)

    def rate(self, answer: Answer, now: datetime) -> Action:
        """Return the action that rates the current card."""
        return actions.rate(self.state(), answer, now, self.scheduler)

    def bury(self, now: datetime) -> Action:
        """Return the action that puts the current card off until tomorrow."""
        return actions.bury(self.state(), now, self.scheduler)

    def suspend(self, now: datetime) -> Action:
        """Return the action that takes the current card out of study."""
        return actions.suspend(self.state(), now)

    def tick(self, point: int, now: datetime) -> Action:
        """Return the action that ticks or unticks a key point of the current card."""
        return actions.tick(self.state(), point, now)

    def note(self, text: str, now: datetime) -> Action:
        """Return the action that replaces the note on the current card."""
        return actions.note(self.state(), text, now)

    def sync(self, state: CardState, now: datetime, *, show: bool = False) -> None:
        """Take in a state that is on disk, and move on if it was the card on the screen.

        With `show` the card stays on the screen, as after a tick, or comes back, as after undo.
        """
        if show:
            self._planned.add(state.card)  # undone from an earlier sitting, it belongs to this one
        self._place(state, now)
        if show and (state.card in self._main or state.card in self._steps):
            self._current = state.card
        elif self._current == state.card or self._current is None:
            self.advance(now)

    def _place(self, state: CardState, now: datetime) -> None:
        card = state.card
        self._states[card] = state
        self._steps.discard(card)
        was = self._main.index(card) if card in self._main else None
        if was is not None:
            del self._main[was]
        if card not in self._only or state.suspended or self._is_buried(state, now):
            return
        if state.in_steps:
            self._steps.add(card)
        elif self._asks(state, now):
            self._main.insert(was or 0, card)

    def _asks(self, state: CardState, now: datetime) -> bool:
        if state.phase is Phase.NEW:
            return state.card in self._planned
        again = state.card in self._extra and state.last_day != self.scheduler.calendar.day(now)
        return again or self.scheduler.is_due(state, now)

    def _is_buried(self, state: CardState, now: datetime) -> bool:
        return state.is_buried(self.scheduler.calendar.day(now))

    def _choose(self, now: datetime) -> str | None:
        if ready := self._steps_until(now):
            return ready[0]
        for card in self._main:
            if not self._blocked(card):
                return card
        ahead = self._steps_until(now + self.scheduler.settings.learn_ahead)
        return ahead[0] if ahead else None

    def _blocked(self, card: str) -> bool:
        return bool(self._missing(card))

    def _reachable(self) -> list[str]:
        """Return the cards of the queue that can still come today.

        A new card comes once the cards it requires are learned; one of those may have been put
        off until tomorrow.
        """
        coming = set(self._steps)
        waiting = list(self._main)
        while found := [card for card in waiting if coming.issuperset(self._missing(card))]:
            coming.update(found)
            waiting = [card for card in waiting if card not in coming]
        return [card for card in self._main if card in coming]

    def _missing(self, card: str) -> tuple[str, ...]:
        if self.state(card).phase is not Phase.NEW:
            return ()
        return missing_requirements(self._infos[card], self._states, self._infos)

    def _steps_until(self, limit: datetime) -> list[str]:
        due = ((due, card) for card in self._steps if (due := self.state(card).due))
        return [card for when, card in sorted(due) if when <= limit]

    def _require_current(self) -> str:
        if self._current is None:
            raise QuizError("No card to answer", "Nothing is due now.", "Come back later.")
        return self._current
