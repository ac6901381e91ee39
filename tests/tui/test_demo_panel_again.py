"""What the demo panel still knows after a run: the guess, the form, and which run it shows."""

from __future__ import annotations

import pytest

from quizapp.tui.widgets.param_row import ParamRow
from tests.tui.look import press, shown
from tests.tui.panel import ended, panel_app, until


async def test_a_guess_outlives_a_run_that_was_cancelled() -> None:
    async with panel_app(settings={"mode": "wait"}) as (app, pilot):
        await press(pilot, "2", "d")
        await until(pilot, lambda: app.panel.state.charts)
        assert "Predict first" not in shown(pilot)
        await press(pilot, "x")
        assert (await ended(app, pilot)).state.status == "cancelled"
        assert "2 (•) down" in shown(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: app.panel.state.charts)
        await press(pilot, "x")
        assert (await ended(app, pilot)).prediction == "down"


@pytest.mark.parametrize("mode", ["crash", "raise"])
async def test_a_guess_outlives_a_run_that_failed(mode: str) -> None:
    async with panel_app(settings={"mode": mode}) as (app, pilot):
        for keys in (("2", "d"), ("d",)):
            await press(pilot, *keys)
            event = await ended(app, pilot)
            assert (event.state.status, event.prediction) == ("error", "down")
            assert "2 (•) down" in shown(pilot)


async def test_a_value_that_cannot_be_used_is_shown_where_the_plot_has_the_forms_place() -> None:
    async with panel_app(size=(100, 40)) as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        row = app.panel.form.query_one("#param-rate", ParamRow)
        row.focus()
        await press(pilot, *".5e")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.panel.is_short and "rate" not in shown(pilot))
        await press(pilot, "d")
        await until(pilot, lambda: "rate must be a number such as 0.001" in shown(pilot))
        assert not app.panel.running
        await until(pilot, lambda: row.has_focus)
        await press(pilot, "backspace", "d")
        assert (await ended(app, pilot)).settings["rate"] == 0.5
