"""A demo beside a card, under a lesson or in the lab: predict, run, watch, compare."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from quizapp.app.experiment import Experiment
from quizapp.app.hub import HubModel
from quizapp.app.run_phases import Ended, LookingUp, Setup
from quizapp.errors import QuizError
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.chart_zoom import ChartZoom
from quizapp.tui.widgets.demo_view import DemoView
from quizapp.tui.widgets.outcome import Outcome
from quizapp.tui.widgets.panel_keys import KEYS, Front
from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.prediction import Prediction
from quizapp.tui.widgets.runs_pane import RunsPane

REDRAW_S = 0.1
"""Seconds between two looks at a run under way."""


class DemoPanel(DemoView):
    """One demo at one place; at most one run at a time, and none outlives the panel."""

    # The settings come before all else: the digits of a fast typist that follow belong to the form.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(k, action, text, show=False, id=f"demo.{action}", priority=action == "settings")
            for k, action, _, text in KEYS
        ),
        Binding("up,pageup", "results(-4)", "Results up", show=False, id="demo.results-up"),
        Binding("down,pagedown", "results(4)", "Results down", show=False, id="demo.results-down"),
    ]

    @dataclass
    class Finished(Message):
        """A run ended: done, cancelled or with an error."""

        run: Ended

    class Closed(Message):
        """The user is done with the panel."""

    def __init__(
        self, experiment: Experiment, copy: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """`copy` takes a result as text; without it the clipboard does."""
        super().__init__(experiment)
        self._copy = copy

    def on_mount(self) -> None:
        """Show the question and look at the run from time to time."""
        self.list_runs()
        self.set_interval(REDRAW_S, self.show_now)

    def on_unmount(self) -> None:
        """No run outlives its panel."""
        self.stop()

    def open(self) -> None:
        """Take the focus where the next thing to do is."""
        if self.experiment.asks and isinstance(self.experiment.shown, Setup):
            self.question.focus_answer()
        else:
            self.focus()

    def begin(self) -> None:
        """Show the kept run of these settings at once; without one, run."""
        if self.experiment.recall():
            self.front = Front.RUN
            self.show_now()
        else:
            self.run()

    def run(self) -> None:
        """Run at the settings in the form, with the prediction made so far."""
        if "run" in self.experiment.actions and self._take_over():
            self._run()

    def stop(self) -> None:
        """Kill the run now."""
        self.experiment.stop()

    @property
    def turns_charts(self) -> bool:
        """Whether charts are shown one at a time, so that there is a next one."""
        areas = self.query(ChartArea)
        return bool(areas) and areas.first().one_at_a_time

    def reveal(self) -> None:
        """Show all of a run that was hidden behind its question."""
        self.experiment.reveal()
        if isinstance(self.experiment.shown, Setup):
            self.front = Front.FORM
        self.show_now()

    @work(group="run", exclusive=True)
    async def _run(self) -> None:
        # Removed, the panel loses its parts before its workers end: these only send it messages.
        try:
            run = await self.experiment.run(self._agree, lambda: self.call_later(self._show_run))
        except QuizError as error:
            self.call_later(self.show_error, error)
        else:
            if run is not None:
                self.post_message(self.Finished(run))

    async def _agree(self, model: HubModel) -> bool:
        from quizapp.tui.screens.confirm import Confirm

        agreed = await self.app.push_screen_wait(Confirm(model.question, "Download", "Leave it"))
        return bool(agreed)

    def _show_run(self) -> None:
        self.front = Front.RUN
        for question in self.query(Prediction):
            question.problem("")
        if not self.experiment.hidden:  # else the keys stay with the answer to the question
            self.focus()
        self.show_now()

    def _take_over(self) -> bool:
        """Take what is chosen and typed; False, and a sentence in place, if it cannot be used."""
        answer = self.question.answer if self.experiment.asks else ""
        if (answer and not self._predict(answer)) or not self.form.commit():
            self.front = Front.FORM  # where code or a plot has its place
            return False
        self._take_settings()
        return True

    @on(ParamForm.Changed)
    def _take_settings(self) -> None:
        if self.experiment.change(self.form.values, self.form.device):
            for question in self.query(Prediction):
                question.show(None)
        self.show_now()

    def _predict(self, text: str) -> bool:
        try:
            self.experiment.predict(text)
        except ValueError as error:
            self.question.problem(str(error))
            return False
        self.question.show(self.experiment.guess)
        return True

    @on(Prediction.Answered)
    def _answer(self, event: Prediction.Answered) -> None:
        before = self.experiment.guess
        if self._predict(event.text) and self.experiment.guess == before:
            self.run()

    @on(RunsPane.Marked)
    def _mark(self, event: RunsPane.Marked) -> None:
        self.experiment.earlier.mark(event.number)
        self.list_runs()

    @on(RunsPane.Again)
    def _repeat(self, event: RunsPane.Again) -> None:
        try:
            settings, device = self.experiment.earlier.settings_of(event.number)
        except QuizError as error:
            self.show_error(error)
        else:
            self.form.set_values(settings, device)
            self.run()

    @on(Finished)
    def _finished(self) -> None:
        self.list_runs()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the letters to a text box of the form that has the focus."""
        return action != "settings" or self.screen.focused not in [*self.form.query(Input)]

    def action_run(self) -> None:
        """Run; a prediction that is still open is asked for once."""
        if "run" not in self.experiment.actions or not self._take_over():
            return
        if self.experiment.insists():
            self.front = Front.FORM
            self.question.problem("Choose an answer first, or press d again to run without one.")
            self.question.focus_answer()
        else:
            self._run()

    def action_cancel(self) -> None:
        """Ask the run to stop, or give up asking for a model."""
        if isinstance(self.experiment.phase, LookingUp):
            self.workers.cancel_group(self, "run")
        else:
            self.experiment.cancel()

    def action_leave(self) -> None:
        """Go back one step: from reading, from a run, from the panel."""
        if self.front is Front.DETAILS:
            self.stop_reading()
        elif "cancel" in self.experiment.actions:
            self.action_cancel()
        else:
            self.post_message(self.Closed())

    def action_skip(self) -> None:
        """Run without a prediction."""
        if "skip" in self.experiment.actions:
            self.experiment.skip()
            self.show_now()
            if self.question.has_focus_within:
                self.focus()

    def action_reset(self) -> None:
        """Return to the settings that the panel was opened with."""
        if "reset" in self.experiment.actions:
            self.form.reset()

    def action_settings(self) -> None:
        """Go to the form."""
        if "settings" in self.experiment.actions:
            self.front = Front.FORM
            self.form.focus_first()

    def action_code(self) -> None:
        """Show the file, or go back."""
        if "code" in self.experiment.actions:
            self.read("code")

    def action_tab(self) -> None:
        """Read the details: the next tab each time."""
        if "tab" not in self.experiment.actions:
            return
        # Asked of the arrangement: what the last frame showed may be behind the keys.
        beside = self.has_class("-tall") or self.has_class("-new", "-roomy")
        if beside or self.front is Front.DETAILS:
            self.details.step(1)
        else:
            self.read(self.details.active)

    def action_zoom(self) -> None:
        """Show the plot on the whole screen."""
        if "zoom" in self.experiment.actions:
            experiment = self.experiment
            self.app.push_screen(ChartZoom(lambda: (experiment.charts, experiment.overlays)))

    def action_chart(self) -> None:
        """Show the next chart."""
        self.query_one(ChartArea).next_chart()

    def action_results(self, rows: int) -> None:
        """Scroll verdict, claims and measures."""
        self.query_one(Outcome).scroll_relative(y=rows, animate=False)

    def action_overlay(self) -> None:
        """Lay the last run before this one under the plot, or take it away."""
        if "overlay" in self.experiment.actions:
            self.experiment.overlay()
            self.list_runs()

    @work(group="save")
    async def action_save(self) -> None:
        """Save plot, data, script and notebook as files."""
        if "save" not in self.experiment.actions:
            return
        try:
            files = await self.experiment.save()
        except QuizError as error:
            self.call_later(self.show_error, error)
            return
        folders = {str(file.parent) for file in files}
        self.notify(f"{len(files)} files in {', '.join(folders)}", title="Saved", markup=False)

    async def action_copy(self) -> None:
        """Hand the result on as text: to the card's notes, or to the clipboard."""
        if "copy" not in self.experiment.actions:
            return
        if self._copy is None:
            self.app.copy_to_clipboard(self.experiment.as_text())
            self.notify("The result is on the clipboard.")
        else:
            await self._copy(self.experiment.as_text())
