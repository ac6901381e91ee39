"""One demo at one place: predict, set, run, compare; headless, what the demo panel shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.app import run_phases as phases
from quizapp.app.advice import Trouble, explain
from quizapp.app.earlier_runs import EarlierRuns
from quizapp.app.estimate import expectation, memory_warning
from quizapp.app.hidden_figure import only
from quizapp.app.hub import look_up
from quizapp.app.proof import Proof, differing, proof_here, recorded_sentence
from quizapp.app.report import as_text
from quizapp.app.run_models import Agree, AskHub, ModelsAtHand, models_of_hub
from quizapp.app.runs import RunStore, as_state, make_record
from quizapp.app.verdict import Guess, Verdict, judge, read_guess
from quizapp.cards.lesson import DemoEmbed
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.demo import events
from quizapp.demo.chart import Chart
from quizapp.demo.declare import Predict
from quizapp.demo.evidence import Distribution, Evidence
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.errors import QuizError

if TYPE_CHECKING:
    from quizapp.app.core import Core
    from quizapp.lab.lab import Lab

REVEALING = frozenset({"code", "tab", "settings", "reset", "skip", "overlay", "copy", "save"})
"""Actions that would show what a question keeps hidden."""


class Asking(Enum):
    """How the prediction is asked for."""

    FIRST = "a run waits for it"
    REMINDED = "the next try runs without it"
    OFFERED = "it is shown, and a run does not wait for it"
    AWAY = "it is not shown until something changes"


class Experiment:
    """A demo with its settings, the prediction, the run under way or shown, and earlier runs."""

    def __init__(
        self,
        spec: DemoSpec,
        lab: Lab,
        runs: RunStore,
        *,
        settings: Mapping[str, Any] | None = None,
        card: Card | None = None,
        hidden: bool = False,
        evidence: Evidence | None = None,
        ask_hub: AskHub = look_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set a demo up.

        `settings` are those of `card`. `hidden` hides all but the curves of the card's figure
        until `reveal`. `evidence` is the record of the demo's runs. `ask_hub` finds out what a
        model would download. `clock` gives seconds.

        Raises:
            ValueError: a setting is unknown or out of its bounds.
        """
        self.spec, self.card, self.hidden, self.clock = spec, card, hidden, clock
        self.settings: Mapping[str, Any] = spec.settings(settings or {})
        self.device = "auto"
        self.guess: Guess | None = None
        """What is predicted at these settings."""
        self.asking = Asking.FIRST
        self.phase: phases.Phase = phases.Setup()
        self.earlier = EarlierRuns(spec, runs)
        self._lab = lab
        self._runs = runs
        self._evidence = evidence
        self._at_hand = ModelsAtHand(ask_hub)
        self._seen: list[Mapping[str, Any]] = []
        """Settings whose outcome was seen: predicting it again would prove nothing."""
        self._page_open = spec.predict is None or bool(self.earlier.records)
        self._saving = False

    @property
    def shown(self) -> phases.Setup | phases.Running | phases.Ended:
        """The phase whose run is on the screen."""
        return self.phase.before if isinstance(self.phase, phases.LookingUp) else self.phase

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return isinstance(self.phase, phases.Running)

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        pointless = set(REVEALING) if self.hidden else set()
        if not self.question_shown:
            pointless.add("skip")
        if not self.shown.state.charts:
            pointless |= {"zoom", "chart", "overlay"}
        if self._last_other is None:
            pointless.add("overlay")
        if self._saving:
            pointless.add("save")  # two would write the same files at once
        return self.phase.actions - pointless

    @property
    def question(self) -> Predict | None:
        """What is asked at these settings; None where the bundled model is presupposed and not
        chosen, and where there is no question."""
        return self.spec.question(self.settings)

    @property
    def asks(self) -> bool:
        """Whether the outcome at these settings can still be predicted."""
        seen = self.settings in self._seen
        return self.question is not None and not self.hidden and not seen

    @property
    def question_shown(self) -> bool:
        """Whether the question is shown above the form."""
        return self.asks and not self.running and self.asking is not Asking.AWAY

    @property
    def expected(self) -> str:
        """What a run over another model takes; empty where the run at these settings is shown."""
        return expectation(self.spec, self.settings, self.earlier.records) if self._ahead else ""

    @property
    def warning(self) -> Trouble | None:
        """Why such a run may not end well; None where nothing speaks against it."""
        return memory_warning(self.spec, self.settings, self.device) if self._ahead else None

    @property
    def _ahead(self) -> bool:
        shown = self.shown
        return isinstance(shown, phases.Setup) or (
            isinstance(shown, phases.Ended) and shown.settings != self.settings
        )

    @property
    def page_shown(self) -> bool:
        """Whether the page is shown: not where it would answer a prediction not yet made."""
        return self._page_open or not isinstance(self.shown, phases.Setup)

    @property
    def proof(self) -> Proof:
        """What the run on the screen shows of the card's answer; before one, the recorded runs.

        A run at other settings than those of the card's link shows nothing of it, and what the
        recorded runs found would answer a prediction that is asked for.
        """
        link = self.card.demo if self.card else None
        if not self.card or not link or link.run != self.spec.id or self.hidden:
            return Proof()
        run = self.shown
        if isinstance(run, phases.Done):
            if differing(self.spec, run.settings, link.with_):
                return Proof()
            return proof_here(self.card, link, run.record.measures, run.record.claims)
        open_question = self.question_shown and self.guess is None
        if not isinstance(run, phases.Setup) or open_question or not self.page_shown:
            return Proof()
        return Proof(recorded_sentence(link.shows, self._recorded(link.with_)))

    def _recorded(self, settings: Mapping[str, Any]) -> Distribution | None:
        """Return the recorded runs at some settings, if there are any."""
        return self._evidence.at(self.spec, settings) if self._evidence else None

    @property
    def charts(self) -> Sequence[Chart]:
        """The charts to draw: of a hidden figure only what its question shows."""
        charts = self.shown.state.charts
        names = self.card.figure.show if self.hidden and self.card and self.card.figure else ()
        return only(charts, names) if names else charts

    @property
    def overlays(self) -> list[tuple[str, Sequence[Chart]]]:
        """Label and charts of the earlier runs under the plot."""
        return [] if self.hidden else self.earlier.overlays

    def reveal(self) -> None:
        """Show everything: the question is answered."""
        self.hidden = False

    def change(self, settings: Mapping[str, Any], device: str) -> bool:
        """Take settings; return whether they differ, which makes it another question."""
        if (settings, device) == (self.settings, self.device):
            return False
        self.settings, self.device, self.guess = settings, device, None
        if self.asking is Asking.REMINDED:
            self.asking = Asking.FIRST
        self._offer_again()
        return True

    def predict(self, text: str) -> None:
        """Take a prediction.

        Raises:
            ValueError: it is neither an option nor a number, with a sentence.
        """
        assert self.spec.predict is not None
        self.guess = read_guess(self.spec.predict, text)
        self._page_open = True

    def skip(self) -> None:
        """Go on without a prediction."""
        self.asking = Asking.AWAY
        self._page_open = True

    def insists(self) -> bool:
        """Whether a run has to wait for the prediction; it does so once."""
        first = self.asking is Asking.FIRST and self.asks and self.guess is None
        if first:
            self.asking = Asking.REMINDED
        elif self.asking is Asking.REMINDED and self.guess is None:
            self.asking = Asking.OFFERED
        return first

    def _offer_again(self) -> None:
        if self.asking is Asking.AWAY:
            self.asking = Asking.OFFERED

    def recall(self) -> bool:
        """Show the kept run of these settings; return False if there is none."""
        recalled = self.earlier.recall(self.settings)
        if recalled is None:
            return False
        number, record = recalled
        state = as_state(record, self.spec)
        verdict = self._judge(state, self.settings)
        facts = (self.settings, None, state, verdict, "", record.wall_s)
        self.phase = phases.Recalled(*facts, record, number)
        self._seen.append(self.settings)
        return True

    async def run(self, agree: Agree, started: Callable[[], object]) -> phases.Ended | None:
        """Run with the prediction made so far, up to the record; return how it ended.

        `started` is called when the process is on its way; None is returned if the learner did not
        agree to a download. Cancelling the task kills the process.

        Raises:
            QuizError: a model cannot be had, another run is under way, or no record can be kept.
        """
        if "run" not in self.actions:
            return None
        settings, guess = self.settings, self.guess if self.asks else None
        named = models_of_hub(self.spec, settings)
        for model in named:
            if model not in self._at_hand and not await self._look_up(model, agree):
                return None
        # Only a model that the user named may be fetched; nothing else ever is.
        request = RunRequest(self.spec, settings, self.device, online=bool(named))
        cold, began = not self._lab.ready, self.clock()
        process = self._lab.start(request)
        self.phase = phases.Running(process, settings, guess, cold, began)
        started()
        try:
            async for event in process.events():
                if isinstance(self.phase, phases.Running):  # else it was killed meanwhile
                    self.phase = replace(self.phase, state=self.phase.state.add(event))
        finally:
            self.stop()
        ended = self.shown
        assert isinstance(ended, phases.Ended)
        if isinstance(ended, phases.Done):
            self._runs.add(ended.record)
        return ended

    async def _look_up(self, model: str, agree: Agree) -> bool:
        """Find out what a model of the Hub costs; return whether the learner takes it."""
        before = self.shown
        assert not isinstance(before, phases.Running)
        self.phase = phases.LookingUp(model, before)
        try:
            return await self._at_hand.ask_for(model, agree)
        finally:
            self.phase = before

    def cancel(self) -> None:
        """Ask the run to stop; within two seconds it is killed."""
        if isinstance(self.phase, phases.Running):
            self.phase.process.cancel()

    def stop(self) -> None:
        """Kill the run now, without waiting."""
        run = self.phase
        if not isinstance(run, phases.Running):
            return
        run.process.kill()
        state = run.state.add(events.Cancelled())  # changes nothing if it has ended
        verdict = self._judge(state, run.settings, run.guess)
        seconds = self.clock() - run.began
        facts = (run.settings, run.guess, state, verdict, run.log, seconds)
        if trouble := explain(state):
            self.phase = phases.Failed(*facts, trouble)
        elif isinstance(state.ending, events.Done):
            record = make_record(
                self.spec,
                run.settings,
                state,
                self._runs.now(),
                prediction=run.guess,
                right=verdict.right,
                card=self.card.id if self.card else None,
            )
            self.phase = phases.Done(*facts, record, self.earlier.insert(record))
            self._seen.append(run.settings)
        else:
            self.phase = phases.Cancelled(*facts)
        self._offer_again()

    def _judge(
        self, state: RunState, settings: Mapping[str, Any], guess: Guess | None = None
    ) -> Verdict:
        recorded = self._recorded(settings)
        return judge(self.spec, state, settings, guess=guess, card=self.card, recorded=recorded)

    def overlay(self) -> None:
        """Lay the last run before this one under the plot, or take it away."""
        if (number := self._last_other) is not None:
            self.earlier.mark(number)

    @property
    def _last_other(self) -> int | None:
        """Number of the newest run on record that is not the one on the screen."""
        shown = self.shown.number if isinstance(self.shown, phases.Done) else None
        return self.earlier.newest_but(shown)

    def as_text(self) -> str:
        """Return the finished run on the screen in Markdown."""
        assert isinstance(self.phase, phases.Done)
        return as_text(self.spec, self.phase.record)

    async def save(self) -> Sequence[Path]:
        """Write plots, data, script and notebook of the finished run; return the files.

        Raises:
            EnvironmentProblem: they cannot be written.
        """
        assert isinstance(self.phase, phases.Done)
        link = self.card.demo if self.card and self.proof.here else None
        found = self._recorded(link.with_) if link else None
        shows = recorded_sentence(link.shows, found) if link and found else ""
        self._saving = True
        try:
            charts = self.phase.state.charts
            return await self._runs.save(self.spec, self.phase.record, charts, shows)
        finally:
            self._saving = False


def open_experiment(
    core: Core,
    link: DemoLink | Figure | DemoEmbed,
    *,
    where: str,
    card: Card | None = None,
    hidden: bool = False,
) -> Experiment:
    """Return the demo of a link at its settings; `where` names what asks for it, in an error.

    Raises:
        QuizError: the demo is missing, cannot be read or does not take the settings.
    """
    spec, runs = core.demos.find(link.run), RunStore(core.store, core.paths)
    try:
        return Experiment(
            spec,
            core.lab,
            runs,
            settings=link.with_,
            card=card,
            hidden=hidden,
            evidence=core.demos.evidence(spec),
        )
    except ValueError as error:
        raise QuizError(
            "The settings do not fit the demo",
            f"{where}: {error}.",
            "`quizapp check` lists every such place.",
        ) from error
