"""The demo panel's parts, how they share its room, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Label

from quizapp.app.advice import Trouble, explain
from quizapp.app.verdict import Verdict
from quizapp.cards.model import Card
from quizapp.demo.chart import Chart
from quizapp.demo.events import Points
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.format import short
from quizapp.study.record import RunRecord
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.chart_area import ChartArea, Earlier
from quizapp.tui.widgets.chart_zoom import ChartZoom
from quizapp.tui.widgets.details import Details
from quizapp.tui.widgets.key_line import Hint, KeyLine
from quizapp.tui.widgets.live_run import LiveRun, PastRun
from quizapp.tui.widgets.outcome import Outcome
from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.prediction import Prediction
from quizapp.tui.widgets.run_bar import ErrorLine, run_line
from quizapp.tui.widgets.runs_pane import RunsPane

SHORT, TALL = 28, 50
"""Below the first, plot and results take the form's place; from the second, tabs stay below."""

ONE = "this run"
"""What the only curve of a question is called: its own name may hold the setting asked for."""

SLIM = 76
"""Below this many columns plot and results stand below each other."""


class PanelView(Vertical, can_focus=True):
    """Shows a demo before, during and after a run; it starts nothing by itself."""

    DEFAULT_CSS = """
    PanelView {
        height: 1fr; width: 1fr; overflow-y: auto; scrollbar-size-vertical: 1;
        & > #demo-header { height: 1; padding: 0 1; }
        & #demo-title { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        & #demo-place { color: $foreground 75%; margin-left: 2; }
        & > #demo-result { height: 3fr; min-height: 16; }
        & ChartArea { min-height: 10; }
        & Outcome { max-height: 45%; }
        & > Prediction, & > #demo-header { margin-bottom: 1; }
        &.-short > Prediction, &.-short > #demo-header { margin-bottom: 0; }
        &.-setup > #demo-result { display: none; }
        &.-live > Details, &.-ended > Details { display: none; }
        &.-tall > Details { display: block; }
        &.-short {
            & > #demo-result { layout: horizontal; height: 1fr; min-height: 10; }
            & Outcome { width: 36; height: 1fr; max-height: 100%; }
            &.-live Outcome { display: none; }
            &.-setup > Details { display: none; }
            &.-reading > Details { display: block; }
            &.-live, &.-ended { & > Prediction, & > ParamForm { display: none; } }
            & > Prediction, & > ParamForm { max-height: 60%; }
        }
        &.-short.-slim {
            & > #demo-result { layout: vertical; min-height: 16; }
            & Outcome { width: 1fr; height: auto; max-height: 40%; }
        }
        &.-reading > Prediction, &.-reading > ParamForm { display: none; }
        &.-reading > ErrorLine, &.-reading > #demo-result { display: none; }
        &.-reading > Details { display: block; }
        &.-hidden {
            & #demo-title, & > Prediction, & > ParamForm { display: none; }
            & > Details, & > KeyLine, & Outcome { display: none; }
            & > #demo-result { display: block; }
        }
    }
    """

    hidden: reactive[bool] = reactive(False, toggle_class="-hidden")
    """Whether only the plot shows: title, settings and results stay away."""
    phase: reactive[str] = reactive("setup")
    """setup, live or ended."""
    reading: reactive[bool] = reactive(False, toggle_class="-reading")
    """Whether code, page, log and so on have the whole panel."""

    def __init__(
        self,
        spec: DemoSpec,
        settings: Mapping[str, Any],
        card: Card | None,
        seconds: float,
        charts_of: Callable[[RunRecord], Sequence[Chart]],
        id: str | None,
    ) -> None:
        super().__init__(id=id)
        self.spec = spec
        self.card = card
        self.live: LiveRun | PastRun | None = None
        """The current run, or the last one."""
        self.verdict: Verdict | None = None
        """What the last run came to."""
        self._base = dict(settings)
        self._seconds = seconds
        self._charts_of = charts_of
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        """Title, question, form, plot and results, details, keys."""
        with Horizontal(id="demo-header"):
            title = Content.assemble((self.spec.title, "bold"), (f"  {self.spec.id}", QUIET))
            yield Label(title, id="demo-title")
            yield Label(self._expected(), id="demo-place", markup=False)
        if self.spec.predict is not None:
            yield Prediction(self.spec.predict)
        yield ParamForm(self.spec, self._base, base_name="card" if self.card else "default")
        yield ErrorLine()
        with Container(id="demo-result"):
            yield ChartArea()
            yield Outcome(self.spec)
        yield Details(self.spec)
        yield KeyLine()

    @property
    def form(self) -> ParamForm:
        """The settings."""
        return self.query_one(ParamForm)

    @property
    def prediction(self) -> Prediction | None:
        """The question before the run; None for a demo that asks nothing."""
        return next(iter(self.query(Prediction)), None)

    @property
    def details(self) -> Details:
        """The tabs."""
        return self.query_one(Details)

    @property
    def runs(self) -> RunsPane:
        """The list of earlier runs."""
        return self.query_one(RunsPane)

    @property
    def is_short(self) -> bool:
        """Whether form and plot take turns."""
        return self.has_class("-short")

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self.live is not None and self.live.running

    @property
    def state(self) -> RunState:
        """The state of the current or last run."""
        return self.live.state if self.live is not None else RunState()

    def watch_phase(self, phase: str) -> None:
        """Let the style sheet know."""
        for name in ("setup", "live", "ended"):
            self.set_class(name == phase, f"-{name}")

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the new size."""
        self.set_class(event.size.height < SHORT, "-short")
        self.set_class(event.size.height >= TALL, "-tall")
        self.set_class(event.size.width < SLIM, "-slim")

    def draw(self, keys: Sequence[Hint]) -> None:
        """Show the run as it is now; what has not changed is not drawn again."""
        live, verdict = self.live, self.verdict
        self.query_one(KeyLine).show_keys(keys)
        if live is None:
            return
        now = (live.state, verdict, self.hidden, live.running, self.runs.marked)
        if live.running or now != self._drawn:
            self.query_one("#demo-place", Label).update(_line(live))
        if now == self._drawn:
            return
        self._drawn = now
        self.query_one(ChartArea).show(*self.charts(live.state))
        self.query_one(Outcome).show(live.state, verdict)
        self.details.show(live.state, live.log)
        self.trouble(explain(live.state))

    def trouble(self, trouble: Trouble | None) -> None:
        """Show what went wrong, or nothing."""
        self.query_one(ErrorLine).say(trouble)

    def charts(self, state: RunState) -> tuple[Sequence[Chart], Earlier]:
        """Return the charts to draw and those of the marked earlier runs."""
        earlier = [(self.runs.label(r), self._charts_of(r)) for r in self.runs.marked]
        figure = self.card.figure if self.card else None
        if not (self.hidden and figure and figure.show):
            return state.charts, earlier
        shown = [_only(chart, figure.show) for chart in state.charts]
        return tuple(chart for chart in shown if chart.data), ()

    def action_code(self) -> None:
        """Show the file, or go back."""
        self._read("code")

    def action_tab(self) -> None:
        """Read the details: the next tab each time."""
        if self.details.display and self.details.region:
            self.details.step(1)
        else:
            self._read(self.details.active)

    def action_zoom(self) -> None:
        """Show the plot on the whole screen."""
        if self.state.charts:
            self.app.push_screen(ChartZoom(lambda: self.charts(self.state)))

    def action_next_chart(self) -> None:
        """Show the next chart."""
        self.query_one(ChartArea).next_chart()

    def action_results(self, rows: int) -> None:
        """Scroll verdict, claims and measures."""
        self.query_one(Outcome).scroll_relative(y=rows, animate=False)

    def _read(self, tab: str) -> None:
        if self.hidden:
            return  # page and code would tell what the question asks
        if self.reading and self.details.active == tab:
            self.stop_reading()
        else:
            self.reading = True
            self.details.open(tab)

    def stop_reading(self) -> None:
        """Return to form and plot."""
        self.reading = False
        self.focus()

    def _expected(self) -> str:
        needs = "needs CUDA · " if self.spec.needs_cuda else ""
        return f"{needs}about {short(self._seconds, 2)} s"


def _line(live: LiveRun | PastRun) -> Content:
    if isinstance(live, PastRun):
        return Content(f"Recorded here on {live.at.astimezone():%d %b %H:%M}")
    return run_line(live.state, live.seconds, cold=live.cold)


def _only(chart: Chart, names: Sequence[str]) -> Chart:
    """Return the chart with this data alone; the only curve is not named: that would tell."""
    only = chart.only(names)
    if len(names) > 1:
        return only
    return replace(
        only, marks=tuple(replace(m, name=ONE) if isinstance(m, Points) else m for m in only.marks)
    )
