"""A demo beside a card, under a lesson or in the lab: predict, run, watch, compare."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Label, Static

from quizapp.app.advice import Trouble
from quizapp.app.experiment import Experiment
from quizapp.app.hub import HubModel
from quizapp.app.run_phases import Ended, Failed, LookingUp, Setup
from quizapp.errors import QuizError
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.chart_zoom import ChartZoom
from quizapp.tui.widgets.details import Details
from quizapp.tui.widgets.key_line import KeyLine
from quizapp.tui.widgets.outcome import Outcome
from quizapp.tui.widgets.panel_keys import KEYS, Front, panel_hints
from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.prediction import Prediction
from quizapp.tui.widgets.run_bar import ErrorLine, run_line
from quizapp.tui.widgets.runs_pane import RunsPane

REDRAW_S = 0.1
"""Seconds between two looks at a run under way."""

SHORT, TALL = 28, 50
"""Below the first, plot and results take the form's place; from the second, tabs stay below."""

SLIM = 76
"""Below this many columns plot and results stand below each other."""


class DemoPanel(Vertical, can_focus=True):
    """One demo at one place; at most one run at a time, and none outlives the panel."""

    DEFAULT_CSS = """
    DemoPanel {
        height: 1fr; width: 1fr; overflow-y: auto; scrollbar-size-vertical: 1;
        & > #demo-header { height: 1; padding: 0 1; }
        & #demo-title { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        & #demo-place { color: $foreground 75%; margin-left: 2; }
        & > #demo-result { height: 3fr; min-height: 16; }
        & ChartArea { min-height: 10; }
        & Outcome { max-height: 45%; }
        & > Prediction, & > #demo-header, & > #demo-shows { margin-bottom: 1; }
        & > #demo-shows { height: auto; padding: 0 1; }
        & > #demo-shows, & > Prediction, & > Details { display: none; }
        &.-known > #demo-shows { display: block; }
        &.-asking > Prediction { display: block; }
        &.-new > #demo-result { display: none; }
        &.-new.-roomy > Details, &.-tall > Details { display: block; }
        &.-short {
            & > Prediction, & > #demo-header, & > #demo-shows { margin-bottom: 0; }
            & > Prediction, & > ParamForm { max-height: 60%; }
            & > #demo-result { layout: horizontal; height: 1fr; min-height: 10; }
            & Outcome { width: 36; height: 1fr; max-height: 100%; }
            &.-running Outcome { display: none; }
            &.-form > #demo-result { display: none; }
            &.-run > Prediction, &.-run > ParamForm { display: none; }
        }
        &.-short.-slim {
            & > #demo-result { layout: vertical; min-height: 16; }
            & Outcome { width: 1fr; height: auto; max-height: 40%; }
        }
        &.-details {
            & > Prediction, & > ParamForm, & > ErrorLine, & > #demo-result { display: none; }
            & > #demo-shows { display: none; }
            & > Details { display: block; }
        }
        &.-docked {
            & > Prediction, & > ParamForm, & > Details, & > KeyLine { display: none; }
            & > #demo-header { margin-bottom: 0; }
            & ChartArea { min-height: 0; }
            &.-slim Outcome { display: none; }
        }
        &.-short.-docked > #demo-result { display: block; height: 1fr; min-height: 0; }
        &.-hidden {
            & #demo-title, & > Prediction, & > ParamForm { display: none; }
            & > Details, & > KeyLine, & Outcome { display: none; }
            & > #demo-result { display: block; }
        }
    }
    """
    # The settings come before all else: the digits of a fast typist that follow belong to the form.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(k, action, text, show=False, id=f"demo.{action}", priority=action == "settings")
            for k, action, _, text in KEYS
        ),
        Binding("up,pageup", "results(-4)", "Results up", show=False, id="demo.results-up"),
        Binding("down,pagedown", "results(4)", "Results down", show=False, id="demo.results-down"),
    ]

    front: reactive[Front] = reactive(Front.FORM)
    form = getters.query_one(ParamForm)
    details = getters.query_one(Details)
    question = getters.query_one(Prediction)

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
        super().__init__()
        self.experiment = experiment
        self._copy = copy
        self.set_reactive(DemoPanel.front, Front.RUN if experiment.hidden else Front.FORM)
        self._behind = Front.FORM
        """What comes back when the details are left."""
        self._drawn: object = None
        self._promised: object = None
        """Settings and device that the line on the run speaks of."""

    def compose(self) -> ComposeResult:
        """Title, question, form, plot and results, details, keys."""
        spec = self.experiment.spec
        with Horizontal(id="demo-header"):
            title = Content.assemble((spec.title, "bold"), (f"  {spec.id}", QUIET))
            yield Label(title, id="demo-title")
            yield Label(id="demo-place", markup=False)
        if spec.predict is not None:
            yield Prediction(spec.predict)
        yield Static(id="demo-shows", markup=False)
        base_name = "card" if self.experiment.card else "default"
        yield ParamForm(spec, self.experiment.settings, base_name=base_name)
        yield ErrorLine()
        with Container(id="demo-result"):
            yield ChartArea()
            yield Outcome(spec)
        yield Details(spec)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the question and look at the run from time to time."""
        self._list_runs()
        self.set_interval(REDRAW_S, self._refresh)

    def on_unmount(self) -> None:
        """No run outlives its panel."""
        self.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the new size."""
        self.set_class(event.size.height < SHORT, "-short")
        self.set_class(event.size.height >= SHORT, "-roomy")
        self.set_class(event.size.height >= TALL, "-tall")
        self.set_class(event.size.width < SLIM, "-slim")

    def watch_front(self, before: Front, front: Front) -> None:
        """Let the style sheet know."""
        self.remove_class(before.value)
        self.add_class(front.value)

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
            self._refresh()
        else:
            self.run()

    def run(self) -> None:
        """Run at the settings in the form, with the prediction made so far."""
        if "run" in self.experiment.actions and self._take_over():
            self._run()

    def stop(self) -> None:
        """Kill the run now."""
        self.experiment.stop()

    def reveal(self) -> None:
        """Show all of a run that was hidden behind its question."""
        self.experiment.reveal()
        if isinstance(self.experiment.shown, Setup):
            self.front = Front.FORM
        self._refresh()

    @work(group="run", exclusive=True)
    async def _run(self) -> None:
        # Removed, the panel loses its parts before its workers end: these only send it messages.
        try:
            run = await self.experiment.run(self._agree, lambda: self.call_later(self._show_run))
        except QuizError as error:
            self.call_later(self._show_error, error)
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
        self._refresh()

    def _show_error(self, error: QuizError) -> None:
        self._refresh()
        self.query_one(ErrorLine).show(f"{error.title}. {error.message}", error.hint)

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
        self._refresh()

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
        self.experiment.mark(event.number)
        self._list_runs()

    @on(RunsPane.Again)
    def _repeat(self, event: RunsPane.Again) -> None:
        try:
            settings, device = self.experiment.settings_of(event.number)
        except QuizError as error:
            self._show_error(error)
        else:
            self.form.set_values(settings, device)
            self.run()

    @on(Finished)
    def _list_runs(self) -> None:
        self.query_one(RunsPane).show(self.experiment.earlier, self.experiment.differences)
        if self.experiment.records:
            self.details.tabs.show_tab("runs")
        self._refresh()

    def _refresh(self) -> None:
        """Show the experiment as it is now; what has not changed is not drawn again."""
        experiment, shown = self.experiment, self.experiment.shown
        alone = self.query_one(ChartArea).one_at_a_time
        hints = panel_hints(experiment, self.front, short=self.has_class("-short"), alone=alone)
        self.query_one(KeyLine).show_keys(hints)
        asking = (experiment.question_shown, experiment.page_shown)
        now = (experiment.phase, experiment.marked, experiment.hidden, asking)
        chosen = (experiment.settings, experiment.device)
        if experiment.running or (now, chosen) != (self._drawn, self._promised):
            self.query_one("#demo-place", Label).update(run_line(experiment))
            failed = shown.trouble if isinstance(shown, Failed) else Trouble("")
            trouble = experiment.warning or failed
            self.query_one(ErrorLine).show(trouble.sentence, trouble.hint)
        self._promised = chosen
        if now == self._drawn:
            return
        self._drawn = now
        self.set_class(experiment.hidden, "-hidden")
        self.set_class(isinstance(shown, Setup), "-new")
        self.set_class(experiment.running, "-running")
        self.set_class(experiment.question_shown, "-asking")
        self.form.disabled = experiment.running
        self.query_one(ChartArea).show(experiment.charts, experiment.overlays)
        proof = experiment.proof
        known = "" if proof.here else proof.shows
        self.set_class(bool(known), "-known")
        self.query_one("#demo-shows", Static).update(f"Recorded: {known}")
        self.query_one(Outcome).show(shown.state, shown.verdict, proof)
        self.details.show(shown.state, shown.log)
        self.details.show_page(whole=experiment.page_shown)

    def _read(self, tab: str) -> None:
        if self.front is Front.DETAILS and self.details.active == tab:
            self._stop_reading()
            return
        if self.front is not Front.DETAILS:
            self._behind, self.front = self.front, Front.DETAILS
        self.details.open(tab)
        self._refresh()

    def _stop_reading(self) -> None:
        self.front = self._behind
        self.focus()
        self._refresh()

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
            self._stop_reading()
        elif "cancel" in self.experiment.actions:
            self.action_cancel()
        else:
            self.post_message(self.Closed())

    def action_skip(self) -> None:
        """Run without a prediction."""
        if "skip" in self.experiment.actions:
            self.experiment.skip()
            self._refresh()
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
            self._read("code")

    def action_tab(self) -> None:
        """Read the details: the next tab each time."""
        if "tab" not in self.experiment.actions:
            return
        # Asked of the arrangement: what the last frame showed may be behind the keys.
        beside = self.has_class("-tall") or self.has_class("-new", "-roomy")
        if beside or self.front is Front.DETAILS:
            self.details.step(1)
        else:
            self._read(self.details.active)

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
            self._list_runs()

    @work(group="save")
    async def action_save(self) -> None:
        """Save plot, data, script and notebook as files."""
        if "save" not in self.experiment.actions:
            return
        try:
            files = await self.experiment.save()
        except QuizError as error:
            self.call_later(self._show_error, error)
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
