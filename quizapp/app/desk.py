"""One sitting at the desk: cards in turn, every deed committed before the next card shows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from quizapp.app.core import Core
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.actions import Action
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.schedule import Scheduler
from quizapp.study.session import Session


@dataclass(frozen=True)
class Scope:
    """Which cards a sitting takes, and in which way."""

    title: str = ""
    """What the learner chose: a topic, a search; empty for everything due."""
    only: frozenset[str] | None = None
    """Ids; None is all cards."""
    cram: bool = False
    """Ask them all once, due or not, and leave the schedule alone."""
    new_per_day: int | None = None
    """New cards a day, where a preset sets them."""


def find_scope(
    core: Core,
    topic: str | None = None,
    search: str | None = None,
    preset: str | None = None,
) -> Scope:
    """Return the scope that the command line asks for; a preset then picks among its cards.

    Raises:
        QuizError: there is no such topic or preset, or the search cannot be read.
    """
    decks = core.library.decks
    if topic is not None and topic not in decks:
        near = difflib.get_close_matches(topic, decks, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(decks)}."
        raise QuizError("No such topic", f"There is no deck {topic}.", hint)
    if topic is None and search is None and preset is None:
        return Scope()
    chosen = set(core.library.cards if topic is None else decks[topic].cards)
    words = [decks[topic].title] if topic is not None else []
    if search is not None:
        chosen &= _found(core, search)
        words.append(search)
    if preset is None:
        return Scope(" · ".join(words), frozenset(chosen))
    from quizapp.study.presets import find_preset, preset_cards

    plan = find_preset(preset)
    chosen &= _found(core, plan.search)
    picked = preset_cards(plan, core.infos, core.states(), chosen, core.days_to_interview)
    title = " · ".join([plan.title, *words])
    return Scope(title, frozenset(picked), new_per_day=plan.new_per_day)


def _found(core: Core, search: str) -> set[str]:
    from quizapp.app.search_index import SearchIndex

    index = SearchIndex(core)
    index.read_cards()
    index.refresh()
    return set(index.find(search))


class Sitting:
    """The session of a scope, joined to the store."""

    def __init__(self, core: Core, scope: Scope) -> None:
        now = core.now
        self.scope = scope
        self._core = core
        self._store = core.store
        self._started = now
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
        """The card to show; None when nothing can be asked now."""
        name = self._session.current
        return None if name is None else self._core.library.cards[name]

    @property
    def state(self) -> CardState:
        """What is remembered of the card on the screen."""
        return self._session.state()

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer, the one on the screen included."""
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
        """When the soonest learning step is due."""
        return self._session.next_step()

    def given(self) -> list[tuple[str, Answer]]:
        """The answers of this sitting that stand, oldest first."""
        today = self._store.reviews(self._core.calendar.day(self._started))
        return [(review.card, review.answer) for review in today if review.at >= self._started]

    def preview(self) -> dict[Rating, timedelta]:
        """The interval each button gives; empty when ratings change no schedule."""
        return self._session.preview(self._core.now)

    def advance(self) -> None:
        """Look again whether a card can be asked: time has passed."""
        self._session.advance(self._core.now)

    def rate(self, answer: Answer) -> str:
        """Commit a rating and move on; return what to tell the learner, if anything."""
        action = self._session.rate(answer, self._core.now)
        after = self._commit(action)
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
        """Take back the last deed and show its card; return its name, None if there is none."""
        undone = self._store.undo()
        if undone is None:
            return None
        self._session.sync(undone.state, self._core.now, show=True)
        return undone.name

    def redo(self) -> str | None:
        """Bring back the deed undone last; return its name, None if there is none."""
        redone = self._store.redo()
        if redone is None:
            return None
        self._session.sync(redone.state, self._core.now)
        return redone.name

    def _commit(self, action: Action) -> CardState:
        """Write a deed; one that cannot be written has not happened, and its card stays."""
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

    over_limit = 0
    waiting: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __init__(self, core: Core, scope: Scope) -> None:
        self.scope = scope
        self._cards = core.library.cards
        self._states = core.states()
        chosen = core.library.order if scope.only is None else sorted(scope.only)
        self._queue = [name for name in chosen if name in self._cards]
        core.random.shuffle(self._queue)
        self._done: list[tuple[str, Answer]] = []
        self._undone: list[tuple[str, Answer]] = []

    @property
    def card(self) -> Card | None:
        """The card to show; None when all are answered."""
        return self._cards[self._queue[0]] if self._queue else None

    @property
    def state(self) -> CardState:
        """What is remembered of the card, with the ticks of this answer."""
        return self._states.get(self._queue[0]) or CardState(self._queue[0])

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer."""
        return frozenset(self._queue)

    def next_step(self) -> datetime | None:
        """Nothing comes back by itself."""
        return None

    def given(self) -> list[tuple[str, Answer]]:
        """The answers so far."""
        return list(self._done)

    def preview(self) -> dict[Rating, timedelta]:
        """No intervals: the schedule stays as it is."""
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
