"""What the screens are given: cards, store, lab, clock and chance, wired in one place."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from quizapp.app.editing import card_line, edit_command
from quizapp.cards import library as cards
from quizapp.cards.library import Library
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import Paths
from quizapp.settings import Settings, load_settings
from quizapp.store import Store
from quizapp.study.calendar import Calendar
from quizapp.study.model import CardInfo, CardState
from quizapp.study.schedule import Scheduler
from quizapp.study.settings import Settings as StudyRules

if TYPE_CHECKING:
    from quizapp.demo.catalogue import Catalogue
    from quizapp.demo.spec import DemoSpec
    from quizapp.lab.lab import Lab


@dataclass
class Core:
    """Opened once per start; parts are made when they are first used."""

    paths: Paths
    settings: Settings
    clock: Callable[[], datetime]
    """Gives aware instants."""
    monotonic: Callable[[], float]
    """Gives seconds; for how long a question was on the screen."""
    tz: tzinfo
    random: Random
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables: EDITOR."""
    preload: bool = True
    """Whether the lab imports the libraries in the background."""
    _lab: Lab | None = field(default=None, init=False)

    @cached_property
    def store(self) -> Store:
        """The learner's database."""
        return Store(self.paths.database, self.clock)

    @cached_property
    def library(self) -> Library:
        """All cards."""
        return cards.load(self.paths.content, self.paths.cache)

    @cached_property
    def infos(self) -> tuple[CardInfo, ...]:
        """What scheduling knows of each card, in study order."""
        heads = self.library.heads.values()
        return tuple(
            CardInfo(head.id, head.deck, head.difficulty, head.tags, head.requires, place)
            for place, head in enumerate(heads)
        )

    @cached_property
    def calendar(self) -> Calendar:
        """Study days where the learner is."""
        return Calendar(self.tz, self.settings.study.rollover_hour)

    @cached_property
    def rules(self) -> StudyRules:
        """How cards come back, by the settings file and by what `quizapp optimize` fitted."""
        study = self.settings.study
        fitted = self.store.get_meta("fsrs")
        return StudyRules(
            retention=study.retention,
            learning_steps=study.learning_steps,
            relearning_steps=study.relearning_steps,
            learn_ahead=study.learn_ahead,
            new_per_day=study.new_per_day,
            reviews_per_day=study.reviews_per_day,
            leech_at=study.leech_at,
            mature_days=study.mature_days,
            max_interval=study.max_interval,
            parameters=None if fitted is None else _parameters(fitted),
        )

    @cached_property
    def scheduler(self) -> Scheduler:
        """FSRS; towards an interview cards come back sooner, and more of them are new."""
        rules = self.rules
        if (day := self.interview_date) is not None:
            from quizapp.study.readiness import plan_interview, settings_towards

            plan = plan_interview(day, self.today, self.infos, self.states(), rules)
            if plan is not None:
                rules = settings_towards(rules, plan)
        return Scheduler(rules, self.calendar)

    def scheduler_for(self, new_per_day: int | None) -> Scheduler:
        """Return the scheduler with another number of new cards a day; None is the usual one."""
        if new_per_day is None:
            return self.scheduler
        rules = replace(self.scheduler.settings, new_per_day=new_per_day)
        return Scheduler(rules, self.calendar)

    @property
    def days_to_interview(self) -> int | None:
        """Days from today to the interview; None without one, or after it."""
        day = self.interview_date
        return None if day is None or day < self.today else (day - self.today).days

    @property
    def interview_date(self) -> date | None:
        """The day to be ready for: the one set in the app, else that of the settings file."""
        if kept := self.store.get_meta("interview_date"):
            return date.fromisoformat(kept)
        return self.settings.study.interview_date

    def set_interview_date(self, day: date | None) -> None:
        """Remember the day to be ready for; None forgets it."""
        self.store.set_meta("interview_date", None if day is None else day.isoformat())
        self.__dict__.pop("scheduler", None)

    @property
    def theme(self) -> str:
        """The theme chosen last; empty at the first start."""
        return str(self.store.get_meta("theme", ""))

    def keep_theme(self, name: str) -> None:
        """Remember the theme."""
        if name != self.theme:
            self.store.set_meta("theme", name)

    @property
    def lab(self) -> Lab:
        """The host of demos; a process is started only by `prepare` or a run."""
        if self._lab is None:
            from quizapp.app.once import setup_here
            from quizapp.lab.lab import Lab

            setup = setup_here(preload=self.preload and self.settings.lab.preload)
            threads = self.settings.lab.threads or setup.threads
            self._lab = Lab(replace(setup, threads=threads))
        return self._lab

    @cached_property
    def catalogue(self) -> Catalogue:
        """All demos; reading fifty files takes a moment, so a card asks for `demo` instead."""
        from quizapp.demo.catalogue import read_catalogue

        return read_catalogue(self.paths.demos)

    def demo(self, name: str) -> DemoSpec:
        """Return one demo.

        Raises:
            QuizError: there is none of that id, or its file declares none.
        """
        from quizapp.demo.spec import SpecError, read_spec

        for folder in reversed(self.paths.demos):
            path = folder / f"{name}.py"
            if path.is_file():
                try:
                    return read_spec(path)
                except SpecError as error:
                    hint = "`quizapp demo list` names every such file."
                    raise QuizError("The demo cannot be read", f"{error}.", hint) from error
        return self.catalogue.find(name)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock()

    @property
    def today(self) -> date:
        """The present study day."""
        return self.calendar.day(self.clock())

    def states(self) -> dict[str, CardState]:
        """Return what is remembered of every card; renamed cards bring their progress along."""
        states = self.store.states()
        renamed = [(old, new) for old, new in self.library.aliases.items() if old in states]
        for old, new in renamed:
            self.store.adopt(old, new)
        return self.store.states() if renamed else states

    def edit(self, card: str) -> None:
        """Open the file of a card in the user's editor and wait until it is closed.

        Raises:
            QuizError: the editor cannot be started.
        """
        path = Path(self.library.decks[self.library.heads[card].deck].path)
        line = card_line(path.read_text(encoding="utf-8"), card)
        command = edit_command(self.env, path, line)
        try:
            subprocess.run(command, check=False)
        except OSError as error:
            raise EnvironmentProblem(
                "No editor",
                f"{command[0]} cannot be started: {error.strerror}.",
                "Set EDITOR to a command such as nano.",
            ) from error

    def reload(self) -> list[str]:
        """Read the cards again after an edit; return what is wrong in the decks, if anything."""
        for name in ("library", "infos", "catalogue"):
            self.__dict__.pop(name, None)
        return [str(problem) for problem in self.library.problems]

    def back_up(self) -> None:
        """Copy the database if the last copy is not recent."""
        from quizapp.store.backup import back_up_if_due

        back_up_if_due(self.store, self.paths.backups)

    def close(self) -> None:
        """Stop every process and close the database."""
        if self._lab is not None:
            self._lab.close()
        if "store" in self.__dict__:
            self.store.close()


def _parameters(fitted: object) -> tuple[float, ...] | None:
    from quizapp.study.fit import kept_parameters

    return kept_parameters(fitted)


def open_core(paths: Paths) -> Core:
    """Wire the app to this machine: its clock, its time zone, the user's settings."""
    return Core(
        paths=paths,
        settings=load_settings(paths.settings),
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        tz=local_zone(os.environ.get("TZ", "")),
        random=Random(),
        env=os.environ,
    )


def local_zone(name: str, localtime: Path = Path("/etc/localtime")) -> tzinfo:
    """Return the time zone of this machine, with its clock changes where they can be known.

    `name` is what the environment says; a POSIX rule such as EST5EDT,M3.2.0 is not understood.
    """
    with contextlib.suppress(ValueError, OSError, LookupError):
        if name:
            return ZoneInfo(name.lstrip(":"))
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file)
    with contextlib.suppress(ValueError):  # the C library takes UTC+25, Python does not
        here = datetime.now().astimezone().tzinfo
        assert here is not None
        return here
    return local_zone("", localtime) if name else UTC
