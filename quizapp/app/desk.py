"""Cards in turn: by the schedule, each action on disk before the next card shows, or each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn, Protocol

from quizapp.app.core import Core
from quizapp.app.phases import Question, Summary
from quizapp.app.scope import Scope
from quizapp.cards.model import Card
from quizapp.cards.variants import asked
from quizapp.errors import QuizError
from quizapp.store import Undone
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.readiness import InterviewPlan
from quizapp.study.schedule import Scheduler
from quizapp.study.session import Session
from quizapp.text import plural

KEPT = frozenset({"bury", "suspend", "note"})
"""Actions that leave something with the card."""


class Desk(Protocol):
    """Where cards lie one after another: a sitting by the schedule, or a cram."""

    scope: Scope

    @property
    def answered(self) -> int:
        """Answers so far that stand."""

    @property
    def left(self) -> frozenset[str]:
        """Cards still to answer, the one that is asked included."""

    @property
    def again(self) -> int:
        """How many of them were answered already and come once more."""

    @property
    def over(self) -> bool:
        """Whether it belongs to another study day: the app may stay open over night."""

    def ask(self) -> Question | Summary:
        """Return the card that is next, or what the sitting has come to if none can be asked."""

    def advance(self) -> None:
        """Look again whether a card can be asked: time has passed."""

    def ask_next(self, card: str) -> None:
        """Ask this card next, if it is one of the sitting."""

    def preview(self) -> Mapping[Rating, timedelta]:
        """Return the interval each rating gives; empty when ratings change no schedule."""

    def rate(self, answer: Answer) -> str:
        """Take an answer and move on; return a warning about the card, if there is one."""

    def bury(self) -> str:
        """Put the card off until tomorrow, and move on; return what was done."""

    def suspend(self) -> str:
        """Take the card out of study, and move on; return what was done."""

    def expose(self, card: str) -> None:
        """Put a card off until tomorrow whose answer was seen as that of a follow-up."""

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

    def __init__(self, core: Core, scope: Scope) -> None:
        self.scope = scope
        self._core = core
        self._began_after = core.store.position().step
        self._day = core.today
        states = core.states()
        plan = core.interview_plan(states)
        self._session = Session(
            core.infos,
            states,
            core.now,
            self._scheduler(),
            done=core.store.day_counts(core.today),
            only=self._in_time(plan) if scope.only is None else scope.only,
            extra=plan.pass_today if plan else (),
        )

    def _in_time(self, plan: InterviewPlan | None) -> frozenset[str] | None:
        """Return all cards but the new ones for which the interview leaves no time."""
        cut = plan.cut if plan else ()
        return frozenset(self._core.library.heads.keys() - set(cut)) if cut else None

    @property
    def card(self) -> Card | None:
        """The card that is next; None when none can be asked now."""
        name = self._session.current
        return None if name is None else self._core.library.cards[name]

    @property
    def state(self) -> CardState:
        """What is remembered of that card."""
        return self._session.state()

    @property
    def answered(self) -> int:
        return self._core.store.answers_after(self._began_after)

    @property
    def left(self) -> frozenset[str]:
        return self._session.cards_left(self._core.now)

    @property
    def again(self) -> int:
        return self._session.left(self._core.now).learning

    @property
    def over(self) -> bool:
        return self._day != self._core.today

    def ask(self) -> Question | Summary:
        session = self._session
        if self.card is not None:
            return Question(asked(self.card, self.state.reps), self.state, KEPT)
        return Summary(
            self.scope.title,
            self.given(),
            next_step=session.next_step(),
            over_limit=session.over_limit,
            waiting=session.waiting,
        )

    def advance(self) -> None:
        self._session.advance(self._core.now)

    def ask_next(self, card: str) -> None:
        state = self._core.states().get(card) or CardState(card)
        self._session.sync(state, self._core.now, show=True)

    def preview(self) -> Mapping[Rating, timedelta]:
        return self._session_of_today().preview(self._core.now)

    def rate(self, answer: Answer) -> str:
        seen = self.state
        done = self._commit(self._session_of_today().rate(answer, self._core.now))
        warnings = []
        if done.before.reps != seen.reps:
            warnings.append(f"{done.card} was answered in another window too; both answers count.")
        if self._core.scheduler.leech_alert(done.before, done.after):
            times = plural(done.after.lapses, "time")
            warnings.append(f"{done.card} is a leech: lapsed {times}. Rewrite it, or suspend it.")
        return " ".join(warnings)

    def bury(self) -> str:
        buried = self._commit(self._session.bury(self._core.now))
        return f"{buried.card} rests until tomorrow"

    def suspend(self) -> str:
        suspended = self._commit(self._session.suspend(self._core.now))
        return f"{suspended.card} is out of study"

    def expose(self, card: str) -> None:
        state = self._session.state(card)
        if not state.suspended and not state.is_buried(self._core.today):
            self._commit(actions.expose(state, self._core.now, self._core.scheduler))

    def tick(self, point: int) -> None:
        self._commit(self._session.tick(point, self._core.now), stay=True)

    def note(self, text: str) -> None:
        self._commit(self._session.note(text, self._core.now), stay=True)

    def undo(self) -> str | None:
        return self._take(self._core.store.undo(), show=True)

    def redo(self) -> str | None:
        return self._take(self._core.store.redo(), show=False)

    def _take(self, done: Undone | None, *, show: bool) -> str | None:
        """Take in what the store has undone or redone; with `show` its card is asked next."""
        if done is None:
            return None
        self._session.sync(self._core.seen(done.state), self._core.now, show=show)
        return done.name

    def given(self) -> list[tuple[str, Answer]]:
        """Return the answers since this sitting began that stand, oldest first."""
        found = self._core.store.reviews(after=self._began_after)
        return [(review.card, review.answer) for review in found]

    def _scheduler(self) -> Scheduler:
        scheduler = self._core.scheduler
        if self.scope.new_per_day is None:
            return scheduler
        rules = replace(scheduler.settings, new_per_day=self.scope.new_per_day)
        return Scheduler(rules, self._core.calendar, self._core.parameters)

    def _session_of_today(self) -> Session:
        """Return the session, with today's scheduler for a card that was asked the day before."""
        if self.over:
            self._session.scheduler = self._scheduler()
        return self._session

    def _commit(self, action: Action, *, stay: bool = False) -> Action:
        """Write an action, then let the session follow: what is not on disk has not happened.

        What a placement assumes is not on disk, and undo leads back to what was there.
        """
        on_disk = self._core.store.state(action.card)
        if action.review is not None and self._core.seen(on_disk) == action.before:
            action = replace(action, before=on_disk)
        done = self._core.store.commit(action, self._core.scheduler).action
        self._session.sync(self._core.seen(done.after), self._core.now, show=stay)
        return done


class Cram:
    """Every card of the scope once, in random order; nothing is written."""

    def __init__(self, core: Core, scope: Scope) -> None:
        self.scope = scope
        self._core = core
        self._states = dict(core.states())
        chosen = core.library.order if scope.only is None else sorted(scope.only)
        self._queue = [name for name in chosen if name in core.library.heads]
        core.random.shuffle(self._queue)
        self._done: list[tuple[str, Answer]] = []
        self._undone: list[tuple[str, Answer]] = []

    @property
    def answered(self) -> int:
        return len(self._done)

    @property
    def left(self) -> frozenset[str]:
        return frozenset(self._queue)

    @property
    def again(self) -> int:
        return len({name for name, _ in self._done} & self.left)

    @property
    def over(self) -> bool:
        """No day ends it: it has no schedule."""
        return False

    def ask(self) -> Question | Summary:
        if not self._queue:
            return Summary(self.scope.title, tuple(self._done))
        state = self._state()
        card = asked(self._core.library.cards[self._queue[0]], state.reps)
        return Question(card, state, frozenset())

    def advance(self) -> None:
        """Nothing becomes due."""

    def ask_next(self, card: str) -> None:
        if card in self._queue:
            self._queue.remove(card)
            self._queue.insert(0, card)

    def preview(self) -> Mapping[Rating, timedelta]:
        return {}

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

    def expose(self, card: str) -> None:
        """Nothing is written."""

    def tick(self, point: int) -> None:
        """Tick or untick a key point, for this answer only."""
        state = self._state()
        ticked = tuple(sorted({*state.ticked} ^ {point}))
        self._states[state.card] = replace(state, ticked=ticked)

    def undo(self) -> str | None:
        if not self._done:
            return None
        name, answer = self._done.pop()
        self._undone.append((name, answer))
        if answer.rating is Rating.AGAIN:
            self._queue.pop()
        self._queue.insert(0, name)
        return f"Undid: {answer.rating.label} on {name}"

    def redo(self) -> str | None:
        if not self._undone:
            return None
        name, answer = self._undone.pop()
        rest = list(self._undone)
        self.rate(answer)
        self._undone = rest
        return f"Redid: {answer.rating.label} on {name}"

    def _state(self) -> CardState:
        return self._states.get(self._queue[0]) or CardState(self._queue[0])

    def _clear_ticks(self, name: str) -> None:
        if state := self._states.get(name):
            self._states[name] = replace(state, ticked=())
