"""What the command line and the screens share: cards, store, lab, clock and chance."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from quizapp.app.demos import Demos
from quizapp.app.listening import Listener
from quizapp.app.progress import Progress
from quizapp.app.zone import local_zone
from quizapp.cards import library as cards
from quizapp.cards.files import library_files
from quizapp.cards.library import Library
from quizapp.paths import Paths
from quizapp.settings import Settings, load_settings
from quizapp.store import Store
from quizapp.study import actions
from quizapp.study.calendar import Calendar
from quizapp.study.model import CardState
from quizapp.study.schedule import Scheduler

if TYPE_CHECKING:
    from quizapp.app.second_opinion import SecondReader
    from quizapp.lab.lab import Lab
    from quizapp.study.readiness import InterviewPlan

PLACEMENT = "placement"
"""Where the store remembers what a placement found."""

OPEN_INTERVIEW = "open_interview"
"""Where the store remembers the mock interview under way."""

NOTHING_TO_UNDO = "Nothing to undo."


class Core:
    """Opened once per start, headless; what depends on the day is that of today.

    Lab and demo files, which the first card does not need, are opened when they are asked for.
    """

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        tz: tzinfo,
        random: Random,
        env: Mapping[str, str] = MappingProxyType({}),
        preload: bool = True,
    ) -> None:
        """Open what the first card needs.

        `clock` gives aware instants, `monotonic` seconds. `env` are the environment variables, for
        EDITOR. `preload` is whether the lab may import its libraries in the background.

        Raises:
            QuizError: the database cannot be used, or a setting is out of range.
        """
        self.paths = paths
        self.settings = settings
        self.clock = clock
        self.monotonic = monotonic
        self.tz = tz
        self.random = random
        self.env = env
        self.preload = preload and settings.lab.preload
        self.calendar = Calendar(tz, settings.study.rollover_hour)
        self.store = Store(paths.database, clock)
        self.progress = Progress(self.store)
        """What is remembered of every card."""
        self.rules = settings.study
        """How cards come back, by the settings file."""
        self.parameters = _parameters(self.store.get_meta("fsrs"))
        """The FSRS weights that `quizapp optimize` fitted; None is those of the library."""
        self._schedulers: dict[tuple[date, date | None], Scheduler] = {}
        self.sitting = ""
        """What the card that is asked was chosen by: a topic, a search; empty for all that is due,
        and without a card."""
        self._lab: Lab | None = None
        self._second_reader: SecondReader | None = None
        self.read_cards()

    def read_cards(self) -> None:
        """Read the decks as they are now, and use them.

        Renamed cards bring their progress along.
        """
        self.use_cards(self.load_cards())

    def load_cards(self) -> Library:
        """Return the decks as they are now, to be used or not; safe in a thread."""
        return cards.load(self.paths.content, self.paths.cache)

    def decks_changed(self) -> bool:
        """Whether a deck file was edited, added or removed since; safe in a thread."""
        places = (folder.absolute() for folder in self.paths.content)
        return library_files(places) != self.library.stamps

    def use_cards(self, library: Library) -> None:
        """Go on with these decks, and forget the demo files that were read."""
        self.library = library
        if self.library.aliases:
            self.store.adopt(self.library.aliases)
        self.infos = tuple(self.library.heads.values())
        """What scheduling knows of each card, in study order."""
        self.demos = Demos(self.paths.demos)
        self.listener = Listener(library)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock()

    @property
    def today(self) -> date:
        """The present study day."""
        return self.calendar.day(self.clock())

    def states(self) -> Mapping[str, CardState]:
        """Return what is remembered of every card; what a placement assumes counts as learned."""
        return self._as_assumed(self.progress.states)

    def seen(self, state: CardState) -> CardState:
        """Return a state that is on disk as `states` holds it."""
        return self._as_assumed({state.card: state})[state.card]

    def _as_assumed(self, states: Mapping[str, CardState]) -> Mapping[str, CardState]:
        found = self.placement
        if not found.get("since"):
            return states
        from quizapp.study.placement import with_assumed

        return with_assumed(states, found["cards"], date.fromisoformat(found["since"]))

    @property
    def placement(self) -> Mapping[str, Any]:
        """What is remembered of a placement, its cards by the ids that they have today."""
        found: dict[str, Any] = self.store.get_meta(PLACEMENT) or {}
        today = self.library.aliases
        if today and found:
            found["cards"] = [today.get(card, card) for card in found["cards"]]
            found["answers"] = [[today.get(card, card), right] for card, right in found["answers"]]
        return found

    @property
    def scheduler(self) -> Scheduler:
        """FSRS as of today; towards an interview cards come back sooner, and more of them are new.

        What the interview asks of a day is planned once, not anew after each of its answers.
        """
        key = (self.today, self.interview_date)
        if key not in self._schedulers:
            self._schedulers[key] = self._make_scheduler()
        return self._schedulers[key]

    def _make_scheduler(self) -> Scheduler:
        plan = None if self.interview_date is None else self.interview_plan(self.states())
        if plan is None:
            return Scheduler(self.rules, self.calendar, self.parameters)
        from quizapp.study.readiness import settings_towards

        return Scheduler(settings_towards(self.rules, plan), self.calendar, self.parameters)

    @property
    def interview_date(self) -> date | None:
        """The day to be ready for: the one set in the app, else that of the settings file."""
        if kept := self.store.get_meta("interview_date"):
            return date.fromisoformat(kept)
        return self.settings.study.interview_date

    def set_interview_date(self, day: date | None) -> None:
        """Remember the day to be ready for; None forgets it."""
        self.store.set_meta("interview_date", None if day is None else day.isoformat())

    @property
    def days_to_interview(self) -> int | None:
        """Days from today to the interview; None without one, or after it."""
        day = self.interview_date
        return None if day is None or day < self.today else (day - self.today).days

    def interview_plan(self, states: Mapping[str, CardState]) -> InterviewPlan | None:
        """Return what the interview date asks of today; None without a date or after it."""
        day = self.interview_date
        if day is None:
            return None
        from quizapp.study.readiness import plan_interview

        new = self.store.day_counts(self.today).new
        return plan_interview(day, self.today, self.infos, states, self.rules, new)

    @property
    def interview_waits(self) -> bool:
        """Whether a mock interview was left before its report."""
        return self.store.get_meta(OPEN_INTERVIEW) is not None

    @property
    def theme(self) -> str:
        """The theme chosen last; empty at the first start."""
        return str(self.store.get_meta("theme", ""))

    def keep_theme(self, name: str) -> None:
        """Remember the theme."""
        if name != self.theme:
            self.store.set_meta("theme", name)

    def undo(self) -> str:
        """Take back the last action, on whichever card and day; return what to show."""
        undone = self.store.undo()
        return undone.name if undone else NOTHING_TO_UNDO

    def toggle_suspended(self, card: str) -> None:
        """Take a card out of study, or bring it back."""
        state = self.store.state(card)
        change = actions.unsuspend if state.suspended else actions.suspend
        self.store.commit(change(state, self.now), self.scheduler)

    @property
    def lab(self) -> Lab:
        """The host of demos; a process is started only by `prepare` or a run."""
        if self._lab is None:
            from quizapp.app.once import setup_here
            from quizapp.lab.lab import Lab

            setup = setup_here(preload=self.preload)
            threads = self.settings.lab.threads or setup.threads
            self._lab = Lab(replace(setup, threads=threads))
        return self._lab

    @property
    def second_reader(self) -> SecondReader | None:
        """Who gives a second opinion on typed answers; None where the settings name nobody."""
        if self._second_reader is None and self.settings.reader.url:
            from quizapp.app.second_opinion import SecondReader  # few name one

            self._second_reader = SecondReader(self)
        return self._second_reader

    def prepare(self) -> None:
        """Start what is needed soon but not for the first card, and copy the database if due.

        Raises:
            QuizError: no backup could be made.
        """
        if self.preload:
            self.lab.prepare()
        from quizapp.store.backup import back_up_if_due

        back_up_if_due(self.store, self.paths.backups)

    def close(self) -> None:
        """Stop every process and close the database."""
        if self._lab is not None:
            self._lab.close()
        self.store.close()


def open_core(paths: Paths) -> Core:
    """Open everything on this machine: its clock, its time zone, the user's settings.

    Raises:
        QuizError: settings, database or cards cannot be used.
    """
    return Core(
        paths,
        load_settings(paths.settings),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        tz=local_zone(os.environ.get("TZ", "")),
        random=Random(),
        env=os.environ,
    )


def _parameters(fitted: object) -> tuple[float, ...] | None:
    if fitted is None:
        return None
    from quizapp.study.fit import kept_parameters

    return kept_parameters(fitted)
