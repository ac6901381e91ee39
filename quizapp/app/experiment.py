"""One demo at one place: predict, set, run, compare. What the demo panel shows, without a screen.

The caller owns the task in which a run is followed; cancelling it kills the run.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from quizapp.app.advice import explain
from quizapp.app.history import differences, run_label, typical_seconds
from quizapp.app.hub import HubModel, is_hub_id, look_up
from quizapp.app.predict import read_guess
from quizapp.app.report import as_text
from quizapp.app.run_phases import (
    Cancelled,
    Done,
    Ended,
    Failed,
    LookingUp,
    Phase,
    Recalled,
    Run,
    Running,
    Setup,
)
from quizapp.app.runs import RunStore
from quizapp.app.verdict import Guess, judge
from quizapp.cards.model import Card
from quizapp.demo import events
from quizapp.demo.chart import Chart
from quizapp.demo.model_errors import folder_problem
from quizapp.demo.params import ModelName
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from quizapp.study.record import RunRecord, make_record

if TYPE_CHECKING:
    from quizapp.app.services import Services

ONE = "this run"
"""What the only curve of a question is called: its own name may hold the setting asked for."""

TELLING = frozenset({"code", "tab", "settings", "reset", "skip", "overlay", "copy", "save"})
"""Actions that would show what a question keeps hidden."""

Agree = Callable[[HubModel], Awaitable[bool]]
"""Asks the learner whether a model may be downloaded."""


class Lab(Protocol):
    """Where runs come from."""

    @property
    def ready(self) -> bool:
        """Whether a run would start at once."""

    def start(self, request: RunRequest) -> Run:
        """Start a run, or raise QuizError while another one is under way."""


class Asking(Enum):
    """How the prediction is asked for."""

    FIRST = "a run waits for it"
    REMINDED = "the next try runs without it"
    OFFERED = "it is shown, and a run does not wait for it"
    AWAY = "it is not shown until something changes"


@dataclass(frozen=True)
class EarlierRun:
    """A run in the list of those to compare with."""

    number: int
    """Counted from the oldest, from 1."""
    label: str
    """Number and settings."""
    record: RunRecord
    marked: bool
    """Whether it lies under the plot."""


class Experiment:
    """A demo with its settings, the prediction, the run under way or shown, and earlier runs."""

    def __init__(
        self,
        spec: DemoSpec,
        lab: Lab,
        runs: RunStore,
        *,
        now: Callable[[], datetime],
        settings: Mapping[str, Any] | None = None,
        card: Card | None = None,
        hidden: bool = False,
        ask_hub: Callable[[str], Awaitable[HubModel]] = look_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set a demo up.

        `settings` are those of `card`. `hidden` keeps all but the curves of the card's figure away
        until `reveal`. `ask_hub` finds out what a model would download. `now` gives instants,
        `clock` seconds.

        Raises:
            ValueError: a setting is unknown or out of its bounds.
        """
        self.spec = spec
        self.card = card
        self.hidden = hidden
        self.settings: Mapping[str, Any] = spec.settings(settings or {})
        self.device = "auto"
        self.guess: Guess | None = None
        """What is predicted at these settings."""
        self.asking = Asking.FIRST
        self.phase: Phase = Setup()
        self.records = runs.last(spec.id)
        """All runs to compare with, newest first."""
        self.marked: frozenset[int] = frozenset()
        """Numbers of the earlier runs under the plot."""
        self._lab = lab
        self._runs = runs
        self._now = now
        self._clock = clock
        self._ask_hub = ask_hub
        self._seen: list[Mapping[str, Any]] = []
        """Settings whose outcome was seen: predicting it would be no prediction."""
        self._at_hand: set[str] = set()
        """Models that are here, or that the learner agreed to download."""

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return isinstance(self.phase, Running)

    @property
    def is_new(self) -> bool:
        """Whether nothing was run yet."""
        match self.phase:
            case Setup() | LookingUp(before=Setup()):
                return True
        return False

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        missing = set(TELLING) if self.hidden else set()
        if not self.question_shown:
            missing.add("skip")
        if not self.phase.state.charts:
            missing |= {"zoom", "next_chart", "overlay"}
        if self._last_other is None:
            missing.add("overlay")
        return self.phase.actions - missing

    @property
    def asks(self) -> bool:
        """Whether the outcome at these settings can still be predicted."""
        return self.spec.predict is not None and not self.hidden and self.settings not in self._seen

    @property
    def question_shown(self) -> bool:
        """Whether the question stands above the form."""
        return self.asks and not self.running and self.asking is not Asking.AWAY

    @property
    def expected_s(self) -> float:
        """Seconds that a run at the defaults takes here, or may take."""
        return typical_seconds(self.spec, self.records)

    @property
    def seconds(self) -> float:
        """Seconds from the key press to now, or to the end of the run."""
        match self.phase:
            case Running(began=began):
                return self._clock() - began
            case Ended(seconds=seconds):
                return seconds
        return 0.0

    @property
    def charts(self) -> Sequence[Chart]:
        """The charts to draw: of a hidden figure only what its question shows."""
        charts = self.phase.state.charts
        names = self.card.figure.show if self.hidden and self.card and self.card.figure else ()
        return _only(charts, names) if names else charts

    @property
    def overlays(self) -> list[tuple[str, Sequence[Chart]]]:
        """Label and charts of the earlier runs under the plot."""
        if self.hidden:
            return []
        return [(run.label, run.record.charts) for run in self.earlier if run.marked]

    @property
    def earlier(self) -> list[EarlierRun]:
        """The runs to compare with, newest first."""
        return [
            EarlierRun(
                number, f"#{number} {run_label(self.spec, record)}", record, number in self.marked
            )
            for number, record in zip(range(len(self.records), 0, -1), self.records, strict=True)
        ]

    @property
    def differences(self) -> events.Table | None:
        """What differs between the newest run and the marked ones; None without any."""
        newest, *others = self.earlier or [None]
        compared = [run for run in others if run is not None and run.marked]
        if newest is None or not compared:
            return None
        columns = [newest, *compared]
        return differences([run.record for run in columns], [f"#{run.number}" for run in columns])

    def reveal(self) -> None:
        """Show everything: the question is answered."""
        self.hidden = False

    def change(self, settings: Mapping[str, Any], device: str) -> bool:
        """Take settings; return whether they are others, and so another question."""
        if (settings, device) == (self.settings, self.device):
            return False
        self.settings, self.device, self.guess = dict(settings), device, None
        match self.asking:
            case Asking.REMINDED:
                self.asking = Asking.FIRST
            case Asking.AWAY:
                self.asking = Asking.OFFERED
        return True

    def predict(self, text: str) -> None:
        """Take a prediction.

        Raises:
            ValueError: it is neither an option nor a number, with a sentence.
        """
        assert self.spec.predict is not None
        self.guess = read_guess(self.spec.predict, text)

    def skip(self) -> None:
        """Go on without a prediction."""
        self.asking = Asking.AWAY

    def insists(self) -> bool:
        """Whether a run has to wait for the prediction; it does so once."""
        if self.asks and self.guess is None:
            match self.asking:
                case Asking.FIRST:
                    self.asking = Asking.REMINDED
                    return True
                case Asking.REMINDED:
                    self.asking = Asking.OFFERED
        return False

    def recall(self) -> bool:
        """Show the kept run of these settings; return False if there is none."""
        record = self._runs.find(self.spec, self.settings, self.records)
        if record is None:
            return False
        state = record.as_state(self.spec)
        self.phase = Recalled(
            settings=self.settings,
            guess=None,
            state=state,
            verdict=judge(self.spec, state, self.settings, card=self.card),
            log="",
            seconds=record.wall_s,
            record=record,
        )
        self._seen.append(self.settings)
        return True

    async def start(self, agree: Agree) -> bool:
        """Start a run with the prediction made so far; return whether there is one to follow.

        Raises:
            QuizError: a model cannot be had, or another run is under way.
        """
        if "run_demo" not in self.actions:
            return False
        models = [
            str(self.settings[name])
            for name, param in self.spec.params.items()
            if isinstance(param, ModelName)
        ]
        if problem := next(filter(None, map(folder_problem, models)), ""):
            raise QuizError("The model cannot be loaded", problem)
        named = [model for model in models if is_hub_id(model)]
        for model in named:
            if model not in self._at_hand and not await self._look_up(model, agree):
                return False
        # Only a model that the user named may be fetched; nothing else ever is.
        request = RunRequest(self.spec, self.settings, self.device, online=bool(named))
        cold, began = not self._lab.ready, self._clock()
        guess = self.guess if self.asks else None
        self.phase = Running(self._lab.start(request), request, guess, cold, began)
        return True

    async def _look_up(self, model: str, agree: Agree) -> bool:
        """Find out what a model of the Hub costs; return whether the learner takes it."""
        before = self.phase
        assert isinstance(before, Setup | Ended)
        self.phase = LookingUp(model, before)
        try:
            found = await self._ask_hub(model)
            if found.problem:
                raise QuizError("The model cannot be loaded", found.problem)
            if not found.cached and not await agree(found):
                return False
        finally:
            self.phase = before
        self._at_hand.add(model)
        return True

    async def follow(self) -> Ended:
        """Read the run to its end; however this ends, the run's process has ended too."""
        assert isinstance(self.phase, Running)
        try:
            async for event in self.phase.run.events():
                if not isinstance(self.phase, Running):
                    break  # killed: what follows is about the kill
                self.phase = replace(self.phase, state=self.phase.state.add(event))
        finally:
            self.stop()
        assert isinstance(self.phase, Ended)
        return self.phase

    def keep(self) -> None:
        """Remember the run that was followed to its end, if it was done.

        Raises:
            EnvironmentProblem: it cannot be written.
        """
        if isinstance(self.phase, Done):
            self._runs.add(self.phase.record)

    def cancel(self) -> None:
        """Ask the run to stop."""
        if isinstance(self.phase, Running):
            self.phase.run.cancel()

    def stop(self) -> None:
        """Kill the run now, without waiting."""
        if isinstance(self.phase, Running):
            self.phase.run.kill()
            self._end(self.phase)

    def _end(self, run: Running) -> None:
        state = run.state.add(events.Cancelled())  # changes nothing if it has ended
        settings = run.request.params
        verdict = judge(self.spec, state, settings, guess=run.guess, card=self.card)
        traceback = state.error.traceback if state.error else ""
        ended = Ended(
            settings=settings,
            guess=run.guess,
            state=state,
            verdict=verdict,
            log="\n".join(filter(None, (run.log.rstrip(), traceback.rstrip()))),
            seconds=self.seconds,
        )
        if self.asking is Asking.AWAY:
            self.asking = Asking.OFFERED
        if trouble := explain(state):
            self.phase = Failed(**vars(ended), trouble=trouble)
        elif isinstance(state.ending, events.Done):
            card = self.card.id if self.card else None
            record = make_record(
                self.spec,
                settings,
                state,
                self._now(),
                prediction=run.guess,
                right=verdict.right,
                card=card,
            )
            self.phase = Done(**vars(ended), record=record)
            self._seen.append(settings)
            self.records.insert(0, record)
        else:
            self.phase = Cancelled(**vars(ended))

    def repeat(self, number: int) -> None:
        """Return to settings and device of an earlier run.

        Raises:
            QuizError: the demo does not take its settings any more.
        """
        record = self.records[-number]
        try:
            settings = self.spec.settings(record.settings)
        except ValueError as error:
            raise QuizError(
                "This run cannot be repeated",
                f"The demo was changed since: {error}.",
                "s sets it to something near.",
            ) from error
        self.change(settings, record.device)

    def mark(self, number: int) -> None:
        """Lay an earlier run under the plot, or take it away."""
        record = self.records[-number]
        self.records[-number] = replace(record, charts=tuple(self._runs.charts(record)))
        self.marked ^= {number}

    def overlay(self) -> None:
        """Lay the last run before this one under the plot, or take it away."""
        if (number := self._last_other) is not None:
            self.mark(number)

    @property
    def _last_other(self) -> int | None:
        """Number of the newest run on record that is not the one on the screen."""
        shown = self.phase.record.at if isinstance(self.phase, Done) else None
        places = (place for place, record in enumerate(self.records) if record.at != shown)
        return next((len(self.records) - place for place in places), None)

    @property
    def as_text(self) -> str:
        """The finished run on the screen in Markdown."""
        assert isinstance(self.phase, Done)
        return as_text(self.spec, self.phase.record)

    async def save(self) -> Sequence[Path]:
        """Write plots, data, script and notebook of the finished run; return the files.

        Raises:
            EnvironmentProblem: they cannot be written.
        """
        assert isinstance(self.phase, Done)
        return await self._runs.save(self.spec, self.phase.record, self.phase.state.charts)


def open_experiment(
    services: Services,
    run: str,
    settings: Mapping[str, Any] | None = None,
    *,
    where: str,
    card: Card | None = None,
    hidden: bool = False,
) -> Experiment:
    """Return the demo `run` at these settings; `where` names what asks for it, in an error.

    Raises:
        QuizError: the demo is missing, cannot be read or does not take the settings.
    """
    try:
        return Experiment(
            services.demo(run),
            services.lab,
            RunStore(services.store, services.paths),
            now=services.clock,
            settings=settings,
            card=card,
            hidden=hidden,
        )
    except ValueError as error:
        raise QuizError(
            "The settings do not fit the demo",
            f"{where}: {error}.",
            "`quizapp check` lists every such place.",
        ) from error


def _only(charts: Sequence[Chart], names: Sequence[str]) -> tuple[Chart, ...]:
    """Return the charts with the marks of these names; the name of a single one would tell."""
    found = []
    for chart in charts:
        marks = tuple(
            replace(mark, name=ONE) if len(names) == 1 and mark.name in names else mark
            for mark in chart.marks
            if mark.name in names or isinstance(mark, events.Reference)
        )
        if any(not isinstance(mark, events.Reference) for mark in marks):
            found.append(replace(chart, marks=marks))
    return tuple(found)
