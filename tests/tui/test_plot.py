"""The plot widget: drawn again only when something is new, in the colours of the theme."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes, Heatmap, Points
from quizapp.plot.heading import Overlay
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.plot import ChartPlot
from tests.tui.look import shown

LINE = Points("train", tuple(map(float, range(40))), tuple(map(float, range(40, 0, -1))))
LOSS = Chart("", Axes("", "step", "loss"), (LINE,))
HEAT = Chart("heat", marks=(Heatmap("map", ((0.0, 1.0), (0.5, 0.25))),))


class PlotApp(App[None]):
    """One plot."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.plot = ChartPlot(chart)

    def compose(self) -> ComposeResult:
        """Nothing else."""
        yield self.plot


@asynccontextmanager
async def plot_app(chart: Chart = LOSS) -> AsyncIterator[tuple[PlotApp, Pilot[None]]]:
    app = PlotApp(chart)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_the_chart_fills_the_widget() -> None:
    async with plot_app() as (app, pilot):
        text = shown(pilot)
        assert "─●─ train" in text
        assert text.splitlines()[23].endswith("step")
        assert app.plot.text == text


async def test_the_same_chart_is_not_drawn_again() -> None:
    async with plot_app() as (app, pilot):
        drawn = app.plot._picture
        app.plot.show(LOSS)
        assert app.plot._picture is drawn
        app.plot.show(replace(LOSS))
        await pilot.pause()
        assert app.plot._picture is not drawn


async def test_earlier_runs_can_be_laid_under_it() -> None:
    async with plot_app() as (app, pilot):
        app.plot.show(LOSS, [Overlay("#1 rank 4", LOSS)])
        await pilot.pause()
        assert "#1 rank 4" in shown(pilot)


async def test_the_mouse_reads_values() -> None:
    async with plot_app() as (app, pilot):
        await pilot.hover(app.plot, offset=(41, 10))
        await pilot.pause()
        assert "● train 2" in shown(pilot)
        app.plot.move_cursor(None)
        await pilot.pause()
        assert "● train" not in shown(pilot)


async def test_every_role_of_a_drawing_has_a_style() -> None:
    async with plot_app(HEAT) as (app, pilot):
        for theme in ("textual-dark", "textual-light", "nord", "ansi-dark"):
            app.theme = theme
            await pilot.pause()
            assert "map" in shown(pilot)
            assert any(s.style and s.style.bgcolor for s in app.plot.render_line(2))


async def test_charts_stand_beside_each_other_where_they_fit() -> None:
    class AreaApp(App[None]):
        def compose(self) -> ComposeResult:
            yield ChartArea()

    for size, columns, one in (((100, 12), 2, False), ((60, 24), 1, False), ((60, 12), 1, True)):
        async with AreaApp().run_test(size=size) as pilot:
            area = pilot.app.query_one(ChartArea)
            area.show((LOSS, HEAT))
            await pilot.pause()
            assert area.one_at_a_time is one
            lefts = {plot.region.x for plot in area.plots}
            assert len(lefts) == columns
            assert len(area.plots) == (1 if one else 2)
            area.next_chart()
            await pilot.pause()
            assert "map" in shown(pilot)
