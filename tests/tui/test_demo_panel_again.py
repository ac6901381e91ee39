"""What the demo panel still knows after a run: the guess, the form, and which run it shows."""

from __future__ import annotations

from quizapp.tui.widgets.param_row import ParamRow
from tests.tui.look import press, shown
from tests.tui.panel import ended, panel_app, until


async def test_a_guess_outlives_a_run_that_was_cancelled() -> None:
    async with panel_app(settings={"mode": "wait"}) as (app, pilot):
        await press(pilot, "2", "d")
        await until(pilot, lambda: app.state.charts)
        assert "Predict first" not in shown(pilot)
        await press(pilot, "x")
        assert (await ended(app, pilot)).state.status == "cancelled"
        assert "2 (•) down" in shown(pilot)


async def test_a_value_that_cannot_be_used_is_shown_where_the_plot_has_the_forms_place() -> None:
    async with panel_app(size=(100, 40)) as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        row = app.panel.form.query_one("#param-rate", ParamRow)
        row.focus()
        await press(pilot, *".5e")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.panel.has_class("-short") and "rate" not in shown(pilot))
        await press(pilot, "d")
        await until(pilot, lambda: "rate must be a number such as 0.001" in shown(pilot))
        assert not app.experiment.running
        await until(pilot, lambda: row.has_focus)
        await press(pilot, "backspace", "d")
        assert (await ended(app, pilot)).settings["rate"] == 0.5


async def test_the_run_on_the_screen_is_the_one_that_is_copied_and_saved() -> None:
    copied: list[str] = []

    async def copy(text: str) -> None:
        copied.append(text)

    async with panel_app(copy=copy) as (app, pilot):
        await press(pilot, "p")
        for rate in (0.5, 0.2):
            app.set(rate=rate)
            await press(pilot, "d")
            await ended(app, pilot)
        app.set(rate=0.5)
        await pilot.pause()
        app.panel.begin()
        await until(pilot, lambda: "Recorded here on" in shown(pilot))
        app.panel.focus()
        await press(pilot, "y", "w")
        await until(pilot, lambda: copied and "Saved" in shown(pilot))
        assert "--set rate=0.5 " in copied[0]
        [script] = app.bench.paths.figures.glob("*.py")
        assert "rate=0.5" in script.read_text(encoding="utf-8")
