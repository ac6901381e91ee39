"""All charts of a run: beside or below each other where there is room, otherwise one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widgets import Static

from quizapp.demo.chart import Chart
from quizapp.plot.heading import Overlay
from quizapp.tui.widgets.plot import ChartPlot

NARROW, LOW = 44, 9
"""Columns and rows below which a chart is not put beside or above another."""

Earlier = Sequence[tuple[str, Sequence[Chart]]]
"""Earlier runs to draw dim: label and charts of each."""


class ChartArea(Vertical):
    """The charts of one run with those of earlier runs behind them."""

    DEFAULT_CSS = """
    ChartArea {
        height: 1fr; width: 1fr; padding: 0 1;
        & > Static { height: 1; color: $text-muted; display: none;
                     text-wrap: nowrap; text-overflow: ellipsis; }
        &.-one > Static { display: block; }
        & > Grid { height: 1fr; grid-gutter: 0 2; grid-rows: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._charts: Sequence[Chart] = ()
        self._earlier: Earlier = ()
        self._chosen = 0
        self._tabs = Static()
        self._grid = Grid()

    def compose(self) -> Sequence[Static | Grid]:
        """The names of the charts and the charts."""
        return (self._tabs, self._grid)

    def show(self, charts: Sequence[Chart], earlier: Earlier = ()) -> None:
        """Show these charts; the same ones again cost nothing.

        Shown one at a time, the one in sight stays: others may come before it.
        """
        if charts is self._charts and earlier == self._earlier:
            return
        names = [chart.id for chart in charts]
        if self._charts and (shown := self._charts[self._chosen % len(self._charts)].id) in names:
            self._chosen = names.index(shown)
        self._charts, self._earlier = charts, earlier
        self._arrange()

    def next_chart(self) -> None:
        """Show the next chart, where they are shown one at a time."""
        self._chosen += 1
        self._arrange()

    @property
    def one_at_a_time(self) -> bool:
        """Whether there is room for only one of several charts."""
        return self.has_class("-one")

    @property
    def plots(self) -> list[ChartPlot]:
        """The plots on the screen."""
        return list(self._grid.query(ChartPlot))

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the charts for the new size."""
        self._arrange()

    def _arrange(self) -> None:
        if not self.is_mounted or not self._charts or not self.size.width:
            return
        columns = self._columns()
        one = columns == 0
        if one != self.one_at_a_time:
            self.set_class(one, "-one")
            self.screen.refresh_bindings()  # one key shows the next
        self._chosen %= len(self._charts)
        shown = [self._charts[self._chosen]] if one else self._charts
        self._grid.styles.grid_size_columns = columns or 1
        self._sync(shown)
        if one:
            self._tabs.update(self._names())

    def _columns(self) -> int:
        """How many charts fit side by side so that all are seen; 0 if they cannot all be seen."""
        count, size = len(self._charts), self.size
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            if columns > 1 and size.width // columns < NARROW:
                break
            if rows == 1 or size.height // rows >= LOW:
                return columns
        return 0

    def _sync(self, shown: Sequence[Chart]) -> None:
        """Give each plot its chart; add and remove plots only when their number changes."""
        plots = self.plots
        for plot, chart in zip(plots, shown, strict=False):
            plot.show(chart, self._overlays(chart))
        for plot in plots[len(shown) :]:
            plot.remove()
        for chart in shown[len(plots) :]:
            self._grid.mount(ChartPlot(chart, self._overlays(chart)))

    def _overlays(self, chart: Chart) -> tuple[Overlay, ...]:
        return tuple(
            Overlay(label, old)
            for label, charts in self._earlier
            for old in charts
            if old.id == chart.id
        )

    def _names(self) -> Content:
        parts: list[tuple[str, str] | str] = []
        for index, chart in enumerate(self._charts):
            name = chart.axes.title or chart.axes.y or chart.id or "chart"
            chosen = index == self._chosen
            parts += [(f"[{name}]", "bold") if chosen else f" {name} ", " "]
        return Content.assemble(*parts, ("v next", ""))
