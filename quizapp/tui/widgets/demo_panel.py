"""A demo beside a card, under a lesson or in the lab: predict, run, watch, compare."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Label

from quizapp.app.advice import Trouble
from quizapp.app.hub import HubModel, is_hub_id, look_up
from quizapp.app.report import as_text
from quizapp.app.verdict import Guess, judge
from quizapp.cards.model import Card
from quizapp.demo.chart import Chart
from quizapp.demo.model_errors import folder_problem
from quizapp.demo.params import ModelName
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.errors import QuizError
from quizapp.lab.lab import Lab
from quizapp.study.record import RunRecord, make_record
from quizapp.tui.widgets.live_run import LiveRun, PastRun
from quizapp.tui.widgets.panel_keys import hints
from quizapp.tui.widgets.panel_view import PanelView
from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.prediction import Prediction
from quizapp.tui.widgets.runs_pane import RunsPane

REDRAW_S = 0.1
"""Seconds between two looks at a run under way."""


def _now() -> datetime:
    return datetime.now(UTC)


class DemoPanel(PanelView):
    """One demo at one place; at most one run at a time, and none outlives the panel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,enter", "run_demo", "Run the demo", show=False, id="demo.run"),
        Binding("x", "cancel", "Cancel the run", show=False, id="demo.cancel"),
        Binding("escape", "leave", "Cancel the run or close the demo", show=False, id="demo.leave"),
        Binding("p", "skip", "Skip the prediction", show=False, id="demo.skip"),
        Binding("r", "reset", "Reset the settings", show=False, id="demo.reset"),
        Binding("s", "settings", "Change the settings", show=False, id="demo.settings"),
        Binding("c", "code", "Show the demo's code", show=False, id="demo.code"),
        Binding("t", "tab", "Next of tables, samples, runs, page, log", show=False, id="demo.tab"),
        Binding("z", "zoom", "Plot on the whole screen", show=False, id="demo.zoom"),
        Binding("v", "next_chart", "Next chart", show=False, id="demo.chart"),
        Binding("w", "save", "Save plot, data, script and notebook", show=False, id="demo.save"),
        Binding("y", "copy", "Copy the result as text", show=False, id="demo.copy"),
        Binding("o", "overlay", "Lay the last run under the plot", show=False, id="demo.overlay"),
        Binding("up,pageup", "results(-4)", "Results up", show=False, id="demo.results-up"),
        Binding("down,pagedown", "results(4)", "Results down", show=False, id="demo.results-down"),
    ]

    @dataclass
    class Finished(Message):
        """A run ended: done, cancelled or with an error."""

        panel: DemoPanel
        state: RunState
        prediction: Guess | None
        settings: Mapping[str, Any]
        right: bool | None = None
        """Whether the prediction came true; None without one."""

    @dataclass
    class Closed(Message):
        """The user is done with the panel."""

        panel: DemoPanel

    def __init__(
        self,
        spec: DemoSpec,
        lab: Lab,
        *,
        settings: Mapping[str, Any] | None = None,
        card: Card | None = None,
        record: Callable[[RunRecord], None] | None = None,
        hidden: bool = False,
        earlier: Sequence[RunRecord] = (),
        charts_of: Callable[[RunRecord], Sequence[Chart]] = lambda record: record.charts,
        save: Callable[[RunRecord, Sequence[Chart]], Sequence[Path]] | None = None,
        copy: Callable[[str], Awaitable[None]] | None = None,
        recorded: Callable[[DemoSpec, Mapping[str, Any]], RunRecord | None] = lambda *_: None,
        ask_hub: Callable[[str], Awaitable[HubModel]] = look_up,
        seconds: float | None = None,
        now: Callable[[], datetime] = _now,
        id: str | None = None,
    ) -> None:
        """Show a demo.

        `settings` are the card's. `record` is given each run that was done. `earlier` are runs to
        compare with, newest first, and `charts_of` finds their curves. `save` writes a run's plots
        and returns the files; `copy` takes a result as text, without it the clipboard does.
        `recorded` finds a kept run that a new one would only repeat; `ask_hub` tells what a
        model of the Hub would download.
        `seconds` is what a run at the defaults takes on this machine.

        Raises:
            ValueError: a setting is unknown or out of its bounds.
        """
        super().__init__(
            spec, spec.settings(settings or {}), card, seconds or spec.budget_s, charts_of, id
        )
        self.records: list[RunRecord] = list(earlier)
        """All runs to compare with, newest first."""
        self._shown: RunRecord | None = None
        """The record of the run on the screen; None while it runs, and if it was not done."""
        self._lab = lab
        self._record = record
        self._save = save
        self._copy = copy
        self._recorded = recorded
        self._ask_hub = ask_hub
        self._agreed: set[str] = set()
        """Models that are here, or that the learner agreed to download."""
        self._now = now
        self._asked: list[Mapping[str, Any]] = []
        """Settings whose outcome was seen: a run at them was done."""
        self._skips = False
        """Whether the learner wants to run without being asked."""
        self.set_reactive(DemoPanel.hidden, hidden)

    def on_mount(self) -> None:
        """Show the question and look at the run from time to time."""
        self.set_class(self.hidden, "-hidden")
        self._list_runs()
        self._refresh()
        self.set_interval(REDRAW_S, self._refresh)

    def on_unmount(self) -> None:
        """No run outlives its panel."""
        self.stop()

    @property
    def asks(self) -> bool:
        """Whether the prediction for the settings in the form is still open."""
        return (
            self.prediction is not None
            and not self.hidden
            and (self.form.values not in self._asked)
        )

    @property
    def saves(self) -> bool:
        """Whether plots can be saved here."""
        return self._save is not None

    def open(self) -> None:
        """Take the focus where the next thing to do is."""
        if self.asks and self.phase == "setup" and self.prediction is not None:
            self.prediction.focus_answer()
        else:
            self.focus()

    def begin(self) -> None:
        """Show the kept run of the settings in the form at once; without one, run."""
        record = self._recorded(self.spec, self.form.values)
        if record is None:
            self.run()
            return
        self.live, self._shown = PastRun(self.spec, record), record
        self.verdict = judge(
            self.spec, self.live.state, record.settings, guess=None, card=self.card
        )
        self._asked.append(self.form.values)
        self.phase = "ended"
        self._show_question()
        self._refresh()

    def run(self) -> None:
        """Run at the settings in the form, with the prediction made so far."""
        if self.running:
            return
        if not self.form.commit():
            self._show_form()
            return
        settings = self.form.values
        if problem := self._folder_problem(settings):
            self.trouble(Trouble(problem, ""))
            return
        if missing := next((m for m in self._hub_models(settings) if m not in self._agreed), None):
            self._ask_first(missing)
            return
        guess = self.prediction.guess if self.prediction is not None and self.asks else None
        try:
            request = RunRequest(
                self.spec, settings, self.form.device, online=bool(self._hub_models(settings))
            )
            live = LiveRun(self._lab, request, guess)
        except QuizError as error:
            self.trouble(Trouble(f"{error.title}. {error.message}", error.hint))
            return
        self.live, self._shown = live, None
        self.verdict, self.reading, self.phase = None, False, "live"
        self.form.disabled = True
        self._show_question()
        if not self.hidden:  # else the keys stay with the answer to the question
            self.focus()
        self._refresh()
        self.run_worker(self._follow(live), group="demo", exclusive=True, exit_on_error=False)

    def cancel(self) -> None:
        """Ask the run to stop."""
        if self.live is not None and self.running:
            self.live.cancel()

    def stop(self) -> None:
        """Kill the run now."""
        if self.live is not None:
            self.live.kill()

    def _hub_models(self, settings: Mapping[str, Any]) -> list[str]:
        """The models of the Hub that the user named: those may be fetched, nothing else ever is."""
        return [
            settings[name]
            for name, param in self.spec.params.items()
            if isinstance(param, ModelName) and is_hub_id(settings[name])
        ]

    def _folder_problem(self, settings: Mapping[str, Any]) -> str:
        """Why a model that the settings name is in no folder; empty if all can be loaded."""
        names = (settings[n] for n, p in self.spec.params.items() if isinstance(p, ModelName))
        return next(filter(None, map(folder_problem, names)), "")

    @work(exclusive=True, group="hub")
    async def _ask_first(self, name: str) -> None:
        """Run once it is clear what a model of the Hub costs and the learner agrees."""
        from quizapp.tui.screens.confirm import Confirm

        self.query_one("#demo-place", Label).update(f"Asking the Hub about {name}")
        model = await self._ask_hub(name)
        self.query_one("#demo-place", Label).update(self._expected())
        if model.problem:
            self.trouble(Trouble(model.problem, ""))
        elif model.cached or await self.app.push_screen_wait(
            Confirm(model.question, "Download", "Leave it")
        ):
            self._agreed.add(name)
            self.run()

    async def _follow(self, live: LiveRun) -> None:
        await live.follow()
        settings = live.request.params
        self.verdict = judge(self.spec, live.state, settings, guess=live.guess, card=self.card)
        self.phase = "ended"
        self.form.disabled = False
        if live.state.status == "done":
            self._asked.append(settings)
            self._keep(live, self.verdict.right)
        self._show_question()
        self._refresh()
        self.post_message(self.Finished(self, live.state, live.guess, settings, self.verdict.right))

    def _keep(self, live: LiveRun, right: bool | None) -> None:
        card = self.card.id if self.card else None
        record = make_record(
            self.spec,
            live.request.params,
            live.state,
            self._now(),
            prediction=live.guess,
            right=right,
            card=card,
        )
        self._shown = record
        self.records.insert(0, record)
        self._list_runs()
        if self._record is not None:
            self._record(record)

    def _list_runs(self) -> None:
        self.runs.show(self.records)
        if self.records:
            self.details.show_tab("runs")

    def _refresh(self) -> None:
        self.draw(hints(self))

    def _show_question(self) -> None:
        if self.prediction is not None:
            self.prediction.display = self.asks and not self.running
            if self.running:
                self.prediction.problem("")

    @on(ParamForm.Changed)
    def _ask_again(self) -> None:
        """Other settings are another question."""
        if self.prediction is not None:
            self.prediction.clear()
        self._show_question()

    @on(Prediction.Answered)
    def _answered(self, event: Prediction.Answered) -> None:
        if event.again:
            self.run()

    @on(RunsPane.Again)
    def _again(self, event: RunsPane.Again) -> None:
        self.form.set_values(event.record.settings, event.record.device)
        self.run()

    def _show_form(self) -> None:
        """Bring question and form up, where code or a plot has their place."""
        self.reading, self.phase = False, "setup" if self.is_short else self.phase

    def action_run_demo(self) -> None:
        """Run; a prediction that is still open is asked for once."""
        question = self.prediction
        if question is not None and self.asks and not question.commit():
            self._show_form()
            return
        if question is None or not self.asks or question.guess is not None or self._skips:
            self.run()
        elif question.has_class("-problem"):
            self._skips = True
            self.run()
        else:
            self._show_form()
            question.problem("Choose an answer first, or press d again to run without one.")
            question.focus_answer()

    def action_cancel(self) -> None:
        """Ask the run to stop."""
        self.cancel()

    def action_leave(self) -> None:
        """Go back one step: from reading, from a run, from the panel."""
        if self.reading:
            self.stop_reading()
        elif self.running:
            self.cancel()
        else:
            self.post_message(self.Closed(self))

    def action_skip(self) -> None:
        """Run without a prediction."""
        self._skips = True
        if self.prediction is not None:
            self.prediction.display = False
        self.focus()

    def action_reset(self) -> None:
        """Return to the settings that the panel was opened with."""
        if not self.running:
            self.form.reset()

    def action_settings(self) -> None:
        """Go to the form."""
        if not self.running:
            self._show_form()
            self.form.focus_first()

    def action_overlay(self) -> None:
        """Lay the last run before this one under the plot, or take it away."""
        before = self.records[0 if self.running else 1 :]
        if before:
            self.runs.toggle(before[0])

    def action_save(self) -> None:
        """Save plot, data, script and notebook as files."""
        if self._save is None or self._shown is None:
            return
        try:
            files = self._save(self._shown, self.state.charts)
        except QuizError as error:
            self.trouble(Trouble(f"{error.title}. {error.message}", error.hint))
            return
        folders = {str(file.parent) for file in files}
        self.notify(f"{len(files)} files in {', '.join(folders)}", title="Saved", markup=False)

    async def action_copy(self) -> None:
        """Hand the result on as text: to the card's notes, or to the clipboard."""
        if self._shown is None:
            return
        text = as_text(self.spec, self._shown)
        if self._copy is None:
            self.app.copy_to_clipboard(text)
            self.notify("The result is on the clipboard.")
        else:
            await self._copy(text)
