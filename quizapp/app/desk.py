"""Cards in turn: by the schedule, each action on disk before the next card shows, or each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NoReturn, Protocol

from quizapp.app.core import Core
from quizapp.app.scope import Scope
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.actions import Action
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.schedule import Scheduler
from quizapp.study.session import Session


class Desk(Protocol):
    """Where cards lie one after another: a sitting by the schedule, or a cram."""

    scope: Scope
    allows: frozenset[str]
    """Actions beside answering: cramming keeps no notes and puts no card away."""

    @property
    def card(self) -> Card | None:
        """The card to ask; None when none can be asked now."""

    @property
    def state(self) -> CardState:
        """What is remembered of that card."""

    @property
    def answered(self) -> int:
        """Answers so far that stand."""

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer, the one that is asked included."""

    @property
    def over_limit(self) -> int:
        """Due reviews beyond the day's limit."""

    @property
    def waiting(self) -> Mapping[str, tuple[str, ...]]:
        """New cards that stay out today, with the cards they still require."""

    def next_step(self) -> datetime | None:
        """Return when the soonest learning step is due."""

    def given(self) -> list[tuple[str, Answer]]:
        """Return the answers that stand, oldest first."""

    def preview(self) -> Mapping[Rating, timedelta]:
        """Return the interval each rating gives; empty when ratings change no schedule."""

    def advance(self) -> None:
        """Look again whether a card can be asked: time has passed."""

    def rate(self, answer: Answer) -> str:
        """Take an answer and move on; return a warning about the card, if there is one."""

    def bury(self) -> None:
        """Put the card off until tomorrow, and move on."""

    def suspend(self) -> None:
        """Take the card out of study, and move on."""

    def tick(self, point: int) -> None:
        """Tick or untick a key point."""

    def note(self, text: str) -> None:
        """Replace the learner's note on the card."""

    def undo(self) -> str | None:
        """Take back the last action and ask its card; return its name, None if there is none."""

    def redo(self) -> str | None:
        """Bring back the action undone last; return its name, None if there is none."""


class Sitting:
    """The session of a scope, joined to the store."""

    allows = frozenset({"bury", "suspend", "note"})

    def __init__(self, core: Core, scope: Scope) -> None:
        now = core.now
        self.scope = scope
        self._core = core
        self._store = core.store
        self._started = now
        self.answered = 0
        states, scheduler = core.states(), core.scheduler
        if scope.new_per_day is not None:
            rules = replace(scheduler.settings, new_per_day=scope.new_per_day)
            scheduler = Scheduler(rules, core.calendar)
        plan = core.interview_plan(states)
        self._session = Session(
            core.infos,
            states,
            now,
            scheduler,
            done=self._store.day_counts(core.today),
            only=scope.only,
            extra=plan.pass_today if plan else (),
        )

    @property
    def card(self) -> Card | None:
        """The card to ask; None when none can be asked now."""
        name = self._session.current
        return None if name is None else self._core.library.cards[name]

    @property
    def state(self) -> CardState:
        """What is remembered of that card."""
        return self._session.state()

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer, the one that is asked included."""
        return self._session.cards_left(self._core.now)

    @property
    def over_limit(self) -> int:
        """Due reviews beyond the day's limit."""
        return self._session.over_limit

    @property
    def waiting(self) -> Mapping[str, tuple[str, ...]]:
        """New cards that stay out today, with the cards they still require."""
        return self._session.waiting

    def next_step(self) -> datetime | None:
        """Return when the soonest learning step is due."""
        return self._session.next_step()

    def given(self) -> list[tuple[str, Answer]]:
        """Return the answers since this sitting began that stand, oldest first."""
        today = self._store.reviews(self._core.calendar.day(self._started))
        return [(review.card, review.answer) for review in today if review.at >= self._started]

    def preview(self) -> dict[Rating, timedelta]:
        """Return the interval each rating gives."""
        return self._session.preview(self._core.now)

    def advance(self) -> None:
        """Look again whether a card can be asked: time has passed."""
        self._session.advance(self._core.now)

    def rate(self, answer: Answer) -> str:
        """Commit a rating and move on; return a warning about the card, if there is one."""
        action = self._session.rate(answer, self._core.now)
        after = self._commit(action)
        self.answered += 1
        if self._core.scheduler.leech_alert(action.before, after):
            return f"{action.card} has lapsed {after.lapses} times. Rewrite it, or suspend it."
        return ""

    def bury(self) -> None:
        """Commit putting the card off until tomorrow, and move on."""
        self._commit(self._session.bury(self._core.now))

    def suspend(self) -> None:
        """Commit taking the card out of study, and move on."""
        self._commit(self._session.suspend(self._core.now))

    def tick(self, point: int) -> None:
        """Commit ticking or unticking a key point."""
        self._commit(self._session.tick(point, self._core.now))

    def note(self, text: str) -> None:
        """Commit the learner's note on the card."""
        self._commit(self._session.note(text, self._core.now))

    def undo(self) -> str | None:
        """Take back the last action and ask its card; return its name, None if there is none."""
        undone = self._store.undo()
        if undone is None:
            return None
        self._session.sync(undone.state, self._core.now, show=True)
        self.answered = len(self.given())
        return undone.name

    def redo(self) -> str | None:
        """Bring back the action undone last; return its name, None if there is none."""
        redone = self._store.redo()
        if redone is None:
            return None
        self._session.sync(redone.state, self._core.now)
        self.answered = len(self.given())
        return redone.name

    def _commit(self, action: Action) -> CardState:
        """Write an action; one that cannot be written has not happened, and its card stays."""
        try:
            committed = self._store.commit(action, self._core.scheduler)
        except QuizError:
            self._session.sync(action.before, self._core.now, show=True)
            raise
        if committed.rebased:
            self._session.sync(committed.action.after, self._core.now)
        return committed.action.after


class Cram:
    """Every card of the scope once, in random order; nothing is written."""

    allows: frozenset[str] = frozenset()
    over_limit = 0
    waiting: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __init__(self, core: Core, scope: Scope) -> None:
        self.scope = scope
        self._core = core
        self._states = core.states()
        chosen = core.library.order if scope.only is None else sorted(scope.only)
        self._queue = [name for name in chosen if name in core.library.heads]
        core.random.shuffle(self._queue)
        self._done: list[tuple[str, Answer]] = []
        self._undone: list[tuple[str, Answer]] = []

    @property
    def card(self) -> Card | None:
        """The card to ask; None when all are answered."""
        return self._core.library.cards[self._queue[0]] if self._queue else None

    @property
    def state(self) -> CardState:
        """What is remembered of the card, with the ticks of this answer."""
        return self._states.get(self._queue[0]) or CardState(self._queue[0])

    @property
    def answered(self) -> int:
        """Answers so far that stand."""
        return len(self._done)

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer."""
        return frozenset(self._queue)

    def next_step(self) -> datetime | None:
        """Return None: nothing comes back."""
        return None

    def given(self) -> list[tuple[str, Answer]]:
        """Return the answers so far."""
        return list(self._done)

    def preview(self) -> dict[Rating, timedelta]:
        """Return no intervals: the schedule stays as it is."""
        return {}

    def advance(self) -> None:
        """Nothing becomes due."""

    def rate(self, answer: Answer) -> str:
        """Move on; a card rated Again comes once more at the end."""
        name = self._queue.pop(0)
        self._done.append((name, answer))
        self._undone.clear()
        self._clear_ticks(name)
        if answer.rating is Rating.AGAIN:
            self._queue.append(name)
        return ""

    def _refuse(self, *_: object) -> NoReturn:
        raise QuizError(
            "Not while cramming",
            "Cramming leaves the cards and their schedule as they are.",
            "Find the card in the browser to change it.",
        )

    bury = suspend = note = _refuse

    def tick(self, point: int) -> None:
        """Tick or untick a key point, for this answer only."""
        ticked = tuple(sorted({*self.state.ticked} ^ {point}))
        self._states[self._queue[0]] = replace(self.state, ticked=ticked)

    def undo(self) -> str | None:
        """Take back the last answer."""
        if not self._done:
            return None
        name, answer = self._done.pop()
        self._undone.append((name, answer))
        if answer.rating is Rating.AGAIN:
            self._queue.pop()
        self._queue.insert(0, name)
        return f"Undid: {answer.rating.label} on {name}"

    def redo(self) -> str | None:
        """Give the answer again that was taken back last."""
        if not self._undone:
            return None
        name, answer = self._undone.pop()
        rest = list(self._undone)
        self.rate(answer)
        self._undone = rest
        return f"Redid: {answer.rating.label} on {name}"

    def _clear_ticks(self, name: str) -> None:
        if state := self._states.get(name):
            self._states[name] = replace(state, ticked=())
