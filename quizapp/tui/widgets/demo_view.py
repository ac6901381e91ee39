"""What a demo's panel shows: question and form, plot and results, or the details on their own."""

from __future__ import annotations

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Label, Static

from quizapp.app.advice import Trouble
from quizapp.app.experiment import Experiment
from quizapp.app.run_phases import Failed, Setup
from quizapp.errors import QuizError
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.details import Details
from quizapp.tui.widgets.key_line import KeyLine
from quizapp.tui.widgets.outcome import Outcome
from quizapp.tui.widgets.panel_keys import Front, panel_hints
from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.prediction import Prediction
from quizapp.tui.widgets.run_bar import ErrorLine, run_line
from quizapp.tui.widgets.runs_pane import RunsPane

SHORT, TALL = 28, 50
"""Below the first, plot and results take the form's place; from the second, tabs stay below."""

SLIM = 76
"""Below this many columns plot and results stand below each other."""


class DemoView(Vertical, can_focus=True):
    """The parts of one experiment, arranged for the room there is."""

    # Rules one level deep: Textual ranks deeper ones lower, whatever their order, in a subclass.
    DEFAULT_CSS = """
    DemoView {
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
        &.-short > Prediction, &.-short > #demo-header { margin-bottom: 0; }
        &.-short > #demo-shows { margin-bottom: 0; }
        &.-short > Prediction, &.-short > ParamForm { max-height: 60%; }
        &.-short > #demo-result { layout: horizontal; height: 1fr; min-height: 10; }
        &.-short Outcome { width: 36; height: 1fr; max-height: 100%; }
        &.-short.-running Outcome { display: none; }
        &.-short.-form > #demo-result { display: none; }
        &.-short.-run > Prediction, &.-short.-run > ParamForm { display: none; }
        &.-short.-slim > #demo-result { layout: vertical; min-height: 16; }
        &.-short.-slim Outcome { width: 1fr; height: auto; max-height: 40%; }
        &.-details > Prediction, &.-details > ParamForm { display: none; }
        &.-details > ErrorLine, &.-details > #demo-result { display: none; }
        &.-details > #demo-shows { display: none; }
        &.-details > Details { display: block; }
        &.-docked > Prediction, &.-docked > ParamForm { display: none; }
        &.-docked > Details, &.-docked > KeyLine { display: none; }
        &.-docked > #demo-header { margin-bottom: 0; }
        &.-docked ChartArea { min-height: 0; }
        &.-docked.-slim Outcome { display: none; }
        &.-short.-docked > #demo-result { display: block; height: 1fr; min-height: 0; }
        &.-hidden #demo-title, &.-hidden > Prediction, &.-hidden > ParamForm { display: none; }
        &.-hidden > Details, &.-hidden.-new > Details { display: none; }
        &.-hidden > KeyLine, &.-hidden Outcome { display: none; }
        &.-hidden ChartArea { min-height: 0; }
        &.-hidden > #demo-result, &.-short.-hidden > #demo-result {
            display: block; height: 1fr; min-height: 0;
        }
    }
    """
    front: reactive[Front] = reactive(Front.FORM)
    form = getters.query_one(ParamForm)
    details = getters.query_one(Details)
    question = getters.query_one(Prediction)

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.experiment = experiment
        self.set_reactive(DemoView.front, Front.RUN if experiment.hidden else Front.FORM)
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

    def show_now(self) -> None:
        """Show the experiment as it is now; what has not changed is not drawn again."""
        experiment, shown = self.experiment, self.experiment.shown
        alone = self.query_one(ChartArea).one_at_a_time
        hints = panel_hints(experiment, self.front, short=self.has_class("-short"), alone=alone)
        self.query_one(KeyLine).show_keys(hints)
        asking = (experiment.question_shown, experiment.page_shown, experiment.guess)
        now = (experiment.phase, experiment.earlier.marked, experiment.hidden, asking)
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

    def list_runs(self) -> None:
        """Show the earlier runs and what differs between them."""
        earlier = self.experiment.earlier
        self.query_one(RunsPane).show([*earlier], earlier.differences)
        if earlier.records:
            self.details.tabs.show_tab("runs")
        self.show_now()

    def show_error(self, error: QuizError) -> None:
        """Show what went wrong and what to do about it."""
        self.show_now()
        self.query_one(ErrorLine).show(f"{error.title}. {error.message}", error.hint)

    def read(self, tab: str) -> None:
        """Open a tab of the details in place of all else, or leave it where it is open."""
        if self.front is Front.DETAILS and self.details.active == tab:
            self.stop_reading()
            return
        if self.front is not Front.DETAILS:
            self._behind, self.front = self.front, Front.DETAILS
        self.details.open(tab)
        self.show_now()

    def stop_reading(self) -> None:
        """Return to what stood there before the details."""
        self.front = self._behind
        self.focus()
        self.show_now()
